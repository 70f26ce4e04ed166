"""Closed hours of the centre, and closing more of them (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from kiosk.clock import baku_day, in_baku, to_instant
from kiosk.hall.closed_hours import ClosedHours
from kiosk.language import clock, day_figures
from screens.counter.hall.section import LIST_KEYS, SectionScreen
from screens.counter.key_bar import Key
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, Line


class ClosuresScreen(SectionScreen):
    """The list. Enter tells whom to call, F7 closes hours, F8 opens the chosen ones again."""

    SECTION = "closures"
    KEYS: ClassVar = LIST_KEYS | {"f7": "close", "f8": "withdraw"}

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.closed: tuple[ClosedHours, ...] = ()

    def columns(self) -> Sequence[Column]:
        """What there is to see of one."""
        return (
            Column("hall.closure.day", 11),
            Column("hall.closure.hours", 13),
            Column("hall.closure.reason", 16, grows=True),
            Column("hall.closure.booked", 8, align="right"),
            Column("hall.closure.told", 7, align="right"),
            Column("hall.closure.to_call", 10, align="right"),
        )

    async def read(self) -> None:
        """What is closed from today on."""
        self.closed = await self.ask(self.kiosk.station.closed_hours.of)
        self.show([self._line(closed) for closed in self.closed])

    def _line(self, closed: ClosedHours) -> Line:
        language = self.kiosk.language
        day, hours = when_words(closed)
        cells = (
            Cell(day_figures(language, day), bold=True),
            Cell(hours or self.text("hall.closure.whole_day")),
            Cell(closed.reason.of(language)),
            Cell(str(closed.bookings)),
            Cell(str(closed.told)),
            Cell(str(closed.without_email), bold=bool(closed.without_email)),
        )
        return Line(str(closed.id), cells)

    def keys_here(self) -> Sequence[Key]:
        """Whom to call, close, and open again."""
        close = Key("close", "F7", "hall.closure.close")
        if not self.list.lines:
            return (close,)
        return (Key("open", "Enter", "hall.to_call.open"), close, Key("withdraw", "F8", "hall.closure.withdraw"))

    def open_row(self, name: str) -> None:
        """Who is to be called; opening again has its own key, so that none is opened by chance."""
        chosen = next((closed for closed in self.closed if str(closed.id) == name), None)
        if chosen is not None:
            from screens.counter.hall.to_call import ToCallScreen

            self.kiosk.push_screen(ToCallScreen(self.operator, chosen))

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        chosen = next((closed for closed in self.closed if str(closed.id) == self.list.chosen), None)
        if name == "close":
            from screens.counter.hall.closing import ClosingForm

            self.kiosk.push_screen(ClosingForm(self.operator, self.tomorrow()))
        elif name == "withdraw":
            if chosen is not None:
                from screens.counter.hall.closing import WithdrawScreen

                self.kiosk.push_screen(WithdrawScreen(self.operator, chosen))
        else:
            super().do_key(name)

    def tomorrow(self) -> date:
        """The date that stands in the form at first."""
        return baku_day(to_instant(self.kiosk.now())) + timedelta(days=1)


def when_words(closed: ClosedHours) -> tuple[date, str]:
    """The date of closed hours, and from when to when; "" for the whole day."""
    first, end = in_baku(to_instant(closed.starts)), in_baku(to_instant(closed.ends))
    if first.hour == first.minute == end.hour == end.minute == 0:
        return first.date(), ""
    until = "24:00" if end.date() > first.date() else clock(end)
    return first.date(), f"{clock(first)}–{until}"
