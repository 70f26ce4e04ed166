"""One call of the station that begins something, whose answer is either taken by the screen or dropped, never both."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Attempt(Generic[T]):
    """What a screen waits for. A person who leaves meanwhile leaves nothing behind that began without them."""

    def __init__(self, act: Callable[[], T], drop: Callable[[T], None] | None = None) -> None:
        """Make it.

        Args:
            act: the call, in a thread.
            drop: undoes its answer when nobody waits for it any more; called on the event loop.
        """
        self._act = act
        self._on_dropped = drop
        self._lock = threading.Lock()
        self._abandoned = False
        self._waiting: list[T] = []
        self._loop = asyncio.get_running_loop()

    def run(self) -> None:
        """In a thread: call, and keep the answer for the screen."""
        result = self._act()
        with self._lock:
            if not self._abandoned:
                self._waiting.append(result)
                return
        # The loop may be closed by now: then the station, which closes too, lets everything go.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._drop, result)

    def take(self) -> T:
        """The answer, for the screen."""
        with self._lock:
            return self._waiting.pop()

    def abandon(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._abandoned = True
            waiting, self._waiting = self._waiting, []
        for result in waiting:
            self._drop(result)

    def _drop(self, result: T) -> None:
        if self._on_dropped is not None:
            self._on_dropped(result)
