"""Counters that do whatever comes to their minds with the same few tickets, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from kiosk.clock import Instant
from kiosk.errors import Refusal
from kiosk.settings import Settings
from kiosk.station import Station
from tests.forks import forked
from tests.stations import OTHER_SERVICE, SERVICE

_STEPS = ("call_next", "call", "call_again", "start", "park", "put_back", "transfer", "no_show", "undo", "finish")
_OFTEN = (1, 1, 1, 1, 1, 1, 1, 1, 1, 0.05)
"""Whoever is finished is out of the game."""


def _step(queue: Any, chance: Random, key: str, counter: str, tickets: Sequence[str]) -> Callable[[], Any]:
    (name,) = chance.choices(_STEPS, _OFTEN)
    step = getattr(queue, name)
    if name in ("call_next", "undo"):
        return lambda: step(key, counter)
    more = {}
    if name == "transfer":
        more = {"to_service": chance.choice((SERVICE, OTHER_SERVICE))}
    ticket = chance.choice(tickets)
    return lambda: step(key, counter, ticket, **more)


def _work(
    settings: Settings, now: Instant, process: int, tickets: Sequence[str], steps: int, orders: Connection
) -> None:
    station = Station(settings)
    station.clock.set(now)
    station.catalogue()
    chance = Random(process)  # noqa: S311 - which key is pressed is no secret
    orders.send(None)
    told: list[str] = []
    with suppress(EOFError):
        orders.recv()
        for number in range(steps):
            counter = str(process // 2)  # two hands at each counter
            press = _step(station.queue, chance, f"step-{process}-{number}", counter, tickets)
            try:
                press()
                told.append("done")
            except Refusal as refusal:
                told.append(refusal.error)
        orders.send(told)
    station.close()


def stepped(settings: Settings, now: Instant, processes: int, tickets: Sequence[str], steps: int) -> list[str]:
    """Let processes do so many steps each, all together; what they were told."""
    started = []
    for process in range(processes):
        own = replace(settings, station=replace(settings.station, name=f"desk-{process}"))
        started.append(forked(_work, own, now, process, tickets, steps))
    for _, orders in started:
        orders.recv()
    for _, orders in started:
        orders.send(None)
    told = [answer for _, orders in started for answer in orders.recv()]
    for process_, orders in started:
        orders.close()
        process_.join()
    return told
