"""In which cells the parts of PIN entry stand (face.md 10-pin)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

from screens.widgets import number_pad
from screens.widgets.pin_entry import HEIGHT, HEIGHT_LARGE

_WIDTH: Final = 63
_GAP_LARGE: Final = 2


@dataclass(frozen=True, slots=True)
class PinCells:
    """What is typed and what is left at the left, the pad at the right."""

    holder: Region
    boxes: Region
    tries: Region
    agree: Region
    """Where the yes to a last try stands; it may be narrower."""
    pad: Region
    countdown: Region
    """How long the reader itself waits, in the place of the boxes."""
    tries_below: Region
    """The tries while that is counted down."""

    @classmethod
    def of(cls, area: Region, *, large: bool) -> PinCells:
        """The cells in the answer's area; in large type a large figure needs the rows of the yes, which was said."""
        x, y = area.offset
        if large:
            pad, pad_rows = number_pad.WIDTH_LARGE, number_pad.HEIGHT_LARGE
            left = area.width - pad - _GAP_LARGE
            boxes_at, boxes, tries_at, tries, foot = 1, HEIGHT_LARGE, 4, 5, 9
            count_at, count, below_at = 1, 6, 7
        else:
            pad, pad_rows = number_pad.WIDTH, number_pad.HEIGHT
            left = _WIDTH
            boxes_at, boxes, tries_at, tries, foot = 2, HEIGHT, 9, 8, 18
            count_at, count, below_at = 2, 6, 9
        return cls(
            holder=Region(x, y, left, 1),
            boxes=Region(x, y + boxes_at, left, boxes),
            tries=Region(x, y + tries_at, left, tries),
            agree=Region(x, y + foot, left, 3),
            pad=Region(area.right - pad, y, pad, pad_rows),
            countdown=Region(x, y + count_at, left, count),
            tries_below=Region(x, y + below_at, left, tries),
        )
