"""The search: what is typed anywhere on the screen lands here; no tap is needed first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from textual import events
from textual.geometry import Region
from textual.message import Message

from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot, TouchArea

_CLEAR_WIDTH: Final = 10
_LONGEST: Final = 40


class SearchField(TouchArea):
    """One line with a steady caret at its end, the number found, and a button that clears it."""

    class Changed(Message):
        """Another text stands in it."""

        def __init__(self, field: SearchField) -> None:
            super().__init__()
            self.field = field

    def __init__(self, text: str) -> None:
        super().__init__(id="search")
        self._text = text
        self._found = ""

    @property
    def text_typed(self) -> str:
        """What stands in it."""
        return self._text

    def show_found(self, words: str) -> None:
        """Say at the right how many were found."""
        self._found = words
        self.refresh()

    def _set(self, text: str) -> None:
        text = unicodedata.normalize("NFC", text)[:_LONGEST]
        if text != self._text:
            self._text = text
            self.refresh()
            self.post_message(self.Changed(self))

    def insert(self, typed: str) -> None:
        """Write at the end; a space never stands first."""
        self._set((self._text + typed).lstrip())

    def erase(self) -> None:
        """Take the last letter away."""
        self._set(self._text[:-1])

    def clear(self) -> None:
        """Take everything away."""
        self._set("")

    def take(self, event: events.Key) -> bool:
        """Take a key that belongs to the search; whether it did."""
        if event.is_printable and event.character and not (event.character == " " and not self._text):
            self.insert(event.character)
        elif event.key == "backspace":
            self.erase()
        else:
            return False
        return True

    def _clear_shown(self) -> int:
        return _CLEAR_WIDTH if self._text else 0

    def spots(self) -> Sequence[Spot]:
        """The field (opens the on-screen keyboard), and the button when there is something to clear."""
        width = self.size.width - self._clear_shown()
        spots = [Spot("field", Region(0, 0, width, 3), "surface")]
        if self._text:
            spots.append(Spot("clear", Region(width, 0, _CLEAR_WIDTH, 3), "sunken"))
        return spots

    def draw(self, sheet: Sheet) -> None:
        """Label, text, caret, number found; a line in the accent colour below."""
        width = sheet.width - self._clear_shown()
        sheet.area(0, 0, width, 3, "surface")
        found = fit(self._found, width // 2)
        sheet.put(width - 3 - len(found), 1, len(found), found, "soft")
        x = sheet.text(3, 1, self.text("service.search"), "soft") + 3
        room = width - 5 - len(found) - x
        shown = self._text if len(self._text) <= room else "…" + self._text[-(room - 1) :]
        x = sheet.text(x, 1, shown, bold=True)
        sheet.text(x, 1, "▏", "accent")
        if not sheet.palette.framed:
            sheet.text(0, 2, "▁" * width, "accent")
        if self._text:
            sheet.area(width, 0, _CLEAR_WIDTH, 3, "tint" if self.pressed == "clear" else "sunken")
            sheet.put(width, 1, _CLEAR_WIDTH, f"× {self.text('button.delete')}", "ink", align="center")
