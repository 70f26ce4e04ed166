"""What holding, confirming, moving and cancelling share: taking a seat and freeing it, whoever asks for it.

The unique indexes alone decide who has a seat and a person's hour; here is only which seat is tried, and what follows.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from db import bookings as rows
from db import changes, run_out
from db.bookings import BookingRow
from kiosk.acts import Unit
from kiosk.booking import notices, order_code
from kiosk.booking.closed import refuse_closed
from kiosk.booking.facts import BookingFacts, Confirmed
from kiosk.booking.plan import Plan
from kiosk.booking.room import Room
from kiosk.clock import MINUTE, Instant, to_datetime
from kiosk.errors import HoldEnded, LimitReached, SameHour, TooLateToChange
from kiosk.identity.applicant import Applicant
from kiosk.names import Language

CODE_DIGITS: Final = 6
_SEAT_TRIES: Final = 50


class Seats(Room):
    """The base of those parts of the booking room that change who has which seat."""

    def _check_offered(self, unit: Unit, plan: Plan, centre: str, starts_at: Instant) -> None:
        """Whether an hour can be had at all, were it free.

        Raises:
            BadRequest, DateNotOffered, Closed: it cannot.
        """
        plan.offered_hour(centre, starts_at, unit.now, self._settings.booking.days)
        refuse_closed(unit.connection, centre, starts_at)

    def _check_open(self, unit: Unit, fin: str) -> None:
        """Whether a person may have one more open booking (Q11), under the lock of `db.bookings.lock_counted`.

        Raises:
            LimitReached: they may not.
        """
        most = self._settings.limits.open_bookings
        if most and (found := rows.count_open(unit.connection, fin, self._since_open(unit.now), unit.now)) >= most:
            raise LimitReached("open_bookings", found)

    def _new_hold(
        self, unit: Unit, service: str, centre: str, starts_at: Instant, person: Applicant, language: Language
    ) -> dict[str, Any]:
        """The columns of a hold at the first seat, not inserted yet."""
        return {
            "reference": order_code.new_reference(),
            "service": service,
            "centre": centre,
            "starts_at": starts_at,
            "seat": 1,
            "state": "held",
            "held_at": unit.now,
            # a hold at midnight, where a centre works at night, does not outlive its own hour
            "held_until": min(unit.now + self._settings.booking.hold_minutes * MINUTE, starts_at),
            "code": new_code(),
            "code_sent_at": unit.now,
            "wrong_codes": 0,
            "station": unit.station,
            "language": language,
            "given_name": person.given_name,
            "surname": person.surname,
            "patronymic": person.patronymic,
            "fin": person.fin,
            "phone": person.phone,
            "email": person.email,
        }

    def _take_seat(self, unit: Unit, values: dict[str, Any], seats: int) -> None:
        """Insert the hold at the lowest free seat; the unique indexes alone decide.

        Raises:
            SameHour, SlotTaken: they refused.
        """
        service, centre, starts_at = values["service"], values["centre"], values["starts_at"]
        for _ in range(_SEAT_TRIES):
            free = self._free_seat(unit, service, centre, starts_at, seats)
            if free is not None:
                values["seat"] = free
                unit.booking = rows.insert_hold(unit.connection, values)
                if unit.booking is not None:
                    return
            if rows.has_live_in_hour(unit.connection, values["fin"], starts_at, unit.now):
                raise SameHour
            if free is None:
                break
        raise self._slot_taken(unit, service, centre, starts_at)

    def _confirm_hold(self, unit: Unit, row: BookingRow) -> Confirmed | None:
        """Turn a standing hold into a booking with an order code, and tell its person; None: it stands no more."""
        fresh = order_code.new_order_code()
        while rows.by_order_code(unit.connection, fresh) is not None:
            fresh = order_code.new_order_code()
        if not rows.confirm(unit.connection, row.id, fresh, unit.now):
            return None
        row = row._replace(state="confirmed", order_code=fresh)
        confirmed = self._confirmed(unit, row)
        notices.confirmed(unit, self._plans.at(unit.connection), row, confirmed)
        changes.announce(unit.connection)
        return confirmed

    def _cancel(self, unit: Unit, row: BookingRow) -> BookingFacts:
        """Cancel a hold, or a confirmed booking before its time, for its person.

        Raises:
            TooLateToChange: its time has come, it is active, or it has ended already.
        """
        plan = self._plans.at(unit.connection)
        if not rows.cancel(unit.connection, row.id, "citizen", unit.now):
            raise self._too_late(unit, row)
        row = row._replace(state="cancelled", ended_by="citizen")
        if row.order_code is not None:
            notices.cancelled(unit, plan, row, self._confirmed(unit, row))
        changes.announce(unit.connection)
        return self._facts(plan, row, unit.now)

    def _move_to(self, unit: Unit, row: BookingRow, to: Instant) -> Confirmed:
        """Give a confirmed booking another hour of its service and centre.

        Raises:
            TooLateToChange: as for `_cancel`; also for a hold that is not confirmed.
            BadRequest, DateNotOffered, Closed, SameHour, SlotTaken: the new hour cannot be had; the old one stands.
        """
        if row.state != "confirmed" or unit.now >= row.starts_at:
            raise self._too_late(unit, row)
        plan = self._plans.at(unit.connection)
        seats = plan.seats(row.service, row.centre)
        self._check_offered(unit, plan, row.centre, to)
        if to == row.starts_at:
            return self._confirmed(unit, row)
        person = rows.person(unit.connection, row.id)
        ended = run_out.end_in_the_way(unit.connection, row.service, row.centre, to, person.fin, unit.now)
        notices.holds_ended(unit, plan, ended)
        moved = self._new_hour(unit, row, to, seats, person.fin)
        confirmed = self._confirmed(unit, moved)
        notices.moved(unit, plan, moved, confirmed, row.starts_at)
        changes.announce(unit.connection)
        return confirmed

    def _new_hour(self, unit: Unit, row: BookingRow, to: Instant, seats: int, fin: str) -> BookingRow:
        for _ in range(_SEAT_TRIES):
            free = self._free_seat(unit, row.service, row.centre, to, seats)
            if free is not None:
                try:
                    if rows.move(unit.connection, row.id, row.starts_at, to, free, unit.now):
                        return row._replace(starts_at=to, seat=free, sequence=row.sequence + 1)
                except LookupError:
                    raise self._too_late(unit, row) from None
            if rows.has_live_in_hour(unit.connection, fin, to, unit.now, besides=row.id):
                raise SameHour
            if free is None:
                break
        raise self._slot_taken(unit, row.service, row.centre, to)

    def _too_late(self, unit: Unit, row: BookingRow) -> TooLateToChange:
        """Why a booking cannot be changed, by what it is now."""
        now = rows.by_reference(unit.connection, row.reference) or row
        return TooLateToChange(now.state_at(unit.now), to_datetime(now.starts_at))


def why_ended(row: BookingRow, now: Instant) -> HoldEnded:
    """Why it is no standing hold; the same whether or not a sweeper has noted yet that it ran out."""
    state = row.state_at(now)
    return HoldEnded(state, "ran_out" if state == "expired" else row.ended_by)


def new_code() -> str:
    """A fresh confirmation code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
