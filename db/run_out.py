"""Holds that ran out: ended in the way of a new one, or tidied. No rule depends on the tidying."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from db.bookings import HELD, BookingRow, PersonRow
from db.schema import bookings

_B = bookings.c


class EndedHold(NamedTuple):
    """A hold that ran out and was ended on the way: enough to tell its person by mail."""

    id: int
    reference: str
    service: str
    centre: str
    starts_at: int
    language: str
    email: str
    given_name: str
    station: str
    """Where it was made."""

    @classmethod
    def of(cls, row: BookingRow, whose: PersonRow) -> EndedHold:
        """The same of a booking that was looked up."""
        place = (row.id, row.reference, row.service, row.centre, row.starts_at)
        return cls(*place, whose.language, whose.email, whose.given_name, whose.station)


_END = (
    update(bookings)
    .where(HELD, _B.held_until <= bindparam("now"))
    .values(state="expired", ended_by="ran_out", ended_at=_B.held_until)
    .returning(
        _B.id, _B.reference, _B.service, _B.centre, _B.starts_at, _B.language, _B.email, _B.given_name, _B.station
    )
)
_END_IN_THE_WAY = _END.where(
    _B.starts_at == bindparam("at"),
    or_(and_(_B.centre == bindparam("centre_"), _B.service == bindparam("service_")), _B.fin == bindparam("fin_")),
)
_END_SOME = _END.where(_B.id.in_(bindparam("ids", expanding=True)))
_RUN_OUT = select(_B.id).where(HELD, _B.held_until <= bindparam("now")).order_by(_B.held_until).limit(bindparam("most"))


def end_in_the_way(
    connection: Connection, service: str, centre: str, starts_at: int, fin: str, now: int
) -> list[EndedHold]:
    """End the run-out holds that still occupy this hour's seats or this person's hour in the unique indexes."""
    values = {"now": now, "at": starts_at, "centre_": centre, "service_": service, "fin_": fin}
    return [EndedHold._make(row) for row in connection.execute(_END_IN_THE_WAY, values)]


def has_run_out(connection: Connection, now: int) -> bool:
    """Whether there is a run-out hold to tidy; reads only."""
    return connection.execute(_RUN_OUT, {"now": now, "most": 1}).first() is not None


def end_run_out(connection: Connection, now: int, most: int) -> list[EndedHold]:
    """Tidy up to `most` run-out holds; nothing depends on it but the letter that tells their people."""
    ids = list(connection.execute(_RUN_OUT, {"now": now, "most": most}).scalars())
    if not ids:
        return []
    return [EndedHold._make(row) for row in connection.execute(_END_SOME, {"now": now, "ids": ids})]
