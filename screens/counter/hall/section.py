"""What the hall's lists have in common: sections on top, rows that follow the database, and acts done once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import NotAllowed, Refusal, Unavailable
from screens.base import Placed
from screens.counter.act_key import ActKey
from screens.counter.following import FollowingScreen
from screens.counter.hall.sections import SectionBar
from screens.counter.hall.words import refused_key
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Column, DeskList, Line
from screens.messages import MinuteTurned
from screens.widgets.touch_area import TouchArea

SECTION_KEYS: Final = {"f2": "counters", "f3": "closures", "f4": "machines", "f5": "staff", "f6": "limits"}
LIST_KEYS: Final = {
    **SECTION_KEYS,
    "enter": "open",
    "up": "up",
    "down": "down",
    "pageup": "pageup",
    "pagedown": "pagedown",
    "escape": "back",
}


class ActingScreen(DeskScreen):
    """A screen of the hall that changes something: one act at a time, under one key until it is answered."""

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self._key = ActKey()

    def key_for(self, *asked: object) -> str:
        """The key of an act: the same as long as the same is asked, so that asking again does nothing twice."""
        return self._key.of(asked)

    def act(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it, unless something is under way; a refusal is told in the note."""
        if not self.busy:
            self.busy = True
            self.tell_nothing()
            self.start(self._acting(work), group="act", exclusive=False)

    async def _acting(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Unavailable:
            raise
        except Refusal as refusal:
            self._key.forget()
            self.refused(refusal)
        else:
            self._key.forget()
            self.answered()
        finally:
            self.busy = False

    def refused(self, refusal: Refusal) -> None:
        """Say why nothing was done."""
        self.tell(refused_key(refusal), "error")


class SectionScreen(FollowingScreen, ActingScreen):
    """One section: its list is read again whenever the hall changed."""

    SECTION: ClassVar[str]
    KEYS: ClassVar = LIST_KEYS

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.sections = SectionBar(operator.member.rights, self.SECTION)
        self.list = DeskList(self.columns, f"hall.{self.SECTION}.none")

    def columns(self) -> Sequence[Column]:
        """The list's columns."""
        raise NotImplementedError

    async def read(self) -> None:
        """Ask the station, and show the rows."""
        raise NotImplementedError

    def open_row(self, name: str) -> None:
        """Enter on a row."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Sections and list."""
        yield self.sections
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column over the whole width."""
        yield from super().places(size)
        yield self.sections, self.desk_frame.title
        yield self.list, self.desk_frame.body

    @on(MinuteTurned)
    def _minute(self) -> None:
        self.follow()

    async def _read(self) -> None:
        try:
            await self.read()
        except NotAllowed as refusal:
            self.refused(refusal)
        else:
            self.read_again()

    def show(self, lines: Sequence[Line]) -> None:
        """Show rows; the keys follow the chosen one."""
        self.list.show(lines)
        self.key_bar.refresh()

    def keys_here(self) -> Sequence[Key]:
        """What Enter does, where there is a row."""
        return (Key("open", "Enter", f"hall.{self.SECTION}.open"),) if self.list.lines else ()

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        if name in SECTION_KEYS.values():
            self._turn_to(name)
        elif name == "open":
            if self.list.chosen is not None and not self.busy:
                self.open_row(self.list.chosen)
        elif name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
            self.key_bar.refresh()
        else:
            super().do_key(name)

    def _turn_to(self, name: str) -> None:
        if name == self.SECTION or self.busy or name not in [section.name for section in self.sections.sections]:
            return
        from screens.counter.hall.menu import section_screen

        self.kiosk.switch_screen(section_screen(name, self.operator))

    @on(TouchArea.Touched, "#sections")
    def _section_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == self.list.chosen:
            self.do_key("open")
        else:
            self.list.choose(event.name)
            self.key_bar.refresh()

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        self.key_bar.refresh()
