"""By which words a subscriber is found as one types at the company's desk, folded as all searches here are (K3).

Every typed word has to begin a word of the name, address, FİN or code. The search starts from the rarest of them, so
the telling words alone stand in an index; words that are in nearly every address tell nothing and only narrow. Beside
each word in the index stands how all words of that subscriber begin, as bits: most who do not fit are passed over
there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from kiosk.language.letters import fold

_LONGEST: Final = 40
"""Signs of a word that are looked at; what is longer is found by its beginning."""
_SHORTEST: Final = 3
_MOST_TYPED: Final = 8
_BITS: Final = 63
"""As many as a whole number of both databases has beside its sign."""
_COMMON: Final = ("oglu", "qizi", "kuc", "kucesi", "rayon", "rayonu", "seheri", "kendi", "qesebesi")


def words_of(parts: Iterable[str]) -> str:
    """All words of a subscriber's code, FİN, name and address, each once and with a space before it."""
    words = dict.fromkeys(word[:_LONGEST] for word in fold(" ".join(parts)).split())
    return "".join(f" {word}" for word in words)


def telling(code: str, words: str) -> list[str]:
    """The words that stand in the index, of those that `words_of` gave."""
    return [word for word in words.split() if word == code or not _tells_nothing(word)]


def entries(code: str, words: str) -> list[tuple[str, int]]:
    """What stands in the index for a subscriber: each telling word, with the bits of all words."""
    mask = bits(words.split())
    return [(word, mask) for word in telling(code, words)]


def bits(words: Iterable[str]) -> int:
    """How words begin: a bit for the first two signs of each, and one for the first three, where it has them.

    Whoever has, for each typed word, a word that begins with it, has all bits of the typed words.
    """
    found = 0
    for word in words:
        for length in (2, 3):
            if len(word) >= length:
                found |= 1 << zlib.crc32(word[:length].encode()) % _BITS
    return found


def _tells_nothing(word: str) -> bool:
    return len(word) < _SHORTEST or (len(word) == _SHORTEST and word.isdigit()) or word in _COMMON


def typed_words(typed: str) -> list[str]:
    """The words to look for in what was typed, each once, and no more than anybody needs."""
    # neither a zero sign nor half of one is taken by every database
    text = "".join(sign if sign.isprintable() else " " for sign in typed)
    return list(dict.fromkeys(word[:_LONGEST] for word in fold(text).split()))[:_MOST_TYPED]


def beginnings(words: list[str]) -> list[str]:
    """Those of the typed words from which a search may start: what they begin stands in the index, all of it.

    Where there is none such (`m`, `23`, `oğ`), it starts from what is left, and finds those for whom they begin a
    telling word.
    """
    clear = [word for word in words if not word.isdigit() and not any(common.startswith(word) for common in _COMMON)]
    whole = [word for word in words if not _tells_nothing(word) and (word in clear or word.isdigit())]
    return whole or clear or words
