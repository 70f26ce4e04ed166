"""A step that is chosen from a long list with a search: typing narrows it, whatever has the focus (W1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import Unavailable
from kiosk.language import plural
from screens.base import Placed
from screens.citizen.step import Next, Notice
from screens.citizen.water.steps import WaterStep
from screens.frame import Frame
from screens.widgets.check_box import CheckBox
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard
from screens.widgets.lists import PagedList, Row
from screens.widgets.name_grid import BOX_HEIGHT, NameGrid
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region
from screens.widgets.search_field import SearchField
from screens.widgets.tabs import Tabs
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

RETRY_SECONDS: Final = 2.0
"""How soon a list that could not be read is asked for again."""


class ListedScreen(WaterStep):
    """Search on top, tabs where there are groups, the names below; a box under them where the list may not know it."""

    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14
    NARROWEST: ClassVar[int] = 26
    LIST: ClassVar[str] = ""
    """Under which name the search is kept in the draft."""
    HAS_TABS: ClassVar[bool] = False
    HAS_BOX: ClassVar[bool] = False

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.search = SearchField(self.draft.search.get(self.LIST, ""))
        self.tabs = Tabs()
        self.names = NameGrid(id="names", narrowest=self.NARROWEST)
        self.pager = Pager(self.names)
        self.keyboard = Keyboard("az", id="keyboard")
        self.box = CheckBox(self.box_words, id="box")
        self.keyboard_open = False

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

    def shows_question(self) -> bool:
        """The open keyboard needs its rows."""
        return super().shows_question() and not self.keyboard_open

    @property
    def list_is_hidden(self) -> bool:
        """In large type the keyboard leaves no room for what was found: the main button leads to it."""
        return self.keyboard_open and self.kiosk.large

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """From top to bottom; with the keyboard open what was found best stands above it."""
        if self.keyboard_open:
            yield from self._place_with_keyboard(frame)
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

    def _place_with_keyboard(self, frame: Frame) -> Placed:
        high = HEIGHT_COMPACT if frame.large else HEIGHT_FULL
        keys = frame.answer.bottom - high
        yield self.keyboard, Region(frame.left, keys, frame.width, high)
        if frame.large:
            # Over the row of choices: there is no other room for it.
            yield self.search, Region(frame.left, keys - 3, frame.width, 3)
        else:
            yield self.search, Region(frame.left, frame.question.y, frame.width, 3)
            yield self.names, Region(frame.left, keys - BOX_HEIGHT - 1, frame.width, BOX_HEIGHT)

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed and not self.list_is_hidden else 0

    def go_on(self) -> None:
        """With the one chosen before, or to the list that the keyboard hides."""
        if self.list_is_hidden:
            self._show_keyboard(False)
        elif self.has_chosen():
            self.answer(Next())

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

    def has_chosen(self) -> bool:
        """Whether one was chosen before."""
        raise NotImplementedError

    def choose(self, name: str) -> None:
        """One was touched."""
        raise NotImplementedError

    def show_list(self, *, keep_page: bool) -> None:
        """Show what was found, and how many."""
        rows = self.found()
        self.names.show(rows, keep_page=keep_page)
        self.search.show_found(plural(self.kiosk.language, "apply.found", self.count()))

    def count(self) -> int:
        """How many were found."""
        return len(self.names.rows)

    def write(self) -> None:
        """Everything in the language on screen."""
        super().write()
        self.show_list(keep_page=True)
        self._write_main()

    def _write_main(self) -> None:
        if self.list_is_hidden:
            self.set_main(self.text("button.show_list"))
        else:
            self.set_main(f"{self.text('button.proceed')} ▶" if self.has_chosen() else "")

    def on_resize(self) -> None:
        """Another layout has another main button."""
        self._write_main()

    def searched(self) -> None:
        """Another text stands in the search."""
        self.show_list(keep_page=False)

    @on(SearchField.Changed)
    def _typed(self) -> None:
        self.draft.search[self.LIST] = self.search.text_typed
        self.searched()

    @on(PagedList.PageTurned)
    def _page_turned(self) -> None:
        self.pager.refresh()
        self.place_anew()

    def on_key(self, event: events.Key) -> None:
        """Letters go to the search, page keys turn the page; Enter takes the only one that was found."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            self.names.turn(-1 if event.key == "pageup" else 1)
        elif event.key == "enter" and self.search.text_typed and self.count() == 1:
            event.stop()
            event.prevent_default()
            self.choose(self.names.rows[0].name)
        elif self.search.take(event):
            event.stop()
            event.prevent_default()

    @on(TouchArea.Touched, "#names")
    def _name_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.choose(event.name)

    @on(TouchArea.Touched, "#search")
    def _search_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if not self.kiosk.by_keys:
            # So that Enter is the list's, not the search's.
            self.set_focus(None, scroll_visible=False)
        if event.name == "clear":
            self.search.clear()
        elif self.kiosk.settings.face.touch and not self.kiosk.by_keys:
            self._show_keyboard(not self.keyboard_open)

    def _show_keyboard(self, shown: bool) -> None:
        self.keyboard_open = shown
        if shown:
            self.keyboard.show("az")
        self._write_main()
        self.place_anew()

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "type":
            self.search.insert(event.typed)
        elif event.act == "erase":
            self.search.erase()
        else:
            self._show_keyboard(False)
