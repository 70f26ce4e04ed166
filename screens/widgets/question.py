"""The question of a screen: a bar in the accent colour, the title, and one help line or a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

LegendEntry = tuple[str, Colour, Colour, str]
"""Mark, its ink, its ground, and the words beside it."""


class Question(Drawn):
    """Two rows: title and help. In large type one row: the title alone."""

    def __init__(
        self,
        title: Callable[[], str],
        help_line: Callable[[], str] | None = None,
        *,
        legend: Callable[[], Sequence[LegendEntry]] | None = None,
        aside: Callable[[], str] | None = None,
        id: str = "question",
    ) -> None:
        """Take functions, so that a change of language rewrites everything; `aside` stands at the right."""
        super().__init__(id=id)
        self._title = title
        self._help = help_line
        self._legend = legend
        self._aside = aside

    def draw(self, sheet: Sheet) -> None:
        """Bar, title, help."""
        for row in range(sheet.height):
            sheet.text(0, row, "▌", "accent")
        aside = self._aside() if self._aside is not None else ""
        if aside:
            sheet.put(sheet.width - len(aside), 0, len(aside), aside, "soft")
        sheet.put(2, 0, sheet.width - 3 - len(aside), self._title(), bold=True)
        if sheet.height < 2:
            return
        if self._legend is not None:
            x = 2
            for mark, ink, ground, words in self._legend():
                if sheet.palette.framed:
                    x = sheet.text(x, 1, f"{mark} ", ink if ground == "canvas" else ground)
                else:
                    sheet.fill(x, 1, 3, 1, ground)
                    sheet.text(x + 1, 1, mark, ink)
                    x += 4
                x = sheet.text(x, 1, words, "ink") + 4
        elif self._help is not None:
            sheet.put(2, 1, sheet.width - 2, self._help(), "soft")
