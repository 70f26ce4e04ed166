"""Tells that something changed, so that faces follow: LISTEN/NOTIFY on PostgreSQL, data_version on SQLite."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Connection

from db.ears import LOST, Bell, open_ear
from db.engine import Database

CHANNEL: Final = "asan_kiosk"
AGAIN_SECONDS: Final = 1.0
"""How often a database that is away is tried again."""


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
    """Somebody who follows the database: called back in a daemon thread of its own, so that nobody waits for it.

    Args:
        channel: what is followed.
        changed: called back. While it runs, further changes become one.
        left: called when it follows no more, at least once.
    """

    def __init__(self, channel: str, changed: Callable[[], None], left: Callable[[Watcher], None]) -> None:
        self.channel = channel
        self._changed = changed
        self._left = left
        self._told = threading.Event()
        self._stopped = False
        threading.Thread(target=self._run, name="database-watcher", daemon=True).start()

    def tell(self) -> None:
        """Something changed."""
        self._told.set()

    def stop(self) -> None:
        """End the thread; it may still call back once. It may do this itself, and anybody may do it twice."""
        self._stopped = True
        self._told.set()
        self._left(self)

    def _run(self) -> None:
        try:
            while True:
                self._told.wait()
                self._told.clear()
                if self._stopped:
                    return
                self._changed()
        finally:
            self._left(self)


class Listener:
    """Tells a station's watchers of every committed change, the station's own included.

    However many watchers there are, they share one connection and one thread that listens; both begin with the first
    watcher and end with the last. A watcher is called back once when listening to it begins, for what happened before.
    A database that is away is tried again each second; its loss counts as a change, and so does its return.

    Args:
        database: what is watched.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._watchers: set[Watcher] = set()
        self._bell: Bell | None = None
        """Of the thread that listens; None while there is none."""

    def watch(self, changed: Callable[[], None], *, hall: str | None = None) -> Watcher:
        """Call back after every change, until it is stopped.

        Args:
            changed: called back in a thread of its own, and gets nothing: whoever follows the database reads anew.
            hall: follow the hall of this centre instead of the grid. SQLite cannot tell the two apart: there every
                change of the database calls back.
        """
        channel = CHANNEL if hall is None else hall_channel(hall)
        with self._lock:
            bell = self._bell or self._begin()
            watcher = Watcher(channel, changed, self._leave)
            self._watchers.add(watcher)
            bell.ring()
        return watcher

    def stop(self) -> None:
        """Stop all watchers."""
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher.stop()

    def _leave(self, watcher: Watcher) -> None:
        with self._lock:
            self._watchers.discard(watcher)
            if self._bell is not None:
                self._bell.ring()

    def _begin(self) -> Bell:
        bell = self._bell = Bell()
        threading.Thread(target=self._listen, args=(bell,), name="database-listener", daemon=True).start()
        return bell

    def _listen(self, bell: Bell) -> None:
        try:
            while self._is_wanted():
                greeted: frozenset[Watcher] = frozenset()
                try:
                    with open_ear(self._database) as ear:
                        while watchers := self._now():
                            ear.follow({watcher.channel for watcher in watchers})
                            _tell(watchers - greeted)
                            greeted = watchers
                            heard = ear.hear(bell)
                            _tell(watcher for watcher in watchers if watcher.channel in heard)
                except LOST:
                    _tell(greeted)  # whoever reads now learns that it is away
                    bell.wait(AGAIN_SECONDS)
        finally:
            with self._lock:
                if self._bell is bell:
                    self._bell = None
            bell.close()

    def _now(self) -> frozenset[Watcher]:
        with self._lock:
            return frozenset(self._watchers)

    def _is_wanted(self) -> bool:
        """Whether somebody watches; if not, whoever begins to do so from now on begins another thread."""
        with self._lock:
            if not self._watchers:
                self._bell = None
            return bool(self._watchers)


def _tell(watchers: Iterable[Watcher]) -> None:
    for watcher in watchers:
        watcher.tell()
