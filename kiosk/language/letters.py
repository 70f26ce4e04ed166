"""Letters: case, folding for search, and alphabetical order (Q1, K2).

Python's own case rules do not know that i pairs with İ and ı with I. Only what people search and sort comes here:
never a FİN, a code or an e-mail address, and never a text on its way to the screen.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from kiosk.names import Language

_AZ_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_AZ_LOWER = str.maketrans({"İ": "i", "I": "ı"})

_FOLDED = {
    "ə": "e",
    "ı": "i",
    **dict.fromkeys("-‐‑–—/.,\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "),
    **dict.fromkeys("'’ʼ`“”„«»\"()", ""),
}
"""What a small letter is searched as where its mark cannot be taken off; a sign that parts words becomes a space, one
inside a word nothing."""

_ALPHABETS: dict[Language, str] = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyzw",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "en": "abcdefghijklmnopqrstuvwxyz",
}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def upper(language: Language, text: str) -> str:
    """`text` in capitals by the rules of `language`; in az i becomes İ and ı becomes I."""
    text = _composed(text)
    return (text.translate(_AZ_UPPER) if language == "az" else text).upper()


def lower(language: Language, text: str) -> str:
    """`text` in small letters by the rules of `language`; in az İ becomes i and I becomes ı."""
    text = _composed(text)
    # İ is taken first in every language: Python would make two characters of it.
    return text.translate(_AZ_LOWER).lower() if language == "az" else text.replace("İ", "i").lower()


def _fold_letter(letter: str) -> str:
    small = "i" if letter in "İI" else letter.lower()
    if small in _FOLDED:
        return _FOLDED[small]
    return unicodedata.normalize("NFD", small)[0]


class _Folding(dict[int, str]):
    """What each letter is searched as, found out once: millions of names are folded when a registry is loaded."""

    def __missing__(self, letter: int) -> str:
        folded = self[letter] = _fold_letter(chr(letter))
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` as it is searched: small, without the marks a foreign keyboard lacks (ə → e, İ ı → i, ş → s, ё → е).

    Signs between words become one space each, quotes vanish; nothing else changes its place.
    """
    return _composed(text).translate(_FOLDING)


def matches(query: str, text: str) -> tuple[tuple[int, int], ...] | None:
    """Where the words of `query` stand in `text`, both folded, so that a result can light them.

    Each word has to begin a word of `text`, or to stand inside one if it has three letters or more; one that occurs
    often is found at each beginning, or else at its first place.

    Args:
        query: What was typed so far, in any letters.
        text: A name in any of the three languages, composed (NFC) as all our data are.

    Returns:
        Spans (start, end) in `text`, in order and apart from each other; empty for an empty query; None when a word
        of the query is not there.
    """
    places: list[int] = []
    letters: list[str] = []
    for place, letter in enumerate(text):
        folded = _fold_letter(letter)
        letters.append(folded)
        places.extend([place] * len(folded))
    folded_text = "".join(letters)
    lit: set[int] = set()
    for word in fold(query).split():
        starts = _starts(word, folded_text)
        if not starts:
            return None
        for start in starts:
            # From place to place, so that a quote inside the word is lit with it.
            lit.update(range(places[start], places[start + len(word) - 1] + 1))
    return _spans(lit)


def _starts(word: str, text: str) -> list[int]:
    found = []
    at = text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    beginnings = [at for at in found if at == 0 or not text[at - 1].isalnum()]
    if beginnings:
        return beginnings
    return found[:1] if len(word) >= 3 else []


def _spans(lit: set[int]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for place in sorted(lit):
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return tuple(spans)


@cache
def _order(language: Language) -> dict[str, int]:
    """The place of each letter: its own alphabet first, then the others', after digits and signs."""
    own = _ALPHABETS[language]
    rest = "".join(_ALPHABETS[other] for other in ("az", "en", "ru") if other != language)
    alphabet = dict.fromkeys(own + rest)
    return {letter: place for place, letter in enumerate(alphabet, start=1)}


def sort_key(language: Language, text: str) -> tuple[tuple[int, int], ...]:
    """The key by which names stand in the alphabetical order of `language`; case does not matter.

    az is CLDR's order (ç after c, ə after e, ğ after g, x after h, ı before i, q after k, w last); ru has ё after е.
    A letter of another alphabet follows the own ones; digits and signs come before all letters.
    """
    order = _order(language)
    return tuple(
        (1, order[letter]) if letter in order else (0, ord(letter)) if not letter.isalpha() else (2, ord(letter))
        for letter in lower(language, text)
    )
