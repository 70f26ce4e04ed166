"""Counts wrong pairs of code and FİN by what was presented, whether it exists or not (Q10)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import is_kiosk, present
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


_AT_KIOSKS: Final = "kiosk "


def _presented(connection: Connection, subject: str) -> str:
    """The subject as it stands in the table: a kiosk's login counts apart, or a stolen one would lock every counter."""
    known_as = f"{_AT_KIOSKS}{subject}" if is_kiosk(connection) else subject
    present(connection, "subject", known_as)
    return known_as


def find(connection: Connection, subject: str) -> tuple[int, int] | None:
    """How many wrong tries there were on a subject (a SHA-256), and the instant (ms UTC) of the last one."""
    subject = _presented(connection, subject)
    row = connection.execute(_FIND, {"subject": subject}).one_or_none()
    return None if row is None else (row[0], row[1])


def count(connection: Connection, subject: str, now: int) -> None:
    """Count one more."""
    values = {"subject": _presented(connection, subject), "count": 1, "last_at": now}
    connection.execute(_COUNT[connection.dialect.name], values)


def forget(connection: Connection, subject: str) -> None:
    """Start anew, after a right try."""
    connection.execute(_FORGET, {"subject": _presented(connection, subject)})


def purge(connection: Connection, before: int) -> int:
    """Delete counts whose last try was before an instant (ms UTC); how many there were."""
    return connection.execute(delete(wrong_tries).where(wrong_tries.c.last_at < before)).rowcount
