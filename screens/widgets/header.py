"""The citizen's header: whose machine this is, the time of day, and the three languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.geometry import Region

from kiosk.language import LANGUAGES, clock
from screens.maintenance.gesture import ClockTouched
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_CAPS: Final = {"az": "AZ", "ru": "RU", "en": "EN"}


class Header(TouchArea):
    """Three rows over the whole width; a touch on a language is told as `TouchArea.Touched` with its code."""

    GROUND = "deep"

    def __init__(self) -> None:
        super().__init__(id="header")

    def _language_columns(self) -> tuple[int, int]:
        """Where the languages begin, and how wide each is."""
        if self.kiosk.large:
            return self.size.width - 24, 8
        return self.size.width - max(2, self.kiosk.margin) - 30, 10

    def spots(self) -> Sequence[Spot]:
        """The languages."""
        start, each = self._language_columns()
        return [
            Spot(language, Region(start + index * each, 0, each, 3), "deep", below="deep")
            for index, language in enumerate(LANGUAGES)
        ]

    def _clock_at(self) -> int:
        """The column in which the time of day begins."""
        return self._language_columns()[0] - (9 if not self.kiosk.large else 8)

    def on_click(self, event: events.Click) -> None:
        """A touch on the clock is told too: five of them are the technician's way in."""
        if self._clock_at() - 1 <= event.x < self._language_columns()[0]:
            self.post_message(ClockTouched())

    def draw(self, sheet: Sheet) -> None:
        """One row of text in the middle of three."""
        app = self.kiosk
        left = app.margin
        if sheet.palette.framed:
            # The header has nearly the canvas' ground there: a line tells where it ends.
            sheet.text(0, 2, "─" * sheet.width, "on-deep")
        start, each = self._language_columns()
        x = sheet.text(left, 1, "ASAN", "on-deep", bold=True)
        x = sheet.text(x, 1, " xidmət", "on-deep")
        time_at = self._clock_at()
        centre = app.centre_name()
        gap = 2 if app.large else 3
        if centre:
            sheet.put(x + gap, 1, time_at - x - gap - 1, centre, "deep-soft")
        sheet.text(time_at, 1, clock(app.now()), "on-deep", bold=True)
        for index, language in enumerate(LANGUAGES):
            chosen = language == app.language
            ground: Colour = "deep-raise" if chosen else "deep"
            column = start + index * each
            if chosen:
                sheet.area(column, 0, each, 3, ground)
            sheet.put(
                column, 1, each, _CAPS[language], "on-deep" if chosen else "deep-soft", bold=chosen, align="center"
            )
