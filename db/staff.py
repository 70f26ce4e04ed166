"""The SQL of staff: names, roles, rights and password hashes.

A hash is written and never read: a station asks with what a password is computed, computes, and the database compares.
On PostgreSQL that is all that a station's login may do (`db/rights.py`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.prepared import Prepared
from db.schema import staff

_FACTS = (staff.c.id, staff.c.name, staff.c.display_name, staff.c.role, staff.c.rights, staff.c.active)


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


def by_name(connection: Connection, name: str) -> StaffFacts | None:
    """The staff member who signs in with `name`."""
    row = connection.execute(select(*_FACTS).where(staff.c.name == name)).one_or_none()
    return None if row is None else _facts(row)


_BY_ID = Prepared(select(*_FACTS).where(staff.c.id == bindparam("id")))


def by_id(connection: Connection, member: int) -> StaffFacts | None:
    """The staff member of a row id."""
    row = _BY_ID.row(connection, {"id": member})
    return None if row is None else _facts(row)


_BLANK: Final = "A"
_HASH = select(staff.c.password_hash).where(staff.c.name == bindparam("name"))
_FITS = select(staff.c.id).where(staff.c.name == bindparam("name"), staff.c.password_hash == bindparam("computed"))


def password_form(connection: Connection, name: str) -> str | None:
    """With what the password of `name` is computed: an encoded argon2 hash whose last part is blanked.

    On PostgreSQL a name that nobody has gets one too, always the same; on SQLite None.
    """
    if connection.dialect.name == "postgresql":
        form: str | None = connection.execute(select(func.asan.password_form(name))).scalar_one()
        return form
    known = connection.execute(_HASH, {"name": name}).scalar_one_or_none()
    if known is None:
        return None
    head, sign, tag = str(known).rpartition("$")
    return f"{head}{sign}{_BLANK * len(tag)}"


def by_password(connection: Connection, name: str, computed: str) -> StaffFacts | None:
    """The staff member of a name whose password hash is `computed`."""
    if connection.dialect.name == "postgresql":
        member = connection.execute(select(func.asan.password_fits(name, computed))).scalar_one()
    else:
        member = connection.execute(_FITS, {"name": name, "computed": computed}).scalar_one_or_none()
    return None if member is None else by_id(connection, int(member))


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
