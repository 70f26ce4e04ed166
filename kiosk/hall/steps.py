"""What a counter may do with a ticket in which state, and what becomes of it (C2, C5).

    waiting   call, transfer
    called    call_again, start, park, put_back, transfer, no_show
    serving   park, put_back, transfer, finish
    parked    call, call_again, put_back, transfer, no_show
    no_show   call, put_back

Called and served tickets belong to their counter; the others to any. Nothing here changes when a ticket came or for
which hour it was booked, so each keeps its place. Every function raises what `Queue` says of its step.
"""

from __future__ import annotations

from typing import Final, Literal

from db import calls, counters, queue
from db.calls import CallRow, Course
from db.counters import CounterRow
from db.tickets import TicketRow
from kiosk.errors import BadRequest, CounterBusy, CounterClosed, NobodyWaiting, OtherCounter, WrongStep
from kiosk.hall.at_counter import AtCounter, called, into, is_left, stepped
from kiosk.hall.queue_facts import Called, Outcome, StepName, Stepped
from kiosk.hall.ticket_number import ticket_number

_FROM: Final[dict[StepName, frozenset[str]]] = {
    "call": frozenset({"waiting", "parked", "no_show"}),
    "call_again": frozenset({"called", "parked"}),
    "start": frozenset({"called"}),
    "park": frozenset({"called", "serving"}),
    "put_back": frozenset({"called", "serving", "parked", "no_show"}),
    "transfer": frozenset({"waiting", "called", "serving", "parked"}),
    "finish": frozenset({"serving"}),
    "no_show": frozenset({"called", "parked"}),
}
_TRIES: Final = 50
"""How often "next" looks again when an index refused whom it found; each time somebody else has been called."""
_NOTE_SIGNS: Final = 200

Ending = Literal["finished", "no_show", "parked", "put_back", "transferred"]
"""How a step ends a call; besides, it can be undone, and forgotten until the next day."""


def call_next(at: AtCounter, early: str) -> Called:
    """Call whoever is next; `early` is the setting."""
    _check_free(at)
    connection = at.unit.connection
    ticket = None
    for _ in range(_TRIES):
        ticket = queue.next_for(connection, at.centre, at.today, at.counter.id, at.now, early)
        if ticket is None:
            raise NobodyWaiting
        call = _open(at, ticket)
        if call is not None:
            at.note(ticket)
            return _call(at, "call_next", ticket, call)
        _check_free(at)
    raise _elsewhere(at, ticket)


def call(at: AtCounter, ticket: TicketRow, step: StepName = "call") -> Called:
    """Call a chosen ticket."""
    _allowed(at, ticket, step)
    _check_free(at)
    if ticket.to_counter not in (None, at.counter.id):
        raise OtherCounter(counters.by_id(at.unit.connection, ticket.to_counter).number)
    if ticket.to_counter is None and not queue.serves(at.unit.connection, at.counter.id, ticket.service):
        raise BadRequest("ticket", "service_not_served_at_this_counter")
    opened = _open(at, ticket)
    if opened is None:
        _check_free(at)
        raise _elsewhere(at, ticket)
    return _call(at, step, ticket, opened)


def call_again(at: AtCounter, ticket: TicketRow) -> Called:
    """Call once more whom this counter called, or to this counter whom somebody parked."""
    if ticket.state == "parked":
        return call(at, ticket, "call_again")
    live = _own(at, ticket, "call_again")
    course = live.course._replace(times=live.times + 1, last_called_at=at.now)
    after = into("called", ticket, at.now)
    at.step("call_again", ticket, after, call=live, course=course)
    return called(ticket, after, live, course)


def start(at: AtCounter, ticket: TicketRow) -> Called:
    """Begin to serve."""
    live = _own(at, ticket, "start")
    course = live.course._replace(started_at=at.now)
    after = into("serving", ticket, at.now)
    at.step("start", ticket, after, call=live, course=course)
    return called(ticket, after, live, course)


def park(at: AtCounter, ticket: TicketRow, note: str) -> Stepped:
    """Hold a ticket back."""
    live = _own(at, ticket, "park")
    after = into("parked", ticket, at.now)._replace(note=note or ticket.note)
    at.step("park", ticket, after, call=live, course=_ended(at, live, "parked"))
    return stepped(ticket, after, "park")


def put_back(at: AtCounter, ticket: TicketRow) -> Stepped:
    """Let a ticket wait again."""
    live = _allowed(at, ticket, "put_back")
    after = into("waiting", ticket, at.now)
    at.step("put_back", ticket, after, call=live, course=_ended(at, live, "put_back"))
    return stepped(ticket, after, "put_back")


