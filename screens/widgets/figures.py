"""Large figures: 6×8 pixels with strokes two pixels wide, for every number that counts (face.md, "Space and type").

They are drawn with ground colours, and with `▄` only where the two halves of a cell differ; so no terminal shows
seams between the rows. Scale 1 puts two pixels into a cell (4 rows); scale 2 makes a pixel two cells wide (8 rows).
"""

from __future__ import annotations

from itertools import groupby
from typing import Final, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

Scale = Literal[1, 2]
Ink = Color | str

PIXEL_ROWS: Final = 8
_GAP: Final = "."

# One line a sign: its eight pixel rows from top to bottom. The pairs 2 Z, 5 S, 8 B, 4 Y and 0 O D are told apart by
# corners (rounded or square) and by the height or weight of the waist; a test counts the pixels in which they differ.
_GLYPHS: Final[dict[str, str]] = {
    "0": ".####. ##..## ##..## ##..## ##..## ##..## ##..## .####.",
    "1": ".##. ###. .##. .##. .##. .##. .##. ####",
    "2": ".####. ##..## ....## ...##. ..##.. .##... ##.... ######",
    "3": ".####. ##..## ....## ..###. ....## ....## ##..## .####.",
    "4": "##..## ##..## ##..## ###### .##### ....## ....## ....##",
    "5": "###### ##.... ##.... #####. ....## ....## ##..## .####.",
    "6": ".####. ##..## ##.... #####. ##..## ##..## ##..## .####.",
    "7": "###### ....## ...##. ...##. ..##.. ..##.. .##... .##...",
    "8": ".####. ##..## ##..## .####. ##..## ##..## ##..## .####.",
    "9": ".####. ##..## ##..## ##..## .##### ....## ##..## .####.",
    "A": ".####. ##..## ##..## ##..## ###### ##..## ##..## ##..##",
    "B": "#####. ##..## ##..## #####. #####. ##..## ##..## #####.",
    "C": ".####. ##..## ##.... ##.... ##.... ##.... ##..## .####.",
    "D": "####.. ##.##. ##..## ##..## ##..## ##..## ##.##. ####..",
    "E": "###### ##.... ##.... #####. ##.... ##.... ##.... ######",
    "F": "###### ##.... ##.... #####. ##.... ##.... ##.... ##....",
    "G": ".####. ##..## ##.... ##.... ##.### ##..## ##..## .#####",
    "H": "##..## ##..## ##..## ###### ##..## ##..## ##..## ##..##",
    "I": "###### ..##.. ..##.. ..##.. ..##.. ..##.. ..##.. ######",
    "J": "....## ....## ....## ....## ....## ....## ##..## .####.",
    "K": "##..## ##..## ##.##. ####.. ####.. ##.##. ##..## ##..##",
    "L": "##.... ##.... ##.... ##.... ##.... ##.... ##.... ######",
    "M": "##....## ###..### ######## ##.##.## ##....## ##....## ##....## ##....##",
    "N": "##..## ###.## ###### ###### ##.### ##.### ##..## ##..##",
    "O": "..##.. .####. ##..## ##..## ##..## ##..## .####. ..##..",
    "P": "#####. ##..## ##..## ##..## #####. ##.... ##.... ##....",
    "Q": ".####. ##..## ##..## ##..## ##..## ##.### ##.##. .##.##",
    "R": "#####. ##..## ##..## ##..## #####. ##.##. ##..## ##..##",
    "S": ".####. ##..## ##.... .###.. ..###. ....## ##..## .####.",
    "T": "###### ..##.. ..##.. ..##.. ..##.. ..##.. ..##.. ..##..",
    "U": "##..## ##..## ##..## ##..## ##..## ##..## ##..## .####.",
    "V": "##..## ##..## ##..## ##..## ##..## .####. .####. ..##..",
    "W": "##....## ##....## ##....## ##....## ##.##.## ######## ###..### ##....##",
    "X": "##..## ##..## .####. ..##.. ..##.. .####. ##..## ##..##",
    "Y": "##..## ##..## ##..## .####. ..##.. ..##.. ..##.. ..##..",
    "Z": "###### ....## ....## ...##. .##... ##.... ##.... ######",
    "-": "..... ..... ..... ##### ##### ..... ..... .....",
    ":": ".. .. ## ## .. ## ## ..",
    " ": "... ... ... ... ... ... ... ...",
    "✓": "........## .......### ......###. ##...###.. ###.###... .#####.... ..###..... ...#......",
    "✕": "##....## ###..### .######. ..####.. ..####.. .######. ###..### ##....##",
    "!": "#### #### #### #### .##. .... #### ####",
}


