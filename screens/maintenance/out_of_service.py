"""The notice that this machine serves nobody, in three languages at once (M5)."""

from __future__ import annotations

import math
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.language import LANGUAGES, clock, text
from screens.maintenance.frame import MaintenanceFrame
from screens.maintenance.gesture import ClockTouched
from screens.messages import MinuteTurned
from screens.screen import KioskScreen, Placed
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_CLOCK_COLUMNS: Final = 18
_MARK_ROOM: Final = 14


class Notice(Drawn):
    """The mark, and one paragraph for each language: the first line bold, the way on below it."""

    def __init__(self) -> None:
        super().__init__(id="notice")

    def draw(self, sheet: Sheet) -> None:
        """Header with the time, then the paragraphs, spread over the height."""
        app = self.kiosk
        left = MaintenanceFrame.of(app.size).left
        sheet.fill(0, 0, sheet.width, 3, "deep")
        if sheet.palette.framed:
            sheet.text(0, 2, "─" * sheet.width, "on-deep")
        x = sheet.text(left, 1, "ASAN", "on-deep", bold=True)
        x = sheet.text(x, 1, " xidmət", "on-deep")
        sheet.put(x + 3, 1, sheet.width - x - 3 - _CLOCK_COLUMNS, app.centre_name(), "deep-soft")
        sheet.put(0, 1, sheet.width - left, clock(app.now()), "on-deep", bold=True, align="right")
        at = left + _MARK_ROOM
        room = sheet.width - at - left
        paragraphs = [wrap(text(language, "kiosk.out_of_service"), room, 5) for language in LANGUAGES]
        rows = sum(map(len, paragraphs))
        free = sheet.height - 3 - rows
        gap = max(1, min(3, free // (len(paragraphs) + 1)))
        y = 3 + max(1, (sheet.height - 3 - rows - gap * (len(paragraphs) - 1)) // 2)
        end = y + rows + gap * (len(paragraphs) - 1)
        sheet.area(left, y - 1, _MARK_ROOM - 3, end - y + 2, "held-ground")
        sheet.fill(left, y - 1, 1, end - y + 2, "held")
        mark = figures.pixels("!")
        sheet.pixels(left + (_MARK_ROOM - 2 - len(mark[0])) // 2, (y + end) // 2 - 2, mark, "held-ink")
        for lines in paragraphs:
            for number, line in enumerate(lines):
                sheet.put(at, y + number, room, line, bold=number == 0)
            y += len(lines) + gap


class OutOfServiceScreen(KioskScreen):
    """Nothing here can be touched but the clock, for the technician's gesture."""

    idle_seconds = math.inf

    def compose(self) -> ComposeResult:
        """The notice alone."""
        yield Notice()

    def places(self, size: Size) -> Placed:
        """All of the glass."""
        yield from super().places(size)
        yield self.query_one(Notice), Region(0, 0, size.width, size.height)

    def on_click(self, event: events.Click) -> None:
        """Five touches on the clock are the technician's."""
        event.stop()
        if event.screen_y < 3 and event.screen_x >= self.app.size.width - _CLOCK_COLUMNS:
            self.post_message(ClockTouched())

    def on_key(self, event: events.Key) -> None:
        """Of all keys the gesture's alone goes on to the app."""
        if event.key != "f9":
            event.stop()

    def on_minute_turned(self, _event: MinuteTurned) -> None:
        """The clock."""
        self.query_one(Notice).refresh()
