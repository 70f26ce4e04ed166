"""A screen that is one list: over the whole area, with its pages in the footer."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Notice
from screens.frame import Frame
from screens.widgets.lists import PagedList
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region


class PagedScreen(AnsweringScreen):
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

    @on(PagedList.PageTurned)
    def _page_turned(self) -> None:
        self.pager.refresh()
        self.place_anew()

    def on_key(self, event: events.Key) -> None:
        """Page keys turn the page."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            self.paged.turn(-1 if event.key == "pageup" else 1)
