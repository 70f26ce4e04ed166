"""The facts of a booking: its order code large, then day and latest time before all else (Q7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kiosk.clock import in_baku, to_instant
from kiosk.language import clock, day_long, day_year_weekday
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from screens.app import KioskApp

_LABEL_WIDTH: Final = 17
_HIGH_ROWS: Final = 14
"""From this height on there is room for the label over the code, and for advice."""
_TWO_LINES_ROWS: Final = 21
"""From this height on there is room for the code in two lines, and for the facts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label (message key) and its value; what must be known is bold."""

    label: str
    value: str
    bold: bool = False


class FactsPanel(Drawn):
    """Order code and facts; the facts are given as a function, so that a change of language rewrites them."""

    def __init__(
        self, code: str, advice: Callable[[], str], facts: Callable[[], Sequence[Fact]], *, id: str = "facts"
    ) -> None:
        """Make it for an order code; `advice` stands under the code where there is room."""
        super().__init__(id=id)
        self._code = code
        self._advice = advice
        self._facts = facts

    def draw(self, sheet: Sheet) -> None:
        """Where there is no width for large figures the code is spaced out, and values stand under their labels."""
        facts = self._facts()
        if sheet.width >= figures.columns(self._code):
            self._draw_wide(sheet, facts)
        elif sheet.height >= _TWO_LINES_ROWS and sheet.width >= max(map(figures.columns, self._lines())):
            self._draw_two_lines(sheet, facts)
        else:
            self._draw_narrow(sheet, facts)

    def _lines(self) -> tuple[str, str]:
        first, hyphen, second = self._code.partition("-")
        return first + hyphen, second

    def _draw_two_lines(self, sheet: Sheet, facts: Sequence[Fact]) -> None:
        """A code of many wide letters, such as M, stands in its two groups."""
        sheet.put(0, 0, sheet.width, self.text("result.order_code"), "soft")
        for number, line in enumerate(self._lines()):
            sheet.pixels(0, 1 + 5 * number, figures.pixels(line), "ink")
        sheet.text(0, 11, "─" * sheet.width, "line")
        y = 12
        for fact in facts:
            y = _row(sheet, y, self.text(fact.label), fact)

    def _draw_wide(self, sheet: Sheet, facts: Sequence[Fact]) -> None:
        high = sheet.height >= _HIGH_ROWS
        if high:
            sheet.put(0, 0, sheet.width, self.text("result.order_code"), "soft")
        sheet.pixels(0, 2 if high else 0, figures.pixels(self._code), "ink")
        y = 7 if high else 5
        if high and (advice := self._advice()):
            sheet.put(0, y, sheet.width, advice, "ink")
            sheet.put(0, 9, sheet.width, self.text("result.details"), "soft")
            sheet.text(0, 10, "─" * sheet.width, "line")
            y = 11
        for number, fact in enumerate(facts):
            # One empty row parts what must be known from the rest, where there is room for it.
            if number and facts[number - 1].bold and not fact.bold and y + len(facts) - number < sheet.height:
                y += 1
            y = _row(sheet, y, self.text(fact.label), fact)

    def _draw_narrow(self, sheet: Sheet, facts: Sequence[Fact]) -> None:
        sheet.put(0, 0, sheet.width, self.text("result.order_code"), "soft")
        sheet.put(0, 1, sheet.width, " ".join(self._code), "accent", bold=True)
        for number, fact in enumerate(facts, start=1):
            sheet.put(0, 3 * number, sheet.width, self.text(fact.label), "soft")
            for row, line in enumerate(wrap(fact.value, sheet.width, 2), start=1):
                sheet.put(0, 3 * number + row, sheet.width, line, bold=fact.bold)


def _row(sheet: Sheet, y: int, label: str, fact: Fact) -> int:
    """A label and its value beside it; the row after them."""
    room = sheet.width - _LABEL_WIDTH
    sheet.put(0, y, _LABEL_WIDTH - 1, label, "soft")
    lines = wrap(fact.value, room, 4)
    for row, line in enumerate(lines):
        sheet.put(_LABEL_WIDTH, y + row, room, line, bold=fact.bold)
    return y + len(lines)


def when(app: KioskApp, moment: datetime) -> str:
    """Day and hour of a booking, with the year where there is room."""
    day = in_baku(to_instant(moment)).date()
    return f"{day_long(app.language, day) if app.large else day_year_weekday(app.language, day)}, {clock(moment)}"


def latest(app: KioskApp, until: datetime) -> str:
    """Until when one may come, in the manual's words where there is room."""
    return app.text("result.latest_time" if app.large else "result.arrive_until", time=clock(until))


def place_facts(app: KioskApp, service: str, centre: str) -> list[Fact]:
    """Service, centre and address, in the language on screen."""
    found = app.catalogue
    given = found.services.get(service) if found is not None else None
    where = found.centres.get(centre) if found is not None else None
    language = app.language
    return [
        Fact("result.service", given.name.of(language) if given is not None else ""),
        Fact("result.centre", where.name.of(language) if where is not None else ""),
        Fact("result.address", where.address.of(language) if where is not None else ""),
    ]
