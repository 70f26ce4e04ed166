"""A terminal is told once to take an order; what it took counts once, whatever becomes of its answer (W6)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import DatabaseAway
from hardware.payment_terminal.port import Approved, Outcome
from hardware.payment_terminal.simulated import SimulatedTerminal
from kiosk.errors import NotFound, RegistryAway
from kiosk.water.facts import TerminalOutcome
from kiosk.water.payments import Payments
from tests.kiosk.water.cash_desk import (
    CODE,
    add_held,
    add_subscriber,
    audited,
    counted,
    manat,
    payments_of,
    terminal_in,
)
from tests.stations import MakeTrial, Trial, new_key

DEBT = manat("3.40")


@pytest.fixture
def owing(trial: Trial) -> Trial:
    """A station, and a subscriber who owes 3.40."""
    add_subscriber(trial, 340)
    return trial


def _ordered(payments: Payments) -> str:
    return payments.order(new_key(), CODE, DEBT, "terminal").reference


def _pay(payments: Payments, reference: str) -> TerminalOutcome:
    return payments.pay_at_terminal(reference, threading.Event())


def test_an_approved_payment_counts_with_the_terminals_receipt(owing: Trial, tmp_path: Path) -> None:
    """W6: paid, counted, the held application goes on; asked again, the same is told."""
    add_held(owing)
    terminal = terminal_in(tmp_path)
    payments = payments_of(owing.station, terminal)
    assert payments.ways() == ("terminal",)
    reference = _ordered(payments)
    paid = _pay(payments, reference)
    assert paid.state == "paid"
    assert paid.payment is not None
    assert (paid.payment.method, paid.payment.debt) == ("terminal", manat("0.00"))
    assert terminal.ask(reference) == Approved(paid.payment.receipt)
    assert len(paid.payment.registered) == 1
    assert _pay(payments, reference) == paid
    assert terminal.taken() == {reference: 340}
    assert counted(owing) == 340


@pytest.mark.parametrize(
    ("fault", "state", "why"), [("decline:funds", "declined", "funds"), ("cancel", "cancelled", "")]
)
def test_what_was_not_taken_ends_the_order(owing: Trial, tmp_path: Path, fault: str, state: str, why: str) -> None:
    """A refused order is over; the next try is an order of its own."""
    terminal = terminal_in(tmp_path, fault)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    outcome = _pay(payments, reference)
    assert (outcome.state, outcome.why, outcome.payment) == (state, why, None)
    assert payments.state(reference).state == "ended"
    terminal.fault = ""
    assert _pay(payments, reference).state == state
    assert (terminal.taken(), counted(owing)) == ({}, 0)


@pytest.mark.parametrize("fault", ["lost", "late:1", "late:2"])
def test_a_lost_answer_is_asked_for(owing: Trial, tmp_path: Path, fault: str) -> None:
    """W6: charged once, counted once."""
    terminal = terminal_in(tmp_path, fault)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    assert _pay(payments, reference).state == ("unknown" if fault == "late:2" else "paid")
    payments.recover()
    assert (terminal.taken(), counted(owing)) == ({reference: 340}, 340)


@pytest.mark.parametrize("fault", ["hang", "unplugged", "late:9"])
def test_what_is_not_known_stays_open_until_the_terminal_tells(owing: Trial, tmp_path: Path, fault: str) -> None:
    """W6: nothing is told that is not known, nothing is charged anew, and recovery learns it."""
    terminal = terminal_in(tmp_path, fault)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    assert _pay(payments, reference).state == "unknown"
    owing.at("2026-11-20 12:00")
    assert payments.state(reference).state == "open", "its time is over, but the terminal is still to tell"
    if fault != "late:9":
        assert payments.recover() == 0
        terminal.fault = ""
    else:
        assert [payments.recover() for _ in range(8)] == [0] * 7 + [1]
    payments.recover()
    state = payments.state(reference).state
    assert (state, counted(owing)) == (("paid", 340) if fault == "late:9" else ("ended", 0))


def test_after_a_crash_the_terminal_is_asked_and_not_told_again(owing: Trial, tmp_path: Path) -> None:
    """W6: killed between telling the terminal and counting: the next start counts it."""
    terminal = terminal_in(tmp_path)
    payments = payments_of(owing.station, terminal)
    told, untold = _ordered(payments), _ordered(payments)
    owing.change("UPDATE payment_orders SET started_at = :now", now=owing.station.clock.now())
    terminal.start(told, 340, threading.Event())
    again = payments_of(owing.station, terminal_in(tmp_path))
    assert again.recover() == 1
    assert again.state(untold).state == "open", "whoever told the terminal may be doing it now"
    owing.at("2026-11-20 09:05")
    assert again.recover() == 1
    assert (again.state(told).state, again.state(untold).state) == ("paid", "ended")
    assert again.recover() == 0
    assert (counted(owing), terminal.taken()) == (340, {told: 340})


def test_two_hands_at_one_order_charge_it_once(owing: Trial, tmp_path: Path) -> None:
    """The same order paid from two threads, and from another process's payments."""
    terminal = SimulatedTerminal(tmp_path / "terminal", seconds=0)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    outcomes: list[TerminalOutcome] = []
    others = [payments, payments, payments_of(owing.station, SimulatedTerminal(tmp_path / "terminal", seconds=0))]
    hands = [threading.Thread(target=lambda one=one: outcomes.append(_pay(one, reference))) for one in others]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert {outcome.state for outcome in outcomes} <= {"paid", "unknown"}
    assert payments.state(reference).state == "paid"
    assert (terminal.taken(), counted(owing)) == ({reference: 340}, 340)


