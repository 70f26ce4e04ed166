"""F2 in the example set-up: the last letter that was sent, clearly marked as an example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from screens.base import KioskScreen, Placed
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.post.maildir import ReadLetter


class LetterPanel(TouchArea):
    """Whom the letter went to, its subject, and the beginning of its text."""

    GROUND = "held-ground"

    def __init__(self, letter: ReadLetter | None) -> None:
        super().__init__(id="letter")
        self._letter = letter

    def spots(self) -> Sequence[Spot]:
        """The button that closes it."""
        return (
            Spot("close", Region(self.size.width - 24, self.size.height - 4, 22, 3), "accent", below="held-ground"),
        )

    def draw(self, sheet: Sheet) -> None:
        """Head on yellow, the text on a surface, the button below."""
        width, height = sheet.width, sheet.height
        sheet.area(0, 0, width, height, "held-ground")
        sheet.fill(0, 0, 2, height, "held")
        sheet.put(4, 1, width - 6, self.text("example.letter"), "held-ink", bold=True)
        sheet.area(3, 3, width - 5, height - 8, "surface")
        if self._letter is None:
            sheet.put(5, 4, width - 9, self.text("example.no_letter"), "ink")
        else:
            sheet.put(5, 4, width - 9, self._letter.to, "soft")
            sheet.put(5, 5, width - 9, self._letter.subject, "ink", bold=True)
            lines = [part for line in self._letter.text.splitlines() for part in wrap(line, width - 9, 3)]
            for index, line in enumerate(lines[: height - 8 - 5]):
                sheet.put(5, 7 + index, width - 9, line, "ink")
        x, y, wide, _ = self.spots()[0].region
        sheet.area(x, y, wide, 3, "accent")
        sheet.put(x, y + 1, wide, self.text("button.close"), "on-accent", bold=True, align="center")


class LetterScreen(KioskScreen):
    """The panel over the screen that was open; any of F2, Escape, Enter and the button closes it."""

    IS_PANEL = True

    def __init__(self, letter: ReadLetter | None) -> None:
        super().__init__()
        self.panel = LetterPanel(letter)

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self.panel

    def places(self, size: Size) -> Placed:
        """In the middle, as high as there is room."""
        yield from super().places(size)
        width, height = min(84, size.width - 4), min(30, size.height - 2)
        yield self.panel, Region((size.width - width) // 2, (size.height - height) // 2, width, height)

    def on_key(self, event: events.Key) -> None:
        """Close."""
        if event.key in ("f2", "escape", "enter"):
            event.stop()
            self._close()

    @on(TouchArea.Touched)
    def _close_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._close()

    def _close(self) -> None:
        if self.is_current:
            self.app.pop_screen()
