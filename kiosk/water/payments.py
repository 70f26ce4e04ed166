"""Payments (W6): asked for by an order, counted once by their receipt, whatever is sent twice or lost on the way.

A debt is never stored: it is what the registry says after the payment's row is in. When it is gone, what it held goes
on in the same transaction. A payment that comes late, or differs from what was asked for, counts as it came.
"""

from __future__ import annotations

import re
import threading
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from db import applications, changes
from db import payments as rows
from db.payments import OrderRow, PaymentRow
from db.year_counters import next_number
from hardware.payment_terminal.port import PaymentTerminal, TerminalStatus
from kiosk.acts import Acts, Unit
from kiosk.clock import MINUTE, baku_day, in_baku, to_instant
from kiosk.errors import BadRequest, NotFound, ReceiptReused, RegistryAway, UnknownSubscriber
from kiosk.identity.rights import check_serves
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.water import held, payment_forms, payment_notice, payment_qr, references
from kiosk.water.facts import Payment, PaymentMethod, PaymentOrder, Registered, TerminalOutcome
from kiosk.water.money import qapik_of, to_manat, to_qapik
from kiosk.water.payment_papers import payment_page
from kiosk.water.registry import Asked, Registry
from kiosk.water.terminal_payments import TerminalPayments

_RECEIPT: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?")
_ORDER: Final = payment_forms.OrderForm()
_PAYMENT: Final = payment_forms.PaymentForm()


