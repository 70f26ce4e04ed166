"""The page of a subscriber: who, where, service, meter, balance, twelve months, open applications (W5, W7, W8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import NotPopulation, Refusal, RegistryAway, Unavailable
from kiosk.water.facts import Statement
from kiosk.water.work import WorkFilter
from screens.base import Placed
from screens.citizen.water.subscriber_code import refusal_key
from screens.citizen.water.table import StatementTable
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.fact_pane import FactPane
from screens.counter.water.frame import split
from screens.counter.water.subscriber_facts import BalanceLine, subscriber_facts
from screens.counter.water.words import due_cell, due_width, kind_short, kinds_width
from screens.follow import Follower
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

if TYPE_CHECKING:
    from kiosk.water.facts import Subscriber, WorkOrder

_TABLE: Final = 57
_BESIDE: Final = 94
"""The least width in which the table stands beside the facts."""
_LIST_ROWS: Final = 5


class SubscriberScreen(DeskScreen):
    """Facts, balance and open applications; the table beside them, or by F2 in their place where it is narrow."""

    KEYS: ClassVar = {
        "f2": "table",
        "f4": "cash",
        "f5": "certificate",
        "f8": "apply",
        "enter": "open",
        "escape": "back",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
    }

    def __init__(self, operator: Operator, code: str) -> None:
        super().__init__(operator)
        self.code = code
        self.heading = Heading(self._title, id="heading")
        self.balance = BalanceLine()
        self.facts = FactPane()
        self.table: StatementTable | None = None
        self.list = DeskList(self._columns, "desk.no_open")
        self.statement: Statement | None = None
        self.subscriber: Subscriber | None = None
        self.orders: tuple[WorkOrder, ...] = ()
        self.shows_table = False
        """Whether F2 put the table in the place of the facts."""
        self._follower = Follower(self, self._read)
        self._refused = False

    def _title(self) -> str:
        code = self.code if self.subscriber is None else self.subscriber.code
        title = self.text("water.subscriber", code=code)
        table = self._table_alone
        return f"{title} · {table.page + 1} / {table.pages}" if table is not None else title

    def compose(self) -> ComposeResult:
        """All but the table, which comes with its figures."""
        yield self.heading
        yield self.balance
        yield self.facts
        yield self.list
        yield from super().compose()

    @property
    def _table_alone(self) -> StatementTable | None:
        """The table, when it stands in the place of the facts."""
        table = self.table if self.shows_table and self._is_narrow else None
        return table if table is not None and table.size.height else None

    @property
    def _is_narrow(self) -> bool:
        return self.desk_frame.body.width < _BESIDE

    def places(self, size: Size) -> Placed:
        """Table left where there is room for it; facts, balance and applications right."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        side = frame.body
        if self.table is not None and not self._is_narrow:
            left, side = split(frame.body, frame.body.width - _TABLE - 2)
            yield self.table, Region(left.x, left.y, left.width, min(left.height, 20))
        elif self.table is not None and self.shows_table:
            yield self.table, frame.body
            return
        gap = 0 if frame.compact else 1
        x, y, width, height = side
        yield self.balance, Region(x, y, width, 3)
        rows = _LIST_ROWS if frame.compact else _LIST_ROWS + 2
        top = y + 3 + 1
        yield self.facts, Region(x, top, width, max(0, height - 4 - rows - gap))
        yield self.list, Region(x, side.bottom - rows, width, rows)

    def keys_here(self) -> Sequence[Key]:
        """What can be done for this subscriber."""
        if self.subscriber is None:
            return ()
        keys = []
        if self.orders:
            keys.append(Key("open", "Enter", "desk.key.open"))
        if self.table is not None and self._is_narrow:
            keys.append(Key("table", "F2", "desk.key.facts" if self.shows_table else "desk.key.table"))
        if (table := self._table_alone) is not None and table.pages > 1:
            keys.append(Key("pagedown", "PgDn", "desk.key.page_after"))
        if self._takes_cash:
            keys.append(Key("cash", "F4", "desk.key.cash"))
        if self.statement is not None:
            keys.append(Key("certificate", "F5", "desk.key.certificate"))
            keys.append(Key("apply", "F8", "desk.key.apply"))
        return keys

    @property
    def _takes_cash(self) -> bool:
        return self.kiosk.station.water.payments.takes_cash

    def _columns(self) -> Sequence[Column]:
        app = self.kiosk
        return (
            Column("desk.head.number", 11),
            Column("desk.head.kind", kinds_width(app), grows=True),
            Column("desk.head.due", due_width(app), rank=1),
        )

    async def on_mount(self) -> None:
        """Read before the first frame."""
        await self._follower.first()

    def follow(self) -> None:
        """What is open, and the balance; the statement is read again when that is another one."""
        if not self._refused:
            self._follower.changed()

    async def _read(self) -> None:
        """The statement once and when the balance moved: reading it is audited."""
        water = self.kiosk.station.water
        try:
            if self.subscriber is None:
                await self._read_subscriber()
            else:
                debt = await self.ask(water.payments.debt, self.subscriber.code)
                now = await self.ask(water.registry.one, self.subscriber.code)
                if debt != self.balance.debt or now != self.subscriber:
                    await self._read_subscriber()
        except Unavailable:
            raise
        except Refusal as refusal:
            self._refused = not isinstance(refusal, RegistryAway)
            self.tell(refusal_key(refusal) or "error.unexpected", "warning")
            return
        code = self.code if self.subscriber is None else self.subscriber.code
        found = await self.ask(water.work.orders, WorkFilter(typed=code))
        self.orders = tuple(order for order in found if order.subscriber == code)
        self.read_again()
        self._show()

    async def _read_subscriber(self) -> None:
        """Of a company there is no statement, but a balance."""
        water = self.kiosk.station.water
        debt: Decimal
        try:
            self.statement = await self.ask(water.statements.at_desk, self.staff, self.code)
            self.subscriber, debt = self.statement.subscriber, self.statement.debt
        except NotPopulation:
            self.statement = None
            self.subscriber = await self.ask(water.registry.one, self.code.strip())
            debt = await self.ask(water.payments.debt, self.subscriber.code)
        self.balance.show(debt)
        if self.table is not None:
            await self.table.remove()
            self.table = None
        if self.statement is not None:
            self.table = StatementTable(self.statement)
            await self.mount(self.table)

    def _show(self) -> None:
        app = self.kiosk
        if self.subscriber is None:
            return
        self.facts.show(subscriber_facts(app, self.subscriber, self.statement))
        self.list.show(
            [
                Line(
                    order.number,
                    (Cell(order.number, bold=True), Cell(kind_short(app, order.kind)), due_cell(app, order)),
                )
                for order in self.orders
            ]
        )
        self.heading.refresh()
        self.key_bar.refresh()
        self.refresh(layout=True)

    def write(self) -> None:
        """The facts in the language on screen."""
        if self.list.known:
            self._show()

    def do_key(self, name: str) -> None:
        """What is done for a subscriber."""
        match name:
            case "up" | "down":
                self.list.move(name)
            case "pageup" | "pagedown" if (table := self._table_alone) is not None:
                # Round and round: the cap that can be clicked is one.
                table.page = (table.page + (1 if name == "pagedown" else -1)) % table.pages
                table.refresh()
                self.heading.refresh()
            case "pageup" | "pagedown":
                self.facts.move(name)
            case "table":
                self.shows_table = not self.shows_table
                self.refresh(layout=True)
                self.call_after_refresh(self._turned)
            case "open":
                self._open()
            case "cash":
                if self.subscriber is not None and self._takes_cash:
                    from screens.counter.water.cash import CashScreen

                    self.kiosk.push_screen(CashScreen(self.operator, self.subscriber, self.balance.debt))
            case "certificate":
                if self.statement is not None:
                    from screens.counter.water.certificate import CertificateScreen

                    self.kiosk.push_screen(CertificateScreen(self.operator, self.statement))
            case "apply":
                if self.statement is not None:
                    from screens.counter.water.apply import ApplyScreen

                    self.kiosk.push_screen(ApplyScreen(self.operator, self.statement.subscriber))
            case _:
                super().do_key(name)

    def _turned(self) -> None:
        """The table has its size now, and so its pages."""
        self.heading.refresh()
        self.key_bar.refresh()

    def _open(self) -> None:
        from screens.counter.water.application import ApplicationScreen

        if self.list.chosen is not None:
            self.kiosk.push_screen(ApplicationScreen(self.operator, self.list.chosen))

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row opens."""
        event.stop()
        if event.name == self.list.chosen:
            self._open()
        else:
            self.list.choose(event.name)
