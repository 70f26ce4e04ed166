"""The SQL of the grid's taken seats, without their people.

They are read from the table of bookings, or from the view of it that a kiosk has (`db/rights.py`).
Instants are milliseconds of UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from db.presented import is_kiosk
from db.schema import bookings

_VIEW = Table(
    "seats",
    MetaData(schema="asan"),
    Column("centre", Text),
    Column("service", Text),
    Column("starts_at", BigInteger),
    Column("seat", Integer),
    Column("state", Text),
    Column("held_until", BigInteger),
    Column("station", Text),
    Column("reference", Text),  # empty, but of a booking that was presented
)


class SeatRow(NamedTuple):
    """One live seat in the grid."""

    starts_at: int
    seat: int
    state: str
    held_until: int
    reference: str


def table(connection: Connection) -> Any:
    """Where this connection finds seats; both have the view's columns under the same names."""
    return _VIEW if is_kiosk(connection) else bookings


def _occupies(seat: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = seat.state.in_(
        [literal_column(f"'{state}'") for state in ("held", "confirmed", "active")]
    )
    return found


def _live_now(seat: Any) -> ColumnElement[bool]:
    return and_(_occupies(seat), or_(seat.state != literal_column("'held'"), seat.held_until > bindparam("now")))


@cache
def _seats(found: Any) -> Select[Any]:
    seat = found.c
    return select(seat.starts_at, seat.seat, seat.state, seat.held_until, seat.reference).where(
        seat.centre == bindparam("centre"),
        seat.service == bindparam("service"),
        seat.starts_at >= bindparam("first"),
        seat.starts_at < bindparam("end"),
        _live_now(seat),
    )


def live_seats(connection: Connection, service: str, centre: str, first: int, end: int, now: int) -> list[SeatRow]:
    """The live seats of a service at a centre in [first, end); at a kiosk references stay empty but presented ones."""
    values = {"centre": centre, "service": service, "first": first, "end": end, "now": now}
    found = connection.execute(_seats(table(connection)), values)
    return [SeatRow._make(row) for row in found]


@cache
def _taken_by_centre(found: Any) -> Select[Any]:
    seat = found.c
    return (
        select(seat.centre, seat.starts_at, func.count())
        .where(
            seat.service == bindparam("service"),
            seat.starts_at >= bindparam("first"),
            seat.starts_at < bindparam("end"),
            seat.centre.in_(bindparam("centres", expanding=True)),
            _live_now(seat),
        )
        .group_by(seat.centre, seat.starts_at)
    )


def live_counts(
    connection: Connection, service: str, centres: Sequence[str], first: int, end: int, now: int
) -> dict[tuple[str, int], int]:
    """How many seats are live for (centre, hour) of a service in [first, end)."""
    values = {"service": service, "centres": list(centres), "first": first, "end": end, "now": now}
    return {(row[0], row[1]): row[2] for row in connection.execute(_taken_by_centre(table(connection)), values)}


@cache
def _occupied(found: Any) -> Select[Any]:
    seat = found.c
    return select(seat.seat).where(
        seat.centre == bindparam("centre"),
        seat.service == bindparam("service"),
        seat.starts_at == bindparam("at"),
        _occupies(seat),
    )


def occupied_seats(connection: Connection, service: str, centre: str, starts_at: int) -> set[int]:
    """The seats of an hour that the unique index holds occupied, run-out holds among them."""
    values = {"centre": centre, "service": service, "at": starts_at}
    found = connection.execute(_occupied(table(connection)), values)
    return set(found.scalars())


@cache
def _held_of_station(found: Any) -> Select[Any]:
    seat = found.c
    held = and_(seat.state == literal_column("'held'"), seat.held_until > bindparam("now"))
    return select(func.count()).select_from(found).where(seat.station == bindparam("station"), held)


def count_holds_of_station(connection: Connection, station: str, now: int) -> int:
    """The holds that were made at a station and stand now."""
    counted = _held_of_station(table(connection))
    return int(connection.execute(counted, {"station": station, "now": now}).scalar_one())
