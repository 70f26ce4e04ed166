"""The hall as this counter last read it: one object, made off the screen's thread, that a list draws from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.hall.queue_facts import Called, CounterView, QueuedTicket, QueueNow, Undoable

if TYPE_CHECKING:
    from kiosk.hall.queue import Queue


@dataclass(frozen=True, slots=True, eq=False)
class HallNow:
    """Queue and counter at one moment. `rows` are those that wait, in calling order, and then the parked ones.

    Of thousands who wait only the first ones may have been read (`is_whole`).
    """

    queue: QueueNow
    view: CounterView
    rows: tuple[QueuedTicket, ...]
    places: Mapping[str, int]
    """Where each ticket stands in `rows`."""
    read_at: float
    """When, on the face's monotonic clock, in seconds."""

    @property
    def is_whole(self) -> bool:
        """Whether all who wait are in `rows`."""
        return len(self.queue.waiting) == self.queue.waiting_count

    @property
    def live(self) -> Called | None:
        """Who is called or served at this counter."""
        return self.view.ticket

    def now(self, elapsed: float) -> datetime:
        """The rule's time by now: the read one and what passed since (aware, UTC)."""
        return self.queue.at + timedelta(seconds=max(0.0, elapsed - self.read_at))

    def find(self, ticket: str | None) -> QueuedTicket | None:
        """A waiting or parked ticket, if it is one."""
        place = self.places.get(ticket) if ticket is not None else None
        return self.rows[place] if place is not None else None

    def undoable(self, elapsed: float) -> Undoable | None:
        """The step that can still be taken back."""
        last = self.view.undoable
        return last if last is not None and self.now(elapsed) <= last.until else None

    def at_counter(self, view: CounterView) -> HallNow:
        """The same with the counter as a step left it; the queue is read again soon."""
        return replace(self, view=view)


def hall_now(queue: QueueNow, view: CounterView, read_at: float) -> HallNow:
    """Make it. Costs some milliseconds for thousands of tickets: not on the screen's thread."""
    rows = (*queue.waiting, *queue.parked)
    return HallNow(
        queue=queue,
        view=view,
        rows=rows,
        places={ticket.ticket: place for place, ticket in enumerate(rows)},
        read_at=read_at,
    )


def read_hall(queue: Queue, counter: str, elapsed: Callable[[], float], most: int | None) -> HallNow:
    """Ask the station for both, of those who wait for the first `most` (None: for all); blocks.

    Raises:
        Unavailable: the database is away.
    """
    read_at = elapsed()
    return hall_now(queue.look(most=most), queue.at_counter(counter), read_at)


def minutes_between(since: datetime, until: datetime) -> int:
    """Whole minutes that passed, never below 0."""
    return max(0, int((until - since).total_seconds() // 60))
