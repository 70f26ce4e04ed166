"""By which words a subscriber is found as one types at the company's desk, folded as all searches here are (K3).

Every typed word has to begin a word of the name, address, FİN or code. The search starts from the rarest of them, so
the telling words alone stand in an index; words that are in nearly every address tell nothing and only narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kiosk.language.letters import fold

_LONGEST: Final = 40
"""Signs of a word that are looked at; what is longer is found by its beginning."""
_SHORTEST: Final = 3
_MOST_TYPED: Final = 8
_COMMON: Final = ("oglu", "qizi", "kuc", "kucesi", "rayon", "rayonu", "seheri", "kendi", "qesebesi")


def words_of(parts: Iterable[str]) -> str:
    """All words of a subscriber's code, FİN, name and address, each once and with a space before it."""
    words = dict.fromkeys(word[:_LONGEST] for word in fold(" ".join(parts)).split())
    return "".join(f" {word}" for word in words)


def telling(code: str, words: str) -> list[str]:
    """The words that stand in the index, of those that `words_of` gave."""
    return [word for word in words.split() if word == code or not _tells_nothing(word)]


def _tells_nothing(word: str) -> bool:
    return len(word) < _SHORTEST or (len(word) == _SHORTEST and word.isdigit()) or word in _COMMON


def typed_words(typed: str) -> list[str]:
    """The words to look for in what was typed, each once, and no more than anybody needs."""
    return list(dict.fromkeys(word[:_LONGEST] for word in fold(typed).split()))[:_MOST_TYPED]


def beginnings(words: list[str]) -> list[str]:
    """Those of the typed words from which a search may start: what they begin stands in the index, all of it.

    Where there is none such (`m`, `23`, `oğ`), it starts from what is left, and finds those for whom they begin a
    telling word.
    """
    clear = [word for word in words if not word.isdigit() and not any(common.startswith(word) for common in _COMMON)]
    whole = [word for word in words if not _tells_nothing(word) and (word in clear or word.isdigit())]
    return whole or clear or words
