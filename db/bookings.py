"""The SQL of bookings: holds, confirmations, moves and what the grid shows.

Whether a hold has run out is a condition in every statement here (`held_until > now`), never the work of a job.
All instants are milliseconds of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, and_, bindparam, case, cast, func, literal, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from db.engine import savepoint
from db.prepared import Prepared
from db.presented import is_kiosk, present
from db.schema import bookings, tickets

_B = bookings.c

# The partial indexes' conditions stand in the statements word by word: behind a bind parameter no database could tell
# that it may use those indexes, and a day's grid would read every booking there is.
HELD = _B.state == literal_column("'held'")
_CONFIRMED = _B.state == literal_column("'confirmed'")
_OCCUPIES = _B.state.in_([literal_column(f"'{state}'") for state in ("held", "confirmed", "active")])
HELD_NOW = and_(HELD, _B.held_until > bindparam("now"))
"""A hold that stands: whether it has run out is this condition, and nothing else."""
_LIVE_NOW = and_(_OCCUPIES, or_(_B.state != literal_column("'held'"), _B.held_until > bindparam("now")))


class BookingRow(NamedTuple):
    """A booking with its ticket, without personal data."""

    id: int
    reference: str
    order_code: str | None
    service: str
    centre: str
    starts_at: int
    seat: int
    state: str
    ended_by: str | None
    held_until: int
    activated_at: int | None
    activated_by: str | None
    sequence: int
    language: str
    ticket_letter: str | None
    """The ticket is the one that the booking was activated with, or the walk-in that stands in its place."""
    ticket_number: int | None
    ticket_at: int | None
    """When it was given."""
    ticket_station: str | None

    def state_at(self, now: int) -> str:
        """The state as the rules see it: a hold whose time has run out is expired, whether or not a row says so."""
        return "expired" if self.state == "held" and self.held_until <= now else self.state


class PersonRow(NamedTuple):
    """Whose booking it is, and the secrets around it."""

    given_name: str
    surname: str
    fin: str
    email: str
    language: str
    code: str
    code_sent_at: int
    wrong_codes: int
    station: str


_FACTS = (
    select(
        _B.id,
        _B.reference,
        _B.order_code,
        _B.service,
        _B.centre,
        _B.starts_at,
        _B.seat,
        _B.state,
        _B.ended_by,
        _B.held_until,
        _B.activated_at,
        _B.activated_by,
        _B.sequence,
        _B.language,
        tickets.c.letter,
        tickets.c.number,
        tickets.c.issued_at,
        tickets.c.station,
    )
    .select_from(bookings)
    .outerjoin(tickets, tickets.c.for_booking == _B.id)
)
_BY_ORDER_CODE = Prepared(_FACTS.where(_B.order_code == bindparam("value")))
_BY_REFERENCE = Prepared(_FACTS.where(_B.reference == bindparam("value")))
_OF_FIN = _FACTS.where(
    _B.fin == bindparam("fin"), _LIVE_NOW, or_(~_CONFIRMED, _B.starts_at >= bindparam("since"))
).order_by(_B.starts_at, _B.id)
_OF_EMAIL = _FACTS.where(
    _B.email == bindparam("email"), _LIVE_NOW, or_(~_CONFIRMED, _B.starts_at >= bindparam("since"))
).order_by(_B.starts_at, _B.id)
_PERSON = select(
    _B.given_name, _B.surname, _B.fin, _B.email, _B.language, _B.code, _B.code_sent_at, _B.wrong_codes, _B.station
).where(_B.id == bindparam("id"))


def by_order_code(connection: Connection, order_code: str) -> BookingRow | None:
    """The booking of an order code (eight signs, no hyphen)."""
    present(connection, "order_code", order_code)
    row = _BY_ORDER_CODE.row(connection, {"value": order_code})
    return None if row is None else BookingRow._make(row)


def by_reference(connection: Connection, reference: str) -> BookingRow | None:
    """The booking of a reference (twelve signs, no hyphens)."""
    present(connection, "reference", reference)
    row = _BY_REFERENCE.row(connection, {"value": reference})
    return None if row is None else BookingRow._make(row)


def live_of_fin(connection: Connection, fin: str, since: int, now: int) -> list[BookingRow]:
    """A person's standing holds, and confirmed bookings of hours from `since` on; the active ones too."""
    return [BookingRow._make(row) for row in connection.execute(_OF_FIN, {"fin": fin, "since": since, "now": now})]


def live_of_email(connection: Connection, email: str, since: int, now: int) -> list[BookingRow]:
    """The same of an e-mail address."""
    found = connection.execute(_OF_EMAIL, {"email": email, "since": since, "now": now})
    return [BookingRow._make(row) for row in found]


