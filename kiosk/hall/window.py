"""The arrival window (Q9): the one place that knows it. Every text that names it reads it from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from kiosk.booking.facts import Day
from kiosk.clock import MINUTE, Instant, at_baku, baku_day
from kiosk.settings import ArrivalSettings


@dataclass(frozen=True, slots=True)
class ArrivalWindow:
    """When a booking can be activated, in milliseconds of UTC: closed at both ends."""

    opens: Instant
    closes: Instant


def arrival_window(settings: ArrivalSettings, starts_at: Instant, day: Day) -> ArrivalWindow:
    """The window of a booked time at a centre whose calendar says `day` for that date.

    It closes `late_minutes` after the booked time, that millisecond included. It opens with the centre on that day,
    or the set minutes before the booked time, but never on an earlier day.
    """
    midnight = at_baku(baku_day(starts_at), time())
    if settings.early == "opening":
        opens = at_baku(day.date, day.opens) if day.opens is not None else midnight
    else:
        opens = starts_at - int(settings.early) * MINUTE
    return ArrivalWindow(max(midnight, min(opens, starts_at)), starts_at + settings.late_minutes * MINUTE)
