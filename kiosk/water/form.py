"""The forms of the applications: what each field may hold, and what is wrong with what was typed (W1, W5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, get_args

from kiosk.errors import BadRequest
from kiosk.identity import applicant
from kiosk.water.facts import District, HouseType, Kind, Place
from kiosk.water.places import Known
from kiosk.water.registry import read_code

_APPLICANT: Final = applicant.FIELDS
_NAMES: Final = frozenset({"given_name", "surname"})
FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    "new_consumer": (
        "consumer_fin", "district", "place", "place_text", "house_type", "house_number", "flat_number",
        *_APPLICANT, "notes",
    ),
    "suspension": ("subscriber", "reason", *_APPLICANT, "explanation", "notes"),
    "restoration": ("subscriber", "reason", *_APPLICANT, "explanation", "notes"),
}  # fmt: skip
"""The fields of each form, in the order in which problems are told."""

_SIGNS: Final = {"place_text": 120, "house_number": 20, "flat_number": 20, "notes": 1000, "explanation": 1000}
"""How long a free text may be."""
_MOST_LINES: Final = 20
_FREE: Final = frozenset({"notes", "explanation"})
_NUMBER: Final = re.compile(r"(?=.*\w)[\w /.\-]+")
_HOUSE_TYPES: Final = get_args(HouseType)
_DROPPED: Final = frozenset({"Cf", "Cs", "Co", "Cn"})
"""Unicode categories of signs that nobody sees or that turn a line around: they are no part of a text."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form without a problem: every field tidied, empty ones left out."""

    values: Mapping[str, str] = field(repr=False)
    district: District | None = None
    place: Place | None = field(default=None, repr=False)

    @property
    def subscriber(self) -> str | None:
        """The subscriber code."""
        return self.values.get("subscriber")

    @property
    def address(self) -> str:
        """The place in one line, as on a letter: "Bakı, Xətai r., Əhmədli, ev 12, mənzil 5"."""
        if self.district is None:
            return ""
        where = {"baku": "Bakı, {} r.", "city": "{}", "rayon": "{} r."}[self.district.group].format(self.district.name)
        place = self.values.get("place_text", "") if self.place is None else _place_name(self.place)
        house, flat = self.values["house_number"], self.values.get("flat_number")
        return ", ".join(part for part in (where, place, f"ev {house}", f"mənzil {flat}" if flat else "") if part)


def tidy(name: str, typed: str) -> str:
    """The text of a field as it is kept when it has no problem; harmless on any text."""
    if name in _APPLICANT:
        return applicant.tidy(name, _seen(typed))
    if name == "consumer_fin":
        return applicant.tidy("fin", _seen(typed))
    lines = [" ".join(line.split()) for line in _seen(typed).split("\n")]
    if name not in _FREE:
        return " ".join(line for line in lines if line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def problems(kind: Kind, typed: Mapping[str, str], known: Known, code_digits: str) -> dict[str, str]:
    """What is wrong: the message key by field, in the order of the form. Empty: nothing is.

    Args:
        kind: which form.
        typed: the texts as typed, by field; a missing one is empty.
        known: the lists.
        code_digits: the setting `[water] code_digits`.
    """
    return _read(kind, typed, known, code_digits)[1]


def filled(kind: Kind, typed: Mapping[str, str], known: Known, code_digits: str) -> Filled:
    """The form of typed texts.

    Raises:
        BadRequest: the first field that is wrong, and why.
    """
    form, wrong = _read(kind, typed, known, code_digits)
    for name, key in wrong.items():
        raise BadRequest(name, key.removeprefix("field."))
    return form


def _read(kind: Kind, typed: Mapping[str, str], known: Known, code_digits: str) -> tuple[Filled, dict[str, str]]:
    values = {name: text for name in FIELDS[kind] if (text := tidy(name, typed.get(name, "")))}
    wrong = {name: key for name in FIELDS[kind] if (key := _problem(kind, name, values)) is not None}
    district = place = None
    if kind == "new_consumer":
        district = known.district(values.get("district", ""))
        if district is None:
            wrong["district"] = "field.choose"
        else:
            values["district"] = district.id
            place = _place(district, values, known, wrong)
        if values.get("house_type") == "yard_house":
            values.pop("flat_number", None)  # not asked for
            wrong.pop("flat_number", None)
    else:
        _read_subscriber(values, code_digits, wrong)
        if known.reason(kind, values.get("reason", "")) is None:
            wrong["reason"] = "field.choose"
    ordered = {name: wrong[name] for name in FIELDS[kind] if name in wrong}
    return Filled(values, district, place), ordered


def _problem(kind: Kind, name: str, values: Mapping[str, str]) -> str | None:
    text = values.get(name, "")
    if name in _APPLICANT:
        # who applies about a subscriber is the subscriber: the registry knows the name
        if not text and name in _NAMES and kind != "new_consumer":
            return None
        return applicant.problem(name, text)
    if name == "consumer_fin":
        return applicant.problem("fin", text)
    if len(text) > _SIGNS.get(name, len(text)) or text.count("\n") >= _MOST_LINES:
        return "field.too_long"
    if name == "house_type" and text not in _HOUSE_TYPES:
        return "field.choose"
    if name in ("house_number", "flat_number"):
        if not text:
            return "field.empty"
        return None if _NUMBER.fullmatch(text) else "field.house"
    return None


def _place(district: District, values: dict[str, str], known: Known, wrong: dict[str, str]) -> Place | None:
    """The chosen place; a free text stands for one that is not in the list (W1)."""
    if "place_text" in values:
        values.pop("place", None)
        if not any(sign.isalnum() for sign in values["place_text"]):
            wrong["place_text"] = "field.empty"
        return None
    place = known.place(district, values.get("place", ""))
    if place is None:
        wrong["place"] = "field.choose"
    else:
        values["place"] = str(place.id)
    return place


def _read_subscriber(values: dict[str, str], code_digits: str, wrong: dict[str, str]) -> None:
    try:
        values["subscriber"] = read_code(values.get("subscriber", ""), code_digits)
    except BadRequest as bad:
        wrong["subscriber"] = "field.empty" if bad.why == "empty" else "field.subscriber"


def _place_name(place: Place) -> str:
    return {"street": "{} küç.", "settlement": "{}", "village": "{} kəndi"}[place.kind].format(place.name)


def _seen(typed: str) -> str:
    """The text without what nobody sees: control and format signs, half surrogates, signs of no standard."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = (" " if unicodedata.category(sign) == "Cc" and sign != "\n" else sign for sign in text)
    return unicodedata.normalize("NFC", "".join(sign for sign in kept if unicodedata.category(sign) not in _DROPPED))


def as_kind(text: str) -> Kind:
    """The kind of a text.

    Raises:
        BadRequest: it is none.
    """
    if text not in FIELDS:
        raise BadRequest("kind", "unknown")
    return text
