"""Where things stand on the board, and how large a number can be drawn there.

At 120×36 the newest call has the top third with figures of 8 rows, and three earlier ones stand below with figures of
4. Other sizes keep the thirds; a number is drawn as large as it fits, at first by height: that is what is read from
afar. Below 30 rows header and foot have one row each, and two earlier calls have room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet

ROOMY_HEIGHT: Final = 30
MOST_LINES: Final = 3
_ROOMY_WIDTH: Final = 100
_LOWEST_BAND: Final = 10
_LOWEST_LINE: Final = 5
_ARROW: Final = ("##....", "####..", "..###.", "...###", "...###", "..###.", "####..", "##....")


@dataclass(frozen=True, slots=True)
class BoardFrame:
    """Regions and columns in cells of the terminal."""

    size: Size
    header: Region
    band: Region
    """The newest call."""
    lines: tuple[Region, ...]
    """Earlier calls, each with the row of the hairline below it."""
    foot: Region
    left: int
    arrow: int
    counter: int
    right: int
    """The columns in which a number, the arrow and the counter begin, and where everything ends."""

    @property
    def is_roomy(self) -> bool:
        """Whether it has the picture's proportions: a screen in a hall, not a small window."""
        return self.size.height >= ROOMY_HEIGHT and self.size.width >= _ROOMY_WIDTH

    @classmethod
    def of(cls, size: Size) -> BoardFrame:
        """The frame of a terminal of that size."""
        width, height = size
        edge = 3 if height >= ROOMY_HEIGHT else 1
        band = max(_LOWEST_BAND, round(height / 3))
        room = max(0, height - 2 * edge - band)
        count = min(MOST_LINES, room // _LOWEST_LINE)
        pitch = room // count if count else 0
        first = edge + band + (room - count * pitch)
        if width >= _ROOMY_WIDTH:
            left, arrow, counter, right = 6 * width // 120, 74 * width // 120, 86 * width // 120, width - 4
        else:
            left, arrow, counter, right = 3, 39 * width // 76, 47 * width // 76, width - 2
        return cls(
            size=size,
            header=Region(0, 0, width, edge),
            band=Region(0, edge, width, band),
            lines=tuple(Region(0, first + number * pitch, width, pitch) for number in range(count)),
            foot=Region(0, height - edge, width, edge),
            left=left,
            arrow=arrow,
            counter=counter,
            right=right,
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """How many cells one pixel of a figure is wide, and how many half rows it is high."""

    across: int
    down: int

    @property
    def rows(self) -> int:
        """The height of a figure in cells."""
        return figures.rows(1) * self.down

    def columns(self, text: str) -> int:
        """The width of `text` in cells."""
        return figures.columns(text) * self.across


def largest(text: str, columns: int, rows: int) -> Scale:
    """The largest scale at which `text` fits; a figure may become half as wide as it should be, not less.

    What fits at no scale gets the smallest: a number is never left out.
    """
    wide = figures.columns(text)
    for down in range(rows // figures.rows(1), 0, -1):
        for across in range(down, (down - 1) // 2, -1):
            if wide * across <= columns:
                return Scale(across, down)
    return Scale(1, 1)


def draw_large(sheet: Sheet, x: int, half: int, text: str, ink: Colour, scale: Scale) -> int:
    """Draw figures whose top is that half row; the column after them."""
    _draw_pixels(sheet, x, half, figures.pixels(text), ink, scale)
    return x + scale.columns(text)


def draw_arrow(sheet: Sheet, x: int, middle: int, ink: Colour, scale: Scale) -> None:
    """Draw the sign that leads from the number to the counter; `middle` is the half row below its middle."""
    _draw_pixels(sheet, x, middle - scale.rows, _ARROW, ink, scale)


def arrow_columns(scale: Scale) -> int:
    """Its width in cells."""
    return len(_ARROW[0]) * scale.across


def _draw_pixels(sheet: Sheet, x: int, half: int, rows: Sequence[str], ink: Colour, scale: Scale) -> None:
    for number, row in enumerate(rows):
        for column, mark in enumerate(row):
            if mark == "#":
                sheet.fill_halves(x + column * scale.across, half + number * scale.down, scale.across, scale.down, ink)
