"""How answers about payments are stored under their key, and what a row becomes as a fact."""

from __future__ import annotations

from typing import Any, Literal, cast

from db import applications
from db import payments as rows
from db.applications import ApplicationRow
from db.payments import OrderRow, PaymentRow
from kiosk.acts import Unit
from kiosk.clock import Instant, to_datetime
from kiosk.errors import NotFound
from kiosk.water.facts import Kind, Payment, PaymentMethod, PaymentOrder, Registered
from kiosk.water.money import qapik_of, to_manat


class PaymentForm:
    """Stores a `Payment` as it was told."""

    def store(self, result: Payment) -> dict[str, Any]:
        """Plain values; amounts in qəpik."""
        return {
            "subscriber": result.subscriber,
            "amount": qapik_of(result.amount),
            "receipt": result.receipt,
            "method": result.method,
            "debt": qapik_of(result.debt),
            "registered": [[one.number, one.kind, one.state] for one in result.registered],
        }

    def read(self, unit: Unit, stored: dict[str, Any]) -> Payment:
        """The same payment.

        Raises:
            NotFound: it was purged since.
        """
        unit.detail = stored["subscriber"]
        row = rows.by_receipt(unit.connection, stored["receipt"])
        if row is None:
            raise NotFound
        unit.application = concerned(unit, row)
        return payment(row, stored["debt"], tuple(Registered(*one) for one in stored["registered"]))


class OrderForm:
    """Stores the reference of an order; what is told is how it stands."""

    def store(self, result: PaymentOrder) -> dict[str, Any]:
        """Plain values."""
        return {"reference": result.reference}

    def read(self, unit: Unit, stored: dict[str, Any]) -> PaymentOrder:
        """The order as it stands now.

        Raises:
            NotFound: it was purged since.
        """
        found = order(unit.connection, stored["reference"], unit.now)
        unit.detail = found.subscriber
        return found


def payment(row: PaymentRow, debt: int, registered: tuple[Registered, ...]) -> Payment:
    """A counted payment as a fact; `debt` in qəpik is what is left."""
    method = cast(PaymentMethod, row.method)
    return Payment(row.subscriber, to_manat(row.amount), row.receipt, method, to_manat(debt), registered)


def order(connection: Any, reference: str, now: Instant) -> PaymentOrder:
    """An order as it stands at an instant, with the application that it let go on.

    Raises:
        NotFound: there is none.
    """
    row = rows.order(connection, reference)
    if row is None:
        raise NotFound
    paid = rows.of_order(connection, reference) if row.state == "paid" else None
    went_on = registered(connection, paid) if paid is not None else ()
    return PaymentOrder(
        reference=row.reference,
        subscriber=row.subscriber,
        amount=to_manat(row.amount),
        method=cast(PaymentMethod, row.method),
        state=order_state(row, now),
        ends_at=to_datetime(row.ends_at),
        application=went_on[0] if went_on else None,
    )


def order_state(row: OrderRow, now: Instant) -> Literal["open", "paid", "ended"]:
    """How an order stands: one that ran out has ended by its time, unless a terminal is still to tell.

    One for which money was taken that could not be counted stays open: nobody may be told to pay again.
    """
    if row.state == "unclear":
        return "open"
    if row.state == "open" and row.started_at is None and now >= row.ends_at:
        return "ended"
    return cast(Literal["open", "paid", "ended"], row.state)


def concerned(unit: Unit, row: PaymentRow) -> int | None:
    """The application whose person a payment's letter went to; whoever counted it may have died before it left."""
    if row.application is not None:
        return row.application
    ordered = rows.order(unit.connection, row.payment_order) if row.payment_order is not None else None
    waiting = waited_for(unit, ordered, row.subscriber)
    return waiting.id if waiting is not None else None


def waited_for(unit: Unit, ordered: OrderRow | None, code: str) -> ApplicationRow | None:
    """The application that a payment is for: its order's, else the newest that the debt holds."""
    if ordered is not None and ordered.application is not None:
        return applications.by_id(unit.connection, ordered.application, ordered.subscriber)
    return next(iter(applications.held(unit.connection, code, unit.now)), None)


def registered(connection: Any, row: PaymentRow) -> tuple[Registered, ...]:
    """What a counted payment let go on, as it was told then."""
    if row.application is None:
        return ()
    found = applications.by_id(connection, row.application, row.subscriber)
    if found is None or found.number is None:
        return ()
    return (Registered(found.number, cast(Kind, found.kind), "registered"),)
