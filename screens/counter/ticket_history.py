"""What happened to a ticket of today, step by step: when, at which counter, by whom, on which station (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import NotFound
from kiosk.language import clock
from screens.base import Placed
from screens.counter.following import FollowingScreen
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.hall.history import TicketStep
    from screens.palette import Colour

UNDONE_SIGN: Final = "✕"
NOBODY: Final = "–"
_STEPS: Final = {
    "arrived": "counter.person.came",
    "call_next": "history.step.call",
    "call": "history.step.call",
    "call_again": "history.step.call_again",
    "start": "history.step.start",
    "park": "history.step.park",
    "put_back": "history.step.put_back",
    "transfer": "history.step.transfer",
    "finish": "history.step.finish",
    "no_show": "history.step.no_show",
    "undo": "history.step.undo",
    "left": "history.step.left",
}
"""Message key of each step's words."""


class TicketHistoryScreen(FollowingScreen):
    """Stands over the workplace, and follows the hall while it is open."""

    KEYS: ClassVar = {"up": "up", "down": "down", "pageup": "pageup", "pagedown": "pagedown", "escape": "back"}

    def __init__(self, operator: Operator, ticket: str, service: str) -> None:
        """Make it.

        Args:
            operator: who looks.
            ticket: the ticket's written number; it is one of today, at this centre.
            service: the service's id.
        """
        super().__init__(operator)
        self.ticket = ticket
        self._service = service
        self.steps: tuple[TicketStep, ...] = ()
        self.title_line = Words(self._title_words, "ink", bold=True, id="title")
        self.list = DeskList(self._columns, "counter.no.unread")
        self.legend = Words(self._legend_words, id="legend")

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.title_line
        yield self.list
        yield self.legend
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Title, list, and in the last row what the sign of an undone step means."""
        yield from super().places(size)
        x, y, width, height = self.desk_frame.body
        yield self.title_line, self.desk_frame.title
        yield self.list, Region(x, y, width, max(0, height - 1))
        yield self.legend, Region(x, y + height - 1, width, min(1, height))

    async def _read(self) -> None:
        try:
            self.steps = await self.ask(self.kiosk.station.queue.history, self.ticket)
        except NotFound:
            self.answered()
            self.tell("counter.no.unknown", "warning", ticket=self.ticket)
            return
        self.read_again()
        self._show()

    def _show(self) -> None:
        # Steps are only ever added at the end: a row's place is its name.
        self.list.show([self._line(place, step) for place, step in enumerate(self.steps)])
        self.legend.refresh()

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self._show()

    def _title_words(self) -> str:
        return f"{self.ticket} · {service_words(self.kiosk, self._service)}"

    def _legend_words(self) -> str:
        return self.text("history.undone") if any(step.undone for step in self.steps) else ""

    def _columns(self) -> Sequence[Column]:
        return (
            Column("counter.list.time", 6),
            Column("history.head.step", 22),
            Column("board.counter", 8),
            Column("hall.counter.staff", 14, grows=True),
            Column("history.head.station", 12),
        )

    def _line(self, place: int, step: TicketStep) -> Line:
        words = self.text(_STEPS[step.step])
        ink: Colour = "soft" if step.undone else "ink"
        cells = (
            Cell(clock(step.at), "soft"),
            Cell(f"{UNDONE_SIGN} {words}" if step.undone else words, ink, bold=not step.undone),
            Cell(step.counter or NOBODY, ink),
            Cell(step.staff or NOBODY, ink),
            Cell(step.station, "soft"),
        )
        return Line(str(place), cells)

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
