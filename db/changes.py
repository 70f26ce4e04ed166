"""Tells that something changed, so that faces follow: LISTEN/NOTIFY on PostgreSQL, data_version on SQLite."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection

from db.engine import Database
from db.servers import PATIENCE

CHANNEL: Final = "asan_kiosk"
POLL_SECONDS: Final = 0.25
"""How often a SQLite file is asked whether another connection changed it."""

ASK_SECONDS: Final = 12.0
"""How often a PostgreSQL that told nothing is asked whether it is there."""

ANSWER_SECONDS: Final = 6.0
"""How long its answer is waited for until it counts as lost."""

_PAUSE_SECONDS: Final = 0.05
"""How long the first of several notices waits for the others, on PostgreSQL."""


def announce(connection: Connection) -> None:
    """Tell listening stations, at the commit of this transaction, that the grid changed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def announce_hall(connection: Connection, centre: str) -> None:
    """Tell whoever follows a centre's hall, at the commit of this transaction, that its queue or counters changed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {hall_channel(centre)}")


def hall_channel(centre: str) -> str:
    """The name of a centre's channel: an identifier of PostgreSQL, however long and whatever the centre's id is."""
    return f"{CHANNEL}_hall_{hashlib.sha256(centre.encode()).hexdigest()[:24]}"


class Watcher:
    """A daemon thread that calls back after every committed change, its own station's included.

    The callback runs in that thread and gets nothing: whoever follows the database reads anew. A PostgreSQL that is
    away is tried again each second; its loss counts as a change, and so does its return.

    Args:
        database: what is watched.
        changed: called back.
        hall: follow the hall of this centre instead of the grid. SQLite cannot tell the two apart: there every change
            of the database calls back.
    """

    def __init__(self, database: Database, changed: Callable[[], None], *, hall: str | None = None) -> None:
        self._database = database
        self._changed = changed
        self._channel = CHANNEL if hall is None else hall_channel(hall)
        self._stop = threading.Event()
        target = self._poll_sqlite if database.is_sqlite else self._listen_postgres
        self._thread = threading.Thread(target=target, name="database-watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; it may still call back once."""
        self._stop.set()

    def _poll_sqlite(self) -> None:
        path = self._database.url.database or ""
        while not self._stop.is_set():
            try:
                connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                try:
                    self._follow_data_version(connection)
                finally:
                    connection.close()
            except sqlite3.Error:
                self._stop.wait(1.0)

    def _follow_data_version(self, connection: sqlite3.Connection) -> None:
        seen = connection.execute("PRAGMA data_version").fetchone()
        while not self._stop.wait(POLL_SECONDS):
            version = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                self._changed()

    def _listen_postgres(self) -> None:
        from db.patient import PatientConnection

        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        name = f"{self._database.application}, listening"
        told = make_conninfo(url, connect_timeout=5, fallback_application_name=name, **PATIENCE)
        while not self._stop.is_set():
            listening = False
            try:
                with PatientConnection.connect(told, autocommit=True) as connection:
                    connection.patience = ANSWER_SECONDS
                    connection.execute(f"LISTEN {self._channel}".encode())
                    listening = True
                    self._changed()
                    self._hear(connection)
            except psycopg.Error:
                if listening:
                    self._changed()  # whoever reads now learns that it is away
                self._stop.wait(1.0)

    def _hear(self, connection: psycopg.Connection[Any]) -> None:
        asked = time.monotonic()
        while not self._stop.is_set():
            if any(True for _ in connection.notifies(timeout=1.0, stop_after=1)):
                # whoever sends many, for whatever reason, is heard a few times a second
                self._stop.wait(_PAUSE_SECONDS)
                for _ in connection.notifies(timeout=0):
                    continue
                self._changed()
            elif time.monotonic() - asked >= ASK_SECONDS:
                connection.execute(b"SELECT 1")  # a server that stands still says nothing of it
                asked = time.monotonic()
