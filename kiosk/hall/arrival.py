"""Arrival: the verdict over a presented code, and its activation (Q9, C1, C3).

Precedence: unknown, other_centre, cancelled, expired, not_confirmed, other_day, already_active, too_early or too_late.
What counts is when the code was presented: the act's instant, taken before any lock is waited for.
"""

from __future__ import annotations

from typing import Any, Final

from db import bookings as rows
from db import changes, tickets
from db.bookings import BookingRow
from kiosk.acts import Acts, Unit
from kiosk.booking import order_code
from kiosk.booking.plan import Plan, Plans
from kiosk.booking.presented import canonical, find_presented
from kiosk.booking.signing_keys import SigningKeys
from kiosk.clock import Instant, baku_day, to_datetime
from kiosk.errors import BadRequest, NotFound
from kiosk.hall.facts import Arrival
from kiosk.hall.ticket_number import ticket_number
from kiosk.hall.window import arrival_window
from kiosk.identity.rights import check_serves, member_with
from kiosk.identity.staff import ACCEPT_LATE
from kiosk.settings import Settings
from kiosk.stored import as_values, from_values

_REASON_SIGNS: Final = 200
_NOTHING: Final = dict.fromkeys(
    ["booking", "service", "centre", "time", "ticket", "opens", "closed", "held_until", "first_at", "first_station"]
)


class ArrivalForm:
    """Stores an `Arrival`, which holds no person."""

    def store(self, result: Arrival) -> dict[str, Any]:
        """Plain values."""
        return as_values(result)

    def read(self, _unit: Unit, stored: dict[str, Any]) -> Arrival:
        """The same arrival."""
        arrival: Arrival = from_values(Arrival, _NOTHING | stored)
        return arrival


_FORM: Final = ArrivalForm()


