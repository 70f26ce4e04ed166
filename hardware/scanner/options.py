"""How a scanner is asked for a readable page: what it can do differs, and `scanimage -A` lists it."""

from __future__ import annotations

import re
from typing import Final

DPI: Final = 200
"""Enough for small print; a colour sheet of A4 is about a megabyte as JPEG."""
_OPTION: Final = re.compile(
    r"^ {4}--(?P<name>mode|resolution|source)[ =](?P<choices>.+?) \[(?P<now>[^\]]*)\]", re.MULTILINE
)
_RANGE: Final = re.compile(r"(\d+)(?:\.\d+)?\.\.(\d+)(?:\.\d+)?")
_MODES: Final = ("Color", "24bit Color", "24bit Color[Fast]", "Gray", "True Gray", "8bit Gray")
_OFF: Final = ("inactive", "read-only", "hardware")


def options_for(listed: str, *, feeder: bool) -> tuple[str, ...]:
    """The options for a page: colour if there is, about 200 dpi, from the glass or the feeder.

    Args:
        listed: what `scanimage -A` says of the device.
        feeder: from the feeder, where there is one.
    """
    chosen: list[str] = []
    for found in _OPTION.finditer(listed):
        name, choices = found["name"], found["choices"]
        if found["now"] in _OFF:
            continue
        if name == "mode":
            value = next((mode for mode in _MODES if mode in choices.split("|")), None)
        elif name == "resolution":
            value = _resolution(choices)
        else:
            value = _source(choices, feeder=feeder)
        if value is not None:
            chosen += [f"--{name}", value]
    return tuple(chosen)


def has_feeder(listed: str) -> bool:
    """Whether the device takes several sheets by itself."""
    return any(
        _source(found["choices"], feeder=True) for found in _OPTION.finditer(listed) if found["name"] == "source"
    )


def _resolution(choices: str) -> str | None:
    within = _RANGE.match(choices)
    if within is not None:
        return str(min(max(DPI, int(within[1])), int(within[2])))
    numbers = [int(number) for number in re.findall(r"\d+", choices)]
    return str(min(numbers, key=lambda number: abs(number - DPI))) if numbers else None


def _source(choices: str, *, feeder: bool) -> str | None:
    for choice in choices.split("|"):
        is_feeder = "adf" in choice.lower() or "feeder" in choice.lower()
        if is_feeder == feeder and "duplex" not in choice.lower():
            return choice
    return None
