"""The SQL of a ticket's steps: its history, and what undoing the last one needs (C2).

Instants are milliseconds of UTC.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from db.hall_schema import counters, ticket_steps
from db.prepared import Prepared
from db.schema import staff, tickets

_S = ticket_steps.c
_ADD = Prepared(
    insert(ticket_steps).inline(),
    columns=("ticket", "call", "counter", "staff", "station", "at", "act", "before"),
)


def add(
    connection: Connection,
    *,
    ticket: int,
    call: int | None,
    counter: int,
    staff: int | None,
    station: str,
    now: int,
    act: str,
    before: str,
) -> None:
    """Add a step; `before` is JSON, all others are row ids but the station's name and the step's."""
    values = {
        "ticket": ticket,
        "call": call,
        "counter": counter,
        "staff": staff,
        "station": station,
        "at": now,
        "act": act,
        "before": before,
    }
    _ADD.count(connection, values)


class StepRow(NamedTuple):
    """A counter's step, as undoing needs it."""

    id: int
    ticket: int
    call: int | None
    at: int
    act: str
    before: str
    undone_at: int | None
    day: str
    """The ticket's."""
    letter: str
    number: int


_LAST_OF_COUNTER = Prepared(
    select(
        _S.id,
        _S.ticket,
        _S.call,
        _S.at,
        _S.act,
        _S.before,
        _S.undone_at,
        tickets.c.day,
        tickets.c.letter,
        tickets.c.number,
    )
    .select_from(ticket_steps.join(tickets, tickets.c.id == _S.ticket))
    .where(_S.counter == bindparam("counter"))
    .order_by(_S.id.desc())
    .limit(1)
)
_LAST_OF_TICKET = Prepared(select(func.max(_S.id)).where(_S.ticket == bindparam("ticket")))
_MARK_UNDONE = Prepared(update(ticket_steps).where(_S.id == bindparam("id_")).values(undone_at=bindparam("now")))


def last_of_counter(connection: Connection, counter: int) -> StepRow | None:
    """The last step that a counter (row id) did, whatever became of it."""
    row = _LAST_OF_COUNTER.row(connection, {"counter": counter})
    return None if row is None else StepRow._make(row)


def last_of_ticket(connection: Connection, ticket: int) -> int:
    """The row id of a ticket's last step; 0 where there is none."""
    return int(_LAST_OF_TICKET.value(connection, {"ticket": ticket}) or 0)


def mark_undone(connection: Connection, step: int, now: int) -> None:
    """Note that a step (row id) was taken back."""
    _MARK_UNDONE.count(connection, {"id_": step, "now": now})


class HistoryRow(NamedTuple):
    """A step as it is told."""

    at: int
    act: str
    counter: str | None
    staff: str | None
    station: str
    undone_at: int | None


_OF_TICKET = (
    select(_S.at, _S.act, counters.c.number, staff.c.display_name, _S.station, _S.undone_at)
    .select_from(ticket_steps.outerjoin(counters, counters.c.id == _S.counter).outerjoin(staff, staff.c.id == _S.staff))
    .where(_S.ticket == bindparam("ticket"))
    .order_by(_S.id)
)
_NAME_OF = select(staff.c.display_name).where(staff.c.id == bindparam("id"))
_COUNTED = (
    select(_S.act, func.count())
    .where(
        _S.counter == bindparam("counter"),
        _S.at >= bindparam("since"),
        _S.undone_at.is_(None),
        _S.act.in_(("finish", "no_show")),
    )
    .group_by(_S.act)
)


def of_ticket(connection: Connection, ticket: int) -> list[HistoryRow]:
    """The steps of a ticket (row id), oldest first."""
    return [HistoryRow._make(row) for row in connection.execute(_OF_TICKET, {"ticket": ticket})]


def staff_name(connection: Connection, member: int) -> str | None:
    """The display name of a staff member (row id)."""
    name: str | None = connection.execute(_NAME_OF, {"id": member}).scalar_one_or_none()
    return name


def counted(connection: Connection, counter: int, since: int) -> dict[str, int]:
    """How often a counter (row id) finished, and how often nobody came, from an instant on; undone ones not."""
    found = connection.execute(_COUNTED, {"counter": counter, "since": since})
    return {row[0]: row[1] for row in found}


_FORGET = update(ticket_steps).where(_S.at < bindparam("until"), _S.before != "{}").values(before="{}")


def forget_before(connection: Connection, until: int) -> int:
    """Wipe what tickets were before steps older than an instant: it holds their notes. How many there were."""
    return connection.execute(_FORGET, {"until": until}).rowcount
