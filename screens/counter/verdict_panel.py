"""The verdict over the code that was presented last, or that was chosen among the presented ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.further import key_of
from screens.counter.key_bar import Key
from screens.counter.shorten import shorten, shortened
from screens.counter.verdict import LateRule, Look, Presented, Told, look, told
from screens.counter.work_frame import WorkFrame
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, fits, wrap
from screens.widgets.touch_area import Spot, TouchArea

Waiting = Literal["ready", "asking", "unanswered"]

_PAD: Final = 3
_BUTTON_ROWS: Final = 3
_MARK_ROOM: Final = 13
_LABEL_SHARE: Final = 0.4
_MOST_ADVICE: Final = 4


class VerdictPanel(TouchArea, can_focus=False):
    """Band in the verdict's colour with mark, sentence and number; facts, what to do next, and the one button."""

    GROUND = "surface"

    def __init__(self) -> None:
        super().__init__(id="panel")
        self._late: LateRule = "off"
        self._may_call = False
        self._walk_ins = False
        self._shown: Presented | None = None
        self._waiting: Waiting = "ready"
        self._held = False

    @property
    def held(self) -> bool:
        """Whether a form is open, so that what can be done from here waits."""
        return self._held

    @held.setter
    def held(self, held: bool) -> None:
        self._held = held
        self.refresh()

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

    @property
    def offers_walk_in(self) -> bool:
        """Whether the shown one is late, and a live ticket may be given in place of the booking."""
        shown = self._shown
        late = shown is not None and shown.arrival.verdict == "too_late" and shown.walk_in is None
        return late and self._walk_ins and self._late != "done"

    def ways(self) -> tuple[Key, ...]:
        """What can be done about the shown one: the first is the button."""
        shown = self._shown
        if shown is None:
            return ()
        late = (key_of("accept_late"),) if self.offers_late else ()
        if late or self.offers_walk_in:
            return (*late, *((key_of("walk_in"),) if self.offers_walk_in else ()))
        return (Key("call", "Enter", "button.call"),) if self._may_call and shown.ticket is not None else ()

    def show(self, presented: Presented, late: LateRule, *, may_call: bool = False, walk_ins: bool = False) -> None:
        """Show a verdict.

        Args:
            presented: what was presented, and what became of it.
            late: whether a late one may be accepted.
            may_call: whether this counter is free to call the ticket that the verdict tells.
            walk_ins: whether a late one may get a live ticket.
        """
        self._shown, self._late = presented, late
        self._may_call, self._walk_ins = may_call, walk_ins
        self.refresh()

    def wait(self, waiting: Waiting) -> None:
        """Show none, but say what is waited for."""
        self._shown, self._waiting = None, waiting
        self.refresh()

    def words(self) -> Told | None:
        """What it says about the shown one, in the language on screen; two ways need no advice beside them."""
        if self._shown is None:
            return None
        words = told(self.kiosk, self._shown, self._late)
        return replace(words, advice="") if len(self.ways()) > 1 else words

    def _button(self) -> Region:
        width, height = self.size
        compact = WorkFrame.of(self.app.size).compact
        left, right = (1, 1) if compact else (_PAD, 2)
        rows = min(_BUTTON_ROWS, height)
        return Region(left, height - rows - (0 if compact else 1), width - left - right, rows)

    def _advice(self) -> list[str]:
        """What to do next, in lines."""
        words, pad = self.words(), 1 if WorkFrame.of(self.app.size).compact else _PAD
        return wrap(words.advice, self.size.width - 2 * pad - 2, _MOST_ADVICE) if words and words.advice else []

    def _placed(self) -> list[tuple[Key, Region]]:
        """The ways with their places: the button at the foot; a live ticket is one row, over it or alone."""
        x, y, width, height = self._button()
        ways = self.ways()
        if ways and ways[0].name == "walk_in":
            # Below it is air, unless a long advice takes that row.
            row = y + height - 1 if len(self._advice()) < _MOST_ADVICE else self.size.height - 1
            return [(ways[0], Region(x, row, width, 1))]
        return list(zip(ways, (Region(x, y, width, height), Region(x, y - 1, width, 1)), strict=False))

    def spots(self) -> Sequence[Spot]:
        """What can be done, when something can."""
        if self._held:
            return []
        return [Spot(way.name, at, "accent", below="surface") for way, at in self._placed()]

    def draw(self, sheet: Sheet) -> None:
        """The verdict, or what is waited for."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        words = self.words()
        if self._shown is None or words is None:
            self._draw_waiting(sheet)
            return
        compact = WorkFrame.of(self.app.size).compact
        looks = look(self._shown)
        row = self._draw_compact_band(sheet, looks, words) if compact else self._draw_band(sheet, looks, words)
        placed = self._placed()
        end = min((at.y for _, at in placed), default=sheet.height)
        pad = 1 if compact else _PAD
        advice = self._advice()
        row = row if compact else row + 1
        if placed and len(words.facts) + 1 + len(advice) > end - row:
            advice = []  # squeezed in between it would be read by nobody, and the button says what to do
        row = self._draw_facts(sheet, words, row, end, len(advice), compact)
        if row + len(advice) > end and not compact:
            row -= 1
        for line in advice[: max(0, end - row)]:
            sheet.text(pad, row, "▌", "accent")
            sheet.put(pad + 2, row, sheet.width - 2 * pad - 2, line, "ink", bold=True)
            row += 1
        for way, at in placed:
            if at.height > 1:
                self._draw_button(sheet, way, at)
            else:
                self._draw_line(sheet, way, at)

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
        beside = sheet.width - _PAD - _columns(words.number, sheet.width - _PAD) - 4
        below = bool(words.number) and not fits(words.line, beside, 3)
        rows = 12 if below else 11
        sheet.fill(0, 0, sheet.width, rows, looks.ground)
        mark = figures.pixels(looks.mark)
        sheet.pixels(_PAD + (10 - len(mark[0])) // 2, 1, mark, looks.ink)
        title = wrap(words.title, sheet.width - _PAD - _MARK_ROOM - 1, 4)
        for index, line in enumerate(title):
            at = 1 + (4 - len(title)) // 2 + index
            sheet.put(_PAD + _MARK_ROOM, at, sheet.width - _PAD - _MARK_ROOM, line, looks.ink, bold=True)
        if words.number:
            # beside the mark's foot: under it the two would be one lump
            sheet.put(_PAD + _MARK_ROOM, 5, sheet.width - _PAD - _MARK_ROOM, words.label, looks.ink)
            end = self._draw_number(sheet, _PAD, 6, words.number, looks.ink)
            if below:
                # beside a wide number there is no room for its words
                room = sheet.width - 2 * _PAD
                sheet.put(_PAD, 10, room, words.line.replace("\n", " "), looks.ink, bold=True)
            else:
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
            if fits(words.line, sheet.width - end - 3, 3):
                for index, line in enumerate(wrap(words.line, sheet.width - end - 3, 3)):
                    sheet.put(end + 2, 4 + index, sheet.width - end - 3, line, looks.ink, bold=True)
            else:
                # beside a wide number there is no room for its words: above it there is
                label = cell_len(words.label) + 3
                line = words.line.replace("\n", " ")
                sheet.put(label, 2, sheet.width - label - 1, line, looks.ink, bold=True, align="right")
        else:
            for index, line in enumerate(wrap(words.line, sheet.width - 4, 4)):
                sheet.put(3, 3 + index, sheet.width - 4, line, looks.ink, bold=True)
        return rows

    def _draw_number(self, sheet: Sheet, x: int, y: int, number: str, ink: Colour) -> int:
        """In large figures, which fit by the panel's width; where a sign has none, in letters. The column after it."""
        if _is_large(number, sheet.width - x):
            return x + sheet.pixels(x, y, figures.pixels(number), ink)
        return sheet.text(x, y + 1, number, ink, bold=True)

    def _draw_facts(self, sheet: Sheet, words: Told, row: int, end: int, below: int, compact: bool) -> int:
        """Label and value, a long value on two rows where `below` stay free; the row after them and a free one."""
        pad = 1 if compact else _PAD
        room = sheet.width - 2 * pad
        at = min(16, int(room * _LABEL_SHARE))
        wide = room - at - 1
        facts = [(label, shortened(value, wide, 2)) for label, value in words.facts]
        if sum(len(lines) for _, lines in facts) + below >= end - row:
            facts = [(label, wrap(shorten(value, wide), wide, 1)) for label, value in words.facts]
        for label, lines in facts:
            if row + len(lines) > end:
                break
            sheet.put(pad, row, at, label, "soft")
            for line in lines:
                sheet.put(pad + at + 1, row, wide, line, "ink", bold=True)
                row += 1
        return row + (0 if compact else 1)

    def _draw_button(self, sheet: Sheet, way: Key, at: Region) -> None:
        x, y, width, height = at
        pressed = self.pressed == way.name
        ground: Colour = "sunken" if self._held else "tint" if pressed else "accent"
        ink: Colour = "soft" if self._held else "ink" if pressed else "on-accent"
        bold = not self._held
        sheet.area(x, y, width, height, ground)
        end = sheet.text(x + 2, y + height // 2, way.cap, ink, bold=bold)
        sheet.put(end + 2, y + height // 2, x + width - end - 3, self.text(way.words), ink, bold=bold)

    def _draw_line(self, sheet: Sheet, way: Key, at: Region) -> None:
        x, y, width, _ = at
        wide = cell_len(way.cap) + 2
        sheet.fill(x, y, width, 1, "tint" if self.pressed == way.name else "surface")
        if self._held:
            sheet.text(x + 1, y, way.cap, "soft")
            sheet.put(x + wide + 1, y, width - wide - 1, self.text(way.words), "soft")
            return
        sheet.fill(x, y, wide, 1, "deep-raise")
        sheet.text(x, y, f"[{way.cap}]" if sheet.palette.framed else f" {way.cap} ", "on-deep", bold=True)
        sheet.put(x + wide + 1, y, width - wide - 1, self.text(way.words), "ink", bold=True)


def _is_large(number: str, room: int) -> bool:
    """Whether all its signs have large figures, and these have room."""
    return all(sign in figures.signs() for sign in number) and figures.columns(number) <= room


def _columns(number: str, room: int) -> int:
    """How wide it is drawn."""
    return figures.columns(number) if number and _is_large(number, room) else cell_len(number)
