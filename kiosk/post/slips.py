"""What stands on paper: the slip of a confirmed booking and the ticket of an arrival, whatever prints them (Q7, C2).

A slip printed again is the same slip with the same number, and says that it was printed again.
"""

from __future__ import annotations

from datetime import datetime

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipPart, SlipQr, SlipRule, SlipTitle
from kiosk.booking.catalogue import Centre, Service
from kiosk.booking.facts import Confirmed
from kiosk.clock import baku
from kiosk.hall.facts import Arrival
from kiosk.hall.queue_facts import WalkIn
from kiosk.language import clock, day_long, day_year, text
from kiosk.names import Language
from kiosk.post.body import one_line
from kiosk.post.letters import EXAMPLE_MARK
from kiosk.post.page import PageFacts


def booking_slip(
    confirmed: Confirmed,
    service: Service,
    centre: Centre,
    language: Language,
    *,
    example: bool = False,
    again: bool = False,
) -> Slip:
    """The slip of a confirmed booking: order code, QR, when, latest arrival, what, where, who.

    Args:
        confirmed: the booking.
        service: what it is for.
        centre: where.
        language: the reader's.
        example: whether it is made of example data.
        again: whether it was printed before.
    """
    return Slip(
        (
            *_marks(language, example=example, again=again),
            SlipTitle(text(language, "letter.confirmed.title")),
            SlipNumber(text(language, "letter.order_code"), confirmed.order_code),
            SlipQr(confirmed.qr),
            SlipFact(text(language, "letter.when"), _moment(language, confirmed.time)),
            SlipNote(text(language, "result.arrive_until", time=clock(confirmed.arrive_until)), strong=True),
            SlipRule(),
            SlipFact(text(language, "letter.service"), service.name.of(language)),
            SlipFact(text(language, "letter.centre"), centre.name.of(language)),
            SlipNote(centre.address.of(language)),
            SlipFact(text(language, "slip.name"), one_line(f"{confirmed.given_name} {confirmed.surname}")),
            SlipRule(),
            SlipNote(text(language, "letter.bring_code")),
        )
    )


def arrival_ticket(
    arrival: Arrival,
    service: Service,
    centre: Centre,
    language: Language,
    *,
    example: bool = False,
    again: bool = False,
) -> Slip:
    """The ticket of a booking: its number, the booked time, what, where, and what to do next.

    A walk-in's that stands in the booking's place has no time.

    Args:
        arrival: an arrival with a ticket: on time, early, or active already.
        service: what it is for.
        centre: where.
        language: the reader's.
        example: whether it is made of example data.
        again: whether it was printed before.

    Raises:
        ValueError: the arrival has no ticket.
    """
    if arrival.ticket is None or arrival.time is None:
        raise ValueError("only an activated booking has a ticket")
    booked_time = SlipFact(text(language, "slip.booked_time"), _moment(language, arrival.time))
    issued = (arrival.first_at or arrival.at).astimezone(baku())
    return Slip(
        (
            *_marks(language, example=example, again=again),
            SlipNumber(text(language, "slip.ticket_number"), arrival.ticket),
            SlipNote(text(language, "slip.wait"), strong=True),
            SlipRule(),
            SlipNote(text(language, "slip.walk_in")) if arrival.walk_in else booked_time,
            SlipFact(text(language, "letter.service"), service.name.of(language)),
            SlipNote(centre.name.of(language)),
            SlipRule(),
            SlipNote(text(language, "slip.issued", date=day_year(language, issued.date()), time=clock(issued))),
        )
    )


def walk_in_ticket(
    taken: WalkIn,
    service: Service,
    centre: Centre,
    issued: datetime,
    language: Language,
    *,
    example: bool = False,
    again: bool = False,
) -> Slip:
    """The ticket of somebody without a booking: its number, who is before, how long that may take (C5).

    Args:
        taken: the ticket, with place and wait as they were told when it was taken.
        service: what it is for.
        centre: where.
        issued: when it was taken (aware).
        language: the reader's.
        example: whether it is made of example data.
        again: whether it was printed before.
    """
    at = issued.astimezone(baku())
    shortest, longest = taken.wait.from_minutes, taken.wait.to_minutes
    minutes = str(longest) if shortest == longest else f"{shortest}–{longest}"
    return Slip(
        (
            *_marks(language, example=example, again=again),
            SlipNumber(text(language, "slip.ticket_number"), taken.ticket),
            SlipNote(text(language, "slip.wait"), strong=True),
            SlipRule(),
            SlipNote(text(language, "slip.walk_in")),
            SlipFact(text(language, "slip.before"), str(taken.place - 1)),
            SlipFact(text(language, "slip.waiting_time"), text(language, "walk_in.minutes", minutes=minutes)),
            SlipFact(text(language, "letter.service"), service.name.of(language)),
            SlipNote(centre.name.of(language)),
            SlipRule(),
            SlipNote(text(language, "slip.issued", date=day_year(language, at.date()), time=clock(at))),
        )
    )


def page_slip(page: PageFacts, language: Language, *, example: bool = False) -> Slip:
    """A page of labels and values, as what a check of an e-signature found (E3).

    Args:
        page: what stands on it.
        language: the reader's; the page is written in it already.
        example: whether it comes from a station with example data.
    """
    return Slip(
        (
            *_marks(language, example=example, again=False),
            SlipTitle(one_line(page.title)),
            *(SlipNote(note) for note in page.notes),
            SlipRule(),
            *(SlipFact(one_line(label), one_line(value)) for label, value in page.rows),
        )
    )


def _marks(language: Language, *, example: bool, again: bool) -> tuple[SlipPart, ...]:
    marks: list[SlipPart] = []
    if example:
        marks.append(SlipMark(EXAMPLE_MARK))
    if again:
        marks.append(SlipNote(text(language, "slip.reprint")))
    return tuple(marks)


def _moment(language: Language, moment: datetime) -> str:
    day = moment.astimezone(baku()).date()
    return text(language, "letter.when_value", date=day_long(language, day), time=clock(moment))
