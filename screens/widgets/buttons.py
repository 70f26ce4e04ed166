"""The flat button of three rows: main (accent), second (surface), or not yet usable (sunken)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual.geometry import Region

from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

ButtonKind = Literal["main", "second"]


class Button(TouchArea):
    """A button with one line of text. A touch is told as `TouchArea.Touched` with the button's id as name.

    A button that is not yet usable is touched all the same: the screen then says in the note what is missing.
    """

    def __init__(self, id: str, kind: ButtonKind = "second", label: str = "", *, usable: bool = True) -> None:
        super().__init__(id=id)
        self.kind = kind
        self._label = label
        self._usable = usable

    @property
    def label(self) -> str:
        """The text on it."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if label != self._label:
            self._label = label
            self.refresh()

    @property
    def usable(self) -> bool:
        """Whether it looks usable."""
        return self._usable

    @usable.setter
    def usable(self, usable: bool) -> None:
        if usable != self._usable:
            self._usable = usable
            self.refresh()

    def _looks(self) -> tuple[Colour, Colour, bool]:
        """Ground, ink and weight."""
        if not self._usable:
            return "sunken", "soft", False
        if self.pressed:
            return "tint", "ink", True
        return ("accent", "on-accent", True) if self.kind == "main" else ("surface", "ink", True)

    def spots(self) -> Sequence[Spot]:
        """The whole button."""
        return (Spot(str(self.id), Region(0, 0, self.size.width, self.size.height), self._looks()[0]),)

    def draw(self, sheet: Sheet) -> None:
        """Ground, and the label in the middle."""
        ground, ink, bold = self._looks()
        sheet.area(0, 0, sheet.width, sheet.height, ground)
        sheet.put(1, sheet.height // 2, sheet.width - 2, self._label, ink, bold=bold, align="center")
