"""“E-imzanı yoxla”: lines that fill in one after another, and the result in one sentence on top (E3).

What costs no PIN is found out by itself. A trial with a PIN is explained first, and can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.identity.card_facts import CardFacts, PinName, Purpose
from screens.base import Placed
from screens.citizen.card_words import Text, pin_words
from screens.citizen.step import Notice
from screens.citizen.telling import Chosen
from screens.citizen.turning import TurningScreen
from screens.frame import Frame
from screens.messages import CardSeen
from screens.widgets.checks import Check, CheckList, CheckState
from screens.widgets.pager import PAGER_WIDTH, Pager
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.names import Language
    from kiosk.signature.readiness import ReadinessLine

Result = Literal["title", "good", "warning", "fault", "untried"]
_FREE: Final = (
    "reader",
    "driver",
    "component",
    "card",
    "root",
    "pca",
    "ica",
    "certificate_sign_in",
    "certificate_signature",
    "revocation",
)
TRIALS: Final[tuple[Purpose, ...]] = ("sign_in", "signature")
_MARKS: Final[Mapping[Result, str]] = {"title": "", "good": "✓ ", "warning": "! ", "fault": "✕ ", "untried": "! "}
_LIGHTS: Final[Mapping[str, str]] = {"good": "✓", "warning": "!", "fault": "✕", "absent": "–"}


@dataclass(slots=True, repr=False)
class Findings:
    """One check of one card, as far as it came."""

    card: CardFacts | None
    insertion: int | None
    lines: dict[str, ReadinessLine] = field(default_factory=dict)
    at_work: str | None = None
    finished: bool = False
    skipped: set[str] = field(default_factory=set)
    """Trials that the person left out."""

    def __repr__(self) -> str:
        return "<Findings>"

    @property
    def names(self) -> list[str]:
        """Every line, in its order; those of the PINs are this card's own."""
        pins = [f"tries_{pin.name}" for pin in self.card.pins] if self.card is not None else []
        expected = [*_FREE, *(pins or ["tries_pin1", "tries_pin2", "tries_puk"]), *TRIALS]
        return [*expected, *(name for name in self.lines if name not in expected)]

    def take(self, line: ReadinessLine) -> None:
        """A line was found out."""
        self.lines[line.name] = line

    @property
    def next_trial(self) -> tuple[Purpose, PinName] | None:
        """The first trial that wants a PIN and was not left out."""
        for name in TRIALS:
            line = self.lines.get(name)
            if line is not None and line.needs is not None and name not in self.skipped:
                return name, line.needs
        return None

    @property
    def result(self) -> Result:
        """How it stands by the worst line."""
        if not self.finished:
            return "title"
        lights = {line.light for line in self.lines.values()}
        if "fault" in lights:
            return "fault"
        if "warning" in lights:
            return "warning"
        untried = any(self.lines[name].light != "good" for name in TRIALS if name in self.lines)
        return "untried" if untried else "good"

    def words(self, text: Text) -> str:
        """The result: a sentence, and what it means."""
        return f"{_MARKS[self.result]}{text(f'readiness.{self.result}')}"

    def checks(self, text: Text, language: Language) -> Sequence[Check]:
        """Every line as it is shown."""
        return [self._check(name, text, language) for name in self.names]

    def _check(self, name: str, text: Text, language: Language) -> Check:
        title = text(f"readiness.line.{name}")
        line = self.lines.get(name)
        group = _group(name)
        if self.at_work == name:
            return Check(name, title, "at_work", text("readiness.at_work"), group=group)
        if line is None:
            state: CheckState = "absent" if self.finished else "to_come"
            return Check(name, title, state, "" if self.finished else text("readiness.to_come"), group=group)
        return Check(name, title, line.light, line.finding(language), line.advice(language), group)


