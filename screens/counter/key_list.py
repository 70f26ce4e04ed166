"""F1: every key of the workplace, what else can be done there, and when it locks itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.further import FurtherAct
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

_ROWS: Final = (
    ("counter.help.scanner", "", "counter.help.scan"),
    ("", "Enter", "counter.help.enter"),
    ("", "Esc", "counter.help.escape"),
    ("", "▲ ▼ PgUp", "counter.help.rows"),
    ("", "F2", "counter.help.next"),
    ("", "F3", "counter.help.again"),
    ("", "F4", "counter.help.start"),
    ("", "F5", "counter.help.park"),
    ("", "F6", "counter.help.transfer"),
    ("", "F7", "counter.help.finish"),
    ("", "F8", "counter.help.no_show"),
    ("", "F9", "counter.help.undo"),
    ("", "F10", "counter.help.find"),
    ("", "F11", "counter.help.bring_back"),
    ("", "F12", "counter.help.lock"),
)
"""Message key of what to press, or the cap itself; message key of what it does."""
_CAP_WIDTH: Final = 10
_ACT_CAP_WIDTH: Final = 13
_GAP: Final = 3


class KeyList(TouchArea, can_focus=False):
    """Keys at the left, further acts at the right; a touch on one is told as `TouchArea.Touched` with its name."""

    def __init__(self, acts: Callable[[], Sequence[FurtherAct]], idle: Callable[[], str]) -> None:
        super().__init__(id="help")
        self._acts = acts
        self._idle = idle

    def act_of(self, digit: str) -> str | None:
        """The act that has this digit."""
        acts = self._acts()
        place = int(digit) - 1 if digit.isdecimal() and digit.isascii() else -1
        return acts[place].name if 0 <= place < min(9, len(acts)) else None

    @property
    def _right(self) -> int:
        """Where the further acts begin."""
        return (self.size.width + _GAP) // 2

    def spots(self) -> Sequence[Spot]:
        """The further acts."""
        x = self._right
        return [
            Spot(act.name, Region(x, row, self.size.width - x, 1), "canvas") for row, act in enumerate(self._acts(), 2)
        ]

    def draw(self, sheet: Sheet) -> None:
        """Two columns under a line; below the right one when the workplace locks itself."""
        x = self._right
        sheet.text(0, 0, self.text("counter.help.title"), "ink", bold=True)
        sheet.text(x, 0, self.text("counter.help.further"), "ink", bold=True)
        first = 1 if sheet.height <= len(_ROWS) + 1 else 2
        if first == 2:
            sheet.text(0, 1, "─" * (x - _GAP), "line")
            sheet.text(x, 1, "─" * (sheet.width - x), "line")
        for row, (key, cap, words) in enumerate(_ROWS, first):
            sheet.put(0, row, _CAP_WIDTH - 1, self.text(key) if key else cap, "accent", bold=True)
            sheet.put(_CAP_WIDTH, row, x - _GAP - _CAP_WIDTH, self.text(words))
        row = 2
        for place, act in enumerate(self._acts(), 1):
            if self.pressed == act.name:
                sheet.fill(x, row, sheet.width - x, 1, "tint")
            sheet.text(x, row, str(place) if place <= 9 else " ", "accent", bold=True)
            sheet.text(x + 2, row, act.cap, "accent", bold=True)
            sheet.put(x + 2 + _ACT_CAP_WIDTH - 2, row, sheet.width - x - _ACT_CAP_WIDTH, self.text(act.words))
            row += 1
        room = sheet.width - x
        for line in wrap(self._idle(), room, max(0, min(3, sheet.height - row - 1))):
            row += 1
            sheet.put(x, row, max(room, cell_len(line)), line, "soft")
