"""A field: its label, a half-row box with what was typed, and what is wrong with it, at the label's right end (Q6, K2).

The field edits one line of text. It takes keys while it has the focus, and from the screen, which hands it what was
pressed on the on-screen keyboard or typed while something else had the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events
from textual.geometry import Region
from textual.message import Message

from screens.palette import Colour
from screens.widgets.keyboard import Keyboard
from screens.widgets.sheet import Sheet, fit
from screens.widgets.touch_area import Spot, TouchArea

Shape = Callable[[str], str]
"""What is done to typed text before it is put into a field."""

HEIGHT: Final = 4
_LABEL_ROWS: Final = 1
_TEXT_AT: Final = 2
_MARK_ROOM: Final = 5
_BOX: Final = "box"


class Field(TouchArea):
    """One line of text with a label, four rows high.

    Labels and problems are message keys, so they follow the language.
    """

    class Changed(Message):
        """The text is another one."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field, for `@on(Field.Changed, "#id")`."""
            return self.field

    class Submitted(Message):
        """Enter was pressed in the field."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field, for `@on(Field.Submitted, "#id")`."""
            return self.field

    def __init__(
        self,
        id: str,
        label: str,
        value: str = "",
        *,
        hint: str | None = None,
        longest: int = 60,
        shape: Shape | None = None,
    ) -> None:
        """Make a field.

        Args:
            id: the widget's id.
            label: message key of the label.
            value: what stands in it at first.
            hint: message key of what stands at the label's right end while nothing is wrong.
            longest: how many characters it takes.
            shape: applied to what is typed, before it is put in.
        """
        super().__init__(id=id)
        self._label = label
        self._hint = hint
        self._longest = longest
        self._shape = shape
        self._value = value
        self._caret = len(value)
        self._problem: str | None = None
        self._current = False
        self._good = False
        self.lead = ""
        """Written before the label, in the accent colour."""
        self.aside = ""
        """Written at the label's right end in place of the hint."""

    @property
    def value(self) -> str:
        """The text as typed."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._value:
            self._value = value[: self._longest]
            self._caret = len(self._value)
            self.post_message(self.Changed(self))
        self.refresh()

    @property
    def problem(self) -> str | None:
        """Message key of what is wrong, shown at the label; None when nothing is."""
        return self._problem

    @problem.setter
    def problem(self, key: str | None) -> None:
        self._problem = key
        self.refresh()

    @property
    def good(self) -> bool:
        """Whether a `✓` says that it is filled in well."""
        return self._good

    @good.setter
    def good(self, good: bool) -> None:
        self._good = good
        self.refresh()

    @property
    def current(self) -> bool:
        """Whether the caret stands here."""
        return self._current

    @current.setter
    def current(self, current: bool) -> None:
        self._current = current
        self.refresh()

    def insert(self, typed: str) -> None:
        """Put text in where the caret stands; what is too much is dropped."""
        shaped = self._shape(typed) if self._shape is not None else typed
        shaped = "".join(sign for sign in shaped if sign.isprintable())[: self._longest - len(self._value)]
        if shaped:
            before, after = self._value[: self._caret], self._value[self._caret :]
            self._set(before + shaped + after, self._caret + len(shaped))

    def erase(self) -> None:
        """Take out the sign before the caret."""
        if self._caret:
            self._set(self._value[: self._caret - 1] + self._value[self._caret :], self._caret - 1)

    def _set(self, value: str, caret: int) -> None:
        self._value, self._caret = value, caret
        self.refresh()
        self.post_message(self.Changed(self))

    def _move_caret(self, to: int) -> None:
        self._caret = min(max(0, to), len(self._value))
        self.refresh()

    def take(self, event: events.Key) -> bool:
        """Do what a key of a real keyboard means for a line of text; whether it meant anything."""
        if event.is_printable and event.character:
            self.insert(event.character)
        elif event.key == "backspace":
            self.erase()
        elif event.key == "delete":
            if self._caret < len(self._value):
                self._set(self._value[: self._caret] + self._value[self._caret + 1 :], self._caret)
        elif event.key in ("left", "right"):
            self._move_caret(self._caret + (1 if event.key == "right" else -1))
        elif event.key in ("home", "end"):
            self._move_caret(0 if event.key == "home" else len(self._value))
        elif event.key == "enter":
            self.post_message(self.Submitted(self))
        else:
            return False
        return True

    def press(self, pressed: Keyboard.Pressed) -> None:
        """Do what a key of the on-screen keyboard means for the text; a whole domain replaces the one that is there."""
        if pressed.act == "erase":
            self.erase()
        elif pressed.act == "type" and pressed.typed.startswith("@") and len(pressed.typed) > 1:
            self.value = self._value.partition("@")[0] + pressed.typed
        elif pressed.act == "type":
            self.insert(pressed.typed)

    def on_key(self, event: events.Key) -> None:
        """Typing, while this has the focus."""
        if self.take(event):
            event.stop()
            # Not the touch area's meaning of enter and space too.
            event.prevent_default()

    def spots(self) -> Sequence[Spot]:
        """The box; a touch brings the caret here."""
        height = self.size.height - _LABEL_ROWS
        return (Spot(_BOX, Region(0, _LABEL_ROWS, self.size.width, height), half=True),)

    def draw(self, sheet: Sheet) -> None:
        """Label row and box."""
        self._draw_label(sheet)
        width, height = sheet.width, sheet.height - _LABEL_ROWS
        middle = _LABEL_ROWS + height // 2
        sheet.area(0, _LABEL_ROWS, width, height, "surface", half=True)
        if self._problem or self._current:
            sheet.fill_halves(0, 2 * _LABEL_ROWS + 1, 1, 2 * height - 2, "taken" if self._problem else "accent")
        if self._problem:
            sheet.text(width - 3, middle, "!", "taken", bold=True)
        elif self._good and not self._current:
            sheet.text(width - 3, middle, "✓", "accent")
        self._draw_value(sheet, middle)

    def _draw_label(self, sheet: Sheet) -> None:
        x = 0
        if self.lead:
            x = sheet.text(0, 0, self.lead, "accent", bold=True) + 2
        problem = self.text(self._problem) if self._problem else ""
        hint = self.text(self._hint) if self._hint else ""
        aside = problem or self.aside or hint
        label = fit(self.text(self._label), sheet.width - x)
        end = sheet.text(x, 0, label, "ink" if self._current else "soft", bold=self._current)
        if aside == hint and len(hint) > sheet.width - end - 1:
            return  # half a hint would say less than none
        aside = fit(aside, max(0, sheet.width - end - 1))
        ink: Colour = "taken-ink" if problem else "soft"
        sheet.put(end + 1, 0, sheet.width - end - 1, aside, ink, bold=bool(problem), align="right")

    def _draw_value(self, sheet: Sheet, row: int) -> None:
        room = sheet.width - _TEXT_AT - _MARK_ROOM
        start = max(0, min(self._caret, len(self._value)) - room + 1) if self._current else 0
        shown = self._value[start : start + room] if self._current else fit(self._value, room)
        sheet.text(_TEXT_AT, row, shown, "ink", bold=True)
        if not self._current:
            return
        at = self._caret - start
        if at < len(shown):
            sheet.fill(_TEXT_AT + at, row, 1, 1, "accent")
            sheet.text(_TEXT_AT + at, row, shown[at], "on-accent", bold=True)
        else:
            sheet.text(_TEXT_AT + at, row, "▏", "accent")