def person(connection: Connection, booking: int) -> PersonRow:
    """The person of a booking's row id."""
    return PersonRow._make(connection.execute(_PERSON, {"id": booking}).one())


_OPEN_OF_PERSON = Prepared(
    select(func.count())
    .select_from(bookings)
    .where(
        _B.fin == bindparam("fin"),
        _LIVE_NOW,
        or_(HELD, and_(_CONFIRMED, _B.starts_at >= bindparam("since"))),
    )
)
_HELD_OF_EMAIL = select(func.count()).select_from(bookings).where(_B.email == bindparam("email"), _OCCUPIES, HELD_NOW)
_LIVE_IN_HOUR = Prepared(
    select(func.count())
    .select_from(bookings)
    .where(
        _B.fin == bindparam("fin"),
        _B.starts_at == bindparam("at"),
        _B.id != bindparam("besides"),
        _LIVE_NOW,
    )
)


_OPEN_AT_KIOSK = select(func.asan.open_of_person(bindparam("fin"), bindparam("since"), bindparam("now")))
_HELD_AT_KIOSK = select(func.asan.holds_of_email(bindparam("email"), bindparam("now")))
_IN_HOUR_AT_KIOSK = select(
    func.asan.live_in_hour(bindparam("fin"), bindparam("at"), bindparam("besides"), bindparam("now"))
)


def count_open(connection: Connection, fin: str, since: int, now: int) -> int:
    """A person's holds that have not run out and confirmed bookings of hours from `since` on."""
    values = {"fin": fin, "since": since, "now": now}
    if is_kiosk(connection):
        return int(connection.execute(_OPEN_AT_KIOSK, values).scalar_one())
    return int(_OPEN_OF_PERSON.value(connection, values))


def count_holds_of_email(connection: Connection, email: str, now: int) -> int:
    """The holds that an e-mail address has now."""
    counted = _HELD_AT_KIOSK if is_kiosk(connection) else _HELD_OF_EMAIL
    return int(connection.execute(counted, {"email": email, "now": now}).scalar_one())


def has_live_in_hour(connection: Connection, fin: str, starts_at: int, now: int, besides: int = 0) -> bool:
    """Whether a person has a live booking in that hour, anywhere, other than the row id `besides`."""
    values = {"fin": fin, "at": starts_at, "now": now, "besides": besides}
    if is_kiosk(connection):
        return bool(connection.execute(_IN_HOUR_AT_KIOSK, values).scalar_one())
    return bool(_LIVE_IN_HOUR.value(connection, values))


def lock_counted(connection: Connection, subjects: Iterable[str]) -> None:
    """Hold the locks under which counted limits are checked, until the transaction ends.

    A number of rows is something no index can hold. On SQLite the one writer's lock does it already; on PostgreSQL
    each subject ("person …", "email …", "station …") has an advisory lock, taken in one order by everybody.
    """
    if connection.dialect.name == "postgresql":
        for subject in sorted(subjects):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (subject,))


_INSERT = {
    "sqlite": sqlite.insert(bookings).on_conflict_do_nothing().returning(_B.id),
    "postgresql": postgresql.insert(bookings).on_conflict_do_nothing().returning(_B.id),
}


def insert_hold(connection: Connection, values: dict[str, Any]) -> int | None:
    """Insert a held booking; its row id, or None when a unique index refused it (seat, person and hour, reference)."""
    present(connection, "reference", values["reference"])
    row = connection.execute(_INSERT[connection.dialect.name], values).one_or_none()
    return None if row is None else int(row[0])


_CONFIRM = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"), HELD_NOW)
    .values(state="confirmed", confirmed_at=bindparam("now"), order_code=bindparam("order_code_"))
)


def confirm(connection: Connection, booking: int, order_code: str, now: int) -> bool:
    """Turn a hold that has not run out into a confirmed booking; whether it was one."""
    return _CONFIRM.count(connection, {"id_": booking, "now": now, "order_code_": order_code}) == 1


_WRONG_CODE = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"))
    .values(
        wrong_codes=_B.wrong_codes + 1,
        state=case((and_(_B.wrong_codes + 1 >= bindparam("most"), HELD_NOW), "cancelled"), else_=_B.state),
        ended_by=case((and_(_B.wrong_codes + 1 >= bindparam("most"), HELD_NOW), "wrong_codes"), else_=_B.ended_by),
        ended_at=case((and_(_B.wrong_codes + 1 >= bindparam("most"), HELD_NOW), bindparam("now")), else_=_B.ended_at),
    )
    .returning(_B.wrong_codes, _B.state)
)


