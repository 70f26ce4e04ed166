"""The SQL of the queue: who is next for a counter, and what a hall's lists show (C2, C5).

The order is told in words, and as a pure function, in `kiosk/hall/order.py`; a test holds the two against each other.
Instants are milliseconds of UTC, days ISO dates in Asia/Baku.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.sql.elements import SQLCoreOperations

from db.hall_schema import calls, counter_services, counters
from db.prepared import Prepared
from db.schema import tickets
from db.tickets import FACTS, TicketRow

_T = tickets.c
_SERVES = counter_services.c
# word by word as in the partial index: behind a bind parameter no database could tell that it may use it
_WAITING: Final = _T.state == literal_column("'waiting'")
_HERE: Final = and_(_T.centre == bindparam("centre"), _T.day == bindparam("day"))
_SERVED: Final = or_(
    ~select(_SERVES.service).where(_SERVES.counter == bindparam("counter")).exists(),
    select(_SERVES.service).where(_SERVES.counter == bindparam("counter"), _SERVES.service == _T.service).exists(),
)
_MAY_CALL: Final = or_(_T.to_counter == bindparam("counter"), and_(_T.to_counter.is_(None), _SERVED))
"""Tickets that were sent to this counter, and those of its services that were sent to none (C2)."""

_BY_BOOKING: Final = (_T.booked_for, _T.issued_at, _T.id)
"""As the index stands. Of walk-ins it is the order of arrival: their booked time is the same nothing."""
_BY_ARRIVAL: Final = (_T.issued_at, _T.id)
_TURNS: Final[dict[str, tuple[ColumnElement[bool], tuple[SQLCoreOperations[int | None], ...]]]] = {
    "due": (_T.booked_for <= bindparam("now"), _BY_BOOKING),
    "walk_in": (_T.booked_for.is_(None), _BY_BOOKING),
    "early": (_T.booked_for > bindparam("now"), _BY_BOOKING),
    "early_in_turn": (_T.booked_for > bindparam("now"), _BY_ARRIVAL),
}


def _first(turn: str, skip_locked: bool) -> Prepared:
    condition, order = _TURNS[turn]
    found = FACTS.where(_HERE, _WAITING, condition, _MAY_CALL).order_by(*order).limit(1)
    return Prepared(found.with_for_update(key_share=True, skip_locked=skip_locked))


_FIRST: Final = {(turn, skip): _first(turn, skip) for turn, skip in product(_TURNS, (True, False))}
_LOOKS: Final[dict[str, tuple[str, ...]]] = {
    "when_idle": ("due", "walk_in", "early"),
    "never": ("due", "walk_in"),
}


def next_for(connection: Connection, centre: str, day: str, counter: int, now: int, early: str) -> TicketRow | None:
    """Whoever is to be called next by a counter, locked until the transaction ends; None where nobody is.

    On PostgreSQL somebody whom a rival is calling at this moment is passed over. Where that leaves nobody it is looked
    once more, waiting for the rivals: what they let go of is not skipped.

    Args:
        connection: the act's transaction.
        centre: the centre's id.
        day: today, an ISO date in Asia/Baku.
        counter: the counter's row id.
        now: the act's instant.
        early: `[hall] early`.
    """
    values: dict[str, str | int] = {"centre": centre, "day": day, "counter": counter, "now": now}
    looks = (True, False) if connection.dialect.name == "postgresql" else (False,)
    for skip_locked in looks:
        found = _look_for(connection, values, early, skip_locked)
        if found is not None:
            return found
    return None


def _look_for(connection: Connection, values: dict[str, str | int], early: str, skip_locked: bool) -> TicketRow | None:
    if early == "in_turn":
        due = _FIRST["due", skip_locked].row(connection, values)
        if due is not None:
            return TicketRow._make(due)
        rows = (_FIRST[turn, skip_locked].row(connection, values) for turn in ("walk_in", "early_in_turn"))
        found = [TicketRow._make(row) for row in rows if row is not None]
        return min(found, key=lambda ticket: (ticket.issued_at, ticket.id), default=None)
    for turn in _LOOKS[early]:
        row = _FIRST[turn, skip_locked].row(connection, values)
        if row is not None:
            return TicketRow._make(row)
    return None


_SERVES_IT = Prepared(
    select(
        or_(
            ~select(_SERVES.service).where(_SERVES.counter == bindparam("counter")).exists(),
            select(_SERVES.service)
            .where(_SERVES.counter == bindparam("counter"), _SERVES.service == bindparam("service"))
            .exists(),
        )
    )
)


def serves(connection: Connection, counter: int, service: str) -> bool:
    """Whether a counter serves a service: one without any listed serves all."""
    return bool(_SERVES_IT.value(connection, {"counter": counter, "service": service}))


class QueuedRow(NamedTuple):
    """One line of a hall's lists; counters by their numbers."""

    id: int
    letter: str
    number: int
    service: str
    state: str
    booked_for: int | None
    issued_at: int
    changed_at: int
    accepted_late: bool
    came_late: bool
    to_counter: str | None
    note: str | None
    counter: str | None
    last_called_at: int | None


