"""The ring of the keyboard's focus: it stands in the gap around a thing and never changes the thing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.geometry import Region

from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

Side = Literal["top", "bottom", "left", "right"]


@dataclass(frozen=True, slots=True)
class Ringed:
    """What the ring stands around: a region of the screen, and what a `Spot` tells of its looks."""

    region: Region
    ground: Colour
    half: bool
    below: Colour
    bar: Colour | None = None


class Edge(Drawn):
    """One side of the ring, one cell thick."""

    DEFAULT_CSS = "Edge { layer: ring; width: 1fr; height: 1fr; }"

    def __init__(self, side: Side) -> None:
        super().__init__(id=f"ring-{side}")
        self._side = side
        self._ringed: Ringed | None = None

    def around(self, ringed: Ringed | None) -> None:
        """Stand around that, or around nothing."""
        self._ringed = ringed
        self.refresh()

    def place(self) -> Region:
        """Where this side stands; empty when there is nothing to stand around."""
        if self._ringed is None:
            return Region(0, 0, 0, 0)
        x, y, width, height = self._ringed.region
        inset = 0 if self._ringed.half else 1
        match self._side:
            case "top":
                return Region(x - 1, y - inset, width + 2, 1)
            case "bottom":
                return Region(x - 1, y + height - 1 + inset, width + 2, 1)
            case "left":
                return Region(x - 1, y + 1 - inset, 1, height - 2 + 2 * inset)
            case "right":
                return Region(x + width, y + 1 - inset, 1, height - 2 + 2 * inset)

    def draw(self, sheet: Sheet) -> None:
        """Half a row over and under, one column at the sides: of equal thickness to the eye, and without seams."""
        ringed = self._ringed
        if ringed is None:
            return
        sheet.fill(0, 0, sheet.width, sheet.height, ringed.below)
        if self._side in ("left", "right"):
            sheet.fill(0, 0, sheet.width, sheet.height, "focus")
            return
        upper = self._side == "top"
        if ringed.half:
            # The free half of the box's own first and last row: its other half is the box.
            sheet.fill(0, 0, sheet.width, 1, "focus")
            sheet.fill_halves(1, 1 if upper else 0, sheet.width - 2, 1, ringed.ground)
            if ringed.bar is not None:
                sheet.fill_halves(1, 1 if upper else 0, 1, 1, ringed.bar)
        else:
            sheet.fill_halves(0, 1 if upper else 0, sheet.width, 1, "focus")
