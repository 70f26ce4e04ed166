"""What each idempotency key was answered."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.presented import present
from db.schema import answers

_FIND = Prepared(select(answers.c.request, answers.c.answer).where(answers.c.key == bindparam("key")))
_KEEP = Prepared(
    {
        "sqlite": sqlite.insert(answers).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(answers).on_conflict_do_nothing(),
    },
    columns=("key", "request", "answer", "at"),
)


class KeyBusy(Exception):
    """Another unit of work answered this key meanwhile: roll back and look again."""


def find(connection: Connection, key: str) -> tuple[str, str] | None:
    """The SHA-256 of the request that came with `key`, and its answer as JSON."""
    present(connection, "answer", key)
    row = _FIND.row(connection, {"key": key})
    return None if row is None else (row[0], row[1])


def keep(connection: Connection, key: str, request: str, answer: str, now: int) -> None:
    """Keep the answer of a key for ever after (until `purge`).

    Raises:
        KeyBusy: the key got an answer since `find`.
    """
    kept = _KEEP.count(connection, {"key": key, "request": request, "answer": answer, "at": now})
    if kept != 1:
        raise KeyBusy


def purge(connection: Connection, before: int) -> int:
    """Delete the answers given before an instant (ms UTC); how many there were."""
    return connection.execute(delete(answers).where(answers.c.at < before)).rowcount