_WANTED = counters.alias("wanted")
_LISTED = (
    _T.id,
    _T.letter,
    _T.number,
    _T.service,
    _T.state,
    _T.booked_for,
    _T.issued_at,
    _T.changed_at,
    _T.accepted_late_by.is_not(None),
    _T.after_booking.is_not(None),
    _WANTED.c.number,
    _T.note,
)
_LISTED_WAITING = (
    select(*_LISTED, null(), null())
    .select_from(tickets.outerjoin(_WANTED, _WANTED.c.id == _T.to_counter))
    .where(_HERE, _WAITING)
)
_ALL_WAITING = Prepared(_LISTED_WAITING)
_WAITING_FIRST: Final = {
    turn: Prepared(_LISTED_WAITING.where(condition).order_by(*order).limit(bindparam("most", type_=Integer)))
    for turn, (condition, order) in _TURNS.items()
}
_MINUTE: Final = 60_000
_NOW: Final = bindparam("now", type_=BigInteger)
_WAITED = Prepared(
    select(
        func.count(),
        func.coalesce(func.sum(case((_T.issued_at < _NOW, (_NOW - _T.issued_at) // _MINUTE), else_=0)), 0),
    ).where(_HERE, _WAITING)
)
_OF_TICKET = calls.alias("of_ticket")
_LAST_CALL = (
    select(func.max(_OF_TICKET.c.id))
    .where(_OF_TICKET.c.ticket == _T.id, or_(_OF_TICKET.c.ended_as.is_(None), _OF_TICKET.c.ended_as != "undone"))
    .scalar_subquery()
)
_ALL_AT_COUNTERS = (
    select(*_LISTED, counters.c.number, calls.c.last_called_at)
    .select_from(
        tickets.outerjoin(_WANTED, _WANTED.c.id == _T.to_counter)
        .outerjoin(calls, calls.c.id == _LAST_CALL)
        .outerjoin(counters, counters.c.id == calls.c.counter)
    )
    .where(_HERE, _T.state.in_([literal_column(f"'{state}'") for state in ("called", "serving", "parked")]))
)


def waiting(connection: Connection, centre: str, day: str) -> list[QueuedRow]:
    """Everybody who waits at a centre on a day, in no order."""
    return [QueuedRow._make(row) for row in _ALL_WAITING.rows(connection, {"centre": centre, "day": day})]


def waiting_first(connection: Connection, centre: str, day: str, now: int, early: str, most: int) -> list[QueuedRow]:
    """The first who wait, in the order in which they are called, whoever may call them; those of "never" last."""
    values: dict[str, str | int] = {"centre": centre, "day": day, "now": now, "most": most}
    found = _listed("due", connection, values)
    if early == "in_turn":
        both = [*_listed("walk_in", connection, values), *_listed("early_in_turn", connection, values)]
        return [*found, *sorted(both, key=lambda row: (row.issued_at, row.id))][:most]
    for turn in ("walk_in", "early"):
        if len(found) < most:
            found += _listed(turn, connection, values)
    return found[:most]


def _listed(turn: str, connection: Connection, values: dict[str, str | int]) -> list[QueuedRow]:
    return [QueuedRow._make(row) for row in _WAITING_FIRST[turn].rows(connection, values)]


def waited(connection: Connection, centre: str, day: str, now: int) -> tuple[int, int]:
    """How many wait at a centre on a day, and how many whole minutes they have waited, each cut, all together."""
    found = _WAITED.row(connection, {"centre": centre, "day": day, "now": now})
    return (0, 0) if found is None else (int(found[0]), int(found[1]))


def at_counters(connection: Connection, centre: str, day: str) -> list[QueuedRow]:
    """Everybody who is called, served or parked on a day, in no order, with the counter of the last call."""
    return [QueuedRow._make(row) for row in connection.execute(_ALL_AT_COUNTERS, {"centre": centre, "day": day})]
