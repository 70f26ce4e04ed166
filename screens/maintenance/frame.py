"""Where things stand in maintenance mode: roomy from 30 rows on (120×36, 100×35), compact below (80×24, 76×22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

ROOMY_HEIGHT: Final = 30
_SPARE_HEIGHT: Final = 24
"""Below this no row stays empty around the line and the note."""
_WIDEST: Final = 132


@dataclass(frozen=True, slots=True)
class MaintenanceFrame:
    """Regions in cells of the terminal."""

    compact: bool
    left: int
    """The first column of the content."""
    width: int
    top: Region
    """The yellow header, over the whole width."""
    line: Region
    """One row: what this page is, and how it stands."""
    body: Region
    note: Region
    """One row for messages."""
    foot: Region
    """The band with the keys, over the whole width."""

    @classmethod
    def of(cls, size: Size) -> MaintenanceFrame:
        """The frame of a terminal of that size."""
        compact = size.height < ROOMY_HEIGHT
        left = 2 if size.width < 100 else 3 if size.width < 112 else 4
        left = max(left, (size.width - _WIDEST) // 2)
        width = max(0, size.width - 2 * left)
        foot_rows = 3 if compact else 6
        line_at, body_at = (3, 5) if size.height < _SPARE_HEIGHT else (4, 6)
        foot_at = max(body_at + 2, size.height - foot_rows)
        note_at = foot_at - 1 if size.height < _SPARE_HEIGHT else foot_at - 2
        return cls(
            compact=compact,
            left=left,
            width=width,
            top=Region(0, 0, size.width, 3),
            line=Region(left, line_at, width, 1),
            body=Region(left, body_at, width, max(0, note_at - body_at)),
            note=Region(left, note_at, width, 1),
            foot=Region(0, foot_at, size.width, foot_rows),
        )
