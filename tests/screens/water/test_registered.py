"""The registered application on the screen: the number large, where it went, and the paper (W3, W7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.settings import Settings
from kiosk.water.facts import Registered
from screens.citizen.step import Next
from screens.citizen.water.registered import RegisteredScreen
from tests.screens.opened import answered, languages, opened
from tests.screens.running import FULL, LARGE, settings
from tests.screens.water.applicants import NUMBER, WaterStation

EMAIL, PHONE = "a.memmedova@mail.az", "+994 50 234 56 78"


def screen(_: object = None, number: str = NUMBER) -> RegisteredScreen:
    """An application that was just registered."""
    return RegisteredScreen(Registered(number, "suspension", "registered"), "Məmmədova Aygün", EMAIL, PHONE)


def printing(state: str = "ok") -> Any:
    """A station with a printer in that state."""
    station = WaterStation()
    station.has_printer = True
    station.paper = state
    return cast(Any, station)


@pytest.mark.parametrize("size", [FULL, LARGE])
@pytest.mark.parametrize("number", [NUMBER, "2026-999999"])
async def test_the_manuals_text_and_the_number_stand_there(size: tuple[int, int], number: str) -> None:
    """W3: to the letter, in three languages, nothing cut however wide the digits are."""
    async with opened(lambda _: screen(number=number), cast(Any, WaterStation()), size=size) as (face, shown):
        async for _ in languages(face):
            for line in face.app.text("application.registered", number=number).split("\n"):
                assert line in face.shown
            assert "…" not in face.shown
        assert "Məmmədova Aygün" in face.shown
        await face.press("enter")
        assert isinstance(answered(shown), Next)


@pytest.mark.parametrize("transport", ["none", "folder"])
async def test_a_short_message_is_told_of_only_where_one_leaves(transport: str) -> None:
    """W3: an e-mail always, an SMS where a way out is set."""
    usual: Settings = settings()
    set_so = replace(usual, sms=replace(usual.sms, transport=transport))
    async with opened(screen, cast(Any, WaterStation()), with_settings=set_so) as (face, _):
        assert EMAIL in face.shown
        assert (PHONE in face.shown) == (transport == "folder")
        assert ("SMS" in face.shown) == (transport == "folder")


async def test_it_is_printed_when_asked() -> None:
    """W3: the paper has the number; it is printed at a touch, and what became of it is told."""
    async with opened(screen, printing()) as (face, shown):
        assert not face.station.printed  # type: ignore[attr-defined]
        await face.touch("#second")
        ((act, page, language),) = face.station.printed  # type: ignore[attr-defined]
        assert (act, language) == ("print_application", "az")
        assert NUMBER in dict(page.rows).values()
        assert shown.note.told == face.app.text("application.printed")


async def test_a_printer_without_paper_leaves_the_application_as_it_is() -> None:
    """W3: it is said that it was not printed, and that the application stands."""
    async with opened(screen, printing("no_paper")) as (face, shown):
        await face.touch("#second")
        assert shown.note.told == face.app.text("application.not_printed")


async def test_without_a_printer_no_button_is_there() -> None:
    """face.md: nothing is offered that cannot be had."""
    async with opened(screen, cast(Any, WaterStation())) as (face, _):
        assert face.app.text("button.print") not in face.shown
