"""How answers are written: times with Baku's offset, names in three languages, facts of a refusal beside its name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.booking.facts import BookingFacts, Confirmed, Day, DayGrid, Held
from kiosk.clock import baku
from kiosk.errors import Refusal
from kiosk.hall.facts import Arrival
from kiosk.names import Names


def moment(at: datetime) -> str:
    """An instant in ISO 8601 with Baku's offset; milliseconds only where there are some."""
    return at.astimezone(baku()).isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def plain(value: Any) -> Any:
    """A fact as JSON has it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Names):
        return value.as_dict()
    return value


def refused(refusal: Refusal) -> dict[str, Any]:
    """A refusal with those of its facts that are known."""
    facts = {name: plain(fact) for name, fact in refusal.facts.items() if fact is not None}
    return {"ok": False, "error": refusal.error, **facts}


def named(entries: Any) -> list[dict[str, Any]]:
    """Services or centres: their ids and names, and a centre's address."""
    listed = []
    for entry in entries:
        item: dict[str, Any] = {"id": entry.id, "name": entry.name.as_dict()}
        if hasattr(entry, "address"):
            item["address"] = entry.address.as_dict()
        listed.append(item)
    return listed


def day(found: Day) -> dict[str, Any]:
    """One offered date."""
    answer: dict[str, Any] = {"date": found.date.isoformat(), "open": found.open}
    if not found.open:
        answer["reason"] = found.reason
        answer["name"] = found.name.as_dict() if found.name is not None else None
    return answer


def grid(found: DayGrid) -> dict[str, Any]:
    """The slots of an open date."""
    return {"open": True, "slots": [{"time": moment(slot.time), "state": slot.state} for slot in found.slots]}


def held(found: Held) -> dict[str, Any]:
    """A hold; its code is in the letter alone."""
    return {"booking": found.booking, "held_until": moment(found.held_until)}


def confirmed(found: Confirmed) -> dict[str, Any]:
    """A confirmed or moved booking."""
    return {
        "order_code": found.order_code,
        "qr": found.qr,
        "time": moment(found.time),
        "arrive_from": moment(found.arrive_from),
        "arrive_until": moment(found.arrive_until),
    }


def facts(found: BookingFacts) -> dict[str, Any]:
    """State and facts of a booking, no personal data."""
    answer: dict[str, Any] = {
        "booking": found.booking,
        "state": found.state,
        "service": found.service,
        "centre": found.centre,
        "time": moment(found.time),
        "arrive_from": moment(found.arrive_from),
        "arrive_until": moment(found.arrive_until),
    }
    if found.held_until is not None:
        answer["held_until"] = moment(found.held_until)
    if found.ticket is not None:
        answer["ticket"] = found.ticket
    return answer


_ARRIVAL_FACTS = {
    "on_time": ("ticket",),
    "early": ("ticket",),
    "too_early": ("opens",),
    "too_late": ("closed",),
    "other_day": ("time",),
    "other_centre": ("centre",),
    "not_confirmed": ("held_until",),
    "expired": (),
    "cancelled": (),
    "already_active": ("ticket", "first_at", "first_station"),
    "unknown": (),
}


def arrival(found: Arrival) -> dict[str, Any]:
    """A verdict with the facts that belong to it."""
    named_facts = {name: plain(getattr(found, name)) for name in _ARRIVAL_FACTS[found.verdict]}
    return {"verdict": found.verdict, **named_facts}
