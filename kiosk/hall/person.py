"""Whose ticket it is, as far as a counter needs to know (C2, K6). Each look is audited."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.names import Language


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts:
    """The person of a ticket. A walk-in of whom no booking tells has an empty name and FİN."""

    ticket: str
    given_name: str
    surname: str
    fin: str
    """Its first three signs, the others hidden: "5AB••••"."""
    language: Language
    station: str
    """The machine that gave the ticket."""
    late_reason: str | None
    """Why an operator accepted the late arrival (C3)."""

    def __repr__(self) -> str:
        return f"PersonFacts({self.ticket})"
