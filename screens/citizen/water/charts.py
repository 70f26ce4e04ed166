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
        roomy = sheet.height >= 20
        # Two legends, the line of nothing under each plot, and the months; where there is little room the months stand
        # in the lower line of nothing.
        plots = sheet.height - (7 if roomy else 6)
        high = plots * 9 // 14 if roomy else (plots * 4 + 6) // 7
        y = 1
        unit = self._plot(
            sheet,
            y + 1,
            high,
            [((line.invoiced, "accent", 0, 2), (line.paid, "held-ink", 2, 1)) for line in lines],
            months.SIGN,
        )
        self._money_legend(sheet, y, unit)
        y += high + 2
        low = plots - high
        unit = self._plot(
            sheet,
            y + 1,
            low,
            [((line.consumption, "soft", 0, 3),) for line in lines],
            self.text("water.cubic_metres"),
            months_below=not roomy,
        )
        self._legend_end(sheet, y, self._sample(sheet, _LEGEND_AT, y, 3, "soft", "water.legend.consumption"), unit)
        self._months(sheet, y + low + (2 if roomy else 1))

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

    def _plot(
        self,
        sheet: Sheet,
        top: int,
        rows: int,
        plotted: Sequence[Sequence[Bar]],
        unit: str,
        *,
        months_below: bool = False,
    ) -> str:
        """Gridlines with their labels, the line of nothing unless the months stand there, and the bars.

        Returns:
            The unit of the labels.
        """
        values = [value for bars in plotted for value, *_ in bars if value is not None]
        highest = max([*values, Decimal(0)])
        scale = Scale.of(highest, 2 * rows)
        thousands = highest >= _THOUSAND
        base = top + rows
        plot = sheet.width - _BARS_AT - 2
        if not months_below:
            sheet.text(_BARS_AT, base, "▔" * plot, "line")
        self._label(sheet, base, "0")
        for marked, halves in scale.lines(2 * rows) if highest else ():
            # An even height lies between two rows, an odd one in the middle of a row.
            row = base - (halves + 1) // 2
            line = ("┄" if halves % 2 else "▔ ") * plot
            sheet.text(_BARS_AT, row, line[:plot], "line")
            shown = marked / _THOUSAND if thousands else marked
            self._label(sheet, row, number(self.kiosk.language, shown, months.decimals(shown)))
        pitch = self._pitch(sheet.width)
        for index, bars in enumerate(plotted):
            x = _BARS_AT + index * pitch
            if bars[0][0] is None:
                sheet.text(x + 1, base - 1, months.NONE, "soft")
            for value, colour, at, wide in bars:
                if value is not None and value < 0:
                    sheet.text(x + at, base - 1, _BELOW_NOTHING, "taken-ink")
                elif value is not None and (high := scale.height(value)):
                    self._fill(sheet, x + at, 2 * base - high, wide, high, colour)
        return self.text("water.thousand", unit=unit) if thousands else unit

    def _label(self, sheet: Sheet, y: int, shown: str) -> None:
        sheet.text(_BARS_AT - 1 - len(shown), y, shown, "soft")

    def _fill(self, sheet: Sheet, x: int, half: int, wide: int, halves: int, colour: Colour) -> None:
        """A bar; where themes have few colours the narrow one is shaded, so that it stands apart from the wide one."""
        sheet.fill_halves(x, half, wide, halves, colour)
        if colour == "held-ink" and sheet.palette.framed:
            first = (half + 1) // 2
            last = (half + halves) // 2
            sheet.fill_halves(x, 2 * first, wide, 2 * (last - first), "surface")
            for row in range(first, last):
                sheet.text(x, row, _SHADE * wide, colour)
