"""Both sides of `./bench scaling`: all stations of each, on a database of its own of the same server."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.crowd import due_now, fill
from benchmarks.fleet import PROCESSES, Fleet
from benchmarks.pressure import Pressure, backend_memory, watched
from benchmarks.rows import percentile
from benchmarks.visits import ACTS_OF_A_VISIT, Place, Side, Site, open_station
from db.grants import COUNTER
from kiosk.clock import baku_day, machine_now
from tests.logins import as_login, make_logins
from tests.postgres import Server

SIDES: Final[tuple[Side, Side]] = ("ours", "floor")
_WARMING: Final = 8
"""Visits of each station before it counts: a driver prepares a statement that it sends for the sixth time."""
_SEATS: Final = 100
_FASTEST: Final = 1500
"""Visits a second that no run comes near: so many people are let in."""
_FIRST_NUMBER: Final = 20_000_000
_PATIENCE: Final = 60.0
_ROWS_OF_A_VISIT: Final = {
    "bookings": (1, True),
    "tickets": (1, True),
    "calls": (1, True),
    "ticket_steps": (3, True),
    "audit": (6, True),
    "answers": (6, False),
    "outbox": (2, False),
}
"""How many rows each table gets, and whether they stay longer than a month."""
WAITING: Final = 60
LOOKS: Final = 200
_BARE_LOOK: Final = (
    "SELECT id, letter, number, service, state, booked_for, issued_at, changed_at FROM tickets"
    " WHERE centre = %s AND day = %s AND state IN ('waiting', 'called', 'serving', 'parked')"
)
_OPERATOR: Final = (
    "INSERT INTO staff (name, display_name, role, password_hash, created_at)"
    " VALUES ('operator', 'Sınaqlı N.', 'operator', '-', 0) RETURNING id"
)


@dataclass
class Measured:
    """What was measured of one side in the rounds of one point."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    pressures: list[Pressure] = field(default_factory=list)

    def milliseconds(self, share: float) -> float:
        """How long acts took, so that such a share of them was quicker."""
        return percentile(self.waits, share) * 1000

    def an_act(self, whole: str) -> float:
        """One of `Pressure`'s sums, for each act."""
        return sum(float(getattr(pressure, whole)) for pressure in self.pressures) / max(1, len(self.waits))

    def shares(self) -> dict[str, float]:
        """As `Pressure.shares`, of all rounds."""
        together = Pressure()
        for pressure in self.pressures:
            together.seen.update(pressure.seen)
        return together.shares()


Both = dict[Side, Measured]


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
        both: Both = {side: Measured() for side in SIDES}
        for _, side in product(range(rounds), SIDES):
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
        codes = due_now(site.dsn, self._numbers["ours"], {centre: WAITING}, list(self._letters))[centre]
        self._numbers["ours"] += WAITING
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

    def disk_of_a_visit(self) -> tuple[float, float]:
        """KiB of a visit's rows with their indexes, as our side wrote them: those that stay, those that are purged."""
        kept = passing = 0.0
        with psycopg.connect(self.dsn("ours")) as connection:
            for table, (rows, stays) in _ROWS_OF_A_VISIT.items():
                asked = f"SELECT pg_total_relation_size('{table}') / greatest(1, count(*)) FROM {table}"  # noqa: S608
                found = connection.execute(asked.encode()).fetchone()
                size = rows * float(found[0] if found is not None else 0) / 1024
                kept, passing = (kept + size, passing) if stays else (kept, passing + size)
        return kept, passing

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
    for side in SIDES:
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


def _timed(do: Callable[[], object]) -> list[float]:
    """How long each of some times took, in seconds."""
    taken = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return taken
