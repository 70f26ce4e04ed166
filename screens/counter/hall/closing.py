"""The form that closes hours, the question before it, and the one before they are opened again (C2).

Before anything is done it is said how many people are booked, and how many of them no letter reaches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.hall.closed_hours import LONGEST_REASON, Affected, ClosedHours
from kiosk.language import day_figures, day_year_weekday, plural, text
from kiosk.names import LANGUAGES, Names
from screens.base import Placed
from screens.counter.hall.closures import when_words
from screens.counter.hall.form import FormField, HallForm
from screens.counter.hall.section import ActingScreen
from screens.counter.key_bar import Key
from screens.counter.water.desk import Operator
from screens.counter.water.fact_pane import Fact, FactPane
from screens.widgets.words import Heading

READY_REASONS: Final = ("repair", "power", "water", "training", "technical")
"""Reasons that are written already, in three languages."""
OWN: Final = "own"
_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_TIME: Final = re.compile(r"([0-9]{1,2}):?([0-9]{2})?")


def read_day(typed: str) -> date | None:
    """A date as 23.11.2026, or None."""
    found = _DAY.fullmatch(typed.strip())
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def read_time(typed: str) -> time | None:
    """A time as 9, 09:00 or 0900, or None."""
    found = _TIME.fullmatch(typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


class ClosingForm(HallForm):
    """Which hours and why."""

    TITLE = "hall.closing.title"
    SEND = "hall.closing.check"

    def __init__(self, operator: Operator, day: date) -> None:
        values = {"day": f"{day:%d.%m.%Y}", "from": "", "until": "", "why": READY_REASONS[0]}
        super().__init__(operator, values | dict.fromkeys(LANGUAGES, ""))

    def fields(self) -> Sequence[FormField]:
        """The reason's three languages only where none that is ready is chosen."""
        own = (
            tuple(FormField(name, f"hall.in.{name}", longest=LONGEST_REASON) for name in LANGUAGES)
            if self.values["why"] == OWN
            else ()
        )
        return (
            FormField("day", "hall.closing.day", longest=10),
            FormField("from", "hall.closing.from", longest=5),
            FormField("until", "hall.closing.until", longest=5),
            FormField("why", "hall.closing.reason", "choice", choices=self._reasons),
            *own,
        )

    def _reasons(self) -> Sequence[tuple[str, str]]:
        ready = [(name, self.text(f"hall.reason.{name}")) for name in READY_REASONS]
        return [*ready, (OWN, self.text("hall.closing.own"))]

    def hint_words(self) -> str:
        """What an empty time means."""
        return self.text("hall.closing.hint")

    def value_changed(self, name: str) -> None:
        """Another reason may have other rows."""
        if name == "why":
            self.refresh(layout=True)

    def reason(self) -> Names:
        """The chosen reason in all three languages."""
        why = self.values["why"]
        if why == OWN:
            return Names(*(self.values[name] for name in LANGUAGES))
        return Names(*(text(language, f"hall.reason.{why}") for language in LANGUAGES))

    def row_of(self, field: str) -> str:
        """The first language of an own reason that is missing."""
        if field == "reason":
            return next((name for name in LANGUAGES if not self.values[name].strip()), "az")
        return field

    def send(self) -> None:
        """Ask how many people are booked, and show the question."""
        day = read_day(self.values["day"])
        opens = read_time(self.values["from"]) if self.values["from"].strip() else None
        until = read_time(self.values["until"]) if self.values["until"].strip() else None
        for name, bad, said in (
            ("day", day is None, "hall.closing.bad_day"),
            ("from", bool(self.values["from"].strip()) and opens is None, "hall.closing.bad_time"),
            ("until", bool(self.values["until"].strip()) and until is None, "hall.closing.bad_time"),
        ):
            if bad:
                self.wrong = name
                self.tell(said, "error")
                self.go_to(name)
                return
        reason = self.reason()
        if not all(part.strip() for part in reason):
            self.wrong = self.row_of("reason")
            self.tell("hall.refused.all_languages", "error")
            self.go_to(self.wrong)
        elif day is not None:
            chosen = day
            self.act(lambda: self._ask(chosen, opens, until, reason))

    async def _ask(self, day: date, opens: time | None, until: time | None, reason: Names) -> None:
        affected = await self.ask(self.kiosk.station.closed_hours.affected, day, opens, until)
        self.kiosk.push_screen(ConfirmClosing(self, day, opens, until, reason, affected))


