"""What the parts of the booking room share: plan, keys, settings, and how a row becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from db import bookings as rows
from db import seats as seat_rows
from db.bookings import BookingRow
from kiosk.acts import Acts, Unit
from kiosk.booking import order_code
from kiosk.booking.facts import BookingFacts, BookingState, Confirmed, Day, Held
from kiosk.booking.order_qr import encode
from kiosk.booking.plan import Plan, Plans
from kiosk.booking.signing_keys import NoSigningKey, SigningKeys
from kiosk.clock import MINUTE, Instant, baku_day, to_datetime
from kiosk.errors import NotFound, SlotTaken
from kiosk.hall.ticket_number import ticket_number
from kiosk.hall.window import ArrivalWindow, arrival_window
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.stored import as_values, from_values
from kiosk.wrong_tries import check_wrong_tries


class Room:
    """The base of the booking room's parts.

    Args:
        acts: runs what changes something.
        plans: what can be booked where and when.
        keys: sign the order QR.
        settings: hold time, limits and window.
    """

    def __init__(self, acts: Acts, plans: Plans, keys: SigningKeys, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._keys = keys
        self._settings = settings

    def _by_reference(self, unit: Unit, booking: str) -> BookingRow:
        """The booking of a reference as typed; the act's audit row names it.

        Raises:
            NotFound: there is none.
        """
        reference = order_code.read(booking)
        row = rows.by_reference(unit.connection, reference) if reference is not None else None
        if row is None:
            raise NotFound
        unit.booking = row.id
        return row

    def _window(self, plan: Plan, row: BookingRow) -> ArrivalWindow:
        on = baku_day(row.starts_at)
        # a centre that has left the reference data keeps its old bookings, but no calendar
        day = plan.day(row.centre, on) if row.centre in plan.catalogue.centres else Day(on, open=False)
        return arrival_window(self._settings.arrival, row.starts_at, day)

    def _held(self, values: Mapping[str, Any]) -> Held:
        booking = self._settings.booking
        return Held(
            booking=order_code.written(values["reference"]),
            service=values["service"],
            centre=values["centre"],
            time=to_datetime(values["starts_at"]),
            held_until=to_datetime(values["held_until"]),
            email=values["email"],
            resend_at=to_datetime(values["code_sent_at"] + booking.resend_seconds * 1000),
            tries_left=max(0, booking.wrong_codes - values["wrong_codes"]),
        )

    def _confirmed(self, unit: Unit, row: BookingRow) -> Confirmed:
        plan = self._plans.at(unit.connection)
        person = rows.person(unit.connection, row.id)
        window = self._window(plan, row)
        return Confirmed(
            booking=order_code.written(row.reference),
            order_code=order_code.written(row.order_code or ""),
            qr=self._qr(plan, row),
            service=row.service,
            centre=row.centre,
            time=to_datetime(row.starts_at),
            arrive_from=to_datetime(window.opens),
            arrive_until=to_datetime(window.closes),
            given_name=person.given_name,
            surname=person.surname,
            email=person.email,
            language=cast(Language, person.language),
        )

    def _qr(self, plan: Plan, row: BookingRow) -> str:
        if self._keys.signing is None:
            raise NoSigningKey("the secrets folder holds no signing key: `asan-kiosk init` makes one")
        centre, service = plan.catalogue.centres.get(row.centre), plan.catalogue.services.get(row.service)
        if centre is None or service is None:  # they left the reference data, as only an old booking's may
            raise NotFound
        return encode(row.order_code or "", centre.number, service.number, row.starts_at, self._keys.signing)

    def _facts(self, plan: Plan, row: BookingRow, now: Instant) -> BookingFacts:
        window = self._window(plan, row)
        state = cast(BookingState, row.state_at(now))
        return BookingFacts(
            booking=order_code.written(row.reference),
            state=state,
            service=row.service,
            centre=row.centre,
            time=to_datetime(row.starts_at),
            held_until=to_datetime(row.held_until) if state == "held" else None,
            arrive_from=to_datetime(window.opens),
            arrive_until=to_datetime(window.closes),
            ticket=ticket_number(row.ticket_letter, row.ticket_number) if state == "active" else None,
        )

    def _free_seat(self, unit: Unit, service: str, centre: str, starts_at: Instant, seats: int) -> int | None:
        """The lowest free seat of an hour, or None; more may be occupied than there are since the capacity fell."""
        occupied = seat_rows.occupied_seats(unit.connection, service, centre, starts_at)
        if len(occupied) >= seats:
            return None
        return next(seat for seat in range(1, seats + 1) if seat not in occupied)

    def _slot_taken(self, unit: Unit, service: str, centre: str, starts_at: Instant) -> SlotTaken:
        live = seat_rows.live_seats(unit.connection, service, centre, starts_at, starts_at + 1, unit.now)
        return SlotTaken("held" if any(seat.state == "held" for seat in live) else "taken")

    def _check_wrong_tries(self, unit: Unit, tried: str) -> None:
        limits = self._settings.limits
        check_wrong_tries(unit.connection, unit.now, tried, limits.wrong_pairs, limits.wrong_pairs_wait_seconds * 1000)

    def _since_open(self, now: Instant) -> Instant:
        """A confirmed booking counts as open while its arrival window has not closed."""
        return now - self._settings.arrival.late_minutes * MINUTE


class HeldForm:
    """Stores a `Held` without its address."""

    def store(self, result: Held) -> dict[str, Any]:
        """Plain values."""
        return as_values(result, ("email",))

    def read(self, unit: Unit, stored: dict[str, Any]) -> Held:
        """The same `Held`, with the booking's present address."""
        held: Held = from_values(Held, stored | {"email": _person_of(unit, stored).email})
        return held


class ConfirmedForm:
    """Stores a `Confirmed` without its person."""

    def store(self, result: Confirmed) -> dict[str, Any]:
        """Plain values."""
        return as_values(result, ("given_name", "surname", "email"))

    def read(self, unit: Unit, stored: dict[str, Any]) -> Confirmed:
        """The same `Confirmed`, with the booking's person."""
        person = _person_of(unit, stored)
        whose = {"given_name": person.given_name, "surname": person.surname, "email": person.email}
        confirmed: Confirmed = from_values(Confirmed, stored | whose)
        return confirmed


class FactsForm:
    """Stores a `BookingFacts`, which holds no person."""

    def store(self, result: BookingFacts) -> dict[str, Any]:
        """Plain values."""
        return as_values(result)

    def read(self, unit: Unit, stored: dict[str, Any]) -> BookingFacts:
        """The same facts."""
        row = rows.by_reference(unit.connection, order_code.read(stored["booking"]) or "")
        unit.booking = row.id if row is not None else None
        facts: BookingFacts = from_values(BookingFacts, {"held_until": None, "ticket": None} | stored)
        return facts


def _person_of(unit: Unit, stored: dict[str, Any]) -> rows.PersonRow:
    """The person of a stored answer's booking, which becomes the act's.

    Raises:
        NotFound: it was purged since.
    """
    row = rows.by_reference(unit.connection, order_code.read(stored["booking"]) or "")
    if row is None:
        raise NotFound
    unit.booking = row.id
    return rows.person(unit.connection, row.id)
