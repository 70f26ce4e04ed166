"""Processes that ask at the same time, each with a station of its own, as sixteen kiosks do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from db import applications
from kiosk.acts import Unit
from kiosk.batch.loop import Batch
from kiosk.booking.room import Room
from kiosk.clock import Instant
from kiosk.errors import Unavailable
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.water.applications import Applications
from kiosk.water.facts import Kind, Subscriber
from kiosk.water.registry import Asked
from tests.forks import forked

Request = dict[str, Any]
"""What `batch` takes."""
Answer = dict[str, Any]
"""What it answers."""
_TRIES = 50
"""How slow the machine is decides nothing."""


def _look_no_more() -> None:
    """Let nobody look before they write, nor wait for a lock: only a constraint can refuse them then."""
    _take_the_first_seat()
    _see_no_application()


def _see_no_application() -> None:
    """Let whoever applies not see an open application about the subscriber."""
    applicable, see = Applications._applicable, applications.open_number

    def blind(desk: Applications, connection: Any, fin: str, kind: Kind, asked: Asked) -> Subscriber:
        applications.open_number = lambda connection, subscriber: None
        try:
            return applicable(desk, connection, fin, kind, asked)
        finally:
            applications.open_number = see

    Applications._applicable = blind  # type: ignore[method-assign, assignment]
    applications.lock_subscriber = lambda connection, code: None


def _take_the_first_seat() -> None:
    """Let a hold take the first seat without looking whether it is occupied."""
    see = Room._free_seat
    seen: list[Unit] = []

    def free_seat(room: Room, unit: Unit, service: str, centre: str, starts_at: Instant, seats: int) -> int | None:
        if seen and seen[0] is unit:
            return see(room, unit, service, centre, starts_at, seats)
        seen[:] = [unit]
        return 1

    Room._free_seat = free_seat  # type: ignore[method-assign, assignment]


def _serve(settings: Settings, now: Instant, blind: bool, orders: Connection) -> None:
    if blind:
        _look_no_more()
    station = Station(settings)
    station.clock.set(now)
    batch = Batch(station)
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            orders.send([_answered(batch, request) for request in orders.recv()])


def _answered(batch: Batch, request: Request) -> Answer:
    """What it is told in the end: a database that was too busy is asked again with the same key, as callers must."""
    for _ in range(_TRIES):
        answer = batch.answer(json.dumps(request).encode())
        if answer.get("error") != Unavailable.error:
            break
    return answer


class Hands:
    """A context in which some processes wait for what to ask.

    Args:
        count: how many.
        settings: what each is told; the stations are called `hand-0`, `hand-1` … unless all share one name.
        now: where their clocks stand.
        one_name: whether all are one station.
        blind: whether a hold does without its look at the seats, an application without its at the open ones.
    """

    def __init__(
        self, count: int, settings: Settings, now: Instant, *, one_name: bool = False, blind: bool = False
    ) -> None:
        self._orders: list[Connection] = []
        self._processes = []
        for number in range(count):
            own = replace(settings, station=replace(settings.station, name=f"hand-{number}"))
            process, orders = forked(_serve, settings if one_name else own, now, blind)
            self._orders.append(orders)
            self._processes.append(process)

    def __enter__(self) -> Hands:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for orders in self._orders:
            orders.close()
        for process in self._processes:
            process.join()

    def ask(self, fights: Sequence[Sequence[Request]]) -> list[list[Answer]]:
        """Let each hand ask its request of every fight, one fight after the other, without waiting for the others.

        Args:
            fights: for each thing that is fought for, one request a hand.

        Returns:
            For each fight the answers of all hands.
        """
        for number, orders in enumerate(self._orders):
            orders.send([fight[number] for fight in fights])
        answers = [orders.recv() for orders in self._orders]
        return [list(fight) for fight in zip(*answers, strict=True)]
