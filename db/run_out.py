"""Holds that ran out: ended in the way of a new one, or tidied. No rule depends on the tidying."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from db.bookings import HELD, BookingRow, PersonRow
from db.presented import is_kiosk
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


# PostgreSQL alone: holds that ended at a kiosk, and after how many wrong codes where that was why
_UNTOLD = Table(
    "untold", MetaData(schema="asan"), Column("booking", BigInteger, primary_key=True), Column("wrong_codes", Integer)
)

_TOLD_ONES = (
    _B.id, _B.reference, _B.service, _B.centre, _B.starts_at, _B.language, _B.email, _B.given_name, _B.station,
)  # fmt: skip
_END = (
    update(bookings)
    .where(HELD, _B.held_until <= bindparam("now"))
    .values(state="expired", ended_by="ran_out", ended_at=_B.held_until)
    .returning(*_TOLD_ONES)
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
    """End the run-out holds that still occupy this hour's seats or this person's hour in the unique indexes.

    Answers those whose people the caller tells. A kiosk may not know them: whoever carries letters tells them
    (`take_untold`).
    """
    if is_kiosk(connection):
        connection.execute(select(func.asan.end_in_the_way(service, centre, starts_at, fin, now)))
        return []
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


def has_untold(connection: Connection) -> bool:
    """Whether holds ended at kiosks whose people were not told yet; reads only."""
    if connection.dialect.name != "postgresql":
        return False
    return connection.execute(select(_UNTOLD.c.booking).limit(1)).first() is not None


def take_untold(connection: Connection) -> list[tuple[EndedHold, int | None]]:
    """Those holds, each for one taker, with the number of wrong codes where these ended it."""
    if connection.dialect.name != "postgresql":
        return []
    taken = dict(connection.execute(delete(_UNTOLD).returning(_UNTOLD.c.booking, _UNTOLD.c.wrong_codes)).all())
    wanted = select(*_TOLD_ONES).where(_B.id.in_(taken)).order_by(_B.id)
    return [(EndedHold._make(row), taken[row.id]) for row in connection.execute(wanted)]