class _Question(ActingScreen):
    """One question: what it is about, and two ways."""

    KEYS: ClassVar = {"f10": "yes", "escape": "back"}
    TITLE: ClassVar[str]
    YES: ClassVar[str]

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.heading = Heading(lambda: self.text(self.TITLE), id="heading")
        self.facts = FactPane()

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.facts
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column."""
        yield from super().places(size)
        body = self.desk_frame.body
        yield self.heading, self.desk_frame.title
        yield self.facts, Region(body.x, body.y, body.width, body.height)

    def write(self) -> None:
        """What it is about."""
        self.facts.show(self.lines())

    def lines(self) -> list[Fact]:
        """Labels and values."""
        raise NotImplementedError

    def keys_here(self) -> Sequence[Key]:
        """Yes; Escape goes back."""
        return (Key("yes", "F10", self.YES),)

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        if name == "yes":
            self.act(self.do)
        else:
            super().do_key(name)

    async def do(self) -> None:
        """Do it."""
        raise NotImplementedError

    def people(self, bookings: int, without_email: int) -> list[Fact]:
        """Who is met by it, in words."""
        language = self.kiosk.language
        facts = [Fact(self.text("hall.closing.people"), plural(language, "hall.closing.booked", bookings))]
        if without_email:
            words = plural(language, "hall.closing.without_email", without_email)
            facts.append(Fact(self.text("hall.closing.to_call"), words))
        return facts


class ConfirmClosing(_Question):
    """How many people are booked; then yes or back to the form."""

    TITLE = "hall.closing.confirm"
    YES = "hall.closing.close_now"

    def __init__(
        self, form: ClosingForm, day: date, opens: time | None, until: time | None, reason: Names, affected: Affected
    ) -> None:
        super().__init__(form.operator)
        self._form = form
        self._day, self._opens, self._until = day, opens, until
        self._reason = reason
        self.affected = affected

    def lines(self) -> list[Fact]:
        """Which hours, why, whom it meets, and what happens."""
        opens = self._opens.strftime("%H:%M") if self._opens is not None else "00:00"
        until = self._until.strftime("%H:%M") if self._until is not None else "24:00"
        whole = self._opens is None and self._until is None
        return [
            Fact(self.text("hall.closing.day"), day_year_weekday(self.kiosk.language, self._day)),
            Fact(self.text("hall.closure.hours"), self.text("hall.closure.whole_day") if whole else f"{opens}–{until}"),
            *(Fact(self.text(f"hall.in.{name}"), self._reason.of(name)) for name in LANGUAGES),
            *self.people(self.affected.bookings, self.affected.without_email),
            Fact(self.text("hall.closing.then"), self.text("hall.closing.then_words")),
        ]

    async def do(self) -> None:
        """Close them."""
        key = self.key_for(self._day, self._opens, self._until, self._reason)
        desk = self.kiosk.station.closed_hours
        await self.ask(desk.close, key, self.staff, self._day, self._opens, self._until, self._reason)
        self._form.saved()
        self.busy = False
        self.kiosk.pop_screen()
        self.kiosk.pop_screen()


class WithdrawScreen(_Question):
    """Opening closed hours again."""

    TITLE = "hall.closing.withdraw"
    YES = "hall.closing.withdraw_now"

    def __init__(self, operator: Operator, closed: ClosedHours) -> None:
        super().__init__(operator)
        self.closed = closed

    def lines(self) -> list[Fact]:
        """Which hours, and who is told."""
        language = self.kiosk.language
        day, hours = when_words(self.closed)
        return [
            Fact(self.text("hall.closing.day"), day_figures(language, day)),
            Fact(self.text("hall.closure.hours"), hours or self.text("hall.closure.whole_day")),
            Fact(self.text("hall.closing.reason"), self.closed.reason.of(language)),
            Fact(self.text("hall.closing.told"), plural(language, "hall.closing.booked", self.closed.told)),
            Fact(self.text("hall.closing.then"), self.text("hall.closing.withdraw_words")),
        ]

    async def do(self) -> None:
        """Open them."""
        await self.ask(
            self.kiosk.station.closed_hours.withdraw, self.key_for(self.closed.id), self.staff, self.closed.id
        )
        self.busy = False
        self.leave()
