"""The SQL of what subscribers were billed and what they paid, by month and in all (W8). Amounts are whole qəpik."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, select

from db.presented import present
from db.water_schema import invoices, payments, subscribers

_I = invoices.c
_P = payments.c
_S = subscribers.c


class InvoiceRow(NamedTuple):
    """One month's invoice: litres, and qəpik."""

    month: str
    consumption: int
    amount: int


_MONTHS = (
    select(_I.month, _I.consumption, _I.amount)
    .where(_I.subscriber == bindparam("code"), _I.month >= bindparam("first"), _I.month <= bindparam("last"))
    .order_by(_I.month)
)
_PAID_MONTH = func.substr(_P.paid_on, 1, 7)
# a day sorts after its month ("2026-10" < "2026-10-01"), and before the next one
_PAID = (
    select(_PAID_MONTH, cast(func.sum(_P.amount), BigInteger))
    .where(_P.subscriber == bindparam("code"), _P.paid_on >= bindparam("first"), _P.paid_on < bindparam("after"))
    .group_by(_PAID_MONTH)
)
_BALANCE = select(
    cast(
        func.coalesce(select(_S.opening_balance).where(_S.code == bindparam("code")).scalar_subquery(), 0)
        + func.coalesce(
            select(func.sum(_I.amount)).where(_I.subscriber == bindparam("code")).scalar_subquery(),
            0,
        )
        - func.coalesce(
            select(func.sum(_P.amount)).where(_P.subscriber == bindparam("code")).scalar_subquery(),
            0,
        ),
        BigInteger,
    )
)


def of_months(connection: Connection, code: str, first: str, last: str) -> list[InvoiceRow]:
    """A subscriber's invoices for the months from `first` to `last` ("2026-10"), the oldest first."""
    present(connection, "subscriber", code)
    found = connection.execute(_MONTHS, {"code": code, "first": first, "last": last})
    return [InvoiceRow._make(row) for row in found]


def paid_by_month(connection: Connection, code: str, first: str, last: str) -> dict[str, int]:
    """What a subscriber paid in each of the months from `first` to `last` (Asia/Baku), where anything was."""
    present(connection, "subscriber", code)
    found = connection.execute(_PAID, {"code": code, "first": first, "after": f"{last}-99"})
    return {row[0]: int(row[1]) for row in found}


def balance(connection: Connection, code: str) -> int:
    """What a subscriber owes: the opening balance and all invoices less all payments; negative for a credit."""
    present(connection, "subscriber", code)
    return int(connection.execute(_BALANCE, {"code": code}).scalar_one())
