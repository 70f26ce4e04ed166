"""`doctor`: the page of health without a screen, for people and for programs (M4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from kiosk.care.facts import Finding
from kiosk.care.health import Health
from kiosk.language import Language
from kiosk.settings import Settings
from kiosk.signature.facts import Light

_MARKS: Final[dict[Light, str]] = {"good": "✓", "warning": "!", "fault": "✕", "absent": "–"}


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything once, without a station."""
    health = Health(settings)
    try:
        return health.examine()
    finally:
        health.close()


def as_values(findings: Iterable[Finding], language: Language = "en") -> str:
    """JSON for other programs: a list of objects with probe, light, finding, advice, last_fault, last_fault_at.

    `probe` is a stable id, the texts are in the language, `last_fault_at` is in milliseconds of UTC; what is not there
    is null, but for `advice`, which is then empty.
    """
    return json.dumps([_values(finding, language) for finding in findings], ensure_ascii=False)


def _values(finding: Finding, language: Language) -> dict[str, object]:
    words = finding.words(language)
    return {
        "probe": finding.probe,
        "light": finding.light,
        "finding": words.finding,
        "advice": words.advice,
        "last_fault": words.last_fault or None,
        "last_fault_at": finding.last_fault_at,
    }


def as_lines(findings: Iterable[Finding], language: Language = "en") -> Iterator[str]:
    """Lines for people; the names stand as in the JSON, in every language, so that help by phone finds them."""
    findings = tuple(findings)
    width = max((len(finding.probe) for finding in findings), default=0)
    for finding in findings:
        words = finding.words(language)
        first, *more = words.finding.split("\n")
        yield f"{_MARKS[finding.light]} {finding.probe:<{width}} {first}"
        for line in more:
            yield f"  {'':<{width}} {line}"
        for number, line in enumerate(words.advice.split("\n") if words.advice else ()):
            yield f"  {'':<{width}} {'→' if number == 0 else ' '} {line}"
