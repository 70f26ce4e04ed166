"""Calling and finishing while very many wait, the hall's list, and a counter that finds nobody of its service."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from typing import Any, Final

import psycopg

from benchmarks.arrivals import IN_TURNS
from benchmarks.bare_hall import BareHall
from benchmarks.callers import Side
from benchmarks.crowd import CENTRE, Crowd
from benchmarks.rows import Row, median_ratio, percentile, row
from kiosk.clock import HOUR, baku_day, machine_now
from kiosk.errors import NobodyWaiting
from kiosk.station import Station

WAITING: Final = 5_000
_CALLS: Final = 50
_LOOKS: Final = 5
_SERVICES: Final = ("identity-card-issue", "passport-issue", "driving-licence-exchange")
_MISSING: Final = "birth-registration"
"""What nobody waits for."""
_COUNTERS: Final[dict[Side, str]] = {"ours": "1", "floor": "2"}
_LONELY: Final = "3"
_COLUMNS: Final = (
    "centre", "day", "letter", "number", "service", "state", "issued_at", "station", "booked_for", "language",
    "changed_at",
)  # fmt: skip
_TURNS: Final = (-2 * HOUR, -HOUR, None, 3 * HOUR)
"""For when people are booked, in turn: two whose hour has come, one without a booking, one who is early."""

_Taken = dict[Side, list[float]]


def measure(crowd: Crowd, database: str, rounds: int) -> Iterator[Row]:
    """The rows of one database.

    Args:
        crowd: the filled database, where nobody waits today.
        database: its kind's name.
        rounds: how many chunks of each side; a first pair of them warms up and is not counted.
    """
    hall = _Hall(crowd)
    try:
        calls, finishes, in_vain, looks = (_Chunks() for _ in range(4))
        for number in range(rounds + 1):
            hall.fill_up()
            for side in IN_TURNS[number % 2]:
                called, finished = hall.serve(side)
                told = (
                    (calls, called),
                    (finishes, finished),
                    (in_vain, hall.call_in_vain(side)),
                    (looks, hall.look(side)),
                )
                for chunks, taken in told:
                    if number:
                        chunks.add(side, taken)
    finally:
        hall.close()
    crowded = f"{WAITING:,} wait, {database}"
    yield from calls.rows(f"call_next, {crowded}", p99_at_most=10)
    yield from finishes.rows(f"finish, {crowded}", p99_at_most=10)
    yield from in_vain.rows(f"call_next finds nobody of its service, {crowded}", p99_at_most=50)
    yield from looks.rows(f"the hall's whole list, {crowded}", p50_at_most=100)


class _Chunks:
    """What was taken of one act, chunk by chunk, in milliseconds."""

    def __init__(self) -> None:
        self._middles: _Taken = defaultdict(list)
        self._all: _Taken = defaultdict(list)

    def add(self, side: Side, seconds: Sequence[float]) -> None:
        self._middles[side].append(statistics.median(seconds) * 1000)
        self._all[side] += [one * 1000 for one in seconds]

    def rows(self, name: str, *, p50_at_most: float | None = None, p99_at_most: float | None = None) -> Iterator[Row]:
        yield row(
            f"{name}: p50, ms",
            percentile(self._all["ours"], 0.5),
            percentile(self._all["floor"], 0.5),
            median_ratio(self._middles["ours"], self._middles["floor"]),
            aim=("ours", "at most", p50_at_most) if p50_at_most is not None else None,
        )
        yield row(
            f"{name}: p99, ms",
            percentile(self._all["ours"], 0.99),
            percentile(self._all["floor"], 0.99),
            aim=("ours", "at most", p99_at_most) if p99_at_most is not None else None,
        )


class _Hall:
    """One hall, in which a station and the bare driver work in turns, each at a counter of its own."""

    def __init__(self, crowd: Crowd) -> None:
        self._dsn = crowd.dsn
        self._is_postgres = crowd.dsn.startswith("postgresql")
        self._day = baku_day(machine_now()).isoformat()
        self._numbers = count(1)
        self._keys = count()
        self._missing = WAITING
        self._station = Station(crowd.settings)
        self._bare = BareHall(crowd.dsn)
        self._write(
            "INSERT INTO counters (centre, number) VALUES (%s, %s)",
            [(CENTRE, number) for number in (*_COUNTERS.values(), _LONELY)],
        )
        self._write(
            "INSERT INTO counter_services (counter, service)"
            " SELECT id, %s FROM counters WHERE centre = %s AND number = %s",
            [(_MISSING, CENTRE, _LONELY)],
        )

    def fill_up(self) -> None:
        """Let so many come that WAITING wait."""
        marks = ", ".join(["%s"] * len(_COLUMNS))
        self._write(
            f"INSERT INTO tickets ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names from above
            [self._comer(next(self._numbers)) for _ in range(self._missing)],
        )
        if self._missing == WAITING:
            self._plan_anew()
        self._missing = 0

    def serve(self, side: Side) -> tuple[list[float], list[float]]:
        """Call and serve some; the seconds of each call, and of each finish."""
        self._missing += _CALLS
        number = _COUNTERS[side]
        called, finished = [], []
        for _ in range(_CALLS):
            if side == "floor":
                called.append(self._bare.do("call_next", CENTRE, number))
                self._bare.do("start", CENTRE, number)
                finished.append(self._bare.do("finish", CENTRE, number))
            else:
                began = time.perf_counter()
                ticket = self._station.queue.call_next(self._key(), number).ticket
                called.append(time.perf_counter() - began)
                self._station.queue.start(self._key(), number, ticket)
                finished.append(_seconds(partial(self._station.queue.finish, self._key(), number, ticket)))
        return called, finished

    def call_in_vain(self, side: Side) -> list[float]:
        """Call at a counter whose only service nobody waits for; the seconds of each call."""
        if side == "floor":
            return [self._bare.nobody_of(CENTRE, _MISSING) for _ in range(_LOOKS)]
        return [_seconds(self._find_nobody) for _ in range(_LOOKS)]

    def _find_nobody(self) -> None:
        try:
            called = self._station.queue.call_next(self._key(), _LONELY)
        except NobodyWaiting:
            return
        raise AssertionError(called)

    def look(self, side: Side) -> list[float]:
        """Look at everybody; the seconds of each look."""
        return [
            _seconds((lambda: self._bare.look(CENTRE)) if side == "floor" else self._station.queue.look)
            for _ in range(_LOOKS)
        ]

    def close(self) -> None:
        self._bare.close()
        self._station.close()

    def _comer(self, number: int) -> tuple[Any, ...]:
        now = machine_now()
        turn = _TURNS[number % len(_TURNS)]
        booked_for = None if turn is None else now + turn
        service = _SERVICES[number % len(_SERVICES)]
        return CENTRE, self._day, "W", number, service, "waiting", now, "door", booked_for, "az", now

    def _key(self) -> str:
        return f"calling-{next(self._keys)}"

    def _plan_anew(self) -> None:
        """Let the database see how many wait, as it does by itself after a while."""
        if self._is_postgres:
            with psycopg.connect(self._dsn, autocommit=True) as server:
                server.execute("ANALYZE tickets")
        else:
            with closing(sqlite3.connect(self._dsn)) as file:
                file.execute("ANALYZE tickets")

    def _write(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if self._is_postgres:
            with psycopg.connect(self._dsn) as server, server.cursor() as cursor:
                cursor.executemany(statement.encode(), rows)
        else:
            with closing(sqlite3.connect(self._dsn)) as file, file:
                file.executemany(statement.replace("%s", "?"), rows)


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