def count_wrong_code(connection: Connection, booking: int, most: int, now: int) -> tuple[int, str]:
    """Count a wrong confirmation code; the one that makes `most` ends a hold. How many there were, and the state."""
    counted = _WRONG_CODE.row(connection, {"id_": booking, "most": most, "now": now})
    if counted is None:
        raise LookupError(booking)
    return int(counted[0]), str(counted[1])


_SENT_AGAIN = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"), HELD_NOW, _B.code_sent_at <= bindparam("sent_before"))
    .values(code_sent_at=bindparam("now"))
)
_CORRECT_EMAIL = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"), HELD_NOW)
    .values(email=bindparam("email_"), code=bindparam("code_"), code_sent_at=bindparam("now"))
)
_CANCEL = Prepared(
    update(bookings)
    .where(
        _B.id == bindparam("id_"),
        or_(HELD_NOW, and_(_B.state == "confirmed", _B.starts_at > bindparam("now"))),
    )
    .values(state="cancelled", ended_by=bindparam("by"), ended_at=bindparam("now"))
)
_RELEASE = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"), HELD_NOW)
    .values(state="cancelled", ended_by=bindparam("by"), ended_at=bindparam("now"))
)
_ACTIVATE = Prepared(
    update(bookings)
    .where(_B.id == bindparam("id_"), _B.state == "confirmed", _B.starts_at == bindparam("at"))
    .values(state="active", activated_at=bindparam("now"), activated_by=bindparam("station_"))
)


def mark_sent_again(connection: Connection, booking: int, sent_before: int, now: int) -> bool:
    """Note that the code of a standing hold goes out again, if it last went at or before `sent_before`."""
    values = {"id_": booking, "sent_before": sent_before, "now": now}
    return _SENT_AGAIN.count(connection, values) == 1


def correct_email(connection: Connection, booking: int, email: str, code: str, now: int) -> bool:
    """Give a standing hold another address and a new code; whether it stands."""
    values = {"id_": booking, "email_": email, "code_": code, "now": now}
    return _CORRECT_EMAIL.count(connection, values) == 1


def cancel(connection: Connection, booking: int, by: str, now: int) -> bool:
    """Cancel a standing hold, or a confirmed booking before its time; whether it was one."""
    return _CANCEL.count(connection, {"id_": booking, "by": by, "now": now}) == 1


def release(connection: Connection, booking: int, by: str, now: int) -> bool:
    """End a standing hold, and nothing but a hold; whether it was one."""
    return _RELEASE.count(connection, {"id_": booking, "by": by, "now": now}) == 1


def activate(connection: Connection, booking: int, starts_at: int, station: str, now: int) -> bool:
    """Turn a confirmed booking of that very hour into an active one; whether it still was one."""
    values = {"id_": booking, "at": starts_at, "station_": station, "now": now}
    return _ACTIVATE.count(connection, values) == 1


_MOVE = Prepared(
    update(bookings)
    .where(
        _B.id == bindparam("id_"),
        _B.state == "confirmed",
        _B.starts_at == bindparam("from_"),
        _B.starts_at > bindparam("now"),
    )
    .values(starts_at=bindparam("to_"), seat=bindparam("seat_"), sequence=_B.sequence + 1)
)


def move(connection: Connection, booking: int, from_: int, to: int, seat: int, now: int) -> bool:
    """Give a confirmed booking another hour and seat, in one update; False when a unique index refused it.

    Raises:
        LookupError: the booking is no longer confirmed at that hour, or its hour has come.
    """
    values = {"id_": booking, "from_": from_, "to_": to, "seat_": seat, "now": now}
    try:
        with savepoint(connection):
            if _MOVE.count(connection, values) != 1:
                raise LookupError(booking)
    except (IntegrityError, connection.engine.dialect.loaded_dbapi.IntegrityError):
        return False
    return True


_FORGET = (
    update(bookings)
    .where(_B.starts_at < bindparam("before"), _B.surname != "")  # not everybody has an e-mail address (C8)
    .values(
        given_name="",
        surname="",
        patronymic="",
        # the unique index over person and hour still holds: each forgotten person is another
        fin=literal("#") + cast(_B.id, Text),
        phone="",
        email="",
        code="",
    )
)


def forget_persons(connection: Connection, before: int) -> int:
    """Wipe the persons of bookings whose hour was before an instant (ms UTC); how many there were."""
    return connection.execute(_FORGET, {"before": before}).rowcount
