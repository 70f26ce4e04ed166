"""Codes that were scanned or typed, presented one after another, each with its own key until it is answered (C1)."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from textual.timer import Timer

from kiosk.errors import Unavailable
from screens.counter.verdict import Presented

if TYPE_CHECKING:
    from screens.counter.base import CounterScreen

RETRY_SECONDS: Final = 5.0
"""How long after the database was away a code that waits is presented again."""
State = Literal["asking", "answered", "unanswered", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A code that is to be presented, and the key of that act: presenting it again is the same act."""

    code: str = field(repr=False)
    key: str = field(default_factory=lambda: secrets.token_hex(16))


class Arriving:
    """Presents codes; a code waits until the database has answered."""

    def __init__(
        self, screen: CounterScreen, staff: int, show: Callable[[Presented], None], state: Callable[[State], None]
    ) -> None:
        """Make it.

        Args:
            screen: on which notes are said, and whose work the calls are.
            staff: who presents them, for the audit.
            show: told each verdict.
            state: told what becomes of asking.
        """
        self._screen = screen
        self._staff = staff
        self._show = show
        self._state = state
        self._queue: deque[_Waiting] = deque()
        self._asking = False
        self._retry: Timer | None = None

    @property
    def waits(self) -> bool:
        """Whether codes wait for an answer that did not come."""
        return bool(self._queue) and not self._asking

    @property
    def asking(self) -> bool:
        """Whether a code is being presented."""
        return self._asking

    def present(self, code: str) -> None:
        """Ask for the verdict over a code, after those that wait."""
        self._queue.append(_Waiting(code))
        self.ask_on()

    def drop(self) -> None:
        """Forget the codes that wait."""
        if not self._asking:
            self._queue.clear()

    def ask_on(self) -> None:
        """Present what waits, one after another."""
        if self._retry is not None:
            self._retry.stop()
            self._retry = None
        if self._queue and not self._asking:
            self._asking = True
            self._screen.start(self._ask_all(), group="arrive", exclusive=False)

    async def _ask_all(self) -> None:
        hall = self._screen.kiosk.station.hall
        try:
            while self._queue:
                waiting = self._queue[0]
                self._state("asking")
                try:
                    arrival = await self._screen.ask(hall.arrive, waiting.key, waiting.code, staff=self._staff)
                except Unavailable:
                    self._asking = False
                    self._screen.on_unavailable()
                    self._state("unanswered")
                    self._retry = self._screen.set_timer(RETRY_SECONDS, self.ask_on)
                    return
                except Exception:
                    self._queue.popleft()
                    self._state("failed")
                    raise
                self._queue.popleft()
                self._screen.answered()
                self._screen.tell_nothing()
                self._state("answered")
                self._show(Presented(waiting.code, arrival))
        finally:
            self._asking = False

    def stop(self) -> None:
        """The screen goes: nothing is asked for any more."""
        if self._retry is not None:
            self._retry.stop()
