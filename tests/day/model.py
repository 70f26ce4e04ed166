"""What the hall must be like, kept beside it in plain Python: the order of C5 and the state of every ticket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kiosk.clock import Instant
from kiosk.hall.queue_facts import TicketState


@dataclass(slots=True)
class ModelTicket:
    """A ticket as it should be."""

    ticket: str
    issued_at: Instant
    booked_for: Instant | None
    service_ms: int
    state: TicketState = "waiting"
    first_called_at: Instant | None = None

    def rank(self, now: Instant) -> tuple[int, Instant, Instant]:
        """Its place in the order of C5 at an instant, where early ones are called when nobody else waits."""
        if self.booked_for is None:
            return 1, self.issued_at, 0
        return (0 if self.booked_for <= now else 2), self.booked_for, self.issued_at


@dataclass(slots=True)
class ModelCentre:
    """One centre's hall."""

    tickets: dict[str, ModelTicket] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)
    """Counters that have nobody."""

    def next(self, now: Instant) -> ModelTicket | None:
        """Whoever has to be called next; None where nobody waits."""
        waiting = [ticket for ticket in self.tickets.values() if ticket.state == "waiting"]
        return min(waiting, key=lambda ticket: ticket.rank(now), default=None)

    def states(self) -> Counter[TicketState]:
        """How many tickets are in which state."""
        return Counter(ticket.state for ticket in self.tickets.values())
