"""One line that is always ready: what is typed anywhere on the screen is searched for."""

from __future__ import annotations

from rich.cells import cell_len

from screens.counter.line import draw_line
from screens.widgets.field import Field
from screens.widgets.sheet import Sheet, fit

_PAD = 2


class SearchLine(Field, can_focus=False):
    """Label, what is typed or a hint, and at its right end how many were found."""

    def __init__(self, hint: str, *, label: str = "service.search", longest: int = 60) -> None:
        super().__init__("search", label, longest=longest)
        self.current = True
        self._what = hint
        self._found = ""

    def show_found(self, words: str) -> None:
        """Say how many were found."""
        if words != self._found:
            self._found = words
            self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """A line in the accent colour below."""
        width, height = sheet.width, sheet.height
        row = height // 2
        sheet.area(0, 0, width, height, "surface")
        sheet.fill_halves(0, 2 * height - 1, width, 1, "accent")
        problem = self.text(self.problem) if self.problem else ""
        aside = fit(problem or self._found, width // 2)
        end = width - _PAD - cell_len(aside)
        sheet.text(end, row, aside, "taken-ink" if problem else "soft", bold=bool(problem))
        x = sheet.text(_PAD, row, self.text(self._label), "soft") + 2
        room = end - x - _PAD
        if self.value:
            draw_line(sheet, x, row, room, self.value, self._caret)
            return
        sheet.text(x, row, "▏", "accent")
        sheet.put(x + 2, row, room - 2, self.text(self._what), "soft")
