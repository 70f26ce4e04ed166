"""What an operator fills in to book for somebody: rows, what can be chosen in them, and what is still wrong (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kiosk.hall.people import DOCUMENTS, Document
from kiosk.identity.applicant import problem
from kiosk.language import matches
from kiosk.names import LANGUAGES, Language
from screens.counter.people.hours import hour_lines
from screens.counter.people.words import centre_words, document_words, moment_words
from screens.counter.water.words import LANGUAGE_NAMES

if TYPE_CHECKING:
    from screens.app import KioskApp

ROWS: Final = (
    "document", "fin", "surname", "given_name", "patronymic", "phone", "email", "language", "service", "centre", "hour",
)  # fmt: skip
TYPED: Final = frozenset({"fin", "surname", "given_name", "patronymic", "phone", "email"})
_LONGEST: Final = {"email": 254, "fin": 7}


def longest(row: str) -> int:
    """How many signs a row takes."""
    return _LONGEST.get(row, 60)


def label_key(row: str) -> str:
    """The message key of a row's label."""
    return f"field.label.{row}" if row in TYPED else f"people.row.{row}"


@dataclass(slots=True)
class BookForm:
    """What is typed and chosen so far."""

    centre: str
    document: Document | None = None
    language: Language = LANGUAGES[0]
    """The person's, for paper and letters; the operator's is on screen."""
    typed: dict[str, str] = field(default_factory=dict, repr=False)
    service: str | None = None
    hour: datetime | None = None

    @property
    def is_begun(self) -> bool:
        """Whether leaving it loses something that took more than a moment."""
        return self.hour is not None or any(self.typed.get(name, "").strip() for name in TYPED if name != "fin")

    def problems(self) -> dict[str, str]:
        """What is wrong, by row; nobody has to have an e-mail address."""
        found = {}
        for row in ROWS:
            if row in TYPED:
                text = self.typed.get(row, "")
                wrong = None if row == "email" and not text.strip() else problem(row, text)
            else:
                wrong = None if getattr(self, row) is not None else "field.empty"
            if wrong is not None:
                found[row] = wrong
        return found

    def choose(self, row: str, name: str) -> None:
        """Choose in a row; another service or centre has other hours."""
        match row:
            case "document":
                self.document = next(one for one in DOCUMENTS if one == name)
            case "language":
                self.language = next(one for one in LANGUAGES if one == name)
            case "hour":
                self.hour = datetime.fromisoformat(name)
            case "service" if name != self.service:
                self.service, self.hour = name, None
            case "centre" if name != self.centre:
                self.centre, self.hour = name, None


class Choices:
    """The lists from which a row is chosen, as the station told them."""

    def __init__(self) -> None:
        self.services: tuple[tuple[str, str], ...] = ()
        self.centres: tuple[tuple[str, str], ...] = ()
        self.hours: tuple[datetime, ...] = ()

    def of(self, app: KioskApp, row: str, typed: str) -> Sequence[tuple[str, str]]:
        """Names and words of a row's choices that have what was typed."""
        found: Sequence[tuple[str, str]]
        match row:
            case "document":
                found = [(one, document_words(app, one)) for one in DOCUMENTS]
            case "language":
                found = [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]
            case "service":
                found = self.services
            case "centre":
                found = self.centres
            case "hour":
                return [(hour.isoformat(), words) for hour, words in hour_lines(app, self.hours, typed)]
            case _:
                return ()
        return [one for one in found if not typed.strip() or matches(typed, one[1]) is not None]

    def words(self, app: KioskApp, form: BookForm, row: str) -> str:
        """What is chosen in a row."""
        if row == "document":
            return document_words(app, form.document) if form.document is not None else ""
        if row == "hour":
            return moment_words(app, form.hour) if form.hour is not None else ""
        if row == "language":
            return LANGUAGE_NAMES[form.language]
        if row == "centre":
            return centre_words(app, form.centre, short=True)
        return dict(self.services).get(form.service or "", "")
