"""The whole of the board, drawn: head, the newest call, earlier ones; or "please wait" in three languages (C4)."""

from __future__ import annotations

from typing import Final

from textual.geometry import Region

from kiosk.hall.queue_facts import BoardCall
from kiosk.language import LANGUAGES, lines, text
from screens.board.places import BoardFrame, Scale, arrow_columns, draw_arrow, draw_large, largest
from screens.board.view import BoardView, key_of
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Align, Sheet, fits, wrap
from screens.widgets.touch_area import Drawn

_DIRECTION_COLUMNS: Final = 14
_DIRECTION_ROWS: Final = 4
"""With less room than this beside the counter's number its direction stands below it, if it fits there."""
_LEAST_DIRECTION: Final = 8
"""With fewer columns beside a number no direction stands there."""
_SMALL: Final = Scale(1, 1)
_LOW_LINE: Final = 5
"""In a line of so many rows a number stands in the middle of half rows, and no hairline has room."""
_MARK_ROOM: Final = 14
_LARGE_MARK_ROOM: Final = 28
_MARK_AIR: Final = 5
"""Rows over and under a mark of 8 rows, with the words between."""


class BoardPane(Drawn):
    """Shows a `BoardView`."""

    def __init__(self) -> None:
        super().__init__(id="board")
        self.view: BoardView | None = None

    def show(self, view: BoardView) -> None:
        """Show this; drawn anew only when it differs."""
        if view != self.view:
            self.view = view
            self.refresh()

    def _say(self, key: str) -> str:
        return text(self.view.language if self.view is not None else LANGUAGES[0], key)

    def draw(self, sheet: Sheet) -> None:
        """Everything."""
        view = self.view
        if view is None:
            return
        frame = BoardFrame.of(self.size)
        self._draw_header(sheet, frame, view)
        if view.waits:
            _draw_waiting(sheet, frame)
        if view.waits or view.blank:
            return
        if view.top is not None:
            self._draw_top(sheet, frame, view, view.top)
        else:
            self._draw_nobody(sheet, frame, view)
        for number, (region, call) in enumerate(zip(frame.lines, view.below, strict=False)):
            if number and region.height > _LOW_LINE:
                sheet.text(frame.left, region.y - 1, "─" * (frame.right - frame.left), "line")
            self._draw_line(sheet, frame, view, region, call)
        x, y, width, height = frame.foot
        row = y + height // 2
        sheet.put(x + 1, row, width - 2, self._say("board.missed"), "soft", align="center")
        if view.pages > 1:
            sheet.put(
                frame.left, row, frame.right - frame.left, f"{view.page + 1} / {view.pages}", "ink", align="right"
            )

    def _draw_header(self, sheet: Sheet, frame: BoardFrame, view: BoardView) -> None:
        x, y, width, height = frame.header
        row = y + height // 2
        sheet.fill(x, y, width, height, "deep")
        if sheet.palette.framed and height > 1:
            sheet.text(0, height - 1, "─" * width, "on-deep")
        at = sheet.text(frame.left, row, "ASAN", "on-deep", bold=True)
        at = sheet.text(at, row, " xidmət", "on-deep")
        end = frame.right - len(view.clock)
        sheet.text(end, row, view.clock, "on-deep", bold=True)
        words = "" if view.waits else self._say("board.head")
        middle = max(at + 2, (width - len(words)) // 2)
        if (centre := self._centre(view)) and len(centre) <= middle - at - 5:
            sheet.text(at + 3, row, centre, "deep-soft")
        sheet.put(middle, row, end - middle - 2, words, "on-deep")

    def _centre(self, view: BoardView) -> str:
        app = self.kiosk
        known = app.catalogue.centres.get(app.settings.station.centre) if app.catalogue is not None else None
        return known.short_name.of(view.language) if known is not None else ""

    def _draw_top(self, sheet: Sheet, frame: BoardFrame, view: BoardView, call: BoardCall) -> None:
        ground: Colour = "on-accent" if view.inverse else "accent"
        ink: Colour = "accent" if view.inverse else "on-accent"
        x, y, width, height = frame.band
        sheet.fill(x, y, width, height, ground)
        room = height - 1
        ticket, counter = _scales(frame, call, room)
        rows = ticket.rows
        free = room - rows
        label = y + (free + 1) // 3
        first = label + 1 + free // 3
        sheet.text(frame.left, label, self._say("board.number"), ink, bold=True)
        sheet.text(frame.counter, label, self._say("board.counter"), ink, bold=True)
        end = draw_large(sheet, frame.left, 2 * first, call.ticket, ink, ticket)
        pointer = Scale(max(1, ticket.across // 2), max(1, ticket.down // 2))
        if end + 1 < frame.arrow and frame.arrow + arrow_columns(pointer) < frame.counter:
            draw_arrow(sheet, frame.arrow, 2 * first + rows, ink, pointer)
        end = draw_large(sheet, frame.counter, 2 * first + rows - counter.rows, call.counter, ink, counter)
        direction = call.direction.of(view.language)
        beside, below = frame.right - end - 2, frame.right - frame.counter
        roomy = beside >= _DIRECTION_COLUMNS and fits(direction, beside, _DIRECTION_ROWS)
        if roomy or (len(direction) > below and beside >= _LEAST_DIRECTION and fits(direction, beside, rows)):
            told = wrap(direction, beside, rows)
            for number, line in enumerate(told):
                sheet.put(end + 2, first + (rows - len(told)) // 2 + number, beside, line, ink)
        else:
            # Longer than what is left below the counter: over the whole width, ending where the glass ends.
            long = len(direction) > below
            at = frame.left if long else frame.counter
            align: Align = "right" if long else "left"
            sheet.put(at, y + height - 1, frame.right - at, direction, ink, align=align)

    def _draw_nobody(self, sheet: Sheet, frame: BoardFrame, view: BoardView) -> None:
        x, y, width, height = frame.band
        sheet.area(x, y, width, height, "surface")
        scale = largest(view.clock, frame.counter - 2 - frame.left, height - 4)
        free = height - scale.rows - 1
        row = y + (free + 1) // 3
        sheet.put(frame.left, row, frame.right - frame.left, self._say("board.nobody"), "ink", bold=True)
        draw_large(sheet, frame.left, 2 * (row + 1 + free // 3), view.clock, "soft", scale)

    def _draw_line(self, sheet: Sheet, frame: BoardFrame, view: BoardView, region: Region, call: BoardCall) -> None:
        is_over = key_of(call) in view.over
        ink: Colour = "soft" if is_over else "ink"
        ticket, counter = _scales(frame, call, region.height - 1)
        high = ticket.rows
        half = 2 * region.y + region.height - high
        end = draw_large(sheet, frame.left, half, call.ticket, ink, ticket)
        if end + 1 < frame.arrow and frame.arrow + arrow_columns(_SMALL) < frame.counter:
            draw_arrow(sheet, frame.arrow, half + high, "soft" if is_over else "accent", _SMALL)
        end = draw_large(sheet, frame.counter, half + high - counter.rows, call.counter, ink, counter)
        at = max(end + 2, frame.counter + _SMALL.columns("88") + 3)
        room = frame.right - at
        if room >= _LEAST_DIRECTION:
            told = wrap(call.direction.of(view.language), room, high)
            for number, line in enumerate(told):
                sheet.put(at, (half + 1) // 2 + (high - len(told)) // 2 + number, room, line, "soft")


def _scales(frame: BoardFrame, call: BoardCall, rows: int) -> tuple[Scale, Scale]:
    """How large the number is drawn, and the counter: no larger than the number, whose arrow may make room for it."""
    ticket = largest(call.ticket, frame.counter - 2 - frame.left, rows)
    room = min(frame.right - frame.counter, figures.columns(call.counter) * ticket.across)
    return ticket, largest(call.counter, room, ticket.rows)


def _draw_waiting(sheet: Sheet, frame: BoardFrame) -> None:
    """The mark, and one paragraph a language, in the middle of what is left below the header."""
    top, bottom = frame.header.bottom, frame.size.height
    scale: figures.Scale = 2 if frame.is_roomy else 1
    mark_room = _LARGE_MARK_ROOM if frame.is_roomy else _MARK_ROOM
    at = frame.left + mark_room
    room = frame.right - at
    paragraphs = []
    for language in LANGUAGES:
        title, *rest = lines(language, "board.wait")
        paragraphs.append([*wrap(title, room, 1), *wrap(" ".join(rest), room, 3)])
    rows = sum(map(len, paragraphs))
    gap = max(1, min(2, (bottom - top - rows) // (len(paragraphs) + 1)))
    high = rows + gap * (len(paragraphs) - 1)
    y = top + max(1, (bottom - top - high) // 2)
    panel = max(high + 2, figures.rows(scale) + 2 * _MARK_AIR if frame.is_roomy else 0)
    first = y + (high - panel) // 2
    sheet.area(frame.left, first, mark_room - 3, panel, "held-ground")
    sheet.fill(frame.left, first, 1, panel, "held")
    x = frame.left + (mark_room - 2 - figures.columns("!", scale)) // 2
    sheet.pixels(x, first + (panel - figures.rows(scale)) // 2, figures.pixels("!"), "held-ink", scale)
    for told in paragraphs:
        for number, line in enumerate(told):
            sheet.put(at, y + number, room, line, bold=number == 0)
        y += len(told) + gap
