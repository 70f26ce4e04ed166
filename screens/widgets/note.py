"""The footer's note: state, countdown or message, in a place reserved for it; it never pushes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, Literal

from screens.palette import Colour
from screens.widgets.sheet import Align, Sheet, fits, wrap
from screens.widgets.touch_area import Drawn

NoteKind = Literal["plain", "warning", "error"]

LOOKS: Final[dict[NoteKind, tuple[Colour, Colour, Colour]]] = {
    "plain": ("tint", "ink", "accent"),
    "warning": ("held-ground", "held-ink", "held"),
    "error": ("taken-ground", "taken-ink", "taken"),
}
"""Ground, ink and the bar at the left."""
_PAD: Final = 4
"""Columns of bar and mark before a message's words."""


MARKS: Final[dict[NoteKind, str]] = {"plain": "", "warning": "!", "error": "✕"}
"""No colour speaks alone."""


class Note(Drawn):
    """Up to three lines. What it says is given as a function, so that a change of language rewrites it.

    A message that does not fit is `unread` until the next touch or key: till then the screen shows it whole in a
    `MessageBand`, and nothing stands here; after that as many whole sentences stand here as fit.
    """

    def __init__(self, id: str = "note", *, banded: bool = False) -> None:
        """Make it, empty; `banded` says that the screen has a band for what does not fit."""
        super().__init__(id=id)
        self._words: Callable[[], str] | None = None
        self._kind: NoteKind = "plain"
        self._align: Align = "center"
        self._waiting = False
        self._banded = banded
        self._unread = False

    @property
    def told(self) -> str:
        """What was said last, in the language on screen."""
        return self._words() if self._words is not None else ""

    @property
    def told_kind(self) -> NoteKind:
        """How that looks."""
        return self._kind

    @property
    def words(self) -> str:
        """What it says now, in the language on screen."""
        return self.text("note.wait") if self._waiting else self.told

    @property
    def kind(self) -> NoteKind:
        """How it looks."""
        return "plain" if self._waiting else self._kind

    @property
    def unread(self) -> bool:
        """Whether nobody has touched anything since a message came."""
        return self._unread

    def say(
        self,
        words: Callable[[], str] | None,
        kind: NoteKind = "plain",
        *,
        align: Align = "center",
        message: bool = False,
    ) -> None:
        """Say something, or nothing; `align` is for plain words, `message` tells that they must be read whole."""
        self._words, self._kind, self._align = words, kind, align
        self._unread = self._banded and message
        self.refresh()

    def wait(self, waiting: bool) -> None:
        """Say "Bir az gözləyin…" in place of all else, or no longer."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.refresh()

    def read(self) -> None:
        """Somebody touched something: the message was seen."""
        if self._unread:
            self._unread = False
            self.refresh()

    def fits(self, width: int, height: int) -> bool:
        """Whether what was said last can be read whole in so many cells."""
        return not self.told or fits(self.told, _room(width, self._kind), height)

    def draw(self, sheet: Sheet) -> None:
        """The lines in the middle; a message on its ground, with bar and mark."""
        words, kind = self.words, self.kind
        if not words or (self._unread and not self._waiting and not self.fits(sheet.width, sheet.height)):
            return
        room = _room(sheet.width, kind)
        lines = _whole_sentences(words, room, sheet.height)
        if kind != "plain":
            _draw_message(sheet, lines, kind)
            return
        for row, line in enumerate(lines, _top(sheet.height, len(lines))):
            sheet.put(0, row, room, line, "soft", align=self._align)


def _top(height: int, lines: int) -> int:
    """The first of so many lines: in the middle; of two rows the lower one, away from what stands above."""
    return height - lines if height == 2 else (height - lines) // 2


def _draw_message(sheet: Sheet, lines: list[str], kind: NoteKind) -> None:
    """Words on their ground, with bar and mark; of a row that is not needed half is left free, as air below.

    No theme draws a frame here, which would take two rows of three: bar and mark tell it where the grounds are one.
    """
    ground, ink, bar = LOOKS[kind]
    top = _top(sheet.height, len(lines))
    first = 1 if top else 0
    halves = 2 * sheet.height - first - (1 if top + len(lines) < sheet.height else 0)
    sheet.fill_halves(0, first, sheet.width, halves, ground)
    sheet.fill_halves(0, first, 1, halves, bar)
    sheet.text(2, top, MARKS[kind], ink, bold=True)
    for row, line in enumerate(lines):
        sheet.put(_PAD, top + row, sheet.width - _PAD - 1, line, ink, bold=row == 0)


def _room(width: int, kind: NoteKind) -> int:
    """Columns for words: a message has bar and mark before it and a column behind it."""
    return width if kind == "plain" else width - _PAD - 1


def _whole_sentences(words: str, width: int, height: int) -> list[str]:
    """The message in lines; where it does not fit, its last parts (what to do next) go before anything is cut."""
    parts = words.replace(". ", ".\n").split("\n")
    for count in range(len(parts), 0, -1):
        some = words if count == len(parts) else "\n".join(parts[:count])
        if fits(some, width, height):
            return wrap(some, width, height)
    return wrap(parts[0], width, height)


class MessageBand(Drawn):
    """A message of up to three lines that the note has no room for, over the full width, above the footer."""

    HEIGHT: ClassVar[int] = 3
    DEFAULT_CSS = "MessageBand { layer: message; width: 1fr; height: 1fr; }"

    def __init__(self, note: Note, id: str = "message") -> None:
        super().__init__(id=id)
        self._note = note

    @classmethod
    def room(cls, width: int) -> int:
        """Columns for words in a band of that width."""
        return width - _PAD - 1

    def draw(self, sheet: Sheet) -> None:
        """The message whole."""
        _draw_message(sheet, wrap(self._note.told, self.room(sheet.width), sheet.height), self._note.told_kind)
