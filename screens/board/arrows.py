"""Arrows as pixels, in the manner of the large figures: with strokes as wide as theirs (C4)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_RIGHT: Final = {
    8: (
        "...##...",
        "....##..",
        ".....##.",
        "########",
        "########",
        ".....##.",
        "....##..",
        "...##...",
    ),
    12: (
        "....####....",
        ".....####...",
        "......####..",
        ".......####.",
        "############",
        "############",
        "############",
        "############",
        ".......####.",
        "......####..",
        ".....####...",
        "....####....",
    ),
}
_UP_RIGHT: Final = {
    8: (
        "..######",
        "..######",
        "....####",
        "...#####",
        "..###.##",
        ".###..##",
        "###.....",
        "##......",
    ),
    12: (
        "...#########",
        "...#########",
        "...#########",
        "......######",
        ".....#######",
        "....########",
        "...#####.###",
        "..#####..###",
        ".#####...###",
        "#####.......",
        "####........",
        "###.........",
    ),
}


@lru_cache(maxsize=16)
def arrow_pixels(arrow: str, size: int) -> tuple[str, ...]:
    """One of `kiosk.hall.way.ARROWS` as `size` (8 or 12) rows of `#` (ink) and `.` (ground), as wide as it is high."""
    rows = _UP_RIGHT[size] if arrow in "↖↗↘↙" else _RIGHT[size]
    if arrow in "←↖↙":
        rows = tuple(row[::-1] for row in rows)
    if arrow in "↘↙":
        rows = rows[::-1]
    if arrow in "↑↓":
        rows = tuple("".join(column) for column in zip(*rows, strict=True))
    return rows[::-1] if arrow == "↑" else rows
