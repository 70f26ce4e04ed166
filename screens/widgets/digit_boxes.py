"""The boxes of the confirmation code: large digits, the current one underlined in the accent colour (Q7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.geometry import Region
from textual.message import Message

from screens.widgets import figures
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

HEIGHT: Final = 6
HEIGHT_LARGE: Final = 5
_ROOMY_WIDTH: Final = 66
"""Six boxes of nine cells, two between them and four in the middle; with less they are seven wide and one apart."""


class DigitBoxes(TouchArea):
    """Takes digits only. A full code does not send itself: that is the main button's (or Enter's)."""

    class Changed(Message):
        """The digits are others."""

        def __init__(self, boxes: DigitBoxes) -> None:
            super().__init__()
            self.boxes = boxes

    class Submitted(Message):
        """Enter was pressed."""

        def __init__(self, boxes: DigitBoxes) -> None:
            super().__init__()
            self.boxes = boxes

    def __init__(self, *, id: str, count: int = 6) -> None:
        super().__init__(id=id)
        self._count = count
        self._digits = ""

    @property
    def digits(self) -> str:
        """What was typed so far."""
        return self._digits

    @property
    def full(self) -> bool:
        """Whether every box has its digit."""
        return len(self._digits) == self._count

    def insert(self, typed: str) -> None:
        """Add digits; everything else, and what is too much, is dropped."""
        digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
        self._set((self._digits + digits)[: self._count])

    def erase(self) -> None:
        """Take out the last digit."""
        self._set(self._digits[:-1])

    def clear(self) -> None:
        """Take out all digits."""
        self._set("")

    def _set(self, digits: str) -> None:
        if digits != self._digits:
            self._digits = digits
            self.refresh()
            self.post_message(self.Changed(self))

    def take(self, event: events.Key) -> bool:
        """Do what a key of a real keyboard means here; whether it meant anything."""
        if event.is_printable and event.character and event.character.isdigit():
            self.insert(event.character)
        elif event.key == "backspace":
            self.erase()
        elif event.key == "delete":
            self.clear()
        elif event.key == "enter":
            self.post_message(self.Submitted(self))
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Typing, while this has the focus."""
        if self.take(event):
            event.stop()
            event.prevent_default()

    def spots(self) -> Sequence[Spot]:
        """None: the boxes take digits wherever they are typed, and need no touch."""
        return ()

    def draw(self, sheet: Sheet) -> None:
        """The boxes from left to right."""
        roomy = sheet.width >= _ROOMY_WIDTH and sheet.height >= HEIGHT
        width, gap, middle = (9, 2, 2) if roomy else (7, 1, 0)
        top = 1 if roomy else 0
        for place in range(self._count):
            x = place * (width + gap) + (middle if place >= self._count // 2 else 0)
            box = Region(x, 0, width, sheet.height)
            sheet.area(box.x, 0, width, sheet.height, "surface")
            current = place == len(self._digits)
            sheet.text(x, sheet.height - 1, "▁" * width, "accent" if current else "line", bold=current)
            if place < len(self._digits):
                rows = figures.pixels(self._digits[place])
                sheet.pixels(x + (width - len(rows[0])) // 2, top, rows, "ink")
            elif current:
                sheet.text(x + width // 2, sheet.height // 2, "▏", "accent")
