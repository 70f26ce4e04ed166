"""What each verdict says and which ways it offers (C1). Sentences are the catalogue's; here they are only laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil
from typing import Final, Literal

from kiosk.booking.catalogue import Catalogue
from kiosk.clock import in_baku, to_instant
from kiosk.hall.facts import Arrival
from kiosk.language import Language, clock, day_long, text
from screens.widgets.verdict import Tone, View, Way

TONES: Final[dict[str, Tone]] = {
    "on_time": "good",
    "early": "good",
    "too_early": "held",
    "not_confirmed": "held",
    "other_day": "held",
    "already_active": "held",
    "too_late": "taken",
    "cancelled": "taken",
    "expired": "taken",
    "unknown": "taken",
    "other_centre": "taken",
}
WITH_TICKET: Final = frozenset({"on_time", "early", "already_active"})


Paper = Literal["none", "printed", "offered"]
"""No paper comes; it lies in the printer's slot or is on its way there; it was printed before and can be again."""


def _day(language: Language, moment: datetime) -> str:
    return day_long(language, in_baku(to_instant(moment)).date())


def _figure_day(moment: datetime) -> str:
    return f"{in_baku(to_instant(moment)):%d.%m}"


def view(language: Language, catalogue: Catalogue | None, arrival: Arrival) -> View:
    """Sentence, figures and lines of a verdict."""
    tone = TONES[arrival.verdict]
    sentence, *rest = _message(language, catalogue, arrival).split("\n")

    def label(key: str) -> str:
        return text(language, key)

    if arrival.verdict in WITH_TICKET and arrival.ticket:
        # The ticket stands large; the lines that say it, and to wait, are said by figure and tiles.
        lines = rest[:1] if arrival.verdict == "already_active" else ()
        return View(tone, sentence, ((label("arrival.ticket"), arrival.ticket),), tuple(lines))
    if arrival.verdict == "too_late" and arrival.closed:
        times = ((label("arrival.latest"), clock(arrival.closed)), (label("arrival.now"), clock(arrival.at)))
        return View(tone, sentence, times, tuple(rest))
    if arrival.verdict == "too_early" and arrival.opens:
        times = ((label("arrival.opens"), clock(arrival.opens)), (label("arrival.now"), clock(arrival.at)))
        return View(tone, sentence, times, tuple(rest[1:]))
    if arrival.verdict == "other_day" and arrival.time:
        when = (
            (_day(language, arrival.time), _figure_day(arrival.time)),
            (label("arrival.booked_time"), clock(arrival.time)),
        )
        return View(tone, sentence, when, tuple(rest[1:]))
    if arrival.verdict == "not_confirmed" and arrival.held_until:
        return View(tone, sentence, ((rest[-1], clock(arrival.held_until)),), tuple(rest[:-1]))
    return View(tone, sentence, (), tuple(rest))


def _message(language: Language, catalogue: Catalogue | None, arrival: Arrival) -> str:
    """The catalogue's whole message for a verdict."""
    key = f"arrival.{arrival.verdict}"
    values: dict[str, object] = {}
    if arrival.ticket:
        values["ticket"] = arrival.ticket
    if arrival.time:
        values |= {"time": clock(arrival.time), "date": _day(language, arrival.time)}
    if arrival.verdict == "other_day" and arrival.time and arrival.time < arrival.at:
        key = "arrival.past_day"
    elif arrival.verdict == "too_early" and arrival.opens:
        values["opens"] = clock(arrival.opens)
    elif arrival.verdict == "too_late" and arrival.closed:
        late = (arrival.at - arrival.closed).total_seconds()
        values |= {"closed": clock(arrival.closed), "minutes": ceil(late / 60)}
    elif arrival.verdict == "not_confirmed" and arrival.held_until:
        values["time"] = clock(arrival.held_until)
    elif arrival.verdict == "already_active" and arrival.first_at:
        key = "arrival.has_walk_in" if arrival.walk_in else key
        first = arrival.first_at
        values |= {"date": _day(language, first), "time": clock(first), "station": arrival.first_station or ""}
    elif arrival.verdict == "other_centre":
        centre = catalogue.centres.get(arrival.centre or "") if catalogue else None
        values["centre"] = centre.name.of(language) if centre else ""
        values["address"] = centre.address.of(language) if centre else ""
    return text(language, key, **values)


def ways(
    words: Callable[[str], Sequence[str]], arrival: Arrival, paper: Paper, *, walk_ins: bool = False
) -> tuple[Way, ...]:
    """What a verdict offers to do next.

    Args:
        words: gives the lines of a message in the language on screen.
        arrival: the verdict.
        paper: what can be said of the ticket's paper.
        walk_ins: whether this kiosk gives tickets for today without a booking (C5).
    """

    def told(key: str) -> Way:
        return Way(lambda: words(key))

    def done(act: str, key: str, *, main: bool = False) -> Way:
        return Way(lambda: words(key), act, main)

    ask = told("arrival.ask_staff")
    match arrival.verdict:
        case "on_time" | "early" | "already_active":
            tickets = {
                "none": told("arrival.remember"),
                "printed": told("arrival.take_ticket"),
                "offered": done("print", "button.print_again"),
            }
            return (tickets[paper], told("arrival.wait_in_hall"), told("arrival.watch_board"))
        case "not_confirmed":
            return (done("confirm", "home.confirm", main=True), ask)
        case "unknown":
            return (done("again", "arrival.type_again", main=True), ask)
        case "too_early" | "other_centre":
            return (done("my_bookings", "home.my_bookings"), ask)
        case "other_day" if arrival.time is not None and arrival.time > arrival.at:
            return (done("my_bookings", "home.my_bookings"), ask)
        case "too_late" if walk_ins:
            return (done("walk_in", "home.walk_in", main=True), done("book", "arrival.book_again"), ask)
        case _:
            return (done("book", "arrival.book_again", main=True), ask)
