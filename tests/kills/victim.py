"""A process that does one act and is killed on the way: before a statement, in its commit, or before it answers."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final, NoReturn

import psycopg

from db.patient import PatientConnection
from kiosk.batch.loop import Batch
from kiosk.clock import Instant
from kiosk.settings import Settings
from kiosk.station import Station
from tests.forks import forked

Request = dict[str, Any]
Answer = dict[str, Any]

COMMIT: Final = "COMMIT"


@dataclass(frozen=True)
class Point:
    """When the victim dies.

    Before its statement of that number, counted from 1; one more than there are is after the last one, before the
    answer is told. 0: not at all. `commit_sent` (PostgreSQL): the first commit has left, its answer is not read.
    `commit_begins`: it tells when its first commit begins and goes on; whoever listens kills it when he likes.
    """

    statement: int = 0
    commit_sent: bool = False
    commit_begins: bool = False


@dataclass(frozen=True)
class Death:
    """What the victim told, with which signal it ended, and the statements that it began or would have."""

    answer: Answer | None
    """What it had ready, though it was not told when the victim died before."""
    statements: tuple[str, ...]
    signal: int


class _Counter:
    """Counts the statements of the act under way, whoever executes them, and kills at the point."""

    def __init__(self, point: Point, report: Connection) -> None:
        self._point = point
        self._report = report
        self.statements: list[str] | None = None
        """None until the act begins."""

    def before(self, statement: str, connection: psycopg.Connection[Any] | None = None) -> None:
        if self.statements is None:
            return
        self.statements.append(statement)
        if len(self.statements) == self._point.statement:
            self.die()
        if self.statements.count(COMMIT) == 1 and statement == COMMIT:
            if self._point.commit_begins:
                self._report.send(None)
            if self._point.commit_sent and connection is not None:
                connection.pgconn.send_query(COMMIT.encode())
                while connection.pgconn.flush():
                    pass
                self.die()

    def before_answer(self, answer: Answer) -> None:
        if self.statements is not None and len(self.statements) + 1 == self._point.statement:
            self.die(answer)

    def die(self, answer: Answer | None = None) -> NoReturn:
        self._report.send((answer, self.statements))
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("a SIGKILL cannot be outlived")


def _count_statements(counter: _Counter) -> None:
    """Put the counter between the product and both drivers, beneath SQLAlchemy."""

    class SqliteCursor(sqlite3.Cursor):
        def execute(self, statement: str, *values: Any) -> Any:
            counter.before(statement)
            return super().execute(statement, *values)

        def executemany(self, statement: str, *values: Any) -> Any:
            counter.before(statement)
            return super().executemany(statement, *values)

    class SqliteConnection(sqlite3.Connection):
        def cursor(self, factory: Any = SqliteCursor) -> Any:
            return super().cursor(factory)

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            cursor: sqlite3.Cursor = self.cursor()
            return cursor.execute(statement, *values)

    class PostgresCursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **how: Any) -> Any:
            counter.before(str(query), self.connection)
            return super().execute(query, *values, **how)

        def executemany(self, query: Any, *values: Any, **how: Any) -> None:
            counter.before(str(query), self.connection)
            super().executemany(query, *values, **how)

    open_sqlite, open_postgres = sqlite3.connect, PatientConnection.connect
    sqlite3.dbapi2.connect = lambda *at, **how: open_sqlite(*at, factory=SqliteConnection, **how)  # type: ignore[assignment]
    PatientConnection.connect = lambda *at, **how: open_postgres(*at, cursor_factory=PostgresCursor, **how)  # type: ignore[method-assign]


def _act(settings: Settings, now: Instant, request: Request, point: Point, report: Connection) -> None:
    counter = _Counter(point, report)
    _count_statements(counter)
    station = Station(settings)
    station.clock.set(now)
    station.catalogue()  # read once, so that only the act's own statements are counted
    counter.statements = []
    answer = Batch(station).answer(json.dumps(request).encode())
    counter.before_answer(answer)
    if point.commit_begins:
        signal.pause()  # it was quicker than who kills it
    report.send((answer, counter.statements))


def act(settings: Settings, now: Instant, request: Request, point: Point, spin_seconds: float = 0.0) -> Death:
    """Let a victim do an act, and see how it ended.

    Args:
        settings: its station's.
        now: where its clock stands.
        request: what `batch` is asked.
        point: when it dies.
        spin_seconds: with `commit_begins`, how long after that it is killed.
    """
    process, report = forked(_act, settings, now, request, point)
    told: tuple[Answer | None, list[str]] | None = report.recv()
    if told is None:
        until = time.perf_counter() + spin_seconds
        while time.perf_counter() < until:
            pass
        process.kill()
    process.join()
    report.close()
    answer, statements = told if told is not None else (None, [])
    return Death(answer, tuple(statements), -(process.exitcode or 0))
