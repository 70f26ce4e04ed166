"""Paying an order at the station's terminal: charged once, and counted whatever becomes of the answer (W6).

That the terminal is told to take a payment is committed before it is told. Whoever comes later, after a crash too, only
asks. An order whose outcome is not known stays open until the terminal tells.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, Protocol

from db import payments as rows
from db.payments import OrderRow
from hardware.payment_terminal.port import Approved, Cancelled, Declined, Outcome, PaymentTerminal, Unknown
from kiosk.acts import Acts, Unit
from kiosk.clock import HOUR, MINUTE, Instant
from kiosk.errors import NotFound, Refusal, RegistryAway, Unavailable
from kiosk.water.facts import Payment, PaymentMethod, TerminalOutcome
from kiosk.water.money import to_manat

_ASKED_FOR: Final = 30 * 24 * HOUR
"""How long the terminal is asked for a lost outcome; what is older is for people to look at."""
_STILL_COMING: Final = 5 * MINUTE
"""How long who did not tell the terminal themselves hold it for possible that it is only being told."""
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
_log = logging.getLogger(__name__)


class Counts(Protocol):
    """`Payments`, as far as it is needed here."""

    def record(
        self, key: str | None, code: str, amount: Decimal, receipt: str, method: PaymentMethod, *, order: str | None
    ) -> Payment:
        """Count a payment once."""

    def paid(self, reference: str) -> Payment | None:
        """The payment that came for an order."""


class TerminalPayments:
    """Takes payments at one terminal.

    Args:
        acts: runs what changes something.
        terminal: the terminal.
        payments: counts what was taken.
        pauses: the seconds between questions after a lost answer.
    """

    def __init__(
        self, acts: Acts, terminal: PaymentTerminal, payments: Counts, pauses: Sequence[float] = _PAUSES
    ) -> None:
        self._acts = acts
        self._terminal = terminal
        self._payments = payments
        self._pauses = pauses
        self._one_at_a_time = threading.Lock()
        self._closing = threading.Event()

    def pay(self, reference: str, stop: threading.Event) -> TerminalOutcome:
        """Take an order's amount, or learn what became of it when that was begun before.

        Raises:
            NotFound: this station made no such order for its terminal.
            Unavailable: the database is away; nothing was taken by this call.
        """
        with self._one_at_a_time:
            row, may_start, now = self._begin(reference)
            if row.state == "paid":
                return self._paid(reference)
            if not may_start and row.started_at is None:
                return TerminalOutcome("cancelled")
            if not may_start:
                return self._settle(row, self._asked(row, now))
            outcome = self._heard(lambda: self._terminal.start(reference, row.amount, stop))
            for pause in self._pauses:
                if not isinstance(outcome, Unknown) or self._closing.is_set():
                    break
                if stop.is_set():
                    self._terminal.cancel(reference)
                self._closing.wait(pause)
                outcome = self._heard(lambda: self._terminal.ask(reference))
            return self._settle(row, outcome)

    def recover(self) -> int:
        """Ask for every payment whose answer was lost; how many are settled now. Raises nothing."""
        if not self._one_at_a_time.acquire(blocking=False):
            return 0  # somebody pays; what is left is asked for next time
        try:
            with self._acts.reading() as (connection, now):
                lost = rows.unsettled(connection, self._acts.station, now - _ASKED_FOR)
            settled = 0
            for row in lost:
                if self._closing.is_set():
                    break
                settled += self._settle(row, self._asked(row, now)).state != "unknown"
            return settled
        except Unavailable:
            return 0
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """Wait for no more answers, and let the terminal go."""
        self._closing.set()
        self._terminal.close()

    def _begin(self, reference: str) -> tuple[OrderRow, bool, Instant]:
        """The order, whether the terminal may be told to take it (committed: nobody tells it again), and when it is."""

        def do(unit: Unit) -> tuple[OrderRow, bool, Instant]:
            started = rows.mark_started(unit.connection, reference, unit.station, unit.now)
            # read after the change, which waited for whoever made it first
            row = rows.order(unit.connection, reference)
            if row is None or row.method != "terminal" or row.station != unit.station:
                raise NotFound
            unit.detail = row.subscriber
            if not started:
                unit.outcome = "begun_before" if row.started_at is not None else "ended"
            return row, started, unit.now

        return self._acts.perform("start_terminal_payment", None, {}, do)

    def _paid(self, reference: str) -> TerminalOutcome:
        try:
            return TerminalOutcome("paid", self._payments.paid(reference))
        except RegistryAway:
            return TerminalOutcome("paid")

    def _asked(self, row: OrderRow, now: Instant) -> Outcome:
        """What the terminal tells of an order that somebody told it: another thread or process, or one that died.

        That it never heard of it is not believed at first: it may be told in this moment.
        """
        outcome = self._heard(lambda: self._terminal.ask(row.reference))
        begun = row.started_at if row.started_at is not None else now
        if isinstance(outcome, Cancelled) and row.state == "open" and now < begun + _STILL_COMING:
            return Unknown()
        return outcome

    def _heard(self, ask: Callable[[], Outcome]) -> Outcome:
        try:
            return ask()
        except Exception as error:  # an adapter that breaks its promise must not lose a payment
            _log.error("the payment terminal stumbled over %s", type(error).__name__)
            return Unknown()

    def _settle(self, row: OrderRow, outcome: Outcome) -> TerminalOutcome:
        try:
            match outcome:
                case Approved(receipt):
                    payment = self._payments.record(
                        None, row.subscriber, to_manat(row.amount), receipt, "terminal", order=row.reference
                    )
                    return TerminalOutcome("paid", payment)
                case Declined(why):
                    self._end(row, f"declined_{why}")
                    return TerminalOutcome("declined", why=why)
                case Cancelled():
                    self._end(row, "cancelled")
                    return TerminalOutcome("cancelled")
                case Unknown():
                    return TerminalOutcome("unknown")
        except (Unavailable, RegistryAway):
            return TerminalOutcome("unknown")  # the order stays open, and the terminal is asked again
        except Refusal as refusal:
            # money was taken and cannot be counted by itself (an adapter whose receipts are not unique, or none): the
            # audit tells people, nobody asks without end, and nobody is told that it ended
            with suppress(Unavailable):
                self._end(row, refusal.error, rows.mark_unclear)
            return TerminalOutcome("unknown")

    def _end(self, row: OrderRow, outcome: str, mark: Callable[[Any, str], None] = rows.mark_ended) -> None:
        def do(unit: Unit) -> None:
            unit.detail, unit.outcome = row.subscriber, outcome
            mark(unit.connection, row.reference)

        self._acts.perform("end_terminal_payment", None, {}, do)
