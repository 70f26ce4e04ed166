"""The whole of the board, drawn: head, the newest call, earlier ones; or "please wait" in three languages (C4)."""

from __future__ import annotations

from typing import Final

from textual.geometry import Region

from kiosk.hall.queue_facts import BoardCall
from kiosk.hall.way import Way, direction_of, way_of
from kiosk.language import LANGUAGES, lines, text
from screens.board.places import BoardFrame, Scale, draw_between, draw_large, largest
from screens.board.view import BoardView, key_of
from screens.board.words import large_words
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
_ARROW_ROOM: Final = 10
"""The columns of a small arrow and of the air around it: what a number leaves free where its call has one."""
_WORDS_AIR: Final = 1
"""Half rows between g or ş in large letters and the edge of the band."""
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
        frame = BoardFrame.of(self.size, view.ways)
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
        row = y + (height - 1) // 2
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
        room = frame.number_rows - 1
        way = way_of(call.direction.of(view.language))
        ticket, counter = _scales(frame, call, way, room)
        rows = ticket.rows
        free = room - rows
        label = y + (free + 1) // 3
        first = label + 1 + (0 if frame.word_lines else free // 3)
        sheet.text(frame.left, label, self._say("board.number"), ink, bold=True)
        sheet.text(frame.counter, label, self._say("board.counter"), ink, bold=True)
        end = draw_large(sheet, frame.left, 2 * first, call.ticket, ink, ticket)
        pointer = Scale(max(1, ticket.across // 2), max(1, ticket.down // 2))
        led = draw_between(sheet, frame, end, 2 * first + rows, way.arrow, ink, pointer, large=True)
        end = draw_large(sheet, frame.counter, 2 * first + rows - counter.rows, call.counter, ink, counter)
        told = way.words if led else direction_of(way)
        if frame.word_lines:
            self._draw_words(sheet, frame, view, call, told, ink)
        else:
            _draw_small_words(sheet, frame, told, end, first, rows, ink)

    def _draw_words(
        self, sheet: Sheet, frame: BoardFrame, view: BoardView, call: BoardCall, told: str, ink: Colour
    ) -> None:
        """The way in large letters at the foot of the band; in those of the terminal where they do not fit."""
        first = frame.band.bottom - frame.word_lines * frame.word_rows
        large = large_words(call.direction, frame.word_columns, 2 * frame.word_rows, frame.word_lines)
        lines = large.lines[LANGUAGES.index(view.language)]
        if not lines:
            sheet.put(frame.left, first + 1, frame.word_columns, told, ink, bold=True)
            return
        pitch = 2 * frame.word_rows
        bottom = 2 * first + (frame.word_lines - large.most) * frame.word_rows + pitch - _WORDS_AIR
        for number, line in enumerate(lines):
            upper, lower = divmod(bottom + pitch * number - len(line.rows), 2)
            sheet.pixels(frame.left, upper, line.rows, ink, lower=bool(lower))

    def _draw_nobody(self, sheet: Sheet, frame: BoardFrame, view: BoardView) -> None:
        x, y, width, height = frame.band
        sheet.area(x, y, width, height, "surface")
        scale = largest(view.clock, frame.counter - 2 - frame.left, frame.number_rows - 4)
        free = height - scale.rows - 1
        row = y + (free + 1) // 3
        sheet.put(frame.left, row, frame.right - frame.left, self._say("board.nobody"), "ink", bold=True)
        draw_large(sheet, frame.left, 2 * (row + 1 + free // 3), view.clock, "soft", scale)

    def _draw_line(self, sheet: Sheet, frame: BoardFrame, view: BoardView, region: Region, call: BoardCall) -> None:
        is_over = key_of(call) in view.over
        ink: Colour = "soft" if is_over else "ink"
        way = way_of(call.direction.of(view.language))
        ticket, counter = _scales(frame, call, way, region.height - 1)
        high = ticket.rows
        half = 2 * region.y + region.height - high
        begin = draw_large(sheet, frame.left, half, call.ticket, ink, ticket)
        sign: Colour = "soft" if is_over else "accent"
        led = draw_between(sheet, frame, begin, half + high, way.arrow, sign, _SMALL, large=False)
        end = draw_large(sheet, frame.counter, half + high - counter.rows, call.counter, ink, counter)
        told = way.words if led else direction_of(way)
        # Beside the counter, else in the gap before the arrow; words that fit in neither are left out, never cut.
        beside = max(end + 2, frame.counter + _SMALL.columns("88") + 3)
        for at, until in ((beside, frame.right), (begin + 3, frame.arrow - 3)):
            if fits(told, until - at, high):
                rows = wrap(told, until - at, high)
                for number, line in enumerate(rows):
                    sheet.put(at, (half + 1) // 2 + (high - len(rows)) // 2 + number, until - at, line, "soft")
                break


def _scales(frame: BoardFrame, call: BoardCall, way: Way, rows: int) -> tuple[Scale, Scale]:
    """How large the number is drawn, and the counter: no larger than the number.

    A chevron makes room for the number; for an arrow the number is drawn narrower, if it stays as high.
    """
    columns = frame.counter - 2 - frame.left
    ticket = largest(call.ticket, columns, rows)
    if way.arrow:
        narrower = largest(call.ticket, columns - _ARROW_ROOM, rows)
        ticket = narrower if narrower.rows == ticket.rows else ticket
    room = min(frame.right - frame.counter, figures.columns(call.counter) * ticket.across)
    return ticket, largest(call.counter, room, ticket.rows)


def _draw_small_words(
    sheet: Sheet, frame: BoardFrame, direction: str, end: int, first: int, rows: int, ink: Colour
) -> None:
    """The way in letters of the terminal, beside the counter that ends before `end`, else below it."""
    beside, below = frame.right - end - 2, frame.right - frame.counter
    roomy = beside >= _DIRECTION_COLUMNS and fits(direction, beside, _DIRECTION_ROWS)
    if roomy or (len(direction) > below and beside >= _LEAST_DIRECTION and fits(direction, beside, rows)):
        told = wrap(direction, beside, rows)
        for number, line in enumerate(told):
            sheet.put(end + 2, first + (rows - len(told)) // 2 + number, beside, line, ink)
        return
    # Longer than what is left below the counter: over the whole width, ending where the glass ends.
    long = len(direction) > below
    at = frame.left if long else frame.counter
    align: Align = "right" if long else "left"
    sheet.put(at, frame.band.bottom - 1, frame.right - at, direction, ink, align=align)


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
