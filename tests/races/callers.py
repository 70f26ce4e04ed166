"""Counters that press "next" at the same time, each in a process of its own, until nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import text

from db import calls, queue
from db.calls import CallRow
from db.tickets import FACTS, TicketRow
from kiosk.clock import Instant
from kiosk.errors import CounterBusy, NobodyWaiting, Refusal, Unavailable
from kiosk.hall import steps
from kiosk.hall.at_counter import AtCounter
from kiosk.hall.queue_facts import Called
from kiosk.settings import Settings
from kiosk.station import Station
from tests.forks import forked

_TRIES = 50
"""How slow the machine is decides nothing."""


def _take_the_first_ticket() -> None:
    """Let each "next" first take the day's first ticket, called or not, without a lock: only an index can refuse it."""
    see, begin = queue.next_for, steps.call_next
    blind: list[bool] = []

    def call_next(at: AtCounter, early: str) -> Called:
        blind[:] = [True]
        return begin(at, early)

    def next_for(connection: Any, *rest: Any) -> TicketRow | None:
        if not blind:
            return see(connection, *rest)
        blind.clear()
        return TicketRow._make(connection.execute(FACTS.order_by(text("tickets.id")).limit(1)).one())

    steps.call_next = call_next
    queue.next_for = next_for  # type: ignore[assignment]


def _overlook_whom_one_has() -> None:
    """Let each "next" first not see whom its counter has already."""
    see, begin = calls.live_of_counter, steps.call_next
    blind: list[bool] = []

    def call_next(at: AtCounter, early: str) -> Called:
        blind[:] = [True]
        return begin(at, early)

    def live_of_counter(connection: Any, counter: int) -> CallRow | None:
        if not blind:
            return see(connection, counter)
        blind.clear()
        return None

    steps.call_next, calls.live_of_counter = call_next, live_of_counter


BLINDNESS: dict[str, Callable[[], None]] = {
    "one_live_call_per_ticket": _take_the_first_ticket,
    "one_live_call_per_counter": _overlook_whom_one_has,
}
"""By the index that alone decides then."""


class _Counter:
    """One counter's hands in one process."""

    def __init__(self, station: Station, number: str, process: int) -> None:
        self._queue = station.queue
        self._number = number
        self._keys = (f"press-{process}-{key}" for key in count())

    def empty(self) -> list[str]:
        """Call and serve until nobody waits; whom this process was given."""
        given = []
        while True:
            try:
                given.append(self._asked(self._queue.call_next, self._number).ticket)
            except NobodyWaiting:
                return given
            except CounterBusy as busy:
                self._serve(busy.ticket)  # called by the other hand at this counter
                continue
            self._serve(given[-1])

    def press(self) -> str | None:
        """Call once; whom, or the refusal."""
        try:
            return str(self._asked(self._queue.call_next, self._number).ticket)
        except Refusal as refusal:
            return refusal.error

    def _serve(self, ticket: str) -> None:
        for step in (self._queue.start, self._queue.finish):
            with suppress(Refusal):  # two hands at one counter serve the same person
                self._asked(step, self._number, ticket)

    def _asked(self, step: Callable[..., Any], *what: str) -> Any:
        """What it is told in the end: a database that was too busy is asked again with the same key."""
        key = next(self._keys)
        for _ in range(_TRIES):
            with suppress(Unavailable):
                return step(key, *what)
        raise Unavailable


def _work(
    settings: Settings, now: Instant, process: int, counter: str, once: bool, blind: str | None, orders: Connection
) -> None:
    if blind is not None:
        BLINDNESS[blind]()
    station = Station(settings)
    station.clock.set(now)
    station.catalogue()
    hands = _Counter(station, counter, process)
    orders.send(None)
    with suppress(EOFError):
        orders.recv()
        orders.send([hands.press()] if once else hands.empty())
    station.close()


def pressed(
    settings: Settings, now: Instant, counters: Sequence[str], *, once: bool = False, blind: str | None = None
) -> list[list[str]]:
    """Let processes press "next" together.

    Args:
        settings: each process's, with a name of its own.
        now: where their clocks stand.
        counters: at which counter each process is; two at one are two hands of it.
        once: press once, and tell a refusal by its name; otherwise until nobody waits.
        blind: the index that alone keeps them apart.

    Returns:
        For each process the tickets that it was given.
    """
    started = []
    for process, counter in enumerate(counters):
        own = replace(settings, station=replace(settings.station, name=f"desk-{process}"))
        started.append(forked(_work, own, now, process, counter, once, blind))
    for _, orders in started:
        orders.recv()
    for _, orders in started:
        orders.send(None)
    given = [orders.recv() for _, orders in started]
    for process_, orders in started:
        orders.close()
        process_.join()
    return given
