"""Where things stand on the board, and how large a number can be drawn there.

At 120×36 the newest call has the top third with figures of 8 rows, and three earlier ones stand below with figures of
4. Other sizes keep the thirds; a number is drawn as large as it fits, at first by height: that is what is read from
afar. Below 30 rows header and foot have one row each, and two earlier calls have room.

In a hall that tells the way to its counters the band has a line of large letters below the number, or two, as long as
two earlier calls keep their room; header, foot and gaps become smaller for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from textual.geometry import Region, Size

from kiosk.names import Names
from screens.board.arrows import arrow_pixels
from screens.board.words import MOST_WORD_LINES, large_words, lines_needed
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet

ROOMY_HEIGHT: Final = 30
MOST_LINES: Final = 3
FULL_HD: Final = (128, 36)
"""The cells of a screen of 1920×1080 with the font that docs/board.md asks for."""
_ROOMY_WIDTH: Final = 100
_LOWEST_BAND: Final = 10
_LOWEST_LINE: Final = 5
_LEAST_LINES: Final = 2
"""Large letters take no room from so many earlier calls."""
_AIR_OF_NUMBERS: Final = 4
"""Rows over and under a number that has large letters below, one of them its label's."""
_WORDS_EDGE: Final = 2
_WORD_ROWS: Final = 5
_OF_ROWS: Final = 36
"""A line of large letters has so many rows at that height, as a part of it at greater ones, never fewer."""
_CHEVRON: Final = ("##....", "####..", "..###.", "...###", "...###", "..###.", "####..", "##....")


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
    word_lines: int = 0
    """How many lines of large letters the band has at its foot."""

    @property
    def is_roomy(self) -> bool:
        """Whether it has the picture's proportions: a screen in a hall, not a small window."""
        return self.size.height >= ROOMY_HEIGHT and self.size.width >= _ROOMY_WIDTH

    @property
    def word_rows(self) -> int:
        """How many rows each of those lines has."""
        return _word_rows(self.size.height)

    @property
    def word_columns(self) -> int:
        """How wide a line of them may be: nearer to the edge than all else, for words end where they end."""
        return self.size.width - _WORDS_EDGE - self.left

    @property
    def number_rows(self) -> int:
        """What is left of the band for label, number and air."""
        return self.band.height - self.word_lines * self.word_rows

    @classmethod
    def of(cls, size: Size, ways: tuple[Names, ...] = ()) -> BoardFrame:
        """The frame of a terminal of that size, in a hall with those directions to its counters."""
        return _frame(size, ways)


@lru_cache(maxsize=16)
def _frame(size: Size, ways: tuple[Names, ...]) -> BoardFrame:
    plain = _framed(size, 0)
    halves = 2 * plain.word_rows
    for lines in range(lines_needed(ways, plain.word_columns, halves), 0, -1):
        worded = _framed(size, lines)
        if len(worded.lines) >= _LEAST_LINES:
            return worded
    return plain


def large_lines(words: str) -> int:
    """On how many lines of large letters those words stand on a screen of 1920×1080; 0: in small letters only."""
    frame = _framed(Size(*FULL_HD), 0)
    return large_words(Names(words, words, words), frame.word_columns, 2 * frame.word_rows, MOST_WORD_LINES).most


def _word_rows(height: int) -> int:
    return max(_WORD_ROWS, -(-height * _WORD_ROWS // _OF_ROWS))


def _framed(size: Size, word_lines: int) -> BoardFrame:
    width, height = size
    edge = 3 if height >= ROOMY_HEIGHT else 1
    header, foot = (1, 2) if word_lines else (edge, edge)
    band = max(_LOWEST_BAND, round(height / 3))
    if word_lines:
        numbers = (band - 1) // figures.rows(1) * figures.rows(1)
        band = numbers + _AIR_OF_NUMBERS + word_lines * _word_rows(height)
    room = max(0, height - header - foot - band)
    count = min(MOST_LINES, room // _LOWEST_LINE)
    pitch = room // count if count else 0
    first = header + band + (room - count * pitch)
    if width >= _ROOMY_WIDTH:
        left, arrow, counter, right = 6 * width // 120, 74 * width // 120, 86 * width // 120, width - 4
    else:
        left, arrow, counter, right = 3, 39 * width // 76, 47 * width // 76, width - 2
    return BoardFrame(
        size=size,
        header=Region(0, 0, width, header),
        band=Region(0, header, width, band),
        lines=tuple(Region(0, first + number * pitch, width, pitch) for number in range(count)),
        foot=Region(0, height - foot, width, foot),
        left=left,
        arrow=arrow,
        counter=counter,
        right=right,
        word_lines=word_lines,
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


def draw_between(
    sheet: Sheet, frame: BoardFrame, end: int, middle: int, arrow: str, ink: Colour, scale: Scale, *, large: bool
) -> bool:
    """Draw what leads from the number to the counter: the arrow of a direction, without one a chevron.

    Args:
        sheet: where.
        frame: whose columns.
        end: the column after the number.
        middle: the half row below the middle of what is drawn.
        arrow: one of `kiosk.hall.way.ARROWS`, or nothing.
        ink: its colour.
        scale: the size of its pixels.
        large: whether an arrow may be larger than a chevron.

    Returns:
        Whether there was room for it.
    """
    centre = frame.arrow + len(_CHEVRON[0]) * scale.across // 2
    signs: tuple[tuple[Sequence[str], int], ...]
    if arrow:
        small = (arrow_pixels(arrow, 8), 2), (arrow_pixels(arrow, 8), 1)
        signs = ((arrow_pixels(arrow, 12), 2), *small) if large else small
    else:
        signs = ((_CHEVRON, 1),)
    for rows, air in signs:
        wide = len(rows[0]) * scale.across
        if wide <= frame.counter - end - 2 * air:
            x = max(end + air, min(centre - wide // 2, frame.counter - air - wide))
            _draw_pixels(sheet, x, middle - len(rows) * scale.down // 2, rows, ink, scale)
            return True
    return False


def _draw_pixels(sheet: Sheet, x: int, half: int, rows: Sequence[str], ink: Colour, scale: Scale) -> None:
    for number, row in enumerate(rows):
        for column, mark in enumerate(row):
            if mark == "#":
                sheet.fill_halves(x + column * scale.across, half + number * scale.down, scale.across, scale.down, ink)
