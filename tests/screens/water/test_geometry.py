"""Where things stand on the screens of an application, over the sizes of terminals (K2; face.md, "Space and type")."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, cast

import pytest

from kiosk.errors import InDebt
from kiosk.session import Session
from kiosk.water.facts import Registered
from screens.citizen.step import AnsweringScreen
from screens.citizen.water.address import DistrictScreen, PlaceScreen, PlaceTextScreen
from screens.citizen.water.consumer import ConsumerScreen, ContactScreen
from screens.citizen.water.debt import DebtScreen
from screens.citizen.water.documents import DocumentsScreen
from screens.citizen.water.house import HouseNumbersScreen, HouseTypeScreen
from screens.citizen.water.phone_upload import PhoneUploadScreen
from screens.citizen.water.preview import DocumentPreviewScreen
from screens.citizen.water.registered import RegisteredScreen
from screens.citizen.water.source import SourceScreen
from screens.citizen.water.status import ApplicationScreen, StatusScreen
from screens.citizen.water.stick_files import StickFilesScreen
from screens.citizen.water.summary import SummaryScreen
from screens.citizen.water.suspend import DetailsScreen, ReasonScreen, SubscriberScreen
from screens.widgets.keyboard import Keyboard
from screens.widgets.number_pad import NumberPad
from screens.widgets.touch_area import Drawn, TouchArea
from tests.screens.opened import opened
from tests.screens.water.applicants import BY_FIN, CODE, DOCUMENT, NUMBER, WaterStation, application
from tests.screens.water.filling import filled

Make = Callable[[Session], AnsweringScreen]
_REGISTERED = Registered(NUMBER, "suspension", "registered")
SCREENS: dict[str, Make] = {
    "consumer": lambda session: ConsumerScreen(session, BY_FIN),
    "district": DistrictScreen,
    "place": PlaceScreen,
    "place_text": PlaceTextScreen,
    "house": HouseTypeScreen,
    "numbers": HouseNumbersScreen,
    "documents": DocumentsScreen,
    "source": lambda _: SourceScreen("ownership_document"),
    "stick": lambda _: StickFilesScreen("ownership_document"),
    "phone": lambda _: PhoneUploadScreen("ownership_document"),
    "preview": lambda _: DocumentPreviewScreen("ownership_document", DOCUMENT),
    "contact": lambda session: ContactScreen(session, BY_FIN),
    "check": lambda session: SummaryScreen(session, BY_FIN),
    "registered": lambda _: RegisteredScreen(_REGISTERED, "Məmmədova Aygün", "a@mail.az", "+994 50 234 56 78"),
    "subscriber": lambda session: SubscriberScreen(session.water, BY_FIN, 15),
    "reason": lambda session: ReasonScreen(session, BY_FIN),
    "details": lambda session: DetailsScreen(session, BY_FIN),
    "debt": lambda session: DebtScreen(session, BY_FIN, InDebt("1234.40")),
    "status": lambda _: StatusScreen(BY_FIN, ("suspension",)),
    "application": lambda _: ApplicationScreen(application()),
}
SIZES = ((76, 22), (120, 36), (80, 24), (111, 40), (112, 34), (160, 50))


@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[pytest.mark.long] if number > 1 else []) for number, size in enumerate(SIZES)]
)
async def test_nothing_overlaps_or_leaves_the_screen(size: tuple[int, int]) -> None:
    """face.md: every thing has its cells; what is touched is large enough for a finger."""
    station = WaterStation()
    station.water.sticks.sight = ("stick",)
    station.water.applications.found = tuple(application(f"2026-{number:06}") for number in range(1, 10))

    async def look(face: Any, name: str) -> None:
        shown = [
            widget
            for widget in face.screen.query(Drawn)
            if widget.region.area and widget.layer not in ("ring", "message")
        ]
        assert shown, name
        for widget in shown:
            x, y, width, height = widget.region
            assert x >= 0 and y >= 0 and x + width <= size[0] and y + height <= size[1], (name, widget)
        for first, second in combinations(shown, 2):
            assert not first.region.overlaps(second.region), (name, first, second)
        for area in shown:
            if isinstance(area, TouchArea) and not isinstance(area, Keyboard | NumberPad) and area.id != "steps":
                for spot in area.spots():
                    assert spot.region.width >= 4 and spot.region.height >= 2, (name, area, spot)
                    assert spot.region.right <= area.size.width and spot.region.bottom <= area.size.height, (name, area)

    async with opened(lambda app: HouseTypeScreen(filled(app.session)), cast(Any, station), size=size) as (face, _):
        face.app.session.water.subscriber = CODE
        for name, make in SCREENS.items():
            await face.app.switch_screen(make(face.app.session))
            await face.settle()
            await look(face, name)
