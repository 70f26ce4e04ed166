"""The SQL of calls: one ticket at one counter, from the call to whatever ended it (C2).

Two partial unique indexes say that a ticket has one live call, and a counter too. A call that they refuse is not made.
Instants are milliseconds of UTC.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.hall_schema import calls, counters
from db.prepared import Prepared
from db.schema import tickets

_C = calls.c
# word by word as in the partial indexes
_LIVE = _C.ended_at.is_(None)


class Course(NamedTuple):
    """The columns of a call that steps change, and undoing brings back."""

    last_called_at: int
    times: int
    started_at: int | None
    ended_at: int | None
    ended_as: str | None


class CallRow(NamedTuple):
    """A call with the numbers that people know it by."""

    id: int
    ticket: int
    day: str
    """The ticket's."""
    letter: str
    number: int
    counter: int
    counter_number: str
    called_at: int
    last_called_at: int
    times: int
    started_at: int | None
    ended_at: int | None
    ended_as: str | None

    @property
    def course(self) -> Course:
        """What a step may change of it."""
        return Course(self.last_called_at, self.times, self.started_at, self.ended_at, self.ended_as)


_FACTS = select(
    _C.id,
    _C.ticket,
    tickets.c.day,
    tickets.c.letter,
    tickets.c.number,
    _C.counter,
    counters.c.number,
    _C.called_at,
    _C.last_called_at,
    _C.times,
    _C.started_at,
    _C.ended_at,
    _C.ended_as,
).select_from(calls.join(tickets, tickets.c.id == _C.ticket).join(counters, counters.c.id == _C.counter))
_LIVE_OF_TICKET = Prepared(_FACTS.where(_C.ticket == bindparam("ticket"), _LIVE))
_LIVE_OF_COUNTER = Prepared(_FACTS.where(_C.counter == bindparam("counter"), _LIVE))
_LAST_OF_TICKET = Prepared(
    _FACTS.where(_C.ticket == bindparam("ticket"), _C.ended_as.is_distinct_from(literal_column("'undone'")))
    .order_by(_C.id.desc())
    .limit(1)
)
_OF_ID = Prepared(_FACTS.where(_C.id == bindparam("id")))
_OPEN = Prepared(
    {
        name: into(calls).on_conflict_do_nothing().returning(_C.id)
        for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    },
    columns=(
        [
            "ticket",
            "counter",
            "centre",
            "day",
            "service",
            "staff",
            "station",
            "called_at",
            "last_called_at",
        ]
    ),
)
_CHANGE = Prepared(
    update(calls).where(_C.id == bindparam("id_")).values({name: bindparam(f"{name}_") for name in Course._fields})
)


def open_call(
    connection: Connection,
    *,
    ticket: int,
    counter: int,
    centre: str,
    day: str,
    service: str,
    staff: int | None,
    station: str,
    now: int,
) -> int | None:
    """Call a ticket (row id) to a counter (row id); the call's row id.

    None when an index refused it, since one of the two has a live call.
    """
    values: dict[str, Any] = {
        "ticket": ticket,
        "counter": counter,
        "centre": centre,
        "day": day,
        "service": service,
        "staff": staff,
        "station": station,
        "called_at": now,
        "last_called_at": now,
    }
    made = _OPEN.row(connection, values)
    return None if made is None else int(made[0])


def live_of_ticket(connection: Connection, ticket: int) -> CallRow | None:
    """The call of a ticket (row id) that is not over."""
    row = _LIVE_OF_TICKET.row(connection, {"ticket": ticket})
    return None if row is None else CallRow._make(row)


def live_of_counter(connection: Connection, counter: int) -> CallRow | None:
    """The call at a counter (row id) that is not over."""
    row = _LIVE_OF_COUNTER.row(connection, {"counter": counter})
    return None if row is None else CallRow._make(row)


def last_of_ticket(connection: Connection, ticket: int) -> CallRow | None:
    """The last call of a ticket (row id) that was not undone."""
    row = _LAST_OF_TICKET.row(connection, {"ticket": ticket})
    return None if row is None else CallRow._make(row)


def of_id(connection: Connection, call: int) -> CallRow:
    """The call of a row id.

    Raises:
        LookupError: there is none.
    """
    row = _OF_ID.row(connection, {"id": call})
    if row is None:
        raise LookupError(call)
    return CallRow._make(row)


def change(connection: Connection, call: int, course: Course) -> None:
    """Give a call (row id) another course; whoever does it has locked its ticket."""
    _CHANGE.count(connection, {"id_": call, **{f"{name}_": value for name, value in course._asdict().items()}})


def reopen(connection: Connection, call: int, course: Course) -> bool:
    """Give a call its earlier course again; False when that would be a second live call of its ticket or counter."""
    try:
        with savepoint(connection):
            change(connection, call, course)
    except (IntegrityError, connection.engine.dialect.loaded_dbapi.IntegrityError):
        return False
    return True
