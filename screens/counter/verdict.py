"""A verdict in the operator's words: mark and colour, one sentence, the number that counts, facts, what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from kiosk.clock import in_baku, to_instant
from kiosk.hall.facts import Arrival, Verdict
from kiosk.hall.queue_facts import WalkIn
from kiosk.language import clock, day_long
from screens.palette import Colour

if TYPE_CHECKING:
    from screens.app import KioskApp

LateRule = Literal["can", "supervisor", "off", "done"]
"""A late arrival can be accepted by this operator, only by somebody with the right, by nobody, or was already (C3)."""

_LONGEST_SHOWN_CODE: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Presented:
    """A code that was presented here, and what became of it. The code is kept so that a late one can be accepted."""

    code: str = field(repr=False)
    arrival: Arrival
    accepted_late: bool = False
    walk_in: WalkIn | None = None
    """The live ticket that was given because the booking came too late."""

    @property
    def ticket(self) -> str | None:
        """The ticket that it led to."""
        return self.walk_in.ticket if self.walk_in is not None else self.arrival.ticket


@dataclass(frozen=True, slots=True)
class Look:
    """Mark, ground of the band, ink on it, and the ink of its word on the canvas."""

    mark: str
    ground: Colour
    ink: Colour
    word: Colour


_GOOD: Final = Look("✓", "good", "on-good", "good-ink")
_WAIT: Final = Look("!", "held", "on-held", "held-ink")
_NO: Final = Look("✕", "taken", "on-taken", "taken-ink")
_LOOKS: Final[dict[Verdict, Look]] = {
    "on_time": _GOOD,
    "early": _GOOD,
    "too_early": _WAIT,
    "not_confirmed": _WAIT,
    "other_day": _WAIT,
    "already_active": _WAIT,
    "too_late": _NO,
    "cancelled": _NO,
    "expired": _NO,
    "unknown": _NO,
    "other_centre": _NO,
}


def look(presented: Presented) -> Look:
    """How the verdict looks (face.md, "Components")."""
    return _GOOD if presented.walk_in is not None else _LOOKS[presented.arrival.verdict]


def late_minutes(arrival: Arrival) -> int:
    """How late a too_late one is: whole minutes from the latest time on, a begun one counted (glossary, section 3)."""
    if arrival.closed is None:
        return 0
    return -(-(to_instant(arrival.at) - to_instant(arrival.closed)) // 60_000)


@dataclass(frozen=True, slots=True)
class Told:
    """What the panel says. `number` is for large figures, with its label; `line` stands below or in its place."""

    title: str
    label: str = ""
    number: str = ""
    line: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value."""
    advice: str = ""


def list_word(app: KioskApp, presented: Presented) -> str:
    """The verdict's word for the list."""
    if presented.accepted_late:
        return app.text("counter.list.accepted_late")
    if presented.walk_in is not None or presented.arrival.walk_in:
        return app.text("counter.person.walk_in")
    return app.text(f"verdict.{presented.arrival.verdict}")


def told(app: KioskApp, presented: Presented, late: LateRule) -> Told:
    """The verdict in words; nothing in them but what it needs."""
    arrival = presented.arrival
    if presented.walk_in is not None:
        return _told_walk_in(app, presented.walk_in)
    if arrival.verdict == "too_late":
        title, advice = app.text("counter.too_late"), app.text(f"counter.late.{late}")
    else:
        title, _, advice = app.text(f"counter.{_key(presented)}").partition("\n")
    label, number, line = _counts(app, arrival)
    return Told(title, label, number, line, _facts(app, presented), advice)


def _told_walk_in(app: KioskApp, walk_in: WalkIn) -> Told:
    title, _, advice = app.text("counter.walk_in.given").partition("\n")
    service = app.catalogue.services.get(walk_in.service) if app.catalogue is not None else None
    facts = (
        (app.text("result.service"), service.name.of(app.language) if service is not None else walk_in.service),
        (app.text("counter.walk_in.place"), str(walk_in.place)),
        (
            app.text("counter.walk_in.wait"),
            app.text("counter.walk_in.minutes", min=walk_in.wait.from_minutes, max=walk_in.wait.to_minutes),
        ),
    )
    return Told(title, app.text("counter.ticket"), walk_in.ticket, "", facts, advice)


def _key(presented: Presented) -> str:
    arrival = presented.arrival
    if presented.accepted_late:
        return "accepted_late"
    if arrival.verdict == "other_day" and arrival.time is not None and arrival.time < arrival.at:
        return "past_day"
    if arrival.walk_in:
        return "has_walk_in"
    return arrival.verdict


def _counts(app: KioskApp, arrival: Arrival) -> tuple[str, str, str]:
    """What counts most in this verdict: label, large number, a line."""
    if arrival.ticket is not None:
        return app.text("counter.ticket"), arrival.ticket, ""
    if arrival.opens is not None:
        return app.text("counter.opens"), clock(arrival.opens), ""
    if arrival.closed is not None:
        late_by = app.text("counter.late_by", minutes=late_minutes(arrival))
        return app.text("arrival.latest"), clock(arrival.closed), late_by
    if arrival.held_until is not None:
        return app.text("counter.kept_until"), clock(arrival.held_until), ""
    if arrival.verdict == "other_day" and arrival.time is not None:
        return "", "", when(app, arrival.time, arrival.at)
    if arrival.verdict == "other_centre" and arrival.centre is not None and app.catalogue is not None:
        centre = app.catalogue.centres.get(arrival.centre)
        return "", "", centre.name.of(app.language) if centre is not None else arrival.centre
    return "", "", ""


def _facts(app: KioskApp, presented: Presented) -> tuple[tuple[str, str], ...]:
    arrival, catalogue = presented.arrival, app.catalogue
    found: list[tuple[str, str]] = []
    if arrival.verdict == "unknown" and len(presented.code) <= _LONGEST_SHOWN_CODE:
        found.append((app.text("counter.code"), presented.code))
    if arrival.verdict == "other_centre" and arrival.centre is not None and catalogue is not None:
        centre = catalogue.centres.get(arrival.centre)
        if centre is not None:
            found.append((app.text("result.address"), centre.address.of(app.language)))
    elif arrival.service is not None and catalogue is not None:
        service = catalogue.services.get(arrival.service)
        name = service.name.of(app.language) if service is not None else arrival.service
        found.append((app.text("result.service"), name))
    if arrival.time is not None and arrival.verdict != "other_day":
        found.append((app.text("arrival.booked_time"), when(app, arrival.time, arrival.at)))
    if arrival.first_at is not None:
        first = clock(arrival.first_at)
        if arrival.first_station:
            first = f"{first}, {arrival.first_station}"
        found.append((app.text("counter.ticket_given" if arrival.walk_in else "counter.first_active"), first))
    return tuple(found)


def when(app: KioskApp, moment: datetime, today: datetime) -> str:
    """The time; with the date before it when that is not the day of `today`."""
    day = in_baku(to_instant(moment)).date()
    if day == in_baku(to_instant(today)).date():
        return clock(moment)
    return f"{day_long(app.language, day)}, {clock(moment)}"
