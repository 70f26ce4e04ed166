"""What a key of `kiosk.toml` may hold: said in words for people, and as a test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a key may hold, in words and as a test."""

    words: str
    one_of: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    pattern: str = ""


def one_of(default: str, *choices: str) -> Any:
    """A field that holds one of a few words."""
    return field(default=default, metadata={"allowed": Allowed(" or ".join(f'"{c}"' for c in choices), choices)})


def number(default: int, low: int, high: int) -> Any:
    """A field that holds a whole number within bounds."""
    return field(default=default, metadata={"allowed": Allowed(f"a whole number {low} to {high}", low=low, high=high)})


def text(default: str, words: str, pattern: str = "") -> Any:
    """A field that holds a text of a form; `words` say which."""
    return field(default=default, metadata={"allowed": Allowed(words, pattern=pattern)})


def fits(value: Any, allowed: Allowed) -> bool:
    """Whether a value of the right type is allowed."""
    if allowed.one_of and value not in allowed.one_of:
        return False
    if allowed.low is not None and value < allowed.low:
        return False
    if allowed.high is not None and value > allowed.high:
        return False
    return not allowed.pattern or re.fullmatch(allowed.pattern, value) is not None
