"""Step 6: the mailed code (Q7, Q8, Q10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.errors import HoldEnded, NotFound, Refusal, TooSoon, Unavailable
from kiosk.language import clock, minutes_left
from kiosk.session import Draft
from screens.app import KioskApp
from screens.citizen.code import CodeScreen
from screens.citizen.step import Back, JumpTo, Next
from tests.screens.fakes import NOW, held
from tests.screens.fakes_booked import CODE, SLOT, BookedStation
from tests.screens.opened import APPLICANT, answered, draft, languages, opened, tap_keys
from tests.screens.running import FULL, LARGE, SIZES, Face


def holding(**changes: object) -> Draft:
    made = draft(**APPLICANT)
    made.held = replace(held(SLOT), **changes)  # type: ignore[arg-type]
    made.held_as = dict(APPLICANT)
    return made


def at_code(_: KioskApp) -> CodeScreen:
    return CodeScreen(holding())


def now_is(face: Face, moment: datetime) -> None:
    """The time that is shown, and by which the screen counts down."""
    face.app._ahead = moment - NOW


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_until_when_the_hour_is_kept_and_how_to_come_back(size: tuple[int, int]) -> None:
    """Issue 2: on this step, screen and letter say until when the hour is kept and how to come back to it."""
    async with opened(at_code, size=size) as (face, screen):
        async for _ in languages(face):
            until = clock(NOW + timedelta(minutes=60))
            assert face.app.text("code.kept", time=until) in face.shown
            for word in face.app.text("hold.come_back").split():
                assert word in face.shown
            assert face.app.text("code.tries", tries=5) in face.shown
            assert "a.memmedova@mail.az" in face.shown
            assert "…" not in "\n".join(face.lines()[7:])
            assert screen.main.label == face.app.text("button.confirm")


async def test_idle_is_long_here() -> None:
    """Issue 2: reading mail takes time: on this step idle is 5 minutes."""
    async with opened(at_code) as (face, _):
        assert face.app.idle_limit() == 300


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_digits_come_from_keys_and_from_the_pad(size: tuple[int, int]) -> None:
    """K2: touch and keyboard work everywhere; typing needs no focus."""
    async with opened(at_code, size=size) as (face, screen):
        await face.press("4", "0", "x", "7")
        for digit in "213":
            await face.touch("#pad", digit)
        assert screen.boxes.digits == "407213"
        assert screen.draft.code == "407213"
        await face.touch("#pad", "erase")
        await face.press("backspace")
        assert screen.boxes.digits == "4072"
        await face.touch("#pad", "clear")
        assert screen.boxes.digits == ""


async def test_a_full_code_does_not_send_itself() -> None:
    """face.md: the main button does."""
    async with opened(at_code) as (face, screen):
        await face.press(*CODE)
        assert not face.station.bookings.calls
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        assert screen.draft.confirmed is not None


async def test_enter_confirms_too() -> None:
    """K2: every flow works by keys."""
    async with opened(at_code) as (face, screen):
        await face.press(*CODE, "enter")
        assert isinstance(answered(screen), Next)


async def test_enter_confirms_whatever_was_touched_before() -> None:
    """Finding 7: Enter presses the focused button; here typing takes the focus from it."""
    async with opened(lambda _: CodeScreen(holding(resend_at=NOW))) as (face, screen):
        await face.touch("#second")
        await face.press(*CODE, "enter")
        assert isinstance(answered(screen), Next)
        assert [name for name, *_ in face.station.bookings.calls] == ["resend", "confirm"]


async def test_an_unfinished_code_is_asked_for() -> None:
    """S1: the field "Təsdiqedici şifrə" holds six digits."""
    async with opened(at_code) as (face, screen):
        await face.press("1", "2")
        assert not screen.main.usable
        await face.touch("#main")
        assert face.app.text("code.digits_missing") in face.shown
        assert not face.station.bookings.calls


async def test_a_wrong_code_tells_the_tries_left() -> None:
    """Q10: tries are counted, and shown large once one is missing."""
    async with opened(at_code) as (face, screen):
        await face.press(*"111111", "enter")
        assert answered(screen) is None
        assert screen.boxes.digits == ""
        assert face.app.text("code.tries", tries=4) in face.shown
        assert face.app.text("code.wrong", tries=4).split("\n")[0] in face.shown
        assert screen.draft.held is not None
        assert screen.draft.held.tries_left == 4


async def test_the_fifth_wrong_code_ends_the_hold() -> None:
    """Q10: five wrong tries end the hold; the person is led to the hours, nothing typed lost."""
    station = BookedStation()
    station.bookings.tries = 1
    async with opened(at_code, station) as (face, screen):
        await face.press(*"111111", "enter")
        answer = answered(screen)
        assert isinstance(answer, JumpTo)
        assert answer.step == "slot"
        assert answer.notice is not None
        assert answer.notice.key == "hold.ended_wrong"
        assert screen.draft.held is None
        assert screen.draft.applicant == APPLICANT


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (HoldEnded("expired", "ran_out"), "hold.ended"),
        (HoldEnded("cancelled", "wrong_codes"), "hold.ended_wrong"),
        (NotFound(), "hold.ended"),
    ],
)
async def test_a_hold_that_is_over_is_told(refusal: Refusal, key: str) -> None:
    """Q8: at held_until exactly it has ended."""
    station = BookedStation()
    async with opened(at_code, station) as (face, screen):
        station.bookings.refuse = refusal
        await face.press(*CODE, "enter")
        answer = answered(screen)
        assert isinstance(answer, JumpTo)
        assert answer.notice is not None
        assert answer.notice.key == key


async def test_the_countdown_ends_the_step_by_itself() -> None:
    """Q8: unconfirmed for 1 hour, the hold ends by itself."""
    async with opened(at_code) as (face, screen):
        now_is(face, NOW + timedelta(minutes=59, seconds=30))
        screen.countdown.look()
        await face.settle()
        assert face.app.text("code.left", left="0:30") in face.shown
        now_is(face, NOW + timedelta(minutes=60))
        screen.countdown.look()
        await face.settle()
        answer = answered(screen)
        assert isinstance(answer, JumpTo)
        assert screen.draft.held is None


async def test_minutes_are_words_and_seconds_come_under_two_minutes() -> None:
    """face.md: time of day first, then minutes in words; seconds only under 2 minutes."""
    async with opened(at_code) as (face, screen):
        assert face.app.text("code.left", left=minutes_left("az", timedelta(minutes=60))) in face.shown
        now_is(face, NOW + timedelta(minutes=6, seconds=1))
        screen.countdown.look()
        await face.settle()
        assert face.app.text("code.left", left=minutes_left("az", timedelta(minutes=54))) in face.shown


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_code_is_sent_again_at_most_once_a_minute(size: tuple[int, int]) -> None:
    """Q10: the wait is shown, and a touch says it in words."""
    async with opened(at_code, size=size) as (face, screen):
        assert face.app.text("button.resend_in", n=60) in face.shown
        await face.touch("#second")
        assert not face.station.bookings.calls
        assert "60" in screen.note.words
        now_is(face, NOW + timedelta(seconds=60))
        screen._look_at_wait()
        await face.settle()
        assert face.app.text("button.resend") in face.shown
        await face.touch("#second")
        assert ("resend", "b-1") in face.station.bookings.calls
        assert "a.memmedova@mail.az" in screen.note.words


async def test_too_soon_is_no_mistake_of_the_person() -> None:
    """Q10: another station may have sent the code a moment ago."""
    station = BookedStation()
    async with opened(lambda _: CodeScreen(holding(resend_at=NOW)), station) as (face, screen):
        station.bookings.refuse = TooSoon(NOW + timedelta(seconds=40))
        await face.touch("#second")
        assert face.app.text("button.resend_in", n=40) in face.shown
        assert screen.note.kind == "plain"


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_address_can_be_corrected_without_losing_the_hour(size: tuple[int, int]) -> None:
    """Issue 2: a mistyped address can be corrected later without losing the hour."""
    async with opened(at_code, size=size) as (face, screen):
        await face.press("4")
        await face.touch("#correct")
        assert screen.keyboard.region.area
        screen.email.value = "aygun@"
        await face.touch("#main")
        assert face.app.text("field.short.email") in face.shown
        await tap_keys(face, "a")
        for key in ("backspace", "m", "a", "i", "l", ".", "a", "z"):
            await face.press(key)
        await face.touch("#main")
        assert ("correct_email", "b-1", "aygun@mail.az") in face.station.bookings.calls
        assert screen.pad.region.area
        assert screen.boxes.digits == ""
        assert "aygun@mail.az" in face.shown
        assert screen.draft.applicant["email"] == "aygun@mail.az"
        assert screen.draft.held is not None
        assert screen.draft.held.booking == "b-1"


async def test_back_from_the_address_is_back_to_the_code() -> None:
    """Q3: one step back; the second GERİ leaves the step, and the hour stays held."""
    async with opened(at_code) as (face, screen):
        await face.touch("#correct")
        await face.press("escape")
        assert answered(screen) is None
        assert screen.pad.region.area
        await face.press("escape")
        assert isinstance(answered(screen), Back)
        assert screen.draft.held is not None


async def test_asking_again_after_a_lost_connection_is_the_same_act() -> None:
    """Issue 2: a repeat with the same key is the same act; another code is another."""
    station = BookedStation()
    async with opened(at_code, station) as (face, screen):
        station.bookings.refuse = Unavailable()
        await face.press(*CODE, "enter")
        assert screen.note.words == face.app.text("database.away")
        await face.press("enter")
        assert isinstance(answered(screen), Next)
        keys = {key for name, key, _ in station.bookings.acts if name == "confirm"}
        assert len(keys) == 1


async def test_digits_typed_before_stand_again() -> None:
    """Q3: nothing typed is lost on the way back and forth."""
    made = holding()
    made.code = "4072"
    async with opened(lambda _: CodeScreen(made)) as (_, screen):
        assert screen.boxes.digits == "4072"
