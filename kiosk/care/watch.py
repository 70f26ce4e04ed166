"""Looking at everything now and then, so that a fault is known although nobody looked when it happened (M2)."""

from __future__ import annotations

import logging
import threading
from typing import Final

from kiosk.care.facts import Finding
from kiosk.care.health import Health

_log = logging.getLogger(__name__)

WATCH_SECONDS: Final = 60.0
"""How long a fault may go by unseen."""


class HealthWatch:
    """A thread that looks while a station runs; the faults that it sees are kept by the page of health.

    Args:
        health: what looks; whoever else uses it takes turns with this.
        seconds: how long between two looks.
    """

    def __init__(self, health: Health, seconds: float = WATCH_SECONDS) -> None:
        self.health = health
        self._seconds = seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)
        self.last: tuple[Finding, ...] = ()
        """What the last look found; empty before the first."""

    def start(self) -> None:
        """Begin to look; once in a lifetime. The first look is not at once: a start has better things to do."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 1.0) -> None:
        """End, and wait so long for a look under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)
        self.health.close()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self.last = self.health.examine()
            except Exception as error:  # the thread must live on, and a trace may hold a person's data
                _log.error("the watch over health stumbled over %s", type(error).__name__)
