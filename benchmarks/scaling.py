"""`./bench scaling`: one PostgreSQL under the stations of a nation, and what it waits for where the curve bends."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.crowd import due_now, fill
from benchmarks.fleet import PROCESSES, Fleet
from benchmarks.nation import Demand, demand
from benchmarks.pressure import KINDS, Pressure, backend_memory, watched
from benchmarks.rows import Row, median_ratio, percentile, row
from benchmarks.visits import ACTS_OF_A_VISIT, Place, Side, Site, open_station
from db.grants import COUNTER
from kiosk.clock import HOUR, baku_day, machine_now, to_instant
from tests.logins import as_login, make_logins
from tests.postgres import Server, running_server

POINTS: Final = (1, 4, 16, 64, 150, 300)
"""So many stations work at a time."""
_SIDES: Final[tuple[Side, Side]] = ("ours", "floor")
_WARMING: Final = 8
"""Visits of each station before it counts: a driver prepares a statement that it sends for the sixth time."""
_SEATS: Final = 100
_FASTEST: Final = 1500
"""Visits a second that no run comes near: so many people are let in."""
_FIRST_NUMBER: Final = 20_000_000
_PATIENCE: Final = 60.0
_PROBES: Final = 300
_WAITING: Final = 60
_LOOKS: Final = 200
_BARE_LOOK: Final = (
    "SELECT id, letter, number, service, state, booked_for, issued_at, changed_at FROM tickets"
    " WHERE centre = %s AND day = %s AND state IN ('waiting', 'called', 'serving', 'parked')"
)
_OPERATOR: Final = (
    "INSERT INTO staff (name, display_name, role, password_hash, created_at)"
    " VALUES ('operator', 'Sınaqlı N.', 'operator', '-', 0) RETURNING id"
)


@dataclass
class _Measured:
    """What was measured of one side in the rounds of one point."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    pressures: list[Pressure] = field(default_factory=list)

    def milliseconds(self, share: float) -> float:
        return percentile(self.waits, share) * 1000

    def an_act(self, whole: str) -> float:
        return sum(float(getattr(pressure, whole)) for pressure in self.pressures) / max(1, len(self.waits))

    def shares(self) -> dict[str, float]:
        together = Pressure()
        for pressure in self.pressures:
            together.seen.update(pressure.seen)
        return together.shares()


Both = dict[Side, _Measured]


