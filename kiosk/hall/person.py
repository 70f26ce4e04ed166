"""Whose ticket it is, as far as a counter needs to know (C2, K6). Each look is audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from db import bookings, calls
from kiosk.hall.at_counter import AtCounter
from kiosk.hall.ticket_number import ticket_number
from kiosk.identity.fin import is_fin
from kiosk.names import Language

_SHOWN: Final = 3
_HIDDEN: Final = "••••"


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts:
    """The person of a ticket. Of a walk-in no booking tells: name and FİN are empty then."""

    ticket: str
    name: str
    """Surname first."""
    fin: str
    """Its first three signs, the others hidden: "5AB••••"."""
    language: Language
    station: str
    """The machine that gave the ticket."""
    late_reason: str | None
    """Why an operator accepted the late arrival (C3)."""

    def __repr__(self) -> str:
        return f"PersonFacts({self.ticket})"


def look_at_person(at: AtCounter, written: str) -> PersonFacts:
    """The person of a ticket; the audit tells whether it was at this counter ("here") or asked for ("asked").

    A walk-in that came too late for its booking is that booking's person.

    Raises:
        NotFound: there is no such ticket today.
    """
    connection = at.unit.connection
    ticket = at.take(written)
    last = calls.last_of_ticket(connection, ticket.id)
    here = last is not None and last.counter == at.counter.id and ticket.state in ("called", "serving", "parked")
    at.unit.detail = f"{at.counter.number} {'here' if here else 'asked'}"
    booking = ticket.booking if ticket.booking is not None else ticket.after_booking
    person = bookings.person(connection, booking) if booking is not None else None
    return PersonFacts(
        ticket=ticket_number(ticket.letter, ticket.number),
        name=f"{person.surname} {person.given_name}".strip() if person is not None else "",
        # a forgotten person's FİN is none any more
        fin=f"{person.fin[:_SHOWN]}{_HIDDEN}" if person is not None and is_fin(person.fin) else "",
        language=cast(Language, ticket.language),
        station=ticket.station,
        late_reason=ticket.late_reason,
    )
