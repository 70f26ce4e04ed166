"""The scanner trial: a test code on the screen or on the test ticket, and what the scanner made of it (M3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region

from screens.maintenance.duty import Duty
from screens.maintenance.trial import TrialScreen
from screens.messages import Scanned
from screens.screen import Placed
from screens.widgets.qr import COLUMNS, ROWS, Qr

if TYPE_CHECKING:
    from kiosk.care.trials import Trials


class ScannerScreen(TrialScreen):
    """Every scan adds its lines; what was read is compared and not kept."""

    def __init__(self, duty: Duty, trials: Trials, words: Callable[[], str]) -> None:
        super().__init__(duty, "scanner", words, None, auto=False)
        self._trials = trials
        self.code = Qr(trials.test_code, id="code")

    def compose(self) -> ComposeResult:
        """The code first."""
        yield self.code
        yield from super().compose()

    def place_trial(self, area: Region) -> Placed:
        """The code at the left, where it has room; else the test ticket bears it."""
        x, y, width, height = area
        if self.has_room(area):
            yield self.code, Region(x, y, COLUMNS, ROWS)
            x, width = x + COLUMNS + 3, width - COLUMNS - 3
        yield self.lines, Region(x, y, width, height)

    def has_room(self, area: Region) -> bool:
        """Whether the code fits."""
        return area.height >= ROWS and area.width >= 2 * COLUMNS

    def on_mount(self) -> None:
        """Say what is waited for."""
        if not self.lines.lines:
            self.tell("maintenance.scanner_waits" if not self.frame.compact else "maintenance.scanner_waits_ticket")

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        code = event.code
        self.run(lambda: self._trials.scanned(code), keep=True)
