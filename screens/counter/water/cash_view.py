"""What is to be checked before cash is counted, and what was counted: labels, values, the amount the largest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

_PAD = 3


class CashView(Drawn):
    """On a surface; with a mark when it is done."""

    def __init__(self, lines: Callable[[], Sequence[tuple[str, str]]], is_done: Callable[[], bool]) -> None:
        super().__init__(id="view")
        self._lines = lines
        self._is_done = is_done

    def draw(self, sheet: Sheet) -> None:
        """A row each, with air where there is room."""
        done = self._is_done()
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        sheet.fill(0, 0, 1, sheet.height, "good" if done else "accent")
        lines = self._lines()
        pitch = 2 if 2 * len(lines) + 1 <= sheet.height else 1
        row = 1
        for index, (label, value) in enumerate(lines):
            mark = "✓ " if done and index == 0 else ""
            sheet.put(_PAD, row, sheet.width - 2 * _PAD, f"{mark}{label}", "soft")
            sheet.put(_PAD, row, sheet.width - 2 * _PAD, value, "ink", bold=True, align="right")
            row += pitch
