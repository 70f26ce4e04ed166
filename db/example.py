"""The SQL of the example data: many invented bookings at once, and which of them can be tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from db.schema import bookings

_B = bookings.c
_INSERT = {
    "sqlite": sqlite.insert(bookings).on_conflict_do_nothing().returning(_B.id),
    "postgresql": postgresql.insert(bookings).on_conflict_do_nothing().returning(_B.id),
}


class ConfirmedRow(NamedTuple):
    """A confirmed booking that somebody may come with."""

    order_code: str
    service: str
    starts_at: int


def lock(connection: Connection) -> None:
    """Let a second loading wait for the first, until the transaction ends. On SQLite the one writer's lock does it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('example data', 0))")


def insert_bookings(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Insert bookings that name every column alike; how many there are room for, where others stand already."""
    if not rows:
        return 0
    return len(connection.execute(_INSERT[connection.dialect.name], list(rows)).all())


def confirmed(connection: Connection, station: str, centre: str, since: int, most: int) -> tuple[ConfirmedRow, ...]:
    """The first `most` confirmed bookings that `station` made for hours from `since` on (ms UTC) at a centre."""
    wanted = (
        select(_B.order_code, _B.service, _B.starts_at)
        .where(_B.station == station, _B.centre == centre, _B.state == "confirmed", _B.starts_at >= since)
        .order_by(_B.starts_at, _B.id)
        .limit(most)
    )
    return tuple(ConfirmedRow(*row) for row in connection.execute(wanted))
