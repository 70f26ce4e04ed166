"""What care tells: a light, a message of the catalogues with its facts, a probe's finding, and a trial's line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from kiosk.clock import Instant, baku
from kiosk.language import Language, day_figures, number, text
from kiosk.signature.facts import Light

LIGHTS: Final[tuple[Light, ...]] = ("absent", "good", "warning", "fault")
"""From nothing to look at to something broken."""

TrialName = Literal[
    "card", "chain", "trace", "apdu", "ticket", "scanner", "mail", "sms", "service", "simulated", "screen"
]
"""What a technician can try (M3)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the catalogues with its values; none of them is about a person."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def words(self, language: Language) -> str:
        """The message in a language."""
        return text(language, self.key, **{name: _written(language, value) for name, value in self.facts.items()})


Fact = str | int | Decimal | date | datetime | Message
"""A value of a message: dates, instants and numbers are written in the reader's language, a message is told in it."""
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding as a technician reads it; `advice` and `last_fault` are empty where there is none."""

    name: str
    finding: str
    advice: str
    last_fault: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found (M2).

    `probe` is a stable id, unique in one look: a name such as `database`, or a name and which one it is, as `reader:1`.
    Advice is there wherever something has to be done, and shares the finding's facts. `trial` names what proves it
    mended. `last_fault` is the last thing that was wrong, whatever the light is now; `last_fault_at` is when it began.
    """

    probe: str
    light: Light
    finding_key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    advice_key: str | None = None
    last_fault: Message | None = None
    last_fault_at: Instant | None = None
    trial: TrialName | None = None

    @property
    def finding(self) -> Message:
        """What was found."""
        return Message(self.finding_key, self.facts)

    def words(self, language: Language) -> FindingWords:
        """All of it in a language."""
        return FindingWords(
            name=probe_name(language, self.probe),
            finding=self.finding.words(language),
            advice=Message(self.advice_key, self.facts).words(language) if self.advice_key is not None else "",
            last_fault=self.last_fault.words(language) if self.last_fault is not None else "",
        )


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One thing that a trial did or found; `depth` is how deep it stands in a tree, `milliseconds` how long it took."""

    light: Light
    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    milliseconds: float | None = None
    depth: int = 0

    def words(self, language: Language) -> str:
        """The line in a language, without its time."""
        return Message(self.key, self.facts).words(language)


def probe_name(language: Language, probe: str) -> str:
    """What a probe is called: `reader:1` is "Card reader 1"."""
    kind, _, which = probe.partition(":")
    return text(language, f"care.probe.{kind}", name=which)


def hexadecimal(data: bytes, between: str = "") -> str:
    """Bytes as technicians read them, in capitals."""
    return between.join(f"{byte:02X}" for byte in data)


def is_worse(light: Light, than: Light) -> bool:
    """Whether a light is worse than another; absent is as good as good."""
    return _rank(light) > _rank(than)


def exit_code(findings: Iterable[Finding]) -> int:
    """What `doctor` ends with: 0 all good (or not there), 1 with a warning, 2 with a fault."""
    return max((_rank(finding.light) for finding in findings), default=0)


def _rank(light: Light) -> int:
    return max(0, LIGHTS.index(light) - 1)


def moment(language: Language, at: datetime) -> str:
    """Day and time to the second on the centres' wall clocks, as a technician compares them with a log."""
    here = at.astimezone(baku())
    return f"{day_figures(language, here.date())} {here:%H:%M:%S}"


def _written(language: Language, value: Fact) -> str:
    match value:
        case Message():
            return value.words(language)
        case datetime():
            return moment(language, value)
        case Decimal():
            return number(language, value, max(0, -int(value.as_tuple().exponent)))
        case str() | int():
            return str(value)
        case _:
            return day_figures(language, value)
