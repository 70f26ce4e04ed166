"""Where things stand at a counter: made for 100×35, compact below 30 rows (80×24); sizes between stretch the column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

_ROOMY_HEIGHT: Final = 30
_PANEL_WIDTHS: Final = ((132, 56), (116, 50), (100, 44), (0, 40))
"""The panel's width from that terminal's width on: a ticket of four digits fits into the narrowest."""
_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class CounterFrame:
    """Regions in cells of the terminal. `compact` leaves out the free rows."""

    compact: bool
    left: int
    """The first column of the content."""
    top: Region
    """Who works here, the connection, the time, the languages."""
    code: Region
    """The field that takes scans and typing."""
    column: Region
    """The list of what was presented; help or the form for a late arrival in its place."""
    note: Region
    panel: Region
    """The verdict."""
    body: Region
    """Column, note and panel together: for what needs the width."""
    keys: Region
    """Every key that does something, with its cap."""

    @classmethod
    def of(cls, size: Size) -> CounterFrame:
        """The frame of a terminal of that size."""
        compact = size.height < _ROOMY_HEIGHT
        left = 2 if size.width < 100 else 3
        width = max(0, size.width - 2 * left)
        code_at = 2 if compact else 4
        body = code_at + 4
        keys_rows = 1 if compact else 3
        end = size.height - keys_rows - 1
        panel = next(wide for least, wide in _PANEL_WIDTHS if size.width >= least)
        column = max(0, width - panel - _GAP)
        note_rows = 4 if compact else 3
        return cls(
            compact=compact,
            left=left,
            top=Region(0, 0, size.width, 1 if compact else 3),
            code=Region(left, code_at, width, 3),
            column=Region(left, body, column, max(0, end - body - note_rows - 1)),
            note=Region(left, max(body, end - note_rows), column, note_rows),
            panel=Region(left + column + _GAP, body, panel, max(0, end - body)),
            body=Region(left, body, width, max(0, end - body)),
            # Compact, the free row over the keys is theirs too: they take it where they do not fit into one.
            keys=Region(0, end if compact else end + 1, size.width, size.height - end - (0 if compact else 1)),
        )
