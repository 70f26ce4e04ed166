"""Reading again what others change: one read at a time, and not more often than is of use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from screens.base import KioskScreen

FIRST_READ_SECONDS: Final = 0.08
"""How long the opening of a screen waits for its first read."""


class Follower:
    """Runs a screen's read after each change that was told; changes that come during a read cause one more."""

    def __init__(self, screen: KioskScreen, read: Callable[[], Awaitable[None]], *, pause: float = 0.0) -> None:
        """Make it; `pause` is how many seconds at least lie between two reads."""
        self._screen = screen
        self._read = read
        self._pause = pause
        self._wanted = False
        self._running = False
        self._once = asyncio.Event()

    async def first(self) -> None:
        """Read for the first time, and wait a moment for it: then the first frame shows the answer, not an empty place.

        When it takes longer the screen opens without.
        """
        self.changed()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._once.wait(), FIRST_READ_SECONDS)

    def changed(self) -> None:
        """Something changed: read, now or after the read that runs."""
        self._wanted = True
        if not self._running:
            self._running = True
            self._screen.start(self._run(), group="follow", exclusive=False)

    async def _run(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                try:
                    await self._read()
                finally:
                    self._once.set()
                if self._pause:
                    await asyncio.sleep(self._pause)
        finally:
            self._running = False