class Work:
    """Both sides with all their stations, each on a database of its own of the same server.

    Args:
        server: a server that takes four connections for every station.
        sites: where each side works.
        centres: with their full hours of the coming days, and the services that they give.
        letters: of the services.
        processes: so many share each side's stations.
    """

    def __init__(
        self,
        server: Server,
        sites: Mapping[Side, Site],
        centres: Mapping[str, Sequence[tuple[str, datetime]]],
        letters: Mapping[str, str],
        processes: int = PROCESSES,
    ) -> None:
        self.centres = centres
        self._server = server
        self._sites = sites
        self._letters = letters
        self._numbers = dict.fromkeys(sites, _FIRST_NUMBER)
        self._fleets = {side: Fleet(site, processes) for side, site in sites.items()}
        self._places: list[Place] = []

    def dsn(self, side: Side) -> str:
        """A side's database, by its owner's login."""
        return self._sites[side].dsn

    def open(self, upto: int, *, visits: int = _WARMING) -> None:
        """Open stations until there are so many; new ones do some visits, so that they are warm."""
        names = list(self.centres)
        new = [self._place(number, names[number % len(names)]) for number in range(len(self._places), upto)]
        self._places += new
        for side, fleet in self._fleets.items():
            fleet.open(new)
            fleet.notify(False)  # or those who listen already would make a long thing of it
            fleet.warm(self._deal(side, new, visits))
            fleet.notify(True)
        self.listen(True)

    def listen(self, told: bool) -> None:
        """Let every station of both sides follow its hall, or none."""
        for side, fleet in self._fleets.items():
            fleet.listen(told)
            self._wait_for_ears(side, len(self._places) if told else 0)

    def notify(self, told: bool) -> None:
        """Whether acts tell those who listen."""
        for fleet in self._fleets.values():
            fleet.notify(told)

    def gather(self) -> None:
        """Let all stations go on in one centre, at counters where nobody is yet."""
        self.listen(False)
        centre = next(iter(self.centres))
        self._places = [
            replace(self._place(place.number, centre), counter=f"G{place.number}") for place in self._places
        ]
        for fleet in self._fleets.values():
            fleet.move(self._places)
        self.listen(True)

    def measure(self, rounds: int, seconds: float, *, working: int | None = None, pause: float = 0.0) -> Both:
        """Let the first so many stations of each side work, side by side in turns; the others are there and listen.

        Args:
            rounds: how often each side has its turn.
            seconds: how long a turn is.
            working: how many work; default: all.
            pause: from one act of a station to its next, in seconds; 0: without a pause.
        """
        at_work = self._places[:working]
        visits = seconds / (ACTS_OF_A_VISIT * pause) if pause else seconds * _FASTEST / len(at_work)
        both: Both = {side: _Measured() for side in _SIDES}
        for _, side in product(range(rounds), _SIDES):
            fleet, site, measured = self._fleets[side], self._sites[side], both[side]
            codes = self._deal(side, at_work, int(visits) + 10)
            with watched(site.dsn, self._server.process.pid, fleet.processes) as pressure:
                waits, took = fleet.work(seconds, codes, pause=pause)
            measured.rates.append(len(waits) / took)
            measured.waits += waits
            measured.pressures.append(pressure)
        return both

    def look(self) -> tuple[Pressure, Pressure, list[float], list[float]]:
        """Look at a hall in which people wait, as a counter does at each change: ours, and one bare SELECT of them."""
        site, centre = self._sites["ours"], list(self.centres)[-1]
        codes = due_now(site.dsn, self._numbers["ours"], {centre: _WAITING}, list(self._letters))[centre]
        self._numbers["ours"] += _WAITING
        station = open_station(Place(0, centre, "1", (), {}), site.folder, site.url)
        try:
            for number, code in enumerate(codes):
                station.hall.arrive(f"looked at {number}", code)
            station.queue.look()
            with watched(site.dsn, self._server.process.pid, ()) as ours:
                mine = _timed(station.queue.look)
        finally:
            station.close()
        today = baku_day(machine_now()).isoformat()
        with psycopg.connect(site.dsn, autocommit=True) as connection:
            _timed(lambda: connection.execute(_BARE_LOOK, (centre, today)).fetchall())
            with watched(site.dsn, self._server.process.pid, ()) as floor:
                bare = _timed(lambda: connection.execute(_BARE_LOOK, (centre, today)).fetchall())
        return ours, floor, mine, bare

    def memory(self, side: Side) -> tuple[float, float]:
        """MiB of a side's backends that work, and of those that listen, on average."""
        working, listening = backend_memory(self._sites[side].dsn)
        return statistics.mean(working), statistics.mean(listening)

    def close(self) -> None:
        """Let all of them go."""
        for fleet in self._fleets.values():
            fleet.close()

    def _place(self, number: int, centre: str) -> Place:
        hours = self.centres[centre]
        first = number * 7919 % len(hours)
        turned = (*hours[first:], *hours[:first])
        return Place(number, centre, f"{number // len(self.centres) + 1}", turned, self._letters)

    def _deal(self, side: Side, places: Sequence[Place], each: int) -> dict[int, list[str]]:
        """Book this hour for people until so many are about to come to each place; the new codes, by the station."""
        left = self._fleets[side].left()
        missing = [(place, max(0, each - left[place.number])) for place in places]
        counts: dict[str, int] = defaultdict(int)
        for place, more in missing:
            counts[place.centre] += more
        codes = due_now(self._sites[side].dsn, self._numbers[side], counts, list(self._letters))
        self._numbers[side] += sum(counts.values())
        return {place.number: [codes[place.centre].pop() for _ in range(more)] for place, more in missing}

    def _wait_for_ears(self, side: Side, count: int) -> None:
        """Until so many connections of a side listen: a station begins and ends that beside its work."""
        asked = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE '%listening'"
        )
        until = time.monotonic() + _PATIENCE
        with psycopg.connect(self._sites[side].dsn, autocommit=True) as connection:
            while connection.execute(asked.encode()).fetchone() != (count,):
                assert time.monotonic() < until, "the stations do not listen"
                time.sleep(0.05)


