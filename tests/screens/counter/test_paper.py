"""Tickets on paper at a counter that has a printer: the activation stands whatever becomes of the paper (C2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import at_workplace
from tests.stations import Trial

MONDAY = "2026-11-23"


@pytest.fixture
def printing(make_counter: MakeCounter, tmp_path: Path) -> Trial:
    """A counter with a simulated printer, and somebody's code in its window."""
    trial = make_counter(printer={"device": "simulated", "folder": str(tmp_path / "paper")})
    (tmp_path / "paper").mkdir()
    return trial


def slips(folder: Path) -> int:
    return len(list((folder / "paper").glob("slip-*.png")))


def on_time(trial: Trial) -> str:
    code = trial.confirmed(f"{MONDAY} 10:00").order_code
    trial.at(f"{MONDAY} 10:05")
    return code


async def test_an_activation_prints_its_ticket_once(printing: Trial, tmp_path: Path) -> None:
    """C1, C2: presenting it again prints nothing by itself."""
    code = on_time(printing)
    async with at_workplace(printing) as face:
        await face.enter(code)
        assert slips(tmp_path) == 1
        await face.enter(code)
        assert slips(tmp_path) == 1


async def test_the_ticket_is_printed_again_when_asked(printing: Trial, tmp_path: Path) -> None:
    """By Shift+F2 and on the page of help; never a new number."""
    code = on_time(printing)
    async with at_workplace(printing) as face:
        await face.enter(code)
        await face.press("f14")
        await face.press("f1")
        await face.touch("#help", "print")
        assert slips(tmp_path) == 3
        assert len(printing.query("SELECT id FROM tickets")) == 1


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("no_paper", "counter.print.no_paper"),
        ("cover_open", "counter.print.cover_open"),
        ("unplugged", "counter.print.unavailable"),
    ],
)
async def test_a_fault_is_told_and_the_number_stands(printing: Trial, tmp_path: Path, fault: str, key: str) -> None:
    """Issue 2: paper out, cover open, unplugged."""
    (tmp_path / "paper" / "fault").write_text(fault, "ascii")
    code = on_time(printing)
    async with at_workplace(printing) as face:
        await face.enter(code)
        assert face.told.number == "A-001"
        assert face.workplace.note.words == face.app.text(key, ticket="A-001")


async def test_without_a_printer_no_key_offers_it(counter: Trial) -> None:
    """And pressing it says so."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        await face.press("f14")
        assert face.app.text("button.print_again") not in face.shown
        assert face.workplace.note.words == face.app.text("counter.no.print")
        await face.press("f1")
        assert face.app.text("button.print_again") not in face.shown


async def test_a_live_ticket_in_place_of_a_late_booking_is_printed(printing: Trial, tmp_path: Path) -> None:
    """C5: by itself, and again when asked."""
    code = on_time(printing)
    printing.at(f"{MONDAY} 10:30")
    async with at_workplace(printing) as face:
        await face.enter(code)
        await face.press("f23")
        assert slips(tmp_path) == 1
        await face.press("f14")
        assert slips(tmp_path) == 2
