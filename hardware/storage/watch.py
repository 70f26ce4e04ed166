"""Tells when sticks come and go: the kernel wakes whoever polls its table of mounts (proc(5))."""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.storage.mounts import TABLE, Mount

_EVERY: Final = 2.0
"""Seconds after which the table is read anyway: some file systems of containers wake nobody."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StickCame:
    """A stick can be read."""

    mount: Mount


@dataclass(frozen=True, slots=True)
class StickWent:
    """A stick is no longer mounted; what was read from it may be cut."""

    mount: Mount


StorageEvent = StickCame | StickWent


class StickWatch:
    """A daemon thread that tells of every change since it was made.

    Args:
        look: what is mounted now; must not touch the sticks.
        tell: called in the thread, once for each event.
        table: what is polled.
        every: seconds after which it looks anyway.
    """

    def __init__(
        self,
        look: Callable[[], Iterable[Mount]],
        tell: Callable[[StorageEvent], None],
        table: Path = TABLE,
        every: float = _EVERY,
    ) -> None:
        self._look = look
        self._tell = tell
        self._table = table
        self._every = every
        self._known = frozenset(look())
        self._stopped = threading.Event()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread = threading.Thread(target=self._run, name="sticks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell nothing any more. Does not wait; twice is once."""
        if not self._stopped.is_set():
            os.eventfd_write(self._wake, 1)  # before the flag: the thread closes it only once that is set
            self._stopped.set()

    def _run(self) -> None:
        with ExitStack() as opened:
            opened.callback(os.close, self._wake)
            waiting = select.poll()
            waiting.register(self._wake, select.POLLIN)
            try:
                waiting.register(opened.enter_context(self._table.open("rb")), select.POLLPRI)
            except OSError:
                _log.warning("the table of mounts cannot be watched; it is read now and then")
            while not self._stopped.is_set():
                try:
                    self._compare()
                except Exception as error:  # whoever is told may stumble; the next stick is told all the same
                    _log.error("the watch over sticks stumbled over %s", type(error).__name__)
                waiting.poll(self._every * 1000)

    def _compare(self) -> None:
        now = frozenset(self._look())
        before, self._known = self._known, now
        went = sorted(before - now, key=lambda mount: mount.path)
        came = sorted(now - before, key=lambda mount: mount.path)
        events: list[StorageEvent] = [*map(StickWent, went), *map(StickCame, came)]
        for event in events:
            if not self._stopped.is_set():
                self._tell(event)
