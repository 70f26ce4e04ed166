"""Taking a counter's last step back (C2): within `[hall] undo_seconds`, once, while nobody went on with the ticket."""

from __future__ import annotations

import json
from typing import Any, cast

from db import calls, changes, ticket_steps, tickets
from db.calls import Course
from db.ticket_steps import StepRow
from db.tickets import Standing
from kiosk.clock import Instant, baku_day
from kiosk.errors import CounterBusy, NothingToUndo, OtherCounter
from kiosk.hall.at_counter import AtCounter, is_left, stepped
from kiosk.hall.queue_facts import StepName, Stepped
from kiosk.hall.ticket_number import ticket_number


def undoable_until(step: StepRow, last_of_ticket: int, now: Instant, seconds: int) -> Instant | None:
    """Until when a counter's last step can be undone, that millisecond included; None: not at all.

    Args:
        step: the last one that the counter did, undoing included.
        last_of_ticket: the row id of the last step that anybody did with its ticket.
        now: the instant.
        seconds: `[hall] undo_seconds`; 0 turns undoing off.
    """
    stands = step.undone_at is None and step.act != "undo" and step.id == last_of_ticket
    return step.at + seconds * 1000 if stands and seconds and _leads_back(step, now) else None


def _leads_back(step: StepRow, now: Instant) -> bool:
    """Whether the person would be found again: of a day that is over only who comes back to the counter is."""
    if step.day == baku_day(now).isoformat():
        return True
    return not is_left(step.day, now) and json.loads(step.before)["ticket"]["state"] in ("called", "serving")


def undo(at: AtCounter, seconds: int) -> Stepped:
    """Take the last step back; answers the ticket as it is again, and the step that it was.

    Raises:
        NothingToUndo, CounterBusy, OtherCounter: as `Queue.undo` says.
    """
    connection = at.unit.connection
    step = ticket_steps.last_of_counter(connection, at.counter.id)
    if step is None:
        raise NothingToUndo
    ticket = at.note(tickets.take_by_id(connection, step.ticket))
    # only with the ticket locked it is certain that nobody goes on with it meanwhile
    latest = ticket_steps.last_of_counter(connection, at.counter.id)
    if latest is None or latest.id != step.id:
        raise NothingToUndo
    until = undoable_until(latest, ticket_steps.last_of_ticket(connection, ticket.id), at.now, seconds)
    if until is None or at.now > until:
        raise NothingToUndo
    before = json.loads(step.before)
    if step.call is not None:
        _undo_call(at, step.call, before["call"])
    again = Standing(**before["ticket"])
    tickets.change(connection, ticket.id, again)
    ticket_steps.mark_undone(connection, step.id, at.now)
    at.remember("undo", ticket.id, step.call, "{}")
    at.unit.detail = f"{at.counter.number} {step.act}"
    changes.announce_hall(connection, at.centre)
    return stepped(ticket, again, cast(StepName, step.act))


def _undo_call(at: AtCounter, call: int, before: dict[str, Any] | None) -> None:
    connection = at.unit.connection
    row = calls.of_id(connection, call)
    if before is None:
        calls.change(connection, call, row.course._replace(ended_at=at.now, ended_as="undone"))
        return
    if calls.reopen(connection, call, Course(**before)):
        return
    busy = calls.live_of_counter(connection, at.counter.id)
    if busy is not None:
        raise CounterBusy(ticket_number(busy.letter, busy.number))
    live = calls.live_of_ticket(connection, row.ticket)
    raise OtherCounter(live.counter_number if live is not None else at.counter.number)
