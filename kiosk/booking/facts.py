"""What the booking services answer: frozen values, never rows. Every datetime is aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from kiosk.names import Language, Names

SlotState = Literal["free", "held", "taken"]
ClosedReason = Literal["public_holiday", "weekly_day_off", "moved_day_off", "closure"]
BookingState = Literal["held", "confirmed", "active", "cancelled", "expired"]


@dataclass(frozen=True, slots=True)
class Day:
    """One offered date of a centre: open with its hours, or closed with its reason (Q3, Q4)."""

    date: date
    open: bool
    reason: ClosedReason | None = None
    name: Names | None = None
    """Which holiday or closure; for an open day that is shorter, why."""
    opens: time | None = None
    closes: time | None = None
    shortened: bool = False
    free: int | None = None
    """Hours with a free seat, where they were counted."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One full hour of a service at a centre (Q5)."""

    time: datetime
    state: SlotState
    held_by_me: bool = False


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The slot grid of one date. `next_change` is when time alone will next change it (a hold runs out)."""

    day: Day
    slots: tuple[Slot, ...]
    next_change: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A held hour: `booking` is its reference, as in the letter (Q6)."""

    booking: str
    service: str
    centre: str
    time: datetime
    held_until: datetime
    email: str
    resend_at: datetime
    """From when on the code can be sent again."""
    tries_left: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmed booking: what the panel "Məlumat" shows (Q7).

    `order_code` is written K7MP-4XRT; `qr` is the QR's content, digits only.
    """

    booking: str
    order_code: str
    qr: str
    service: str
    centre: str
    time: datetime
    arrive_from: datetime
    arrive_until: datetime
    given_name: str
    surname: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """What anybody with the code may learn: no personal data."""

    booking: str
    state: BookingState
    service: str
    centre: str
    time: datetime
    held_until: datetime | None
    arrive_from: datetime
    arrive_until: datetime
    ticket: str | None
