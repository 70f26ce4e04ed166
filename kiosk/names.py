"""A name in the three languages of the centres."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Language = Literal["az", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("az", "ru", "en")


class Names(NamedTuple):
    """One name in Azerbaijani, Russian and English, as written in the reference data."""

    az: str
    ru: str
    en: str

    def of(self, language: Language) -> str:
        """The name in `language`."""
        return str(getattr(self, language))

    def as_dict(self) -> dict[str, str]:
        """The form `batch` gives out: {"az": …, "ru": …, "en": …}."""
        return self._asdict()
