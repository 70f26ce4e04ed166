"""Keys for bytes: sixteen digits, a blank, erase and clear (M3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Region
from textual.message import Message

from screens.frame import columns
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_DIGITS: Final = "0123456789ABCDEF"
_NAMES: Final = (*_DIGITS[:8], "erase", *_DIGITS[8:], "clear")
_ROWS: Final = 2
HEIGHT: Final = 3 * _ROWS
HEIGHT_COMPACT: Final = 2 * _ROWS


class HexPad(TouchArea, can_focus=False):
    """Two rows of nine keys."""

    class Pressed(Message):
        """A digit was pressed, or "erase" or "clear"."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def spots(self) -> Sequence[Spot]:
        """The keys."""
        high = self.size.height // _ROWS
        places = columns(self.size.width, len(_NAMES) // _ROWS, 1)
        return [
            Spot(
                name,
                Region(
                    places[place % len(places)][0], high * (place // len(places)), places[place % len(places)][1], high
                ),
                "surface" if name in _DIGITS else "sunken",
                half=True,
            )
            for place, name in enumerate(_NAMES)
        ]

    def touch(self, name: str) -> None:
        """Tell which it was."""
        super().touch(name)
        self.post_message(self.Pressed(name))

    def draw(self, sheet: Sheet) -> None:
        """The keys."""
        labels = {"erase": "⌫", "clear": "✕"}
        for spot in self.spots():
            x, y, width, height = spot.region
            ground = "tint" if self.pressed == spot.name else spot.ground
            if height > 2:
                sheet.area(x, y, width, height, ground, half=True)
                y += 1
            else:
                sheet.fill_halves(x, 2 * y, width, 3, ground)
            sheet.put(x, y, width, labels.get(spot.name, spot.name), bold=True, align="center")
