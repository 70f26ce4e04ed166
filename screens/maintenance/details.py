"""One finding in full: nothing of it is cut (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.geometry import Size

from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import Duty
from screens.maintenance.findings import BARS, INKS, MARKS
from screens.maintenance.foot import FootKey
from screens.screen import Placed
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.care.facts import Finding


class Details(Drawn):
    """Name with its light, then what was found, what to do, and what was last wrong."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(id="details")
        self._finding = finding

    def draw(self, sheet: Sheet) -> None:
        """From the top; as many lines as each needs."""
        finding = self._finding
        words = finding.words(self.kiosk.language)
        sheet.text(0, 0, MARKS[finding.light], BARS[finding.light], bold=True)
        sheet.put(3, 0, sheet.width - 3, words.name, bold=True)
        y = 2
        for key, told in (
            ("maintenance.finding", words.finding),
            ("maintenance.advice", words.advice),
            ("maintenance.last_fault", words.last_fault),
        ):
            if not told:
                continue
            sheet.put(3, y, sheet.width - 3, self.text(key), "soft")
            is_finding = key == "maintenance.finding"
            for line in wrap(told, sheet.width - 3, 6):
                y += 1
                sheet.text(3, y, line, INKS[finding.light] if is_finding else "ink", bold=is_finding)
            y += 2


class DetailsScreen(MaintenanceScreen):
    """The finding as it was when it was opened; its trial is one key away."""

    def __init__(self, duty: Duty, finding: Finding) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self.finding = finding
        self.details = Details(finding)

    def compose(self) -> ComposeResult:
        """The words alone."""
        yield self.details
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The body."""
        yield from super().places(size)
        yield self.details, self.frame.body

    def keys_now(self) -> Sequence[FootKey]:
        """Its trial where there is one, and back."""
        keys = [self.key("try", "F2", "maintenance.try")] if self.finding.trial else []
        return [*keys, self.back_key()]

    def do_key(self, name: str) -> None:
        """The trial opens in this screen's place."""
        if name == "try" and self.finding.trial is not None:
            from screens.maintenance.trials import open_trial

            open_trial(self.kiosk, self.on_duty, self.finding.trial, instead=True)
        else:
            super().do_key(name)
