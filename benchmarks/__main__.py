"""`./bench`: every figure beside its bare floor, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import arrivals, calling, cards, certificates, day, days, frames, greeted, pages, scaling, water
from benchmarks.crowd import Crowd, fill
from benchmarks.rows import Row, median_ratio, row, table
from tests.postgres import running_server

_BOOKINGS, _QUICK_BOOKINGS = 1_000_000, 20_000
_VISITS, _FIRST_VISITS = 300, 50
_SUBSCRIBERS, _QUICK_SUBSCRIBERS, _ALL_SUBSCRIBERS = 100_000, 5_000, 1_000_000


class Bench:
    """What is measured, and how thoroughly.

    Args:
        folder: for everything that is made on the way.
        quick: few bookings and rounds, for development: the figures are not the ones to publish.
        full: as many subscribers as the aims are about, which takes long.

    Attributes:
        told: what was found beside the rows, as Markdown, by the name of its place in the documents.
    """

    def __init__(self, folder: Path, *, quick: bool, full: bool) -> None:
        self.told: dict[str, str] = {}
        self._folder = folder
        self._quick = quick
        self._bookings = _QUICK_BOOKINGS if quick else _BOOKINGS
        self._rounds = 3 if quick else 12
        self._visits = 80 if quick else _VISITS
        self._size = day.SMALL if quick else day.Size()
        self._subscribers = _ALL_SUBSCRIBERS if full else _QUICK_SUBSCRIBERS if quick else _SUBSCRIBERS

    def arrivals(self) -> Iterator[Row]:
        """Arrivals, and a day's slots, on both databases."""
        for name, filled in (("SQLite", self._sqlite), ("PostgreSQL", self._postgres)):
            with filled() as crowd:
                yield from arrivals.measure(crowd, name, self._rounds)
                yield from days.measure(crowd, name, self._rounds)

    def queue(self) -> Iterator[Row]:
        """Calling and finishing in a full hall, and its list, on both databases."""
        for name, filled in (("SQLite", self._sqlite), ("PostgreSQL", self._postgres)):
            with filled() as crowd:
                yield from calling.measure(crowd, name, self._rounds)

    def day(self) -> Iterator[Row]:
        """A whole day at all centres on PostgreSQL, its rules looked at after every minute."""
        replayed = day.replay(self._folder / "day", self._size)
        self.told["day-report"] = day.page(replayed)
        yield from day.rows(replayed)

    @contextmanager
    def _sqlite(self) -> Iterator[Crowd]:
        with tempfile.TemporaryDirectory(prefix="sqlite-", dir=self._folder) as name:
            folder, file = Path(name), Path(name) / "queue.db"
            yield fill(folder / "station", f"sqlite:///{file}", str(file), self._bookings, self._people)

    @contextmanager
    def _postgres(self) -> Iterator[Crowd]:
        with (
            tempfile.TemporaryDirectory(prefix="postgres-", dir=self._folder) as folder,
            running_server(durable=True) as server,
            server.database() as name,
        ):
            yield fill(Path(folder), server.url(name), server.dsn(name), self._bookings, self._people)

    @property
    def _people(self) -> int:
        return arrivals.needed(self._rounds)

    def frames(self) -> Iterator[Row]:
        """The first frame, and the second start."""
        yield from frames.measure(self._folder / "state", self._rounds)

    def grid(self) -> Iterator[Row]:
        """Opening the grid."""
        taken = self._face("openings", 2 * self._rounds)
        yield row(
            "opening the grid, against an empty screen: ms",
            statistics.median(taken["ours"]),
            statistics.median(taken["floor"]),
            median_ratio(taken["ours"], taken["floor"]),
            aim=("ratio", "at most", 1.3),
        )

    def memory(self) -> Iterator[Row]:
        """What visits leave behind."""
        used = self._face("visits", self._visits)
        yield row(
            f"memory over {self._visits} visits, growth after the first {_FIRST_VISITS}: MiB",
            max(used[_FIRST_VISITS:]) - used[_FIRST_VISITS - 1],
            aim=("ours", "at most", 2),
        )

    def cards(self) -> Iterator[Row]:
        """From a card's insertion to the name, to being signed in, to a signature."""
        yield from cards.measure(self._folder / "cards", self._rounds)
        yield from greeted.measure(self._folder / "cards", self._rounds)

    def water(self) -> Iterator[Row]:
        """The registry: loading it, a statement, the desk's search; and a certificate's PDF."""
        files = water.Files(self._folder / "water", self._subscribers)
        file, bare = self._folder / "water.db", self._folder / "water-bare.db"
        place = self._folder / "water-sqlite"
        yield from water.measure(files, place, "SQLite", f"sqlite:///{file}", str(file), str(bare), self._rounds)
        with running_server(durable=True) as server, server.database() as name, server.database() as other:
            urls = (server.url(name), server.dsn(name), server.dsn(other))
            yield from water.measure(files, self._folder / "water-postgres", "PostgreSQL", *urls, self._rounds)
        yield from certificates.measure(self._rounds)

    def scaling(self) -> Iterator[Row]:
        """One PostgreSQL under 1 to 300 stations."""
        measured = scaling.Scaling(self._folder / "scaling", quick=self._quick)
        yield from measured.rows()
        self.told["scaling-needs"] = measured.needs

    def _face(self, what: str, count: int) -> Any:
        folder = self._folder / what
        folder.mkdir()
        command = [sys.executable, "-m", "benchmarks.face", what, str(folder), str(count)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=frames.ROOT)
        return json.loads(done.stdout)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}; load at the start {load:.1f}"


