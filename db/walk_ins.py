"""The SQL of walk-in tickets: how many were given today, who waits before one, and what tells how long (C5).

A kiosk asks these: no note, no reason and no person is among the columns. Days are ISO dates in Asia/Baku, instants
milliseconds of UTC.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, literal_column, select

from db.bookings import lock_counted
from db.hall_schema import calls, counter_services, counters
from db.prepared import Prepared
from db.schema import tickets
from db.seats import table

_T = tickets.c
_HERE: Final = (_T.centre == bindparam("centre"), _T.day == bindparam("day"))
_LATELY: Final = 400
"""How many finished people tell how long services take: the last ones, so that a busy day is not read whole."""


def lock(connection: Connection, centre: str, day: str, service: str) -> None:
    """Hold the lock under which a day's walk-ins of a service are counted, until the transaction ends."""
    lock_counted(connection, [f"walk-ins {centre} {day} {service}"])


# for which service they were given: another one to which somebody was sent on gives no ticket for it
_GIVEN = select(_T.issued_service, func.count()).where(*_HERE, _T.booking.is_(None)).group_by(_T.issued_service)
_GIVEN_OF = Prepared(
    select(func.count())
    .select_from(tickets)
    .where(*_HERE, _T.booking.is_(None), _T.issued_service == bindparam("service"))
)


def given(connection: Connection, centre: str, day: str) -> dict[str, int]:
    """How many walk-in tickets were given for each service, wherever they were sent since."""
    return {row[0]: row[1] for row in connection.execute(_GIVEN, {"centre": centre, "day": day})}


def given_of(connection: Connection, centre: str, day: str, service: str) -> int:
    """How many walk-in tickets were given for a service; under its lock nobody changes that."""
    return int(_GIVEN_OF.value(connection, {"centre": centre, "day": day, "service": service}))


class WaitingRow(NamedTuple):
    """A ticket that waits, as far as its place matters."""

    id: int
    service: str
    booked_for: int | None
    issued_at: int
    to_counter: int | None


_WAITING = select(*(_T[name] for name in WaitingRow._fields)).where(*_HERE, _T.state == literal_column("'waiting'"))


def waiting(connection: Connection, centre: str, day: str) -> list[WaitingRow]:
    """The tickets that wait, in no order."""
    return [WaitingRow._make(row) for row in connection.execute(_WAITING, {"centre": centre, "day": day})]


_FINISHED = (
    select(calls.c.service, calls.c.ended_at - calls.c.started_at)
    .where(
        calls.c.centre == bindparam("centre"),
        calls.c.day == bindparam("day"),
        calls.c.ended_as == literal_column("'finished'"),
        calls.c.started_at.is_not(None),
    )
    .order_by(calls.c.last_called_at.desc())
    .limit(_LATELY)
)


def finished(connection: Connection, centre: str, day: str) -> list[tuple[str, int]]:
    """The services of the people served last, and how long each took."""
    return [(row[0], row[1]) for row in connection.execute(_FINISHED, {"centre": centre, "day": day})]


class CounterRow(NamedTuple):
    """An open counter; `last_call` lately and `serves_now` of today, None where there is none."""

    id: int
    staffed: bool
    last_call: int | None
    serves_now: str | None


# Only the latest calls are read, once for all counters: for one that has not called today it would be the whole day.
_LATELY_CALLED = (
    select(calls.c.counter, func.max(calls.c.last_called_at).label("at"))
    .where(
        calls.c.centre == bindparam("centre"),
        calls.c.day == bindparam("day"),
        calls.c.last_called_at >= bindparam("since"),
    )
    .group_by(calls.c.counter)
    .subquery("lately_called")
)
_SERVED = (
    select(calls.c.service)
    .where(calls.c.counter == counters.c.id, calls.c.ended_at.is_(None), calls.c.day == bindparam("day"))
    .scalar_subquery()
)
_COUNTERS = (
    select(counters.c.id, counters.c.staffed_at.is_not(None), _LATELY_CALLED.c.at, _SERVED)
    .select_from(counters.outerjoin(_LATELY_CALLED, _LATELY_CALLED.c.counter == counters.c.id))
    .where(counters.c.centre == bindparam("centre"), counters.c.open == literal_column("1"))
    .order_by(counters.c.id)
)
_SERVICES = (
    select(counter_services.c.counter, counter_services.c.service)
    .join(counters, counters.c.id == counter_services.c.counter)
    .where(counters.c.centre == bindparam("centre"))
)


def open_counters(connection: Connection, centre: str, day: str, since: int) -> list[CounterRow]:
    """The counters of a centre that are open; a call before the instant `since` is not told."""
    found = connection.execute(_COUNTERS, {"centre": centre, "day": day, "since": since})
    return [CounterRow(row[0], bool(row[1]), row[2], row[3]) for row in found]


def services_of_counters(connection: Connection, centre: str) -> dict[int, frozenset[str]]:
    """What each counter of a centre serves; one that is missing serves everything."""
    served: dict[int, set[str]] = {}
    for counter, service in connection.execute(_SERVICES, {"centre": centre}):
        served.setdefault(counter, set()).add(service)
    return {counter: frozenset(services) for counter, services in served.items()}


@cache
def _to_come(found: Any) -> Select[Any]:
    seat = found.c
    return select(seat.starts_at, seat.service).where(
        seat.centre == bindparam("centre"),
        seat.starts_at >= bindparam("first"),
        seat.starts_at < bindparam("end"),
        seat.state == literal_column("'confirmed'"),
    )


def to_come(connection: Connection, centre: str, first: int, end: int) -> list[tuple[int, str]]:
    """The booked times in [first, end), and the services, of confirmed people who have not come yet."""
    values = {"centre": centre, "first": first, "end": end}
    return [(row[0], row[1]) for row in connection.execute(_to_come(table(connection)), values)]
