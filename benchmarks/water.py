"""The water company's registry with very many subscribers: loading it, one statement, the desk's search."""

from __future__ import annotations

import csv
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg

from benchmarks.crowd import STATION, settings
from benchmarks.rows import Row, median_ratio, percentile, row
from db import migrate
from db import reference as reference_rows
from db.engine import Database
from kiosk.booking.reference import packaged
from kiosk.clock import baku_day, machine_now
from kiosk.identity.signed_in import SignedIn
from kiosk.place import place
from kiosk.station import Station
from kiosk.water.example_water import invented
from kiosk.water.money import to_cubic_metres, to_manat
from kiosk.water.registry_file import COLUMNS
from kiosk.water.registry_import import load
from kiosk.water.statement import last_months

MONTHS: Final = 12
TYPED: Final = (
    "numuneyev misalbey", "sinaqzade baki xetai", "ornek kuc 12 45", "qaralamali xeyalgul oglu", "17-ci esk",
    "100042", "MİSALYEVA ŞƏRTİGÜL SUMQAYIT", "uydurmabeyli n0",
)  # fmt: skip
"""What a clerk types, letter by letter: names, addresses, a code, a FİN, also words that are frequent each."""
_CHUNK: Final = 20
_SELECTS: Final = (
    "SELECT * FROM subscribers WHERE code = {0}",
    "SELECT month, consumption, amount FROM invoices WHERE subscriber = {0} AND month >= {0} AND month <= {0}",
    "SELECT substr(paid_on, 1, 7), sum(amount) FROM payments WHERE subscriber = {0} AND paid_on >= {0}"
    " AND paid_on < {0} GROUP BY 1",
    "SELECT (SELECT sum(amount) FROM invoices WHERE subscriber = {0}),"
    " (SELECT sum(amount) FROM payments WHERE subscriber = {0})",
)
_AUDIT: Final = "INSERT INTO audit (at, station, act, outcome, detail) VALUES ({0}, {0}, 'statement', 'done', {0})"
_BARE_SEARCH: Final = (
    "SELECT word, subscriber FROM subscriber_words WHERE word >= {0} AND word < {0} ORDER BY 1, 2 LIMIT 30"
)