class Hall:
    """Where people arrive.

    Args:
        acts: runs what changes something.
        plans: the centres' calendars and the services' letters.
        keys: check the order QR.
        settings: the window, and whether late arrivals may be accepted.
    """

    def __init__(self, acts: Acts, plans: Plans, keys: SigningKeys, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._keys = keys
        self._settings = settings

    def arrive(
        self,
        key: str | None,
        presented: str,
        centre: str | None = None,
        station: str | None = None,
        staff: int | None = None,
    ) -> Arrival:
        """The verdict over a presented code; on_time and early activate the booking and give its ticket.

        Args:
            key: names this act; a repeat gets the same verdict, whatever the time is by then.
            presented: an order code, a QR's content or a booking reference, as typed or scanned.
            centre: where it is presented; default: this station's centre.
            station: at which machine; default: this one.
            staff: the operator, at a counter.

        Raises:
            BadRequest: the centre is unknown.
            NotAllowed: the operator left, or serves nobody.
            Unavailable: the database is away.
        """
        here = centre if centre is not None else self._settings.station.centre
        request = {"order_code": canonical(presented, self._keys.checking), "centre": here, "station": station}

        def do(unit: Unit) -> Arrival:
            check_serves(unit.connection, staff)
            plan = self._plans.at(unit.connection)
            plan.centre(here)
            row = self._find(unit, presented)
            arrival = self._verdict(unit, plan, row, here)
            if arrival.verdict in ("on_time", "early") and row is not None:
                arrival = self._activate(unit, plan, row, here, arrival)
            elif arrival.verdict == "too_late":
                changes.announce_hall(unit.connection, here)  # counters show how many came late today
            unit.outcome = arrival.verdict
            return arrival

        return self._acts.perform("arrive", key, request, do, _FORM, station=station, staff=staff)

    def accept_late(self, key: str, presented: str, staff: int, reason: str) -> Arrival:
        """Activate a booking whose window has closed today, by an operator with the right to, and with a reason (C3).

        Where it has a ticket by now, accepted by a colleague or a walk-in in its place, the verdict tells that one.

        Raises:
            BadRequest: it is turned off, or the reason is empty, too long, or holds what cannot be shown.
            NotAllowed: the operator has not the right, or not any longer.
            NotFound: the code is not late today at this centre.
        """
        why = " ".join(reason.split())
        if not self._settings.arrival.accept_late:
            raise BadRequest("accept_late", "turned_off")
        if not 0 < len(why) <= _REASON_SIGNS:
            raise BadRequest("reason", "empty" if not why else "too_long")
        if not why.isprintable():
            raise BadRequest("reason", "not_printable")
        here = self._settings.station.centre
        request = {"order_code": canonical(presented, self._keys.checking), "centre": here, "reason": why}

        def do(unit: Unit) -> Arrival:
            member_with(unit.connection, staff, ACCEPT_LATE)
            plan = self._plans.at(unit.connection)
            row = self._find(unit, presented)
            arrival = self._verdict(unit, plan, row, here)
            if row is None or arrival.verdict not in ("too_late", "already_active"):
                raise NotFound
            if arrival.verdict == "too_late":
                arrival = self._activate(unit, plan, row, here, arrival, staff=staff, reason=why)
            unit.outcome = "accepted_late" if arrival.activated else arrival.verdict
            return arrival

        return self._acts.perform("accept_late", key, request, do, _FORM, staff=staff)

    def _find(self, unit: Unit, presented: str) -> BookingRow | None:
        row = find_presented(unit.connection, presented, self._keys.checking)
        unit.booking = row.id if row is not None else None
        return row

    def _verdict(self, unit: Unit, plan: Plan, row: BookingRow | None, here: str) -> Arrival:
        at = to_datetime(unit.now)
        if row is None:
            return Arrival("unknown", at)
        known: dict[str, Any] = {
            "at": at,
            "booking": order_code.written(row.reference),
            "service": row.service,
            "centre": row.centre,
            "time": to_datetime(row.starts_at),
        }
        if row.centre != here:
            return Arrival("other_centre", **known)
        state = row.state_at(unit.now)
        if state == "cancelled":
            return Arrival("cancelled", **known)
        if state == "expired":
            return Arrival("expired", **known)
        if state == "held":
            return Arrival("not_confirmed", **known, held_until=to_datetime(row.held_until))
        today = baku_day(unit.now)
        if baku_day(row.starts_at) != today:
            return Arrival("other_day", **known)
        ticket = ticket_number(row.ticket_letter, row.ticket_number)
        if state == "active" or ticket is not None:
            # one ticket a booking: a late person's walk-in counts as well, whatever became of it
            return Arrival(
                "already_active",
                **known,
                ticket=ticket,
                first_at=to_datetime(row.activated_at or row.ticket_at or 0),
                first_station=row.activated_by or row.ticket_station,
                walk_in=state != "active",
            )
        window = arrival_window(self._settings.arrival, row.starts_at, plan.day(row.centre, today))
        if unit.now < window.opens:
            return Arrival("too_early", **known, opens=to_datetime(window.opens))
        if unit.now > window.closes:
            return Arrival("too_late", **known, closed=to_datetime(window.closes))
        return Arrival("early" if unit.now < row.starts_at else "on_time", **known)

    def _activate(
        self,
        unit: Unit,
        plan: Plan,
        row: BookingRow,
        here: str,
        arrival: Arrival,
        *,
        staff: int | None = None,
        reason: str | None = None,
    ) -> Arrival:
        if not rows.activate(unit.connection, row.id, row.starts_at, unit.station, unit.now):
            # A rival activated, moved or cancelled it since it was looked up: its committed state is the verdict.
            again = rows.by_reference(unit.connection, row.reference)
            return self._verdict(unit, plan, again, here)
        letter = plan.catalogue.services[row.service].letter
        issued = tickets.issue(
            unit.connection,
            centre=here,
            day=baku_day(unit.now).isoformat(),
            letter=letter,
            service=row.service,
            station=unit.station,
            now=unit.now,
            language=row.language,
            booking=row.id,
            booked_for=row.starts_at,
            accepted_late_by=staff,
            late_reason=reason,
        )
        unit.ticket = issued.id
        changes.announce_hall(unit.connection, here)
        return _with_ticket(arrival, ticket_number(letter, issued.number), unit.now)


def _with_ticket(arrival: Arrival, ticket: str, now: Instant) -> Arrival:
    verdict = "on_time" if arrival.verdict == "too_late" else arrival.verdict
    return Arrival(
        verdict,
        to_datetime(now),
        booking=arrival.booking,
        service=arrival.service,
        centre=arrival.centre,
        time=arrival.time,
        ticket=ticket,
    )
