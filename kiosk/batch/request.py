"""One request line: its fields, each checked as it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, Final, cast

from kiosk.acts import usable_key
from kiosk.errors import BadRequest
from kiosk.names import LANGUAGES, Language

LONGEST_LINE: Final = 1_000_000
"""In bytes; a longer line is refused."""

_TEXT_SIGNS: Final = 1000
_STATION_SIGNS: Final = 40


class Malformed(Exception):
    """A line that is no request at all; `why` says so, and `id` is what could be read of it."""

    def __init__(self, why: str, id: Any = None) -> None:
        super().__init__(why)
        self.why = why
        self.id = id


class Request:
    """A parsed request."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.id: Any = values.get("id")

    @property
    def do(self) -> str:
        """What is asked for.

        Raises:
            BadRequest: nothing is.
        """
        return self.text("do")

    def text(self, field: str) -> str:
        """A text that must be there and not be empty.

        Raises:
            BadRequest: it is missing, no text, empty or too long.
        """
        value = self._values.get(field)
        if value is None:
            raise BadRequest(field, "missing")
        if not isinstance(value, str):
            raise BadRequest(field, "not_a_text")
        if not value.strip():
            raise BadRequest(field, "empty")
        if len(value) > _TEXT_SIGNS:
            raise BadRequest(field, "too_long")
        return value

    def key(self) -> str:
        """The idempotency key.

        Raises:
            BadRequest: it is missing or cannot be one.
        """
        key = self.optional_key()
        if key is None:
            raise BadRequest("key", "missing")
        return key

    def optional_key(self) -> str | None:
        """The idempotency key where one is given.

        Raises:
            BadRequest: it cannot be one.
        """
        key = self._values.get("key")
        if key is None:
            return None
        if not usable_key(key):
            raise BadRequest("key", "not_a_text_of_1_to_200_printable_signs")
        return cast(str, key)

    def optional_text(self, field: str) -> str | None:
        """A text, or None where it is missing.

        Raises:
            BadRequest: it is there and unusable.
        """
        return None if self._values.get(field) is None else self.text(field)

    def note(self) -> str:
        """What a colleague shall read; an empty text, as forms send it, is none.

        Raises:
            BadRequest: it is no text, or too long.
        """
        given = self._values.get("note")
        if isinstance(given, str) and not given.strip():
            return ""
        return self.optional_text("note") or ""

    def station(self) -> str | None:
        """The machine at which something was presented, where it is named.

        Raises:
            BadRequest: it is too long, or not printable.
        """
        name = self.optional_text("station")
        if name is not None and (len(name) > _STATION_SIGNS or not name.isprintable()):
            raise BadRequest("station", "not_1_to_40_printable_signs")
        return name

    def time(self, field: str = "time") -> datetime:
        """An instant: ISO 8601 with an offset.

        Raises:
            BadRequest: it is none, or has no offset.
        """
        text = self.text(field)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadRequest(field, "not_a_time_in_iso_8601") from None
        if moment.tzinfo is None:
            raise BadRequest(field, "without_utc_offset")
        if not 1970 < moment.year < 9999:
            raise BadRequest(field, "out_of_range")
        return moment

    def date(self, field: str = "date") -> date:
        """A date: YYYY-MM-DD.

        Raises:
            BadRequest: it is none.
        """
        text = self.text(field)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise BadRequest(field, "not_a_date_in_iso_8601") from None
        if day.isoformat() != text:  # ISO 8601 has other ways to write a date
            raise BadRequest(field, "not_a_date_in_iso_8601")
        return day

    def language(self) -> Language:
        """The letters' language; Azerbaijani where none is given.

        Raises:
            BadRequest: it is none of the three.
        """
        language = self._values.get("language", "az")
        if language not in LANGUAGES:
            raise BadRequest("language", "not_az_ru_or_en")
        return cast(Language, language)

    def applicant(self) -> dict[str, str]:
        """The applicant's fields as typed; the booking room checks them.

        Raises:
            BadRequest: it is no object of texts.
        """
        return self.texts("applicant")

    def texts(self, field: str) -> dict[str, str]:
        """An object of texts, as typed; what is null is left out.

        Raises:
            BadRequest: it is missing or no such object; a member that is no text, or too long, is named itself.
        """
        given = self._values.get(field)
        if given is None:
            raise BadRequest(field, "missing")
        if not isinstance(given, Mapping):
            raise BadRequest(field, "not_an_object")
        typed: dict[str, str] = {}
        for name, value in given.items():
            if value is None:
                continue
            if not isinstance(value, str):
                raise BadRequest(name, "not_a_text")
            if len(value) > _TEXT_SIGNS:
                raise BadRequest(name, "too_long")
            typed[name] = value
        return typed

    def objects(self, field: str, most: int) -> list[Request]:
        """A list of up to `most` objects, each to be asked like a request; an empty one where it is missing.

        Raises:
            BadRequest: it is no such list.
        """
        given = self._values.get(field)
        if given is None:
            return []
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            raise BadRequest(field, "not_a_list_of_objects")
        if len(given) > most:
            raise BadRequest(field, "too_many")
        return [Request(one) for one in given]

    def flag(self, field: str) -> bool:
        """Yes or no; no where it is missing.

        Raises:
            BadRequest: it is neither.
        """
        given = self._values.get(field, False)
        if not isinstance(given, bool):
            raise BadRequest(field, "not_true_or_false")
        return given


def parse(line: bytes) -> Request:
    """The request in a line.

    Raises:
        Malformed: it is too long, no UTF-8, no JSON, no object, or holds what is no text.
    """
    if len(line.rstrip(b"\r\n")) > LONGEST_LINE:
        raise Malformed("line_too_long")
    try:
        values = json.loads(line.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise Malformed("not_utf_8") from None
    except (ValueError, RecursionError):
        raise Malformed("not_json") from None
    if not isinstance(values, dict):
        raise Malformed("not_an_object")
    id = values.get("id")
    if not isinstance(id, str | int | float | None) or isinstance(id, bool) or not _is_unicode(id):
        raise Malformed("id_is_not_a_text_or_number")
    if not _is_unicode(values):
        raise Malformed("not_unicode", id)
    return Request(values)


def _is_unicode(value: Any) -> bool:
    """Whether it can be written as UTF-8: JSON can name halves of signs, which are no text."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _finite(written: str) -> float:
    value = float(written)
    if not isfinite(value):
        raise ValueError(written)
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)