def signs() -> frozenset[str]:
    """Every sign that has a large figure."""
    return frozenset(_GLYPHS)


def pixels(text: str) -> list[str]:
    """The eight pixel rows of `text`, top to bottom, as `#` (ink) and `.` (ground), one pixel between signs.

    Raises:
        KeyError: a sign of `text` has no large figure.
    """
    glyphs = [_GLYPHS[sign].split() for sign in text]
    return [_GAP.join(glyph[row] for glyph in glyphs) for row in range(PIXEL_ROWS)]


def columns(text: str, scale: Scale = 1) -> int:
    """The width of `text` in cells."""
    return len(pixels(text)[0]) * scale


def rows(scale: Scale = 1) -> int:
    """The height of large figures in cells: 4 at scale 1, 8 at scale 2."""
    return 4 * scale


def render(text: str, ink: Ink, ground: Ink, scale: Scale = 1) -> list[Strip]:
    """`text` as strips, one a cell row.

    Args:
        text: only signs of `signs()`.
        ink: the colour of the strokes.
        ground: the colour of everything else.
        scale: 1 = half cells, 4 rows; 2 = one pixel is 2×1 cells, 8 rows.

    Raises:
        KeyError: a sign of `text` has no large figure.
    """
    picture = pixels(text)
    colours = {"#": ink, _GAP: ground}
    if scale == 2:
        return [_row([(pixel, pixel) for pixel in line], colours, cells=2) for line in picture]
    pairs = zip(picture[::2], picture[1::2], strict=True)
    return [_row(list(zip(upper, lower, strict=True)), colours, cells=1) for upper, lower in pairs]


def half_cells(upper: Ink, lower: Ink, cells: int) -> Segment:
    """`cells` cells whose upper and lower halves have these colours, without a seam: a space where they agree."""
    if upper == lower:
        return Segment(" " * cells, Style(bgcolor=upper))
    return Segment("▄" * cells, Style(color=lower, bgcolor=upper))


def _row(halves: list[tuple[str, str]], colours: dict[str, Ink], cells: int) -> Strip:
    """One cell row from (upper, lower) pixels, each `cells` wide; equal neighbours become one segment."""
    runs = [(pair, len(list(run))) for pair, run in groupby(halves)]
    return Strip([half_cells(colours[upper], colours[lower], cells * count) for (upper, lower), count in runs])


class Figures(Widget, can_focus=False):
    """Large figures in the widget's own colours (its `color` on its `background`)."""

    DEFAULT_CSS = "Figures { width: auto; height: auto; }"

    def __init__(self, text: str, *, scale: Scale = 1, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = text
        self._scale: Scale = scale

    @property
    def text(self) -> str:
        """The signs shown."""
        return self._text

    def show(self, text: str, scale: Scale | None = None) -> None:
        """Show other signs (and at another scale) in the same place."""
        self._text = text
        self._scale = self._scale if scale is None else scale
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return columns(self._text, self._scale)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return rows(self._scale)

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        ink, ground = style.color or "default", style.bgcolor or "default"
        strips = render(self._text, ink, ground, self._scale)
        blank = Style(bgcolor=ground)
        strip = strips[y] if y < len(strips) else Strip.blank(0)
        return strip.adjust_cell_length(self.size.width, blank)
