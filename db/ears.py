"""How a change of the database is heard: LISTEN on PostgreSQL, data_version on SQLite; one connection, one thread."""

from __future__ import annotations

import math
import select
import socket
import sqlite3
import time
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager, suppress
from typing import Any, Final, Protocol

import psycopg
from psycopg.conninfo import make_conninfo

from db.engine import Database
from db.patient import PatientConnection
from db.servers import PATIENCE

POLL_SECONDS: Final = 0.25
"""How often a SQLite file is asked whether another connection changed it."""

ASK_SECONDS: Final = 12.0
"""How often a PostgreSQL that told nothing is asked whether it is there."""

ANSWER_SECONDS: Final = 6.0
"""How long its answer is waited for until it counts as lost."""

PAUSE_SECONDS: Final = 0.05
"""How long the first of several notices waits for the others, on PostgreSQL."""

LOST: Final = (psycopg.Error, sqlite3.Error)
"""What an ear raises when the database is away."""


class Bell:
    """Wakes the one thread that waits for it, also from its wait for a server; rung by any thread, before or during."""

    def __init__(self) -> None:
        self._heard, self._rung = socket.socketpair()
        self._heard.setblocking(False)
        self._rung.setblocking(False)

    def ring(self) -> None:
        """End the wait that is under way, or else the next one."""
        with suppress(BlockingIOError):  # it is full of rings that nobody has heard yet
            self._rung.send(b"!")

    def wait(self, seconds: float, *also: Any) -> bool:
        """Wait until it rings, for so long at most.

        Args:
            seconds: less than none is none.
            also: what else ends the wait when there is something to read from it.

        Returns:
            Whether there is something to read from one of those.
        """
        # select.select would fail in a process that has more than a thousand files open
        poll = select.poll()
        for readable in (self._heard, *also):
            poll.register(readable, select.POLLIN)
        ready = {number for number, _ in poll.poll(math.ceil(max(0.0, seconds) * 1000))}
        if self._heard.fileno() not in ready:
            return bool(ready)
        self._heard.recv(4096)
        return len(ready) > 1

    def close(self) -> None:
        """It is rung and waited for no more."""
        self._heard.close()
        self._rung.close()


class Ear(Protocol):
    """Used by one thread alone. Each method raises one of `LOST` when the database is away."""

    def follow(self, channels: Set[str]) -> None:
        """Hear of these and no others; whatever is committed after the answer is heard."""

    def hear(self, bell: Bell) -> Set[str]:
        """Wait until something changed, or the bell rings, or some time is over; the channels that were told of."""


class _PostgresEar:
    def __init__(self, connection: PatientConnection) -> None:
        self._connection = connection
        self._followed: Set[str] = frozenset()
        self._heard: set[str] = set()
        """What was told of and not answered yet."""
        self._ask_at = time.monotonic() + ASK_SECONDS

    def follow(self, channels: Set[str]) -> None:
        for channel in channels - self._followed:
            self._ask(f"LISTEN {channel}")
        for channel in self._followed - channels:
            self._ask(f"UNLISTEN {channel}")
        self._followed = channels

    def hear(self, bell: Bell) -> Set[str]:
        if not self._heard and bell.wait(self._ask_at - time.monotonic(), self._connection):
            # whoever sends many, for whatever reason, is heard a few times a second
            bell.wait(PAUSE_SECONDS)
            self._read()
        if not self._heard and time.monotonic() >= self._ask_at:
            self._ask("SELECT 1")  # a server that stands still says nothing of it
            self._ask_at = time.monotonic() + ASK_SECONDS
        heard, self._heard = self._heard, set()
        return heard

    def _ask(self, statement: str) -> None:
        self._connection.execute(statement.encode())
        self._read()  # notices that came with the answer are here: no wait would end for them

    def _read(self) -> None:
        """Take the notices that are here, without waiting for one."""
        self._heard.update(notice.channel for notice in self._connection.notifies(timeout=0))


class _SqliteEar:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._followed: Set[str] = frozenset()
        self._seen = self._version()

    def follow(self, channels: Set[str]) -> None:
        self._followed = channels

    def hear(self, bell: Bell) -> Set[str]:
        bell.wait(POLL_SECONDS)
        version = self._version()
        if version == self._seen:
            return frozenset()
        self._seen = version
        return self._followed

    def _version(self) -> int:
        """Another number after each commit of another connection; it means nothing to any other one."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)


@contextmanager
def open_ear(database: Database) -> Iterator[Ear]:
    """An ear with a connection of its own, which is closed after the block.

    Raises:
        psycopg.Error, sqlite3.Error: the database is away.
    """
    if database.is_sqlite:
        with closing(sqlite3.connect(f"file:{database.url.database or ''}?mode=ro", uri=True)) as file:
            yield _SqliteEar(file)
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    name = f"{database.application}, listening"
    told = make_conninfo(url, connect_timeout=5, fallback_application_name=name, **PATIENCE)
    with PatientConnection.connect(told, autocommit=True) as connection:
        connection.patience = ANSWER_SECONDS
        yield _PostgresEar(connection)
