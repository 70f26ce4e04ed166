"""What `fakes.FakeStation` lacks for the screens after the grid: confirming, arriving, one's own bookings, printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from kiosk.booking.facts import BookingFacts, Confirmed, Held
from kiosk.errors import NotFound, Refusal, WrongCode
from kiosk.hall.facts import Arrival
from kiosk.names import Language
from tests.screens.fakes import NOW, FakeBookings, FakeStation, at, confirmed, held

SLOT = at(date(2026, 11, 11), 10)
CODE = "407213"
ORDER_CODE = "K7MP-4XRH"
FIN = "5ABC123"


def facts(state: Literal["held", "confirmed", "active", "cancelled", "expired"] = "confirmed") -> BookingFacts:
    """What may be learnt of the booking with `ORDER_CODE`."""
    return BookingFacts(
        "b-1",
        state,
        "id-issue",
        "baku-2",
        SLOT,
        NOW + timedelta(minutes=54) if state == "held" else None,
        SLOT - timedelta(hours=1),
        SLOT + timedelta(minutes=15),
        None,
    )


class BookedBookings(FakeBookings):
    """The later half of the booking room; every call with its key is noted in `acts`."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[tuple[str, str, tuple[object, ...]]] = []
        self.tries = 5
        self.held = held(SLOT)
        self.found = facts()

    def _act(self, name: str, key: str, *what: object) -> None:
        self.acts.append((name, key, what))
        self._noted(name, *what)

    def hold(
        self,
        key: str,
        service: str,
        centre: str,
        slot: datetime,
        applicant: Mapping[str, str],
        language: str,
        instead_of: str | None = None,
    ) -> Held:
        self._act("hold", key, dict(applicant), instead_of)
        self.held = replace(held(slot), email=applicant["email"])
        return self.held

    def confirm(self, key: str, booking: str, code: str) -> Confirmed:
        self._act("confirm", key, booking, code)
        if code != CODE:
            self.tries -= 1
            raise WrongCode(self.tries)
        return confirmed(SLOT)

    def resend(self, key: str, booking: str) -> Held:
        self._act("resend", key, booking)
        return replace(self.held, resend_at=NOW + timedelta(minutes=1))

    def correct_email(self, key: str, booking: str, email: str) -> Held:
        self._act("correct_email", key, booking, email)
        self.held = replace(self.held, email=email)
        return self.held

    def confirm_by_contact(self, contact: str, code: str, slot: tuple[str, str, datetime] | None = None) -> Confirmed:
        self._noted("confirm_by_contact", contact, slot)
        if code != CODE:
            raise NotFound
        return confirmed(SLOT)

    def open(self, presented: str, fin: str) -> BookingFacts:
        self._noted("open", presented, fin)
        if fin != FIN:
            raise NotFound
        return self.found

    def cancel(self, key: str, presented: str, fin: str) -> BookingFacts:
        self._act("cancel", key, presented, fin)
        return facts("cancelled")


class FakeHall:
    """Answers each code with the verdict that a test sets."""

    def __init__(self) -> None:
        self.presented: list[tuple[str, str]] = []
        self.arrival = Arrival("on_time", NOW, "b-1", "id-issue", "baku-2", NOW, ticket="A-017")
        self.refuse: Refusal | None = None

    def arrive(self, key: str, presented: str) -> Arrival:
        self.presented.append((key, presented))
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal
        return self.arrival


class BookedStation(FakeStation):
    """A station for the screens after the grid."""

    def __init__(self) -> None:
        super().__init__()
        self.bookings: BookedBookings = BookedBookings()
        self.hall = FakeHall()
        self.has_printer = False
        self.paper = "ok"
        self.printed: list[tuple[str, bool]] = []

    def print_order(self, order: Confirmed, language: Language, *, again: bool = False) -> str:
        self.printed.append((order.order_code, again))
        return self.paper

    def print_ticket(self, arrival: Arrival, language: Language, *, again: bool = False) -> str:
        self.printed.append((arrival.ticket or "", again))
        return self.paper
