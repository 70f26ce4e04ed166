"""The technician's card and PIN (M1, C6): asked for as everywhere, refused in words, free to be taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from kiosk.identity.card_facts import CardFault, Pin
from kiosk.identity.refused import CardNotEnrolled, NoCertificate, NotTrusted, SignInRefused, WrongRole
from kiosk.identity.staff import Role, StaffMember
from screens.citizen.pin import PinScreen
from screens.maintenance.duty import TECHNICAL
from screens.maintenance.health import HealthScreen
from screens.maintenance.sign_in import MaintenanceSignInScreen
from tests.screens.fakes_cards import VERDICT, FakeDesk
from tests.screens.maintenance.face import SIZES, TechnicalFace, at_first_screen
from tests.screens.maintenance.fakes import TECHNICIAN, TechnicalStation


class FakeStaffCards:
    """The technician's card, or a refusal that a test sets."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.refuse: Exception | None = None
        self.asked: list[Collection[Role] | None] = []

    def sign_in(self, insertion: int, pin: Pin | None, roles: Collection[Role] | None = None) -> StaffMember:
        self.asked.append(roles)
        if self.refuse is not None:
            raise self.refuse
        assert pin is not None
        with pin:
            self._desk.verify("staff", "pin1", pin)
        return TECHNICIAN


class CardedStation(TechnicalStation):
    """With a reader."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = FakeDesk()
        self.cards = cast(Any, self.desk)
        self.staff_cards = FakeStaffCards(self.desk)


@asynccontextmanager
async def at_pin(station: CardedStation, **more: Any) -> AsyncIterator[TechnicalFace]:
    """A card is in, and its PIN is asked for."""
    async with at_first_screen(station, **more) as face:
        await face.gesture()
        station.desk.insert()
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.touch("#foot", "card")
        assert face.is_on(PinScreen)
        face.elapsed.pass_by(1.0)
        yield face


@pytest.mark.parametrize("size", SIZES)
async def test_card_and_pin_open_the_page_of_health(size: tuple[int, int]) -> None:
    """M1: the roles that may are asked for, so that an operator's PIN is not even sent."""
    station = CardedStation()
    async with at_pin(station, size=size) as face:
        await face.press(*"1234", "enter")
        assert face.is_on(HealthScreen)
        assert station.staff_cards.asked == [TECHNICAL]
        assert face.desk == [("enter", TECHNICIAN.name, "card")]
        assert station.desk.sent == [("staff", 4)]


async def test_a_technicians_card_may_be_taken_out() -> None:
    """M1, M3: a technician must read other cards; the mode stays, and ends by its key or by itself."""
    station = CardedStation()
    async with at_pin(station) as face:
        await face.press(*"1234", "enter")
        station.desk.remove()
        await face.settle()
        station.desk.insert()
        await face.settle()
        assert face.is_on(HealthScreen)
        assert face.page.note.words == face.app.text("maintenance.card_out")


async def test_before_anybody_signs_in_the_screen_says_what_the_card_is_for() -> None:
    """M1: and that it may be taken out afterwards."""
    station = CardedStation()
    async with at_first_screen(station) as face:
        await face.gesture()
        assert face.app.text("maintenance.sign_in_help") in face.shown
        station.desk.insert()
        await face.settle()
        assert face.app.text("maintenance.sign_in_card") in face.shown


async def test_without_a_card_its_key_does_nothing() -> None:
    """M1: it is shown as not usable."""
    async with at_first_screen(CardedStation()) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.press("f2")
        assert face.is_on(MaintenanceSignInScreen)


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (CardNotEnrolled(), "maintenance.card_not_enrolled"),
        (WrongRole("operator"), "maintenance.not_for_operators"),
        (NotTrusted(VERDICT), "maintenance.card_not_trusted"),
        (NoCertificate(), "card.fault"),
        (CardFault(0x6F00), "card.fault"),
    ],
)
async def test_a_refusal_is_told_in_words(refused: SignInRefused, told: str) -> None:
    """M1: an operator's card, a stranger's, one that is not trusted, a broken one."""
    station = CardedStation()
    station.staff_cards.refuse = refused
    async with at_pin(station) as face:
        await face.press(*"1234", "enter")
        screen = cast(MaintenanceSignInScreen, face.screen)
        assert screen.note.words.split("\n")[0] == face.app.text(told).split("\n")[0]
        assert face.desk == []


async def test_a_wrong_pin_stays_at_the_pin() -> None:
    """I9: the tries are told, and nothing is sent again by itself."""
    station = CardedStation()
    async with at_pin(station) as face:
        await face.press(*"4321", "enter")
        assert face.is_on(PinScreen)
        assert station.desk.sent == [("staff", 4)]


async def test_cancelling_comes_back_to_the_sign_in() -> None:
    """I9: cancel always works."""
    async with at_pin(CardedStation()) as face:
        await face.press("escape")
        assert face.is_on(MaintenanceSignInScreen)
        face.elapsed.pass_by(1.0)
        await face.press("f2")
        assert face.is_on(PinScreen)


async def test_a_card_that_goes_while_its_pin_is_typed_is_told() -> None:
    """I9: nothing was sent."""
    station = CardedStation()
    async with at_pin(station) as face:
        await face.press("1", "2")
        station.desk.remove()
        await face.settle()
        assert face.is_on(MaintenanceSignInScreen)
        assert station.desk.sent == []
        assert cast(MaintenanceSignInScreen, face.screen).note.words
