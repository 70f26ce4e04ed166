"""How somebody's applications stand, by FİN or by number: also those that a debt still holds (W4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, get_args

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import NotFound
from kiosk.water.facts import ApplicationState
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.citizen.water.words import day_words
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.search_line import SearchLine
from screens.counter.water.words import kind_short, kinds_width
from screens.messages import Scanned
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.water.facts import Application

_STATES: Final[tuple[ApplicationState, ...]] = get_args(ApplicationState)


class PersonScreen(DeskScreen):
    """FİN or number, Enter; then Enter opens the chosen one. Each search is audited, so it is not done as one types."""

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
        self.search = SearchLine("desk.search_status", label="desk.search_status_label", longest=20)
        self.list = DeskList(self._columns, "desk.no_applications")
        self.found: tuple[Application, ...] = ()
        self._shown_for: str | None = None
        """What the list answers; None: something else was typed since."""

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.search
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Line and list."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.search, frame.line
        yield self.list, frame.below_line

    def keys_here(self) -> Sequence[Key]:
        """Enter searches, then opens."""
        return (Key("open", "Enter", "desk.key.open" if self._answers_typed else "button.find"),)

    @property
    def _answers_typed(self) -> bool:
        return self._shown_for is not None and bool(self.found)

    def _columns(self) -> Sequence[Column]:
        app = self.kiosk
        states = max(cell_len(self.text(f"application.state.{state}")) for state in _STATES)
        return (
            Column("desk.head.number", 11),
            Column("desk.head.kind", kinds_width(app)),
            Column("desk.head.state", states),
            Column("desk.head.date", 12),
            Column("desk.head.applicant", 10, rank=1, grows=True),
        )

    def _line(self, one: Application) -> Line:
        app = self.kiosk
        held = one.state == "awaiting_payment"
        state = self.text(f"application.state.{one.state}")
        return Line(
            str(one.id),
            (
                Cell(one.number or "–", bold=True),
                Cell(kind_short(app, one.kind)),
                Cell(f"! {state}" if held else state, "held-ink" if held else "ink"),
                Cell(day_words(app, one.created_at), "soft"),
                Cell(printable(f"{one.surname} {one.given_name}")),
            ),
        )

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self.list.show([self._line(one) for one in self.found])

    def typed_into(self) -> Field:
        """The search."""
        return self.search

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self._shown_for = None
        self.search.problem = None
        self.key_bar.refresh()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """An application's number."""
        self.search.value = event.code.strip()
        self._find(self.search.value)

    def do_key(self, name: str) -> None:
        """Search or open; rows."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        elif name == "open":
            if self._answers_typed:
                self._open()
            else:
                self._find(self.search.value.strip())
        else:
            super().do_key(name)

    def leave(self) -> None:
        """What is typed goes first."""
        if self.search.value:
            self.search.value = ""
            self.found = ()
            self.list.show_nothing()
            self.search.show_found("")
        else:
            super().leave()

    def _find(self, typed: str) -> None:
        if not typed:
            self.search.problem = "field.short.empty"
        else:
            self.tell_nothing()
            self.start(self._search(typed), group="search")

    async def _search(self, typed: str) -> None:
        work = self.kiosk.station.water.work
        try:
            if "-" in typed:
                self.found = (await self.ask(work.application, self.staff, typed),)
            else:
                self.found = await self.ask(work.applications_of, self.staff, typed)
        except NotFound:
            self.found = ()
        self.read_again()
        self._shown_for = typed
        self.list.to_top()
        self.list.show([self._line(one) for one in self.found])
        self.search.show_found(self.text("desk.found", count=len(self.found)))
        self.key_bar.refresh()

    def _open(self) -> None:
        from screens.counter.water.application import ApplicationScreen

        one = next((one for one in self.found if str(one.id) == self.list.chosen), None)
        if one is None:
            return
        if one.number:
            self.kiosk.push_screen(ApplicationScreen(self.operator, one.number))
        else:
            self.tell("desk.held", "warning")

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row opens."""
        event.stop()
        if event.name == self.list.chosen:
            self._open()
        else:
            self.list.choose(event.name)
