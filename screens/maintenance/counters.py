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
        words = {kind: plural(language, f"maintenance.light.{kind}", numbers[kind]) for kind in shown}
        styles = (
            ({kind: f"  {MARKS[kind]}  {words[kind]}  " for kind in shown}, 2),
            ({kind: f" {MARKS[kind]} {words[kind]} " for kind in shown}, 1),
            ({kind: f" {MARKS[kind]} {numbers[kind]} " for kind in shown}, 1),
        )
        longest, *shorter = self._asides(counted)
        said = [(*styles[0], longest), (*styles[1], longest)]
        said += [(*styles[1], aside) for aside in shorter]
        said += [(*styles[2], aside) for aside in (longest, *shorter, "")]
        pills, gap, aside = next(
            (
                one
                for one in said
                if cell_len(title) + 4 + sum(cell_len(pill) + one[1] for pill in one[0].values()) + cell_len(one[2])
                <= sheet.width
            ),
            said[-1],
        )
        x = sheet.text(0, 0, title, bold=True) + 2
        for kind, pill in pills.items():
            if not sheet.palette.framed:
                sheet.fill(x, 0, cell_len(pill), 1, GROUNDS[kind])
            x = sheet.text(x, 0, pill, INKS[kind], bold=True) + gap
        sheet.put(0, 0, sheet.width, aside, "soft", align="right")

    def _asides(self, counted: Counted) -> list[str]:
        """What the right end may say, the longest first."""
        if counted.seconds is None or counted.looking:
            return [self.text("maintenance.looking")]
        language = self.kiosk.language
        looked = plural(language, "maintenance.looked", counted.seconds)
        every = plural(language, "maintenance.every", self.kiosk.settings.maintenance.look_seconds)
        return [f"{looked} · {every}", looked]
