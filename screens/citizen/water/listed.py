"""A step that is chosen from a long list with a search: typing narrows it, whatever has the focus (W1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import Unavailable
from kiosk.language import plural
from screens.base import Placed
from screens.citizen.searching import SearchingScreen
from screens.citizen.step import Notice
from screens.citizen.water.steps import WaterStep
from screens.frame import Frame
from screens.widgets.check_box import CheckBox
from screens.widgets.key_layers import Layer
from screens.widgets.lists import Row
from screens.widgets.name_grid import BOX_HEIGHT, NameGrid
from screens.widgets.pager import pager_region
from screens.widgets.search_field import SearchField
from screens.widgets.tabs import Tabs
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

RETRY_SECONDS: Final = 2.0
"""How soon a list that could not be read is asked for again."""


class ListedScreen(SearchingScreen, WaterStep):
    """Search on top, tabs where there are groups, the names below; a box under them where the list may not know it."""

    LAYER: ClassVar[Layer | None] = "az"
    NARROWEST: ClassVar[int] = 26
    LIST: ClassVar[str] = ""
    """Under which name the search is kept in the draft."""
    HAS_TABS: ClassVar[bool] = False
    HAS_BOX: ClassVar[bool] = False

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.tabs = Tabs()
        self.names = NameGrid(id="names", narrowest=self.NARROWEST)
        self.take_search(self.draft.search.get(self.LIST, ""), self.names)
        self.box = CheckBox(self.box_words, id="box")

    def box_words(self) -> str:
        """What stands beside the box."""
        return ""

    def compose_answer(self) -> Iterable[Widget]:
        """Names first: the arrows begin there."""
        yield self.names
        if self.HAS_TABS:
            yield self.tabs
        if self.HAS_BOX:
            yield self.box
        yield from (self.search, self.pager, self.keyboard)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """From top to bottom; with the keyboard open what was found best stands above it."""
        if self.keyboard_open:
            yield from self.place_keyboard(frame)
            if not frame.large:
                top = self.keys_top(frame) - BOX_HEIGHT - 1
                yield self.names, Region(frame.left, top, frame.width, BOX_HEIGHT)
        else:
            x, y, width, height = area
            gap = 0 if frame.large else 1
            yield self.search, Region(x, y, width, 3)
            top, bottom = y + 3 + gap, y + height
            if self.HAS_TABS:
                yield self.tabs, Region(x, top, width, 3)
                top += 3 + gap
            if self.HAS_BOX:
                bottom -= 3
                yield self.box, Region(x, bottom, width, 3)
                bottom -= gap
            yield self.names, Region(x, top, width, bottom - top)
        if self.pager.is_needed and not self.list_is_hidden:
            yield self.pager, pager_region(self, frame)

    def on_mount(self) -> None:
        """Ask for the list."""
        self.read()

    def read(self) -> None:
        """Ask the station for what the search finds, and again when it does not answer."""
        self.start(self._read_or_retry(), group="list")

    async def _read_or_retry(self) -> None:
        try:
            await self.ask_list()
        except Unavailable:
            self.set_timer(RETRY_SECONDS, self.read)
            raise
        if self.note.kind == "warning":
            self.tell_words(None)
        self.show_list(keep_page=False)

    async def ask_list(self) -> None:
        """Ask the station.

        Raises:
            Refusal: what the station says.
        """
        raise NotImplementedError

    def found(self) -> Sequence[Row]:
        """What the search finds, in the language on screen."""
        raise NotImplementedError

    def show_list(self, *, keep_page: bool) -> None:
        """Show what was found, and how many."""
        rows = self.found()
        self.names.show(rows, keep_page=keep_page)
        self.search.show_found(plural(self.kiosk.language, "apply.found", self.count()))

    def count(self) -> int:
        """How many were found."""
        return len(self.names.rows)

    def only_found(self) -> str | None:
        """The name of the only one."""
        return self.names.rows[0].name if self.count() == 1 else None

    def write(self) -> None:
        """Everything in the language on screen."""
        super().write()
        self.show_list(keep_page=True)
        self.write_main()

    def searched(self) -> None:
        """Another text stands in the search."""
        self.show_list(keep_page=False)

    @on(SearchField.Changed)
    def _typed(self) -> None:
        self.draft.search[self.LIST] = self.search.text_typed
        self.searched()

    @on(TouchArea.Touched, "#names")
    def _name_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.choose(event.name)
