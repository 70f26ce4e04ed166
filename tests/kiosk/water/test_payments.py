"""Payments count once, by their receipt, and let go on what their debt held (W6)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.errors import BadRequest, KeyReused, NotFound, ReceiptReused, UnknownSubscriber
from tests.kiosk.hall.invented_staff import enrolled
from tests.kiosk.water.cash_desk import (
    CODE,
    OTHER,
    QR,
    add_held,
    add_subscriber,
    audited,
    counted,
    manat,
    notice_of,
    payments_of,
)
from tests.stations import MakeTrial, Trial, moment, new_key

DEBT = manat("3.40")


@pytest.fixture
def owing(make_trial: MakeTrial) -> Trial:
    """A station with a payment QR, and a subscriber who owes 3.40."""
    trial = make_trial(payments=QR)
    add_subscriber(trial, 340)
    return trial


def test_a_payment_counts_once_and_is_told_again(owing: Trial) -> None:
    """W6: the same receipt, amount and subscriber under other keys is the same payment; the debt is a sum."""
    payments = payments_of(owing.station)
    assert payments.debt(CODE) == DEBT
    first = payments.record(new_key(), CODE, manat("1.40"), "BANK-1", "batch")
    assert (first.debt, first.registered) == (manat("2.00"), ())
    for _ in range(3):
        assert payments.record(new_key(), CODE, manat("1.40"), "BANK-1", "batch") == first
    assert counted(owing) == 140
    assert audited(owing, "record_payment") == ["done", "repeated", "repeated", "repeated"]


@pytest.mark.parametrize(("code", "amount"), [(CODE, "1.41"), (OTHER, "1.40")])
def test_a_receipt_is_of_one_payment(owing: Trial, code: str, amount: str) -> None:
    """W6: another amount or subscriber under a known receipt is refused, and nothing is counted."""
    add_subscriber(owing, 0, OTHER)
    payments = payments_of(owing.station)
    payments.record(None, CODE, manat("1.40"), "BANK-1", "batch")
    with pytest.raises(ReceiptReused):
        payments.record(None, code, manat(amount), "BANK-1", "batch")
    assert (counted(owing), counted(owing, OTHER)) == (140, 0)


def test_a_key_gets_its_own_answer_again(owing: Trial) -> None:
    """A repeat with the key is answered as then, whatever was paid since; another request under it is refused."""
    payments = payments_of(owing.station)
    first = payments.record("key", CODE, manat("1.00"), "BANK-1", "batch")
    payments.record(None, CODE, manat("2.00"), "BANK-2", "batch")
    assert payments.record("key", CODE, manat("1.00"), "BANK-1", "batch") == first
    with pytest.raises(KeyReused):
        payments.record("key", CODE, manat("1.01"), "BANK-1", "batch")


def test_what_the_debt_held_goes_on_with_the_last_qapik(owing: Trial) -> None:
    """W6: not while 0.01 is left; then in the payment's own transaction, with a letter for each payment."""
    application = add_held(owing)
    payments = payments_of(owing.station)
    assert payments.record(None, CODE, manat("3.39"), "BANK-1", "batch").registered == ()
    (row,) = owing.query("SELECT state, number FROM applications")
    assert (row["state"], row["number"]) == ("awaiting_payment", None)
    (registered,) = payments.record(None, CODE, manat("0.01"), "BANK-2", "batch").registered
    (row,) = owing.query("SELECT state, number FROM applications")
    assert (row["state"], row["number"]) == ("registered", registered.number)
    letters = owing.query("SELECT kind, recipient, application FROM outbox WHERE kind = 'payment'")
    assert [(one["recipient"], one["application"]) for one in letters] == [("aygun@example.az", application)] * 2


def test_without_an_address_no_letter_is_written(owing: Trial) -> None:
    """A payment by itself tells nobody's address."""
    payments_of(owing.station).record(None, CODE, DEBT, "BANK-1", "batch")
    assert owing.letters() == []


