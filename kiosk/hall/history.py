"""What happened to a ticket, step by step (C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from db import ticket_steps
from db.tickets import TicketRow
from kiosk.clock import to_datetime
from kiosk.hall.queue_facts import StepName


@dataclass(frozen=True, slots=True)
class TicketStep:
    """One line of a ticket's history, oldest first; the first one is always "arrived"."""

    at: datetime
    step: StepName | Literal["arrived", "left"]
    """"left": nobody ended its call on its day, and its counter went on without it."""
    counter: str | None
    staff: str | None
    """The display name of whoever did it, where somebody was signed in."""
    station: str
    undone: bool


def history_of(connection: Any, ticket: TicketRow) -> tuple[TicketStep, ...]:
    """All that was done with a ticket."""
    accepted = ticket.accepted_late_by
    name = ticket_steps.staff_name(connection, accepted) if accepted is not None else None
    arrived = TicketStep(to_datetime(ticket.issued_at), "arrived", None, name, ticket.station, undone=False)
    steps = (
        TicketStep(
            to_datetime(row.at),
            cast(StepName | Literal["left"], row.act),
            row.counter,
            row.staff,
            row.station,
            undone=row.undone_at is not None,
        )
        for row in ticket_steps.of_ticket(connection, ticket.id)
    )
    return (arrived, *steps)
