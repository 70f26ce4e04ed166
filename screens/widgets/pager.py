"""The two buttons that turn pages, and which rows are shown: in the footer, never scrolling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.geometry import Region

from screens.widgets.lists import PagedList
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from screens.base import CitizenScreen
    from screens.frame import Frame

PAGER_WIDTH: Final = 36
_BUTTON: Final = 10


def pager_region(screen: CitizenScreen, frame: Frame) -> Region:
    """Where it stands in the footer: at the right end, or before the main button where there is one."""
    foot = frame.footer
    taken = screen.main_width(frame)
    return Region(foot.right - PAGER_WIDTH - (taken + 2 if taken else 0), foot.y, PAGER_WIDTH, foot.height)


class Pager(TouchArea):
    """▲ ▼ and "1 – 8 / 9" for a list; nothing when the list has one page."""

    def __init__(self, paged: PagedList) -> None:
        super().__init__(id="pager")
        self.paged = paged

    @property
    def is_needed(self) -> bool:
        """Whether there is more than fits."""
        return self.paged.has_before or self.paged.has_after

    def spots(self) -> Sequence[Spot]:
        """The buttons, when they are needed."""
        if not self.is_needed:
            return ()
        return (
            Spot("before", Region(0, 0, _BUTTON, 3), "surface" if self.paged.has_before else "sunken"),
            Spot("after", Region(_BUTTON + 2, 0, _BUTTON, 3), "surface" if self.paged.has_after else "sunken"),
        )

    def touch(self, name: str) -> None:
        """Turn the page."""
        super().touch(name)
        self.paged.turn(-1 if name == "before" else 1)
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Buttons and range."""
        for spot, sign in zip(self.spots(), "▲▼", strict=False):
            usable = self.paged.has_before if spot.name == "before" else self.paged.has_after
            pressed = self.pressed == spot.name
            sheet.area(spot.region.x, 0, _BUTTON, 3, "tint" if pressed else spot.ground)
            sheet.put(spot.region.x, 1, _BUTTON, sign, "ink" if usable else "soft", align="center")
        if self.is_needed:
            page, total = self.paged.page, len(self.paged.rows)
            shown = f"{page.start + 1} – {page.stop} / {total}"
            sheet.put(2 * _BUTTON + 3, 1, sheet.width - 2 * _BUTTON - 3, shown, "soft", align="center")
