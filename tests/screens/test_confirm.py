"""“Confirm my booking”, from the first screen or a yellow hour (Q8)."""

from __future__ import annotations

import pytest

from kiosk.errors import HoldEnded, Refusal, SlowDown
from kiosk.language import clock
from screens.app import KioskApp
from screens.citizen.confirm import ConfirmScreen
from screens.citizen.step import Back, Next
from tests.screens.fakes import NOW
from tests.screens.fakes_booked import CODE, FIN, SLOT, BookedStation
from tests.screens.opened import answered, languages, opened, tap_keys
from tests.screens.running import FULL, LARGE, SIZES

HOUR = ("id-issue", "baku-2", SLOT)


def confirming(app: KioskApp) -> ConfirmScreen:
    return ConfirmScreen(app.session)


@pytest.mark.parametrize("size", SIZES)
async def test_it_asks_for_two_things(size: tuple[int, int]) -> None:
    """Q8: the e-mail address or FİN, and the mailed code."""
    async with opened(confirming, size=size) as (face, _):
        async for _ in languages(face):
            for key in ("field.label.contact", "field.label.code"):
                assert face.app.text(key) in face.shown
            assert face.app.text("confirm.title").split("\n")[0] in face.shown
            assert "…" not in face.shown


@pytest.mark.parametrize("size", [FULL, LARGE])
@pytest.mark.parametrize("contact", [FIN, "a.memmedova@mail.az"])
async def test_fin_or_address_and_code_confirm(contact: str, size: tuple[int, int]) -> None:
    """Q8: only the person who held a yellow hour can confirm it."""
    async with opened(confirming, size=size) as (face, screen):
        await face.press(*contact.lower(), "enter", *CODE, "enter")
        assert isinstance(answered(screen), Next)
        assert screen.session.draft.confirmed is not None
        assert ("confirm_by_contact", contact.lower(), None) in face.station.bookings.calls


async def test_one_keyboard_layer_types_both_kinds_of_contact() -> None:
    """K2: a person at a touch screen does not hunt for @ or for digits."""
    async with opened(confirming) as (face, screen):
        await tap_keys(face, "a5_b@mail.az")
        assert screen.fields["contact"].value == "a5_b@mail.az"


async def test_a_yellow_hour_is_confirmed_as_that_hour() -> None:
    """Q8: choosing that hour asks for it; the hour stands on the screen."""
    async with opened(lambda app: ConfirmScreen(app.session, HOUR)) as (face, screen):
        assert "11 noyabr, çərşənbə, 10:00" in face.shown
        await face.press(*FIN, "enter", *CODE, "enter")
        assert isinstance(answered(screen), Next)
        assert ("confirm_by_contact", FIN, HOUR) in face.station.bookings.calls


async def test_whichever_is_wrong_the_answer_is_the_same() -> None:
    """Q10: wrong codes are answered evenly."""
    async with opened(confirming) as (face, screen):
        await face.press(*FIN, "enter", *"111111", "enter")
        assert answered(screen) is None
        assert screen.note.words == face.app.text("confirm.not_found")
        assert screen.fields["code"].value == ""
        assert screen.fields["contact"].value == FIN
        assert screen.at == "code"


@pytest.mark.parametrize(
    ("refusal", "key", "values"),
    [
        (SlowDown(NOW), "error.slow_down", {"time": clock(NOW)}),
        (HoldEnded("expired", "ran_out"), "hold.ended", {}),
        (HoldEnded("cancelled", "wrong_codes"), "hold.ended_wrong", {"count": 5}),
    ],
)
async def test_a_refusal_is_told_in_words(refusal: Refusal, key: str, values: dict[str, object]) -> None:
    """Q8, Q10: run out, ended by wrong codes, slowed down."""
    station = BookedStation()
    async with opened(confirming, station) as (face, screen):
        await face.press(*FIN, "enter", *CODE)
        station.bookings.refuse = refusal
        await face.press("enter")
        assert screen.note.words == face.app.text(key, **values)


async def test_what_is_missing_is_told() -> None:
    """Errors in words at their field."""
    async with opened(confirming) as (face, screen):
        await face.press(*"abc")
        await face.touch("#main")
        assert screen.at == "contact"
        assert face.app.text("field.short.contact") in face.shown
        assert not face.station.bookings.calls


async def test_back_keeps_the_contact() -> None:
    """Q3: nothing typed is lost during the visit; the code is typed anew."""
    async with opened(confirming, size=FULL) as (face, screen):
        await face.press(*FIN, "escape")
        assert isinstance(answered(screen), Back)
        again = ConfirmScreen(screen.session)
        assert again.fields["contact"].value == FIN
