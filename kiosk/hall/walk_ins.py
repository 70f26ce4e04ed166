"""Walk-in tickets: for whom there is one now, which place in line it has, and how long it may take (C5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from db import changes, closed_hours, tickets
from db import walk_ins as rows
from db.walk_ins import WaitingRow
from kiosk.acts import Acts, Unit
from kiosk.booking.closed import reason_of
from kiosk.booking.plan import Plan, Plans
from kiosk.booking.presented import find_presented
from kiosk.booking.signing_keys import SigningKeys
from kiosk.clock import Instant, at_baku, baku_day
from kiosk.errors import BadRequest, Closed, HasTicket, LimitReached, NotFound, NoWalkIns
from kiosk.hall.order import in_order, turn_of
from kiosk.hall.queue_facts import WaitRange, WalkIn, WalkInService
from kiosk.hall.ticket_number import ticket_number
from kiosk.hall.waits import LATEST_CALL, CounterFacts, Pace, at_work, expected, share_counters
from kiosk.hall.window import arrival_window
from kiosk.identity.rights import check_serves
from kiosk.names import LANGUAGES
from kiosk.settings import Settings
from kiosk.stored import as_values, from_values

_MINUTE: Final = 60_000
_HALL_DAY: Final = 12 * 60 * _MINUTE
"""Nobody waits longer than this for a booked person: bookings beyond are not looked at."""


class WalkInForm:
    """Stores a `WalkIn`, which holds no person."""

    def store(self, result: WalkIn) -> dict[str, Any]:
        """Plain values."""
        return as_values(result, leave_out=("wait",)) | {"wait": [result.wait.from_minutes, result.wait.to_minutes]}

    def read(self, _unit: Unit, stored: dict[str, Any]) -> WalkIn:
        """The same ticket, with the place and the wait that were told with it."""
        shortest, longest = stored["wait"]
        told: WalkIn = from_values(WalkIn, stored | {"wait": WaitRange(shortest, longest)})
        return told


_FORM: Final = WalkInForm()


@dataclass(frozen=True, slots=True)
class _HallNow:
    """What tells places and waits at one moment."""

    now: Instant
    early: str
    waiting: Sequence[WaitingRow]
    """In the order in which they are called."""
    counters: Sequence[CounterFacts]
    to_come: Sequence[tuple[Instant, str]]
    pace: Pace

    def before(self, service: str, ticket: int | None) -> list[WaitingRow]:
        """Who is called before a ticket (row id), or before one that would be taken now."""
        mates = self._mates(service)
        found = []
        for row in self.waiting:
            is_early = turn_of(row.booked_for, self.now) == "early"
            if row.id == ticket or (ticket is None and is_early and self.early == "when_idle"):
                break
            if row.service in mates and not (is_early and self.early == "never"):
                found.append(row)
        return found

    def wait(self, service: str, before: Sequence[WaitingRow]) -> WaitRange:
        """How long that may take."""
        mates = self._mates(service)
        counted = {row.id for row in before}
        early = [
            (row.booked_for, row.service)
            for row in self.waiting
            if row.booked_for is not None and row.booked_for > self.now and row.id not in counted
        ]
        to_come = [(booked, other) for booked, other in (*self.to_come, *early) if other in mates]
        working = at_work(self.counters, service, self.now)
        return expected(self.now, [row.service for row in before], to_come, working, self.pace)

    def _mates(self, service: str) -> set[str]:
        """The services whose people wait for one of the same counters."""
        all_of_them = {row.service for row in self.waiting} | {other for _, other in self.to_come} | {service}
        return {other for other in all_of_them if share_counters(self.counters, service, other)}


class WalkIns:
    """Gives walk-in tickets.

    Args:
        acts: runs what changes something.
        plans: the centres' calendars, and how many walk-ins a day each gives.
        keys: check the order QR of a booking that somebody came too late for.
        settings: the order of C5, the arrival window, and whether this kiosk gives any.
    """

    def __init__(self, acts: Acts, plans: Plans, keys: SigningKeys, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._keys = keys
        self._settings = settings

    def offered(self, centre: str | None = None) -> tuple[WalkInService, ...]:
        """The services that a centre gives to walk-ins now, in the order of the reference data.

        One whose tickets of today are all given is among them, with none left.

        Raises:
            BadRequest: the centre is unknown.
            Closed: the centre is closed now.
            NoWalkIns: this kiosk gives none, or the centre has no such service.
            Unavailable: the database is away.
        """
        here = self._here(centre)
        if not self._settings.hall.walk_ins:
            raise NoWalkIns
        with self._acts.reading() as (connection, now):
            plan = self._plans.at(connection)
            plan.centre(here)
            most = _most(plan, here)
            if not most:
                raise NoWalkIns
            _check_open(connection, plan, here, now)
            given = rows.given(connection, here, baku_day(now).isoformat())
            hall = self._hall(connection, here, now)
        offered = []
        for service, limit in most.items():
            before = hall.before(service, None)
            left = max(0, limit - given.get(service, 0))
            offered.append(WalkInService(service, left, len(before), hall.wait(service, before)))
        return tuple(offered)

    def take(
        self,
        key: str,
        service: str,
        *,
        centre: str | None = None,
        station: str | None = None,
        staff: int | None = None,
        language: str = "az",
        after_booking: str | None = None,
    ) -> WalkIn:
        """Take a ticket for today; its number, its place in line and how long that may take.

        Args:
            key: names this act; a repeat gets the same ticket.
            service: which service.
            centre: where; default: this station's centre.
            station: at which machine; default: this one.
            staff: the staff member (row id) who gives it; they may where this machine's kiosk gives none.
            language: the person's.
            after_booking: the reference, order code or QR of the booking they came too late for, whose ticket this is.

        Raises:
            BadRequest: service, centre or language is unknown.
            NotFound: there is no such booking of today at that centre, or its window is not closed.
            HasTicket: that booking has a ticket already, whatever became of it.
            NoWalkIns: this kiosk gives none, or the centre gives that service to booked people only.
            Closed: the centre is closed now.
            LimitReached: ("walk_ins", how many) the day's tickets of that service are all given.
            NotAllowed: the staff member left, or serves nobody.
            Unavailable: the database is away.
        """
        here = self._here(centre)
        if language not in LANGUAGES:
            raise BadRequest("language", "unknown")
        if staff is None and not self._settings.hall.walk_ins:
            raise NoWalkIns
        request = {"service": service, "centre": here, "station": station, "after": after_booking}

        def do(unit: Unit) -> WalkIn:
            connection = unit.connection
            check_serves(connection, staff)
            plan = self._plans.at(connection)
            plan.centre(here)
            letter = plan.service(service).letter
            after = self._late_booking(unit, plan, here, after_booking)
            limit = _most(plan, here).get(service, 0)
            if not limit:
                raise NoWalkIns
            _check_open(connection, plan, here, unit.now)
            day = baku_day(unit.now).isoformat()
            rows.lock(connection, here, day, service)
            if rows.given_of(connection, here, day, service) >= limit:
                raise LimitReached("walk_ins", limit)
            issued = tickets.issue(
                connection,
                centre=here,
                day=day,
                letter=letter,
                service=service,
                station=unit.station,
                now=unit.now,
                language=language,
                after_booking=after,
            )
            unit.ticket = issued.id
            changes.announce_hall(connection, here)
            hall = self._hall(connection, here, unit.now)
            before = hall.before(service, issued.id)
            return WalkIn(ticket_number(letter, issued.number), service, len(before) + 1, hall.wait(service, before))

        return self._acts.perform("walk_in", key, request, do, _FORM, station=station, staff=staff)

    def _here(self, centre: str | None) -> str:
        return centre if centre is not None else self._settings.station.centre

    def _late_booking(self, unit: Unit, plan: Plan, here: str, presented: str | None) -> int | None:
        if presented is None:
            return None
        row = find_presented(unit.connection, presented, self._keys.checking)
        today = baku_day(unit.now)
        if row is None or row.centre != here or baku_day(row.starts_at) != today:
            raise NotFound
        unit.booking = row.id
        if (ticket := ticket_number(row.ticket_letter, row.ticket_number)) is not None:
            raise HasTicket(ticket)
        closes = arrival_window(self._settings.arrival, row.starts_at, plan.day(here, today)).closes
        if row.state != "confirmed" or unit.now <= closes:
            raise NotFound
        return row.id

    def _hall(self, connection: Any, here: str, now: Instant) -> _HallNow:
        day = baku_day(now).isoformat()
        served = rows.services_of_counters(connection, here)
        usual = self._settings.hall.service_minutes * _MINUTE
        window = self._settings.arrival.late_minutes * _MINUTE
        return _HallNow(
            now=now,
            early=self._settings.hall.early,
            waiting=in_order(rows.waiting(connection, here, day), now, self._settings.hall.early),
            counters=[
                CounterFacts(served.get(row.id, frozenset()), row.staffed, row.last_call, row.serves_now)
                for row in rows.open_counters(connection, here, day, now - LATEST_CALL)
            ],
            # Whoever is booked for an hour that has begun may still come, until its window closes.
            to_come=rows.to_come(connection, here, now - window, now + _HALL_DAY),
            pace=Pace.of(rows.finished(connection, here, day), usual),
        )


def _most(plan: Plan, centre: str) -> Mapping[str, int]:
    """How many walk-ins a day the centre gives of each service, in the order of the reference data."""
    walk_ins = plan.catalogue.walk_ins
    found = ((service, walk_ins.get((service, centre), 0)) for service in plan.catalogue.services)
    return {service: limit for service, limit in found if limit}


def _check_open(connection: Any, plan: Plan, centre: str, now: Instant) -> None:
    """Pass while the centre is open.

    Raises:
        Closed: it is not: the day's reason, "outside_hours", or "closure" with why those hours were closed.
    """
    day = plan.day(centre, baku_day(now))
    if not day.open or day.opens is None or day.closes is None:
        raise Closed(day.reason or "closure", day.name)
    if not at_baku(day.date, day.opens) <= now < at_baku(day.date, day.closes):
        raise Closed("outside_hours", None)
    for row in closed_hours.between(connection, [centre], now, now + 1):
        raise Closed("closure", reason_of(row))
