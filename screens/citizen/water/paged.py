"""A screen that is one list: over the whole area, with its pages in the footer."""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Region
from textual.widget import Widget

from screens.base import Placed
from screens.citizen.step import Notice
from screens.citizen.turning import TurningScreen
from screens.frame import Frame
from screens.widgets.lists import PagedList
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region


class PagedScreen(TurningScreen):
    """Shows a list; its pager and the page keys turn the page."""

    def __init__(self, paged: PagedList, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.paged = paged
        self.pager = Pager(paged)

    def compose_answer(self) -> Iterable[Widget]:
        """The list, and its pages."""
        return [self.paged, self.pager]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Over the whole area."""
        yield self.paged, area
        if self.pager.is_needed:
            yield self.pager, pager_region(self, frame)

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed else 0
