"""The SQL of payments and of the orders that ask for them (W6). A debt is never stored: it is a sum.

A payment counts once because its receipt is unique. Whoever counts one holds the subscriber's lock
(`db.applications.lock_subscriber`), so that of two payments at once the second sees the first.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import present
from db.water_schema import payment_orders, payments

_P, _O = payments.c, payment_orders.c


class PaymentRow(NamedTuple):
    """A payment that counts, amount in qəpik, instant in ms UTC."""

    subscriber: str
    amount: int
    receipt: str
    method: str
    payment_order: str | None = None
    application: int | None = None
    """The one that it let go on."""


class OrderRow(NamedTuple):
    """A payment that was asked for, amount in qəpik, instants in ms UTC."""

    reference: str
    subscriber: str
    amount: int
    method: str
    state: str
    application: int | None
    station: str
    created_at: int
    ends_at: int
    started_at: int | None


_PAYMENT = select(*(payments.c[name] for name in PaymentRow._fields))
_ORDER = select(*(payment_orders.c[name] for name in OrderRow._fields))
_INSERT = {
    "sqlite": sqlite.insert(payments).on_conflict_do_nothing().returning(_P.id),
    "postgresql": postgresql.insert(payments).on_conflict_do_nothing().returning(_P.id),
}


def insert_payment(
    connection: Connection,
    row: PaymentRow,
    *,
    paid_on: str,
    paid_at: int,
    station: str,
    staff: int | None,
) -> bool:
    """Count a payment; False when its receipt was counted before, or is at this moment by somebody else.

    Args:
        connection: the act's.
        row: the payment.
        paid_on: the day in Asia/Baku, ISO.
        paid_at: the instant, ms UTC.
        station: where it was counted.
        staff: the staff member who took it.
    """
    present(connection, "subscriber", row.subscriber)
    values = {**row._asdict(), "paid_on": paid_on, "paid_at": paid_at, "station": station, "staff": staff}
    return connection.execute(_INSERT[connection.dialect.name], values).one_or_none() is not None


def note_application(connection: Connection, receipt: str, application: int) -> None:
    """Note which application a payment let go on."""
    present(connection, "receipt", receipt)
    connection.execute(update(payments).where(_P.receipt == receipt).values(application=application))


def note_order(connection: Connection, receipt: str, reference: str) -> None:
    """Note which order a payment was for that was counted before it was known."""
    present(connection, "receipt", receipt)
    connection.execute(
        update(payments).where(_P.receipt == receipt, _P.payment_order.is_(None)).values(payment_order=reference)
    )


def by_receipt(connection: Connection, receipt: str) -> PaymentRow | None:
    """The payment with that receipt."""
    present(connection, "receipt", receipt)
    return _payment(connection, _P.receipt == receipt)


def of_order(connection: Connection, reference: str) -> PaymentRow | None:
    """The first payment that came for an order."""
    present(connection, "order", reference)
    return _payment(connection, _P.payment_order == reference)


def _payment(connection: Connection, condition: ColumnElement[bool]) -> PaymentRow | None:
    row = connection.execute(_PAYMENT.where(condition).order_by(_P.id).limit(1)).one_or_none()
    return None if row is None else PaymentRow._make(row)


def insert_order(connection: Connection, row: OrderRow) -> None:
    """Keep a new order."""
    present(connection, "order", row.reference)
    connection.execute(insert(payment_orders).values(row._asdict()))


def order(connection: Connection, reference: str) -> OrderRow | None:
    """An order by its reference."""
    present(connection, "order", reference)
    row = connection.execute(_ORDER.where(_O.reference == reference)).one_or_none()
    return None if row is None else OrderRow._make(row)


def mark_started(connection: Connection, reference: str, station: str, now: int) -> bool:
    """Note that a station's terminal is told to take its order; False when it was told before, or the order is over."""
    present(connection, "order", reference)
    started = (
        update(payment_orders)
        .where(_O.reference == reference, _O.station == station, _O.method == "terminal", _O.state == "open")
        .where(_O.started_at.is_(None), _O.ends_at > now)
        .values(started_at=now)
    )
    return connection.execute(started).rowcount == 1


def mark_paid(connection: Connection, reference: str) -> None:
    """A payment came for an order, in time or late."""
    present(connection, "order", reference)
    connection.execute(update(payment_orders).where(_O.reference == reference).values(state="paid"))


def mark_ended(connection: Connection, reference: str) -> None:
    """Nothing came for an order and nothing is waited for any more; one that was paid stays paid."""
    present(connection, "order", reference)
    ended = update(payment_orders).where(_O.reference == reference, _O.state == "open").values(state="ended")
    connection.execute(ended)


def mark_unclear(connection: Connection, reference: str) -> None:
    """Money was taken for an order and cannot be counted by itself: nobody asks any more, and nobody says it ended."""
    present(connection, "order", reference)
    unclear = update(payment_orders).where(_O.reference == reference, _O.state == "open").values(state="unclear")
    connection.execute(unclear)


def unsettled(connection: Connection, station: str, since: int) -> list[OrderRow]:
    """The orders that this station's terminal was told to take and whose outcome is not known, oldest first.

    Args:
        connection: the act's.
        station: the station's name.
        since: ms UTC; older ones are for people to look at.
    """
    present(connection, "terminal", station)
    wanted = _ORDER.where(
        _O.station == station, _O.method == "terminal", _O.state == "open", _O.started_at >= since
    ).order_by(_O.started_at)
    return [OrderRow._make(row) for row in connection.execute(wanted)]
