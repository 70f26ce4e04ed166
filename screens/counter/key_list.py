"""F1: every key of the workplace, and when it locks itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_ROWS: Final = (
    ("counter.help.scanner", "", "counter.help.scan"),
    ("counter.help.letters", "", "counter.help.type"),
    ("", "Enter", "counter.help.enter"),
    ("", "Esc", "counter.help.escape"),
    ("", "▲ ▼ PgUp PgDn", "counter.help.rows"),
    ("", "F1", "counter.help.help"),
    ("", "F4", "counter.help.late"),
    ("", "F6", "counter.help.water"),
    ("", "F8", "counter.help.enrol"),
    ("", "Shift+F1", "counter.help.language"),
    ("", "Shift+F2", "counter.help.print"),
    ("", "F12", "counter.help.sign_out"),
)
"""Message key of what to press, or the cap itself; message key of what it does."""
_CAP_WIDTH: Final = 16


class KeyList(Drawn):
    """Caps at the left, what they do at the right."""

    def __init__(self, idle: Callable[[], str]) -> None:
        super().__init__(id="help")
        self._idle = idle

    def draw(self, sheet: Sheet) -> None:
        """A row each, two where the words need them."""
        sheet.text(0, 0, self.text("counter.help.title"), "ink", bold=True)
        sheet.text(0, 1, "─" * sheet.width, "line")
        room = sheet.width - _CAP_WIDTH
        lines = [(self.text(key) if key else cap, wrap(self.text(words), room, 2)) for key, cap, words in _ROWS]
        free = sheet.height - 2 - sum(len(words) for _, words in lines)
        gap = 1 if free >= len(lines) + 2 else 0
        row = 2 + gap
        for cap, words in lines:
            sheet.put(0, row, _CAP_WIDTH - 1, cap, "accent", bold=True)
            for line in words:
                sheet.put(_CAP_WIDTH, row, room, line)
                row += 1
            row += gap
        idle = wrap(self._idle(), sheet.width, 2)
        if row + len(idle) < sheet.height and not gap:
            row += 1
        for line in idle:
            sheet.put(0, row, sheet.width, line, "soft")
            row += 1
