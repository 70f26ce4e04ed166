"""The line over the page of health: how many lights of each kind, and how fresh they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from kiosk.language import plural
from screens.maintenance.findings import GROUNDS, INKS, MARKS
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

_KINDS: Final = ("fault", "warning", "good")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many findings have each light; `seconds` since the look, None before the first; looking: one is under way."""

    fault: int = 0
    warning: int = 0
    good: int = 0
    seconds: int | None = None
    looking: bool = True


class Counters(Drawn):
    """One row: the page's name, a pill for each light, at the right when it was looked at."""

    def __init__(self, counted: Callable[[], Counted]) -> None:
        super().__init__(id="counters")
        self._counted = counted

    def draw(self, sheet: Sheet) -> None:
        """In words where there is room, else each pill is mark and number."""
        counted = self._counted()
        language = self.kiosk.language
        numbers = {"fault": counted.fault, "warning": counted.warning, "good": counted.good}
        shown = [kind for kind in _KINDS if counted.seconds is not None and (numbers[kind] or kind == "good")]
        title = self.text("maintenance.health")
        asides = self._asides(counted)
        for in_words in (True, False):
            pills = {
                kind: f"  {MARKS[kind]}  {plural(language, f'maintenance.light.{kind}', numbers[kind])}  "
                if in_words
                else f" {MARKS[kind]} {numbers[kind]} "
                for kind in shown
            }
            gap = 2 if in_words else 1
            taken = cell_len(title) + 2 + sum(cell_len(words) + gap for words in pills.values())
            aside = next((words for words in asides if taken + 1 + cell_len(words) <= sheet.width), "")
            if aside or not in_words:
                break
        x = sheet.text(0, 0, title, bold=True) + (4 if in_words and taken + cell_len(aside) + 5 < sheet.width else 2)
        for kind, words in pills.items():
            if not sheet.palette.framed:
                sheet.fill(x, 0, cell_len(words), 1, GROUNDS[kind])
            x = sheet.text(x, 0, words, INKS[kind], bold=True) + gap
        sheet.put(0, 0, sheet.width, aside, "soft", align="right")

    def _asides(self, counted: Counted) -> list[str]:
        """What the right end may say, the longest first."""
        if counted.seconds is None or counted.looking:
            return [self.text("maintenance.looking")]
        language = self.kiosk.language
        looked = plural(language, "maintenance.looked", counted.seconds)
        every = plural(language, "maintenance.every", self.kiosk.settings.maintenance.look_seconds)
        return [f"{looked} · {every}", looked]
