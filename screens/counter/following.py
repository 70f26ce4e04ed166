"""Screens of an operator that show something of the hall, and follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from screens.counter.water.desk import DeskScreen, Operator
from screens.follow import Follower

PAUSE_SECONDS: Final = 0.2
"""At least so long lies between two reads, however much happens in the hall."""


class FollowingScreen(DeskScreen):
    """Reads what it shows again whenever the hall changed."""

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self._follower = Follower(self, self._read, pause=PAUSE_SECONDS)
        self._stop_watching: Callable[[], None] | None = None

    async def _read(self) -> None:
        raise NotImplementedError

    def on_mount(self) -> None:
        """Follow from now on: other counters come and go."""
        app = self.kiosk

        def changed() -> None:
            """Called in a thread of the watcher's, where no app is at hand by itself."""
            app.call_later(self._follow_hall)

        self._stop_watching = app.station.watch_hall(changed)
        self.follow()

    def on_unmount(self) -> None:
        """Follow no more."""
        if self._stop_watching is not None:
            self._stop_watching()

    async def _follow_hall(self) -> None:
        if self.is_current:
            self.follow()

    def follow(self) -> None:
        """Read again what is shown."""
        self._follower.changed()
