"""The SQL of finding a person's bookings of one day at a counter, by FİN (C8)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, or_, select, text

from db.bookings import BookingRow, by_reference
from db.schema import LIVE, bookings

_B = bookings.c
_LIVE = text(LIVE)  # word by word the condition of the index over person and hour
_OF_DAY = and_(_B.fin == bindparam("fin"), _B.starts_at >= bindparam("begins"), _B.starts_at < bindparam("ends"))
_COLUMNS = (_B.id, _B.reference, _B.given_name, _B.surname, _B.email, _B.starts_at)
_LIVE_ONES = select(*_COLUMNS).where(_OF_DAY, _LIVE)
_ENDED_HERE = select(*_COLUMNS).where(
    _OF_DAY, _B.centre == bindparam("centre"), or_(_B.state == "cancelled", _B.state == "expired")
)
"""Ended ones have no index over persons: the centre's day is read."""


class FoundRow(NamedTuple):
    """A booking of the person who was asked for."""

    row: BookingRow
    given_name: str
    surname: str
    has_email: bool


def of_person(connection: Connection, fin: str, centre: str, begins: int, ends: int) -> list[FoundRow]:
    """A person's bookings with a booked time in [begins, ends): live ones anywhere, ended ones at one centre."""
    values = {"fin": fin, "begins": begins, "ends": ends, "centre": centre}
    found = [*connection.execute(_LIVE_ONES, values), *connection.execute(_ENDED_HERE, values)]
    rows = []
    for one in sorted(found, key=lambda one: (one.starts_at, one.id)):
        row = by_reference(connection, one.reference)
        if row is not None:
            rows.append(FoundRow(row, one.given_name, one.surname, one.email != ""))
    return rows