def test_an_order_that_ran_out_is_not_started(owing: Trial, tmp_path: Path) -> None:
    """Nobody is charged for what nobody waits for."""
    terminal = terminal_in(tmp_path)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    owing.at("2026-11-20 09:15")
    assert _pay(payments, reference).state == "cancelled"
    assert terminal.taken() == {}


def test_only_this_stations_orders_for_a_terminal(owing: Trial, make_trial: MakeTrial, tmp_path: Path) -> None:
    """A terminal stands at its station: others' orders, unknown ones and those for the QR are not its own."""
    terminal = terminal_in(tmp_path)
    payments = payments_of(owing.station, terminal)
    other = make_trial(station={"name": "kiosk-2"})
    reference = _ordered(payments_of(other.station, terminal))
    for wrong in (reference, "0" * 12):
        with pytest.raises(NotFound):
            _pay(payments, wrong)
    with pytest.raises(NotFound):
        _pay(payments_of(owing.station), _ordered(payments))
    assert (payments.recover(), terminal.taken()) == (0, {})


class _Breaking(SimulatedTerminal):
    """An adapter that breaks its promise and raises."""

    def start(self, reference: str, amount: int, stop: threading.Event) -> Outcome:
        """Take it, and fail."""
        super().start(reference, amount, stop)
        raise OSError("of the adapter")


def test_an_adapter_that_fails_loses_nothing(owing: Trial, tmp_path: Path) -> None:
    """What it took is asked for."""
    terminal = _Breaking(tmp_path, seconds=0)
    payments = payments_of(owing.station, terminal)
    assert _pay(payments, _ordered(payments)).state == "paid"


def _database_away(*_: object, **__: object) -> None:
    raise DatabaseAway("away")


def _registry_away(*_: object) -> None:
    raise RegistryAway


@pytest.mark.parametrize("away", [_database_away, _registry_away])
def test_money_taken_while_nobody_can_count_it_counts_later(
    owing: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Callable[..., None]
) -> None:
    """W6, K4: the database or the company's system is away when the terminal approves."""
    terminal = terminal_in(tmp_path)
    payments = payments_of(owing.station, terminal)
    reference = _ordered(payments)
    start = terminal.start

    def start_and_lose(*asked: object) -> Outcome:
        outcome = start(*asked)  # type: ignore[arg-type]
        if away is _database_away:
            monkeypatch.setattr(owing.station.database, "write", away)
        else:
            monkeypatch.setattr(payments._registry, "ask", away)
        return outcome

    monkeypatch.setattr(terminal, "start", start_and_lose)
    assert _pay(payments, reference).state == "unknown"
    monkeypatch.undo()
    assert counted(owing) == 0
    assert (payments.recover(), counted(owing)) == (1, 340)


class _Numbering(SimulatedTerminal):
    """An adapter that breaks its promise: its receipts are not unique, or nothing that a receipt can be."""

    receipt = "0001"

    def start(self, reference: str, amount: int, stop: threading.Event) -> Outcome:
        """Take it."""
        super().start(reference, amount, stop)
        return Approved(self.receipt)


@pytest.mark.parametrize(
    ("receipt", "error"), [("0001", "receipt_reused"), ("№ 1", "bad_request"), ("", "bad_request")]
)
def test_a_receipt_that_cannot_count_is_left_to_people(owing: Trial, tmp_path: Path, receipt: str, error: str) -> None:
    """Nothing counts by itself, the person is not told to pay again, the audit tells, and nobody asks for ever."""
    terminal = _Numbering(tmp_path, seconds=0)
    terminal.receipt = receipt
    payments = payments_of(owing.station, terminal)
    payments.record(None, CODE, manat("1.00"), "0001", "batch")
    reference = _ordered(payments)
    assert _pay(payments, reference).state == "unknown"
    owing.at("2026-11-20 12:00")
    assert payments.state(reference).state == "open", "whoever looks at it must not read that nothing was taken"
    assert (payments.recover(), counted(owing)) == (0, 100)
    assert audited(owing, "end_terminal_payment") == [error]


def test_a_receipt_given_to_a_second_order_is_left_to_people(owing: Trial, tmp_path: Path) -> None:
    """The same subscriber, amount and receipt, and money taken twice: the second is not told as the first again."""
    terminal = _Numbering(tmp_path, seconds=0)
    payments = payments_of(owing.station, terminal)
    first, second = _ordered(payments), _ordered(payments)
    assert _pay(payments, first).state == "paid"
    assert _pay(payments, first).state == "paid"
    assert _pay(payments, second).state == "unknown"
    assert (counted(owing), audited(owing, "end_terminal_payment")) == (340, ["receipt_reused"])
    assert terminal.taken() == {first: 340, second: 340}
