"""The SQL of staff members' cards, known by the SHA-256 of their certificate's public key (C6)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.schema import staff, staff_cards

_C = staff_cards.c


class StaffCardRow(NamedTuple):
    """A card of a staff member. Instants are milliseconds of UTC."""

    id: int
    staff: int
    fingerprint: str
    label: str
    enrolled_by: int
    enrolled_at: int
    withdrawn_at: int | None


class HolderRow(NamedTuple):
    """Whose live card it is."""

    staff: int
    name: str
    display_name: str
    role: str
    rights: frozenset[str]
    active: bool


def holder(connection: Connection, fingerprint: str) -> HolderRow | None:
    """The staff member with this live card."""
    wanted = (
        select(staff.c.id, staff.c.name, staff.c.display_name, staff.c.role, staff.c.rights, staff.c.active)
        .join(staff_cards, _C.staff == staff.c.id)
        .where(_C.fingerprint == fingerprint, _C.withdrawn_at.is_(None))
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else HolderRow(row[0], row[1], row[2], row[3], frozenset(row[4].split()), bool(row[5]))


def enrol(connection: Connection, member: int, fingerprint: str, label: str, by: int, now: int) -> int | None:
    """Enrol a card; the row id, or None where it is somebody's live card already."""
    values = {"staff": member, "fingerprint": fingerprint, "label": label, "enrolled_by": by, "enrolled_at": now}
    try:
        with savepoint(connection):
            return int(connection.execute(insert(staff_cards).values(values).returning(_C.id)).scalar_one())
    except IntegrityError:
        return None


def of(connection: Connection, member: int) -> tuple[StaffCardRow, ...]:
    """A staff member's cards, withdrawn ones too, the newest first."""
    wanted = select(_C.id, _C.staff, _C.fingerprint, _C.label, _C.enrolled_by, _C.enrolled_at, _C.withdrawn_at)
    rows = connection.execute(wanted.where(_C.staff == member).order_by(_C.id.desc()))
    return tuple(StaffCardRow(*row) for row in rows)


def withdraw(connection: Connection, card: int, now: int) -> int | None:
    """Withdraw a live card; whose it was, or None where there is no such live card."""
    wanted = update(staff_cards).where(_C.id == card, _C.withdrawn_at.is_(None)).values(withdrawn_at=now)
    found = connection.execute(wanted.returning(_C.staff)).scalar_one_or_none()
    return None if found is None else int(found)
