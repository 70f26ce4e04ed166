"""Screens with a list of more than one page: the pager in the footer and the page keys turn it, nothing scrolls."""

from __future__ import annotations

from textual import events, on

from screens.citizen.step import AnsweringScreen
from screens.widgets.lists import PagedList
from screens.widgets.pager import Pager


class TurningScreen(AnsweringScreen):
    """What such screens have in common; each makes its pager over its list, and says where it stands."""

    pager: Pager

    @on(PagedList.PageTurned)
    def _page_turned(self) -> None:
        self.pager.refresh()
        self.place_anew()

    def on_key(self, event: events.Key) -> None:
        """Page keys turn the page; subclasses have their own `on_key` beside this one."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            self.pager.paged.turn(-1 if event.key == "pageup" else 1)
