"""“My bookings”: move or cancel with order code and FİN (Q10)."""

from __future__ import annotations

from typing import Literal

import pytest

from kiosk.errors import NotFound, Refusal, SlowDown, TooLateToChange, Unavailable
from kiosk.language import clock
from screens.app import KioskApp
from screens.citizen.my_bookings import MyBookingsScreen
from screens.citizen.step import Back, GoTo, Move, Next, Notice
from tests.screens.fakes import NOW
from tests.screens.fakes_booked import FIN, ORDER_CODE, SLOT, BookedStation, facts
from tests.screens.opened import answered, languages, opened
from tests.screens.running import SIZES, Face


def mine(app: KioskApp) -> MyBookingsScreen:
    return MyBookingsScreen(app.session)


async def find(face: Face) -> None:
    await face.press(*ORDER_CODE, "enter", *FIN, "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_code_and_fin_lead_to_the_booking(size: tuple[int, int]) -> None:
    """Q10: with its order code and FİN; each of its faces fits in each language and size."""
    async with opened(mine, size=size) as (face, screen):
        async for _ in languages(face):
            for key in ("field.label.order_code", "field.label.fin"):
                assert face.app.text(key) in face.shown
        await find(face)
        assert ("open", ORDER_CODE, FIN) in face.station.bookings.calls
        async for _ in languages(face):
            assert face.app.text("booking.state.confirmed") in face.shown
            assert clock(SLOT) in face.shown
            assert "…" not in face.shown
        await face.press("2")
        async for _ in languages(face):
            for key in ("button.cancel_booking", "button.keep_booking"):
                assert face.app.text(key) in face.shown
            assert "…" not in face.shown
        await face.touch("#second")
        async for _ in languages(face):
            assert face.app.text("mine.cancelled").split("\n")[0] in face.shown
            assert "…" not in face.shown
        assert screen.note.words == ""


async def test_moving_is_handed_to_the_wizard() -> None:
    """Q10: the wizard asks date and hour with the same grid."""
    async with opened(mine) as (face, screen):
        await find(face)
        await face.touch("#ways", "move")
        assert isinstance(answered(screen), Move)
        moving = screen.session.draft.moving
        assert moving is not None
        assert (moving.order_code, moving.fin, moving.facts) == (ORDER_CODE, FIN, facts())


async def test_cancelling_asks_first() -> None:
    """Glossary: a button that destroys says what and stands beside one that keeps."""
    async with opened(mine) as (face, screen):
        await find(face)
        await face.touch("#ways", "cancel")
        await face.touch("#main")
        assert face.app.text("mine.choose").split("\n")[0] in face.shown
        assert "cancel" not in [call[0] for call in face.station.bookings.calls]
        await face.touch("#ways", "cancel")
        await face.press("escape")
        assert face.app.text("mine.choose").split("\n")[0] in face.shown
        await face.touch("#ways", "cancel")
        await face.touch("#second")
        assert ("cancel", ORDER_CODE, FIN) in face.station.bookings.calls
        await face.press("enter")
        assert isinstance(answered(screen), Next)


async def test_cancelling_after_a_lost_connection_is_one_act() -> None:
    """A repeat with the same key is the same act."""
    station = BookedStation()
    async with opened(mine, station) as (face, screen):
        await find(face)
        await face.touch("#ways", "cancel")
        station.bookings.refuse = Unavailable()
        await face.touch("#second")
        await face.touch("#second")
        assert len({key for name, key, _ in station.bookings.acts if name == "cancel"}) == 1
        assert face.app.text("mine.cancelled").split("\n")[0] in face.shown
        assert screen.session.typed == {}


@pytest.mark.parametrize(("refusal", "key"), [(NotFound(), "mine.not_found"), (SlowDown(NOW), "error.slow_down")])
async def test_a_wrong_pair_is_answered_evenly(refusal: Refusal, key: str) -> None:
    """Q10: wrong codes are answered evenly and slowed down; what was typed stays."""
    station = BookedStation()
    async with opened(mine, station) as (face, screen):
        await face.press(*ORDER_CODE, "enter", *FIN)
        station.bookings.refuse = refusal
        await face.press("enter")
        assert screen.note.words == face.app.text(key, time=clock(NOW))
        assert screen.fields["order_code"].value == ORDER_CODE


@pytest.mark.parametrize("state", ["confirmed", "active", "cancelled"])
async def test_too_late_is_told_by_its_case(state: str) -> None:
    """Q10: until its booked time, while it is not activated."""
    station = BookedStation()
    async with opened(mine, station) as (face, screen):
        await find(face)
        await face.touch("#ways", "cancel")
        station.bookings.refuse = TooLateToChange(state, SLOT)
        await face.touch("#second")
        assert screen.note.words == face.app.text(f"mine.too_late.{state}")


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("held", {"confirm", "cancel"}),
        ("confirmed", {"move", "cancel"}),
        ("active", set()),
        ("cancelled", {"book"}),
        ("expired", {"book"}),
    ],
)
async def test_a_booking_offers_what_its_state_allows(
    state: Literal["held", "confirmed", "active", "cancelled", "expired"], acts: set[str]
) -> None:
    """Q10: a hold cannot be moved; what is active or over cannot be changed."""
    station = BookedStation()
    station.bookings.found = facts(state)
    async with opened(mine, station) as (face, screen):
        await find(face)
        assert {spot.name for spot in screen.ways.spots()} == acts
        assert face.app.text(f"booking.state.{state}") in face.shown


@pytest.mark.parametrize(("state", "errand"), [("held", "confirm"), ("cancelled", "book")])
async def test_a_way_leads_there(state: Literal["held", "cancelled"], errand: str) -> None:
    """What cannot be done here is one touch away."""
    station = BookedStation()
    station.bookings.found = facts(state)
    async with opened(mine, station) as (face, screen):
        await find(face)
        await face.touch("#ways", errand)
        assert answered(screen) == GoTo(errand)  # type: ignore[arg-type]


async def test_back_from_the_grid_shows_the_booking_again() -> None:
    """Q3: nothing is typed twice."""
    station = BookedStation()

    def returning(app: KioskApp) -> MyBookingsScreen:
        app.session.typed.update({"mine.order_code": ORDER_CODE, "mine.fin": FIN})
        return MyBookingsScreen(app.session, Notice("mine.choose", "plain"))

    async with opened(returning, station) as (face, _):
        assert face.app.text("booking.state.confirmed") in face.shown


async def test_back_goes_face_by_face() -> None:
    """Q3: GERİ goes one step back."""
    async with opened(mine) as (face, screen):
        await find(face)
        await face.press("escape")
        assert screen.keyboard.region.area
        assert screen.fields["fin"].value == FIN
        await face.press("escape")
        assert isinstance(answered(screen), Back)
