"""The order in which tickets are called (C5): the one place that says it.

First come "due" ones: booked people whose hour has come, by their hour. Then "walk-ins", by their arrival. Then
"early" ones, whose hour is still to come; a setting says whether they wait until nobody else does, go among the
walk-ins, or are not called before their hour. `db/queue.py` asks the database in the same order, and a test holds the
two against each other. Instants are milliseconds of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from kiosk.clock import Instant
from kiosk.hall.queue_facts import Turn


class Waiting(Protocol):
    """What the order looks at. The row id is the last word among those who came in the same millisecond."""

    @property
    def id(self) -> int:
        """Its row id."""

    @property
    def booked_for(self) -> Instant | None:
        """The booked time; None: a walk-in."""

    @property
    def issued_at(self) -> Instant:
        """When it was given."""


_AnyTicket = TypeVar("_AnyTicket", bound=Waiting)


def turn_of(booked_for: Instant | None, now: Instant) -> Turn:
    """Why a ticket stands where it stands; at its booked millisecond it is due."""
    if booked_for is None:
        return "walk_in"
    return "due" if booked_for <= now else "early"


def is_callable(ticket: Waiting, now: Instant, early: str) -> bool:
    """Whether `[hall] early` lets a ticket be called next."""
    return early != "never" or turn_of(ticket.booked_for, now) != "early"


def place(ticket: Waiting, now: Instant, early: str) -> tuple[int, Instant, Instant, int]:
    """What tickets are sorted by; the least is called first.

    A ticket's place depends on when it came and for which hour alone: whoever was parked, put back or sent on keeps it.
    """
    turn = turn_of(ticket.booked_for, now)
    if turn == "walk_in" or (turn == "early" and early == "in_turn"):
        return (1, ticket.issued_at, 0, ticket.id)
    return (0 if turn == "due" else 2, ticket.booked_for or 0, ticket.issued_at, ticket.id)


def in_order(waiting: Iterable[_AnyTicket], now: Instant, early: str) -> list[_AnyTicket]:
    """Those who wait in the order in which they are called."""
    return sorted(waiting, key=lambda ticket: place(ticket, now, early))
