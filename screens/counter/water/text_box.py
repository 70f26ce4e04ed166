"""A field of several lines: what is said to an applicant is read whole before it is sent."""

from __future__ import annotations

from typing import Final

from screens.widgets.field import Field
from screens.widgets.sheet import Sheet

_PAD: Final = 2


def lines_of(text: str, width: int) -> list[tuple[int, str]]:
    """The lines of a text, broken after spaces where there are any: the place of the first sign, and the signs."""
    lines, start = [], 0
    while len(text) - start > width:
        cut = text.rfind(" ", start, start + width) + 1
        end = cut if cut > start else start + width
        lines.append((start, text[start:end]))
        start = end
    return [*lines, (start, text[start:])]


class TextBox(Field, can_focus=False):
    """Label, and below it as many lines as there is room for; the line with the caret is always among them."""

    def draw(self, sheet: Sheet) -> None:
        """Label row and box."""
        self._draw_label(sheet)
        width, height = sheet.width, sheet.height - 1
        sheet.area(0, 1, width, height, "surface")
        if self.problem or self.current:
            sheet.fill(0, 1, 1, height, "taken" if self.problem else "accent")
        lines = lines_of(self.value, max(1, width - 2 * _PAD - 1))
        at = max(index for index, (start, _) in enumerate(lines) if start <= self._caret)
        rows = max(1, height - 2)
        top = max(0, min(at - rows + 1, len(lines) - rows)) if at >= rows else 0
        for row, (start, line) in enumerate(lines[top : top + rows]):
            y = 2 + row
            sheet.text(_PAD, y, line, bold=True)
            if top + row != at or not self.current:
                continue
            column = self._caret - start
            if column < len(line):
                sheet.fill(_PAD + column, y, 1, 1, "accent")
                sheet.text(_PAD + column, y, line[column], "on-accent", bold=True)
            else:
                sheet.text(_PAD + column, y, "▏", "accent")
