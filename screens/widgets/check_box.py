"""A box to tick, with its words beside it; the whole of it can be touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Region

from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea


class CheckBox(TouchArea):
    """Three rows or more. A touch is told as `TouchArea.Touched`; who listens ticks it."""

    def __init__(self, words: Callable[[], str], *, ticked: bool = False, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._ticked = ticked

    @property
    def ticked(self) -> bool:
        """Whether it is ticked."""
        return self._ticked

    @ticked.setter
    def ticked(self, ticked: bool) -> None:
        if ticked != self._ticked:
            self._ticked = ticked
            self.refresh()

    @property
    def _ground(self) -> Colour:
        return "tint" if self._ticked or self.pressed else "surface"

    def spots(self) -> Sequence[Spot]:
        """The whole box."""
        return (Spot(str(self.id), Region(0, 0, self.size.width, self.size.height), self._ground),)

    def draw(self, sheet: Sheet) -> None:
        """The mark in its square, and the words; a ticked one has a bar too."""
        sheet.area(0, 0, sheet.width, sheet.height, self._ground)
        if self._ticked:
            sheet.fill(0, 0, 1, sheet.height, "accent")
        middle = sheet.height // 2
        sheet.text(3, middle, "[ ]", "ink", bold=True)
        if self._ticked:
            sheet.text(4, middle, "✓", "accent", bold=True)
        room = sheet.width - 11
        lines = wrap(self._words(), room, sheet.height)
        for row, line in enumerate(lines, start=(sheet.height - len(lines)) // 2):
            sheet.put(8, row, room, line, bold=True)
