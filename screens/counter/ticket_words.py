"""A ticket of the hall in an operator's words: its mark in the list, how long it has waited, when it was booked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kiosk.hall.queue_facts import QueuedTicket
from kiosk.language import clock, plural
from screens.counter.hall_now import minutes_between
from screens.palette import Colour

if TYPE_CHECKING:
    from screens.app import KioskApp

EARLY_SIGN: Final = "◔"
LOOK_SIGN: Final = "!"


@dataclass(frozen=True, slots=True)
class Mark:
    """Sign and message key of a word; no colour speaks alone."""

    sign: str
    word: str
    ink: Colour


_LONG: Final = Mark(LOOK_SIGN, "counter.mark.long", "held-ink")
_LATE: Final = Mark(LOOK_SIGN, "counter.mark.late", "held-ink")
_EARLY: Final = Mark(EARLY_SIGN, "counter.mark.early", "soft")


def is_long(ticket: QueuedTicket, now: datetime, long_minutes: int) -> bool:
    """Whether it has waited too long; whoever came before the booked hour waits for that hour, not for us."""
    since = ticket.arrived_at
    if ticket.booked_for is not None and ticket.turn != "walk_in":
        since = max(since, ticket.booked_for)
    return minutes_between(since, now) >= long_minutes


def mark_of(ticket: QueuedTicket, now: datetime, long_minutes: int) -> Mark | None:
    """What is to be noticed about a waiting one: the longest wait before a late arrival, that before an early one."""
    if is_long(ticket, now, long_minutes):
        return _LONG
    if ticket.accepted_late or ticket.came_late:
        return _LATE
    return _EARLY if ticket.turn == "early" else None


def hour_words(app: KioskApp, booked_for: datetime | None) -> str:
    """The booked hour, or that it is a live ticket."""
    return clock(booked_for) if booked_for is not None else app.text("counter.hall.walk_in")


def service_words(app: KioskApp, service: str) -> str:
    """The service's name; its id while the reference data are not read, or where it left them."""
    found = app.catalogue.services.get(service) if app.catalogue is not None else None
    return found.name.of(app.language) if found is not None else service


def minutes_words(app: KioskApp, minutes: int) -> str:
    """So many minutes, in full."""
    return plural(app.language, "time.minutes", minutes)


def ticking(seconds: float) -> str:
    """Minutes and seconds, as a stop watch: "0:42"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
