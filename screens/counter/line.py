"""One line of typed text with its caret, drawn so that the caret stays in sight."""

from __future__ import annotations

from screens.widgets.field import Field
from screens.widgets.sheet import Sheet, fit

DOT = "•"
_TEXT_AT = 2
_MARK_ROOM = 5


def draw_line(sheet: Sheet, x: int, row: int, room: int, shown: str, caret: int | None) -> None:
    """Draw `shown` in `room` cells, with the caret before that sign; None: no caret, and the beginning is shown."""
    if caret is None:
        sheet.text(x, row, fit(shown, room), "ink", bold=True)
        return
    start = max(0, caret - room + 1)
    seen = shown[start : start + room]
    sheet.text(x, row, seen, "ink", bold=True)
    at = caret - start
    if at < len(seen):
        sheet.fill(x + at, row, 1, 1, "accent")
        sheet.text(x + at, row, seen[at], "on-accent", bold=True)
    else:
        sheet.text(x + at, row, "▏", "accent")


class SecretField(Field):
    """A field that shows a dot for each sign."""

    def _draw_value(self, sheet: Sheet, row: int) -> None:
        dots, caret = DOT * len(self.value), self._caret if self.current else None
        draw_line(sheet, _TEXT_AT, row, sheet.width - _TEXT_AT - _MARK_ROOM, dots, caret)
