"""One step of one counter while it runs: where it is done, what it finds, and what it leaves behind (C2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Literal, cast

from db import audit, calls, changes, ticket_steps, tickets
from db.calls import CallRow, Course
from db.counters import CounterRow
from db.tickets import Standing, TicketRow
from kiosk.acts import Unit
from kiosk.clock import Instant, at_baku, to_datetime
from kiosk.errors import BadRequest, NotFound
from kiosk.hall.queue_facts import Called, StepName, Stepped, TicketState
from kiosk.hall.ticket_number import read_ticket, ticket_number

_OVER_MIDNIGHT: Final = time(4)
"""Until when somebody may still be at a counter with a ticket of the day before."""
_COUNTER: Final = re.compile(r"[0-9A-Z]{1,4}", re.ASCII)


def counter_number(typed: str, field: str = "counter") -> str:
    """A counter's number as it is written: "7", "12", "A3"; `field` is what a refusal names.

    Raises:
        BadRequest: it cannot be one.
    """
    number = typed.strip().upper() if typed.isascii() else typed
    if _COUNTER.fullmatch(number) is None:
        raise BadRequest(field, "not_1_to_4_of_0_9_a_z")
    return number


def written_ticket(typed: str) -> str:
    """A ticket's number as it is written: "A-017".

    Raises:
        BadRequest: it cannot be one.
    """
    found = read_ticket(typed)
    if found is None:
        raise BadRequest("ticket", "not_a_ticket_number")
    return ticket_number(*found)


def is_left(day: str, now: Instant) -> bool:
    """Whether a call of a day's ticket that nobody ended was forgotten: its day and the night after it are over."""
    return now >= at_baku(date.fromisoformat(day) + timedelta(days=1), _OVER_MIDNIGHT)


@dataclass(slots=True)
class AtCounter:
    """A counter in one act."""

    unit: Unit
    centre: str
    today: str
    counter: CounterRow

    @property
    def now(self) -> Instant:
        """The act's instant."""
        return self.unit.now

    def take(self, written: str) -> TicketRow:
        """The ticket of a number, locked: the one at this counter, else today's.

        Somebody who is served over midnight is still that ticket, whatever number is given out after it. One that was
        forgotten here is found where today has none of that number.

        Raises:
            NotFound: there is none.
        """
        letter, number = cast(tuple[str, int], read_ticket(written))
        live = calls.live_of_counter(self.unit.connection, self.counter.id)
        own = live if live is not None and (live.letter, live.number) == (letter, number) else None
        if own is not None and not is_left(own.day, self.now):
            return self.note(tickets.take_by_id(self.unit.connection, own.ticket))
        found = tickets.take(self.unit.connection, self.centre, self.today, letter, number)
        if found is None and own is not None:
            found = tickets.take_by_id(self.unit.connection, own.ticket)
        if found is None:
            raise NotFound
        return self.note(found)

    def leave(self, call: CallRow) -> None:
        """End a call that was forgotten here on an earlier day, so that the counter is free again.

        Its ticket stays as it was left, and so do the figures of its day; history and audit tell when it was ended.
        """
        connection = self.unit.connection
        ticket = tickets.take_by_id(connection, call.ticket)
        # only with the ticket locked it is certain that no rival has done it meanwhile
        live = calls.live_of_counter(connection, self.counter.id)
        if live is None or live.id != call.id:
            return
        calls.change(connection, live.id, live.course._replace(ended_at=self.now, ended_as="left"))
        told = {"ticket": standing(ticket)._asdict(), "call": live.course._asdict()}
        self.remember("left", ticket.id, live.id, json.dumps(told, ensure_ascii=False))
        audit.write(
            connection,
            self.now,
            self.unit.station,
            "left",
            "done",
            booking=ticket.booking,
            staff=self.unit.staff,
            detail=self.counter.number,
            ticket=ticket.id,
        )

    def note(self, ticket: TicketRow) -> TicketRow:
        """Let the act's audit row name the ticket."""
        self.unit.ticket, self.unit.booking = ticket.id, ticket.booking
        return ticket

    def step(
        self,
        step: StepName,
        ticket: TicketRow,
        after: Standing,
        *,
        call: CallRow | None = None,
        opened: CallRow | None = None,
        course: Course | None = None,
    ) -> None:
        """Write a step: the ticket, its call, its history, and word to whoever follows the hall.

        Args:
            step: its name.
            ticket: as it was.
            after: as it becomes.
            call: its call as it was, where the step changes that.
            opened: the call that this step made.
            course: what becomes of `call`.
        """
        connection = self.unit.connection
        before = standing(ticket)
        tickets.change(connection, ticket.id, after)
        if call is not None and course is not None:
            calls.change(connection, call.id, course)
        told = {"ticket": before._asdict(), "call": call.course._asdict() if call is not None else None}
        of = opened or call
        self.remember(step, ticket.id, of.id if of is not None else None, json.dumps(told, ensure_ascii=False))
        changes.announce_hall(connection, self.centre)

    def remember(self, step: StepName | Literal["left"], ticket: int, call: int | None, before: str) -> None:
        """Add a step to a ticket's history."""
        ticket_steps.add(
            self.unit.connection,
            ticket=ticket,
            call=call,
            counter=self.counter.id,
            staff=self.unit.staff,
            station=self.unit.station,
            now=self.now,
            act=step,
            before=before,
        )


def standing(ticket: TicketRow) -> Standing:
    """What a step may change of a ticket."""
    return Standing(ticket.state, ticket.service, ticket.to_counter, ticket.note, ticket.changed_at)


def into(state: TicketState, ticket: TicketRow, now: Instant) -> Standing:
    """A ticket's standing in another state; since when only counts anew where it is another."""
    since = ticket.changed_at if state == ticket.state else now
    return standing(ticket)._replace(state=state, changed_at=since)


def called(ticket: TicketRow, after: Standing, call: CallRow, course: Course) -> Called:
    """The answer about a ticket at a counter."""
    return Called(
        ticket=ticket_number(ticket.letter, ticket.number),
        service=after.service,
        state=cast(TicketState, after.state),
        counter=call.counter_number,
        booked_for=to_datetime(ticket.booked_for) if ticket.booked_for is not None else None,
        arrived_at=to_datetime(ticket.issued_at),
        called_at=to_datetime(call.called_at),
        times=course.times,
        started_at=to_datetime(course.started_at) if course.started_at is not None else None,
        note=after.note,
    )


def stepped(ticket: TicketRow, after: Standing, step: StepName) -> Stepped:
    """The answer about a ticket that left a counter, or came back to one."""
    return Stepped(ticket_number(ticket.letter, ticket.number), after.service, cast(TicketState, after.state), step)
