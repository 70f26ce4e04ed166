"""How a service ended: the form that stands where the list stood when a service is finished (C2).

The first line is chosen, so that the key pressed twice ends an ordinary service; a digit chooses at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Region
from textual.widget import Widget

from kiosk.hall.queue_facts import OUTCOMES, Outcome
from screens.base import Placed
from screens.widgets.question import Question
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

DIGITS: Final = "".join(str(place) for place in range(1, len(OUTCOMES) + 1))
"""The digits that choose an outcome, in the order of the lines."""
_AIR: Final = 2
"""From here on, in rows for each outcome, there is a free one between them."""


class OutcomeList(TouchArea, can_focus=False):
    """A line for each outcome, with its digit; a touch is told as `TouchArea.Touched` with the outcome's name."""

    def __init__(self) -> None:
        super().__init__(id="outcomes")
        self._at = 0

    @property
    def chosen(self) -> Outcome:
        """The outcome under the cursor."""
        return OUTCOMES[self._at]

    def move(self, step: int) -> None:
        """Move the cursor, as far as there are lines."""
        self.choose(self._at + step)

    def choose(self, place: int) -> None:
        """Put the cursor on a line, as near as there is one."""
        self._at = min(max(0, place), len(OUTCOMES) - 1)
        self.refresh()

    def _lines(self) -> Sequence[tuple[int, Outcome]]:
        apart = _AIR if self.size.height >= _AIR * len(OUTCOMES) else 1
        return [(apart * place, outcome) for place, outcome in enumerate(OUTCOMES)]

    def spots(self) -> Sequence[Spot]:
        """The lines."""
        return [Spot(outcome, Region(0, row, self.size.width, 1), "canvas") for row, outcome in self._lines()]

    def draw(self, sheet: Sheet) -> None:
        """Digit and words; the chosen line has a ground and a bar."""
        for place, (row, outcome) in enumerate(self._lines()):
            chosen = place == self._at
            if chosen:
                sheet.cursor(row)
            elif self.pressed == outcome:
                sheet.fill(0, row, sheet.width, 1, "tint")
            sheet.text(2, row, str(place + 1), "accent", bold=True)
            sheet.put(5, row, sheet.width - 6, self.text(f"counter.outcome.{outcome}"), "ink", bold=chosen)


class OutcomeForm:
    """The question and the outcomes."""

    def __init__(self) -> None:
        self.question = Question(self._title, lambda: self.question.text("counter.finish.help"), id="finish-question")
        self.outcomes = OutcomeList()
        self.ticket: str | None = None
        """Whose service ends; None while the form is closed."""

    def _title(self) -> str:
        return self.question.text("counter.finish.title", ticket=self.ticket or "")

    @property
    def widgets(self) -> Sequence[Widget]:
        """In reading order."""
        return self.question, self.outcomes

    def open(self, ticket: str) -> None:
        """Begin with the ordinary outcome."""
        self.ticket = ticket
        self.outcomes.choose(0)

    def close(self) -> None:
        """Nobody's service ends."""
        self.ticket = None

    def places(self, area: Region) -> Placed:
        """From the top of the area."""
        x, y, width, height = area
        yield self.question, Region(x, y, width, 2)
        yield self.outcomes, Region(x, y + 3, width, max(0, min(height - 3, _AIR * len(OUTCOMES))))
