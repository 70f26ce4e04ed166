"""Somebody who follows the database, and the threads that this takes."""

from __future__ import annotations

import threading
from collections.abc import Callable

from db.changes import Listener

PATIENCE = 30.0
CALLED, LISTENING = "database-watcher", "database-listener"


class Watching:
    """Somebody who follows, and counts how often it was told."""

    def __init__(self, listener: Listener, hall: str | None = None) -> None:
        self._told = threading.Semaphore(0)
        self.stop = listener.watch(self._told.release, hall=hall).stop

    def is_told(self, patience: float = PATIENCE) -> bool:
        """Whether it is told within so many seconds, or was and nobody looked yet."""
        return self._told.acquire(timeout=patience)

    def forget(self) -> None:
        """What it was told until now does not count."""
        while self._told.acquire(blocking=False):
            continue


def threads_begun() -> Callable[[str], int]:
    """How many threads of a name have been begun from now on that are not over, each time it is asked."""
    before = set(threading.enumerate())
    return lambda name: sum(one.name == name for one in set(threading.enumerate()) - before)
