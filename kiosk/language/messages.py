"""The message catalogues: one lookup by the glossary's key, with its values set in (K2).

A catalogue is `assets/messages/<language>.po`, compiled to a `.mo` beside it by the build and by `./run`. The `.mo`
names the digest of the `.po` it was made of; where that differs (someone edits the tree), the `.po` is compiled in
memory, so that what is shown is always what is written.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from typing import TYPE_CHECKING

from kiosk.language.catalogues import DIGEST_CONTEXT, DIGEST_MESSAGE, compiled, digest_of
from kiosk.names import Language

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class MissingMessage(KeyError):
    """No catalogue of that language has a message under the key."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"the catalogue {language!r} has no message {key!r}")


class MissingValue(KeyError):
    """A message has a placeholder for which no value was given; the error names both, and no value."""

    def __init__(self, key: str, placeholder: str) -> None:
        super().__init__(f"the message {key!r} wants a value for {placeholder!r}")


class _NoOtherLanguage(NullTranslations):
    """Stands where gettext would fall back to another catalogue or to the key itself, and refuses."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        raise MissingMessage(self._language, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise MissingMessage(self._language, msgid1)


def open_catalogue(folder: Traversable, language: Language) -> GNUTranslations:
    """The catalogue of `language` out of `folder`: its `.mo` when that was made of the `.po` beside it, else the `.po`.

    Raises:
        FileNotFoundError: there is neither.
    """
    written, ready = folder / f"{language}.po", folder / f"{language}.mo"
    source = written.read_bytes() if written.is_file() else None
    if ready.is_file():
        catalogue = GNUTranslations(io.BytesIO(ready.read_bytes()))
        if source is None or catalogue.pgettext(DIGEST_CONTEXT, DIGEST_MESSAGE) == digest_of(source):
            return catalogue
    if source is None:
        raise FileNotFoundError(f"no catalogue {language}.mo or {language}.po in {folder}")
    return GNUTranslations(io.BytesIO(compiled(source, language)))


@cache
def _catalogue(language: Language) -> GNUTranslations:
    # Imported at the first text only: with what it drags in, it costs as much as all the rest of this package.
    from importlib.resources import files

    catalogue = open_catalogue(files("assets") / "messages", language)
    catalogue.add_fallback(_NoOtherLanguage(language))
    return catalogue


def _filled(key: str, message: str, values: Mapping[str, object]) -> str:
    try:
        return message.format_map(values)
    except KeyError as missing:
        raise MissingValue(key, str(missing.args[0])) from None


def text(language: Language, key: str, /, **values: object) -> str:
    """The message `key` with `values` in its {placeholders}; its line breaks are real ones.

    Values stand as given: dates, money and counts come in already formatted in the same language.

    Raises:
        MissingMessage: the catalogue does not have the key.
        MissingValue: a placeholder has no value.
    """
    return _filled(key, _catalogue(language).gettext(key), values)


def lines(language: Language, key: str, /, **values: object) -> tuple[str, ...]:
    """`text`, cut at its line breaks: a title and its help, or a message of up to three lines."""
    return tuple(text(language, key, **values).split("\n"))


def plural(language: Language, key: str, n: int, /, **values: object) -> str:
    """The form of the message `key` that fits the count `n`, which is also its value {n}.

    Raises:
        MissingMessage: the catalogue does not have the key, or has it without plural forms.
        MissingValue: a placeholder has no value.
    """
    return _filled(key, _catalogue(language).ngettext(key, key, n), {"n": n, **values})
