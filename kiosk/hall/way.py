"""The way to a counter as the hall shows it: an arrow, if there is one, and words (C4).

Both are kept as one text a language, the arrow as its first sign: "→ 2-ci mərtəbə", "→", or words alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ARROWS: Final = "←↑→↓↖↗↘↙"
LONGEST_WORDS: Final = 40


class Way(NamedTuple):
    """One text of a direction, taken apart."""

    arrow: str
    """One of `ARROWS`, or nothing."""
    words: str


def way_of(direction: str) -> Way:
    """The arrow that `direction` begins with, and its words, with one blank between any two."""
    words = direction.split()
    if words and words[0][0] in ARROWS:
        return Way(words[0][0], " ".join([words[0][1:], *words[1:]]).strip())
    return Way("", " ".join(words))


def direction_of(way: Way) -> str:
    """The text that `way_of` takes apart."""
    return f"{way.arrow} {way.words}".strip()
