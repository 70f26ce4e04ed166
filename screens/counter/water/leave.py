"""The question before something typed at the desk is lost: stay, or discard it and leave."""

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
from screens.counter.water.desk import LOCK_KEY, DeskScreen, Operator
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

_WIDTH: Final = 72


class LeaveScreen(DeskScreen):
    """Stands over the form. The key that asked stays here, so that no key pressed twice loses anything."""

    KEYS: ClassVar = {"escape": "back", "f10": "discard"}

    def __init__(self, operator: Operator, discard: Callable[[], object]) -> None:
        """Make it; `discard` leaves what lies under it."""
        super().__init__(operator)
        self.question = Question(lambda: self.text("desk.leave.title"), lambda: self.text("desk.leave.help"))
        self.stay = FormButton("stay", "main")
        self.discard = FormButton("discard")
        self._discard = discard

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.question
        yield self.discard
        yield self.stay
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column: the question, and both ways below it."""
        yield from super().places(size)
        x, y, room = self.desk_frame.title[:3]
        width = min(_WIDTH, room)
        x += (room - width) // 2
        half = (width - 2) // 2
        yield self.question, Region(x, y, width, 2)
        yield self.discard, Region(x, y + 3, half, 3)
        yield self.stay, Region(x + half + 2, y + 3, width - half - 2, 3)

    def write(self) -> None:
        """The buttons."""
        self.discard.label = self.text("desk.leave.discard")
        self.stay.label = self.text("desk.leave.stay")

    def keys_now(self) -> Sequence[Key]:
        """Both ways; signing out would be a third that loses it."""
        stay, discard = Key("back", "Esc", "desk.leave.stay"), Key("discard", "F10", "desk.leave.discard")
        return stay, discard, LANGUAGE_KEY, LOCK_KEY

    def do_key(self, name: str) -> None:
        """Discard; Escape stays."""
        if name == "discard":
            self.kiosk.pop_screen()
            self._discard()
        elif name != "sign_out":
            super().do_key(name)

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.area.id in ("stay", "discard"):
            self.do_key("back" if event.area.id == "stay" else "discard")
