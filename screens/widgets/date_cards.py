"""Seven equal cards of dates: open ones tell free hours and opening, closed ones why they are closed (Q3, Q4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from textual.geometry import Region

from kiosk.booking.facts import Day
from kiosk.language import day_month, day_short, plural, time_range, weekday, weekday_short
from screens.frame import columns
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, fits, wrap
from screens.widgets.touch_area import Spot, TouchArea


@dataclass(frozen=True, slots=True)
class _Inks:
    ground: Colour
    strong: Colour
    soft: Colour


class DateCards(TouchArea):
    """A row of cards with the day as a large figure; in large type two rows of half-row boxes."""

    def __init__(self) -> None:
        super().__init__(id="dates")
        self._days: tuple[Day, ...] = ()
        self._chosen: date | None = None

    def show(self, days: Sequence[Day], chosen: date | None) -> None:
        """Show these dates, one of them perhaps chosen."""
        self._days, self._chosen = tuple(days), chosen
        self.refresh()

    def day_named(self, name: str) -> Day | None:
        """The date with that spot's name."""
        return next((day for day in self._days if day.date.isoformat() == name), None)

    def first_spot(self) -> Spot | None:
        """Where it stood; else the chosen date, else the first open one."""
        if (spot := self.spot(self.cursor)) is not None:
            return spot
        wanted = self._chosen or next((day.date for day in self._days if day.open), None)
        return self.spot(wanted.isoformat()) if wanted is not None else super().first_spot()

    def _cells(self) -> list[Region]:
        count = len(self._days)
        if not count:
            return []
        width, height = self.size
        if self.kiosk.large:
            across = max(4, -(-count // 2))
            high = max(4, height // -(-count // across))
            places = columns(width, across, 2)
            return [
                Region(places[index % across][0], index // across * high, places[index % across][1], high)
                for index in range(count)
            ]
        return [Region(x, 0, each, height) for x, each in columns(width, count, 1)]

    def _inks(self, day: Day) -> _Inks:
        if self.pressed == day.date.isoformat():
            return _Inks("tint", "ink", "soft")
        if not day.open:
            return _Inks("sunken", "ink", "soft")
        if day.date == self._chosen:
            return _Inks("accent", "on-accent", "accent-soft")
        return _Inks("surface", "ink", "soft")

    def spots(self) -> Sequence[Spot]:
        """Every date, also closed ones: a touch on them says why."""
        large = self.kiosk.large
        return [
            Spot(day.date.isoformat(), region, self._inks(day).ground, half=large)
            for day, region in zip(self._days, self._cells(), strict=True)
        ]

    def draw(self, sheet: Sheet) -> None:
        """The cards."""
        for day, region in zip(self._days, self._cells(), strict=True):
            if self.kiosk.large:
                self._draw_box(sheet, day, region)
            else:
                self._draw_card(sheet, day, region)

    def _facts(self, day: Day, width: int, height: int) -> tuple[list[str], list[str]]:
        """The bold lines and those below them, whole words in `width` columns and `height` rows.

        A name that is too long gives way to the kind of day it names; a touch on the card tells it whole.
        """
        language = self.kiosk.language
        if not day.open:
            bold = wrap(self.text("date.closed"), width, height)
            kind = self.text(f"date.reason.{day.reason}")
            names = (day.name.of(language), kind) if day.name is not None else (kind,)
            room = height - len(bold)
            return bold, next((wrap(name, width, room) for name in names if fits(name, width, room)), [])
        free = self.text("date.full") if day.free == 0 else plural(language, "date.free_hours", day.free or 0)
        bold = wrap(free if day.free is not None else "", width, 2)
        lines = [time_range(day.opens, day.closes)] if day.opens is not None and day.closes is not None else []
        room = height - len(bold) - len(lines)
        if day.shortened and fits(shortened := self.text("date.shortened"), width, room):
            lines += wrap(shortened, width, room)
        return bold, lines

    def _draw_card(self, sheet: Sheet, day: Day, region: Region) -> None:
        inks = self._inks(day)
        language = self.kiosk.language
        x, y, width, height = region
        sheet.area(x, y, width, height, inks.ground)
        strong: Colour = inks.strong if day.open else "soft"
        spare = max(0, height - 16)
        top = y + spare // 2
        names = wrap(weekday(language, day.date), width - 2, 2)
        for index, line in enumerate(names):
            sheet.put(x, top + 2 - len(names) + index, width, line, strong, bold=day.open, align="center")
        figure = str(day.date.day)
        rows = figures.pixels(figure)
        sheet.pixels(x + (width - len(rows[0])) // 2, top + 3, rows, strong)
        month_name = day_month(language, day.date).split(" ", 1)[1]
        sheet.put(x, top + 8, width, month_name, inks.soft, align="center")
        bold, lines = self._facts(day, width - 2, min(4 if day.open else 5, height - spare // 2 - 12))
        for row, line in enumerate(bold):
            sheet.put(x, top + 11 + row, width, line, inks.strong, bold=True, align="center")
        for row, line in enumerate(lines, top + 11 + len(bold)):
            sheet.put(x, row, width, line, inks.soft if day.open else inks.strong, align="center")
        if day.date == self._chosen:
            sheet.put(x, top + 15, width, f"✓ {self.text('date.chosen')}", inks.strong, bold=True, align="center")

    def _draw_box(self, sheet: Sheet, day: Day, region: Region) -> None:
        inks = self._inks(day)
        language = self.kiosk.language
        x, y, width, height = region
        sheet.area(x, y, width, height, inks.ground, half=True)
        room = width - 2
        head = f"{day_short(language, day.date)}, {weekday_short(language, day.date)}"
        if day.date == self._chosen:
            head = f"✓ {head}"
        sheet.put(x + 1, y + 1, room, head, inks.strong if day.open else "soft", bold=True)
        bold, lines = self._facts(day, room, height - 3)
        for row, line in enumerate(bold, y + 2):
            sheet.put(x + 1, row, room, line, inks.strong, bold=True)
        for row, line in enumerate(lines, y + 2 + len(bold)):
            sheet.put(x + 1, row, room, line, inks.soft if day.open else inks.strong)
