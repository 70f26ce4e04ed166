"""How the hall's screens look: whole at every size in every language, nothing over anything else (K2, K3)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from kiosk.language import LANGUAGES
from kiosk.names import Names
from screens.counter.hall.machines import MachinesScreen
from tests.kiosk.hall.invented_staff import enrolled
from tests.screens.counter.counter_face import COUNTER, NARROW, SIZES, CounterFace
from tests.screens.counter.hall.conftest import OpenHall
from tests.screens.counter.test_looks import CUT, nothing_overlaps
from tests.stations import CENTRE, OTHER_SERVICE, SERVICE, Trial, moment, new_key, person


def whole(face: CounterFace, *, names: bool = False) -> None:
    """Nothing overlaps, every key is in sight; no word of ours is cut (a service's own name may be)."""
    nothing_overlaps(face)
    keys: Any = face.widget("#keys")
    assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
    if not names:
        cut = [line for line in face.lines() if CUT in line]
        assert cut == []


def furnished(trial: Trial, boss: int) -> None:
    """A hall with something in each list."""
    station = trial.station
    for number in ("7", "12"):
        station.counters.add(new_key(), boss, number)
    station.counters.set_services(new_key(), boss, "12", {SERVICE, OTHER_SERVICE})
    station.counters.set_direction(new_key(), boss, "7", Names("Sola", "Налево", "Left"))
    station.counters.sit(new_key(), enrolled(trial, "operator"), "7")
    station.counters.set_open(new_key(), boss, "12", False)
    trial.confirmed("2026-11-24 10:00", person(1))
    at = moment("2026-11-24 11:00")
    typed = person(2) | {"email": "", "phone": "0502345678"}
    station.people.book(new_key(), boss, OTHER_SERVICE, CENTRE, at, typed, "az", "passport")
    reason = Names("Su yoxdur", "Нет воды", "No water")
    station.closed_hours.close(new_key(), boss, date(2026, 11, 24), time(9), time(13), reason)
    station.closed_hours.close(new_key(), boss, date(2026, 11, 25), None, None, reason)
    station.stations.seen("kiosk", -90_000)
    station.stations.seen("board", 0)
    station.stations.set_closed(new_key(), boss, "kiosk-1", True)


@pytest.mark.parametrize(
    ("size", "language"),
    [
        # Each size and each language once in the first tier, the other pairs in the second.
        pytest.param(size, language, marks=() if (at - place) % 3 == 0 else pytest.mark.long)
        for at, size in enumerate(SIZES)
        for place, language in enumerate(LANGUAGES)
    ]
    + [pytest.param(NARROW, language, marks=pytest.mark.long) for language in LANGUAGES],
)
async def test_every_screen_is_whole(
    trial: Trial, at_hall: OpenHall, boss: int, size: tuple[int, int], language: Any
) -> None:
    """K2, K3: each list, each form, the questions."""
    furnished(trial, boss)
    async with at_hall(size, language) as face:
        whole(face)
        for form in ("f7", "enter", "f9"):
            await face.press(form)
            whole(face, names=form == "f9")
            await face.press("escape")
        await face.press("f3")
        whole(face)
        await face.press("enter")
        assert "+994 50 234 56 78" in face.shown and person(2)["surname"] in face.shown
        whole(face, names=True)
        await face.press("escape", "f8")
        whole(face)
        await face.press("escape", "f7")
        whole(face)
        await face.press("up", "left")
        whole(face)
        await face.press("right", "f10")
        whole(face)
        await face.press("escape", "escape", "f4")
        assert face.is_on(MachinesScreen)
        whole(face)
        await face.press("down")
        whole(face)
        await face.press("f5")
        whole(face)
        for form in ("f7", "enter", "f9"):
            await face.press(form)
            whole(face)
            if form == "f7" and size == COUNTER:
                assert face.widget("#rows").size.height == 2 * 9 - 1, "nine rows have air between them there"
            await face.press("escape")
        await face.press("f6")
        whole(face, names=True)
        await face.press("enter")
        whole(face, names=True)


@pytest.mark.parametrize("theme", [pytest.param("kiosk-contrast", marks=pytest.mark.long), "kiosk-mono"])
async def test_states_are_told_without_colour_too(trial: Trial, at_hall: OpenHall, boss: int, theme: str) -> None:
    """face.md, principle 3: mark and word, and which section is open, in the themes that have few."""
    furnished(trial, boss)
    async with at_hall(language="en") as face:
        face.app.theme = theme
        await face.press("f4")
        assert "■ closed" in face.shown and "✓ working" in face.shown and "! -90.0" in face.shown.replace("−", "-")
        if face.app.palette.framed:
            assert "▸F4" in face.shown and "[F2]" in face.shown


async def test_whom_no_letter_reaches_is_seen_on_a_small_screen(trial: Trial, at_hall: OpenHall, boss: int) -> None:
    """C2: somebody has to call them: that number is never left out; face.md: numbers stand at the right."""
    furnished(trial, boss)
    async with at_hall((80, 24)) as face:
        await face.press("f3")
        head = next(line for line in face.lines() if face.app.text("hall.closure.to_call") in line)
        row = next(line for line in face.lines() if "09:00–13:00" in line)
        for key, told in (("booked", "2"), ("told", "1"), ("to_call", "1")):
            words = face.app.text(f"hall.closure.{key}")
            assert row[head.index(words) : head.index(words) + len(words)].strip() == told
            assert row[head.index(words) + len(words) - 1] == told
