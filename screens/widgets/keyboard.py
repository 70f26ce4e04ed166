"""The on-screen keyboard: letters of three languages, digits and an e-mail row, as one widget (K2).

It never takes the focus: what is typed on it goes where the caret stands. It knows no field; it tells which key was
pressed, and the screen does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.geometry import Region
from textual.message import Message

from screens.palette import FRAMES, Colour
from screens.widgets.key_layers import FULL_COLUMNS, ROWS, Act, Key, Layer, keys
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

Capitals = Literal["none", "first", "all"]
"""Capital letters: never by itself, for the first letter of an empty field, or all through."""

HEIGHT_FULL: Final = 3 * ROWS
HEIGHT_COMPACT: Final = 2 * ROWS


class Keyboard(TouchArea, can_focus=False):
    """Keys of 7×3 cells where there are 112 columns, else of 5×2; 15 or 10 rows high."""

    class Pressed(Message):
        """A key was pressed. `act` is type, erase, next or hide; `typed` is the text of a `type`."""

        def __init__(self, keyboard: Keyboard, act: Act, typed: str) -> None:
            super().__init__()
            self.keyboard = keyboard
            self.act = act
            self.typed = typed

        @property
        def control(self) -> Keyboard:
            """The keyboard, for `@on(Keyboard.Pressed, "#id")`."""
            return self.keyboard

    def __init__(self, layer: Layer, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._layer: Layer = layer
        self._capitals = False
        self._falls = False
        """Whether the capitals end with the next letter."""

    @property
    def layer(self) -> Layer:
        """The layer on show."""
        return self._layer

    @property
    def capitals(self) -> bool:
        """Whether the letters on show are capitals."""
        return self._capitals

    def show(self, layer: Layer, capitals: Capitals = "none") -> None:
        """Show a layer, as a field wants it when one comes to it."""
        self._layer = layer
        self._capitals = capitals != "none"
        self._falls = capitals == "first"
        self.refresh()

    @property
    def shown(self) -> tuple[Key, ...]:
        """The keys on show."""
        return keys(self._layer, self._capitals, self.size.width)

    def spots(self) -> Sequence[Spot]:
        """Every key with its whole pitch in height; the gap cells beside it belong to nobody."""
        high = self._key_height
        return [Spot(key.name, Region(key.column, key.row * high, key.width, high)) for key in self.shown]

    def touch(self, name: str) -> None:
        """Do what the key does, and tell what concerns the screen."""
        key = next(key for key in self.shown if key.name == name)
        super().touch(name)
        if key.act == "shift":
            self._capitals, self._falls = not self._capitals, False
        elif key.layer is not None:
            self.show(key.layer, "all" if self._capitals and key.layer != "mail" else "none")
        else:
            if key.act == "type" and self._falls:
                self._capitals = self._falls = False
            self.post_message(self.Pressed(self, key.act, key.typed))

    @property
    def _key_height(self) -> int:
        return 3 if self.size.width >= FULL_COLUMNS else 2

    def draw(self, sheet: Sheet) -> None:
        """All keys of the layer."""
        for key in self.shown:
            self._draw_key(sheet, key)

    def _draw_key(self, sheet: Sheet, key: Key) -> None:
        ground, ink = self._colours(key)
        words = " ".join(part for part in (key.label, self.text(key.message) if key.message else "") if part)
        if key.act == "next":
            words += " ▶"
        y = key.row * self._key_height
        if self._key_height == 3:
            sheet.area(key.column, y, key.width, 3, ground, half=True)
            y += 1
        else:
            sheet.fill_halves(key.column, 2 * y, key.width, 3, ground)
            if sheet.palette.framed and ground in FRAMES:
                sheet.frame(key.column, y, key.width, 2, *FRAMES[ground])
        sheet.put(key.column, y, key.width, words, ink, bold=True, align="center")

    def _colours(self, key: Key) -> tuple[Colour, Colour]:
        if self.pressed == key.name or key.layer == self._layer:
            return "tint", "ink"
        if key.act == "next":
            return "accent", "on-accent"
        return ("sunken" if key.is_function else "surface"), "ink"
