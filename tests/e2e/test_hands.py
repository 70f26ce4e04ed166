"""What fingers and scanners really do (terminal.md, section 0): on the real process, and with each answer taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kiosk.language import text
from tests.e2e.citizen import SETTLED, Citizen
from tests.e2e.desktop import Foot
from tests.e2e.glass import Cell
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal

UNKNOWN = text("az", "arrival.unknown").split("\n")[0]
ALL_SERVICES = "45 xidmət"
BOTH = Cell(50, 16)
SLOW = "with_a_slow_scanner"


@contextmanager
def _tapped_twice(place: Place, broken: str) -> Iterator[Citizen]:
    """Two taps at one place, the second upon the new screen: the tile that books, and there the first service."""
    with place.face(broken=broken) as face:
        citizen = Citizen(face, place)
        citizen.comes()
        face.shows(citizen.title("home.book"))
        face.tap(BOTH)
        face.shows(ALL_SERVICES)
        face.tap(BOTH)
        yield citizen


def test_a_double_tap_goes_through_one_screen_only(place: Place) -> None:
    """Finding 8. How long the deaf moment is, tests/screens/test_lockdown.py tells, by a clock of its own."""
    with _tapped_twice(place, "with_patient_ears") as citizen:
        citizen.face.rests(SETTLED)
        citizen.face.shows(citizen.title("step.service"))
        assert not citizen.face.find(citizen.title("step.centre"))


def test_without_our_answer_a_double_tap_goes_through_two(place: Place) -> None:
    with _tapped_twice(place, "with_sharp_ears") as citizen:
        citizen.face.shows(citizen.title("step.centre"))


def _opened(face: PtyTerminal, place: Place) -> Citizen:
    citizen = Citizen(face, place)
    citizen.comes()
    return citizen


def test_the_scanners_enter_presses_no_button(place: Place) -> None:
    """Finding 7: with a tile focused, a scan goes straight to the verdict."""
    with place.face(broken=SLOW) as face:
        citizen = _opened(face, place)
        face.press("Tab")
        face.rests(SETTLED)
        face.send(b"K7MP4XRT\r")
        face.shows(UNKNOWN)
        assert not face.find(citizen.title("step.service"))


def test_without_our_answer_the_scanners_enter_presses_the_focused_tile(place: Place) -> None:
    with place.face(broken="with_keys_for_scans") as face:
        _opened(face, place)
        face.press("Tab")
        face.rests(SETTLED)
        face.send(b"K7MPXRT\r")  # no digit, so that no tile is chosen by number
        face.rests(SETTLED)
        assert not face.find(UNKNOWN)


@pytest.mark.parametrize("gap", [0.0, 0.003, 0.015])
def test_a_scan_is_known_at_any_speed(place: Place, gap: float) -> None:
    """Scanners send as fast as their cable lets them: from one burst to 15 ms a letter.

    How near the letters have to be, tests/screens/test_scanner.py tells, by a clock of its own.
    """
    with place.face(broken=SLOW) as face:
        _opened(face, place)
        for letter in "K7MP4XRT\r":
            face.send(letter.encode())
            if gap:
                face.rests(gap)
        face.shows(UNKNOWN)


def test_a_scan_in_the_kiosks_own_terminal_is_known(place: Place) -> None:
    """Finding 17: foot reports Shift as a key of its own, between a scanner's letters."""
    with place.face_on(Foot, broken=SLOW) as face:
        Citizen(face, place).comes()
        face.scan("K7MP4XRT")
        face.shows(UNKNOWN)


def _two_fields(place: Place, broken: str = "") -> str:
    """The row of the fields of "my bookings" after a burst with a Tab in it; too short for a scan."""
    with place.face(broken=broken) as face:
        citizen = _opened(face, place)
        face.tap(citizen.title("home.my_bookings"))
        citizen.sees(citizen.words("field.label.fin"))
        face.send(b"K7MP\t5ABC")
        face.until(lambda: "5ABC" in face.text(), "what was typed")
        face.rests(SETTLED)
        return next(line for line in face.lines() if "5ABC" in line)


def test_a_burst_with_a_tab_fills_two_fields(place: Place) -> None:
    """Finding 6."""
    row = _two_fields(place)
    assert re.search(r"K7MP\b.*\b5ABC", row)
    assert "K7MP5ABC" not in row


def test_without_our_answer_a_burst_with_a_tab_fills_one_field(place: Place) -> None:
    assert not re.search(r"K7MP\s.*\s5ABC", _two_fields(place, "with_textuals_tab+with_keys_for_scans"))


def _another_books(place: Place) -> None:
    """From another process: one more hour of the first open date is held, and one is booked."""
    where = {"service": "identity-card-issue", "centre": "baku-2"}
    (days,) = place.ask({"do": "dates", **where})
    date = next(day["date"] for day in days["dates"] if day["open"])
    (grid,) = place.ask({"do": "slots", **where, "date": date})
    free = [slot["time"] for slot in grid["slots"] if slot["state"] == "free"]
    for number, hour in enumerate(free[:2]):
        applicant = {
            "given_name": "Rauf", "surname": "Quliyev", "patronymic": "", "fin": f"7XYZ12{number}",
            "phone": "+994501234567", "email": f"rauf{number}@example.az",
        }  # fmt: skip
        (held,) = place.ask(
            {"do": "hold", "key": f"{number}" * 32, **where, "time": hour, "language": "az", "applicant": applicant}
        )
        assert held["ok"], held
        if number:
            code = place.code_mailed(f"rauf{number}@example.az")
            (confirmed,) = place.ask({"do": "confirm", "booking": held["booking"], "code": code})
            assert confirmed["ok"], confirmed


def test_without_colour_every_state_of_an_hour_is_told(place: Place) -> None:
    """NO_COLOR (K2, Q5): nothing but greys, and mark and word in each cell; another's act shows while it is open."""
    with place.face(NO_COLOR="1") as face:
        citizen = _opened(face, place)
        citizen.chooses_service()
        citizen.chooses_centre()
        citizen.chooses_date()
        face.until(citizen.free_hours, "a free hour")
        _another_books(place)
        for state, mark in (("free", "○"), ("taken", "✕"), ("held", "◐")):
            face.until(_grid_has(face, f"{mark} {text('az', f'slot.state.{state}')}"), f"an hour that is {state}")
        face.rests(SETTLED)
        cells = (Cell(column, row) for row in range(face.rows) for column in range(face.columns))
        assert all(_is_grey(colour) for colour in {face.ground(cell) for cell in cells})


def _grid_has(face: PtyTerminal, sign: str) -> Callable[[], bool]:
    return lambda: any(sign in line for line in face.lines()[11:])


def _is_grey(colour: str) -> bool:
    return not re.fullmatch(r"[0-9a-f]{6}", colour) or colour[0:2] == colour[2:4] == colour[4:6]
