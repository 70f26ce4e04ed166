"""The slots of a day: the question behind the grid."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from datetime import time as clock_time

import psycopg

from benchmarks.crowd import CENTRE, Crowd
from benchmarks.rows import Row, median_ratio, row
from kiosk.clock import HOUR, at_baku, machine_now
from kiosk.station import Station

SERVICE = "identity-card-issue"
_CHUNK = 20
_QUERY = (
    "SELECT starts_at, state FROM bookings"
    " WHERE centre = {0} AND service = {0} AND starts_at >= {0} AND starts_at < {0}"
    " AND state IN ('held', 'confirmed', 'active') AND (state <> 'held' OR held_until > {0})"
)


def measure(crowd: Crowd, database: str, rounds: int) -> Iterator[Row]:
    """The row of one database: milliseconds for the first offered day that is open."""
    station = Station(crowd.settings)
    try:
        day = next(day.date for day in station.bookings.dates(SERVICE, CENTRE) if day.open)
        bare = _bare(crowd.dsn, day)
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(rounds + 1):
            ours.append(_chunk(lambda: station.bookings.slots(SERVICE, CENTRE, day)))
            floor.append(_chunk(bare))
    finally:
        station.close()
    mine, theirs = ours[1:], floor[1:]
    yield row(
        f"slots of a day, {database}: ms",
        statistics.median(mine),
        statistics.median(theirs),
        median_ratio(mine, theirs),
        aim=("ours", "at most", 2),
    )


def _chunk(ask: Callable[[], object]) -> float:
    """The milliseconds of the middle one of some askings."""
    taken = []
    for _ in range(_CHUNK):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _bare(dsn: str, day: date) -> Callable[[], object]:
    first = at_baku(day, clock_time())

    def values() -> tuple[str, str, int, int, int]:
        return CENTRE, SERVICE, first, first + 24 * HOUR, machine_now()

    if dsn.startswith("postgresql"):
        server = psycopg.connect(dsn, autocommit=True)
        asked = _QUERY.format("%s").encode()
        return lambda: server.execute(asked, values()).fetchall()
    file = sqlite3.connect(dsn, isolation_level=None)
    question = _QUERY.format("?")
    return lambda: file.execute(question, values()).fetchall()
