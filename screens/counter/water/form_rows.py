"""A form of one row a field, for a keyboard: label, what is typed, and a sign where something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

from screens.counter.line import draw_line
from screens.counter.shorten import shorten
from screens.widgets.field import Field
from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot, TouchArea

_MARK: Final = 3


@dataclass(frozen=True, slots=True)
class FormRow:
    """What a row shows."""

    name: str
    label: str
    value: str
    caret: int | None = None
    """Where the caret stands; None: nothing is typed here now."""
    is_wrong: bool = False
    is_good: bool = False
    is_chosen: bool = False
    """Whether the value is one of a list's: its words may be shortened. What a person is called never is."""


class RowField(Field, can_focus=False):
    """The text of the current row; it is never seen itself, the rows draw it."""

    @property
    def caret(self) -> int:
        """Before which sign the caret stands."""
        return self._caret

    def turn(self, value: str, most: int) -> None:
        """Hold the text of another row, of so many signs at most; nothing was typed by that."""
        self._longest = most
        with self.prevent(Field.Changed):
            self.value = value


class FormRows(TouchArea, can_focus=False):
    """Rows one under another; the current one on a tint. A touch tells the row's name."""

    def __init__(self) -> None:
        super().__init__(id="rows")
        self._rows: tuple[FormRow, ...] = ()
        self._current = ""

    def show(self, rows: Sequence[FormRow], current: str) -> None:
        """Show these rows."""
        self._rows, self._current = tuple(rows), current
        self.refresh()

    def _seen(self) -> tuple[Sequence[FormRow], int]:
        """The rows in sight, and how many rows of cells each has."""
        height = self.size.height
        pitch = 2 if 2 * len(self._rows) - 1 <= height else 1
        fits = max(1, (height + pitch - 1) // pitch)
        place = next((index for index, row in enumerate(self._rows) if row.name == self._current), 0)
        top = max(0, min(place - fits + 1, len(self._rows) - fits)) if place >= fits else 0
        return self._rows[top : top + fits], pitch

    def spots(self) -> Sequence[Spot]:
        """The rows."""
        rows, pitch = self._seen()
        return [
            Spot(row.name, Region(0, pitch * index, self.size.width, 1), "surface") for index, row in enumerate(rows)
        ]

    def draw(self, sheet: Sheet) -> None:
        """Label soft, value bold."""
        label = 24 if sheet.width >= 60 else 20 if sheet.width >= 40 else 19
        rows, pitch = self._seen()
        for index, row in enumerate(rows):
            y = pitch * index
            current = row.name == self._current
            sheet.fill(label, y, sheet.width - label, 1, "tint" if current else "surface")
            if current:
                sheet.fill(0, y, 1, 1, "accent")
                if sheet.palette.framed:
                    sheet.text(0, y, "▸", "on-accent", bold=True)
            if sheet.palette.framed:
                # Grounds are one there: without its edges an empty field is nothing to the eye.
                sheet.text(label, y, "│", "line")
                sheet.text(sheet.width - 1, y, "│", "line")
            sheet.put(2, y, label - 3, row.label, "ink" if current else "soft", bold=current)
            room = sheet.width - label - 2 - _MARK
            if row.caret is None:
                value = shorten(row.value, room) if row.is_chosen else row.value
                sheet.text(label + 1, y, fit(value, room), bold=True)
            else:
                draw_line(sheet, label + 1, y, room, row.value, row.caret)
            if row.is_wrong:
                sheet.text(sheet.width - 2, y, "!", "taken-ink", bold=True)
            elif row.is_good:
                sheet.text(sheet.width - 2, y, "✓", "accent")
