"""`./bench scaling`: one PostgreSQL under the stations of a nation, and what it waits for where the curve bends."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.nation import VISITS_A_DAY, Demand, demand
from benchmarks.needs import Figures, page
from benchmarks.pressure import KINDS, Pressure
from benchmarks.rows import Row, median_ratio, percentile, row
from benchmarks.sides import LOOKS, WAITING, Both, Work, prepare
from kiosk.clock import HOUR, to_instant
from tests.postgres import Server, running_server

POINTS: Final = (1, 4, 16, 64, 150, 300)
"""So many stations work at a time."""
_PROBES: Final = 300


def nation_of(centres: Mapping[str, Sequence[tuple[str, datetime]]], visits: int = VISITS_A_DAY) -> Demand:
    """What a nation's day asks of centres with these hours."""
    first = {centre: min(hour for _, hour in hours).date() for centre, hours in centres.items()}
    hours = {
        centre: sorted({to_instant(hour) for _, hour in some if hour.date() == first[centre]})
        for centre, some in centres.items()
    }
    closes = {centre: some[-1] + HOUR for centre, some in hours.items()}
    services = {centre: sorted({service for service, _ in some}) for centre, some in centres.items()}
    return demand(hours, closes, services, visits)


class Scaling:
    """The whole measurement; about six minutes, a quick one half a minute.

    Args:
        folder: for everything that is made on the way.
        quick: few stations and short turns, for development.
    """

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._folder = folder
        self._points = POINTS[:3] if quick else POINTS
        self._rounds, self._seconds, self._bookings = (1, 1.0, 2_000) if quick else (3, 2.5, 100_000)
        self.needs = ""
        """What a nation needs by these figures, as Markdown, once all rows were measured."""

    def rows(self) -> Iterator[Row]:
        """Measure, row by row."""
        most = self._points[-1]
        with ExitStack() as stack:
            server = stack.enter_context(running_server(durable=True, connections=4 * most + 60))
            work = prepare(stack, self._folder, server, self._bookings)
            yield row("one connection, one row and its commit, nothing else: a second", _commits(server))
            looked = work.look()
            yield from _looking(*looked)
            alone = None
            for count in self._points:
                work.open(count)
                both = work.measure(self._rounds, self._seconds)
                alone = alone or both["ours"]
                name = f"{count} station{'s' if count > 1 else ''}"
                yield from _point(name, both, evidence=count in (1, 16, most))
            assert alone is not None
            beside = work.measure(self._rounds, self._seconds, working=1)
            yield from _point(f"1 station beside {most - 1} that listen", beside, evidence=True)
            working, listening = work.memory("ours")
            for what, mine, bare in zip(("works", "listens"), (working, listening), work.memory("floor"), strict=True):
                yield row(f"{most} stations: memory of a backend that {what}, MiB", mine, bare)
            yield from self._variants(work)
            kept, passing = work.disk_of_a_visit()
            act = alone.an_act("server_seconds") * 1000
            figures = Figures(
                act_ms=act,
                waking_ms=max(0.0, beside["ours"].an_act("server_seconds") * 1000 - act) / (most - 1),
                look_ms=looked[0].server_seconds * 1000 / LOOKS,
                log_kib=alone.an_act("log_bytes") / 1024,
                working_mib=working,
                listening_mib=listening,
                kept_kib=kept,
                passing_kib=passing,
            )
            once, ten_times = (nation_of(work.centres, visits) for visits in (VISITS_A_DAY, 10 * VISITS_A_DAY))
            self.needs = page(figures, once, ten_times, len(work.centres))

    def _variants(self, work: Work) -> Iterator[Row]:
        rounds, seconds = self._rounds, self._seconds
        all_of_them = f"{self._points[-1]} stations"
        needed = nation_of(work.centres).busiest
        for name, times in (("a nation's busiest minute", 1), ("ten times that", 10)):
            both = work.measure(1, 3 * seconds, pause=self._points[-1] / (needed * times))
            yield from _point(f"{all_of_them}, {name}", both, evidence=times == 10)
        work.notify(False)
        yield from _point(f"{all_of_them}, no NOTIFY", work.measure(rounds, seconds), evidence=True)
        work.notify(True)
        work.listen(False)
        yield from _point(f"{all_of_them}, nobody listens", work.measure(rounds, seconds), evidence=True)
        work.listen(True)
        work.gather()
        yield from _point(f"{all_of_them}, all in one centre", work.measure(rounds, seconds), evidence=True)


def _point(name: str, both: Both, *, evidence: bool = False) -> Iterator[Row]:
    ours, floor = both["ours"], both["floor"]
    rates = statistics.median(ours.rates), statistics.median(floor.rates), median_ratio(ours.rates, floor.rates)
    yield row(f"{name}: acts a second", *rates)
    for share in (50, 99):
        yield row(f"{name}: p{share}, ms", ours.milliseconds(share / 100), floor.milliseconds(share / 100))
    spent = [
        ("the server's processor time of an act, ms", "server_seconds", 1000.0),
        ("processes of the server woken by an act", "server_wakings", 1.0),
    ]
    if evidence:
        spent += [
            ("the stations' processor time of an act, ms", "caller_seconds", 1000.0),
            ("write-ahead log of an act, KiB", "log_bytes", 1 / 1024),
        ]
    for what, whole, times in spent:
        yield row(f"{name}: {what}", ours.an_act(whole) * times, floor.an_act(whole) * times)
    if not evidence:
        return
    mine, bare = ours.shares(), floor.shares()
    for kind in KINDS:
        yield row(f"{name}: transactions waiting for {kind}, %", mine[kind], bare[kind])


def _looking(ours: Pressure, floor: Pressure, mine: list[float], bare: list[float]) -> Iterator[Row]:
    name = f"a look at a hall where {WAITING} wait"
    yield row(f"{name}: p50, ms", percentile(mine, 0.5) * 1000, percentile(bare, 0.5) * 1000)
    times = 1000 / LOOKS
    yield row(f"{name}: the server's processor time, ms", ours.server_seconds * times, floor.server_seconds * times)


def _commits(server: Server) -> float:
    """How many times a second one connection can make one row durable."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE probe (n integer)")
        begun = time.perf_counter()
        for number in range(_PROBES):
            connection.execute("INSERT INTO probe VALUES (%s)", (number,))
        return _PROBES / (time.perf_counter() - begun)
