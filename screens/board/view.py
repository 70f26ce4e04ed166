"""What the board shows at one moment, out of what the station told: chosen calls, language, and whether it waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.clock import baku_day, to_instant
from kiosk.hall.queue_facts import BoardCall, BoardNow
from kiosk.names import Language, Names

ON_SECONDS: Final = 3.0
INVERSE_SECONDS: Final = 1.0
PAGE_SECONDS: Final = 4.0
"""How long a page of awaited people stands, where they have not all room."""
FLASHES: Final = 3
"""A new call's band stands for three seconds and turns over for one, three times; then it stands."""

Key = tuple[str, str, object]


@dataclass(frozen=True, slots=True)
class BoardView:
    """One picture of the board."""

    language: Language
    clock: str
    top: BoardCall | None = None
    """The newest call that is not over."""
    below: tuple[BoardCall, ...] = ()
    over: frozenset[Key] = frozenset()
    """Which of those below are over."""
    page: int = 0
    pages: int = 1
    """Which of how many pages of awaited people stands below."""
    ways: tuple[Names, ...] = ()
    """The directions of all counters of the hall: what has room depends on them."""
    inverse: bool = False
    waits: bool = False
    """The station has not answered for a while: nothing of what it told last is shown."""
    blank: bool = False
    """It was never asked yet."""


def key_of(call: BoardCall) -> Key:
    """What tells one call from all others; a ticket that is called again is another call."""
    return (call.ticket, call.counter, call.called_at)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which calls of all stand on the board."""

    top: BoardCall | None
    below: tuple[BoardCall, ...]
    page: int = 0
    pages: int = 1


def chosen(now: BoardNow, lines: int, turns: int = 0) -> Choice:
    """The call for the band, and at most `lines` for below it, newest first.

    Where not all have room, people who are still awaited stay on the board before those who sit at their counter
    already; calls that are over fill what is left. More awaited people than lines take turns, page by page: nobody who
    is called is kept from seeing it.

    Args:
        now: what the station told.
        lines: how many have room below the band.
        turns: how often the page was turned.
    """
    if not now.calls:
        return Choice(None, now.past[:lines])
    top, *others = now.calls
    awaited = [call for call in others if not call.serving]
    if lines and len(awaited) > lines:
        pages = -(-len(awaited) // lines)
        page = turns % pages
        first = min(page * lines, len(awaited) - lines)  # the last page is filled up: no line is empty
        return Choice(top, tuple(awaited[first : first + lines]), page, pages)
    kept = sorted(others, key=lambda call: call.serving)[:lines]
    below = [call for call in others if call in kept]
    return Choice(top, (*below, *now.past[: lines - len(below)]))


def is_inverse(since: float) -> bool:
    """Whether the band is turned over, so many seconds after its call came."""
    each = ON_SECONDS + INVERSE_SECONDS
    return 0 <= since < FLASHES * each and since % each >= ON_SECONDS


class NewCalls:
    """Tells which calls were not there before. What it sees first is nothing new: the board was only started."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._seen: set[Key] = set()

    def among(self, now: BoardNow) -> tuple[BoardCall, ...]:
        """The new ones, newest first, of people who are not served yet.

        Calls are committed by many counters at once, so an earlier one may come after a later one: each is known by
        itself, not by the newest time.
        """
        day = baku_day(to_instant(now.at))
        known = self._seen if self._day is not None else {key_of(call) for call in now.calls}
        new = tuple(call for call in now.calls if key_of(call) not in known and not call.serving)
        if day != self._day:
            self._day, self._seen = day, set()
        self._remember((*now.calls, *now.past))
        return new

    def _remember(self, calls: Iterable[BoardCall]) -> None:
        self._seen.update(map(key_of, calls))
