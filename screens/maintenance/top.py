"""The yellow header: never mistaken for the citizen's face. Who works here, and when the mode ends by itself (M1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.clock import in_baku, to_instant
from kiosk.language import LANGUAGES, time_left
from screens.maintenance.frame import MaintenanceFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot, TouchArea

_CAPS: Final = {"az": "AZ", "ru": "RU", "en": "EN"}
_LANGUAGE_WIDTH: Final = 4
_CLOCK_WIDTH: Final = 8


class MaintenanceTop(TouchArea, can_focus=False):
    """Three rows over the whole width; a touch on a language is told as `TouchArea.Touched` with its code."""

    GROUND = "held"

    def __init__(self, who: Callable[[], str], left: Callable[[], float | None]) -> None:
        """Make it of functions that are asked at each drawing.

        Args:
            who: the technician's name; "" before anybody signed in.
            left: seconds until the mode ends by itself; None: it does not.
        """
        super().__init__(id="top")
        self._who = who
        self._left = left

    def _languages_at(self) -> int:
        left = MaintenanceFrame.of(self.app.size).left
        return self.size.width - left - len(LANGUAGES) * _LANGUAGE_WIDTH + 1

    def spots(self) -> Sequence[Spot]:
        """The languages."""
        start = self._languages_at()
        return [
            Spot(language, Region(start + index * _LANGUAGE_WIDTH, 0, _LANGUAGE_WIDTH, 3), "held", below="held")
            for index, language in enumerate(LANGUAGES)
        ]

    def draw(self, sheet: Sheet) -> None:
        """From both ends; the place in the middle is cut when the room is short."""
        app = self.kiosk
        ink: Colour = "on-held"
        left = MaintenanceFrame.of(app.size).left
        start = self._languages_at()
        for index, language in enumerate(LANGUAGES):
            at = start + index * _LANGUAGE_WIDTH
            chosen = language == app.language
            if chosen:
                sheet.fill(at, 1, _LANGUAGE_WIDTH, 1, "held-ground")
            sheet.text(at + 1, 1, _CAPS[language], "held-ink" if chosen else ink, bold=chosen)
        end = start - 2 - _CLOCK_WIDTH
        sheet.text(end, 1, f"{in_baku(to_instant(app.now())):%H:%M:%S}", ink, bold=True)
        title = sheet.text(left, 1, self.text("maintenance.title"), ink, bold=True)
        words = self._aside(end - title - 6)
        at = end - 3 - cell_len(words)
        sheet.text(at, 1, words, ink)
        room = at - title - 6
        if room >= 8:
            sheet.text(title + 3, 1, fit(self._place(room), room), ink)

    def _aside(self, room: int) -> str:
        """Who works here and when it ends, in as many words as there is room for."""
        left, who = self._left(), self._who()
        if left is None:
            return fit(who, room)
        ends = self.text("maintenance.ends", time=self._time(left))
        short = self.text("maintenance.ends_short", time=self._time(left))
        said = [ends, short]
        if who:
            said = [f"{who} · {ends}", f"{who} · {short}", *said]
        return fit(next((words for words in said if cell_len(words) <= room), short), room)

    def _time(self, seconds: float) -> str:
        return time_left(self.kiosk.language, timedelta(seconds=max(0.0, seconds)))

    def _place(self, room: int) -> str:
        """Station and centre, or the station alone."""
        station = self.kiosk.settings.station.name
        centre = self.kiosk.catalogue.centres.get(self.kiosk.settings.station.centre) if self.kiosk.catalogue else None
        both = f"{station} · {centre.short_name.of(self.kiosk.language)}" if centre is not None else station
        return both if cell_len(both) <= room else station
