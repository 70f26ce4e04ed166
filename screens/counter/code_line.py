"""The field on top of the workplace: it takes what is scanned or typed, wherever the operator looks (face.md, 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.line import draw_line
from screens.widgets.field import Field
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot

LONGEST: Final = 400
"""A QR's content is digits, a few hundred of them; a slow scanner types them like a person."""
_PAD: Final = 2


class CodeLine(Field, can_focus=False):
    """One line of text that is always ready; the spot at its right end does what Enter does."""

    def __init__(self) -> None:
        super().__init__("code", "counter.code", longest=LONGEST)
        self.current = True
        self._finding = False

    @property
    def finding(self) -> bool:
        """Whether what is typed looks for a ticket in the hall, and presents no code."""
        return self._finding

    @finding.setter
    def finding(self, finding: bool) -> None:
        self._finding = finding
        self.refresh()

    def _enter_words(self) -> str:
        return f"Enter  {self.text('button.open' if self._finding else 'button.activate')}"

    def spots(self) -> Sequence[Spot]:
        """Activate, and the rest of the line, which only says where typing goes."""
        wide = cell_len(self._enter_words()) + 2 * _PAD
        width, height = self.size
        return (
            Spot("line", Region(0, 0, width - wide, height)),
            Spot("activate", Region(width - wide, 0, wide, height)),
        )

    def draw(self, sheet: Sheet) -> None:
        """Label, what is typed with its caret or a hint, what Enter does; a line below while typing lands here."""
        width, height = sheet.width, sheet.height
        row = height // 2
        sheet.area(0, 0, width, height, "surface")
        if self.current:
            sheet.fill_halves(0, 2 * height - 1, width, 1, "accent")
        words = self._enter_words()
        end = width - _PAD - cell_len(words)
        usable = bool(self.value)
        if self.current:  # else Enter is the form's that is open
            sheet.text(end, row, words, "accent" if usable or self.pressed == "activate" else "soft", bold=usable)
        label = "button.find" if self._finding else "counter.code"
        x = sheet.text(_PAD, row, self.text(label), "accent" if self._finding else "soft") + 2
        room = end - x - _PAD
        if self.value or not self.current:
            draw_line(sheet, x, row, room, self.value, self._caret if self.current else None)
            return
        sheet.text(x, row, "▏", "accent")
        hint = self.text("counter.find.hint" if self._finding else "counter.code_hint")
        if not self._finding and cell_len(hint) > room - 2:
            hint = self.text("counter.code_hint_short")
        sheet.put(x + 2, row, room - 2, hint, "soft")