def main() -> None:
    """Measure what was asked for."""
    benches: dict[str, Callable[[Bench], Iterator[Row]]] = {
        "arrivals": Bench.arrivals,
        "queue": Bench.queue,
        "day": Bench.day,
        "frames": Bench.frames,
        "grid": Bench.grid,
        "memory": Bench.memory,
        "cards": Bench.cards,
        "water": Bench.water,
        "scaling": Bench.scaling,
    }
    parser = argparse.ArgumentParser("./bench", description="Measure the product beside its bare floor.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(benches)}; default: all")
    parser.add_argument("--json", action="store_true", help="print rows of name, ours, floor, ratio, aim, met")
    parser.add_argument("--quick", action="store_true", help="few bookings and rounds, for development")
    parser.add_argument("--full", action="store_true", help="a million subscribers for water, which takes long")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into the documents, where they have a place"
    )
    told = parser.parse_args()
    if unknown := set(told.names) - set(benches):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(benches)}")
    if told.write and told.quick:
        parser.error("--quick takes no figures to publish: not with --write")
    rows: list[Row] = []
    machine = _machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        bench = Bench(Path(name), quick=told.quick, full=told.full)
        for chosen in told.names or benches:
            print(f"measuring {chosen} …", file=sys.stderr)
            already = len(rows)
            for measured in benches[chosen](bench):
                rows.append(measured)
                print(json.dumps(measured.as_values(), ensure_ascii=False), file=sys.stderr)
            bench.told[chosen] = table(rows[already:])
    if told.write:
        for name, text in bench.told.items():
            for page in pages.put(name, f"On {machine}, {os.getloadavg()[0]:.1f} at the end.\n\n{text}"):
                print(f"written: {name} in {page.name}", file=sys.stderr)
    if told.json:
        print(json.dumps([measured.as_values() for measured in rows], ensure_ascii=False, indent=1))
        return
    print(
        f"{machine}\n\n{table(rows)}", *(text for name, text in bench.told.items() if name not in benches), sep="\n\n"
    )
    missed = [measured.name for measured in rows if measured.met is False]
    if missed:
        print("\nMissed (docs/performance.md says why):", *missed, sep="\n- ")


if __name__ == "__main__":
    main()
