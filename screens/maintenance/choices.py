"""Things to choose from, each with a digit, in columns that fill the page (M3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from screens.frame import columns
from screens.maintenance.frame import MaintenanceFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

_DIGITS: Final = "1234567890"
_LOW: Final = 3
_TALL: Final = 4
"""Rows of a half-row box with one line of words, and with two."""
_BESIDE: Final = 4
"""Columns beside the words: the digit and the air around it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them: its name in messages, and its title with a line of help below it, or the title alone."""

    name: str
    words: Callable[[], str]


class Choices(TouchArea):
    """In two columns with a line of help where there is room, else as many columns as the titles fit into."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(id="choices")
        self._choices = tuple(choices)
        self._page = 0

    def _grid(self) -> tuple[int, int, int]:
        """Columns, rows of choices on a page, and the height of each."""
        width, height = self.size
        told = [choice.words() for choice in self._choices]
        tall = max(1, height // _TALL)
        if not MaintenanceFrame.of(self.app.size).compact and "\n" in "".join(told) and len(told) <= 2 * tall:
            return 2, tall, _TALL
        longest = max((cell_len(words.partition("\n")[0]) for words in told), default=0)
        for across in (3, 2):
            if longest + _BESIDE <= columns(width, across, 2)[0][1]:
                return across, max(1, height // _LOW), _LOW
        return 2, tall, _TALL

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
            if place < len(_DIGITS):
                sheet.text(x + 1, y + 1, _DIGITS[place], "accent", bold=True)
            at, room = x + _BESIDE - 1, width - _BESIDE
            lines = wrap(title, room, 2 if height == _TALL and not told else 1)
            for row, line in enumerate(lines, y + 1):
                sheet.put(at, row, room, line, bold=True)
            if height == _TALL and told:
                sheet.put(at, y + 2, room, told, "soft")
