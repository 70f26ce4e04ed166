"""The numbers of a period, in one column or two, as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.language import number
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.hall.queue_facts import DayFigures, Spread

Row = tuple[str, int]
"""The figure's name, and how far it stands in: those that are part of the one above."""
_BOOKINGS: Final[tuple[Row, ...]] = (
    ("booked", 0), ("confirmed", 1), ("held", 1), ("expired", 1), ("activated", 0), ("early_two_hours", 1),
    ("cancelled", 0), ("late", 0), ("accepted_late", 1), ("never_came", 0), ("to_come", 0),
)  # fmt: skip
_HALL: Final[tuple[Row, ...]] = (
    ("walk_ins", 0), ("waiting", 0), ("called", 0), ("serving", 0), ("parked", 0), ("finished", 0), ("no_show", 0),
)  # fmt: skip
_TIMES: Final = ("wait", "service")
ROWS: Final = len(_BOOKINGS) + len(_HALL) + len(_TIMES) + 1
"""In one column without free rows; one row is the head of the times."""
WIDTH: Final = 36
"""Of one column."""
_GAP: Final = 4
NONE: Final = "–"


def minutes(seconds: int) -> str:
    """Whole minutes, rounded; what is less than half of one is "0"."""
    return str((seconds + 30) // 60)


class FiguresTable(Drawn):
    """Labels at the left, numbers at the right."""

    def __init__(self) -> None:
        super().__init__(id="numbers")
        self.found: DayFigures | None = None

    def show(self, found: DayFigures | None) -> None:
        """Show these figures; None: nothing is known yet."""
        self.found = found
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """One column where it is high enough, else bookings left, hall and times right."""
        if sheet.height >= ROWS:
            free = sheet.height >= ROWS + 2
            y = self._counts(sheet, 0, 0, sheet.width, _BOOKINGS) + free
            y = self._counts(sheet, 0, y, sheet.width, _HALL) + free
            self._times(sheet, 0, y, sheet.width)
            return
        half = (sheet.width - _GAP) // 2
        self._counts(sheet, 0, 0, half, _BOOKINGS)
        y = self._counts(sheet, half + _GAP, 0, sheet.width - half - _GAP, _HALL)
        self._times(sheet, half + _GAP, y + 1, sheet.width - half - _GAP)

    def _counts(self, sheet: Sheet, x: int, y: int, width: int, rows: tuple[Row, ...]) -> int:
        """Label and number of each; the row after them."""
        for name, depth in rows:
            shown = number(self.kiosk.language, getattr(self.found, name)) if self.found is not None else NONE
            ink = "soft" if shown in ("0", NONE) or depth else "ink"
            end = x + width - len(shown)
            sheet.put(x + 2 * depth, y, end - x - 2 * depth - 1, self._label(name), "soft" if depth else "ink")
            sheet.text(end, y, shown, "ink" if ink == "ink" or not depth else "soft", bold=ink == "ink")
            y += 1
        return y

    def _label(self, name: str) -> str:
        """What is counted; of the finished, how many went without the service, where there is any."""
        if name == "finished" and self.found is not None and self.found.not_served:
            return self.text("figures.finished_some", count=number(self.kiosk.language, self.found.not_served))
        return self.text(f"figures.{name}")

    def _times(self, sheet: Sheet, x: int, y: int, width: int) -> None:
        """Minutes: what half did not exceed, nine of ten, the longest."""
        sheet.put(x, y, width, self.text("figures.spread"), "soft", align="right")
        for name in _TIMES:
            y += 1
            spread = None if self.found is None else getattr(self.found, f"{name}_times")
            shown = self._spread(spread)
            end = x + width - len(shown)
            sheet.put(x, y, end - x - 1, self.text(f"figures.{name}"))
            sheet.text(end, y, shown, bold=True)

    def _spread(self, spread: Spread | None) -> str:
        if spread is None or not spread.count:
            return NONE
        return " · ".join(map(minutes, (spread.median, spread.ninth_decile, spread.longest)))
