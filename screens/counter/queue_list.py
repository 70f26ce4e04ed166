"""Who waits, in calling order (C5), who is parked, and today's counts (face.md, 11). Only rows in sight are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.hall.queue_facts import QueuedTicket
from screens.counter.hall_now import HallNow, minutes_between
from screens.counter.shorten import shorten
from screens.counter.ticket_words import hour_words, mark_of, service_words
from screens.counter.work_frame import WorkFrame
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from datetime import datetime

_TICKET_AT: Final = 2
_SERVICE_AT: Final = 10
_LEAST_SERVICE: Final = 10
"""In fewer cells a service's name tells nothing."""
_AMPLE_SERVICE: Final = 17
"""In more of them it can spare one."""
_MARK_ROOM: Final = 8
_NARROW: Final = 44
"""Below this width the mark is its sign alone."""
_MINUTES_ROOM: Final = 3
_HOUR_ROOM: Final = 8
_CLOCK: Final = 5
_MOST_PARKED: Final = 3
_MOST_PARKED_COMPACT: Final = 2
Matches = Callable[[QueuedTicket], bool]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some of a section's rows in cells of the list."""

    first: int
    """The index, among all rows, of the first one in sight."""
    tickets: Sequence[QueuedTicket]
    y: int


class QueueList(TouchArea, can_focus=False):
    """A touch on a row is told as `TouchArea.Touched` with its ticket. The cursor stays on its ticket."""

    def __init__(self) -> None:
        super().__init__(id="queue")
        self._hall: HallNow | None = None
        self._matches: Matches | None = None
        self._rows: Sequence[QueuedTicket] = ()
        self._waiting = 0
        """How many of the rows wait; the others are parked."""
        self._places: dict[str, int] | None = None
        """Where each ticket stands among the found ones; None: nothing is looked for."""
        self._chosen: str | None = None
        self._top = 0
        self._parked_top = 0

    @property
    def hall(self) -> HallNow | None:
        """What is shown; None before the first read."""
        return self._hall

    @property
    def chosen(self) -> str | None:
        """The ticket under the cursor."""
        return self._chosen

    @property
    def rows(self) -> Sequence[QueuedTicket]:
        """All rows, or those that were found."""
        return self._rows

    def show(self, hall: HallNow) -> None:
        """Show the hall as it was just read. A ticket that is in no list any more loses the cursor."""
        self._hall = hall
        self._gather()

    def look_for(self, matches: Matches | None) -> None:
        """Show only these; None: all again."""
        self._matches = matches
        self._top = self._parked_top = 0
        self._gather()

    def _gather(self) -> None:
        if self._hall is None:
            return
        rows, waiting = self._hall.rows, len(self._hall.queue.waiting)
        if self._matches is None:
            self._rows, self._waiting, self._places = rows, waiting, None
        else:
            found = [ticket for ticket in rows[:waiting] if self._matches(ticket)]
            self._waiting = len(found)
            found += [ticket for ticket in rows[waiting:] if self._matches(ticket)]
            self._rows = found
            self._places = {ticket.ticket: place for place, ticket in enumerate(found)}
        if self._chosen is not None and self._place(self._chosen) is None:
            self._chosen = None
        self._bring_into_sight()
        self.refresh()

    def _place(self, ticket: str) -> int | None:
        if self._places is not None:
            return self._places.get(ticket)
        return self._hall.places.get(ticket) if self._hall is not None else None

    def choose(self, ticket: str | None) -> None:
        """Put the cursor on a ticket, if it is in the list, and bring it into sight."""
        self._chosen = ticket if ticket is not None and self._place(ticket) is not None else None
        self._bring_into_sight()
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor by rows; the first move puts it on the first row in sight."""
        if not self._rows:
            return
        at = self._place(self._chosen) if self._chosen is not None else None
        to = self._top if at is None else at + step
        if self._hall is not None and not self._hall.is_whole and (at is None or at < self._waiting):
            to = min(to, self._waiting - 1)  # behind these stand others that are still being read
        self.choose(self._rows[min(max(0, to), len(self._rows) - 1)].ticket)

    def is_deep(self, rows: int) -> bool:
        """Whether the cursor stands on somebody who waits within a page of the end of so many rows, or behind it."""
        place = self._place(self._chosen) if self._chosen is not None else None
        return place is not None and place < self._waiting and place + self.page >= rows

    @property
    def page(self) -> int:
        """How many waiting rows there is room for."""
        return max(1, self._parked_title() - self._first_row() - (0 if self._compact else 1))

    @property
    def _compact(self) -> bool:
        return WorkFrame.of(self.app.size).compact

    def _first_row(self) -> int:
        return 2 if self._compact else 4

    def _parked_room(self) -> int:
        return min(_MOST_PARKED_COMPACT if self._compact else _MOST_PARKED, max(1, len(self._rows) - self._waiting))

    def _today_row(self) -> int:
        return self.size.height - 1

    def _parked_title(self) -> int:
        return self._today_row() - (0 if self._compact else 1) - self._parked_room() - 1

    def _bring_into_sight(self) -> None:
        """The cursor's row; without one the beginning, where the next ones stand."""
        parked = len(self._rows) - self._waiting
        self._top = min(self._top, max(0, self._waiting - self.page))
        self._parked_top = min(self._parked_top, max(0, parked - self._parked_room()))
        place = self._place(self._chosen) if self._chosen is not None else None
        if place is None:
            self._top = self._parked_top = 0
        elif place < self._waiting:
            self._top = min(max(self._top, place - self.page + 1), place)
        else:
            place -= self._waiting
            self._parked_top = min(max(self._parked_top, place - self._parked_room() + 1), place)

    def _in_sight(self) -> tuple[_Rows, _Rows]:
        """Waiting and parked ones that are drawn."""
        waiting = self._rows[self._top : min(self._waiting, self._top + self.page)]
        first = self._waiting + self._parked_top
        parked = self._rows[first : first + self._parked_room()]
        return _Rows(self._top, waiting, self._first_row()), _Rows(first, parked, self._parked_title() + 1)

    def spots(self) -> Sequence[Spot]:
        """The rows in sight."""
        return [
            Spot(ticket.ticket, Region(0, rows.y + row, self.size.width, 1), "canvas")
            for rows in self._in_sight()
            for row, ticket in enumerate(rows.tickets)
        ]

    def draw(self, sheet: Sheet) -> None:
        """Title, head, those who wait; the parked ones; today."""
        hall = self._hall
        self._draw_title(sheet, hall)
        if hall is None:
            return
        self._draw_head(sheet, 1 if self._compact else 2)
        now = hall.now(self.kiosk.elapsed())
        waiting, parked = self._in_sight()
        if not waiting.tickets:
            key = "counter.hall.nobody" if self._matches is None else "counter.hall.none_found"
            for row, line in enumerate(wrap(self.text(key), sheet.width - _TICKET_AT, 2), waiting.y):
                sheet.put(_TICKET_AT, row, sheet.width - _TICKET_AT, line, "soft")
        for row, ticket in enumerate(waiting.tickets, waiting.y):
            self._draw_row(sheet, row, ticket, now)
        count = len(self._rows) - self._waiting
        x = sheet.text(0, parked.y - 1, self.text("counter.hall.parked"), "ink", bold=True)
        sheet.text(x + 2, parked.y - 1, str(count), "accent", bold=True)
        for row, ticket in enumerate(parked.tickets, parked.y):
            self._draw_parked(sheet, row, ticket, now)
        self._draw_today(sheet, hall)

    def _draw_title(self, sheet: Sheet, hall: HallNow | None) -> None:
        x = sheet.text(0, 0, self.text("counter.hall.waiting"), "ink", bold=True) + 2
        if hall is None:
            return
        count = self._waiting if self._matches is not None else hall.queue.waiting_count
        x = sheet.text(x, 0, str(count), "accent", bold=True) + 2
        if self._waiting > self.page:
            aside = f"{self._top + 1}–{min(self._waiting, self._top + self.page)} / {count}"
        elif self._waiting and self._matches is None:
            aside = self.text("counter.hall.average", minutes=hall.queue.waited_minutes)
        else:
            return
        if x + cell_len(aside) <= sheet.width:
            sheet.put(x, 0, sheet.width - x, aside, "soft", align="right")

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Where the mark begins, where the minutes and where the hour end."""
        mark = width - (_MARK_ROOM if width >= _NARROW else 2)
        minutes = mark - 2
        return mark, minutes, minutes - _MINUTES_ROOM - 2

    def _service_room(self, hour_end: int) -> int:
        """The same in all rows, whether an hour or "walk-in" follows; 0: too little for a service's name."""
        hour = max(_CLOCK, cell_len(hour_words(self.kiosk, None)))
        room = hour_end - hour - 1 - _SERVICE_AT
        if room > _AMPLE_SERVICE:
            return room - 1  # a second cell of air before the hour
        return room if room >= _LEAST_SERVICE else 0

    def _draw_head(self, sheet: Sheet, row: int) -> None:
        mark, minutes, hour = self._columns(sheet.width)
        sheet.text(_TICKET_AT, row, self.text("counter.list.ticket"), "soft")
        if room := self._service_room(hour):
            sheet.put(_SERVICE_AT, row, room, self.text("result.service"), "soft")
        sheet.put(hour - _HOUR_ROOM, row, _HOUR_ROOM, self.text("counter.list.time"), "soft", align="right")
        sheet.put(minutes - 5, row, 5, self.text("counter.hall.minutes"), "soft", align="right")
        if sheet.width >= _NARROW:
            sheet.put(mark, row, sheet.width - mark, self.text("counter.hall.state"), "soft")

    def _draw_cursor(self, sheet: Sheet, row: int, ticket: QueuedTicket) -> None:
        if ticket.ticket == self._chosen or ticket.ticket == self.pressed:
            sheet.cursor(row)

    def _draw_row(self, sheet: Sheet, row: int, ticket: QueuedTicket, now: datetime) -> None:
        self._draw_cursor(sheet, row, ticket)
        app = self.kiosk
        mark_at, minutes_end, hour_end = self._columns(sheet.width)
        sheet.put(_TICKET_AT, row, _SERVICE_AT - _TICKET_AT - 1, ticket.ticket, "ink", bold=True)
        hour = hour_words(app, ticket.booked_for)
        if room := self._service_room(hour_end):
            sheet.put(_SERVICE_AT, row, room, shorten(service_words(app, ticket.service), room))
        sheet.text(hour_end - cell_len(hour), row, hour, "ink" if ticket.booked_for is not None else "soft")
        mark = mark_of(ticket, now, app.settings.hall.long_wait_minutes)
        is_long = mark is not None and mark.word == "counter.mark.long"
        minutes = str(minutes_between(ticket.arrived_at, now))
        ink = mark.ink if mark is not None and is_long else "ink"
        sheet.text(minutes_end - len(minutes), row, minutes, ink, bold=is_long)
        if mark is None and ticket.to_counter is None:
            return
        room = sheet.width - mark_at
        if mark is None:
            words, ink = f"→ {ticket.to_counter}", "soft"
        else:
            words = f"{mark.sign} {app.text(mark.word)}" if sheet.width >= _NARROW else mark.sign
            ink = mark.ink
        sheet.put(mark_at, row, room, words if room > 2 else words[0], ink, bold=ink != "soft")

    def _draw_parked(self, sheet: Sheet, row: int, ticket: QueuedTicket, now: datetime) -> None:
        self._draw_cursor(sheet, row, ticket)
        mark_at, minutes_end, _ = self._columns(sheet.width)
        sheet.put(_TICKET_AT, row, _SERVICE_AT - _TICKET_AT - 1, ticket.ticket, "ink", bold=True)
        minutes = str(minutes_between(ticket.since, now))
        room = minutes_end - len(minutes) - _SERVICE_AT - 1
        words = ticket.note or shorten(service_words(self.kiosk, ticket.service), room)
        sheet.put(_SERVICE_AT, row, room, words, "soft")
        sheet.text(minutes_end - len(minutes), row, minutes, "ink")
        if sheet.width >= _NARROW:
            sheet.text(mark_at, row, "F11", "soft")

    def _draw_today(self, sheet: Sheet, hall: HallNow) -> None:
        row = self._today_row()
        x = max(_SERVICE_AT, sheet.text(0, row, self.text("counter.today"), "ink", bold=True) + 2)
        for key, count in (
            ("counter.today.finished", hall.view.finished),
            ("counter.today.no_show", hall.view.no_show),
            ("counter.today.late", hall.queue.late),
        ):
            words, number = self.text(key), str(count)
            if x + cell_len(words) + 1 + len(number) > sheet.width:
                return
            x = sheet.text(x, row, words, "soft") + 1
            x = sheet.text(x, row, number, "ink", bold=True) + (2 if self._compact else 3)
