"""Every key that does something now, each with its cap (face.md, "Screens"); the mouse can press them too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.frame import CounterFrame
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_MOST_GAP: Final = 4
_LEAST_GAP: Final = 2
"""Nearer to one another keys are no row but a heap: then they take two."""
_ONE_ROW: Final = 3
"""So high is the ground of one row of keys: one free row over them and one below."""


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


def in_columns(rows: Sequence[Sequence[int]], room: int, gap: int = 1) -> list[list[int]] | None:
    """The widths of rows whose keys stand below one another, at least `gap` apart; None where they have no room."""
    columns = [max(row[place] for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    if sum(columns) + gap * (len(columns) - 1) > room:
        return None
    return [columns[: len(row)] for row in rows]


def gap_of(rows: Sequence[Sequence[int]], room: int, most: int = _MOST_GAP) -> int:
    """How far apart the keys of all rows stand, at least 1."""
    return max(1, min(most, *((room - sum(row)) // max(1, len(row) - 1) for row in rows)))


class KeyBar(TouchArea, can_focus=False):
    """The keys at the foot, from left to right. Which they are is asked at each drawing.

    Where they do not fit one row and there are more, they take two, below one another as far as that has room. Where
    there are five, two of them leave one free row over, between and below; one row of keys takes the lower three.
    """

    GROUND = "sunken"

    def __init__(self, keys: Callable[[], Sequence[Key]]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def _rows(self) -> tuple[Sequence[Sequence[tuple[Key, str]]], Sequence[Sequence[int]], int]:
        """The keys with their words by row, how wide each is, and how far apart they stand."""
        room = self.size.width - 2 * CounterFrame.of(self.app.size).left
        said = [(key, self.text(key.words)) for key in self._keys()]
        widths = [cell_len(key.cap) + 3 + cell_len(words) for key, words in said]
        if self.size.height < 2 or sum(widths) + _LEAST_GAP * (len(widths) - 1) <= room:
            return [said], [widths], gap_of([widths], room)
        half = -(-len(said) // 2)
        if (columns := in_columns((widths[:half], widths[half:]), room)) is not None:
            return (said[:half], said[half:]), columns, gap_of(columns, room)
        # Each row for itself: where they are cut, the longer of both is as short as it can be.
        cut = min(
            range(1, len(said)), key=lambda at: max(sum(row) + len(row) - 1 for row in (widths[:at], widths[at:]))
        )
        apart = (widths[:cut], widths[cut:])
        return (said[:cut], said[cut:]), apart, gap_of(apart, room)

    def _ground(self, rows: int) -> Region:
        """What of the bar so many rows of keys take."""
        width, height = self.size
        taken = height if rows > 1 else min(height, _ONE_ROW)
        return Region(0, height - taken, width, taken)

    def _places(self) -> list[tuple[Key, str, Region]]:
        rows, widths, gap = self._rows()
        ground = self._ground(len(rows))
        if len(rows) == 1:
            at = [(ground.y, ground.height)]
        else:
            air = 1 if ground.height > _ONE_ROW else 0
            at = [(ground.y + air, 1), (ground.bottom - 1 - air, 1)]
        found = []
        for (y, tall), row, wides in zip(at, rows, widths, strict=True):
            x = CounterFrame.of(self.app.size).left
            for (key, words), wide in zip(row, wides, strict=True):
                found.append((key, words, Region(x, y, wide, tall)))
                x += wide + gap
        return found

    def spots(self) -> Sequence[Spot]:
        """The keys."""
        return [Spot(key.name, region, "sunken", below="sunken") for key, _, region in self._places()]

    def begin(self, sheet: Sheet, y: int, places: Sequence[tuple[Key, str, Region]]) -> None:
        """Where grounds are one, a line tells where the bar begins, if that row is free."""
        if sheet.palette.framed and all(region.y + region.height // 2 > y for _, _, region in places):
            sheet.text(0, y, "─" * sheet.width, "on-deep")

    def draw(self, sheet: Sheet) -> None:
        """Cap and words."""
        places = self._places()
        ground = self._ground(1 if len({region.y for _, _, region in places}) <= 1 else 2)
        sheet.fill(0, 0, sheet.width, ground.y, "canvas")
        self.begin(sheet, ground.y, places)
        for key, words, region in places:
            row = region.y + region.height // 2
            wide = cell_len(key.cap) + 2
            pressed = self.pressed == key.name
            sheet.fill(region.x, row, wide, 1, "tint" if pressed else "deep-raise")
            if sheet.palette.framed:
                sheet.text(region.x, row, f"[{key.cap}]", "ink", bold=True)
            else:
                sheet.text(region.x + 1, row, key.cap, "ink" if pressed else "on-deep", bold=True)
            sheet.text(region.x + wide + 1, row, words, "ink", bold=True)
