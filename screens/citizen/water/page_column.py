"""Two buttons one over the other that turn pages, and which page it is between them: beside what they turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.geometry import Region
from textual.message import Message

from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

WIDTH: Final = 12
_BUTTON: Final = 3


class PageColumn(TouchArea):
    """▲ over "2 / 4" over ▼; nothing while there is one page."""

    class Turned(Message):
        """The page before (-1) or after (1) is wanted."""

        def __init__(self, column: PageColumn, by: int) -> None:
            super().__init__()
            self.column = column
            self.by = by

    def __init__(self, state: Callable[[], tuple[int, int]], *, id: str = "turn") -> None:
        """`state` gives the page that is shown, counted from 0, and how many there are."""
        super().__init__(id=id)
        self._state = state

    def _usable(self, name: str) -> bool:
        page, pages = self._state()
        return page > 0 if name == "before" else page + 1 < pages

    def spots(self) -> Sequence[Spot]:
        """The buttons, when there is something to turn."""
        if self._state()[1] < 2:
            return ()
        width, height = self.size
        places = (("before", 0), ("after", height - _BUTTON))
        return [
            Spot(name, Region(0, y, width, _BUTTON), "surface" if self._usable(name) else "sunken")
            for name, y in places
        ]

    def touch(self, name: str) -> None:
        """Ask for another page, if there is one."""
        super().touch(name)
        if self._usable(name):
            self.post_message(self.Turned(self, -1 if name == "before" else 1))

    def draw(self, sheet: Sheet) -> None:
        """Buttons, and the page between them."""
        for spot, sign in zip(self.spots(), "▲▼", strict=False):
            _, y, width, height = spot.region
            sheet.area(0, y, width, height, "tint" if self.pressed == spot.name else spot.ground)
            sheet.put(0, y + 1, width, sign, "ink" if self._usable(spot.name) else "soft", align="center")
        page, pages = self._state()
        if pages > 1:
            sheet.put(0, sheet.height // 2, sheet.width, f"{page + 1} / {pages}", "soft", align="center")
