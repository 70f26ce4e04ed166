"""The SQL of the registry's subscribers: one by code, the search as one types, changes (W5, W7, W8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, Select, and_, bindparam, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.presented import present
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
    opening_balance: int
    words: str
    """All words by which the subscriber is found, folded, with a space before each."""


COLUMNS: Final = SubscriberRow._fields
_ONE = Prepared(select(*(_S[name] for name in COLUMNS)).where(_S.code == bindparam("code")))
_CHANGE = Prepared(
    update(subscribers).where(_S.code == bindparam("code_")).values(service_state=bindparam("service_state_"))
)
_INSERT = {
    "sqlite": sqlite.insert(subscribers).on_conflict_do_nothing().returning(_S.code),
    "postgresql": postgresql.insert(subscribers).on_conflict_do_nothing().returning(_S.code),
}
_LONGEST = select(func.max(func.length(_S.code)))
_HIGHEST = select(func.max(_S.code)).where(func.length(_S.code) == bindparam("digits"))


def by_code(connection: Connection, code: str) -> SubscriberRow | None:
    """The subscriber of a code."""
    present(connection, "subscriber", code)
    row = _ONE.row(connection, {"code": code})
    return None if row is None else SubscriberRow._make(row)


def change_service(connection: Connection, code: str, state: str) -> bool:
    """Set the state of the service; whether there is such a subscriber."""
    return _CHANGE.count(connection, {"code_": code, "service_state_": state}) == 1


def add(connection: Connection, row: SubscriberRow, entries: Iterable[tuple[str, int]]) -> bool:
    """Add a subscriber with the words and bits by which they are found; False when the code is somebody's already."""
    if connection.execute(_INSERT[connection.dialect.name], row._asdict()).one_or_none() is None:
        return False
    connection.execute(
        insert(subscriber_words), [{"word": word, "subscriber": row.code, "mask": mask} for word, mask in entries]
    )
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


_COUNTED: Final = 20_000
_BATCHES: Final = (200, 1_000)
"""How many candidates are looked at together, first and then; so that no plan is the worse for a wrong guess."""
_LAST: Final = "\U0010ffff"
_IN_RANGE: Final = and_(_W.word >= bindparam("low"), _W.word < bindparam("high"))
_MAY_FIT: Final = _W.mask.bitwise_and(bindparam("bits", type_=BigInteger)) == bindparam("bits", type_=BigInteger)
_AFTER: Final = tuple_(_W.word, _W.subscriber) > tuple_(bindparam("last_word"), bindparam("last_subscriber"))
_COUNT = select(func.count()).select_from(select(_W.word).where(_IN_RANGE).limit(_COUNTED).subquery())
_CANDIDATES = (
    select(_W.word, _W.subscriber)
    .where(_IN_RANGE, _MAY_FIT, _AFTER)
    .order_by(_W.word, _W.subscriber)
    .limit(bindparam("size", type_=Integer))
)
_LAST_OF_BATCH = (
    select(_W.word, _W.subscriber)
    .where(_IN_RANGE, _MAY_FIT, _AFTER)
    .order_by(_W.word, _W.subscriber)
    .limit(1)
    .offset(bindparam("besides", type_=Integer))
)


def search(
    connection: Connection, words: Sequence[str], beginnings: Sequence[str], bits: int, most: int
) -> list[SubscriberRow]:
    """Up to `most` subscribers for whom each of `words` begins a word.

    The rarest of `beginnings` is followed through the index, in the order of its words and then of the codes; that is
    the order of the answer too, on both databases.

    Args:
        connection: the reading's.
        words: folded words, what was typed.
        beginnings: those of them from which the search may start, at least one.
        bits: those of `words`; who has not all of them is passed over in the index.
        most: how many at most.
    """
    if connection.dialect.name == "postgresql":
        # it cannot know how many have the bits: led by its guess it would read and sort whole ranges for thirty rows
        for way in ("sort", "seqscan", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    found: dict[str, SubscriberRow] = {}
    ranges = [{"low": word, "high": word + _LAST} for word in beginnings]
    start = ranges[0]
    if len(ranges) > 1:
        counts = [int(connection.execute(_COUNT, within).scalar_one()) for within in ranges]
        start = ranges[counts.index(min(counts))]
    wanted = _fitting(connection.dialect.name, len(words))
    begun = {f"word_{place}": f" {word}" for place, word in enumerate(words)}
    # PostgreSQL begins at this pair, not at the word: from the first entry of all it would read half of the index
    size, last = _BATCHES[0], (start["low"], "")
    while len(found) < most:
        batch = {**start, "bits": bits, "last_word": last[0], "last_subscriber": last[1]}
        for row in connection.execute(wanted, {**batch, **begun, "size": size}):
            if len(found) < most:
                found.setdefault(row.code, SubscriberRow._make(row))
        end = connection.execute(_LAST_OF_BATCH, {**batch, "besides": size - 1}).one_or_none()
        if end is None:
            break
        size, last = _BATCHES[1], (end.word, end.subscriber)
    return list(found.values())


@cache
def _fitting(dialect: str, words: int) -> Select[Any]:
    """Those of a batch of candidates for whom each of so many words begins a word."""
    place = func.instr if dialect == "sqlite" else func.strpos
    batch = _CANDIDATES.subquery()
    return (
        select(*(_S[name] for name in COLUMNS))
        .select_from(batch.join(subscribers, _S.code == batch.c.subscriber))
        .where(*(place(_S.words, bindparam(f"word_{number}")) > 0 for number in range(words)))
        .order_by(batch.c.word, batch.c.subscriber)
    )
