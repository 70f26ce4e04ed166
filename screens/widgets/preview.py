"""A page of a document in half blocks: two pixels a cell, in the page's own colours (W8, W9)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

Pixel = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
Cells = Sequence[Sequence[tuple[Pixel, Pixel]]]
"""Rows of cells: the upper pixel and the lower one."""


class PreviewPane(Drawn):
    """The page in the middle of whatever room it gets; nothing until there is one."""

    GROUND = "sunken"

    def __init__(self, *, id: str = "preview") -> None:
        super().__init__(id=id)
        self._cells: Cells = ()

    def show(self, cells: Cells) -> None:
        """Show this page; () shows none."""
        self._cells = cells
        self.refresh()

    @staticmethod
    def room(region: Region) -> tuple[int, int]:
        """How many columns and rows a page may have in that region: a cell is left free around it."""
        return max(1, region.width - 2), max(1, region.height - (2 if region.height > 12 else 0))

    def draw(self, sheet: Sheet) -> None:
        """The ground alone: pixels have colours of their own, which the palette does not name."""

    def render_line(self, y: int) -> Strip:
        """One row of pixels on the ground."""
        width, height = self.size
        top = (height - len(self._cells)) // 2
        if not top <= y < top + len(self._cells):
            return super().render_line(y)
        row = self._cells[y - top][:width]
        left = (width - len(row)) // 2
        ground = self.kiosk.palette.style("ink", self.GROUND)
        middle = [Segment("▀", _style(upper, lower)) for upper, lower in row]
        return Strip(
            [Segment(" " * left, ground), *middle, Segment(" " * (width - left - len(row)), ground)], width
        ).simplify()


def _style(upper: Pixel, lower: Pixel) -> Style:
    return Style.from_color(Color.from_rgb(*upper), Color.from_rgb(*lower))
