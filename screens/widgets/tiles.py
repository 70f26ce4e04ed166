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
        """Each on its ground; tiles side by side show their soft lines all or none, and begin on one row."""
        placed = list(zip(self._tiles, self._arrange(self.size), strict=True))
        for tile, region in placed:
            beside = [(other, place) for other, place in placed if place.y == region.y]
            with_line = all(self._line_fits(other, place) for other, place in beside)
            most = max(sum(map(len, self._lines(other, place, with_line=with_line))) for other, place in beside)
            self._draw_tile(sheet, tile, region, self._lines(tile, region, with_line=with_line), most)

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

    def _lines(self, tile: Tile, region: Region, *, with_line: bool) -> tuple[list[str], list[str]]:
        """The name, in two lines where it needs them, and the soft lines."""
        name, *rest = tile.words()
        _, room, most = self._room(region)
        lines = wrap(" ".join(rest), room, most) if rest and with_line else []
        return wrap(name, room, max(1, min(2, region.height - 1 - len(lines)))), lines

    def _draw_tile(
        self, sheet: Sheet, tile: Tile, region: Region, lines: tuple[list[str], list[str]], most: int
    ) -> None:
        """`most` is how many lines the fullest tile beside it has."""
        ground, digit_ink, name_ink, line_ink = self._looks(tile)
        x, y, width, height = region
        sheet.area(x, y, width, height, ground)
        indent, room, _ = self._room(region)
        top = y + (height - most) // 2
        if self._has_figure(region):
            sheet.pixels(x + 5, y + (height - 4) // 2, figures.pixels(tile.digit), digit_ink)
        else:
            sheet.text(x + (2 if self.kiosk.large else 3), top, tile.digit, digit_ink, bold=True)
        names, more = lines
        for row, line in enumerate(names):
            sheet.put(x + indent, top + row, room, line, name_ink, bold=True)
        for row, line in enumerate(more, start=len(names)):
            sheet.put(x + indent, top + row, room, line, line_ink)
