"""Things to choose from, each with a digit, in columns that fill the page (M3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

from screens.frame import columns
from screens.maintenance.frame import MaintenanceFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_DIGITS: Final = "1234567890"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them: its name in messages, and its title with a line of help below it, or the title alone."""

    name: str
    words: Callable[[], str]


class Choices(TouchArea):
    """Two columns with a line of help where there is room, else three with the titles alone."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(id="choices")
        self._choices = tuple(choices)
        self._page = 0

    def _grid(self) -> tuple[int, int, int]:
        """Columns, rows of choices on a page, and the height of each."""
        width, height = self.size
        rows = height // 4
        if not MaintenanceFrame.of(self.app.size).compact and len(self._choices) <= 2 * rows:
            return 2, max(1, rows), 4
        return 3 if width >= 66 else 2, max(1, height // 3), 3

    @property
    def pages(self) -> int:
        """How many pages there are."""
        across, rows, _ = self._grid()
        return max(1, -(-len(self._choices) // (across * rows)))

    @property
    def page(self) -> int:
        """Which is shown, from 0."""
        self._page = max(0, min(self._page, self.pages - 1))
        return self._page

    def turn(self, by: int) -> None:
        """Turn the page; after the last comes the first."""
        self._page = (self.page + by) % self.pages
        self.cursor = None
        self.refresh()

    def _shown(self) -> list[tuple[int, Region]]:
        across, rows, high = self._grid()
        first = self.page * across * rows
        places = columns(self.size.width, across, 2)
        return [
            (number, Region(places[place % across][0], high * (place // across), places[place % across][1], high))
            for place, number in enumerate(range(first, min(first + across * rows, len(self._choices))))
        ]

    def spots(self) -> Sequence[Spot]:
        """The choices of this page."""
        return [Spot(self._choices[number].name, region, half=True) for number, region in self._shown()]

    def by_digit(self, digit: str) -> str | None:
        """The name of the choice with that digit, which counts from the page's first."""
        place = _DIGITS.find(digit)
        shown = self._shown()
        return self._choices[shown[place][0]].name if 0 <= place < len(shown) else None

    def draw(self, sheet: Sheet) -> None:
        """Digit, title, help."""
        for place, (number, (x, y, width, height)) in enumerate(self._shown()):
            choice = self._choices[number]
            ground: Colour = "tint" if self.pressed == choice.name else "surface"
            sheet.area(x, y, width, height, ground, half=True)
            title, _, told = choice.words().partition("\n")
            at = x + 2
            if place < len(_DIGITS):
                sheet.text(at, y + 1, _DIGITS[place], "accent", bold=True)
            at += 3
            sheet.put(at, y + 1, x + width - at - 1, title, bold=True)
            if height > 3:
                sheet.put(at, y + 2, x + width - at - 1, told, "soft")
