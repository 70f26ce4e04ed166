"""The ways of signing in as tiles, with the manuals' whole names; those not at this kiosk are soft (I1 to I8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

from screens.frame import columns
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

_TALLEST: Final = 6
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class WayTile:
    """A way: its whole name, a short one for where there is no room, and what stands below when it is not to be had."""

    name: str
    whole: Callable[[], str]
    short: Callable[[], str]
    missing: Callable[[], str] | None = None


class WayTiles(TouchArea):
    """Two columns of tiles, each with its digit. Soft ones can be touched too: then the screen says why they are."""

    def __init__(self, tiles: Callable[[], Sequence[WayTile]], *, id: str = "ways") -> None:
        """Take the tiles as a function: a reader may be plugged in while they are looked at."""
        super().__init__(id=id)
        self._tiles = tiles

    def _regions(self, count: int) -> list[Region]:
        rows = (count + 1) // 2
        gap = 1 if self.size.height >= rows * (_LEAST + 2) - 1 or count <= 6 else 0
        high = max(_LEAST, min(_TALLEST, (self.size.height - gap * (rows - 1)) // rows)) if rows else 0
        places = columns(self.size.width, 2, 2)
        return [
            Region(places[place % 2][0], place // 2 * (high + gap), places[place % 2][1], high)
            for place in range(count)
        ]

    def _placed(self) -> list[tuple[WayTile, Region]]:
        tiles = self._tiles()
        return list(zip(tiles, self._regions(len(tiles)), strict=True))

    def _ground(self, tile: WayTile) -> Colour:
        if self.pressed == tile.name:
            return "tint"
        return "sunken" if tile.missing is not None else "surface"

    def spots(self) -> Sequence[Spot]:
        """The tiles."""
        return [Spot(tile.name, region, self._ground(tile)) for tile, region in self._placed()]

    def choose_digit(self, digit: str) -> bool:
        """Touch the tile with that digit, if there is one."""
        tiles = self._tiles()
        if digit.isascii() and digit.isdigit() and 0 < int(digit) <= len(tiles):
            self.touch(tiles[int(digit) - 1].name)
            return True
        return False

    def draw(self, sheet: Sheet) -> None:
        """Digit, name, and whether it is to be had."""
        placed = self._placed()
        large_digits = not self.kiosk.large and all(region.height >= _TALLEST for _, region in placed)
        for number, (tile, region) in enumerate(placed, start=1):
            self._draw(sheet, tile, region, str(number), large_digit=large_digits)

    def _draw(self, sheet: Sheet, tile: WayTile, region: Region, digit: str, *, large_digit: bool) -> None:
        x, y, width, height = region
        soft = tile.missing is not None
        sheet.area(x, y, width, height, self._ground(tile))
        indent = 14 if large_digit else 5
        room = width - indent - 2
        lines = wrap(tile.whole(), room, 9)
        if len(lines) > height:
            lines = wrap(tile.short(), room, height)
        below = wrap(tile.missing(), room, 1) if tile.missing is not None and len(lines) < height else []
        top = y + (height - len(lines) - len(below)) // 2
        ink: Colour = "soft" if soft else "ink"
        if large_digit:
            sheet.pixels(x + 5, y + (height - 4) // 2, figures.pixels(digit), "soft" if soft else "accent")
        else:
            sheet.text(x + 2, top, digit, "soft" if soft else "accent", bold=True)
        for row, line in enumerate(lines):
            sheet.put(x + indent, top + row, room, line, ink, bold=not soft)
        for row, line in enumerate(below):
            sheet.put(x + indent, top + len(lines) + row, room, line, "soft")
