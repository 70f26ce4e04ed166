"""The question before something is done that cannot be taken back: keep, or do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from screens.base import Placed
from screens.counter.base import LANGUAGE_KEY
from screens.counter.key_bar import Key
from screens.counter.late import FormButton
from screens.counter.water.desk import DeskScreen, Operator
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

_WIDTH: Final = 72


class AskScreen(DeskScreen):
    """Stands over a booking. Its key is another one than that which asked, so that no key pressed twice does it."""

    KEYS: ClassVar = {"escape": "back", "f10": "do"}

    def __init__(
        self, operator: Operator, title: str, what: Callable[[], str], do: str, act: Callable[[], object]
    ) -> None:
        """Make it.

        Args:
            operator: who is asked.
            title: message key of the question.
            what: what it is about, in words.
            do: message key of the button that does it.
            act: does it, after this has gone.
        """
        super().__init__(operator)
        self.question = Question(lambda: self.text(title), what)
        self.keep = FormButton("keep", "main")
        self.doing = FormButton("do")
        self._do = do
        self._act = act

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.question
        yield self.doing
        yield self.keep
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column: the question, and both ways below it."""
        yield from super().places(size)
        x, y, room = self.desk_frame.title[:3]
        width = min(_WIDTH, room)
        x += (room - width) // 2
        half = (width - 2) // 2
        yield self.question, Region(x, y, width, 2)
        yield self.doing, Region(x, y + 3, half, 3)
        yield self.keep, Region(x + half + 2, y + 3, width - half - 2, 3)

    def write(self) -> None:
        """The buttons."""
        self.doing.label = self.text(self._do)
        self.keep.label = self.text("button.keep_booking")

    def keys_now(self) -> Sequence[Key]:
        """Both ways."""
        return Key("back", "Esc", "button.keep_booking"), Key("do", "F10", self._do), LANGUAGE_KEY

    def do_key(self, name: str) -> None:
        """Do it; Escape keeps."""
        if name == "do":
            self.kiosk.pop_screen()
            self._act()
        else:
            super().do_key(name)

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.area.id in ("keep", "do"):
            self.do_key("back" if event.area.id == "keep" else "do")
