"""Frozen answers as plain JSON values and back: datetimes as milliseconds of UTC, names as their three texts."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, cast

from kiosk import errors
from kiosk.clock import to_datetime, to_instant
from kiosk.names import Names

_DATETIMES = frozenset({"datetime", "datetime | None"})


@cache
def _moments(kind: Hashable) -> frozenset[str]:
    return frozenset(entry.name for entry in fields(cast(type[Any], kind)) if entry.type in _DATETIMES)


def as_values(answer: Any, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of a flat frozen dataclass as JSON values, without those left out and those that are None."""
    moments = _moments(cast(Hashable, type(answer)))
    values: dict[str, Any] = {}
    for entry in fields(answer):
        value = getattr(answer, entry.name)
        if value is not None and entry.name not in leave_out:
            values[entry.name] = to_instant(value) if entry.name in moments else value
    return values


def from_values(kind: type[Any], values: dict[str, Any]) -> Any:
    """The dataclass `kind` again, from what `as_values` gave (and the fields that were left out there)."""
    moments = _moments(cast(Hashable, kind))
    return kind(
        **{
            name: to_datetime(value) if name in moments and value is not None else value
            for name, value in values.items()
        }
    )


def refusal_as_json(refusal: errors.Refusal) -> str:
    """A refusal with its facts."""
    values: dict[str, Any] = {"error": refusal.error}
    for name, fact in refusal.facts.items():
        if isinstance(fact, datetime):
            values[name] = {"at": to_instant(fact)}
        elif isinstance(fact, Names):
            values[name] = {"names": list(fact)}
        else:
            values[name] = fact
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def refusal_from_json(values: dict[str, Any]) -> errors.Refusal:
    """The refusal again."""
    facts: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            facts[name] = to_datetime(value["at"]) if "at" in value else Names(*value["names"])
        elif name != "error":
            facts[name] = value
    kinds: dict[str, Any] = {kind.error: kind for kind in errors.Refusal.__subclasses__()}
    refusal: errors.Refusal = kinds[values["error"]](**facts)
    return refusal
