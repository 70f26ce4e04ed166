"""The SQL of tickets. A number is counted per centre, letter and Baku day, in the arrival's own transaction."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.schema import ticket_counters, tickets

_T = tickets.c
_NEXT = Prepared(
    {
        name: into(ticket_counters)
        .values(centre=bindparam("centre"), day=bindparam("day"), letter=bindparam("letter"), last=1)
        .on_conflict_do_update(index_elements=["centre", "day", "letter"], set_={"last": ticket_counters.c.last + 1})
        .returning(ticket_counters.c.last)
        for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    }
)
_ISSUE = Prepared(
    {
        name: into(tickets).on_conflict_do_nothing(index_elements=["for_booking"]).returning(_T.id)
        for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    },
    columns=(
        [
            "centre",
            "day",
            "letter",
            "number",
            "service",
            "booking",
            "state",
            "issued_at",
            "station",
            "accepted_late_by",
            "late_reason",
            "booked_for",
            "after_booking",
            "language",
            "changed_at",
            "issued_service",
        ]
    ),
)


class BookingHasTicket(Exception):
    """The booking got a ticket since it was looked up: roll back and look again."""


class Issued(NamedTuple):
    """A new ticket: its row id and its number."""

    id: int
    number: int


def issue(
    connection: Connection,
    *,
    centre: str,
    day: str,
    letter: str,
    service: str,
    station: str,
    now: int,
    language: str,
    booking: int | None = None,
    booked_for: int | None = None,
    after_booking: int | None = None,
    accepted_late_by: int | None = None,
    late_reason: str | None = None,
) -> Issued:
    """Issue the next ticket of a letter, which waits from now on.

    Args:
        connection: the act's transaction.
        centre: the centre's id.
        day: an ISO date in Asia/Baku.
        letter: heads the number.
        service: the service's id.
        station: the machine that gives it.
        now: the act's instant.
        language: the person's.
        booking: the booking (row id) that it activates; None: a walk-in.
        booked_for: the booked time; None: a walk-in.
        after_booking: the booking (row id) that a walk-in came too late for.
        accepted_late_by: the staff member (row id) who accepted a late arrival.
        late_reason: why.

    Raises:
        BookingHasTicket: a rival gave one for that booking, in whichever way; the transaction is to be rolled back.
    """
    counted = {"centre": centre, "day": day, "letter": letter}
    number = int(_NEXT.value(connection, counted))
    values = {
        **counted,
        "number": number,
        "service": service,
        "booking": booking,
        "state": "waiting",
        "issued_at": now,
        "station": station,
        "accepted_late_by": accepted_late_by,
        "late_reason": late_reason,
        "booked_for": booked_for,
        "after_booking": after_booking,
        "language": language,
        "changed_at": now,
        "issued_service": service,
    }
    issued = _ISSUE.row(connection, values)
    if issued is None:
        raise BookingHasTicket
    return Issued(int(issued[0]), number)


class TicketRow(NamedTuple):
    """A ticket; `to_counter` is a counter's row id."""

    id: int
    centre: str
    day: str
    letter: str
    number: int
    service: str
    booking: int | None
    after_booking: int | None
    state: str
    issued_at: int
    booked_for: int | None
    changed_at: int
    to_counter: int | None
    note: str | None
    language: str
    station: str
    accepted_late_by: int | None
    late_reason: str | None


FACTS = select(*(tickets.c[name] for name in TicketRow._fields))
"""What a `TicketRow` is made of."""
_BY_NUMBER = FACTS.where(
    _T.centre == bindparam("centre"),
    _T.day == bindparam("day"),
    _T.letter == bindparam("letter"),
    _T.number == bindparam("number"),
)
_FIND = Prepared(_BY_NUMBER)
# whoever changes a ticket locks its row first, so that its state and its calls are read as the last change left them
_TAKE = Prepared(_BY_NUMBER.with_for_update(key_share=True))
_OF_ID = Prepared(FACTS.where(_T.id == bindparam("id")))
_TAKE_BY_ID = Prepared(FACTS.where(_T.id == bindparam("id")).with_for_update(key_share=True))


def find(connection: Connection, centre: str, day: str, letter: str, number: int) -> TicketRow | None:
    """The ticket of a number."""
    row = _FIND.row(connection, {"centre": centre, "day": day, "letter": letter, "number": number})
    return None if row is None else TicketRow._make(row)


def take(connection: Connection, centre: str, day: str, letter: str, number: int) -> TicketRow | None:
    """The ticket of a number, locked until the transaction ends."""
    row = _TAKE.row(connection, {"centre": centre, "day": day, "letter": letter, "number": number})
    return None if row is None else TicketRow._make(row)


def of_id(connection: Connection, ticket: int) -> TicketRow:
    """The ticket of a row id.

    Raises:
        LookupError: there is none.
    """
    row = _OF_ID.row(connection, {"id": ticket})
    if row is None:
        raise LookupError(ticket)
    return TicketRow._make(row)


def take_by_id(connection: Connection, ticket: int) -> TicketRow:
    """The ticket of a row id, locked until the transaction ends.

    Raises:
        LookupError: there is none.
    """
    row = _TAKE_BY_ID.row(connection, {"id": ticket})
    if row is None:
        raise LookupError(ticket)
    return TicketRow._make(row)


class Standing(NamedTuple):
    """The columns of a ticket that steps change, and undoing brings back."""

    state: str
    service: str
    to_counter: int | None
    note: str | None
    changed_at: int
    outcome: str | None = None
    """How a finished one ended."""


_CHANGE = Prepared(
    update(tickets).where(_T.id == bindparam("id_")).values({name: bindparam(f"{name}_") for name in Standing._fields})
)


def change(connection: Connection, ticket: int, standing: Standing) -> None:
    """Give a ticket (row id) another standing; its row is locked by `take` or by the look for who is next."""
    values = {f"{name}_": value for name, value in standing._asdict().items()}
    _CHANGE.count(connection, {"id_": ticket, **values})


_FORGET = (
    update(tickets)
    .where(or_(_T.note.is_not(None), _T.late_reason.is_not(None)), _T.day < bindparam("before"))
    .values(note=None, late_reason=None)
)


def forget_notes(connection: Connection, before: str) -> int:
    """Wipe what colleagues wrote about tickets of days before an ISO date: notes, and why late ones were accepted.

    How many tickets there were. Who accepted a late one stays.
    """
    return connection.execute(_FORGET, {"before": before}).rowcount
