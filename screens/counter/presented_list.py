"""What was presented at this counter since the operator signed in: ticket, verdict, time; never a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.language import clock
from screens.counter.verdict import Presented, list_word, look
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

_HEAD_ROWS: Final = 4
"""Title, head, hairline, and a free row between."""
_TICKET_AT: Final = 2
_VERDICT_AT: Final = 9
_TIME_WIDTH: Final = 6
NO_TICKET: Final = "–"


class PresentedList(TouchArea, can_focus=False):
    """Newest first. A touch on a row is told as `TouchArea.Touched` with its place, "0" being the newest."""

    def __init__(self) -> None:
        super().__init__(id="presented")
        self.entries: list[Presented] = []
        self._chosen: int | None = None
        self._top = 0

    @property
    def chosen(self) -> int | None:
        """The place of the row that the panel shows."""
        return self._chosen

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(1, self.size.height - _HEAD_ROWS)

    def add(self, presented: Presented) -> None:
        """Put it on top and choose it."""
        self.entries.insert(0, presented)
        self.choose(0)

    def choose(self, place: int | None) -> None:
        """Choose a row, as near as there is one, and bring it into sight."""
        if place is not None and self.entries:
            place = min(max(0, place), len(self.entries) - 1)
            self._top = min(max(self._top, place - self.page + 1), place)
        self._chosen = place if self.entries else None
        self.refresh()

    def _seen(self) -> list[tuple[int, Presented]]:
        return list(enumerate(self.entries))[self._top : self._top + self.page]

    def spots(self) -> Sequence[Spot]:
        """The rows in sight."""
        return [
            Spot(str(place), Region(0, _HEAD_ROWS + row, self.size.width, 1), "canvas")
            for row, (place, _) in enumerate(self._seen())
        ]

    def draw(self, sheet: Sheet) -> None:
        """Title with the count, head, hairline, rows."""
        width = sheet.width
        x = sheet.text(0, 0, self.text("counter.presented"), "ink", bold=True) + 2
        x = sheet.text(x, 0, str(len(self.entries)), "accent", bold=True)
        self._draw_aside(sheet, x + 2)
        sheet.text(_TICKET_AT, 2, self.text("counter.list.ticket"), "soft")
        sheet.text(_VERDICT_AT, 2, self.text("counter.list.verdict"), "soft")
        sheet.put(width - _TIME_WIDTH, 2, _TIME_WIDTH, self.text("counter.list.time"), "soft", align="right")
        sheet.text(0, 3, "─" * width, "line")
        if not self.entries:
            for row, line in enumerate(wrap(self.text("counter.list.empty"), width - _TICKET_AT, 2)):
                sheet.put(_TICKET_AT, _HEAD_ROWS + row, width - _TICKET_AT, line, "soft")
            return
        for row, (place, presented) in enumerate(self._seen(), _HEAD_ROWS):
            if place == self._chosen:
                sheet.cursor(row)
            ticket = presented.ticket
            sheet.text(_TICKET_AT, row, ticket or NO_TICKET, "ink" if ticket else "soft", bold=ticket is not None)
            looks = look(presented)
            sheet.text(_VERDICT_AT, row, looks.mark, looks.word, bold=True)
            room = width - _VERDICT_AT - 2 - _TIME_WIDTH
            sheet.put(_VERDICT_AT + 2, row, room, list_word(self.kiosk, presented), looks.word)
            sheet.put(width - _TIME_WIDTH, row, _TIME_WIDTH, clock(presented.arrival.at), "ink", align="right")

    def _draw_aside(self, sheet: Sheet, x: int) -> None:
        """How many were activated; while there are more rows than room, which of them are in sight."""
        if len(self.entries) > self.page:
            aside = f"{self._top + 1}–{min(len(self.entries), self._top + self.page)} / {len(self.entries)}"
        else:
            activated = sum(presented.arrival.activated for presented in self.entries)
            aside = self.text("counter.activated", count=activated)
        if x + cell_len(aside) <= sheet.width:
            sheet.put(x, 0, sheet.width - x, aside, "soft", align="right")