def prepare(stack: ExitStack, folder: Path, server: Server, bookings: int, *, processes: int = PROCESSES) -> Work:
    """Two filled databases on a server, and both sides' processes, without any station yet.

    Args:
        stack: what is to be closed in the end is left there.
        folder: for the stations' files.
        server: the server.
        bookings: of past days, in each database.
        processes: so many share each side's stations.
    """
    sites: dict[Side, Site] = {}
    for side in _SIDES:
        name = stack.enter_context(server.database())
        fill(folder / side, server.url(name), server.dsn(name), bookings, 0)
        make_logins(server)
        with psycopg.connect(server.dsn(name)) as connection:
            connection.execute("UPDATE offers SET capacity = %s", (_SEATS,))
            connection.execute("UPDATE facts SET value = '2' WHERE name = 'reference_version'")
            found = connection.execute(_OPERATOR).fetchone()
        assert found is not None
        sites[side] = Site(side, folder / side, as_login(server.url(name), COUNTER), server.dsn(name), found[0])
    station = open_station(Place(0, "baku-2", "1", (), {}), folder / "look", sites["ours"].url)
    try:
        catalogue = station.catalogue()
        given: dict[str, list[str]] = defaultdict(list)
        for service, centre in sorted(catalogue.capacity):
            given[centre].append(service)
        centres = {
            centre: [
                (service, slot.time)
                for day in station.bookings.dates(services[0], centre)
                if day.open
                for slot, service in product(station.bookings.slots(services[0], centre, day.date).slots, services)
            ]
            for centre, services in given.items()
        }
        letters = {service: known.letter for service, known in catalogue.services.items()}
    finally:
        station.close()
    work = Work(server, sites, centres, letters, processes)
    stack.callback(work.close)
    return work


def nation_of(centres: Mapping[str, Sequence[tuple[str, datetime]]]) -> Demand:
    """What a nation's day asks of centres with these hours."""
    first = {centre: min(hour for _, hour in hours).date() for centre, hours in centres.items()}
    hours = {
        centre: sorted({to_instant(hour) for _, hour in some if hour.date() == first[centre]})
        for centre, some in centres.items()
    }
    closes = {centre: some[-1] + HOUR for centre, some in hours.items()}
    services = {centre: sorted({service for service, _ in some}) for centre, some in centres.items()}
    return demand(hours, closes, services)


def measure(folder: Path, *, quick: bool) -> Iterator[Row]:
    """All rows; about five minutes, quick ones half of one.

    Args:
        folder: for everything that is made on the way.
        quick: few stations and short turns, for development.
    """
    points = POINTS[:3] if quick else POINTS
    rounds, seconds, bookings = (1, 1.0, 2_000) if quick else (3, 2.5, 100_000)
    with ExitStack() as stack:
        server = stack.enter_context(running_server(durable=True, connections=4 * points[-1] + 60))
        work = prepare(stack, folder, server, bookings)
        yield row("one connection, one row and its commit, nothing else: a second", _commits(server))
        yield from _looking(work)
        for count in points:
            work.open(count)
            name = f"{count} station{'s' if count > 1 else ''}"
            yield from _point(name, work.measure(rounds, seconds), evidence=count in (1, 16, points[-1]))
        yield from _variants(work, points[-1], rounds, seconds)
        mine, bare = work.memory("ours"), work.memory("floor")
        for at, what in enumerate(("works", "listens")):
            yield row(f"{points[-1]} stations: memory of a backend that {what}, MiB", mine[at], bare[at])


def _variants(work: Work, count: int, rounds: int, seconds: float) -> Iterator[Row]:
    all_of_them = f"{count} stations"
    yield from _point(
        f"1 station beside {count - 1} that listen", work.measure(rounds, seconds, working=1), evidence=True
    )
    needed = nation_of(work.centres).busiest
    for name, times in (("a nation's busiest minute", 1), ("ten times that", 10)):
        both = work.measure(1, 3 * seconds, pause=count / (needed * times))
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
    if not evidence:
        return
    for what, whole, times in (
        ("the server's processor time of an act, ms", "server_seconds", 1000.0),
        ("processes of the server woken by an act", "server_wakings", 1.0),
        ("the stations' processor time of an act, ms", "caller_seconds", 1000.0),
        ("write-ahead log of an act, KiB", "log_bytes", 1 / 1024),
    ):
        yield row(f"{name}: {what}", ours.an_act(whole) * times, floor.an_act(whole) * times)
    mine, bare = ours.shares(), floor.shares()
    for kind in KINDS:
        yield row(f"{name}: transactions waiting for {kind}, %", mine[kind], bare[kind])


def _looking(work: Work) -> Iterator[Row]:
    ours, floor, mine, bare = work.look()
    name = f"a look at a hall where {_WAITING} wait"
    yield row(f"{name}: p50, ms", percentile(mine, 0.5) * 1000, percentile(bare, 0.5) * 1000)
    times = 1000 / _LOOKS
    yield row(f"{name}: the server's processor time, ms", ours.server_seconds * times, floor.server_seconds * times)


def _timed(do: Callable[[], object]) -> list[float]:
    """How long each of some times took, in seconds."""
    taken = []
    for _ in range(_LOOKS):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return taken


def _commits(server: Server) -> float:
    """How many times a second one connection can make one row durable."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE probe (n integer)")
        begun = time.perf_counter()
        for number in range(_PROBES):
            connection.execute("INSERT INTO probe VALUES (%s)", (number,))
        return _PROBES / (time.perf_counter() - begun)
