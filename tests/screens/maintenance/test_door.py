"""The hidden way in: who finds it, and who does not (M1)."""

from __future__ import annotations

import pytest

from screens.citizen.first import FirstScreen
from screens.counter.sign_in import SignInScreen
from screens.maintenance.gesture import Gesture
from screens.maintenance.sign_in import MaintenanceSignInScreen
from tests.screens.fakes import Elapsed
from tests.screens.maintenance.face import COUNTER, KIOSK, LARGE_TYPE, SMALL, TechnicalFace, at_first_screen, at_health


def test_five_times_within_three_seconds_is_the_gesture() -> None:
    """M1: exactly three seconds from the first to the fifth still count."""
    elapsed = Elapsed()
    gesture = Gesture(elapsed)
    for _ in range(4):
        assert not gesture.once_more()
        elapsed.pass_by(0.75)
    assert gesture.once_more()


def test_a_sixth_time_begins_anew() -> None:
    """M1: one gesture opens one door."""
    gesture = Gesture(Elapsed())
    assert [gesture.once_more() for _ in range(11)].count(True) == 2


def test_slower_is_chance() -> None:
    """M1: whoever touches the clock now and then finds nothing."""
    elapsed = Elapsed()
    gesture = Gesture(elapsed)
    for _ in range(30):
        assert not gesture.once_more()
        elapsed.pass_by(0.76)


async def test_f9_five_times_asks_who_is_there() -> None:
    """M1: on the citizen's face; a key that is held tells the terminal the same."""
    async with at_first_screen() as face:
        await face.gesture(4)
        assert face.is_on(FirstScreen)
        await face.gesture(1)
        assert face.is_on(MaintenanceSignInScreen)
        assert "TEXNİKİ XİDMƏT REJİMİ" in face.shown


async def touch_the_clock(face: TechnicalFace, times: int = 5) -> None:
    """Tap the time of day in the header."""
    lines = face.lines()
    row = next(number for number, line in enumerate(lines[:3]) if "14:32" in line)
    for _ in range(times):
        face.click(lines[row].index("14:32") + 2, row)
        await face.pilot.pause()
        face.elapsed.pass_by(0.5)
    await face.settle()


@pytest.mark.parametrize("size", [KIOSK, LARGE_TYPE])
async def test_five_touches_on_the_clock_ask_who_is_there(size: tuple[int, int]) -> None:
    """M1: a kiosk has no keyboard."""
    async with at_first_screen(size=size) as face:
        await touch_the_clock(face, 4)
        assert face.is_on(FirstScreen)
        await touch_the_clock(face, 1)
        assert face.is_on(MaintenanceSignInScreen)


@pytest.mark.parametrize("size", [COUNTER, SMALL])
async def test_the_counter_has_the_same_door(size: tuple[int, int]) -> None:
    """M1: either machine, by key and by touch."""
    async with at_first_screen(face="counter", size=size) as face:
        assert face.is_on(SignInScreen)
        await touch_the_clock(face)
        assert face.is_on(MaintenanceSignInScreen)
        await face.press("escape")
        face.elapsed.pass_by(1.0)
        await face.gesture()
        assert face.is_on(MaintenanceSignInScreen)


async def test_beside_the_clock_is_not_on_it() -> None:
    """M1: the centre's name is no door."""
    async with at_first_screen() as face:
        for _ in range(8):
            face.click(20, 1)
            await face.pilot.pause()
        await face.settle()
        assert face.is_on(FirstScreen)


async def test_in_the_middle_of_a_visit_there_is_no_door() -> None:
    """M1, I12: what a citizen has on the screen is not a technician's."""
    async with at_first_screen() as face:
        await face.touch("#tiles", "book")
        assert not face.is_on(FirstScreen)
        face.elapsed.pass_by(1.0)
        await face.gesture(10)
        await touch_the_clock(face, 10)
        assert not face.is_on(MaintenanceSignInScreen)


async def test_the_face_is_dark_and_yellow_and_the_citizens_comes_back() -> None:
    """face.md: maintenance is never mistaken for the citizen's face."""
    async with at_first_screen() as face:
        assert face.app.theme == "kiosk-light"
        await face.gesture()
        assert face.app.theme == "kiosk-dark"
        header = face.screen.query_one("#top").render_line(1)
        assert face.app.palette.style("on-held", "held", True) in [segment.style for segment in header]
        face.elapsed.pass_by(1.0)
        await face.press("f10")
        assert face.is_on(FirstScreen)
        assert face.app.theme == "kiosk-light"


async def test_the_languages_change_here_too() -> None:
    """K2: by touch, and by the key that terminals tell as F13; the citizens' language comes back."""
    async with at_health() as face:
        await face.touch("#top", "ru")
        assert "РЕЖИМ ОБСЛУЖИВАНИЯ" in face.shown
        await face.press("f13")
        assert "MAINTENANCE MODE" in face.shown
        await face.press("f10")
        assert face.app.language == "az"


async def test_the_station_learns_that_the_scanner_read() -> None:
    """M2: the page of health tells when; what was read is not told."""
    async with at_first_screen() as face:
        face.app.note_scan()
        assert face.station.scans.noted == 1
