"""By which words a subscriber is found as one types at the company's desk, folded as all searches here are (K3)."""

from __future__ import annotations

from typing import Final

from db.subscribers import SubscriberRow
from kiosk.language.letters import fold

_LONGEST: Final = 40
"""Signs of a word that are looked at; what is longer is found by its beginning."""


def words_of(row: SubscriberRow) -> list[str]:
    """The words of a subscriber's name, address, FİN and code, each once."""
    text = f"{row.code} {row.fin} {row.surname} {row.given_name} {row.patronymic} {row.address}"
    return list(dict.fromkeys(word[:_LONGEST] for word in fold(text).split()))


def searched(typed: str) -> list[str]:
    """The words to look for in what was typed, each once, the longest first."""
    words = dict.fromkeys(word[:_LONGEST] for word in fold(typed).split())
    return sorted(words, key=len, reverse=True)
