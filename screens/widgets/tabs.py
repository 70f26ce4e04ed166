"""Tabs: a few words side by side, one of them chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Region

from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_WIDTH: Final = 22
_GAP: Final = 2


class Tabs(TouchArea):
    """Three rows; the chosen one on a tint over a line in the accent colour."""

    def __init__(self, *, id: str = "tabs") -> None:
        super().__init__(id=id)
        self._tabs: tuple[tuple[str, str], ...] = ()
        self._chosen = ""

    def show(self, tabs: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show (name, words) pairs, one of them chosen."""
        self._tabs, self._chosen = tuple(tabs), chosen
        self.refresh()

    def _widths(self) -> list[int]:
        """Each as wide as a finger likes it; where that is too much, the air beside the words is shared out."""
        lengths = [len(words) for _, words in self._tabs]
        wide = [max(_WIDTH, length + 6) for length in lengths]
        room = self.size.width - _GAP * (len(lengths) - 1)
        if not lengths or sum(wide) <= room:
            return wide
        air = max(2, (room - sum(lengths)) // len(lengths))
        return [length + air for length in lengths]

    def spots(self) -> Sequence[Spot]:
        """The tabs."""
        spots, x = [], 0
        for (name, _), width in zip(self._tabs, self._widths(), strict=True):
            ground: Colour = "tint" if name == self._chosen else "surface"
            spots.append(Spot(name, Region(x, 0, width, 3), ground))
            x += width + _GAP
        return spots

    def draw(self, sheet: Sheet) -> None:
        """The tabs."""
        for spot, (name, words) in zip(self.spots(), self._tabs, strict=True):
            x, _, width, height = spot.region
            chosen = name == self._chosen
            sheet.area(x, 0, width, height, "tint" if self.pressed == name else spot.ground)
            sheet.put(x + 1, 1, width - 2, words, bold=chosen, align="center")
            if chosen and not sheet.palette.framed:
                sheet.text(x, height - 1, "▁" * width, "accent")
