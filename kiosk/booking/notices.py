"""Which letter goes out with which change, written in the change's own transaction (Q6 to Q8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from db.bookings import BookingRow
from db.closed_hours import TellRow
from db.run_out import EndedHold
from kiosk.acts import Unit
from kiosk.booking import order_code
from kiosk.booking.example import STATION as EXAMPLE_STATION
from kiosk.booking.facts import Confirmed
from kiosk.booking.plan import Plan
from kiosk.clock import to_instant
from kiosk.names import Language, Names
from kiosk.post.facts import LetterFacts, LetterKind


def code(unit: Unit, plan: Plan, values: Mapping[str, Any]) -> None:
    """The confirmation code of a hold; `values` are the booking's columns, those of its person among them."""
    facts = LetterFacts(
        booking=order_code.written(values["reference"]),
        **_place(plan, values["service"], values["centre"]),
        time=values["starts_at"],
        given_name=values["given_name"],
        confirmation_code=values["code"],
        held_until=values["held_until"],
    )
    unit.post("code", cast(Language, values["language"]), values["email"], facts)


def confirmed(unit: Unit, plan: Plan, row: BookingRow, booking: Confirmed) -> None:
    """A copy of everything about a confirmed booking (Q7)."""
    unit.post("confirmed", booking.language, booking.email, _order(plan, row, booking))


def moved(unit: Unit, plan: Plan, row: BookingRow, booking: Confirmed, earlier: int) -> None:
    """The new hour of a moved booking; `earlier` is the old one, in milliseconds of UTC."""
    unit.post("moved", booking.language, booking.email, _order(plan, row, booking, earlier))


def cancelled(unit: Unit, plan: Plan, row: BookingRow, booking: Confirmed) -> None:
    """The end of a confirmed booking by its person."""
    unit.post("cancelled", booking.language, booking.email, _order(plan, row, booking))


def holds_ended(unit: Unit, plan: Plan, ended: Iterable[EndedHold], wrong_codes: int | None = None) -> None:
    """The end of holds, by time or by `wrong_codes` wrong codes (Q8, Q10); invented people get no letters.

    Of a hold whose centre or service has left the reference data since it ran out there is nothing left to tell.
    """
    for hold in ended:
        if hold.station == EXAMPLE_STATION:
            continue
        if hold.centre not in plan.catalogue.centres or hold.service not in plan.catalogue.services:
            continue
        facts = LetterFacts(
            booking=order_code.written(hold.reference),
            **_place(plan, hold.service, hold.centre),
            time=hold.starts_at,
            given_name=hold.given_name,
            wrong_codes=wrong_codes,
        )
        unit.post("hold_ended", cast(Language, hold.language), hold.email, facts, booking=hold.id)


def closure(unit: Unit, plan: Plan, row: TellRow, reason: Names | None) -> None:
    """The closing of the hour of a booking, or (`reason` is None) that it is open after all.

    Of a booking whose centre or service has left the reference data there is nothing left to tell.
    """
    if row.centre not in plan.catalogue.centres or row.service not in plan.catalogue.services:
        return
    facts = LetterFacts(
        booking=order_code.written(row.reference),
        **_place(plan, row.service, row.centre),
        time=row.starts_at,
        given_name=row.given_name,
        order_code=order_code.written(row.order_code) if row.order_code is not None else None,
        reason=reason,
    )
    kind: LetterKind = "reopened" if reason is None else "closure"
    unit.post(kind, cast(Language, row.language), row.email, facts, booking=row.id)


def _order(plan: Plan, row: BookingRow, booking: Confirmed, earlier: int | None = None) -> LetterFacts:
    return LetterFacts(
        booking=booking.booking,
        **_place(plan, row.service, row.centre),
        time=row.starts_at,
        given_name=booking.given_name,
        sequence=row.sequence,
        order_code=booking.order_code,
        qr=booking.qr,
        arrive_from=to_instant(booking.arrive_from),
        arrive_until=to_instant(booking.arrive_until),
        earlier_time=earlier,
    )


def _place(plan: Plan, service: str, centre: str) -> dict[str, Any]:
    found = plan.catalogue.centres[centre]
    return {"service": plan.catalogue.services[service].name, "centre": found.name, "address": found.address}
