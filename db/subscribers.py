"""The SQL of the registry's subscribers: one by code, the search as one types, changes (W5, W7, W8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.water_schema import subscriber_words, subscribers

_S = subscribers.c
_W = subscriber_words.c


class SubscriberRow(NamedTuple):
    """A row of `subscribers`; `water`, `waste_water` and `closed` are 0 or 1, the opening balance is in qəpik."""

    code: str
    category: str
    fin: str
    given_name: str
    surname: str
    patronymic: str
    address: str
    persons: int
    water: int
    waste_water: int
    meter: str
    service_state: str
    closed: int
    opening_balance: int = 0


COLUMNS = SubscriberRow._fields
_ONE = Prepared(select(*(_S[name] for name in COLUMNS)).where(_S.code == bindparam("code")))
_CHANGE = Prepared(
    update(subscribers).where(_S.code == bindparam("code_")).values(service_state=bindparam("service_state_"))
)
_INSERT = {
    "sqlite": sqlite.insert(subscribers).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(subscribers).on_conflict_do_nothing(),
}
_LONGEST = select(func.max(func.length(_S.code)))
_HIGHEST = select(func.max(_S.code)).where(func.length(_S.code) == bindparam("digits"))


def by_code(connection: Connection, code: str) -> SubscriberRow | None:
    """The subscriber of a code."""
    row = _ONE.row(connection, {"code": code})
    return None if row is None else SubscriberRow._make(row)


def change_service(connection: Connection, code: str, state: str) -> bool:
    """Set the state of the service; whether there is such a subscriber."""
    return _CHANGE.count(connection, {"code_": code, "service_state_": state}) == 1


def add(connection: Connection, row: SubscriberRow, words: Iterable[str]) -> bool:
    """Add a subscriber with the words by which they are found; False when the code is somebody's already."""
    if connection.execute(_INSERT[connection.dialect.name], row._asdict()).rowcount != 1:
        return False
    connection.execute(insert(subscriber_words), [{"word": word, "subscriber": row.code} for word in words])
    return True


def lock_codes(connection: Connection) -> None:
    """Let whoever gives the next code wait for this transaction. On SQLite the one writer's lock does it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('subscriber codes', 0))")


def highest_code(connection: Connection) -> str | None:
    """The highest of the longest codes, or None while there are no subscribers."""
    digits = connection.execute(_LONGEST).scalar_one()
    if digits is None:
        return None
    found: str | None = connection.execute(_HIGHEST, {"digits": digits}).scalar_one()
    return found


def search(connection: Connection, words: Sequence[str], most: int) -> list[SubscriberRow]:
    """Up to `most` subscribers who have, for each of `words`, a word that begins with it; by code."""
    if not words:
        return []
    wanted: Any = select(*(_S[name] for name in COLUMNS))
    for word in words:
        wanted = wanted.where(_S.code.in_(select(_W.subscriber).where(_W.word.startswith(word, autoescape=True))))
    return [SubscriberRow._make(row) for row in connection.execute(wanted.order_by(_S.code).limit(most))]
