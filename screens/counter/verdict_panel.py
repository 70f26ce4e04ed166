"""The right-hand panel: the verdict over the code that was presented last, or that was chosen in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.geometry import Region

from screens.counter.frame import CounterFrame
from screens.counter.verdict import LateRule, Look, Presented, Told, look, told
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

Waiting = Literal["ready", "asking", "unanswered"]

_PAD: Final = 3
_BUTTON_ROWS: Final = 3
_MARK_ROOM: Final = 13
_LABEL_SHARE: Final = 0.4


class VerdictPanel(TouchArea, can_focus=False):
    """Band in the verdict's colour with mark, sentence and number; facts, what to do next, and the one button."""

    GROUND = "surface"

    def __init__(self) -> None:
        super().__init__(id="panel")
        self._late: LateRule = "off"
        self._shown: Presented | None = None
        self._waiting: Waiting = "ready"

    @property
    def shown(self) -> Presented | None:
        """What is shown; None while there is nothing to show."""
        return self._shown

    @property
    def waiting(self) -> Waiting:
        """What is said while nothing is shown."""
        return self._waiting

    @property
    def offers_late(self) -> bool:
        """Whether the shown one is late and this operator may accept it."""
        return self._late == "can" and self._shown is not None and self._shown.arrival.verdict == "too_late"

    def show(self, presented: Presented, late: LateRule) -> None:
        """Show a verdict, and say of a late one whether it may be accepted."""
        self._shown, self._late = presented, late
        self.refresh()

    def wait(self, waiting: Waiting) -> None:
        """Show none, but say what is waited for."""
        self._shown, self._waiting = None, waiting
        self.refresh()

    def words(self) -> Told | None:
        """What it says about the shown one, in the language on screen."""
        return told(self.kiosk, self._shown, self._late) if self._shown is not None else None

    def _button(self) -> Region:
        width, height = self.size
        pad = 1 if CounterFrame.of(self.app.size).compact else 2
        rows = min(_BUTTON_ROWS, height)
        return Region(pad, height - rows - (pad - 1), width - 2 * pad, rows)

    def spots(self) -> Sequence[Spot]:
        """Accepting a late one, when it is offered."""
        return (Spot("accept_late", self._button(), "accent", below="surface"),) if self.offers_late else ()

    def draw(self, sheet: Sheet) -> None:
        """The verdict, or what is waited for."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        words = self.words()
        if self._shown is None or words is None:
            self._draw_waiting(sheet)
            return
        compact = CounterFrame.of(self.app.size).compact
        looks = look(self._shown)
        row = self._draw_compact_band(sheet, looks, words) if compact else self._draw_band(sheet, looks, words)
        end = self._button().y if self.offers_late else sheet.height
        row = self._draw_facts(sheet, words, row if compact else row + 1, end, compact)
        pad = 1 if compact else _PAD
        for line in wrap(words.advice, sheet.width - 2 * pad - 2, max(0, min(4, end - row))):
            sheet.text(pad, row, "▌", "accent")
            sheet.put(pad + 2, row, sheet.width - 2 * pad - 2, line, "ink", bold=True)
            row += 1
        if self.offers_late:
            self._draw_button(sheet)

    def _draw_waiting(self, sheet: Sheet) -> None:
        key = {"ready": "counter.ready", "asking": "counter.asking", "unanswered": "counter.unanswered"}[self._waiting]
        lines = wrap(self.text(key), sheet.width - 2 * _PAD, 7)
        warned = self._waiting == "unanswered"
        if warned:
            sheet.fill(0, 0, sheet.width, len(lines) + 2, "held-ground")
            sheet.fill(0, 0, 1, len(lines) + 2, "held")
        for row, line in enumerate(lines, 1):
            ink: Colour = "held-ink" if warned else "ink" if row == 1 else "soft"
            sheet.put(_PAD, row, sheet.width - 2 * _PAD, line, ink, bold=row == 1)

    def _draw_band(self, sheet: Sheet, looks: Look, words: Told) -> int:
        """Mark and sentence, then the number; how many rows it has."""
        rows = 11
        sheet.fill(0, 0, sheet.width, rows, looks.ground)
        mark = figures.pixels(looks.mark)
        sheet.pixels(_PAD + (10 - len(mark[0])) // 2, 1, mark, looks.ink)
        title = wrap(words.title, sheet.width - _PAD - _MARK_ROOM - 1, 4)
        for index, line in enumerate(title):
            at = 1 + (4 - len(title)) // 2 + index
            sheet.put(_PAD + _MARK_ROOM, at, sheet.width - _PAD - _MARK_ROOM, line, looks.ink, bold=True)
        if words.number:
            sheet.put(_PAD, 5, sheet.width - 2 * _PAD, words.label, looks.ink)
            end = self._draw_number(sheet, _PAD, 6, words.number, looks.ink)
            for index, line in enumerate(wrap(words.line, sheet.width - end - 4, 3)):
                sheet.put(end + 2, 7 + index, sheet.width - end - 4, line, looks.ink, bold=True)
        else:
            for index, line in enumerate(wrap(words.line, sheet.width - 2 * _PAD, 4)):
                sheet.put(_PAD, 6 + index, sheet.width - 2 * _PAD, line, looks.ink, bold=True)
        return rows

    def _draw_compact_band(self, sheet: Sheet, looks: Look, words: Told) -> int:
        """The same where rows are few: the mark is a sign."""
        rows = 8
        sheet.fill(0, 0, sheet.width, rows, looks.ground)
        title = wrap(words.title, sheet.width - 4, 2)
        # A sentence that stands alone stands in the middle.
        top = 0 if words.number or words.line else (rows - len(title)) // 2
        sheet.text(1, top, looks.mark, looks.ink, bold=True)
        for index, line in enumerate(title, top):
            sheet.put(3, index, sheet.width - 4, line, looks.ink, bold=True)
        if words.number:
            sheet.put(1, 2, sheet.width - 2, words.label, looks.ink)
            end = self._draw_number(sheet, 1, 3, words.number, looks.ink)
            for index, line in enumerate(wrap(words.line, sheet.width - end - 3, 3)):
                sheet.put(end + 2, 4 + index, sheet.width - end - 3, line, looks.ink, bold=True)
        else:
            for index, line in enumerate(wrap(words.line, sheet.width - 4, 4)):
                sheet.put(3, 3 + index, sheet.width - 4, line, looks.ink, bold=True)
        return rows

    def _draw_number(self, sheet: Sheet, x: int, y: int, number: str, ink: Colour) -> int:
        """In large figures, which fit by the panel's width; where a sign has none, in letters. The column after it."""
        if all(sign in figures.signs() for sign in number) and figures.columns(number) <= sheet.width - x:
            return x + sheet.pixels(x, y, figures.pixels(number), ink)
        return sheet.text(x, y + 1, number, ink, bold=True)

    def _draw_facts(self, sheet: Sheet, words: Told, row: int, end: int, compact: bool) -> int:
        """Label and value, a long value on two rows; the row after them and a free one."""
        pad = 1 if compact else _PAD
        room = sheet.width - 2 * pad
        at = min(16, int(room * _LABEL_SHARE))
        for label, value in words.facts:
            lines = wrap(value, room - at - 1, 2)
            if row + len(lines) > end:
                break
            sheet.put(pad, row, at, label, "soft")
            for line in lines:
                sheet.put(pad + at + 1, row, room - at - 1, line, "ink", bold=True)
                row += 1
        return row + (0 if compact else 1)

    def _draw_button(self, sheet: Sheet) -> None:
        x, y, width, height = self._button()
        pressed = self.pressed == "accept_late"
        ink: Colour = "ink" if pressed else "on-accent"
        sheet.area(x, y, width, height, "tint" if pressed else "accent")
        sheet.text(x + 2, y + height // 2, "F4", ink, bold=True)
        sheet.put(x + 6, y + height // 2, width - 7, self.text("button.accept_late"), ink, bold=True)
