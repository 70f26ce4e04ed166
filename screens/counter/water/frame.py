"""Where things stand at the company's desk: a line or a title on top, the whole width below it, a note, the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region, Size

_ROOMY_HEIGHT: Final = 30
_GAP: Final = 2
_NOTE_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class DeskFrame:
    """Regions in cells of the terminal. `compact` leaves out the free rows."""

    compact: bool
    title: Region
    """One row that says what this is."""
    line: Region
    """Three rows for what is typed to search; in its place a screen without one has its body."""
    below_line: Region
    """The body of a screen with a line."""
    body: Region
    """The body of a screen with a title alone."""
    note: Region
    keys: Region
    """Where one row of keys has no room for all: two, as high as on the workplace."""

    @classmethod
    def of(cls, size: Size) -> DeskFrame:
        """The frame of a terminal of that size; header and keys stand as on the workplace."""
        compact = size.height < _ROOMY_HEIGHT
        left = 2 if size.width < 100 else 3
        width = max(0, size.width - 2 * left)
        head = 2 if compact else 4
        keys_rows = 2 if compact else 5
        note = max(head, size.height - keys_rows - _NOTE_ROWS)
        last = note - (0 if compact else 1)
        after_line = head + 4
        after_title = head + 2
        return cls(
            compact=compact,
            title=Region(left, head, width, 1),
            line=Region(left, head, width, 3),
            below_line=Region(left, after_line, width, max(0, last - after_line)),
            body=Region(left, after_title, width, max(0, last - after_title)),
            note=Region(left, note, width, _NOTE_ROWS),
            keys=Region(0, size.height - keys_rows, size.width, keys_rows),
        )


def split(region: Region, right: int) -> tuple[Region, Region]:
    """Two columns, the right one of that width."""
    left = max(0, region.width - right - _GAP)
    return (
        Region(region.x, region.y, left, region.height),
        Region(region.x + left + _GAP, region.y, region.width - left - _GAP, region.height),
    )
