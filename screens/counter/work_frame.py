"""Where things stand at the workplace (face.md, 11): made for 100×35, whole at 80×24, stretched between and beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

_ROOMY_HEIGHT: Final = 30
_NARROW: Final = 80
"""Below this width the keys want a third row."""
_PANEL_WIDTHS: Final = ((132, 46), (116, 42), (100, 37), (0, 28))
"""The person's width from that terminal's width on."""
_VERDICT_WIDTHS: Final = ((132, 56), (116, 50), (100, 44), (0, 40))
"""The verdict's: its sentences are longer, and it goes when the operator goes on."""


@dataclass(frozen=True, slots=True)
class WorkFrame:
    """Regions in cells of the terminal. `compact` leaves out the free rows."""

    compact: bool
    key_rows: int
    """In how many rows the keys stand, free rows not counted."""
    left: int
    """The first column of the content."""
    top: Region
    code: Region
    """The field that takes scans and typing."""
    body: Region
    """List and panel together: for what needs the width."""
    column: Region
    """Who waits, who is parked, today's counts; a form in their place."""
    panel: Region
    """The person at this counter."""
    note: Region
    keys: Region

    @classmethod
    def of(cls, size: Size, *, verdict: bool = False) -> WorkFrame:
        """The frame of a terminal of that size; with a verdict the panel is wider."""
        compact = size.height < _ROOMY_HEIGHT
        left = 2 if size.width < 100 else 3
        width = max(0, size.width - 2 * left)
        top = 1 if compact else 3
        code_at = 1 if compact else 4
        key_rows = 3 if size.width < _NARROW else 2
        keys_rows = key_rows if compact else 5
        note_rows = 2
        body_at = code_at + 3 + (0 if compact else 1)
        note_at = size.height - keys_rows - note_rows
        rows = max(0, note_at - body_at)
        widths = _VERDICT_WIDTHS if verdict else _PANEL_WIDTHS
        panel = next(wide for least, wide in widths if size.width >= least)
        gap = 3 if size.width >= 100 else 2
        column = max(0, width - panel - gap)
        return cls(
            compact=compact,
            key_rows=key_rows,
            left=left,
            top=Region(0, 0, size.width, top),
            code=Region(left, code_at, width, 3),
            body=Region(left, body_at, width, rows),
            column=Region(left, body_at, column, rows),
            panel=Region(left + column + gap, body_at, panel, rows),
            note=Region(left, note_at, width, note_rows),
            keys=Region(0, size.height - keys_rows, size.width, keys_rows),
        )
