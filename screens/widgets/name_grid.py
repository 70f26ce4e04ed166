"""Many short names to choose from: half-row boxes in columns, turned by pages (a district, a street)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Region

from screens.frame import columns
from screens.palette import Colour
from screens.widgets.lists import PagedList, Row
from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot

BOX_HEIGHT: Final = 3
_GAP: Final = 2
_PAD: Final = 2


class NameGrid(PagedList):
    """Boxes of three rows: the name bold with the letters lit that match a search, a soft fact at the right."""

    def __init__(self, *, id: str, narrowest: int) -> None:
        """Make it; `narrowest` is how many columns a box needs at least: as many stand side by side as fit."""
        super().__init__(id=id)
        self._narrowest = narrowest

    def _across(self) -> int:
        return max(1, (self.size.width + _GAP) // (self._narrowest + _GAP))

    def pages(self) -> list[range]:
        """As many rows of boxes as there is height for."""
        each = self._across() * max(1, self.size.height // BOX_HEIGHT)
        return [range(first, min(first + each, len(self._rows))) for first in range(0, len(self._rows), each)]

    def _regions(self) -> list[tuple[Row, Region]]:
        across = self._across()
        places = columns(self.size.width, across, _GAP)
        return [
            (
                self._rows[index],
                Region(
                    places[place % across][0], BOX_HEIGHT * (place // across), places[place % across][1], BOX_HEIGHT
                ),
            )
            for place, index in enumerate(self.page)
        ]

    def _ground(self, row: Row) -> Colour:
        return "tint" if row.chosen or self.pressed == row.name else "surface"

    def spots(self) -> Sequence[Spot]:
        """The boxes of this page."""
        return [
            Spot(row.name, region, self._ground(row), half=True, bar="accent" if row.chosen else None)
            for row, region in self._regions()
        ]

    def draw(self, sheet: Sheet) -> None:
        """The boxes; a fact that would cut the name is left out."""
        for row, (x, y, width, height) in self._regions():
            sheet.area(x, y, width, height, self._ground(row), half=True)
            if row.chosen:
                sheet.fill_halves(x, 2 * y + 1, 1, 2 * height - 2, "accent")
            room = width - 2 * _PAD
            title = fit(row.title, room)
            end = sheet.text(x + _PAD, y + 1, title, bold=True)
            for start, stop in row.lit:
                if start < min(stop, len(title)):
                    sheet.text(x + _PAD + start, y + 1, title[start:stop], "accent", bold=True)
            left = x + width - _PAD - end - 1
            if row.fact and len(row.fact) <= left:
                sheet.put(end + 1, y + 1, left, row.fact, "soft", align="right")
