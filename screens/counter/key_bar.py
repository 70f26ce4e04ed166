"""Every key that does something now, each with its cap (face.md, "Screens"); the mouse can press them too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.frame import CounterFrame
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its name in messages, what its cap says, the message key of what it does."""

    name: str
    cap: str
    words: str


class KeyBar(TouchArea, can_focus=False):
    """The keys at the foot, from left to right. Which they are is asked at each drawing."""

    GROUND = "sunken"

    def __init__(self, keys: Callable[[], Sequence[Key]]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def _places(self) -> list[tuple[Key, str, Region]]:
        left = CounterFrame.of(self.app.size).left
        room = self.size.width - 2 * left
        said = [(key, self.text(key.words)) for key in self._keys()]
        widths = [cell_len(key.cap) + 3 + cell_len(words) for key, words in said]
        gap = max(1, min(4, (room - sum(widths)) // max(1, len(said) - 1)))
        found = []
        x = left
        for (key, words), wide in zip(said, widths, strict=True):
            found.append((key, words, Region(x, 0, wide, self.size.height)))
            x += wide + gap
        return found

    def spots(self) -> Sequence[Spot]:
        """The keys."""
        return [Spot(key.name, region, "sunken", below="sunken") for key, _, region in self._places()]

    def draw(self, sheet: Sheet) -> None:
        """Cap and words."""
        row = sheet.height // 2
        for key, words, region in self._places():
            wide = cell_len(key.cap) + 2
            pressed = self.pressed == key.name
            sheet.fill(region.x, row, wide, 1, "tint" if pressed else "deep-raise")
            if sheet.palette.framed:
                sheet.text(region.x, row, f"[{key.cap}]", "ink", bold=True)
            else:
                sheet.text(region.x + 1, row, key.cap, "ink" if pressed else "on-deep", bold=True)
            sheet.text(region.x + wide + 1, row, words, "ink", bold=True)
