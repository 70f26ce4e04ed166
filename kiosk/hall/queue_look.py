"""What a hall's lists and a counter's panel show (C2)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, cast

from db import calls, counters, figures, ticket_steps, tickets
from db import queue as rows
from db.queue import QueuedRow
from kiosk.clock import Instant, at_baku, baku_day, to_datetime
from kiosk.hall.at_counter import called, is_left, standing
from kiosk.hall.order import in_order, turn_of
from kiosk.hall.queue_facts import CounterView, QueuedTicket, QueueNow, StepName, TicketState, Undoable
from kiosk.hall.ticket_number import ticket_number
from kiosk.hall.undo import undoable_until


def look(connection: Any, now: Instant, centre: str, early: str, most: int | None = None) -> QueueNow:
    """A centre's queue; `early` is the setting. Of those who wait the first `most` are told, else all.

    It asks the database a few times, however many wait; what it costs goes with how many are told.
    """
    day = baku_day(now)
    today = day.isoformat()
    count, minutes = rows.waited(connection, centre, today, now)
    if most is None:
        waiting = in_order(rows.waiting(connection, centre, today), now, early)
        count = len(waiting)
    else:
        waiting = rows.waiting_first(connection, centre, today, now, early, most)
    elsewhere = rows.at_counters(connection, centre, today)
    at_counters = sorted(
        (row for row in elsewhere if row.state != "parked"), key=lambda row: (row.last_called_at or 0, row.id)
    )
    parked = sorted((row for row in elsewhere if row.state == "parked"), key=lambda row: (row.changed_at, row.id))
    return QueueNow(
        at=to_datetime(now),
        waiting=tuple(_ticket(row, now) for row in waiting),
        called=tuple(_ticket(row, now) for row in reversed(at_counters)),
        parked=tuple(_ticket(row, now) for row in parked),
        late=figures.came_late(
            connection, centre, today, at_baku(day, time()), at_baku(day + timedelta(days=1), time())
        ),
        waiting_count=count,
        waited_minutes=round(minutes / count) if count else 0,
    )


def at_counter(connection: Any, now: Instant, centre: str, number: str, undo_seconds: int) -> CounterView:
    """What a counter sees of itself."""
    counter = counters.find(connection, centre, number)
    if counter is None:
        return CounterView(number, open=True, ticket=None, undoable=None, finished=0, no_show=0)
    live = calls.live_of_counter(connection, counter.id)
    if live is not None and is_left(live.day, now):
        live = None
    ticket = tickets.of_id(connection, live.ticket) if live is not None else None
    counted = ticket_steps.counted(connection, counter.id, at_baku(baku_day(now), time()))
    return CounterView(
        number=counter.number,
        open=bool(counter.open),
        ticket=called(ticket, standing(ticket), live, live.course) if ticket is not None and live is not None else None,
        undoable=_undoable(connection, now, counter.id, undo_seconds),
        finished=counted.get("finish", 0),
        no_show=counted.get("no_show", 0),
    )


def _undoable(connection: Any, now: Instant, counter: int, seconds: int) -> Undoable | None:
    step = ticket_steps.last_of_counter(connection, counter)
    if step is None:
        return None
    last = ticket_steps.last_of_ticket(connection, step.ticket)
    until = undoable_until(step, last, now, seconds)
    if until is None or now > until:
        return None
    return Undoable(cast(StepName, step.act), ticket_number(step.letter, step.number), to_datetime(until))


def _ticket(row: QueuedRow, now: Instant) -> QueuedTicket:
    return QueuedTicket(
        ticket=ticket_number(row.letter, row.number),
        service=row.service,
        state=cast(TicketState, row.state),
        turn=turn_of(row.booked_for, now),
        booked_for=to_datetime(row.booked_for) if row.booked_for is not None else None,
        arrived_at=to_datetime(row.issued_at),
        since=to_datetime(row.changed_at),
        accepted_late=bool(row.accepted_late),
        came_late=bool(row.came_late),
        counter=row.counter,
        to_counter=row.to_counter,
        note=row.note,
    )
