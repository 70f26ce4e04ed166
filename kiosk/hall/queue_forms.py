"""How the answers of a counter's steps are stored under their keys: without notes, which may name a person (K6)."""

from __future__ import annotations

from typing import Any, Final, cast

from db import tickets
from kiosk.acts import Unit
from kiosk.clock import baku_day
from kiosk.hall.queue_facts import Called, Stepped
from kiosk.hall.ticket_number import read_ticket
from kiosk.stored import as_values, from_values

_UNSET: Final = dict.fromkeys(["booked_for", "started_at", "note"])


class CalledForm:
    """Stores a `Called`; told again it has the ticket's note as it is by then.

    Args:
        centre: where it was called.
    """

    def __init__(self, centre: str) -> None:
        self._centre = centre

    def store(self, result: Called) -> dict[str, Any]:
        """Plain values."""
        return as_values(result, leave_out=("note",))

    def read(self, unit: Unit, stored: dict[str, Any]) -> Called:
        """The same answer."""
        day = baku_day(stored["arrived_at"]).isoformat()
        letter, number = cast(tuple[str, int], read_ticket(stored["ticket"]))
        ticket = tickets.find(unit.connection, self._centre, day, letter, number)
        note = ticket.note if ticket is not None else None
        called: Called = from_values(Called, _UNSET | stored | {"note": note})
        return called


class SteppedForm:
    """Stores a `Stepped`."""

    def store(self, result: Stepped) -> dict[str, Any]:
        """Plain values."""
        return as_values(result)

    def read(self, _unit: Unit, stored: dict[str, Any]) -> Stepped:
        """The same answer."""
        stepped: Stepped = from_values(Stepped, stored)
        return stepped
