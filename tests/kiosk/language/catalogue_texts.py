"""The catalogues as the tests read them: from the `.po` files, every form of every message."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kiosk.names import LANGUAGES, Language
from tests.architecture.tree import ROOT

MESSAGES = ROOT / "assets" / "messages"


@dataclass(frozen=True)
class Entry:
    """One message of one catalogue: one text, or one for each plural form."""

    language: Language
    key: str
    texts: tuple[str, ...]
    plural: bool
    fuzzy: bool


@cache
def catalogue(language: Language) -> Catalog:
    return read_po(io.BytesIO((MESSAGES / f"{language}.po").read_bytes()), locale=language, abort_invalid=True)


@cache
def entries(language: Language) -> dict[str, Entry]:
    found = {}
    for message in catalogue(language):
        if message.id == "":
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        found[key] = Entry(language, key, texts, message.pluralizable, message.fuzzy)
    return found


def everything() -> list[Entry]:
    return [entry for language in LANGUAGES for entry in entries(language).values()]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def without_placeholders(text: str) -> str:
    return "".join(literal for literal, _, _, _ in Formatter().parse(text))
