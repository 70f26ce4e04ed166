"""The audit log: every change and every refused attempt, with no personal data beyond ids."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from db.prepared import Prepared
from db.presented import is_kiosk
from db.schema import audit

_WRITE = Prepared(
    insert(audit).inline(),
    columns=("at", "station", "staff", "act", "outcome", "booking", "detail", "application", "ticket"),
)


def write(
    connection: Connection,
    now: int,
    station: str,
    act: str,
    outcome: str,
    *,
    booking: int | None = None,
    staff: int | None = None,
    detail: str | None = None,
    application: int | None = None,
    ticket: int | None = None,
) -> None:
    """Add one row; `booking`, `application`, `ticket` and `staff` are row ids, `detail` is a short word or reason."""
    _WRITE.count(
        connection,
        {
            "at": now,
            "station": station,
            "act": act,
            "outcome": outcome,
            "booking": booking,
            "staff": staff,
            "detail": detail,
            "application": application,
            "ticket": ticket,
        },
    )


_LAST = select(audit.c.at).order_by(audit.c.id.desc()).limit(1)


def purge(connection: Connection, before: int) -> int:
    """Delete rows older than an instant (ms UTC); how many there were."""
    return connection.execute(delete(audit).where(audit.c.at < before)).rowcount


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it is told to technicians: no booking, and staff by row id."""

    at: int
    station: str
    staff: int | None
    act: str
    outcome: str
    detail: str | None


def tail(connection: Connection, most: int) -> tuple[AuditRow, ...]:
    """The last rows, oldest first; none at a kiosk, which may write the audit and not read it."""
    if is_kiosk(connection):
        return ()
    rows = connection.execute(
        select(audit.c.at, audit.c.station, audit.c.staff, audit.c.act, audit.c.outcome, audit.c.detail)
        .order_by(audit.c.id.desc())
        .limit(most)
    )
    return tuple(reversed([AuditRow(*row) for row in rows]))


def last_at(connection: Connection) -> int | None:
    """When the audit was last written (ms UTC); None while it is empty."""
    wanted = select(func.asan.last_audit()) if is_kiosk(connection) else _LAST
    at: int | None = connection.execute(wanted).scalar()
    return at
