"""The SQL that deletes applications and documents which have been kept long enough (K6)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, or_, select

from db.water_schema import application_documents, application_steps, applications, documents, uploads, work_orders

_A = applications.c
_D = documents.c
_OVER = ("completed", "refused")


def forget_over(connection: Connection, before: int) -> int:
    """Delete the applications that were over before an instant (ms UTC), with all that belongs to them; how many."""
    return _forget(connection, and_(_A.state.in_(_OVER), _A.changed_at < before))


def forget_never_registered(connection: Connection, before: int) -> int:
    """Delete those that a debt held and that came to nothing before an instant (ms UTC); how many there were."""
    ran_out = and_(_A.state == "awaiting_payment", _A.held_until < before)
    return _forget(connection, or_(ran_out, and_(_A.state == "dropped", _A.changed_at < before)))


def forget_documents(connection: Connection, before: int) -> int:
    """Take the documents from applications that were over before an instant (ms UTC); how many there were."""
    over = select(_A.id).where(_A.state.in_(_OVER), _A.changed_at < before)
    return connection.execute(
        delete(application_documents).where(application_documents.c.application.in_(over))
    ).rowcount


def forget_unused_documents(connection: Connection, before: int) -> int:
    """Delete the documents stored before an instant (ms UTC) that nothing refers to; how many there were."""
    used: Select[tuple[str]] = select(application_documents.c.digest)
    uploaded = select(uploads.c.digest).where(uploads.c.digest.is_not(None))
    unused = and_(_D.stored_at < before, _D.digest.not_in(used), _D.digest.not_in(uploaded))
    return connection.execute(delete(documents).where(unused)).rowcount


def _forget(connection: Connection, which: ColumnElement[bool]) -> int:
    ids = select(_A.id).where(which)
    for table in (work_orders, application_steps, application_documents):
        connection.execute(delete(table).where(table.c.application.in_(ids)))
    return connection.execute(delete(applications).where(which)).rowcount
