"""Counts wrong pairs of code and FİN by what was presented, whether it exists or not (Q10)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import present
from db.schema import wrong_tries

_FIND = select(wrong_tries.c.count, wrong_tries.c.last_at).where(wrong_tries.c.subject == bindparam("subject"))
_FORGET = delete(wrong_tries).where(wrong_tries.c.subject == bindparam("subject"))
_AGAIN: dict[str, Any] = {
    "index_elements": ["subject"],
    "set_": {"count": wrong_tries.c.count + 1, "last_at": text("excluded.last_at")},
}
_COUNT = {
    "sqlite": sqlite.insert(wrong_tries).on_conflict_do_update(**_AGAIN),
    "postgresql": postgresql.insert(wrong_tries).on_conflict_do_update(**_AGAIN),
}


def find(connection: Connection, subject: str) -> tuple[int, int] | None:
    """How many wrong tries there were on a subject (a SHA-256), and the instant (ms UTC) of the last one."""
    present(connection, "subject", subject)
    row = connection.execute(_FIND, {"subject": subject}).one_or_none()
    return None if row is None else (row[0], row[1])


def count(connection: Connection, subject: str, now: int) -> None:
    """Count one more."""
    present(connection, "subject", subject)
    connection.execute(_COUNT[connection.dialect.name], {"subject": subject, "count": 1, "last_at": now})


def forget(connection: Connection, subject: str) -> None:
    """Start anew, after a right try."""
    present(connection, "subject", subject)
    connection.execute(_FORGET, {"subject": subject})


def purge(connection: Connection, before: int) -> int:
    """Delete counts whose last try was before an instant (ms UTC); how many there were."""
    return connection.execute(delete(wrong_tries).where(wrong_tries.c.last_at < before)).rowcount
