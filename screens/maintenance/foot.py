"""The keys at the foot: each a touch button with its cap above what it does; the way out is the accent one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from screens.maintenance.frame import MaintenanceFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_GAP: Final = {True: 1, False: 2}
_PAD: Final = {True: 1, False: 2}
_WIDEST: Final = 24
"""No key is wider than this, unless its words are."""


@dataclass(frozen=True, slots=True)
class FootKey:
    """A key: its name in messages, the terminal's name of the key, what its cap says, and the words below it."""

    name: str
    key: str
    cap: str
    words: Callable[[], str]
    main: bool = False
    usable: bool = True


class Foot(TouchArea):
    """Which keys there are is asked at each drawing. Wider words get more room; the last stands at the right end."""

    GROUND = "sunken"

    def __init__(self, keys: Callable[[], Sequence[FootKey]]) -> None:
        super().__init__(id="foot")
        self._keys = keys

    def _places(self) -> list[tuple[FootKey, Region]]:
        frame = MaintenanceFrame.of(self.app.size)
        keys = self._keys()
        if not keys:
            return []
        gap, pad = _GAP[frame.compact], _PAD[frame.compact]
        needs = [max(cell_len(key.words()), cell_len(key.cap)) + 2 * pad for key in keys]
        room = frame.width - gap * (len(keys) - 1)
        each = room // len(keys)
        if max(needs) <= each:
            widths = [min(each, max(_WIDEST, max(needs)))] * len(keys)
        else:
            spare = max(0, room - sum(needs))
            widths = [need + spare // len(keys) for need in needs]
        top, rows = (0, 3) if frame.compact else (1, 4)
        x, found = frame.left, []
        for key, width in zip(keys, widths, strict=True):
            found.append((key, Region(x, top, width, rows)))
            x += width + gap
        # The last stands at the right end, always in the same cells.
        last, region = found[-1]
        found[-1] = last, Region(frame.left + frame.width - region.width, top, region.width, rows)
        return found

    def _ground(self, key: FootKey) -> Colour:
        if not key.usable:
            return "canvas"
        if self.pressed == key.name:
            return "tint"
        return "accent" if key.main else "surface"

    def spots(self) -> Sequence[Spot]:
        """The keys."""
        return [Spot(key.name, region, self._ground(key), below="sunken") for key, region in self._places()]

    def draw(self, sheet: Sheet) -> None:
        """Cap above words."""
        pad = _PAD[MaintenanceFrame.of(self.app.size).compact]
        for key, (x, y, width, height) in self._places():
            ground = self._ground(key)
            sheet.area(x, y, width, height, ground)
            cap: Colour = "on-accent" if ground == "accent" else "accent" if key.usable else "soft"
            ink: Colour = "on-accent" if ground == "accent" else "ink" if key.usable else "soft"
            row = y + (height - 2) // 2
            sheet.put(x + pad, row, width - 2 * pad, key.cap, cap, bold=True)
            sheet.put(x + pad, row + 1, width - 2 * pad, key.words(), ink)
