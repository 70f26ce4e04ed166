"""Time that runs out: until when an hour is kept, and when the screen clears itself (face.md, "Countdown").

Both say it in words first; the bar only supports that. They look at a clock that is given to them, so nothing here is
late when a timer was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from textual.message import Message

from kiosk.language import clock, plural, time_left
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_SECOND: Final = 1.0
_BAR_AT: Final = 3


class RanOut(Message):
    """The time is over; told once."""

    def __init__(self, widget: Drawn) -> None:
        super().__init__()
        self.widget = widget


class Countdown(Drawn):
    """The yellow panel "this hour is kept for you until …", or what else ends then.

    With the minutes in words and a half-row bar that drains.
    """

    def __init__(
        self,
        until: datetime,
        whole: timedelta,
        now: Callable[[], datetime],
        *,
        kept: str = "code.kept",
        id: str | None = None,
    ) -> None:
        """Count down to `until`; `whole` is how long a full bar is, `now` the rule's clock.

        `kept` is the message key of what lasts until then; it gets `time`.
        """
        super().__init__(id=id)
        self._kept = kept
        self._until = until
        self._whole = whole
        self._now = now
        self._over = False
        self._shown: tuple[str, int] = ("", 0)

    @property
    def left(self) -> timedelta:
        """What is left, never below zero."""
        return max(timedelta(0), self._until - self._now())

    def restart(self, until: datetime) -> None:
        """Count down to another moment."""
        self._until = until
        self._over = False
        self.refresh()

    def on_mount(self) -> None:
        """Look at the clock once a second."""
        self.set_interval(_SECOND, self.look)

    def look(self) -> None:
        """Draw anew if that shows something else; tell when the time is over."""
        if self._shows(self.size.width) != self._shown:
            self.refresh()
        if not self.left and not self._over:
            self._over = True
            self.post_message(RanOut(self))

    def _shows(self, width: int) -> tuple[str, int]:
        """Words, and how many cells of the bar are left."""
        left = self.left
        return time_left(self.kiosk.language, left), ceil(_bar_room(width) * min(1.0, left / self._whole))

    def draw(self, sheet: Sheet) -> None:
        """Bar at the left edge, words, draining bar, words."""
        self._shown = words, cells = self._shows(sheet.width)
        if sheet.height < 5:
            # No row is left for the frame that some themes draw.
            sheet.fill(0, 0, sheet.width, sheet.height, "held-ground")
        else:
            sheet.area(0, 0, sheet.width, sheet.height, "held-ground")
        sheet.fill(0, 0, 1, sheet.height, "held")
        x, room = _BAR_AT, _bar_room(sheet.width)
        kept = self.text(self._kept, time=clock(self._until))
        left = self.text("code.left", left=words)
        if sheet.height < 5:
            sheet.put(x, 0, sheet.width - x, kept, "held-ink", bold=True)
            after = sheet.text(x, 1, left, "held-ink") + 2
            cells = cells * (sheet.width - after - 2) // room
            _bar(sheet, after, 2 * 1, sheet.width - after - 2, cells)
            return
        top = (sheet.height - 4) // 2
        sheet.put(x, top, room, kept, "held-ink", bold=True)
        _bar(sheet, x, 2 * (top + 1) + 1, room, cells)
        sheet.put(x, top + 3, room, left, "held-ink")


def _bar(sheet: Sheet, x: int, half: int, room: int, cells: int) -> None:
    sheet.fill_halves(x, half, room, 1, "held")
    sheet.fill_halves(x, half, cells, 1, "held-ink")


def _bar_room(width: int) -> int:
    return max(1, width - 2 * _BAR_AT)


class ClearingLine(Drawn):
    """The line at the foot of a verdict: in how many seconds the screen clears itself."""

    def __init__(self, seconds: float, elapsed: Callable[[], float], *, id: str | None = None) -> None:
        """Count `seconds` from now; `elapsed` is a clock of elapsed seconds."""
        super().__init__(id=id)
        self._seconds = seconds
        self._elapsed = elapsed
        self._start = elapsed()
        self._over = False

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._seconds - (self._elapsed() - self._start))

    def restart(self) -> None:
        """Count anew."""
        self._start = self._elapsed()
        self._over = False
        self.refresh()

    def on_mount(self) -> None:
        """Look at the clock once a second."""
        self.set_interval(_SECOND, self.look)

    def look(self) -> None:
        """Draw anew; tell when the time is over."""
        self.refresh()
        if not self.left and not self._over:
            self._over = True
            self.post_message(RanOut(self))

    def draw(self, sheet: Sheet) -> None:
        """Words, and a line that gets shorter, beside or under them."""
        words = plural(self.kiosk.language, "arrival.clears", ceil(self.left))
        lines = wrap(words, sheet.width, max(1, sheet.height - 1))
        beside = len(lines) == 1 and len(words) + 3 + 12 <= sheet.width
        top = (sheet.height - len(lines) - (0 if beside else 1) + 1) // 2
        for row, line in enumerate(lines):
            sheet.put(0, top + row, sheet.width, line, "soft")
        x = len(words) + 3 if beside else 0
        room = min(30, sheet.width - x)
        come = ceil(room * self.left / self._seconds)
        row = top if beside else top + len(lines)
        sheet.text(x, row, "━" * come, "accent")
        sheet.text(x + come, row, "─" * (room - come), "line")
