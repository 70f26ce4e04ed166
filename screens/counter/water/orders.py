"""The list of the company's work: what is due first stands first, and a key opens it (W7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from screens.base import Placed
from screens.citizen.card_words import printable
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.filters import FilterBar
from screens.counter.water.search_line import SearchLine
from screens.counter.water.words import (
    due_cell,
    due_width,
    kind_short,
    kinds_width,
    state_words,
    states_width,
)
from screens.follow import Follower
from screens.messages import Scanned
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.water.facts import WorkOrder

_FILTERS = ("state", "kind", "mine", "overdue")


class OrdersScreen(DeskScreen):
    """Search on top, filters below it, the list, and what the chosen row has no room for."""

    KEYS: ClassVar = {
        "f2": "state",
        "f3": "kind",
        "f4": "mine",
        "f5": "overdue",
        "f6": "status",
        "f7": "subscribers",
        "f8": "apply",
        "enter": "open",
        "escape": "back",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
    }

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.search = SearchLine("desk.search_work")
        self.filters = FilterBar()
        self.list = DeskList(self._columns, "desk.no_work")
        self.detail = Words(self._detail_words, "ink", id="detail")
        self.orders: tuple[WorkOrder, ...] = ()
        self._follower = Follower(self, self._read)

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.search
        yield self.filters
        yield self.list
        yield self.detail
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Line, filters, list; the chosen row's detail over the note."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.search, frame.line
        x, y, width, height = frame.below_line
        yield self.filters, Region(x, y, width, 1)
        gap = 1 if frame.compact else 2
        yield self.list, Region(x, y + gap, width, max(0, height - gap - 1))
        yield self.detail, Region(x, y + height - 1, width, 1)

    def keys_here(self) -> Sequence[Key]:
        """What leads on; the filters show their own keys."""
        return (
            Key("open", "Enter", "desk.key.open"),
            Key("status", "F6", "desk.key.status"),
            Key("subscribers", "F7", "desk.key.subscribers"),
            Key("apply", "F8", "desk.key.apply"),
        )

    def _columns(self) -> Sequence[Column]:
        app = self.kiosk
        return (
            Column("desk.head.number", 11),
            Column("desk.head.kind", kinds_width(app)),
            Column("desk.head.state", states_width(app)),
            Column("desk.head.due", due_width(app)),
            Column("desk.head.applicant", 20, rank=1, grows=True),
            Column("desk.head.taken_by", 18, rank=2),
            Column("desk.head.subscriber", 12, rank=3),
        )

    def _line(self, order: WorkOrder) -> Line:
        app = self.kiosk
        return Line(
            order.number,
            (
                Cell(order.number, bold=True),
                Cell(kind_short(app, order.kind)),
                Cell(state_words(app, order.state), "accent" if order.state == "open" else "ink"),
                due_cell(app, order),
                Cell(printable(order.applicant)),
                Cell(printable(order.taken_by or ""), "soft"),
                Cell(order.subscriber or "", "soft"),
            ),
        )

    def _chosen(self) -> WorkOrder | None:
        return next((order for order in self.orders if order.number == self.list.chosen), None)

    def _detail_words(self) -> str:
        order = self._chosen()
        if order is None:
            return ""
        parts = [order.number, printable(order.applicant)]
        if order.subscriber:
            parts.append(self.text("water.subscriber", code=order.subscriber))
        if order.taken_by:
            parts.append(self.text("desk.taken_by", name=printable(order.taken_by)))
        return " · ".join(part for part in parts if part)

    async def on_mount(self) -> None:
        """Read before the first frame."""
        await self._follower.first()

    def follow(self) -> None:
        """The list as it is now."""
        self._follower.changed()

    async def _read(self) -> None:
        wanted = self.filters.filters.wanted(self.search.value, self.staff)
        found = await self.ask(self.kiosk.station.water.work.orders, wanted)
        self.orders = found
        self.read_again()
        self._show()

    def _show(self) -> None:
        self.list.show([self._line(order) for order in self.orders])
        self.search.show_found(self.text("desk.found", count=len(self.orders)))
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
        """An application's number stands in the QR of its slip."""
        self.search.value = event.code.strip()

    def do_key(self, name: str) -> None:
        """Filters, rows, and the other rooms of the desk."""
        if name in _FILTERS:
            self.filters.turn(name)
            self.list.to_top()
            self.follow()
        elif name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
            self.detail.refresh()
        elif name == "open":
            self._open()
        elif name == "status":
            from screens.counter.water.person import PersonScreen

            self.kiosk.push_screen(PersonScreen(self.operator))
        elif name == "subscribers":
            from screens.counter.water.subscribers import SubscribersScreen

            self.kiosk.push_screen(SubscribersScreen(self.operator))
        elif name == "apply":
            from screens.counter.water.apply import ApplyScreen

            self.kiosk.push_screen(ApplyScreen(self.operator))
        else:
            super().do_key(name)

    def leave(self) -> None:
        """What is typed goes first."""
        if self.search.value:
            self.search.value = ""
        else:
            super().leave()

    def _open(self) -> None:
        from screens.counter.water.application import ApplicationScreen

        if (order := self._chosen()) is not None:
            self.kiosk.push_screen(ApplicationScreen(self.operator, order.number))

    @on(TouchArea.Touched, "#filters")
    def _filter_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row opens."""
        event.stop()
        if event.name == self.list.chosen:
            self._open()
        else:
            self.list.choose(event.name)
            self.detail.refresh()


def companys_desk(member: StaffMember, insertion: int | None) -> OrdersScreen:
    """The company's desk for who is signed in at the workplace, by that card or by password."""
    return OrdersScreen(Operator(member, insertion))
