"""The hidden way in: five times within three seconds, on the header's clock or with F9 (docs/technicians.md)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from textual.message import Message

TIMES: Final = 5
SECONDS: Final = 3.0


class ClockTouched(Message):
    """Somebody touched the clock in a header."""


class Gesture:
    """Counts one thing that is done again and again.

    A key that is held is told as a key pressed again and again by every terminal, and as nothing else by most: so the
    gesture counts presses and knows no holding.

    Args:
        elapsed: seconds on a monotonic clock.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._done: deque[float] = deque(maxlen=TIMES)

    def once_more(self) -> bool:
        """It was done once more; whether that completes the gesture, which then begins anew."""
        now = self._elapsed()
        self._done.append(now)
        if len(self._done) == TIMES and now - self._done[0] <= SECONDS:
            self._done.clear()
            return True
        return False
