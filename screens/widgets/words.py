"""Plain words in a reserved place: labels and advice beside what they are about."""

from __future__ import annotations

from collections.abc import Callable

from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Align, Sheet, wrap
from screens.widgets.touch_area import Drawn


class Words(Drawn):
    """Lines of text. They are given as a function, so that a change of language rewrites them."""

    def __init__(
        self,
        words: Callable[[], str],
        ink: Colour = "soft",
        *,
        bold: bool = False,
        align: Align = "left",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._words = words
        self._ink: Colour = ink
        self._bold = bold
        self._align: Align = align

    def draw(self, sheet: Sheet) -> None:
        """As many lines as there is room for, from the top."""
        for row, line in enumerate(wrap(self._words(), sheet.width, sheet.height)):
            sheet.put(0, row, sheet.width, line, self._ink, bold=self._bold, align=self._align)


class Heading(Drawn):
    """One bold line behind the accent bar."""

    def __init__(self, words: Callable[[], str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words

    def draw(self, sheet: Sheet) -> None:
        """Bar and words."""
        sheet.text(0, 0, "▌", "accent")
        sheet.put(2, 0, sheet.width - 2, self._words(), bold=True)


class Tries(Drawn):
    """How many tries are left: in plain words while none is missing, then large on yellow (face.md, principle 7)."""

    def __init__(self, left: int, most: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left = left
        self._most = most

    def show(self, left: int) -> None:
        """So many are left."""
        self._left = left
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Words; with a missing try the number as a large figure before them."""
        words = self.text("code.tries", tries=self._left)
        if self._left >= self._most or sheet.height < 4:
            missing = self._left < self._most
            lines = wrap(words, sheet.width, sheet.height)
            top = (sheet.height - len(lines)) // 2
            for row, line in enumerate(lines):
                sheet.put(0, top + row, sheet.width, line, "ink" if missing else "soft", bold=missing)
            return
        sheet.area(0, 0, sheet.width, sheet.height, "held-ground")
        sheet.fill(0, 0, 1, sheet.height, "held")
        end = 3 + sheet.pixels(3, (sheet.height - 4) // 2, figures.pixels(str(self._left)), "held-ink")
        sheet.put(end + 3, sheet.height // 2, sheet.width - end - 4, words, "held-ink", bold=True)