def test_paying_more_leaves_a_credit(owing: Trial) -> None:
    """W8: a negative debt is a credit."""
    assert payments_of(owing.station).record(None, CODE, manat("5.00"), "BANK-1", "batch").debt == manat("-1.60")


def test_an_order_is_paid_by_its_notice(owing: Trial) -> None:
    """W6: the order tells of the payment, of what is left and of what went on."""
    application = add_held(owing)
    payments = payments_of(owing.station)
    order = payments.order("key", CODE, DEBT, "qr", application)
    assert (order.state, order.amount, order.subscriber) == ("open", DEBT, CODE)
    assert payments.order("key", CODE, DEBT, "qr", application) == order
    assert payments.paid(order.reference) is None
    paid = payments.notice(*notice_of(order=order.reference, subscriber=None))
    now = payments.state(order.reference)
    assert now.state == "paid"
    assert now.application == paid.registered[0]
    assert payments.paid(order.reference) == paid
    assert (paid.debt, paid.method) == (Decimal("0.00"), "qr")


def test_a_late_notice_counts(owing: Trial) -> None:
    """W6: an order ends at its time exactly; the money that comes later counts all the same."""
    payments = payments_of(owing.station)
    order = payments.order(new_key(), CODE, DEBT, "qr")
    assert order.ends_at == moment("2026-11-20 09:15")
    owing.at("2026-11-20 09:15")
    assert payments.state(order.reference).state == "ended"
    paid = payments.notice(*notice_of(order=order.reference, at="2026-11-20T09:14:59+04:00"))
    assert (paid.debt, payments.state(order.reference).state) == (Decimal("0.00"), "paid")


def test_another_amount_counts_as_it_was_paid(owing: Trial) -> None:
    """W6: what was really paid counts, not what was asked for."""
    payments = payments_of(owing.station)
    order = payments.order(new_key(), CODE, DEBT, "qr")
    paid = payments.notice(*notice_of(order=order.reference, amount="3.00"))
    assert (paid.amount, paid.debt) == (manat("3.00"), manat("0.40"))
    assert payments.state(order.reference).state == "paid"


def test_a_notice_repeated_a_hundred_times_counts_once(owing: Trial) -> None:
    """W6: payment services repeat until they are answered."""
    payments = payments_of(owing.station)
    notice = notice_of()
    assert len({payments.notice(*notice) for _ in range(100)}) == 1
    assert counted(owing) == 340


def test_two_receipts_for_one_order_both_count(owing: Trial) -> None:
    """W6: a person who paid twice has a credit; money never vanishes."""
    payments = payments_of(owing.station)
    order = payments.order(new_key(), CODE, DEBT, "qr")
    for receipt in ("BANK-1", "BANK-2"):
        payments.notice(*notice_of(order=order.reference, receipt=receipt))
    assert payments.debt(CODE) == -DEBT


def test_an_order_is_not_paid_by_another_ones_receipt(owing: Trial) -> None:
    """A repeat that names another order tells the payment again and marks nothing."""
    payments = payments_of(owing.station)
    first, second = (payments.order(new_key(), CODE, DEBT, "qr").reference for _ in range(2))
    payments.notice(*notice_of(order=first))
    payments.notice(*notice_of(order=second))
    assert (payments.state(second).state, counted(owing)) == ("open", 340)


def test_a_receipt_is_of_one_order_at_most(owing: Trial) -> None:
    """W6: told without an order first, then with one, then with another: the first order has it."""
    payments = payments_of(owing.station)
    first, second = (payments.order(new_key(), CODE, DEBT, "qr").reference for _ in range(2))
    payments.notice(*notice_of())
    for order in (first, second):
        payments.notice(*notice_of(order=order))
    assert (payments.state(first).state, payments.state(second).state) == ("paid", "open")
    told = payments.paid(first)
    assert told is not None
    assert told.receipt == "BANK-1"
    assert (payments.paid(second), counted(owing)) == (None, 340)