def transfer(at: AtCounter, ticket: TicketRow, to_service: str | None, to_counter: str | None, note: str) -> Stepped:
    """Let a ticket wait for another service, a counter, or both; sent to a service alone, any of its counters calls."""
    live = _allowed(at, ticket, "transfer")
    taker = _taker(at, to_counter)
    after = into("waiting", ticket, at.now)._replace(
        service=to_service or ticket.service, to_counter=taker, note=note or ticket.note
    )
    at.step("transfer", ticket, after, call=live, course=_ended(at, live, "transferred"))
    return stepped(ticket, after, "transfer")


def finish(at: AtCounter, ticket: TicketRow, outcome: Outcome) -> Stepped:
    """The service is over; its outcome stands in the audit too."""
    live = _own(at, ticket, "finish")
    after = into("finished", ticket, at.now)._replace(outcome=outcome)
    at.unit.outcome = outcome
    at.step("finish", ticket, after, call=live, course=_ended(at, live, "finished"))
    return stepped(ticket, after, "finish")


def no_show(at: AtCounter, ticket: TicketRow) -> Stepped:
    """Nobody came."""
    live = _allowed(at, ticket, "no_show")
    after = into("no_show", ticket, at.now)
    at.step("no_show", ticket, after, call=live, course=_ended(at, live, "no_show"))
    return stepped(ticket, after, "no_show")


def tidy_note(typed: str) -> str:
    """A note as it is kept.

    Raises:
        BadRequest: it is too long, or holds what cannot be shown.
    """
    note = " ".join(typed.split())
    if len(note) > _NOTE_SIGNS:
        raise BadRequest("note", "too_long")
    if not note.isprintable():
        raise BadRequest("note", "not_printable")
    return note


def _allowed(at: AtCounter, ticket: TicketRow, step: StepName) -> CallRow | None:
    """The live call of a ticket with which this counter may do a step; None while it is at no counter."""
    live = calls.live_of_ticket(at.unit.connection, ticket.id)
    if live is not None and live.counter != at.counter.id:
        raise OtherCounter(live.counter_number)
    if ticket.state not in _FROM[step]:
        raise WrongStep(ticket.state)
    return live


def _own(at: AtCounter, ticket: TicketRow, step: StepName) -> CallRow:
    """The same for a step that only goes with a ticket at this counter."""
    live = _allowed(at, ticket, step)
    if live is None:
        raise WrongStep(ticket.state)
    return live


def _check_free(at: AtCounter) -> None:
    """Whether the counter may call anybody; whom it forgot on an earlier day is no hindrance."""
    if not at.counter.open:
        raise CounterClosed
    busy = calls.live_of_counter(at.unit.connection, at.counter.id)
    if busy is not None and is_left(busy.day, at.now):
        at.leave(busy)
        busy = calls.live_of_counter(at.unit.connection, at.counter.id)
    if busy is not None:
        raise CounterBusy(ticket_number(busy.letter, busy.number))


def _open(at: AtCounter, ticket: TicketRow) -> CallRow | None:
    made = calls.open_call(
        at.unit.connection,
        ticket=ticket.id,
        counter=at.counter.id,
        centre=at.centre,
        day=ticket.day,
        service=ticket.service,
        staff=at.unit.staff,
        station=at.unit.station,
        now=at.now,
    )
    if made is None:
        return None
    return CallRow(
        id=made,
        ticket=ticket.id,
        day=ticket.day,
        letter=ticket.letter,
        number=ticket.number,
        counter=at.counter.id,
        counter_number=at.counter.number,
        called_at=at.now,
        last_called_at=at.now,
        times=1,
        started_at=None,
        ended_at=None,
        ended_as=None,
    )


def _call(at: AtCounter, step: StepName, ticket: TicketRow, opened: CallRow) -> Called:
    after = into("called", ticket, at.now)
    at.step(step, ticket, after, opened=opened)
    return called(ticket, after, opened, opened.course)


def _elsewhere(at: AtCounter, ticket: TicketRow | None) -> OtherCounter:
    """What an index refused because another counter has the ticket, as far as can be told by now."""
    live = calls.live_of_ticket(at.unit.connection, ticket.id) if ticket is not None else None
    return OtherCounter(live.counter_number if live is not None else at.counter.number)


def _ended(at: AtCounter, live: CallRow | None, how: Ending) -> Course | None:
    return None if live is None else live.course._replace(ended_at=at.now, ended_as=how)


def _taker(at: AtCounter, number: str | None) -> int | None:
    """The counter (row id) that a ticket is sent to.

    A number that nobody used yet is a slip of the person who typed it; a program knows the counters, and has no other
    way to make one than to name it.
    """
    if number is None:
        return None
    if at.unit.staff is None:
        taker: CounterRow | None = counters.find_or_make(at.unit.connection, at.centre, number)
    else:
        taker = counters.find(at.unit.connection, at.centre, number)
    if taker is None:
        raise BadRequest("to_counter", "unknown")
    if not taker.open:
        raise CounterClosed
    return taker.id
