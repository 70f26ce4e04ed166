"""The end of a visit that nobody ends: a countdown with "Mən buradayam", then everything of that person is gone.

At a counter the same countdown comes before the workplace is locked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.language import plural
from screens.base import KioskScreen, Placed
from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea


class IdlePanel(TouchArea):
    """Question, seconds left as a number and a bar that drains to the right, and the one button."""

    GROUND = "held-ground"

    def __init__(self, seconds: int) -> None:
        super().__init__(id="idle")
        self._whole = seconds
        self.left: float = seconds

    def spots(self) -> Sequence[Spot]:
        """The button."""
        width = min(34, self.size.width - 8)
        return (Spot("stay", Region((self.size.width - width) // 2, self.size.height - 4, width, 3), "accent"),)

    def draw(self, sheet: Sheet) -> None:
        """Draw the panel."""
        app = self.kiosk
        sheet.area(0, 0, sheet.width, sheet.height, "held-ground")
        sheet.fill(0, 0, 2, sheet.height, "held")
        left = max(0, math.ceil(self.left))
        key = "counter.idle" if app.face == "counter" else "idle.warning"
        title, _, rest = plural(app.language, key, left).partition("\n")
        sheet.put(4, 1, sheet.width - 8, title, "held-ink", bold=True)
        for index, line in enumerate(wrap(rest, sheet.width - 8, 2)):
            sheet.put(4, 2 + index, sheet.width - 8, line, "held-ink")
        length = sheet.width - 8
        filled = round(length * max(0.0, self.left) / self._whole)
        sheet.fill_halves(4, 2 * 5, length, 1, "held")
        sheet.fill_halves(4, 2 * 5, filled, 1, "held-ink")
        region = self.spots()[0].region
        ground: Colour = "tint" if self.pressed else "accent"
        sheet.area(region.x, region.y, region.width, region.height, ground)
        ink: Colour = "ink" if self.pressed else "on-accent"
        sheet.put(region.x, region.y + 1, region.width, app.text("idle.stay"), ink, bold=True, align="center")


class IdleWarning(KioskScreen):
    """The panel over the screen on which the person stopped. Any touch or key stays; no answer ends the visit."""

    IS_PANEL = True

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.panel = IdlePanel(seconds)

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self.panel

    def places(self, size: Size) -> Placed:
        """In the middle."""
        yield from super().places(size)
        width, height = min(64, size.width - 4), 11
        yield self.panel, Region((size.width - width) // 2, (size.height - height) // 2, width, height)

    def show_left(self, seconds: float) -> None:
        """So many seconds are left."""
        self.panel.left = seconds
        self.panel.refresh()

    @on(TouchArea.Touched)
    def _stay(self, event: TouchArea.Touched) -> None:
        event.stop()
