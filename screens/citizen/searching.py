"""Screens with a search over a list: typing lands in it whatever has the focus, a touch opens the keyboard (Q1, W1).

The open keyboard takes the question's rows; in large type it hides the list too, and the main button leads back to it.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.geometry import Region

from screens.base import Placed
from screens.citizen.step import Next
from screens.citizen.turning import TurningScreen
from screens.frame import Frame
from screens.widgets.key_layers import Layer
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard
from screens.widgets.lists import PagedList
from screens.widgets.pager import PAGER_WIDTH, Pager
from screens.widgets.search_field import SearchField
from screens.widgets.touch_area import TouchArea


class SearchingScreen(TurningScreen):
    """What such screens have in common; the screen hands its list over with `take_search` and places it itself."""

    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14
    LAYER: ClassVar[Layer | None] = None
    """The letters of the keyboard; None: those of the language on screen."""

    def take_search(self, typed: str, paged: PagedList) -> None:
        """Make search, pager and keyboard: `typed` was searched for before, `paged` shows what is found."""
        self.search = SearchField(typed)
        self.pager = Pager(paged)
        self.keyboard = Keyboard("az", id="keyboard")
        self.keyboard_open = False

    def has_chosen(self) -> bool:
        """Whether one was chosen before."""
        raise NotImplementedError

    def choose(self, name: str) -> None:
        """One was touched."""
        raise NotImplementedError

    def only_found(self) -> str | None:
        """The name of what was found, when it is one alone."""
        raise NotImplementedError

    def shows_question(self) -> bool:
        """The open keyboard needs its rows."""
        return super().shows_question() and not self.keyboard_open

    @property
    def list_is_hidden(self) -> bool:
        """In large type the keyboard leaves no room for what was found: the main button leads to it."""
        return self.keyboard_open and self.kiosk.large

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed and not self.list_is_hidden else 0

    @staticmethod
    def keys_top(frame: Frame) -> int:
        """The row in which the open keyboard begins."""
        return frame.answer.bottom - (HEIGHT_COMPACT if frame.large else HEIGHT_FULL)

    def place_keyboard(self, frame: Frame) -> Placed:
        """The open keyboard, and the search over it."""
        keys = self.keys_top(frame)
        yield self.keyboard, Region(frame.left, keys, frame.width, frame.answer.bottom - keys)
        # In large type over the row of choices: there is no other room for it.
        yield self.search, Region(frame.left, keys - 3 if frame.large else frame.question.y, frame.width, 3)

    def write_main(self) -> None:
        """To the list that the keyboard hides, or on with the one chosen before."""
        if self.list_is_hidden:
            self.set_main(self.text("button.show_list"))
        else:
            self.set_main(f"{self.text('button.proceed')} ▶" if self.has_chosen() else "")

    def on_resize(self) -> None:
        """Another layout has another main button."""
        self.write_main()

    def go_on(self) -> None:
        """With the one chosen before, or to the list that the keyboard hides."""
        if self.list_is_hidden:
            self.show_keyboard(False)
        elif self.has_chosen():
            self.answer(Next())

    def show_keyboard(self, shown: bool) -> None:
        """Open the keyboard, or close it."""
        self.keyboard_open = shown
        if shown:
            self.keyboard.show(self.LAYER or self.kiosk.language)
        self.write_main()
        self.place_anew()

    def on_key(self, event: events.Key) -> None:
        """Letters go to the search; Enter takes the only one that was found."""
        if event.key == "enter" and self.search.text_typed and (only := self.only_found()) is not None:
            event.stop()
            event.prevent_default()
            self.choose(only)
        elif self.search.take(event):
            event.stop()
            event.prevent_default()

    @on(TouchArea.Touched, "#search")
    def _search_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if not self.kiosk.by_keys:
            # So that Enter is the list's, not the search's.
            self.set_focus(None, scroll_visible=False)
        if event.name == "clear":
            self.search.clear()
        elif self.kiosk.settings.face.touch and not self.kiosk.by_keys:
            self.show_keyboard(not self.keyboard_open)

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "type":
            self.search.insert(event.typed)
        elif event.act == "erase":
            self.search.erase()
        else:
            self.show_keyboard(False)
