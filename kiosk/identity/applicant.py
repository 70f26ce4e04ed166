"""The applicant's data: what each field may hold, and what is wrong with what was typed (Q6, W1, W5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.errors import BadRequest
from kiosk.identity.fin import is_fin, tidy_fin

FIELDS: Final = ("given_name", "surname", "patronymic", "fin", "phone", "email")
MAY_BE_EMPTY: Final = frozenset({"patronymic"})
_NAMES: Final = frozenset({"given_name", "surname", "patronymic"})
_NAME_SIGNS: Final = 60
_EMAIL_SIGNS: Final = 254
_BESIDE_LETTERS: Final = frozenset(" -'’ʼ`.")


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person as checked: names in NFC as typed, FİN in capitals, phone in E.164, e-mail address normalised."""

    given_name: str
    surname: str
    patronymic: str
    fin: str
    phone: str
    email: str

    def __repr__(self) -> str:
        return "Applicant(…)"


def tidy(field: str, typed: str) -> str:
    """The text of a field as it is kept when it has no problem; harmless on any text."""
    text = unicodedata.normalize("NFC", typed).strip()
    if field == "fin":
        return tidy_fin(text)
    if field == "phone":
        return _phone(text) or text
    if field == "email":
        return _email(text) or text
    return " ".join(text.split())


def problem(field: str, typed: str) -> str | None:
    """The message key that says what is wrong with a field's text, or None when nothing is.

    Args:
        field: one of `FIELDS`.
        typed: the text as typed.
    """
    text = tidy(field, typed)
    if not text:
        return None if field in MAY_BE_EMPTY else "field.empty"
    if field in _NAMES:
        return None if _is_name(text) else "field.name"
    if field == "fin":
        return None if is_fin(text) else "field.fin"
    if field == "phone":
        return None if _phone(text) is not None else "field.phone"
    return None if _email(text) is not None else "field.email"


def applicant(typed: Mapping[str, str], *, without_email: bool = False) -> Applicant:
    """The checked applicant of typed texts.

    Args:
        typed: the texts by field.
        without_email: whether there may be no e-mail address: it is "" then, and no letter is ever written to it (C8).

    Raises:
        BadRequest: the first field that is wrong, and why.
    """
    for field in FIELDS:
        if without_email and field == "email" and not typed.get(field, "").strip():
            continue
        key = problem(field, typed.get(field, ""))
        if key is not None:
            raise BadRequest(field, key.removeprefix("field."))
    return Applicant(**{field: tidy(field, typed.get(field, "")) for field in FIELDS})


def _is_name(text: str) -> bool:
    return (
        len(text) <= _NAME_SIGNS
        and any(sign.isalpha() for sign in text)
        and all(sign.isalpha() or sign in _BESIDE_LETTERS or unicodedata.combining(sign) for sign in text)
    )


def _phone(text: str) -> str | None:
    """A phone number of Azerbaijan in E.164, or None. National and international forms are understood."""
    import phonenumbers

    if not text or len(text) > 40:
        return None
    try:
        number = phonenumbers.parse(text, "AZ")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 994 or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str | None:
    """The normalised address, or None. Whether its domain answers is the post's business, not the form's."""
    from email_validator import EmailNotValidError, validate_email

    if not text.isascii() or len(text) > _EMAIL_SIGNS:
        return None
    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return found.normalized.lower() if "." in found.domain else None
