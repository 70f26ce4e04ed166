"""The way to the newest call's counter in large letters: which size they have and where lines end (C4).

Words are never cut and no word is split. What a hall's directions need is computed from all of them, in all languages:
so nothing on the board moves when the language turns or another counter calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kiosk.hall.lettering import SMALLEST, Lettering, lettered, line_height
from kiosk.hall.way import way_of
from kiosk.names import Names

MOST_WORD_LINES: Final = 2
_LARGEST: Final = 40
_WIDE: Final = 10
"""As high as the smallest size, and wider: Cyrillic letters are the clearer for it, but ə looks like a."""
_BETWEEN: Final = 1
"""Half rows between two lines, at least: a long letter stands above capitals."""


@dataclass(frozen=True, slots=True)
class LargeWords:
    """A direction in three languages, each as large as it fits."""

    lines: tuple[tuple[Lettering, ...], ...]
    """For each of `kiosk.names.LANGUAGES`, from the first line to the last; no line where it does not fit."""

    @property
    def most(self) -> int:
        """The lines of the language that needs most of them."""
        return max(map(len, self.lines))


def size_for(halves: int) -> int:
    """The largest size of letters that stand in so many half rows; 0 when none does, or the font is missing."""
    fitting = (size for size in range(_LARGEST, SMALLEST - 1, -1) if 0 < line_height(size) <= halves)
    return next(fitting, 0)


@lru_cache(maxsize=512)
def large_words(direction: Names, columns: int, halves: int, lines: int) -> LargeWords:
    """The words of a direction as large as they fit: on fewer lines rather than larger.

    Args:
        direction: arrow and words in each language.
        columns: how wide a line may be; a pixel is a cell wide and half a row high.
        halves: how many half rows a line has.
        lines: how many lines there may be.
    """
    return LargeWords(tuple(_largest(way_of(text).words, columns, halves, lines) for text in direction))


def _largest(text: str, columns: int, halves: int, most: int) -> tuple[Lettering, ...]:
    for count in range(1, most + 1):
        for size in range(size_for(halves if count == 1 else halves - _BETWEEN), SMALLEST - 1, -1):
            if size == _WIDE and "ə" in text:
                continue
            if found := _lines(text.split(), columns, size, count):
                return found
    return ()


def lines_needed(ways: Sequence[Names], columns: int, halves: int) -> int:
    """How many lines of large letters a hall's directions want."""
    return max((large_words(way, columns, halves, MOST_WORD_LINES).most for way in ways), default=0)


def _lines(words: Sequence[str], columns: int, size: int, most: int) -> tuple[Lettering, ...]:
    """Those words on at most so many lines; nothing when they do not fit."""
    if most == 1:
        whole = lettered(" ".join(words), size) if words else None
        return (whole,) if whole is not None and whole.columns <= columns else ()
    lines: list[Lettering] = []
    begun: list[str] = []
    for word in words:
        longer = lettered(" ".join([*begun, word]), size)
        if longer is None:
            return ()
        if longer.columns <= columns:
            begun.append(word)
            lines[-1:] = [longer]
            continue
        alone = lettered(word, size)
        if alone is None or alone.columns > columns:
            return ()
        begun = [word]
        lines.append(alone)
    return tuple(lines) if len(lines) <= most else ()
