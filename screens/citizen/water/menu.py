"""The water company's three services under its name, each with its title to the letter and its ways in (W1, W5, W8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from screens.citizen.step import AnsweringScreen
from screens.citizen.telling import Chosen
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

Service = Literal["new_consumer", "suspension", "statement"]
SERVICES: Final[tuple[Service, ...]] = get_args(Service)

_LEAST: Final = 3
_FIGURE_ROWS: Final = 6
"""From this height on a digit is a large figure."""


@dataclass(frozen=True, slots=True)
class LongTile:
    """A choice with a title of up to three lines, and a soft line below."""

    name: str
    words: Callable[[], str]
    line: Callable[[int], str]
    """The line in so many columns."""


class LongTiles(TouchArea):
    """Tiles one below another over the full width; no word of a title is ever cut, so their heights may differ."""

    def __init__(self, tiles: Sequence[LongTile], *, id: str = "tiles") -> None:
        super().__init__(id=id)
        self._tiles = tuple(tiles)

    def _indent(self, height: int) -> int:
        if self.kiosk.large:
            return 5
        return 14 if height >= _FIGURE_ROWS else 6

    def _lines(self, tile: LongTile) -> list[str]:
        room = self.size.width - (7 if self.kiosk.large else 17)
        return wrap(tile.words(), max(1, room), 4)

    def _heights(self) -> list[int]:
        """Alike where that is enough for each; else each what its words need, and the rest from the top."""
        count = len(self._tiles)
        room = self.size.height - (count - 1)
        needed = [max(_LEAST, len(self._lines(tile)) + 1) for tile in self._tiles]
        alike = room // count
        if max(needed) + 2 <= alike:
            return [alike] * count
        spare = room - sum(needed)
        return [need + max(0, spare // count + (index < spare % count)) for index, need in enumerate(needed)]

    def _placed(self) -> list[tuple[LongTile, Region]]:
        placed, y = [], 0
        for tile, height in zip(self._tiles, self._heights(), strict=True):
            placed.append((tile, Region(0, y, self.size.width, height)))
            y += height + 1
        return placed

    def spots(self) -> Sequence[Spot]:
        """The tiles."""
        return [Spot(tile.name, region, self._ground(tile)) for tile, region in self._placed()]

    def _ground(self, tile: LongTile) -> Colour:
        return "tint" if self.pressed == tile.name else "surface"

    def choose_digit(self, digit: str) -> bool:
        """Touch the tile with that digit, if there is one."""
        if digit.isdigit() and 0 < int(digit) <= len(self._tiles):
            self.touch(self._tiles[int(digit) - 1].name)
            return True
        return False

    def draw(self, sheet: Sheet) -> None:
        """Each with its digit, its title whole and its soft line."""
        large_digits = not self.kiosk.large and min(region.height for _, region in self._placed()) >= _FIGURE_ROWS
        for number, (tile, region) in enumerate(self._placed(), start=1):
            lines = self._lines(tile)
            indent = self._indent(_FIGURE_ROWS if large_digits else 0)
            room = region.width - indent - (2 if self.kiosk.large else 3)
            line = tile.line(room)
            self._draw_ground(sheet, tile, region, len(lines) + bool(line))
            top = region.y + (region.height - len(lines) - bool(line)) // 2
            if large_digits:
                sheet.pixels(5, region.y + (region.height - 4) // 2, figures.pixels(str(number)), "accent")
            else:
                sheet.text(2 if self.kiosk.large else 3, top, str(number), "accent", bold=True)
            for row, words in enumerate(lines):
                sheet.put(indent, top + row, room, words, bold=True)
            sheet.put(indent, top + len(lines), room, line, "soft")

    def _draw_ground(self, sheet: Sheet, tile: LongTile, region: Region, lines: int) -> None:
        """Its area; where words need all its rows a framed theme draws the frame's sides alone."""
        x, y, width, height = region
        if not sheet.palette.framed or lines + 2 <= height:
            sheet.area(x, y, width, height, self._ground(tile))
            return
        sheet.fill(x, y, width, height, self._ground(tile))
        for row in range(y, y + height):
            sheet.text(x, row, "│", "ink")
            sheet.text(x + width - 1, row, "│", "ink")


class WaterMenuScreen(AnsweringScreen):
    """Which of the three; ends with `Chosen`, or `Back`."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = LongTiles([LongTile(name, self._title(name), self._ways(name)) for name in SERVICES])

    def title_words(self) -> str:
        """The company's name."""
        return self.kiosk.settings.water.operator

    def help_words(self) -> str:
        """What is asked."""
        return self.text("water.menu.help")

    def _title(self, name: Service) -> Callable[[], str]:
        return lambda: self.text(f"water.service.{name}")

    def _ways(self, name: Service) -> Callable[[int], str]:
        """The ways in that the manual of the service names, as the settings have them."""

        def words(room: int) -> str:
            ways = [self.text(f"water.way.{way}") for way in self.kiosk.settings.ways.of(name)]
            for count in range(len(ways), 0, -1):
                # No way is cut in the middle; all of them are told again by the question which one to take.
                some = " · ".join([*ways[:count], *(("…",) if count < len(ways) else ())])
                line = some if self.kiosk.large else self.text("water.menu.ways", ways=some)
                if len(line) <= room:
                    return line
            return ""

        return words

    def compose_answer(self) -> Iterable[Widget]:
        """The services."""
        return [self.tiles]

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its service."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(Chosen(event.name))
