"""What happened to a ticket, step by step (C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.hall.queue_facts import StepName


@dataclass(frozen=True, slots=True)
class TicketStep:
    """One line of a ticket's history, oldest first; the first one is always "arrived"."""

    at: datetime
    step: StepName | Literal["arrived"]
    counter: str | None
    staff: str | None
    """The display name of whoever did it, where somebody was signed in."""
    station: str
    undone: bool
