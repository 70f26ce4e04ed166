"""The SQL of what the company's own system has yet to be told: written with the act, carried afterwards, told once."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import present
from db.water_schema import registry_calls

_C = registry_calls.c
_EARLIER = registry_calls.alias("earlier")


class CallRow(NamedTuple):
    """One thing to tell; `facts` is JSON, instants are ms UTC."""

    id: int
    reference: str
    kind: str
    subscriber: str
    facts: str
    created_at: int
    attempts: int
    done_at: int | None


_ROW = select(*(_C[name] for name in CallRow._fields))
_INSERT = {
    "sqlite": sqlite.insert(registry_calls).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(registry_calls).on_conflict_do_nothing(),
}
_TO_DO = _C.done_at.is_(None)
# what concerns one subscriber is told in the order in which it happened
_IS_NEXT = ~exists().where(
    _EARLIER.c.subscriber == _C.subscriber,
    _EARLIER.c.subscriber != "",
    _EARLIER.c.kind == _C.kind,
    _EARLIER.c.kind == "service_state",
    _EARLIER.c.done_at.is_(None),
    _EARLIER.c.id < _C.id,
)
_DUE = _ROW.where(_TO_DO, _C.due_at <= bindparam("now"), _IS_NEXT).order_by(_C.due_at, _C.id).limit(bindparam("most"))
_TAKE = (
    update(registry_calls)
    .where(_C.id == bindparam("id_"), _TO_DO, _C.due_at <= bindparam("now"))
    .values(due_at=bindparam("until"), attempts=_C.attempts + 1)
)
_LATELY = _ROW.where(_C.subscriber == bindparam("code"), or_(_TO_DO, _C.done_at > bindparam("since"))).order_by(_C.id)


def enqueue(connection: Connection, reference: str, kind: str, subscriber: str, facts: str, now: int) -> None:
    """Write down what is to be told; a reference that is there already is not written again."""
    present(connection, "subscriber", subscriber)
    connection.execute(
        _INSERT[connection.dialect.name],
        {
            "reference": reference,
            "kind": kind,
            "subscriber": subscriber,
            "facts": facts,
            "created_at": now,
            "due_at": now,
        },
    )


def due(connection: Connection, now: int, most: int) -> list[CallRow]:
    """What can be told now, the longest due first."""
    return [CallRow._make(row) for row in connection.execute(_DUE, {"now": now, "most": most})]


def take(connection: Connection, call: int, now: int, until: int) -> bool:
    """Take a call until an instant, after which anybody may; False when somebody else did."""
    return connection.execute(_TAKE, {"id_": call, "now": now, "until": until}).rowcount == 1


def done(connection: Connection, call: int, now: int, subscriber: str | None, *, forget: bool) -> None:
    """Note that a call was told; the code that a new subscriber got, and its facts are forgotten where they say who."""
    values = {"done_at": now, "last_error": None}
    texts = {"subscriber": subscriber} if subscriber is not None else {}
    wiped = {"facts": "{}"} if forget else {}
    connection.execute(update(registry_calls).where(_C.id == call).values(**values, **texts, **wiped))


def put_off(connection: Connection, call: int, due_at: int, error: str) -> None:
    """Note why a call could not be told, and when it is tried again."""
    connection.execute(update(registry_calls).where(_C.id == call, _TO_DO).values(due_at=due_at, last_error=error))


def lately(connection: Connection, code: str, since: int) -> list[CallRow]:
    """A subscriber's calls that are not told yet, or were after an instant (ms UTC); in their order."""
    present(connection, "subscriber", code)
    return [CallRow._make(row) for row in connection.execute(_LATELY, {"code": code, "since": since})]


def waiting(connection: Connection) -> tuple[int, int | None]:
    """How many calls are not told yet, and when the oldest was written."""
    row = connection.execute(select(func.count(), func.min(_C.created_at)).where(_TO_DO)).one()
    return int(row[0]), row[1]


def purge(connection: Connection, before: int) -> int:
    """Delete calls that were told before an instant (ms UTC); how many there were."""
    return connection.execute(delete(registry_calls).where(and_(_C.done_at.is_not(None), _C.done_at < before))).rowcount
