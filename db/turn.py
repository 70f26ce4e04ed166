"""Whose turn it is to write: stations on one SQLite file write one after the other, in the order in which they came.

SQLite's own waiting sleeps longer and longer between its tries, so that among sixteen writers one can starve for
seconds. It remains the truth, though: this only spares it the crowd.

Whoever comes locks a byte of a file beside the database, at the place of the instant it came at. Its turn has come when
nobody holds an earlier place and nobody writes. The kernel frees the places of a process that dies; one that is stopped
makes the others give up after their patience, as SQLite does.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_WRITING: Final = 0
"""The byte that is locked by whoever writes; every other byte is a place in the queue."""
_PAUSE_SECONDS: Final = 0.0005
_LOCK: Final = struct.Struct("hhqqi4x")  # struct flock: type, whence, start, length, process


class StillBusy(Exception):
    """The turn did not come in the time that one is willing to wait."""


class WritersTurn:
    """The queue of one database file, as seen by this process.

    Args:
        database: the database's file; None, and everybody's turn is always.
        patience_seconds: how long to wait for a turn.
        pause: what to do between two looks, for so many seconds.
    """

    def __init__(
        self, database: Path | None, patience_seconds: float, pause: Callable[[float], object] = time.sleep
    ) -> None:
        self._path = database.with_name(f"{database.name}-turn") if database is not None else None
        self._patience = patience_seconds
        self._pause = pause

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A context in which nobody else has the turn.

        Raises:
            StillBusy: it did not come in time.
            OSError: the queue's file cannot be made.
        """
        if self._path is None:
            yield
            return
        # A file description of its own for each unit of work: threads of one process wait for each other too, and
        # closing it leaves the queue.
        queue = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait(queue)
            yield
        finally:
            os.close(queue)

    def _wait(self, queue: int) -> None:
        came = place = time.monotonic_ns()
        while not _locked(queue, place):
            place += 1  # somebody came in the same nanosecond
        while _is_anybody_before(queue, place) or not _locked(queue, _WRITING):
            if time.monotonic_ns() - came > self._patience * 1e9:
                raise StillBusy
            self._pause(_PAUSE_SECONDS)


def _locked(queue: int, byte: int) -> bool:
    """Lock a byte for this file description, if nobody else has it."""
    try:
        fcntl.fcntl(queue, fcntl.F_OFD_SETLK, _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0))
    except (BlockingIOError, PermissionError):
        return False
    return True


def _is_anybody_before(queue: int, place: int) -> bool:
    """Whether another file description holds a place before this one."""
    first = _WRITING + 1
    asked = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, first, place - first, 0)
    kind, *_ = _LOCK.unpack(fcntl.fcntl(queue, fcntl.F_OFD_GETLK, asked))
    return bool(kind != fcntl.F_UNLCK)
