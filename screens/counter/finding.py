"""Looking for a ticket in the hall: by its number, or by a word of its service (F10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.hall.queue_facts import QueuedTicket
from kiosk.hall.ticket_number import read_ticket, ticket_number
from kiosk.language import matches
from screens.counter.queue_list import Matches
from screens.counter.ticket_words import service_words

if TYPE_CHECKING:
    from screens.app import KioskApp


def written_ticket(typed: str) -> str | None:
    """A ticket's number as it is written, if what was typed is one: "a17" is A-017."""
    read = read_ticket(typed)
    return ticket_number(*read) if read is not None else None


def matcher(app: KioskApp, typed: str) -> Matches | None:
    """What of the hall fits the typed text: numbers that begin so, services with that word; None: everything."""
    bare = "".join(typed.split())
    if not bare:
        return None
    number = bare.upper().replace("-", "") if bare.isascii() else None
    whole = written_ticket(typed)
    found: dict[str, bool] = {}

    def fits(ticket: QueuedTicket) -> bool:
        if ticket.ticket == whole or (number and ticket.ticket.replace("-", "").startswith(number)):
            return True
        # A hall has thousands of tickets and some hundred services at most.
        if ticket.service not in found:
            found[ticket.service] = matches(typed, service_words(app, ticket.service)) is not None
        return found[ticket.service]

    return fits
