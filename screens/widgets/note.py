"""The footer's note: state, countdown or message, in a place reserved for it; it never pushes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from screens.palette import Colour
from screens.widgets.sheet import Align, Sheet, wrap
from screens.widgets.touch_area import Drawn

NoteKind = Literal["plain", "warning", "error"]

_LOOKS: Final[dict[NoteKind, tuple[Colour, Colour, Colour]]] = {
    "plain": ("canvas", "soft", "canvas"),
    "warning": ("held-ground", "held-ink", "held"),
    "error": ("taken-ground", "taken-ink", "taken"),
}
"""Ground, ink and the bar at the left."""


class Note(Drawn):
    """Up to three lines. What it says is given as a function, so that a change of language rewrites it."""

    def __init__(self, id: str = "note") -> None:
        super().__init__(id=id)
        self._words: Callable[[], str] | None = None
        self._kind: NoteKind = "plain"
        self._align: Align = "center"
        self._waiting = False

    @property
    def words(self) -> str:
        """What it says now, in the language on screen."""
        if self._waiting:
            return self.text("note.wait")
        return self._words() if self._words is not None else ""

    @property
    def kind(self) -> NoteKind:
        """How it looks."""
        return "plain" if self._waiting else self._kind

    def say(self, words: Callable[[], str] | None, kind: NoteKind = "plain", *, align: Align = "center") -> None:
        """Say something, or nothing; `align` is for plain words."""
        self._words, self._kind, self._align = words, kind, align
        self.refresh()

    def wait(self, waiting: bool) -> None:
        """Say "Bir az gözləyin…" in place of all else, or no longer."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """The lines in the middle; a message on its ground, with the bar."""
        words, kind = self.words, self.kind
        if not words:
            return
        ground, ink, bar = _LOOKS[kind]
        pad = 0 if kind == "plain" else 3
        room = sheet.width - (pad + 1 if pad else 0)
        lines = _whole_sentences(words, room, sheet.height)
        top = (sheet.height - len(lines)) // 2
        if kind != "plain":
            if len(lines) < sheet.height:
                sheet.area(0, 0, sheet.width, sheet.height, ground)
            else:
                # No row is left for the frame that some themes draw.
                sheet.fill(0, 0, sheet.width, sheet.height, ground)
            sheet.fill(0, 0, 1, sheet.height, bar)
        for index, line in enumerate(lines):
            sheet.put(
                pad,
                top + index,
                room,
                line,
                ink,
                bold=kind != "plain" and index == 0,
                align=self._align if kind == "plain" else "left",
            )


def _whole_sentences(words: str, width: int, height: int) -> list[str]:
    """The message in lines; where it does not fit, its last parts (what to do next) go before anything is cut."""
    parts = words.split("\n")
    for count in range(len(parts), 0, -1):
        lines = wrap("\n".join(parts[:count]), width, height + 1)
        if len(lines) <= height:
            return lines
    return wrap(parts[0], width, height)
