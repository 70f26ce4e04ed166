"""The charts of a statement over the months of its table (W8): money with wide and narrow bars, consumption below.

Nothing is told by colour alone: the invoice is the wide bar and the payment the narrow one beside it, in themes of one
colour a shaded one; a month without an invoice has a dash, an underpaid one its `!` in the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from kiosk.language import number
from kiosk.water.facts import Statement
from screens.citizen.water import months
from screens.citizen.water.scale import Scale
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

WIDTH: Final = 55
_BARS_AT: Final = 5
_LEGEND_AT: Final = 3
_END: Final = 3
"""Columns free at the right."""
_THOUSAND: Final = Decimal(1000)
_SHADE: Final = "▒"
_BELOW_NOTHING: Final = "▼"

Bar = tuple[Decimal | None, Colour, int, int]
"""Value, colour, first column within its month, and width."""


class StatementCharts(Drawn):
    """Two bar charts one over the other, on a surface."""

    def __init__(self, statement: Statement, *, id: str = "charts") -> None:
        super().__init__(id=id)
        self._statement = statement

    def draw(self, sheet: Sheet) -> None:
        """Legends, plots and the months' names; what height there is goes to the plots, two thirds to money."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        lines = self._statement.months
        # Beside the plots: air above and below, two legends, the lines of nothing, and the months.
        rows = sheet.height - 7
        high = rows * 2 // 3
        bars: list[Sequence[Bar]] = [((line.invoiced, "accent", 0, 2), (line.paid, "held-ink", 2, 1)) for line in lines]
        unit = self._plot(sheet, 2, high, bars, months.SIGN)
        self._money_legend(sheet, 1, unit)
        y = high + 3
        unit = self._plot(
            sheet,
            y + 1,
            rows - high,
            [((line.consumption, "soft", 0, 3),) for line in lines],
            self.text("water.cubic_metres"),
        )
        self._legend_end(sheet, y, self._sample(sheet, _LEGEND_AT, y, 3, "soft", "water.legend.consumption"), unit)
        self._months(sheet, y + rows - high + 2)

    def _pitch(self, width: int) -> int:
        return max(4, (width - _BARS_AT - 2) // len(self._statement.months))

    def _sample(self, sheet: Sheet, x: int, y: int, wide: int, colour: Colour, key: str) -> int:
        """A sample of a bar and what it stands for; the column after it."""
        self._fill(sheet, x, 2 * y, wide, 2, colour)
        return sheet.text(x + wide + 1, y, self.text(key))

    def _money_legend(self, sheet: Sheet, y: int, unit: str) -> None:
        end = self._sample(sheet, _LEGEND_AT, y, 2, "accent", "water.legend.invoiced")
        end = self._sample(sheet, end + 3, y, 1, "held-ink", "water.legend.paid")
        self._legend_end(sheet, y, end, unit)

    def _legend_end(self, sheet: Sheet, y: int, end: int, unit: str) -> None:
        sheet.put(end + 2, y, sheet.width - _END - end - 2, unit, "soft", align="right")

    def _months(self, sheet: Sheet, y: int) -> None:
        pitch = self._pitch(sheet.width)
        for index, line in enumerate(self._statement.months):
            sheet.put(_BARS_AT + index * pitch, y, 3, months.month_short(self.kiosk.language, line.month), "soft")

    def _plot(self, sheet: Sheet, top: int, rows: int, plotted: Sequence[Sequence[Bar]], unit: str) -> str:
        """Gridlines with their labels, the line of nothing in the middle of the row below, and the bars.

        Returns:
            The unit of the labels.
        """
        values = [value for bars in plotted for value, *_ in bars if value is not None]
        highest = max([*values, Decimal(0)])
        room = 2 * rows + 1
        scale = Scale.of(highest, room)
        thousands = highest >= _THOUSAND
        base = top + rows
        wide = sheet.width - _BARS_AT - 2
        sheet.text(_BARS_AT, base, "─" * wide, "line")
        self._label(sheet, base, "0")
        for marked, halves in scale.lines(room) if highest else ():
            row = base - halves // 2
            sheet.text(_BARS_AT, row, "┄" * wide, "line")
            shown = marked / _THOUSAND if thousands else marked
            self._label(sheet, row, number(self.kiosk.language, shown, months.decimals(shown)))
        pitch = self._pitch(sheet.width)
        for index, bars in enumerate(plotted):
            x = _BARS_AT + index * pitch
            if bars[0][0] is None:
                sheet.text(x + 1, base - 1, months.NONE, "soft")
            for value, colour, at, across in bars:
                if value is not None and value < 0:
                    sheet.text(x + at, base - 1, _BELOW_NOTHING, "taken-ink")
                elif value is not None and (tall := scale.height(value)):
                    self._fill(sheet, x + at, 2 * base + 1 - tall, across, tall, colour)
        return self.text("water.thousand", unit=unit) if thousands else unit

    def _label(self, sheet: Sheet, y: int, shown: str) -> None:
        sheet.text(_BARS_AT - 1 - len(shown), y, shown, "soft")

    def _fill(self, sheet: Sheet, x: int, half: int, wide: int, halves: int, colour: Colour) -> None:
        """A bar; in a theme of one colour the narrow one is shaded, so that it does not melt into the wide one."""
        sheet.fill_halves(x, half, wide, halves, colour)
        if colour == "held-ink" and sheet.palette.hex("accent") == sheet.palette.hex(colour):
            # A sign fills whole rows: half a one at the top counts as one, at the foot it is left out.
            first, last = half // 2, (half + halves) // 2
            sheet.fill(x, first, wide, -(-(half + halves) // 2) - first, "surface")
            for row in range(first, last):
                sheet.text(x, row, _SHADE * wide, colour)
