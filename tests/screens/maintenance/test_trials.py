"""Trials: each begins, tells its lines as they come, and what it told can be looked at again (M3)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.care.facts import TrialLine
from screens.maintenance.apdu import hexadecimal
from screens.maintenance.glass import GlassScreen
from screens.maintenance.health import HealthScreen
from screens.maintenance.trial import TrialScreen
from screens.maintenance.trials import ORDER, ScenariosScreen, TrialsScreen
from screens.messages import Scanned
from screens.palette import NAMES
from tests.screens.maintenance.face import KIOSK, LARGE_TYPE, SIZES, SMALL, TechnicalFace, at_health
from tests.screens.maintenance.fakes import Line
from tests.screens.opened import tap_keys


async def open_trials(face: TechnicalFace) -> TrialsScreen:
    await face.press("f2")
    face.elapsed.pass_by(1.0)
    return cast(TrialsScreen, face.screen)


async def open_trial(face: TechnicalFace, name: str) -> Any:
    """By touch, from the list."""
    screen = await open_trials(face)
    if screen.choices.spot(name) is None:
        await face.press("pagedown")
    await face.touch("#choices", name)
    face.elapsed.pass_by(1.0)
    return face.screen


async def again(face: TechnicalFace) -> None:
    face.elapsed.pass_by(1.0)
    await face.press("escape")
    face.elapsed.pass_by(1.0)


@pytest.mark.parametrize("size", SIZES)
async def test_every_trial_is_offered(size: tuple[int, int]) -> None:
    """M3: a reader, a card, an APDU, a ticket, a scan, the screen, mail, SMS, the service, the simulated reader."""
    async with at_health(size=size) as face:
        screen = await open_trials(face)
        offered = set()
        for _ in range(screen.choices.pages):
            offered |= {spot.name for spot in screen.choices.spots()}
            await face.press("pagedown")
        assert offered == set(ORDER)


async def test_what_this_station_has_no_device_for_is_not_offered() -> None:
    """M3: no button that cannot do anything."""
    async with at_health() as face:
        face.trials.names = frozenset({"mail", "screen"})
        screen = await open_trials(face)
        assert [spot.name for spot in screen.choices.spots()] == ["screen", "mail"]


async def test_a_digit_opens_the_trial_beside_it() -> None:
    """face.md: tiles carry the digit that chooses them."""
    async with at_health() as face:
        await open_trials(face)
        await face.press("2")
        assert face.is_on(TrialScreen)
        assert face.trials.asked == [("chain",)]


async def test_lines_are_shown_as_they_come() -> None:
    """M3: a step that takes long does not hide those before it; its time stands beside each."""
    waits = threading.Event()

    def slow() -> Iterator[TrialLine]:
        yield cast(TrialLine, Line("good", "Kart tapıldı", 12.5))
        waits.wait(60)
        yield cast(TrialLine, Line("good", "Sertifikat oxundu", 87.0))

    async with at_health() as face:
        face.trials.read_card = lambda **_more: slow()  # type: ignore[method-assign]
        await open_trials(face)
        face.elapsed.pass_by(1.0)
        await face.pilot.press("1")
        await face.until(lambda: face.is_on(TrialScreen) and "Kart tapıldı" in face.shown)
        assert face.app.text("maintenance.milliseconds", n="13") in face.shown
        assert "Sertifikat oxundu" not in face.shown
        waits.set()
        await face.settle()
        assert "Sertifikat oxundu" in face.shown
        assert face.app.text("maintenance.milliseconds", n="87") in face.shown


async def test_it_says_at_the_end_whether_there_was_a_fault() -> None:
    """M3: in words, above the keys."""
    async with at_health() as face:
        screen = await open_trial(face, "card")
        assert screen.note.words == face.app.text("maintenance.trial_failed")
        face.trials.lines = (Line("good", "Kart tapıldı", 12.5),)
        await face.press("f2")
        assert screen.note.words == face.app.text("maintenance.trial_ended")
        assert "Kart cavab vermir" not in face.shown


async def test_a_result_can_be_looked_at_again() -> None:
    """M3: opened anew, the trial shows what it told and does nothing by itself."""
    async with at_health() as face:
        await open_trial(face, "card")
        await again(face)
        await face.press("1")
        assert "Kart cavab vermir" in face.shown
        assert face.trials.asked == [("card",)]
        assert face.desk.count(("act", "elchin", "trial", "card")) == 1


async def test_results_are_gone_with_the_technician() -> None:
    """M3, K6: whoever comes next begins with nothing."""
    async with at_health() as face:
        await open_trial(face, "card")
        for key in ("escape", "escape", "f10"):
            face.elapsed.pass_by(1.0)
            await face.press(key)
        face.elapsed.pass_by(1.0)
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert cast(HealthScreen, face.screen).on_duty.results == {}


@pytest.mark.parametrize("name", ["ticket", "service"])
async def test_what_changes_something_waits_for_its_key(name: str) -> None:
    """M3: opening it prints nothing and restarts nothing."""
    async with at_health() as face:
        await open_trial(face, name)
        assert face.trials.asked == []
        await face.touch("#foot", "begin")
        assert [asked[0] for asked in face.trials.asked] == [name]


async def test_a_trial_that_stumbles_is_told_and_can_be_tried_again() -> None:
    """M3: what it told before stays; what went wrong is in the log by its kind alone."""
    async with at_health() as face:
        face.trials.breaks = True
        screen = await open_trial(face, "card")
        assert screen.note.words == face.app.text("maintenance.unexpected")
        assert "Kart tapıldı" in face.shown
        assert "secret" not in face.shown
        face.trials.breaks = False
        await face.press("f2")
        assert face.trials.asked == [("card",), ("card",)]


async def test_a_chain_is_a_tree() -> None:
    """M3: each certificate stands below the one that it leads to, further in."""
    async with at_health() as face:
        face.trials.lines = (
            Line("good", "Sertifikat"),
            replace(Line("good", "ICA"), depth=1),
            Line("good", "PCA", depth=2),
        )
        await open_trial(face, "chain")
        places = [
            next(line.index(word) for line in face.lines() if word in line and "zəncir" not in line)
            for word in ("Sertifikat", "ICA", "PCA")
        ]
        assert places == sorted(set(places))


async def test_at_the_end_the_first_fault_is_in_sight() -> None:
    """M3: of a trial that fills pages; without a fault its first page is shown."""
    async with at_health(size=LARGE_TYPE) as face:
        steps = tuple(Line("good", f"addım {number:02d}") for number in range(50))
        face.trials.lines = (*steps[:20], Line("fault", "sındı"), *steps[20:])
        await open_trial(face, "card")
        assert "sındı" in face.shown
        face.trials.lines = steps
        await face.press("f2")
        assert "addım 00" in face.shown


async def test_a_long_trace_has_pages() -> None:
    """M3: no line of it is lost."""
    async with at_health(size=SMALL) as face:
        face.trials.lines = tuple(Line("good", f"00A4 {number:04d}", 1.0) for number in range(60))
        screen = await open_trial(face, "trace")
        seen = set()
        for _ in range(screen.lines.pages):
            seen |= {number for number in range(60) if f"00A4 {number:04d}" in face.shown}
            await face.press("pagedown")
        assert seen == set(range(60))


def test_an_apdu_is_hexadecimal() -> None:
    """M3: what is no digit of it is not taken."""
    assert hexadecimal("00a4-0400 xyz;") == "00A40400 ;"


@pytest.mark.parametrize("size", SIZES)
async def test_an_apdu_is_typed_by_finger_and_sent(size: tuple[int, int]) -> None:
    """M3: what is sent, and what is refused, the trial says; commands before stay in sight."""
    async with at_health(size=size) as face:
        screen = await open_trial(face, "apdu")
        for digit in "00A4":
            await face.touch("#hex-pad", digit)
        await face.touch("#foot", "send")
        await face.press("0", "enter")
        assert face.trials.asked == [("apdu", "00A4"), ("apdu", "00A40")]
        assert len(screen.lines.lines) == 4
        assert not [act for act in face.desk if "00A4" in str(act)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_test_letter_goes_to_the_typed_address_that_nothing_keeps(size: tuple[int, int]) -> None:
    """M3, K6: by finger at every size; the audit names the trial alone."""
    async with at_health(size=size) as face:
        await open_trial(face, "mail")
        await tap_keys(face, "texnik")
        keyboard = face.widget("#keyboard")
        await face.touch("#keyboard", next(key.name for key in keyboard.shown if key.typed == "@mail.ru"))
        await face.touch("#foot", "send")
        assert face.trials.asked == [("mail", "texnik@mail.ru")]
        assert "Kart tapıldı" in face.shown
        assert not [act for act in face.desk if "texnik" in str(act)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_test_message_goes_to_the_typed_number_that_nothing_keeps(size: tuple[int, int]) -> None:
    """M3, K6: as the letter; digits stand on the keyboard at once."""
    async with at_health(size=size) as face:
        await open_trial(face, "sms")
        await tap_keys(face, "0501234567")
        await face.touch("#foot", "send")
        assert face.trials.asked == [("sms", "0501234567")]
        assert "Kart tapıldı" in face.shown
        assert not [act for act in face.desk if "050" in str(act)]


async def test_an_empty_address_is_told_at_the_field() -> None:
    """M3: no trial begins."""
    async with at_health() as face:
        screen = await open_trial(face, "mail")
        await face.press("enter")
        assert screen.entry.problem == "field.short.empty"
        assert face.trials.asked == []


@pytest.mark.parametrize("size", [KIOSK, LARGE_TYPE])
async def test_a_scan_is_compared_and_not_kept(size: tuple[int, int]) -> None:
    """M3: the code stands on the screen where it has room; what was read is in no list and no audit."""
    async with at_health(size=size) as face:
        screen = await open_trial(face, "scanner")
        assert bool(screen.code.region.area) == (size == KIOSK)
        for _ in range(2):
            face.screen.post_message(Scanned("3141592653"))
            await face.settle()
        assert face.trials.asked == [("scanner", "3141592653")] * 2
        assert "3141592653" not in face.shown
        assert len(screen.lines.lines) == 4
        assert not [act for act in face.desk if "3141" in str(act)]


async def test_the_simulated_reader_plays_what_is_chosen() -> None:
    """M3: from its own list."""
    async with at_health() as face:
        await open_trial(face, "simulated")
        assert face.is_on(ScenariosScreen)
        face.elapsed.pass_by(1.0)
        await face.press("1")
        assert face.trials.asked == [("simulated", "good_card")]


async def test_every_colour_stands_there_with_its_name() -> None:
    """M3: a glass that loses a colour is seen."""
    async with at_health(size=LARGE_TYPE) as face:
        await open_trial(face, "screen")
        assert all(name in face.shown for name in NAMES)


@pytest.mark.parametrize("size", SIZES)
async def test_each_touched_cell_is_marked(size: tuple[int, int]) -> None:
    """M3: and counted, so that a dead corner is found."""
    async with at_health(size=size) as face:
        screen = cast(GlassScreen, await open_trial(face, "screen"))
        await face.press("f2")
        cells = screen.grid.spots()
        await face.touch("#grid", cells[0].name)
        await face.touch("#grid", cells[-1].name)
        assert face.app.text("maintenance.glass.touch", marked=2, all=len(cells)) in face.shown
        assert screen.grid.marked == {cells[0].name, cells[-1].name}


async def test_each_key_is_told_by_its_name() -> None:
    """M3: as the terminal gives it; the way back stays a way back."""
    async with at_health() as face:
        screen = cast(GlassScreen, await open_trial(face, "screen"))
        await face.press("f2", "f2", "f7", "ə", "shift+tab")
        assert "f7" in screen.keys_told
        assert "f7" in face.shown
        face.elapsed.pass_by(1.0)
        await face.press("f10")
        assert face.is_on(TrialsScreen)
