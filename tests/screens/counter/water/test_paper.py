"""What the company's desk prints: payments, certificates, numbers; what was done stands whatever the paper does."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.counter.water.cash import CashScreen
from tests.kiosk.water.applying import Company
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import at_workplace
from tests.screens.counter.water.hands import open_subscriber, typed


@pytest.fixture
def company(make_counter: MakeCounter, tmp_path: Path) -> Company:
    """The company of a counter with a simulated printer; its subscriber owes 3.40."""
    (tmp_path / "paper").mkdir()
    company = Company(make_counter(printer={"device": "simulated", "folder": str(tmp_path / "paper")}))
    company.subscriber(opening_balance=340)
    return company


def slips(folder: Path) -> int:
    return len(list((folder / "paper").glob("slip-*.png")))


async def test_cash_prints_its_slip_and_again_when_asked(company: Company, tmp_path: Path) -> None:
    """W6: one slip by itself, another by Shift+F2; one payment."""
    async with at_workplace(company.trial) as face:
        await face.press("f18")
        await open_subscriber(face)
        await face.press("f4", "enter", "enter")
        assert slips(tmp_path) == 1
        await face.press("f14")
        assert slips(tmp_path) == 2
    assert len(company.trial.query("SELECT receipt FROM payments")) == 1


@pytest.mark.long
async def test_an_empty_printer_is_told_and_the_payment_stands(company: Company, tmp_path: Path) -> None:
    """W6: the receipt's number is on the screen."""
    (tmp_path / "paper" / "fault").write_text("no_paper", "ascii")
    async with at_workplace(company.trial) as face:
        await face.press("f18")
        await open_subscriber(face)
        await face.press("f4", "enter", "enter")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert screen.note.words == face.app.text("water.paper.no_paper")
        assert "R-2026-000001" in face.shown


@pytest.mark.long
async def test_a_certificate_and_a_number_are_printed(company: Company, tmp_path: Path) -> None:
    """W3, W8: the certificate by F4; the number of an application by itself."""
    company.owe(0)
    async with at_workplace(company.trial) as face:
        await face.press("f18")
        await open_subscriber(face)
        await face.press("f5", "f4")
        assert slips(tmp_path) == 1
        await face.press("escape", "f8", "enter", "tab")
        await typed(face, "0501234567")
        await face.press("tab")
        await typed(face, "aygun@example.az")
        await face.press("f4", "enter")
        assert "2026-000001" in face.shown
        assert slips(tmp_path) == 2
