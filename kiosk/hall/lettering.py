"""Words drawn as pixels, for a screen that is read from afar (C4).

The letters are those of DejaVu Sans, which every station has for its paper, with the font's own hints for few pixels:
at nine or ten a capital is seven pixels high and strokes are one wide, a seventh, as on signs over roads.
`screens.board` makes a pixel as large as it needs.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SMALLEST: Final = 9
"""With fewer pixels a and ə, и and н become one."""
_LAST_LETTER: Final = "\u052f"
"""The last of the Cyrillic ones; what comes after stands in the font here and there only."""
_SIGNS: Final = frozenset("–—‘’“”„•…№₼")
_SIZES: Final = "HgşçЩ"
"""What tells how high capitals are and how far letters go below the line."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A line of words: pixel rows of `#` (ink) and `.` (ground)."""

    rows: tuple[str, ...]
    above: int
    """How many rows stand above capitals: the marks of İ, Ö and Й."""

    @property
    def columns(self) -> int:
        """How wide it is in pixels."""
        return len(self.rows[0])


@lru_cache(maxsize=64)
def line_height(size: int) -> int:
    """The rows of a line of that size, from the top of capitals to the end of g and ş; 0 where the font is missing."""
    if (font := _font(size)) is None:
        return 0
    _, top, _, bottom = font.getbbox(_SIZES[0], mode="1", anchor="ls")
    _, _, _, bottom = font.getbbox(_SIZES, mode="1", anchor="ls")
    return int(bottom - top)


@lru_cache(maxsize=2048)
def lettered(words: str, size: int) -> Lettering | None:
    """`words` on one line, or None: a sign is not in the font for certain, or this machine lacks the font.

    Args:
        words: one line, not empty.
        size: how many pixels the font has from line to line, `SMALLEST` at least.
    """
    words = unicodedata.normalize("NFC", words)
    if not all(_is_drawn(sign) for sign in words) or (font := _font(size)) is None:
        return None
    from PIL import Image, ImageDraw

    below = line_height(size)
    _, _, _, foot = font.getbbox(_SIZES, mode="1", anchor="ls")
    left, top, right, _ = font.getbbox(words, mode="1", anchor="ls")
    above = max(0, int(-top) - (below - int(foot)))
    ink = Image.new("1", (max(1, int(right - left)), above + below), 0)
    pen = ImageDraw.Draw(ink)
    pen.fontmode = "1"
    pen.text((-left, above + below - foot), words, fill=1, font=font, anchor="ls")
    first, _, last, _ = ink.getbbox() or (0, 0, 1, 1)
    dots = ink.crop((first, 0, last, ink.height)).convert("L").tobytes()
    wide = last - first
    rows = (dots[at : at + wide] for at in range(0, len(dots), wide))
    return Lettering(tuple("".join("#" if dot else "." for dot in row) for row in rows), above)


def _is_drawn(sign: str) -> bool:
    return sign in _SIGNS or (sign <= _LAST_LETTER and sign.isprintable() and not unicodedata.combining(sign))


@lru_cache(maxsize=16)
def _font(size: int) -> FreeTypeFont | None:
    from PIL import ImageFont

    from hardware.printer.drawing import FontMissing, find_fonts

    try:
        return ImageFont.truetype(find_fonts().plain, size, layout_engine=ImageFont.Layout.BASIC)
    except FontMissing:
        return None
