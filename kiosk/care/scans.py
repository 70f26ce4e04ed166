"""When the scanner last read something. What it read is not kept."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import Instant, machine_now


class LastScan:
    """The face notes each scan here; health tells it (M2)."""

    def __init__(self, now: Callable[[], Instant] = machine_now) -> None:
        self._now = now
        self.at: Instant | None = None
        """When, in milliseconds of UTC; None: not since this process started."""

    def note(self) -> None:
        """A code was read."""
        self.at = self._now()
