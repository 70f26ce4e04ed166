"""Lines of a check that fill in one after another: a light with its word, what was found, and what to do (E3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from screens.palette import Colour
from screens.widgets.lists import PagedList, Row
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot

CheckState = Literal["good", "warning", "fault", "absent", "at_work", "to_come"]

_LOOKS: Final[dict[CheckState, tuple[str, Colour, Colour, Colour, Colour]]] = {
    "good": ("✓", "good", "surface", "ink", "surface"),
    "warning": ("!", "held-ink", "held-ground", "held-ink", "held"),
    "fault": ("✕", "taken-ink", "taken-ground", "taken-ink", "taken"),
    "absent": ("–", "soft", "surface", "soft", "surface"),
    "at_work": ("▸", "accent", "tint", "ink", "accent"),
    "to_come": ("·", "soft", "surface", "soft", "surface"),
}
"""Mark, its ink, the row's ground, the words' ink, and the bar at the left."""
_NAME_AT: Final = 5
_FOUND_AT: Final = 33
_FOUND_AT_LARGE: Final = 31


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what is looked at, how it stands, what was found and what to do about it."""

    name: str
    title: str
    state: CheckState
    found: str = ""
    advice: str = ""
    group: int = 0
    """Lines of one group stand together; where there is room, a free row parts the groups."""


class CheckList(PagedList):
    """The lines from top to bottom, by pages where they do not fit. One is at work at a time."""

    def __init__(self, *, id: str = "checks") -> None:
        super().__init__(id=id)
        self._checks: tuple[Check, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """All lines, of every page."""
        return self._checks

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these, from the page where one is at work, else the first that is not good."""
        self._checks = tuple(checks)
        states = [check.state for check in checks]
        looked_at: tuple[CheckState, ...] = ("at_work", "fault", "warning")
        chosen = next((states.index(state) for state in looked_at if state in states), 0)
        self.show([Row(check.name, check.title, chosen=index == chosen) for index, check in enumerate(checks)])

    def _found_at(self) -> int:
        return _FOUND_AT_LARGE if self.kiosk.large else _FOUND_AT

    def _lines(self, check: Check) -> list[str]:
        """What stands right of the name: what was found; below it what to do."""
        room = max(1, self.size.width - self._found_at() - 2)
        found = wrap(check.found, room, 2)
        return [*found, *(wrap(check.advice, room, 2) if check.advice else ())]

    @property
    def _room(self) -> int:
        """Rows for lines: over the first there is always air, in large type half a row, and half a row at the foot."""
        return self.size.height - (2 if self.kiosk.large else 1)

    def pages(self) -> list[range]:
        """As many lines as fit, each whole."""
        found: list[range] = []
        first, used = 0, 0
        for index, check in enumerate(self._checks):
            high = len(self._lines(check))
            if used and used + high > self._room:
                found.append(range(first, index))
                first, used = index, 0
            used += high
        if self._checks:
            found.append(range(first, len(self._checks)))
        return found

    def spots(self) -> Sequence[Spot]:
        """None: nothing here is chosen."""
        return ()

    def draw(self, sheet: Sheet) -> None:
        """The lines of the page."""
        if self.kiosk.large:
            sheet.fill_halves(0, 1, sheet.width, 2 * sheet.height - 2, "surface")
        else:
            sheet.fill(0, 0, sheet.width, sheet.height, "surface")
        shown = [self._checks[index] for index in self.page]
        used = sum(len(self._lines(check)) for check in shown)
        gaps = sum(before.group != after.group for before, after in pairwise(shown))
        y = 1
        airy = used + gaps + 2 <= sheet.height
        for number, check in enumerate(shown):
            if airy and number and shown[number - 1].group != check.group:
                y += 1
            mark, mark_ink, ground, ink, bar = _LOOKS[check.state]
            lines = self._lines(check)
            sheet.fill(0, y, sheet.width, len(lines), ground)
            sheet.fill(0, y, 1, len(lines), bar)
            sheet.text(2, y, mark, mark_ink, bold=True)
            at = self._found_at()
            title_ink: Colour = "ink" if check.state == "good" else ink
            sheet.put(_NAME_AT, y, at - _NAME_AT - 1, check.title, title_ink, bold=check.state != "to_come")
            for row, line in enumerate(lines):
                sheet.put(at, y + row, sheet.width - at - 1, line, ink)
            y += len(lines)
