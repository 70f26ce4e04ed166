"""The SQL of staff: names, roles, rights and password hashes."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.schema import staff


class StaffRow(NamedTuple):
    """A staff member. `rights` are those beyond the role's own."""

    id: int
    name: str
    display_name: str
    role: str
    rights: frozenset[str]
    password_hash: str
    active: bool


def by_name(connection: Connection, name: str) -> StaffRow | None:
    """The staff member who signs in with `name`."""
    columns = (staff.c.id, staff.c.name, staff.c.display_name, staff.c.role, staff.c.rights, staff.c.password_hash)
    row = connection.execute(select(*columns, staff.c.active).where(staff.c.name == name)).one_or_none()
    if row is None:
        return None
    return StaffRow(row[0], row[1], row[2], row[3], frozenset(row[4].split()), row[5], bool(row[6]))


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
