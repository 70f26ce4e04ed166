"""The SQL of counters: the places where people are served, known by their centre and number."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from db.hall_schema import counters
from db.prepared import Prepared

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
