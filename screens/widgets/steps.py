"""The wizard's steps and the choices made so far; a done step can be touched to go back to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Region

from screens.frame import columns
from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot, TouchArea

_CENTRE: Final = 1
"""Which of the choices is the centre, with its street behind commas."""


class Steps(TouchArea):
    """Rows 4 to 6 of the skeleton (two rows in large type). A touch tells the step's name."""

    def __init__(self, names: Sequence[str], current: str) -> None:
        """Make it for the steps of those names (message keys `steps.<name>`), standing on `current`."""
        super().__init__(id="steps")
        self._names = tuple(names)
        self._current = current
        self._choices: tuple[str, ...] = ()

    def show_choices(self, choices: Sequence[str]) -> None:
        """Write what was chosen so far."""
        self._choices = tuple(choices)
        self.refresh()

    def spots(self) -> Sequence[Spot]:
        """The steps that are done; in large type there is no room for them (GERİ leads there)."""
        if self.kiosk.large:
            return ()
        done = self._names.index(self._current)
        return [
            Spot(name, Region(x, 0, width, 2), "canvas")
            for name, (x, width) in list(zip(self._names, self._columns(), strict=True))[:done]
        ]

    def _columns(self) -> list[tuple[int, int]]:
        return columns(self.size.width, len(self._names), 1)

    def draw(self, sheet: Sheet) -> None:
        """Names over a line that is heavy as far as one has come."""
        if self.kiosk.large:
            self._draw_large(sheet)
            return
        at = self._names.index(self._current)
        for index, (name, (x, width)) in enumerate(zip(self._names, self._columns(), strict=True)):
            label = self.text(f"steps.{name}")
            if index < at:
                sheet.put(x, 0, width, f"✓ {label}", "accent")
            else:
                now = index == at
                sheet.put(x, 0, width, f"{index + 1} {label}", "ink" if now else "soft", bold=now)
            come = index <= at
            sheet.text(x, 1, ("━" if come else "─") * width, "accent" if come else "line")
        if self._choices:
            x = sheet.text(0, 2, self.text("steps.chosen"), "soft") + 2
            for index, choice in enumerate(_shortened(self._choices, sheet.width - x, 5)):
                if index:
                    x = sheet.text(x, 2, "  ›  ", "soft")
                x = sheet.text(x, 2, choice, "ink")

    def _draw_large(self, sheet: Sheet) -> None:
        at = self._names.index(self._current)
        count = len(self._names)
        x = sheet.text(0, 0, f"{at + 1} / {count}", "accent", bold=True)
        sheet.put(x + 2, 0, sheet.width - x - 28, self.text(f"steps.{self._current}"), "ink", bold=True)
        length = 24
        come = length * (at + 1) // count
        sheet.text(sheet.width - length, 0, "━" * come, "accent")
        sheet.text(sheet.width - length + come, 0, "─" * (length - come), "line")
        sheet.text(0, 1, " › ".join(_shortened(self._choices, sheet.width, 3)), "soft")


def _shortened(choices: Sequence[str], width: int, between: int) -> list[str]:
    """The choices so that they fit on one line: the centre's street goes first, then the longest is cut."""
    kept = list(choices)

    def too_wide() -> bool:
        return sum(map(len, kept)) + between * (len(kept) - 1) > width

    while too_wide() and len(kept) > _CENTRE and ", " in kept[_CENTRE]:
        kept[_CENTRE] = kept[_CENTRE].rpartition(", ")[0]
    while kept and too_wide():
        longest = max(range(len(kept)), key=lambda index: len(kept[index]))
        if len(kept[longest]) <= 6:
            break
        kept[longest] = fit(kept[longest], len(kept[longest]) - 2)
    return kept
