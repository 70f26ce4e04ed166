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
    usable: bool = True
    """Whether it applies now. One that does not is soft, and says why when it is pressed."""
    aside: str | None = None
    """What stands behind the words, such as the time that is left; None: nothing ever does."""


class KeyBar(TouchArea, can_focus=False):
    """The keys at the foot, from left to right. Which they are is asked at each drawing.

    Where they do not fit one row and there are two, they take both.
    """

    GROUND = "sunken"

    def __init__(self, keys: Callable[[], Sequence[Key]]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def _places(self) -> list[tuple[Key, str, Region]]:
        left = CounterFrame.of(self.app.size).left
        room = self.size.width - 2 * left
        said = [(key, self.text(key.words)) for key in self._keys()]
        widths = [cell_len(key.cap) + 3 + cell_len(words) for key, words in said]
        height = self.size.height
        if height < 2 or sum(widths) + len(widths) - 1 <= room:
            gap = max(1, min(4, (room - sum(widths)) // max(1, len(said) - 1)))
            rows = [(0, height, gap, len(said))]
        else:
            # As many in the first row as there is room for.
            first = next(count for count in range(len(said), 0, -1) if sum(widths[:count]) + 2 * (count - 1) <= room)
            rows = [(0, 1, 2, first), (height - 1, 1, 2, len(said) - first)]
        found = []
        left_over = list(zip(said, widths, strict=True))
        for y, tall, gap, count in rows:
            x = left
            for (key, words), wide in left_over[:count]:
                found.append((key, words, Region(x, y, wide, tall)))
                x += wide + gap
            left_over = left_over[count:]
        return found

    def spots(self) -> Sequence[Spot]:
        """The keys."""
        return [Spot(key.name, region, "sunken", below="sunken") for key, _, region in self._places()]

    def draw(self, sheet: Sheet) -> None:
        """Cap and words."""
        for key, words, region in self._places():
            row = region.y + region.height // 2
            wide = cell_len(key.cap) + 2
            pressed = self.pressed == key.name
            sheet.fill(region.x, row, wide, 1, "tint" if pressed else "deep-raise")
            if sheet.palette.framed:
                sheet.text(region.x, row, f"[{key.cap}]", "ink", bold=True)
            else:
                sheet.text(region.x + 1, row, key.cap, "ink" if pressed else "on-deep", bold=True)
            sheet.text(region.x + wide + 1, row, words, "ink", bold=True)
