"""The search over the registry as one types: name, address, code or FİN (W7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import RegistryAway
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.search_line import SearchLine
from screens.counter.water.words import service_cell, services_width
from screens.follow import Follower
from screens.messages import Scanned
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.water.facts import SubscriberLine

_MOST: Final = 60
_LONGEST: Final = 160


class SubscribersScreen(DeskScreen):
    """Search on top, hits below; Enter opens the chosen one's page."""

    KEYS: ClassVar = {
        "enter": "open",
        "escape": "back",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
    }

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.search = SearchLine("desk.search_subscriber")
        self.list = DeskList(self._columns, "desk.no_subscriber")
        self.detail = Words(self._detail_words, "ink", id="detail")
        self.hits: tuple[SubscriberLine, ...] = ()
        self._follower = Follower(self, self._read)

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.search
        yield self.list
        yield self.detail
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Line, list, and of the chosen row what has no room in it."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.search, frame.line
        x, y, width, height = frame.below_line
        yield self.list, Region(x, y, width, max(0, height - 2))
        yield self.detail, Region(x, y + height - 2, width, 2)

    def keys_here(self) -> Sequence[Key]:
        """Enter opens."""
        return (Key("open", "Enter", "desk.key.open"),)

    def _columns(self) -> Sequence[Column]:
        return (
            Column("desk.head.subscriber", 15),
            Column("desk.head.name", 24 if self.desk_frame.compact else 34),
            Column("desk.head.address", 16, grows=True),
            Column("desk.head.service", services_width(self.kiosk)),
        )

    def _line(self, hit: SubscriberLine) -> Line:
        name, address = printable(hit.name, _LONGEST), printable(hit.address, _LONGEST)
        state = service_cell(self.kiosk, hit.service_state, closed=hit.closed)
        return Line(hit.code, (Cell(hit.code, bold=True), Cell(name), Cell(address), state))

    def _detail_words(self) -> str:
        hit = next((hit for hit in self.hits if hit.code == self.list.chosen), None)
        return f"{printable(hit.name, _LONGEST)} · {printable(hit.address, _LONGEST)}" if hit is not None else ""

    def follow(self) -> None:
        """Search again."""
        self._follower.changed()

    async def _read(self) -> None:
        typed = self.search.value.strip()
        if not typed:
            self.hits = ()
            self.list.show_nothing()
            self.search.show_found("")
            self.detail.refresh()
            return
        try:
            self.hits = await self.ask(self.kiosk.station.water.registry.search, typed, _MOST)
        except RegistryAway:
            self.tell("registry.away", "warning")
            return
        self.read_again()
        self._show()

    def _show(self) -> None:
        self.list.show([self._line(hit) for hit in self.hits])
        more = "desk.found_more" if len(self.hits) == _MOST else "desk.found"
        self.search.show_found(self.text(more, count=len(self.hits)))
        self.detail.refresh()

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self._show()

    def typed_into(self) -> Field:
        """The search."""
        return self.search

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.list.to_top()
        self.follow()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """A bill's subscriber code: its page, without a search."""
        self._open(event.code.strip())

    def do_key(self, name: str) -> None:
        """Rows."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
            self.detail.refresh()
        elif name == "open":
            if self.list.chosen is not None:
                self._open(self.list.chosen)
        else:
            super().do_key(name)

    def leave(self) -> None:
        """What is typed goes first."""
        if self.search.value:
            self.search.value = ""
        else:
            super().leave()

    def _open(self, code: str) -> None:
        from screens.counter.water.subscriber import SubscriberScreen

        self.kiosk.push_screen(SubscriberScreen(self.operator, code))

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row opens."""
        event.stop()
        if event.name == self.list.chosen:
            self._open(event.name)
        else:
            self.list.choose(event.name)
            self.detail.refresh()