def test_a_balance_may_be_larger_than_any_payment(owing: Trial) -> None:
    """W6: two of the largest payments leave a credit that is told, and told again under the key."""
    payments = payments_of(owing.station)
    largest = manat("99999999.99")
    order = payments.order(new_key(), CODE, largest, "qr").reference
    payments.record("first", CODE, largest, "BANK-1", "batch", order=order)
    second = payments.record("second", CODE, largest, "BANK-2", "batch")
    assert second.debt == manat("-199999996.58")
    assert payments.record("second", CODE, largest, "BANK-2", "batch") == second
    assert payments.paid(order) is not None


def test_no_cash_where_none_is_taken(make_trial: MakeTrial) -> None:
    """`[payments] cash_desk = false` holds for whoever asks, not for the screens alone."""
    trial = make_trial(payments={"cash_desk": False})
    add_subscriber(trial, 340)
    with pytest.raises(BadRequest) as refused:
        payments_of(trial.station).record(new_key(), CODE, DEBT, "", "cash")
    assert (refused.value.field, refused.value.why, counted(trial)) == ("method", "not_offered", 0)


def test_the_day_of_a_payment_is_the_day_in_baku(owing: Trial) -> None:
    """W8: a month's payments are those of the wall clock's month; a time to come counts as now."""
    payments = payments_of(owing.station)
    payments.record(None, CODE, manat("1.00"), "A", "qr", paid_at=datetime.fromisoformat("2026-10-31T20:00:00+00:00"))
    payments.record(None, CODE, manat("1.00"), "B", "qr", paid_at=datetime.fromisoformat("2026-10-31T19:59:59+00:00"))
    payments.record(None, CODE, manat("1.00"), "C", "qr", paid_at=datetime.fromisoformat("2027-01-01T00:00:00+00:00"))
    days = owing.query("SELECT receipt, paid_on FROM payments ORDER BY receipt")
    assert [row["paid_on"] for row in days] == ["2026-11-01", "2026-10-31", "2026-11-20"]


def test_the_cash_desk_numbers_its_receipts(owing: Trial) -> None:
    """Cash: a number of our own by the year in Baku, without gap; one that somebody typed already is passed over."""
    payments, taker = payments_of(owing.station), enrolled(owing, "operator")
    payments.record(None, CODE, manat("0.10"), "R-2026-000002", "cash")
    receipts = [payments.record(new_key(), CODE, manat("0.10"), "", "cash", staff=taker).receipt for _ in range(2)]
    owing.at("2026-12-31 23:59:59")
    receipts.append(payments.record(new_key(), CODE, manat("0.10"), "", "cash").receipt)
    owing.at("2027-01-01 00:00")
    receipts.append(payments.record("again", CODE, manat("0.10"), "", "cash").receipt)
    assert receipts == ["R-2026-000001", "R-2026-000003", "R-2026-000004", "R-2027-000001"]
    assert payments.record("again", CODE, manat("0.10"), "", "cash").receipt == "R-2027-000001"
    assert owing.query("SELECT count(*) AS n FROM payments WHERE staff = :id", id=taker)[0]["n"] == 2


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001", "NaN", "Infinity", "100000000.00"])
def test_what_is_no_amount_is_refused(owing: Trial, amount: str) -> None:
    """Money is whole qəpik, above zero."""
    payments = payments_of(owing.station)
    with pytest.raises(BadRequest) as refused:
        payments.record(None, CODE, Decimal(amount), "BANK-1", "batch")
    assert (refused.value.field, refused.value.why) == ("amount", "format")
    with pytest.raises(BadRequest):
        payments.order(new_key(), CODE, Decimal(amount), "qr")


