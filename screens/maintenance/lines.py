"""What a trial told, line after line: light, words, milliseconds; as a tree where it is one (M3)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.language import number
from screens.maintenance.findings import BARS, MARKS
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.care.facts import TrialLine

_TIME: Final = 12
"""Columns for the milliseconds."""
_FEW: Final = 10
_BETWEEN: Final = "   "
"""Between parts of a line that fit side by side."""
_MOST_ROWS: Final = 6
"""Rows that one line may take."""


class Lines(Drawn):
    """Pages of lines; while they come, the last page is shown."""

    def __init__(self) -> None:
        super().__init__(id="lines")
        self._lines: list[TrialLine] = []
        self._page: int | None = None
        """None: the last."""

    @property
    def lines(self) -> tuple[TrialLine, ...]:
        """All of them."""
        return tuple(self._lines)

    def show(self, lines: tuple[TrialLine, ...]) -> None:
        """Show these, from the first page."""
        self._lines = list(lines)
        self._page = 0
        self.refresh()

    def add(self, line: TrialLine) -> None:
        """One more."""
        self._lines.append(line)
        self._page = None
        self.refresh()

    def settle(self) -> None:
        """All of them came: show the page with the first fault, else the first."""
        at = next((place for place, (line, _, _) in enumerate(self._rows()) if line.light == "fault"), 0)
        self._page = at // max(1, self.size.height)
        self.refresh()

    def _rows(self) -> list[tuple[TrialLine, str, bool]]:
        """Every row: its line, the words, and whether it is the line's first."""
        found: list[tuple[TrialLine, str, bool]] = []
        for line in self._lines:
            room = self.size.width - 3 - 3 * line.depth - (_TIME if line.milliseconds is not None else 0)
            words = line.words(self.kiosk.language)
            beside = words.replace("\n", _BETWEEN)
            rows = [beside] if cell_len(beside) <= room else wrap(words, max(10, room), _MOST_ROWS)
            found += [(line, row, place == 0) for place, row in enumerate(rows)]
        return found

    def _milliseconds(self, took: float) -> str:
        """With a decimal while there are few of them."""
        written = number(self.kiosk.language, Decimal(str(took)), 1 if took < _FEW else 0)
        return self.text("maintenance.milliseconds", n=written)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        height = self.size.height
        return max(1, -(-len(self._rows()) // height)) if height else 1

    @property
    def page(self) -> int:
        """Which is shown, from 0."""
        last = self.pages - 1
        return last if self._page is None else max(0, min(self._page, last))

    def turn(self, by: int) -> None:
        """Turn the page; after the last comes the first."""
        self._page = (self.page + by) % self.pages
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """One page of rows."""
        first = self.page * sheet.height
        for y, (line, words, is_first) in enumerate(self._rows()[first : first + sheet.height]):
            x = 3 * line.depth
            if is_first:
                if line.depth:
                    sheet.text(x - 3, y, "└─", "line")
                sheet.text(x, y, MARKS[line.light], BARS[line.light], bold=True)
                if line.milliseconds is not None:
                    took = self._milliseconds(line.milliseconds)
                    sheet.put(sheet.width - _TIME, y, _TIME, took, "soft", align="right")
            sheet.text(x + 3, y, words, "ink" if line.light != "fault" else "taken-ink", bold=line.light == "fault")
