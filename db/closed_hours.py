"""The SQL of hours that a centre closed after people had booked them: which they are, and who was told of them.

A booking's `told_of_closure` names the closed hours of which its person was told. Its person is still to be told while
none of the closed hours that cover its hour is the one named there; so one letter is enough where two overlap, and a
hold that slipped in beside the closing is found like any other. Instants are milliseconds of UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from db import bookings as booking_rows
from db.bookings import HELD_NOW
from db.hall_schema import closed_hours
from db.prepared import Prepared
from db.schema import bookings

HOUR: Final = 3_600_000
_C = closed_hours.c
_B = bookings.c
_OTHER = closed_hours.alias("other")

_AHEAD = and_(or_(HELD_NOW, _B.state == literal_column("'confirmed'")), _B.starts_at > bindparam("now"))
"""Bookings whose person is still to come: a hold that stands, or a confirmed one, and its hour is not there yet."""


class ClosedRow(NamedTuple):
    """Hours that a centre closed."""

    id: int
    centre: str
    starts_at: int
    ends_at: int
    reason_az: str
    reason_ru: str
    reason_en: str
    made_by: int
    made_at: int
    withdrawn_at: int | None


class TellRow(NamedTuple):
    """A booking whose person is to be told that its hour is closed, or open after all (`closed` is None)."""

    id: int
    reference: str
    order_code: str | None
    service: str
    centre: str
    starts_at: int
    state: str
    language: str
    email: str
    given_name: str
    told_of_closure: int | None
    closed: int | None


class Booked(NamedTuple):
    """How many people are booked into some hours, and how many of them no letter reaches."""

    bookings: int
    without_email: int
    told: int


class UnreachedRow(NamedTuple):
    """A booking whose person no letter reaches, with what there is to call them by."""

    id: int
    reference: str
    order_code: str | None
    service: str
    starts_at: int
    language: str
    given_name: str
    surname: str
    phone: str


_COLUMNS = (
    _C.id,
    _C.centre,
    _C.starts_at,
    _C.ends_at,
    _C.reason_az,
    _C.reason_ru,
    _C.reason_en,
    _C.made_by,
    _C.made_at,
    _C.withdrawn_at,
)
_IN_FORCE = select(*_COLUMNS).where(
    _C.centre == bindparam("centre"),
    _C.withdrawn_at.is_(None),
    _C.starts_at < bindparam("end"),
    _C.ends_at > bindparam("first"),
)
_AT = Prepared(_IN_FORCE.order_by(_C.id).limit(1))


def lock(connection: Connection, centre: str) -> None:
    """Hold the lock under which a centre closes hours, until the transaction ends: no index keeps them apart."""
    booking_rows.lock_counted(connection, [f"closed hours {centre}"])


def at(connection: Connection, centre: str, starts_at: int) -> ClosedRow | None:
    """What closes an hour of a centre, or None."""
    row = _AT.row(connection, {"centre": centre, "first": starts_at, "end": starts_at + HOUR})
    return None if row is None else ClosedRow._make(row)


def between(connection: Connection, centres: Sequence[str], first: int, end: int) -> list[ClosedRow]:
    """The closed hours of some centres that touch [first, end)."""
    wanted = (
        select(*_COLUMNS)
        .where(_C.centre.in_(centres), _C.withdrawn_at.is_(None), _C.starts_at < end, _C.ends_at > first)
        .order_by(_C.id)
    )
    return [ClosedRow._make(row) for row in connection.execute(wanted)]


def find(connection: Connection, closed: int) -> ClosedRow | None:
    """Closed hours by their row id, withdrawn ones too."""
    row = connection.execute(select(*_COLUMNS).where(_C.id == closed)).one_or_none()
    return None if row is None else ClosedRow._make(row)


def add(connection: Connection, values: dict[str, str | int]) -> int:
    """Close hours; the row id."""
    return int(connection.execute(insert(closed_hours).values(values).returning(_C.id)).scalar_one())


def withdraw(connection: Connection, closed: int, by: int, now: int) -> bool:
    """Open hours again that are closed; whether they were."""
    wanted = update(closed_hours).where(_C.id == closed, _C.withdrawn_at.is_(None))
    return connection.execute(wanted.values(withdrawn_at=now, withdrawn_by=by)).rowcount == 1


def booked(connection: Connection, centre: str, first: int, end: int, now: int, closed: int | None = None) -> Booked:
    """Who is still to come in the hours that [first, end) touches; `told`: those told of the closed hours `closed`."""
    told = case((_B.told_of_closure == literal(closed), 1), else_=0) if closed is not None else literal(0)
    wanted = select(
        func.count(), func.coalesce(func.sum(case((_B.email == "", 1), else_=0)), 0), func.coalesce(func.sum(told), 0)
    ).where(_B.centre == centre, _B.starts_at > first - HOUR, _B.starts_at < end, _AHEAD)
    row = connection.execute(wanted, {"now": now}).one()
    return Booked(int(row[0]), int(row[1]), int(row[2]))


def unreached(connection: Connection, centre: str, first: int, end: int, now: int) -> list[UnreachedRow]:
    """Those of `booked` who gave no e-mail address, in the order of their hours."""
    wanted = (
        select(*(_B[name] for name in UnreachedRow._fields))
        .where(_B.centre == centre, _B.starts_at > first - HOUR, _B.starts_at < end, _B.email == "", _AHEAD)
        .order_by(_B.starts_at, _B.id)
    )
    return [UnreachedRow._make(row) for row in connection.execute(wanted, {"now": now})]


_COVERS = and_(_C.centre == _B.centre, _C.starts_at < _B.starts_at + HOUR, _C.ends_at > _B.starts_at)
_IS_TOLD = exists().where(
    _OTHER.c.id == _B.told_of_closure,
    _OTHER.c.withdrawn_at.is_(None),
    _OTHER.c.centre == _B.centre,
    _OTHER.c.starts_at < _B.starts_at + HOUR,
    _OTHER.c.ends_at > _B.starts_at,
)
_STILL_COVERED = exists().where(
    _OTHER.c.withdrawn_at.is_(None),
    _OTHER.c.centre == _B.centre,
    _OTHER.c.starts_at < _B.starts_at + HOUR,
    _OTHER.c.ends_at > _B.starts_at,
)
_WHOSE = (
    _B.id,
    _B.reference,
    _B.order_code,
    _B.service,
    _B.centre,
    _B.starts_at,
    _B.state,
    _B.language,
    _B.email,
    _B.given_name,
    _B.told_of_closure,
)
_REACHED = and_(_B.email != "", _AHEAD)
_TO_TELL = (
    select(*_WHOSE, func.min(_C.id))
    .join(closed_hours, _COVERS)
    .where(_C.withdrawn_at.is_(None), _C.ends_at > bindparam("now"), _REACHED, ~_IS_TOLD)
    .group_by(*_WHOSE)
    .order_by(_B.starts_at, _B.id)
    .limit(bindparam("most"))
)
_TO_TELL_OPEN = (
    select(*_WHOSE, literal(None))
    .join(closed_hours, and_(_C.id == _B.told_of_closure, _COVERS))
    .where(_C.withdrawn_at.is_not(None), _C.ends_at > bindparam("now"), _REACHED, ~_STILL_COVERED)
    .order_by(_B.starts_at, _B.id)
    .limit(bindparam("most"))
)


def to_tell(connection: Connection, now: int, most: int) -> list[TellRow]:
    """Up to `most` bookings whose person does not know yet that their hour is closed, or open after all.

    Those without an address are left out.
    """
    values = {"now": now, "most": most}
    found = [TellRow._make(row) for row in connection.execute(_TO_TELL, values)]
    if len(found) < most:
        found += [TellRow._make(row) for row in connection.execute(_TO_TELL_OPEN, values)]
    return found[:most]


def mark_told(connection: Connection, row: TellRow, now: int) -> bool:
    """Note that the person of a booking is told; False when another told them, or the booking changed meanwhile.

    A hold of a closed hour ends with that: it could only be confirmed to be moved.
    """
    wanted = update(bookings).where(
        _B.id == row.id,
        _B.starts_at == row.starts_at,
        _B.state == row.state,
        _B.told_of_closure.is_not_distinct_from(row.told_of_closure),
        _AHEAD,
    )
    if connection.execute(wanted.values(told_of_closure=row.closed), {"now": now}).rowcount != 1:
        return False
    if row.state == "held" and row.closed is not None:
        booking_rows.release(connection, row.id, "closure", now)
    return True