@pytest.mark.parametrize("receipt", ["", " ", "ə", "A" * 65, "A\nB", "A\x00"])
def test_what_is_no_receipt_is_refused(owing: Trial, receipt: str) -> None:
    """A receipt is 1 to 64 printable ASCII signs."""
    with pytest.raises(BadRequest) as refused:
        payments_of(owing.station).record(None, CODE, DEBT, receipt, "batch")
    assert refused.value.field == "receipt"


def test_who_and_what_is_not_there_is_refused(owing: Trial) -> None:
    """Unknown subscribers and orders, orders and applications of somebody else, ways that are not offered."""
    add_subscriber(owing, 1, OTHER)
    application = add_held(owing, OTHER)
    payments = payments_of(owing.station)
    order = payments.order(new_key(), CODE, DEBT, "qr").reference
    with pytest.raises(UnknownSubscriber):
        payments.debt("99999")
    with pytest.raises(UnknownSubscriber):
        payments.order(new_key(), "99999", DEBT, "qr")
    with pytest.raises(UnknownSubscriber):
        payments.record(None, "99999", DEBT, "BANK-1", "batch")
    with pytest.raises(NotFound):
        payments.state("0" * 12)
    with pytest.raises(BadRequest, match="bad_request"):
        payments.record(None, OTHER, DEBT, "BANK-1", "qr", order=order)
    with pytest.raises(BadRequest, match="bad_request"):
        payments.record(None, CODE, DEBT, "BANK-1", "qr", order="0" * 12)
    with pytest.raises(BadRequest, match="bad_request"):
        payments.order(new_key(), CODE, DEBT, "qr", application)
    for method in ("terminal", "cash"):
        with pytest.raises(BadRequest, match="bad_request"):
            payments.order(new_key(), CODE, DEBT, method)
    assert counted(owing) == counted(owing, OTHER) == 0


def test_the_ways_offered_are_those_set_up(make_trial: MakeTrial) -> None:
    """A kiosk offers the terminal and the QR that it has; whether counters take cash stands beside."""
    bare = payments_of(make_trial(payments={"cash_desk": False}).station)
    assert (bare.ways(), bare.takes_cash, bare.terminal_status()) == ((), False, None)
    whole = payments_of(make_trial(payments=QR).station)
    assert (whole.ways(), whole.takes_cash, whole.takes_notices) == (("qr",), True, True)


def test_the_audit_names_subscribers_alone(owing: Trial) -> None:
    """K6: codes, and no person."""
    payments = payments_of(owing.station)
    payments.order(new_key(), CODE, DEBT, "qr")
    payments.record(None, CODE, DEBT, "BANK-1", "batch")
    assert {row["detail"] for row in owing.query("SELECT detail FROM audit")} == {CODE}


def test_a_letter_that_was_left_goes_out_when_the_payment_is_told_again(make_trial: MakeTrial, tmp_path: Path) -> None:
    """Whoever counted it died before its letters left: its repeat delivers them before it answers."""
    trial = make_trial(mail={"transport": "maildir"})
    add_subscriber(trial, 340)
    add_held(trial)
    payments = payments_of(trial.station)
    outbox = trial.station.outbox
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(outbox, "deliver_now", lambda _: 0)
        payments.record("key", CODE, DEBT, "BANK-1", "batch")
    letters = tmp_path / "mail" / "new"
    assert not list(letters.glob("*"))
    payments.record("key", CODE, DEBT, "BANK-1", "batch")
    assert len(list(letters.glob("*"))) == 2, "that the payment came, and that the application is registered"
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(outbox, "deliver_now", lambda _: 0)
        add_held(trial, _other(trial))
        payments.record(None, OTHER, manat("0.40"), "BANK-2", "batch")
    payments.record(None, OTHER, manat("0.40"), "BANK-2", "batch")
    assert len(list(letters.glob("*"))) == 3


def _other(trial: Trial) -> str:
    add_subscriber(trial, 100, OTHER)
    return OTHER
