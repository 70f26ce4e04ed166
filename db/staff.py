"""The SQL of staff: names, roles, rights and password hashes."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.schema import staff

_FACTS = (staff.c.id, staff.c.name, staff.c.display_name, staff.c.role, staff.c.rights, staff.c.active)


class StaffRow(NamedTuple):
    """A staff member as they sign in. `rights` are those beyond the role's own."""

    id: int
    name: str
    display_name: str
    role: str
    rights: frozenset[str]
    password_hash: str
    active: bool


class StaffFacts(NamedTuple):
    """A staff member without the password's hash. `rights` are those beyond the role's own."""

    id: int
    name: str
    display_name: str
    role: str
    rights: frozenset[str]
    active: bool


def _facts(row: Any) -> StaffFacts:
    return StaffFacts(row[0], row[1], row[2], row[3], frozenset(row[4].split()), bool(row[5]))


def by_name(connection: Connection, name: str) -> StaffRow | None:
    """The staff member who signs in with `name`."""
    columns = (staff.c.id, staff.c.name, staff.c.display_name, staff.c.role, staff.c.rights, staff.c.password_hash)
    row = connection.execute(select(*columns, staff.c.active).where(staff.c.name == name)).one_or_none()
    if row is None:
        return None
    return StaffRow(row[0], row[1], row[2], row[3], frozenset(row[4].split()), row[5], bool(row[6]))


def by_id(connection: Connection, member: int) -> StaffFacts | None:
    """The staff member of a row id."""
    row = connection.execute(select(*_FACTS).where(staff.c.id == member)).one_or_none()
    return None if row is None else _facts(row)


def everybody(connection: Connection) -> tuple[StaffFacts, ...]:
    """All staff members by name, those who may not sign in any more last."""
    found = connection.execute(select(*_FACTS).order_by(staff.c.active.desc(), staff.c.name))
    return tuple(_facts(row) for row in found)


def lock_administrators(connection: Connection) -> frozenset[int]:
    """The active administrators, locked until the transaction ends: nobody else takes one away meanwhile.

    That one is left is something no index can hold. On SQLite the one writer's lock does it already; on PostgreSQL the
    second of two waits here for the first, and then sees what it left.
    """
    wanted = (
        select(staff.c.id)
        .where(staff.c.role == "administrator", staff.c.active == 1)
        .order_by(staff.c.id)
        .with_for_update()
    )
    return frozenset(connection.execute(wanted).scalars())


def change(connection: Connection, member: int, **values: str | int) -> bool:
    """Set columns of a staff member; whether there is one. `rights` are given space-separated."""
    return connection.execute(update(staff).where(staff.c.id == member).values(**values)).rowcount == 1


def add(
    connection: Connection,
    name: str,
    display_name: str,
    role: str,
    rights: frozenset[str],
    password_hash: str,
    now: int,
) -> int | None:
    """Add a staff member; the row id, or None when the name is in use."""
    values = {
        "name": name,
        "display_name": display_name,
        "role": role,
        "rights": " ".join(sorted(rights)),
        "password_hash": password_hash,
        "created_at": now,
    }
    try:
        with savepoint(connection):
            return int(connection.execute(insert(staff).values(values).returning(staff.c.id)).scalar_one())
    except IntegrityError:
        return None
