"""F1: every key of the workplace, what else can be done there, and when it locks itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.geometry import Region

from screens.counter.further import FurtherAct
from screens.widgets.sheet import Sheet, fits, wrap
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
_PLAIN: Final = frozenset({"F3", "F4", "F7", "F8", "F12"})
"""Their caps at the foot say as much: where there is no room for all rows, these are left out."""
_CAP_WIDTH: Final = 9
_ACT_CAP_WIDTH: Final = 12
_GAP: Final = 2
_IDLE_ROWS: Final = 3
_WIDE: Final = 76
"""From this width on there is air between the columns."""


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
        return (self.size.width + self._air) // 2

    @property
    def _air(self) -> int:
        return 1 if self.size.width >= _WIDE else 0

    def _rows(self) -> Sequence[tuple[str, str, str]]:
        """All rows, or as many as there is room for."""
        return _ROWS if len(_ROWS) < self.size.height else [row for row in _ROWS if row[1] not in _PLAIN]

    def _first(self) -> int:
        """Where both columns begin: below their titles and a line, as far as there is room for these."""
        room = self.size.height - max(len(self._rows()), len(self._acts()))
        return max(0, min(2, room))

    def spots(self) -> Sequence[Spot]:
        """The further acts."""
        x, first = self._right, self._first()
        return [
            Spot(act.name, Region(x, row, self.size.width - x, 1), "canvas")
            for row, act in enumerate(self._acts(), first)
        ]

    def draw(self, sheet: Sheet) -> None:
        """Two columns under a line, and when the workplace locks itself."""
        x, first, air = self._right, self._first(), self._air
        gap, caps, act_caps = _GAP + air, _CAP_WIDTH + air, _ACT_CAP_WIDTH + air
        if first:
            sheet.text(0, 0, self.text("counter.help.title"), "ink", bold=True)
            sheet.text(x, 0, self.text("counter.help.further"), "ink", bold=True)
        if first == 2:
            sheet.text(0, 1, "─" * (x - gap), "line")
            sheet.text(x, 1, "─" * (sheet.width - x), "line")
        for row, (key, cap, words) in enumerate(self._rows(), first):
            sheet.put(0, row, caps - 1, self.text(key) if key else cap, "accent", bold=True)
            sheet.put(caps, row, x - gap - caps, self.text(words))
        row = first
        for place, act in enumerate(self._acts(), 1):
            if self.pressed == act.name:
                sheet.fill(x, row, sheet.width - x, 1, "tint")
            sheet.text(x, row, str(place) if place <= 9 else " ", "accent", bold=True)
            sheet.text(x + 2, row, act.cap, "accent", bold=True)
            sheet.put(x + act_caps, row, sheet.width - x - act_caps, self.text(act.words))
            row += 1
        self._draw_idle(sheet, row, first + len(self._rows()))

    def _draw_idle(self, sheet: Sheet, right: int, left: int) -> None:
        """When the workplace locks itself: below the acts, else below the keys; with a free row where there is one."""
        x = self._right
        for at, y, room in ((x, right, sheet.width - x), (0, left, x - _GAP - self._air)):
            lines = wrap(self._idle(), room, _IDLE_ROWS)
            if (free := sheet.height - y - len(lines)) >= 0 and fits(self._idle(), room, _IDLE_ROWS):
                for row, line in enumerate(lines, y + min(1, free)):
                    sheet.put(at, row, room, line, "soft")
                return
