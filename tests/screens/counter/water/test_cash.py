"""Cash at the counter: checked, counted once, and what it lets go on (W6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kiosk.errors import Unavailable
from kiosk.water.facts import AwaitingPayment
from screens.counter.water.cash import CashScreen, read_amount
from screens.counter.water.leave import LeaveScreen
from screens.counter.water.subscriber import SubscriberScreen
from tests.kiosk.water.applying import CODE, Company
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import Away, open_subscriber, typed


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3,40", "3.40"),
        ("3.4", "3.40"),
        (" 12 ", "12.00"),
        ("0,01", "0.01"),
        ("99999999", "99999999.00"),
        ("0", None),
        ("0,00", None),
        ("", None),
        ("-3", None),
        ("3,405", None),
        ("1.234,50", None),
        ("3,", None),
        ("١٢", None),
        ("1e3", None),
        ("999999999", None),
    ],
)
def test_an_amount_is_manat_and_qapik(text: str, amount: str | None) -> None:
    """W6: comma or point; what could be read in two ways is not read."""
    assert read_amount(text) == (None if amount is None else Decimal(amount))


def payments(company: Company) -> list[dict[str, Any]]:
    return company.trial.query("SELECT amount, receipt, method, staff IS NOT NULL AS by_staff FROM payments")


async def test_the_debt_is_prefilled_checked_and_counted(company: Company, at_desk: OpenDesk) -> None:
    """W6: F4, Enter, Enter; the receipt is ours; a held application goes on and is told; the page has what is left."""
    company.owe(340)
    assert isinstance(company.apply(wait=True), AwaitingPayment)
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert screen.amount.value == "3,40"
        await face.press("enter")
        assert payments(company) == []
        assert "3,40 ₼" in " ".join(face.shown.split())
        await face.press("enter")
        assert "R-2026-000001" in face.shown
        assert "2026-000001" in face.shown
        await face.press("enter")
        page = face.screen
        assert isinstance(page, SubscriberScreen)
        assert page.balance.debt == 0
        assert [line.name for line in page.list.lines] == ["2026-000001"]
    assert payments(company) == [{"amount": 340, "receipt": "R-2026-000001", "method": "cash", "by_staff": 1}]


@pytest.mark.long
async def test_more_than_the_debt_is_said_before_it_is_taken(company: Company, at_desk: OpenDesk) -> None:
    """W6: a credit is possible, and no surprise."""
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4")
        await typed(face, "5.50")
        await face.press("enter")
        assert face.app.text("desk.cash.over").split("\n")[0] in face.shown
        await face.press("escape")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert screen.amount.value == "5.50"
        assert payments(company) == []


@pytest.mark.long
async def test_what_is_no_amount_stays_in_the_form(company: Company, at_desk: OpenDesk) -> None:
    """W6: told at the field, nothing is asked of the station."""
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4", "enter")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert (screen.stage, screen.amount.problem) == ("form", "desk.amount_wrong")


@pytest.mark.long
async def test_a_receipt_of_another_payment_is_refused(company: Company, at_desk: OpenDesk) -> None:
    """W6: the number is typed by hand, so the mistake is told at its field and nothing is counted."""
    company.trial.station.water.payments.record("k-1", CODE, Decimal("1.00"), "KV-7", "cash")
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4")
        await typed(face, "2")
        await face.press("tab")
        await typed(face, "KV-7")
        await face.press("enter", "enter")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert (screen.stage, screen.receipt.problem) == ("form", "desk.receipt_reused")
    assert len(payments(company)) == 1


async def test_a_lost_answer_is_never_counted_twice(
    company: Company, at_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W6: the database goes after the payment was written; Enter again tells the same payment."""
    company.owe(340)
    rooms = company.trial.station.water.payments
    lost = Away(rooms.record, Unavailable())
    monkeypatch.setattr(rooms, "record", lost)
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4", "enter", "enter")
        assert face.app.text("desk.cash.unknown").split("\n")[0] in face.shown
        await face.press("enter")
        screen = face.screen
        assert isinstance(screen, CashScreen)
        assert screen.stage == "done"
    assert len(set(lost.keys)) == 1
    assert [row["amount"] for row in payments(company)] == [340]


@pytest.mark.long
async def test_a_typed_receipt_is_not_lost_by_escape(company: Company, at_desk: OpenDesk) -> None:
    """W6: the prefilled debt is nobody's typing; a receipt's number is."""
    company.owe(340)
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f4", "escape")
        assert face.is_on(SubscriberScreen)
        await face.press("f4", "tab")
        await typed(face, "KV-7")
        await face.press("enter", "escape", "escape")
        assert face.is_on(LeaveScreen)
        await face.touch("#stay")
        assert face.is_on(CashScreen)
        await face.press("escape")
        await face.touch("#discard")
        assert face.is_on(SubscriberScreen)
    assert payments(company) == []


@pytest.mark.long
async def test_the_mouse_takes_cash_too(company: Company, at_desk: OpenDesk) -> None:
    """Every key has a cap that can be touched."""
    company.owe(340)
    async with at_desk() as face:
        await open_subscriber(face)
        await face.touch("#keys", "cash")
        await face.touch("#main")
        await face.touch("#main")
    assert [row["amount"] for row in payments(company)] == [340]
