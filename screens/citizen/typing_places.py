"""Where fields and the keyboard stand on the screens that are no step of the wizard."""

from __future__ import annotations

from textual.geometry import Region

from screens.base import Placed
from screens.frame import Frame, columns
from screens.widgets import field, keyboard
from screens.widgets.field import Field
from screens.widgets.keyboard import Keyboard


def place_typing(fields: list[Field], keys: Keyboard | None, area: Region, frame: Frame) -> Placed:
    """Fields side by side over the keyboard; in large type both move up to the question, to fit over the footer."""
    top = frame.question.bottom if frame.large else area.y
    high = keyboard.HEIGHT_COMPACT if frame.large else keyboard.HEIGHT_FULL
    room = area.width if frame.large or len(fields) > 1 else area.width * 3 // 5
    for one, (x, width) in zip(fields, columns(room, len(fields), 2), strict=True):
        yield one, Region(area.x + x, top, width, field.HEIGHT)
    if keys is not None:
        below = top + field.HEIGHT if frame.large else area.bottom - high
        yield keys, Region(area.x, below, area.width, high)
