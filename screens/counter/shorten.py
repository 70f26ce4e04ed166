"""Names of services in few cells: each word keeps its beginning, so that two stay two to the eye (face.md, 11).

A name that is cut at its end loses the word that tells: issue, exchange, renewal.
"""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from screens.widgets.sheet import fits, wrap

_LEAST: Final = 3
"""Letters that are left of a word."""


def shorten(words: str, width: int) -> str:
    """The words, the longest ones with a point in place of their ends where all of them have no room.

    Args:
        words: a name, in any language.
        width: the room in cells.

    Returns:
        What fits, as far as shortening words can do it; else `words` as they are, to be cut.
    """
    if cell_len(words) <= width:
        return words
    whole = words.split()
    kept = list(whole)
    while cell_len(" ".join(kept)) > width:
        # With a point a word is shorter only when two letters go.
        longest = max(range(len(kept)), key=lambda place: len(_stem(kept[place], whole[place])))
        stem = _stem(kept[longest], whole[longest])
        end = len(stem) - (1 if kept[longest] != whole[longest] else 2)
        if end < _LEAST:
            return words
        kept[longest] = f"{stem[:end].rstrip('-«“')}."
    return " ".join(kept)


def shortened(words: str, width: int, lines: int) -> list[str]:
    """The words in lines; where they would be cut, each word shortened just so far that all of them are there."""
    shorter, room = words, cell_len(words)
    while not fits(shorter, width, lines) and room > width:
        room -= 1
        shorter = shorten(words, room)
    return wrap(shorter if fits(shorter, width, lines) else words, width, lines)


def _stem(kept: str, whole: str) -> str:
    return kept if kept == whole else kept[:-1]
