"""The number pad beside codes: ten digits, and keys that erase one digit or all (face.md, "Number pad")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.geometry import Region
from textual.message import Message

from screens.frame import columns
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

PadAct = Literal["digit", "erase", "clear"]

WIDTH: Final = 35
HEIGHT: Final = 15
WIDTH_LARGE: Final = 20
HEIGHT_LARGE: Final = 12

_USUAL: Final = "1234567890"


class NumberPad(TouchArea, can_focus=False):
    """Keys of 11×3 with one row between them, or of 6×3 half-row boxes where there is little room."""

    class Pressed(Message):
        """A key was pressed; `digit` is empty unless it was a digit."""

        def __init__(self, pad: NumberPad, act: PadAct, digit: str) -> None:
            super().__init__()
            self.pad = pad
            self.act = act
            self.digit = digit

        @property
        def control(self) -> NumberPad:
            """The pad, for `@on(NumberPad.Pressed, "#id")`."""
            return self.pad

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._order: Sequence[str] = _USUAL

    def put_in_order(self, order: Sequence[str]) -> None:
        """Put the ten digits in that order: three rows of three, and the last one between the function keys."""
        self._order = order

    def _rows(self) -> list[list[str]]:
        digits = list(self._order)
        return [digits[0:3], digits[3:6], digits[6:9], ["clear", digits[9], "erase"]]

    @property
    def _roomy(self) -> bool:
        return self.size.height >= HEIGHT

    def spots(self) -> Sequence[Spot]:
        """The twelve keys."""
        pitch = 4 if self._roomy else 3
        half = not self._roomy
        return [
            Spot(
                name,
                Region(x, row * pitch, width, 3),
                "surface" if name.isdigit() else "sunken",
                half=half,
            )
            for row, names in enumerate(self._rows())
            for name, (x, width) in zip(names, columns(self.size.width, 3, 1), strict=True)
        ]

    def touch(self, name: str) -> None:
        """Tell which key it was."""
        super().touch(name)
        if name == "erase":
            self.post_message(self.Pressed(self, "erase", ""))
        elif name == "clear":
            self.post_message(self.Pressed(self, "clear", ""))
        else:
            self.post_message(self.Pressed(self, "digit", name))

    def draw(self, sheet: Sheet) -> None:
        """The keys."""
        clear = self.text("button.clear") if self._roomy else "✕"
        labels = {"clear": clear, "erase": "⌫"}
        for spot in self.spots():
            x, y, width, height = spot.region
            ground = "tint" if self.pressed == spot.name else spot.ground
            sheet.area(x, y, width, height, ground, half=spot.half)
            sheet.put(x, y + 1, width, labels.get(spot.name, spot.name), bold=True, align="center")
