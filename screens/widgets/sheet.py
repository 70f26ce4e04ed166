"""A sheet of terminal cells on which widgets draw: grounds in half rows, text, figures and frames.

Each cell has a ground for its upper and its lower half. Where they differ the cell is written as `▄` with both colours
given, so that areas drawn from cells and half cells have no seams.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from screens.palette import FRAMES, Colour, FrameKind, Palette

Align = Literal["left", "center", "right"]

_LINES: Final[dict[FrameKind, str]] = {
    "thin": "┌─┐│└┘",
    "dashed": "┌╌┐╎└┘",
    "heavy": "┏━┓┃┗┛",
    "double": "╔═╗║╚╝",
}
_COMBINING: Final = "\u0300"
"""Below this code point every printable character is one cell wide."""
_UNSEEN: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # noqa: E501  # fmt: skip
"""Signs that would tell the terminal something, or turn the text around them: whoever wrote them, they are left out."""


def fit(text: str, width: int) -> str:
    """`text`, or its beginning with "…" when it is wider than `width` cells."""
    if len(text) <= width and text.isascii():
        return text
    if cell_len(text) <= width:
        return text
    kept = text[: max(0, width - 1)]
    while kept and cell_len(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…" if width > 0 else ""


def wrap(text: str, width: int, lines: int) -> list[str]:
    """`text` broken at spaces into at most `lines` lines of `width` cells; given line breaks stay."""
    found: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and cell_len(longer) > width:
                found.append(line)
                line = word
            else:
                line = longer
        found.append(line)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [fit(line, width) for line in found]


def fits(text: str, width: int, lines: int) -> bool:
    """Whether `wrap` cuts nothing of `text`."""
    # A no-break space holds a number and its unit together: for `wrap` they are one word.
    longest = max(cell_len(word) for line in text.split("\n") for word in line.split(" "))
    return longest <= width and len(wrap(text, width, lines + 1)) <= lines


class Sheet:
    """Cells of a widget, to be drawn on and then given to Textual as strips."""

    __slots__ = ("_bold", "_chars", "_inks", "_lower", "_upper", "height", "palette", "width")

    def __init__(self, width: int, height: int, palette: Palette, ground: Colour = "canvas") -> None:
        self.width = width
        self.height = height
        self.palette = palette
        self._chars: list[list[str]] = [[" "] * width for _ in range(height)]
        self._inks: list[list[Colour]] = [["ink"] * width for _ in range(height)]
        self._bold: list[list[bool]] = [[False] * width for _ in range(height)]
        self._upper: list[list[Colour]] = [[ground] * width for _ in range(height)]
        self._lower: list[list[Colour]] = [[ground] * width for _ in range(height)]

    def _columns(self, x: int, width: int) -> tuple[int, int]:
        return max(0, x), min(self.width, x + width)

    def fill(self, x: int, y: int, width: int, height: int, ground: Colour) -> None:
        """Give the cells that ground and wipe what stood there."""
        self.fill_halves(x, 2 * y, width, 2 * height, ground)

    def cursor(self, y: int, rows: int = 1) -> None:
        """Mark the chosen row of a list, or so many from it on: tint, bar, and a sign where grounds are one."""
        self.fill(0, y, self.width, rows, "tint")
        self.fill(0, y, 1, rows, "accent")
        if self.palette.framed:
            self.text(0, y, "▸", "on-accent", bold=True)

    def fill_halves(self, x: int, half: int, width: int, halves: int, ground: Colour) -> None:
        """The same counted in half rows: `half` is the first, `halves` how many."""
        left, right = self._columns(x, width)
        if left >= right:
            return
        run: list[Colour] = [ground] * (right - left)
        for index in range(max(0, half), min(2 * self.height, half + halves)):
            y, lower = divmod(index, 2)
            (self._lower if lower else self._upper)[y][left:right] = run
            self._chars[y][left:right] = [" "] * (right - left)

    def area(
        self,
        x: int,
        y: int,
        width: int,
        height: int,
        ground: Colour,
        *,
        half: bool = False,
        frame: tuple[FrameKind, Colour] | None = None,
    ) -> None:
        """An area of that ground; with `half` its first and last row are half filled (a half-row box).

        A framed theme draws the frame that belongs to the ground, or `frame`, around it.
        """
        if half:
            self.fill_halves(x, 2 * y + 1, width, 2 * height - 2, ground)
        else:
            self.fill(x, y, width, height, ground)
        if self.palette.framed and (line := frame or FRAMES.get(ground)) is not None:
            if half and ground not in FRAMES:
                return
            self.frame(x, y, width, height, line[0], line[1])

    def frame(self, x: int, y: int, width: int, height: int, kind: FrameKind, ink: Colour) -> None:
        """A frame of lines along the edge of the cells; their grounds stay."""
        top_left, across, top_right, down, bottom_left, bottom_right = tuple(_LINES[kind])
        middle = across * (width - 2)
        self.text(x, y, top_left + middle + top_right, ink)
        self.text(x, y + height - 1, bottom_left + middle + bottom_right, ink)
        for row in range(y + 1, y + height - 1):
            self.text(x, row, down, ink)
            self.text(x + width - 1, row, down, ink)

    def text(self, x: int, y: int, text: str, ink: Colour = "ink", *, bold: bool = False) -> int:
        """Write on the ground that is there; what does not fit the sheet is cut. Returns the column after it."""
        if not text.isprintable():
            text = text.translate(_UNSEEN)
        if not 0 <= y < self.height:
            return x + cell_len(text)
        chars, inks, bolds, upper, lower = (
            self._chars[y],
            self._inks[y],
            self._bold[y],
            self._upper[y],
            self._lower[y],
        )
        for char in text:
            wide = 1 if char < _COMBINING else cell_len(char)
            if wide == 0:
                if 0 < x <= self.width:
                    chars[x - 1] += char
                continue
            if x >= 0 and x + wide <= self.width:
                chars[x] = char
                inks[x] = ink
                bolds[x] = bold
                if char != " ":
                    # A text cell has one ground: the lower half's, which in a half-row box is the box itself.
                    upper[x] = lower[x]
                if wide == 2:
                    chars[x + 1] = ""
                    inks[x + 1] = ink
            x += wide
        return x

    def put(
        self, x: int, y: int, width: int, text: str, ink: Colour = "ink", *, bold: bool = False, align: Align = "left"
    ) -> None:
        """Write within `width` cells, cut with "…" when it does not fit."""
        text = fit(text, width)
        free = width - cell_len(text)
        if align == "right":
            x += free
        elif align == "center":
            x += free // 2
        self.text(x, y, text, ink, bold=bold)

    def pixels(
        self, x: int, y: int, rows: Sequence[str], ink: Colour, scale: Literal[1, 2] = 1, *, lower: bool = False
    ) -> int:
        """Draw pixels ('#' is ink) as grounds: scale 1 in half rows, scale 2 as 2×1 cells. Returns the width in cells.

        With `lower` those of scale 1 begin in the lower half of row `y`.

        See `screens.widgets.figures.pixels` for the large digits and letters.
        """
        widest = 0
        for index, row in enumerate(rows):
            start = 0
            for mark, run in groupby(row):
                length = len(list(run))
                if mark == "#":
                    if scale == 1:
                        self.fill_halves(x + start, 2 * y + lower + index, length, 1, ink)
                    else:
                        self.fill(x + 2 * start, y + index, 2 * length, 1, ink)
                start += length
            widest = max(widest, start * scale)
        return widest

    def strips(self) -> list[Strip]:
        """The finished rows."""
        style = self.palette.style
        strips = []
        for y in range(self.height):
            chars, inks, bolds, upper, lower = (
                self._chars[y],
                self._inks[y],
                self._bold[y],
                self._upper[y],
                self._lower[y],
            )
            segments: list[Segment] = []
            texts: list[str] = []
            last: tuple[Colour, Colour, bool] | None = None
            for x in range(self.width):
                char, top, bottom = chars[x], upper[x], lower[x]
                if top != bottom:
                    key = (bottom, top, False)
                    char = "▄"
                elif char == " ":
                    # A blank has no ink: taking the run's own keeps runs long.
                    key = last if last is not None and last[1] == top else ("ink", top, False)
                else:
                    key = (inks[x], top, bolds[x])
                if key != last:
                    if last is not None:
                        segments.append(Segment("".join(texts), style(*last)))
                    texts = []
                    last = key
                texts.append(char)
            if last is not None:
                segments.append(Segment("".join(texts), style(*last)))
            strips.append(Strip(segments, self.width))
        return strips
