"""The SQL of counters: the places where people are served, known by their centre and number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.hall_schema import counter_services, counters, stations
from db.prepared import Prepared
from db.schema import staff

_C = counters.c


class CounterRow(NamedTuple):
    """A counter; `staff` is the row id of whoever is signed in there."""

    id: int
    centre: str
    number: str
    open: int
    staff: int | None
    station: str | None


_FACTS = select(_C.id, _C.centre, _C.number, _C.open, _C.staff, _C.station)
_BY_NUMBER = Prepared(_FACTS.where(_C.centre == bindparam("centre"), _C.number == bindparam("number")))
_BY_ID = Prepared(_FACTS.where(_C.id == bindparam("id")))
_MAKE = Prepared(
    {
        name: into(counters).on_conflict_do_nothing()
        for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    },
    columns=("centre", "number"),
)


def find(connection: Connection, centre: str, number: str) -> CounterRow | None:
    """The counter of that number at a centre, or None while nobody used or opened it."""
    row = _BY_NUMBER.row(connection, {"centre": centre, "number": number})
    return None if row is None else CounterRow._make(row)


def find_or_make(connection: Connection, centre: str, number: str) -> CounterRow:
    """The counter of that number; one that was not there yet comes to be, open and serving everything."""
    found = find(connection, centre, number)
    while found is None:
        _MAKE.count(connection, {"centre": centre, "number": number})
        found = find(connection, centre, number)
    return found


def by_id(connection: Connection, counter: int) -> CounterRow:
    """The counter of a row id.

    Raises:
        LookupError: there is none.
    """
    row = _BY_ID.row(connection, {"id": counter})
    if row is None:
        raise LookupError(counter)
    return CounterRow._make(row)


class SeatRow(NamedTuple):
    """A counter with everything that its supervisor sets, and who sits there. Instants are milliseconds of UTC."""

    id: int
    centre: str
    number: str
    direction_az: str
    direction_ru: str
    direction_en: str
    open: int
    staff: int | None
    staff_name: str | None
    station: str | None
    seen_at: int | None
    """When the workplace at which they sit told of itself last; None: it never did."""
    services: frozenset[str] = frozenset()


_SEATS = (
    select(
        _C.id,
        _C.centre,
        _C.number,
        _C.direction_az,
        _C.direction_ru,
        _C.direction_en,
        _C.open,
        _C.staff,
        staff.c.display_name,
        _C.station,
        stations.c.seen_at,
    )
    .outerjoin(staff, staff.c.id == _C.staff)
    .outerjoin(stations, and_(stations.c.name == _C.station, stations.c.face == "counter"))
)


def listed(connection: Connection, centre: str) -> list[SeatRow]:
    """The counters of a centre, in no order."""
    return _with_services(connection, connection.execute(_SEATS.where(_C.centre == centre)).all())


def seat(connection: Connection, counter: int) -> SeatRow:
    """One counter, by its row id."""
    (found,) = _with_services(connection, connection.execute(_SEATS.where(_C.id == counter)).all())
    return found


def _with_services(connection: Connection, found: Iterable[Any]) -> list[SeatRow]:
    rows = [SeatRow(*row) for row in found]
    services: dict[int, set[str]] = {row.id: set() for row in rows}
    wanted = select(counter_services.c.counter, counter_services.c.service)
    for counter, service in connection.execute(wanted.where(counter_services.c.counter.in_(services))):
        services[counter].add(service)
    return [row._replace(services=frozenset(services[row.id])) for row in rows]


def seat_of(connection: Connection, member: int) -> int | None:
    """The counter (row id) at which a staff member sits, wherever that is."""
    found = connection.execute(select(_C.id).where(_C.staff == member)).scalar_one_or_none()
    return None if found is None else int(found)


def sit(connection: Connection, counter: int, member: int, station: str, now: int) -> bool:
    """Take a free counter; False when somebody sits there, or this staff member at another one."""
    wanted = (
        update(counters)
        .where(_C.id == counter, _C.staff.is_(None))
        .values(staff=member, station=station, staffed_at=now)
    )
    try:
        with savepoint(connection):
            return connection.execute(wanted).rowcount == 1
    except IntegrityError:
        return False


def move_seat(connection: Connection, counter: int, member: int, station: str) -> bool:
    """Note at which machine the staff member sits at this counter now; whether they do sit there."""
    wanted = update(counters).where(_C.id == counter, _C.staff == member).values(station=station)
    return connection.execute(wanted).rowcount == 1


def leave(connection: Connection, member: int, station: str | None = None) -> CounterRow | None:
    """Free the counter of a staff member, where they sit at that machine (None: at any); which it was."""
    counter = seat_of(connection, member)
    if counter is None or not empty(connection, counter, member, station):
        return None
    return by_id(connection, counter)


def empty(connection: Connection, counter: int, member: int, station: str | None = None) -> bool:
    """Free a counter of that staff member, at that machine where one is given; whether they sat there."""
    wanted = update(counters).where(_C.id == counter, _C.staff == member)
    if station is not None:
        wanted = wanted.where(_C.station == station)
    return connection.execute(wanted.values(staff=None, station=None, staffed_at=None)).rowcount == 1


def change(connection: Connection, counter: int, **values: str | int) -> None:
    """Set columns of a counter."""
    connection.execute(update(counters).where(_C.id == counter).values(**values))


_LOCK = select(_C.id).where(_C.id == bindparam("id")).with_for_update(key_share=True)


def lock(connection: Connection, counter: int) -> None:
    """Let nobody else change what a counter serves until the transaction ends; whoever does now is waited for."""
    connection.execute(_LOCK, {"id": counter})


def set_services(connection: Connection, counter: int, services: Iterable[str]) -> None:
    """Put these in the place of what a counter serves, under its lock; none: everything its centre gives."""
    lock(connection, counter)  # what is deleted is what a rival put there
    connection.execute(delete(counter_services).where(counter_services.c.counter == counter))
    values = [{"counter": counter, "service": service} for service in sorted(services)]
    if values:
        connection.execute(insert(counter_services), values)
