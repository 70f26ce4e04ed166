"""Who is booked in closed hours and gave no e-mail address: somebody has to call them (C2, C8).

It is read once as it opens, and not again as the hall changes: each look at these people is in the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import NotAllowed, NotFound
from kiosk.hall.closed_hours import ClosedHours, ToCall
from kiosk.language import clock, day_figures, phone
from screens.base import Placed
from screens.counter.hall.closures import when_words
from screens.counter.hall.words import refused_key
from screens.counter.shorten import shorten
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

_HINT_ROWS: Final = 2
_SERVICE: Final = 16
_CAPS: Final = {"az": "AZ", "ru": "RU", "en": "EN"}


class ToCallScreen(DeskScreen):
    """Stands over the list of closed hours."""

    KEYS: ClassVar = {"up": "up", "down": "down", "pageup": "pageup", "pagedown": "pagedown", "escape": "back"}

    def __init__(self, operator: Operator, closed: ClosedHours) -> None:
        """Make it for some closed hours."""
        super().__init__(operator)
        self.closed = closed
        self.people: tuple[ToCall, ...] | None = None
        """None: not read yet."""
        self._reading = False
        self.title_line = Words(self._title_words, "ink", bold=True, id="title")
        self.list = DeskList(self._columns, "hall.to_call.none")
        self.hint = Words(self._hint_words, id="hint")

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.title_line
        yield self.list
        yield self.hint
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Which hours, the people, and in the last rows what to tell them."""
        yield from super().places(size)
        x, y, width, height = self.desk_frame.body
        room = max(0, height - _HINT_ROWS)
        yield self.title_line, self.desk_frame.title
        yield self.list, Region(x, y, width, room)
        yield self.hint, Region(x, y + room, width, height - room)

    @on(events.Mount)
    def _read_first(self) -> None:
        self.follow()

    def follow(self) -> None:
        """Read it, where that was not answered yet."""
        if self.people is None and not self._reading:
            self._reading = True
            self.start(self._read(), group="read", exclusive=False)

    async def _read(self) -> None:
        try:
            self.people = await self.ask(self.kiosk.station.closed_hours.to_call, self.staff, self.closed.id)
        except (NotAllowed, NotFound) as refusal:
            self.people = ()
            self.answered()
            self.tell(refused_key(refusal), "error")
            return
        finally:
            self._reading = False
        self.read_again()
        self._show()

    def _show(self) -> None:
        self.list.show([self._line(person) for person in self.people or ()])
        self.hint.refresh()

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self._show()

    def _title_words(self) -> str:
        day, hours = when_words(self.closed)
        when = f"{day_figures(self.kiosk.language, day)}, {hours or self.text('hall.closure.whole_day')}"
        return f"{self.text('hall.closing.to_call')} · {when}"

    def _hint_words(self) -> str:
        return self.text("hall.to_call.hint") if self.list.lines else ""

    def _columns(self) -> Sequence[Column]:
        return (
            Column("counter.list.time", 6),
            Column("people.head.person", 18, grows=True),
            Column("hall.to_call.phone", 18),
            Column("result.order_code", 12),
            Column("people.head.service", _SERVICE, rank=1),
            Column("hall.to_call.language", 5, rank=2),
        )

    def _line(self, person: ToCall) -> Line:
        cells = (
            Cell(clock(person.time), bold=True),
            Cell(person.name, bold=True),
            Cell(phone(person.phone), "accent", bold=True),
            Cell(person.order_code or person.booking),
            Cell(shorten(service_words(self.kiosk, person.service), _SERVICE), "soft"),
            Cell(_CAPS[person.language], "soft"),
        )
        return Line(person.booking, cells)

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        else:
            super().do_key(name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.list.choose(event.name)
