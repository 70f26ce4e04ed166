"""Reading again what others change: one read at a time, and not more often than is of use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from screens.base import KioskScreen


class Follower:
    """Runs a screen's read after each change that was told; changes that come during a read cause one more."""

    def __init__(self, screen: KioskScreen, read: Callable[[], Awaitable[None]], *, pause: float = 0.0) -> None:
        """Make it; `pause` is how many seconds at least lie between two reads."""
        self._screen = screen
        self._read = read
        self._pause = pause
        self._wanted = False
        self._running = False

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
                await self._read()
                if self._pause:
                    await asyncio.sleep(self._pause)
        finally:
            self._running = False
