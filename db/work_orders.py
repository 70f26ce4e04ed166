"""The SQL of work orders: born with a registered application, worked off step by step (W7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, text, update

from db.prepared import Prepared
from db.schema import staff
from db.water_schema import applications, work_orders

_A = applications.c
_W = work_orders.c


class WorkOrderRow(NamedTuple):
    """A work order with what a list shows of its application; `due_on` is an ISO day in Baku."""

    application: int
    number: str
    kind: str
    state: str
    opened_at: int
    due_on: str
    taken_by: str | None
    subscriber: str | None
    surname: str
    given_name: str

    def __repr__(self) -> str:
        return f"WorkOrderRow({self.application}, …)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which work orders a list shows; an empty tuple or None leaves that out of account."""

    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    words: Sequence[str] = ()
    """Folded; each has to be found in what an application is searched by."""
    number: str = ""
    """With words: applications in whose number this stands too."""
    due_before: str | None = None
    """Still to do, and due before this day."""
    taken_by: int | None = None
    most: int = 200


_OPEN = Prepared(insert(work_orders).inline(), columns=("application", "state", "opened_at", "due_on"))
_LISTED = (
    select(
        _W.application, _A.number, _A.kind, _W.state, _W.opened_at, _W.due_on,
        staff.c.display_name, _A.subscriber, _A.surname, _A.given_name,
    )
    .select_from(work_orders)
    .join(applications, _A.id == _W.application)
    .outerjoin(staff, staff.c.id == _W.taken_by)
)  # fmt: skip
_ONE = Prepared(_LISTED.where(_A.number == bindparam("number")))
_DONE = frozenset({"closed", "refused"})
_TO_DO = text("work_orders.state NOT IN ('closed', 'refused')")
"""As the partial index has it: with bound values it would not be found."""
_STAMPS = {"taken": "taken_at", "carried_out": "carried_out_at", "closed": "closed_at", "refused": "closed_at"}


def open_order(connection: Connection, application: int, now: int, due_on: str) -> None:
    """Open the work order of an application."""
    values = {"application": application, "state": "open", "opened_at": now, "due_on": due_on}
    _OPEN.count(connection, values)


def one(connection: Connection, number: str) -> WorkOrderRow | None:
    """The work order of an application's number."""
    row = _ONE.row(connection, {"number": number})
    return None if row is None else WorkOrderRow._make(row)


def listed(connection: Connection, wanted: Wanted) -> list[WorkOrderRow]:
    """The work orders that are wanted, the one due first before the others."""
    query: Any = _LISTED
    if wanted.states:
        query = query.where(_W.state.in_(wanted.states))
    if wanted.due_before is not None or (wanted.states and not _DONE & set(wanted.states)):
        query = query.where(_TO_DO)
    if wanted.kinds:
        query = query.where(_A.kind.in_(wanted.kinds))
    if wanted.due_before is not None:
        query = query.where(_W.due_on < wanted.due_before)
    if wanted.taken_by is not None:
        query = query.where(_W.taken_by == wanted.taken_by)
    if wanted.words:
        found = and_(*(_A.searched.contains(word, autoescape=True) for word in wanted.words))
        query = query.where(or_(found, _A.number.contains(wanted.number, autoescape=True)))
    rows = connection.execute(query.order_by(_W.due_on, _W.application).limit(wanted.most))
    return [WorkOrderRow._make(row) for row in rows]


def change_state(
    connection: Connection, application: int, earlier: Sequence[str], state: str, now: int, taken_by: int | None = None
) -> bool:
    """Give a work order another state if it has one of the earlier ones; whether it had."""
    values: dict[str, Any] = {"state": state}
    if state in _STAMPS:
        values[_STAMPS[state]] = now
    if taken_by is not None:
        values["taken_by"] = taken_by
    changed = update(work_orders).where(_W.application == application, _W.state.in_(earlier)).values(values)
    return connection.execute(changed).rowcount == 1