class ReadinessScreen(TurningScreen):
    """Runs the free lines once; ends with `Chosen("try" | "ways" | "card_gone")`, or `Back`."""

    HAS_MAIN = True
    HAS_SECOND = True

    def __init__(self, findings: Findings, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.findings = findings
        self.checks = CheckList()
        self.pager = Pager(self.checks)
        self.hint = Words(self.help_words)
        """The help line, where the question has no row for it."""

    def title_words(self) -> str:
        """At the end the result, until then what is going on."""
        return self.findings.words(self.text).partition("\n")[0]

    def help_words(self) -> str:
        """What it means."""
        return self.findings.words(self.text).partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """The lines, and what turns their pages."""
        return [self.checks, self.pager, self.hint]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Over the whole area; in large type the pager stands on its last rows, and the list reaches half a row out."""
        if frame.large:
            yield self.checks, Region(area.x, area.y - 1, area.width, area.height - 2)
            yield self.pager, Region(area.x, area.bottom - 3, PAGER_WIDTH, 3)
            beside = PAGER_WIDTH + 2 if self.pager.is_needed else 0
            yield self.hint, Region(area.x + beside, area.bottom - 2, area.width - beside, 2)
        else:
            yield self.checks, Region(area.x, area.y, area.width, area.height)

    def place_footer(self, frame: Frame) -> Placed:
        """In the roomy layout all lines fit; the pager stands before the buttons if they do not."""
        yield from super().place_footer(frame)
        if not frame.large and self.pager.is_needed:
            yield self.pager, Region(frame.left + 20, frame.footer.y, 24, 3)

    def on_mount(self) -> None:
        """Begin, unless this check was finished before."""
        self._draw_lines()
        if not self.findings.finished:
            self.start(self._run(), group="readiness")

    async def _run(self) -> None:
        findings = self.findings
        lines: Iterator[ReadinessLine] = await self.ask(self.kiosk.station.readiness, findings.insertion, None, None)
        for name in findings.names:
            if name not in findings.lines:
                findings.at_work = name
                break
        self._draw_lines()
        while (line := await self.kiosk.ask(_next, lines)) is not None:
            findings.take(line)
            names = findings.names
            place = names.index(line.name) + 1
            findings.at_work = names[place] if place < len(names) else None
            self._draw_lines()
        findings.at_work = None
        findings.finished = True
        self._draw_lines()
        self.write()

    def _draw_lines(self) -> None:
        self.checks.show_checks(self.findings.checks(self.text, self.kiosk.language))
        self.question.refresh()
        self.hint.refresh()

    def write(self) -> None:
        """The next trial, or the ways on; what a trial is good for."""
        super().write()
        findings = self.findings
        self._draw_lines()
        trial = findings.next_trial if findings.finished else None
        if not findings.finished:
            self.set_main("")
            self.set_second("")
        elif trial is not None:
            self.set_main(self.text("readiness.try", pin=pin_words(self.text, trial[1])))
            self.set_second(self.text("button.ways"))
        else:
            self.set_main(self.text("button.ways"))
            self.set_second("")

    @on(CardSeen)
    def _card_seen(self, event: CardSeen) -> None:
        """Another card, or none: what was found out is of the card before."""
        if event.sight.insertion != self.findings.insertion:
            self.answer(Chosen("card_gone"))

    def go_on(self) -> None:
        """The next trial, or the ways on."""
        if self.findings.finished:
            self.answer(Chosen("try" if self.findings.next_trial is not None else "ways"))

    def do_second(self) -> None:
        """The ways on."""
        if self.findings.finished:
            self.answer(Chosen("ways"))


def _group(name: str) -> int:
    """The machine, the authorities, the certificates, the tries, the trials."""
    if name in TRIALS:
        return 4
    if name.startswith("tries_"):
        return 3
    return 0 if name in _FREE[:4] else 1 if name in _FREE[4:7] else 2


def _next(lines: Iterator[ReadinessLine]) -> ReadinessLine | None:
    """The next line; in a thread, for it blocks while it is found out."""
    return next(lines, None)


def light_words(findings: Findings, name: str, language: Language) -> str:
    """A line on paper or in a letter: mark, finding, advice."""
    line = findings.lines[name]
    return " ".join(part for part in (_LIGHTS[line.light], line.finding(language), line.advice(language)) if part)
