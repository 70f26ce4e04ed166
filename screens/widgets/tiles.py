"""Tiles: the large choices of a screen, each with the digit that chooses it, a bold name and a soft line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, fits, wrap
from screens.widgets.touch_area import Spot, TouchArea

_FIGURE_ROWS: Final = 7
"""From this height on a tile's digit is a large figure."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One choice: its name in messages, its digit, what stands on it (title, then a line), whether it is a main one."""

    name: str
    digit: str
    words: Callable[[], Sequence[str]]
    main: bool = False


class Tiles(TouchArea):
    """A group of tiles; `arrange` says where they stand in a widget of a given size."""

    def __init__(
        self, tiles: Sequence[Tile], arrange: Callable[[Size], Sequence[Region]], *, id: str = "tiles"
    ) -> None:
        super().__init__(id=id)
        self._tiles = tuple(tiles)
        self._arrange = arrange

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show these; `arrange` has a region for each of them from now on."""
        if tuple(tiles) != self._tiles:
            self._tiles = tuple(tiles)
            self.refresh()

    def _looks(self, tile: Tile) -> tuple[Colour, Colour, Colour, Colour]:
        """Ground, digit, name, line."""
        if self.pressed == tile.name:
            return "tint", "accent", "ink", "soft"
        if tile.main:
            return "accent", "on-accent", "on-accent", "accent-soft"
        return "surface", "accent", "ink", "soft"

    def spots(self) -> Sequence[Spot]:
        """The tiles."""
        regions = self._arrange(self.size)
        return [
            Spot(tile.name, region, self._looks(tile)[0]) for tile, region in zip(self._tiles, regions, strict=True)
        ]

    def choose_digit(self, digit: str) -> bool:
        """Touch the tile with that digit, if there is one."""
        tile = next((tile for tile in self._tiles if tile.digit == digit), None)
        if tile is not None:
            self.touch(tile.name)
        return tile is not None

    def draw(self, sheet: Sheet) -> None:
        """Each on its ground; tiles side by side show their soft lines all or none."""
        placed = list(zip(self._tiles, self._arrange(self.size), strict=True))
        for tile, region in placed:
            beside = [other for other, place in placed if place.y == region.y]
            self._draw_tile(sheet, tile, region, with_line=all(self._line_fits(other, region) for other in beside))

    def _room(self, region: Region) -> tuple[int, int, int]:
        """Where words begin, how wide they may be, and how many soft lines there may be below the name."""
        large = self.kiosk.large
        indent = 14 if self._has_figure(region) else 5 if large else 6
        most = min(3 if region.height > 5 else 2, region.height - (3 if large else 2))
        return indent, region.width - indent - (2 if large else 3), max(0, most)

    def _has_figure(self, region: Region) -> bool:
        return region.height >= _FIGURE_ROWS and not self.kiosk.large

    def _line_fits(self, tile: Tile, region: Region) -> bool:
        """Half a line would say less than none: the name is what is chosen."""
        _, room, most = self._room(region)
        return most > 0 and fits(" ".join(tile.words()[1:]), room, most)

    def _draw_tile(self, sheet: Sheet, tile: Tile, region: Region, *, with_line: bool) -> None:
        ground, digit_ink, name_ink, line_ink = self._looks(tile)
        x, y, width, height = region
        sheet.area(x, y, width, height, ground)
        name, *rest = tile.words()
        indent, room, most = self._room(region)
        lines = wrap(" ".join(rest), room, most) if rest and with_line else []
        names = wrap(name, room, max(1, min(2, height - 1 - len(lines))))
        top = y + (height - len(names) - len(lines)) // 2
        if self._has_figure(region):
            sheet.pixels(x + 5, y + (height - 4) // 2, figures.pixels(tile.digit), digit_ink)
        else:
            sheet.text(x + (2 if self.kiosk.large else 3), top, tile.digit, digit_ink, bold=True)
        for index, line in enumerate(names):
            sheet.put(x + indent, top + index, room, line, name_ink, bold=True)
        for index, line in enumerate(lines, start=len(names)):
            sheet.put(x + indent, top + index, room, line, line_ink)