class Payments:
    """Asks for payments and counts them.

    Args:
        acts: runs what changes something.
        settings: how debts are paid here.
        registry: what is owed.
        terminal: this station's payment terminal, if it has one.
        notice_key: the key of payment notices; None takes none.
    """

    def __init__(
        self,
        acts: Acts,
        settings: Settings,
        registry: Registry,
        terminal: PaymentTerminal | None = None,
        notice_key: bytes | None = None,
    ) -> None:
        self._acts = acts
        self._settings = settings
        self._registry = registry
        self._terminal = terminal
        self._notice_key = notice_key
        self._at_terminal = TerminalPayments(acts, terminal, self) if terminal is not None else None

    def ways(self) -> tuple[PaymentMethod, ...]:
        """How a debt can be paid at this station by the person alone."""
        ways: list[PaymentMethod] = []
        if self._terminal is not None:
            ways.append("terminal")
        if self._settings.payments.qr_scheme and self._settings.payments.qr_merchant:
            ways.append("qr")
        return tuple(ways)

    @property
    def takes_cash(self) -> bool:
        """Whether the counters take cash."""
        return self._settings.payments.cash_desk

    @property
    def takes_notices(self) -> bool:
        """Whether payment services can tell us of payments."""
        return self._notice_key is not None

    def debt(self, code: str) -> Decimal:
        """What a subscriber owes, in manat; negative: a credit.

        Raises:
            UnknownSubscriber: there is no such code.
            RegistryAway, Unavailable: it cannot be told now.
        """
        asked = self._registry.ask(code)
        with self._acts.reading() as (connection, _):
            self._check_known(connection, asked)
            return to_manat(self._registry.debt(connection, asked))

    def order(
        self, key: str, code: str, amount: Decimal, method: PaymentMethod, application: int | None = None
    ) -> PaymentOrder:
        """Ask for a payment; it is waited for until `ends_at`, and counts whenever it comes.

        Args:
            key: names this act; a repeat gets the same order, as it stands then.
            code: the subscriber's.
            amount: in manat.
            method: "terminal" or "qr", as `ways` offers them.
            application: the application (row id) that waits for it.

        Raises:
            BadRequest: the amount is none, the method is not offered, or the application is another subscriber's.
            UnknownSubscriber, RegistryAway, Unavailable: nothing was asked for.
        """
        qapik = _qapik(amount)
        if method not in self.ways():
            raise BadRequest("method", "not_offered")
        answered = self._ask(code)
        request = {"subscriber": code, "amount": qapik, "method": method, "application": application}

        def do(unit: Unit) -> PaymentOrder:
            unit.detail = code
            asked = _answer(answered)
            self._check_known(unit.connection, asked)
            if application is not None:
                found = applications.by_id(unit.connection, application, code)
                if found is None or found.subscriber != code:
                    raise BadRequest("application", "unknown")
                unit.application = application
            row = OrderRow(
                reference=references.new_reference(),
                subscriber=code,
                amount=qapik,
                method=method,
                state="open",
                application=application,
                station=unit.station,
                created_at=unit.now,
                ends_at=unit.now + self._settings.payments.order_minutes * MINUTE,
                started_at=None,
            )
            rows.insert_order(unit.connection, row)
            return payment_forms.order(unit.connection, row.reference, unit.now)

        return self._acts.perform("order_payment", key, request, do, _ORDER)

    def state(self, reference: str) -> PaymentOrder:
        """How an order stands.

        Raises:
            NotFound: there is none.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            return payment_forms.order(connection, reference, now)

    def paid(self, reference: str) -> Payment | None:
        """The payment that came for an order, with what is left and what went on; None while none has.

        Raises:
            UnknownSubscriber, RegistryAway, Unavailable: what is left cannot be told now.
        """
        with self._acts.reading() as (connection, _):
            row = rows.of_order(connection, reference)
            went_on = payment_forms.registered(connection, row) if row is not None else ()
        return payment_forms.payment(row, qapik_of(self.debt(row.subscriber)), went_on) if row is not None else None

    def qr(self, order: PaymentOrder) -> str:
        """What stands in the QR of an order that is paid by phone."""
        return payment_qr.encode(self._settings.payments, order.amount, order.reference, self._settings.water.operator)

    def pay_at_terminal(self, reference: str, stop: threading.Event) -> TerminalOutcome:
        """Take an order's amount at this station's terminal; blocks until its outcome is known or given up on.

        Args:
            reference: the order's.
            stop: set when the person changed their mind.

        Raises:
            NotFound: this station made no such order for its terminal, or has no terminal.
            Unavailable: the database is away; nothing was taken.
        """
        if self._at_terminal is None:
            raise NotFound
        return self._at_terminal.pay(reference, stop)

    def recover(self) -> int:
        """Ask the terminal what became of payments whose answer was lost; how many are settled now.

        Called at a station's start and from time to time; it raises nothing.
        """
        return self._at_terminal.recover() if self._at_terminal is not None else 0

    def terminal_status(self) -> TerminalStatus | None:
        """How the payment terminal stands; None where there is none. Blocks while it is asked."""
        return self._terminal.status() if self._terminal is not None else None

    def record(
        self,
        key: str | None,
        code: str,
        amount: Decimal,
        receipt: str,
        method: PaymentMethod,
        *,
        order: str | None = None,
        staff: int | None = None,
        paid_at: datetime | None = None,
    ) -> Payment:
        """Count a payment once; what its debt held goes on when the debt is gone.

        Args:
            key: names this act; None where the receipt alone does.
            code: the subscriber's.
            amount: in manat.
            receipt: names the payment, 1 to 64 printable ASCII signs; "" for cash gets the next number of our own.
            method: how it was paid.
            order: the reference of the order that it is for.
            staff: the staff member who took it.
            paid_at: when it was paid, where that is known; a time to come counts as now.

        Raises:
            BadRequest: amount, receipt or order cannot be, or no cash is taken here.
            UnknownSubscriber: there is no such code.
            NotAllowed: the staff member left, or serves nobody.
            ReceiptReused: the receipt was counted for another amount or subscriber, or a terminal gave it twice.
            RegistryAway, Unavailable: it is not counted, or not known to be; the same again is safe.
        """
        qapik, receipt = _qapik(amount), _receipt(receipt, method)
        answered = self._ask(code)
        request = {"subscriber": code, "amount": qapik, "receipt": receipt, "method": method, "order": order}

        def do(unit: Unit) -> Payment:
            unit.detail = code
            check_serves(unit.connection, staff)
            if method == "cash" and not self.takes_cash:
                raise BadRequest("method", "not_offered")
            asked = _answer(answered)
            ordered = self._ordered(unit, order, code)
            if ordered is None:
                self._check_known(unit.connection, asked)
            applications.lock_subscriber(unit.connection, code)
            paid = unit.now if paid_at is None else min(unit.now, to_instant(paid_at))
            row = PaymentRow(code, qapik, receipt, method, order)
            while not rows.insert_payment(
                unit.connection,
                numbered := row if receipt else row._replace(receipt=_own_receipt(unit)),
                paid_on=baku_day(paid).isoformat(),
                paid_at=paid,
                station=unit.station,
                staff=staff,
            ):
                if receipt:
                    return self._told_again(unit, asked, row, ordered)
            self._registry.note_payment(unit, code, qapik, numbered.receipt, paid)
            return self._counted(unit, asked, numbered, ordered)

        return self._acts.perform("record_payment", key, request, do, _PAYMENT, staff=staff)

    def notice(self, body: bytes, signature: str) -> Payment:
        """Count the payment that a payment service tells of; any number of repeats is harmless.

        Args:
            body: the notice as it came.
            signature: HMAC-SHA256 of it, hexadecimal.

        Raises:
            payment_notice.BadSignature: it is not from who has the key.
            BadRequest: it is not what docs/openapi/payments.json describes.
            NotFound: it names an order that was never made.
            Refusal: as `record`.
        """
        told = payment_notice.read(body, signature, self._notice_key)
        code = told.subscriber
        if told.order is not None:
            ordered = self.state(told.order)
            if code is not None and code != ordered.subscriber:
                raise BadRequest("subscriber", "other_order")
            code = ordered.subscriber
        return self.record(
            None, cast(str, code), told.amount, told.receipt, "qr", order=told.order, paid_at=told.paid_at
        )

    def close(self) -> None:
        """Give up what waits for the terminal, and let it go."""
        if self._at_terminal is not None:
            self._at_terminal.close()

    def _ask(self, code: str) -> Asked | RegistryAway:
        """What the registry answers. That it is away is told within the act, after a stored answer of its key."""
        try:
            return self._registry.ask(code)
        except RegistryAway as away:
            return away

    def _check_known(self, connection: Any, asked: Asked) -> None:
        if self._registry.subscriber(connection, asked) is None:
            raise UnknownSubscriber

    def _ordered(self, unit: Unit, reference: str | None, code: str) -> OrderRow | None:
        if reference is None:
            return None
        row = rows.order(unit.connection, reference)
        if row is None:
            raise BadRequest("order", "unknown")
        if row.subscriber != code:
            raise BadRequest("order", "other_subscriber")
        return row

    def _told_again(self, unit: Unit, asked: Asked, row: PaymentRow, ordered: OrderRow | None) -> Payment:
        known = rows.by_receipt(unit.connection, row.receipt)
        if known is None or (known.subscriber, known.amount) != (row.subscriber, row.amount):
            raise ReceiptReused
        is_of_it = ordered is not None and known.payment_order in (None, ordered.reference)
        if ordered is not None and ordered.method == "terminal" and not is_of_it:
            raise ReceiptReused  # a terminal charges an order once: money was taken a second time
        unit.outcome, unit.repeated = "repeated", True
        unit.application = payment_forms.concerned(unit, known)
        if ordered is not None and is_of_it:
            # as when a second notice names the order that the first did not; a third can name no other
            rows.note_order(unit.connection, known.receipt, ordered.reference)
            rows.mark_paid(unit.connection, ordered.reference)
        debt = self._registry.debt(unit.connection, asked)
        return payment_forms.payment(known, debt, payment_forms.registered(unit.connection, known))

    def _counted(self, unit: Unit, asked: Asked, row: PaymentRow, ordered: OrderRow | None) -> Payment:
        waiting = payment_forms.waited_for(unit, ordered, row.subscriber)
        unit.application = waiting.id if waiting is not None else None
        debt = self._registry.debt(unit.connection, asked)
        went_on: tuple[Registered, ...] = ()
        if debt <= 0 and self._registry.subscriber(unit.connection, asked) is not None:  # one not known owes 0 too
            went_on = held.go_on(unit, self._settings.water, row.subscriber)
        for one in went_on:
            if (found := applications.by_number(unit.connection, one.number)) is not None:
                rows.note_application(unit.connection, row.receipt, found.id)
        if ordered is not None:
            rows.mark_paid(unit.connection, ordered.reference)
        counted = payment_forms.payment(row, debt, went_on)
        if waiting is not None and waiting.email:
            language = cast(Language, waiting.language)
            page = payment_page(counted, in_baku(unit.now), language)
            unit.post_page("payment", language, waiting.email, page)
        changes.announce(unit.connection)
        return counted


def _answer(answered: Asked | RegistryAway) -> Asked:
    if isinstance(answered, RegistryAway):
        raise answered
    return answered


def _qapik(amount: Decimal) -> int:
    try:
        qapik = to_qapik(amount)
    except ValueError:
        raise BadRequest("amount", "format") from None
    if qapik <= 0:
        raise BadRequest("amount", "format")
    return qapik


def _receipt(typed: str, method: PaymentMethod) -> str:
    receipt = typed.strip()
    if (receipt or method != "cash") and not _RECEIPT.fullmatch(receipt):
        raise BadRequest("receipt", "format" if receipt else "empty")
    return receipt


def _own_receipt(unit: Unit) -> str:
    """The next number of our own; one that somebody typed as theirs is passed over by the caller."""
    year = in_baku(unit.now).year
    return f"R-{year}-{next_number(unit.connection, 'receipt', year):06d}"