class Files:
    """Subscribers and bills as the company's files, written once for both databases."""

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir(parents=True)
        self.count = count
        self.paths = (folder / "subscribers.csv", folder / "invoices.csv")
        self.rows = 0
        self.holders: list[tuple[str, str]] = []
        """Code and FİN of some of the population."""
        today = baku_day(machine_now())
        with self.paths[0].open("w", encoding="utf-8", newline="") as people, self.paths[1].open("w") as bills:
            written, billed = csv.writer(people), csv.writer(bills)
            written.writerow(COLUMNS["subscribers.csv"])
            billed.writerow(COLUMNS["invoices.csv"])
            for number, one in enumerate(invented(today, 0, count, MONTHS)):
                *plain, _words, balance = one.subscriber
                written.writerow((*plain, to_manat(balance)))
                for code, month, litres, qapik in one.invoices:
                    billed.writerow((code, month, to_cubic_metres(litres), to_manat(qapik)))
                self.rows += 1 + len(one.invoices)
                if number % max(1, count // 2_000) == 0 and plain[1] == "population":
                    self.holders.append((plain[0], plain[2]))


def measure(files: Files, folder: Path, name: str, url: str, dsn: str, bare_dsn: str, rounds: int) -> Iterator[Row]:
    """The rows of one database.

    Args:
        files: what is loaded.
        folder: for the station's files.
        name: of the database, for people.
        url: an empty database, as `[database] url` takes it.
        dsn: the same for its driver.
        bare_dsn: another empty database, for the floor of the import.
        rounds: how many chunks of statements.
    """
    made = settings(folder, url)
    at = place(made)
    try:
        migrate.upgrade(at.database)
        known = packaged()
        at.database.write(lambda connection, now: reference_rows.replace_all(connection, now, known))
        began = time.perf_counter()
        load(at, files.paths, lambda problem: print(problem))
        taken = time.perf_counter() - began
    finally:
        at.database.close()
    bare = _bare_import(files, bare_dsn)
    yield row(
        f"import of {files.count:,} subscribers with {MONTHS} bills each, {name}: rows a second",
        files.rows / taken,
        files.rows / bare,
    )
    station = Station(made)
    try:
        yield _statements(station, files, dsn, name, rounds)
        yield from _searches(station, dsn, files, name)
    finally:
        station.close()


def _statements(station: Station, files: Files, dsn: str, name: str, rounds: int) -> Row:
    picked = random.Random(1)  # noqa: S311 - which subscribers, no secret
    bare = _bare_statement(dsn)
    ours, floor = [], []
    for _ in range(rounds + 1):
        people = picked.choices(files.holders, k=_CHUNK)
        asked = [(SignedIn("card", fin), code) for code, fin in people]
        ours.append(_middle(lambda one: station.water.statements.statement(*one), asked))
        floor.append(_middle(bare, [code for code, _ in people]))
    return row(
        f"statement of one subscriber of {files.count:,}, {name}: ms",
        statistics.median(ours[1:]),
        statistics.median(floor[1:]),
        median_ratio(ours[1:], floor[1:]),
        aim=("ours", "at most", 20),
    )


def _searches(station: Station, dsn: str, files: Files, name: str) -> Iterator[Row]:
    bare = _bare_search(dsn)
    ours, floor = [], []
    for phrase in TYPED:
        for end in range(1, len(phrase) + 1):
            typed = phrase[:end]
            ours.append(_middle(station.water.registry.search, [typed] * 3))
            floor.append(_middle(bare, ["numune"] * 3))
    what = f"search as one types over {files.count:,}, {name}"
    yield row(f"{what}, the middle: ms", statistics.median(ours), statistics.median(floor), median_ratio(ours, floor))
    yield row(f"{what}, 99 of 100: ms", percentile(ours, 0.99), percentile(floor, 0.99), aim=("ours", "at most", 50))


def _middle(ask: Callable[[Any], object], values: Sequence[Any]) -> float:
    """The milliseconds of the middle one of some askings."""
    taken = []
    for value in values:
        began = time.perf_counter()
        ask(value)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _bare_import(files: Files, dsn: str) -> float:
    """Seconds that the driver alone needs for the same rows in the same tables: no check, no search, no audit."""
    if dsn.startswith("postgresql"):
        return _copied(files, dsn)
    database = Database(f"sqlite:///{dsn}", machine_now)
    migrate.upgrade(database)
    database.close()
    with closing(sqlite3.connect(dsn, isolation_level=None)) as connection:
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-262144"):
            connection.execute(f"PRAGMA {setting}")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for path in files.paths:
            columns = COLUMNS[path.name]
            marks = ", ".join("?" * len(columns))
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                next(rows)
                statement = f"INSERT INTO {path.stem} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
                connection.executemany(statement, rows)
        connection.execute("COMMIT")
        return time.perf_counter() - began


def _copied(files: Files, dsn: str) -> float:
    database = Database(dsn.replace("postgresql://", "postgresql+psycopg://"), machine_now)
    migrate.upgrade(database)
    database.close()
    with psycopg.connect(dsn) as connection:
        # the files' decimals, which our tables hold as whole numbers
        for table, columns in (("subscribers", ("opening_balance",)), ("invoices", ("consumption", "amount"))):
            for column in columns:
                connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE numeric")
        connection.commit()
        began = time.perf_counter()
        for path in files.paths:
            names = ", ".join(COLUMNS[path.name])
            copy_from = f"COPY {path.stem} ({names}) FROM STDIN (FORMAT csv, HEADER, FORCE_NOT_NULL ({names}))"
            with path.open("rb") as file, connection.cursor().copy(copy_from) as copy:
                while data := file.read(1 << 20):
                    copy.write(data)
        connection.commit()
        return time.perf_counter() - began


def _bare_statement(dsn: str) -> Callable[[str], object]:
    """The same rows read by the driver alone, and the audit row, committed."""
    execute, mark = _opened(dsn)
    subscriber, billed, paid, sums = (statement.replace("{0}", mark) for statement in _SELECTS)
    audit = _AUDIT.replace("{0}", mark)
    names = last_months(baku_day(machine_now()))

    def look(code: str) -> None:
        execute("BEGIN IMMEDIATE" if mark == "?" else "BEGIN", ())
        execute(subscriber, (code,)).fetchone()
        execute(billed, (code, names[0], names[-1])).fetchall()
        execute(paid, (code, names[0], f"{names[-1]}-99")).fetchall()
        execute(sums, (code, code)).fetchone()
        execute(audit, (machine_now(), STATION, code))
        execute("COMMIT", ())

    return look


def _bare_search(dsn: str) -> Callable[[str], object]:
    """Thirty entries of the index from one word on."""
    execute, mark = _opened(dsn)
    statement = _BARE_SEARCH.replace("{0}", mark)
    return lambda word: execute(statement, (word, word + "\U0010ffff")).fetchall()


def _opened(dsn: str) -> tuple[Callable[..., Any], str]:
    if dsn.startswith("postgresql"):
        return psycopg.connect(dsn, autocommit=True).execute, "%s"
    connection = sqlite3.connect(dsn, isolation_level=None, timeout=30)
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {setting}")
    return connection.execute, "?"
