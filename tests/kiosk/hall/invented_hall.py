"""Invented days of a hall, written into the tables behind the rules' back, and kept as plain Python beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from db.hall_schema import calls, counters
from db.schema import audit, bookings, tickets
from kiosk.clock import Instant, at_baku
from kiosk.hall.queue_facts import OUTCOMES
from tests.stations import CENTRE, OTHER_CENTRE, SERVICE, Trial

MINUTE = 60_000
DAYS = (date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18))
"""Monday to Wednesday; nothing here asks the calendar."""
NOW = at_baku(DAYS[-1], time(13, 30))
"""In the middle of the last day."""
_TICKET_STATES = ("waiting", "called", "serving", "parked", "finished", "finished", "finished", "no_show")


@dataclass
class Hall:
    """What was written, by table."""

    bookings: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)


class Inventor:
    """Makes days in which everything happens that the figures count; the same seed makes the same days."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - invented days, no secret
        self.hall = Hall()

    def days(self, people: int) -> Hall:
        """So many bookings and a fifth as many walk-ins on each day at each of two centres."""
        for centre in (CENTRE, OTHER_CENTRE):
            for day in DAYS:
                for _ in range(people):
                    self._booking(centre, day)
                for _ in range(people // 5):
                    self._ticket(centre, day, self._at(day, 8, 18), None)
        return self.hall

    def _at(self, day: date, from_hour: int, to_hour: int) -> Instant:
        return at_baku(day, time(from_hour)) + self._random.randrange((to_hour - from_hour) * 3600) * 1000

    def _booking(self, centre: str, day: date) -> None:
        random = self._random
        starts_at = at_baku(day, time(random.randrange(9, 18)))
        kind = random.choice(
            ("held", "ran_out", "expired", "given_up", "cancelled", "came", "came", "late", "no", "no")
        )
        confirmed = kind in ("cancelled", "came", "late", "no")
        number = len(self.hall.bookings) + 1
        row = {
            "id": number,
            "reference": f"R{number:011d}",
            "order_code": f"C{number:07d}" if confirmed else None,
            "service": SERVICE,
            "centre": centre,
            "starts_at": starts_at,
            "seat": number,
            "state": {
                "held": "held", "ran_out": "held", "expired": "expired", "given_up": "cancelled",
                "cancelled": "cancelled",
            }.get(kind, "confirmed"),
            "ended_by": {"expired": "ran_out", "given_up": "citizen", "cancelled": "citizen"}.get(kind),
            "held_at": starts_at - 86_400_000,
            "held_until": NOW + (1 if kind == "held" else 0),
            "confirmed_at": starts_at - 80_000_000 if confirmed else None,
            "activated_at": None,
            "code": "000000", "code_sent_at": 0, "station": "kiosk-1", "language": "az",
            "given_name": "Nümunə", "surname": "Nümunəyev", "patronymic": "", "fin": f"8{number:06d}",
            "phone": "+994500000000", "email": "numune@example.az",
        }  # fmt: skip
        self.hall.bookings.append(row)
        if kind == "came":
            came = starts_at + random.choice((-121, -120, -119, -5, 0, 15)) * MINUTE
            row |= {"state": "active", "activated_at": came}
            self._ticket(centre, day, came, row)
        elif kind == "late":
            self._came_late(centre, day, row)

    def _came_late(self, centre: str, day: date, row: dict[str, Any]) -> None:
        """Once or twice; then accepted, given a walk-in ticket, or gone again. The audit may have been purged."""
        came = row["starts_at"] + 15 * MINUTE + self._random.randrange(1, 3_000_000)
        then = self._random.choice(("accepted", "accepted unseen", "walk_in", "walk_in unseen", "gone", "gone"))
        if "unseen" not in then:
            for again in range(self._random.choice((1, 2))):
                self._note(came + again, "arrive", "too_late", row["id"])
        self._note(came, "arrive", "other_day", row["id"])
        if then.startswith("accepted"):
            row |= {"state": "active", "activated_at": came}
            self._ticket(centre, day, came, row, accepted_late=True)
        elif then.startswith("walk_in"):
            self._ticket(centre, day, came, None, after=row["id"])

    def _note(self, at: Instant, act: str, outcome: str, booking: int) -> None:
        self.hall.audit.append({"at": at, "station": "kiosk-1", "act": act, "outcome": outcome, "booking": booking})

    def _ticket(
        self,
        centre: str,
        day: date,
        issued_at: Instant,
        booking: dict[str, Any] | None,
        *,
        accepted_late: bool = False,
        after: int | None = None,
    ) -> None:
        number = len(self.hall.tickets) + 1
        state = self._random.choice(_TICKET_STATES)
        self.hall.tickets.append(
            {
                "id": number,
                "centre": centre,
                "day": day.isoformat(),
                "letter": "A",
                "number": number,
                "service": SERVICE,
                "booking": booking["id"] if booking else None,
                "state": state,
                "outcome": self._random.choice(OUTCOMES) if state == "finished" else None,
                "issued_at": issued_at,
                "station": "kiosk-1",
                "accepted_late_by": 1 if accepted_late else None,
                "booked_for": booking["starts_at"] if booking else None,
                "after_booking": after,
            }
        )
        self._calls(self.hall.tickets[-1])

    def _calls(self, ticket: dict[str, Any]) -> None:
        """None for most that wait; an undone one before the first true one; one more after a transfer."""
        random, at = self._random, ticket["issued_at"]
        if random.random() < 0.2:
            at = self._call(ticket, at + random.randrange(1, 300_000), "undone")
        state = ticket["state"]
        if state != "waiting" and random.random() < 0.3:
            at = self._call(ticket, at + random.randrange(1, 5_000_000), random.choice(("transferred", "put_back")))
        if state == "finished":
            self._call(ticket, at + random.randrange(1, 9_000_000), "finished", served=True)
        elif state in ("no_show", "parked"):
            self._call(ticket, at + random.randrange(1, 9_000_000), state)
        elif state in ("called", "serving"):
            self._call(ticket, at + random.randrange(1, 9_000_000), None, served=state == "serving")

    def _call(self, ticket: dict[str, Any], at: Instant, ended_as: str | None, *, served: bool = False) -> Instant:
        number = len(self.hall.calls) + 1
        started_at = at + self._random.randrange(1000, 90_000) if served else None
        ended_at = (started_at or at) + self._random.randrange(1, 3_000_000) if ended_as else None
        self.hall.calls.append(
            {
                "id": number,
                "ticket": ticket["id"],
                "counter": number,
                "centre": ticket["centre"],
                "day": ticket["day"],
                "service": SERVICE,
                "station": "counter-1",
                "called_at": at,
                "last_called_at": at,
                "started_at": started_at,
                "ended_at": ended_at,
                "ended_as": ended_as,
            }
        )
        return ended_at or at


def write(trial: Trial, hall: Hall) -> None:
    """Write the invented rows."""

    def fill(connection: Connection, _now: int) -> None:
        places = [{"id": call["id"], "centre": call["centre"], "number": str(call["id"])} for call in hall.calls]
        tables = (
            (bookings, hall.bookings), (tickets, hall.tickets), (counters, places),
            (calls, hall.calls), (audit, hall.audit),
        )  # fmt: skip
        for table, found in tables:
            if found:
                connection.execute(insert(table), found)

    trial.station.database.write(fill, remember=False)
    trial.set_instant(NOW)


def range_of(first: date, last: date) -> tuple[date, ...]:
    """The days of a range."""
    return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def baku_hour(at: Instant) -> int:
    """The hour of the day in Baku, four hours ahead of UTC, counted without the product's clock."""
    return (at // 3_600_000 + 4) % 24
