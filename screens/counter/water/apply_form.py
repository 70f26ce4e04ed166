"""What an operator types for a citizen's application: rows, choices, and the fields that they become (W1, W5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from kiosk.names import LANGUAGES, Language
from kiosk.water.facts import District, Document, DocumentRole, Kind, Place, Subscriber

RowKind = Literal["text", "choice", "document"]
ROLES: Final[tuple[DocumentRole, ...]] = ("ownership_document", "residents_certificate")
_LONGEST: Final = {"notes": 1000, "explanation": 1000, "email": 254, "place": 120}
_PERSON: Final = ("fin", "surname", "given_name", "patronymic", "phone", "email")
_ROWS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "new_consumer": (
        "kind", *_PERSON, "language", "consumer_fin", "district", "place", "house_type", "house_number", "flat_number",
        "notes", *ROLES,
    ),
    "suspension": ("kind", "subscriber", "reason", "fin", "phone", "email", "language", "explanation", "notes"),
    "restoration": ("kind", "subscriber", "reason", "fin", "phone", "email", "language", "explanation", "notes"),
}  # fmt: skip
"""Of who applies about a subscriber the registry has the names, so they are not asked for."""
CHOICES: Final = frozenset({"kind", "language", "district", "place", "house_type", "reason"})
LABELS: Final[Mapping[str, str]] = {
    "kind": "application.fact.kind",
    "district": "application.fact.district",
    "place": "application.fact.place",
    "house_type": "application.fact.house_type",
    "reason": "desk.fact.reason",
    "language": "desk.fact.language",
    "email": "field.label.water_email",
    "ownership_document": "desk.role.ownership_document",
    "residents_certificate": "desk.role.residents_certificate",
}


_SHORT: Final = frozenset(
    {"kind", "language", "consumer_fin", "phone", "email", "place", "notes", "explanation", *ROLES}
)


def label_key(name: str) -> str:
    """The message key of a row's label."""
    return LABELS.get(name, f"field.label.{name}")


def short_key(name: str) -> str:
    """The message key of a row's label in the form, where there is little room."""
    return f"desk.field.{name}" if name in _SHORT else label_key(name)


def longest(name: str) -> int:
    """How many signs a row takes."""
    return _LONGEST.get(name, 60)


def row_kind(name: str) -> RowKind:
    """How a row is filled in."""
    if name in ROLES:
        return "document"
    return "choice" if name in CHOICES else "text"


@dataclass(slots=True)
class ApplyForm:
    """What is typed and chosen so far. Turning to another kind loses nothing of it."""

    kind: Kind = "new_consumer"
    language: Language = LANGUAGES[0]
    """The applicant's, in which letters and messages reach them; the operator's is on screen."""
    typed: dict[str, str] = field(default_factory=dict, repr=False)
    district: District | None = None
    place: Place | None = field(default=None, repr=False)
    house_type: str = ""
    reasons: dict[Kind, str] = field(default_factory=dict)
    """The reason's id for each kind."""
    documents: dict[DocumentRole, Document] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stood in it before anything was typed."""

    @classmethod
    def about(cls, subscriber: Subscriber) -> ApplyForm:
        """A form that begins with a subscriber: suspend what is served, restore what is not."""
        kind: Kind = "restoration" if subscriber.service_state == "suspended" else "suspension"
        given = {"subscriber": subscriber.code, "fin": subscriber.fin}
        return cls(kind, typed=dict(given), given=given)

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that are asked for now."""
        rows = _ROWS[self.kind]
        return tuple(name for name in rows if name != "flat_number" or self.house_type != "yard_house")

    @property
    def is_begun(self) -> bool:
        """Whether leaving it loses something; kind and language are one key each and count for nothing."""
        names = self.typed.keys() | self.given.keys()
        changed = any(self.typed.get(name, "").strip() != self.given.get(name, "") for name in names)
        return changed or bool(self.district or self.house_type or self.reasons or self.documents)

    def fields(self) -> dict[str, str]:
        """The fields by the station's names; only those of this kind of application."""
        asked = {name: self.typed.get(name, "") for name in self.rows if row_kind(name) == "text"}
        if self.kind != "new_consumer":
            return asked | {"reason": self.reasons.get(self.kind, "")}
        return asked | {
            "district": self.district.id if self.district is not None else "",
            "place": str(self.place.id) if self.place is not None else "",
            "place_text": "" if self.place is not None else self.typed.get("place_text", ""),
            "house_type": self.house_type,
        }

    def turn_language(self) -> None:
        """The next language."""
        self.language = LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)]

    def document_row(self, current: str) -> str:
        """The document to take from this row: its own, else the first that is missing."""
        return current if current in ROLES else next((role for role in ROLES if role not in self.documents), ROLES[0])

    def row_of(self, field_name: str) -> str:
        """The row in which a field of the station's stands."""
        name = {"documents": ROLES[0], "place_text": "place"}.get(field_name, field_name)
        return name if name in self.rows else self.rows[0]

    def problems(self, found: Mapping[str, str]) -> dict[str, str]:
        """What is wrong by row, with the documents that are missing."""
        by_row = {self.row_of(name): key for name, key in found.items()}
        missing = ROLES if self.kind == "new_consumer" else ()
        return by_row | {role: "document.missing" for role in missing if role not in self.documents}

    def handed_in(self) -> tuple[tuple[DocumentRole, str], ...]:
        """Role and digest of each document."""
        if self.kind != "new_consumer":
            return ()
        return tuple((role, self.documents[role].digest) for role in ROLES if role in self.documents)
