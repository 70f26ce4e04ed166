"""Where an arrow leads: the nearest spot in its direction, over all touch areas of a screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.geometry import Region

from screens.widgets.touch_area import Spot, TouchArea

ARROWS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
"""Steps in x and y."""


def nearest(
    start: Region, areas: Iterable[TouchArea], dx: int, dy: int, but: str | None = None
) -> tuple[TouchArea, Spot] | None:
    """The nearest spot of those areas in that direction, except the one named `but`."""
    best: tuple[float, TouchArea, Spot] | None = None
    for area in areas:
        for spot in area.spots():
            cost = _cost(start, spot.region.translate(area.region.offset), dx, dy)
            if cost is not None and spot.name != but and (best is None or cost < best[0]):
                best = (cost, area, spot)
    return best[1:] if best is not None else None


def _cost(start: Region, other: Region, dx: int, dy: int) -> float | None:
    """How far `other` is in that direction; None when it does not lie there. A cell is twice as high as wide."""
    if dx:
        ahead = other.x - start.right if dx > 0 else start.x - other.right
        aside = max(other.y - start.bottom, start.y - other.bottom) + 1
        along, across = float(ahead), 6.0 * max(0, aside)
    else:
        ahead = other.y - start.bottom if dy > 0 else start.y - other.bottom
        aside = max(other.x - start.right, start.x - other.right) + 1
        along, across = 2.0 * ahead, 1.0 * max(0, aside)
    if ahead < 0:
        return None
    # Among those in line, the one whose beginning is nearest.
    offset = abs(other.y - start.y) if dx else abs(other.x - start.x)
    return along + across + 0.01 * offset
