"""Arrivals over very many bookings: how many a second, and how long a person waits, alone and beside fifteen others."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import islice

from benchmarks.callers import Callers, Side
from benchmarks.crowd import Crowd
from benchmarks.rows import Row, median_ratio, percentile, row

CROWDED = 16
_CHUNK = {1: 250, CROWDED: 800}
IN_TURNS: tuple[tuple[Side, Side], ...] = (("ours", "floor"), ("floor", "ours"))


def needed(rounds: int) -> int:
    """How many people have to be there for `measure`."""
    return sum(2 * chunk * (rounds + 1) for chunk in _CHUNK.values())


def measure(crowd: Crowd, database: str, rounds: int) -> Iterator[Row]:
    """The rows of one database.

    Args:
        crowd: the filled database, with `needed(rounds)` people.
        database: its kind's name.
        rounds: how many chunks of each side; a first pair of them warms up and is not counted.
    """
    codes = iter(crowd.codes)
    for count, chunk in _CHUNK.items():
        rates: dict[Side, list[float]] = {"ours": [], "floor": []}
        waits: dict[Side, list[float]] = {"ours": [], "floor": []}
        callers = Callers(crowd, count)
        for number in range(rounds + 1):
            for side in IN_TURNS[number % 2]:
                seconds, waited = callers.arrive(side, list(islice(codes, chunk)))
                if number:
                    rates[side].append(chunk / seconds)
                    waits[side] += waited
        callers.close()
        yield from _rows(database, count, rates, waits)


def _rows(database: str, count: int, rates: dict[Side, list[float]], waits: dict[Side, list[float]]) -> Iterator[Row]:
    at_once = "1 caller" if count == 1 else f"{count} processes"
    sqlite, alone = database == "SQLite", count == 1
    yield row(
        f"arrivals, {database}, {at_once}: a second",
        statistics.median(rates["ours"]),
        statistics.median(rates["floor"]),
        median_ratio(rates["ours"], rates["floor"]),
        aim=("ratio", "at least", 0.4) if alone else None,
    )
    for share, name in ((0.5, "p50"), (0.99, "p99"), (1.0, "longest wait")):
        aim = {"p99": 10 if alone else 50, "longest wait": None if alone else 1000}.get(name) if sqlite else None
        yield row(
            f"arrivals, {database}, {at_once}: {name}, ms",
            percentile(waits["ours"], share) * 1000,
            percentile(waits["floor"], share) * 1000,
            aim=("ours", "at most", aim) if aim is not None else None,
        )
