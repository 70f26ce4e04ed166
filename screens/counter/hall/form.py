"""A form of the hall: one row a field, typed in or turned, sent by one key (keyboard first)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import BadRequest, Refusal
from screens.base import Placed
from screens.counter.hall.section import ActingScreen
from screens.counter.key_bar import Key
from screens.counter.line import DOT
from screens.counter.water.desk import Operator
from screens.counter.water.form_rows import FormRow, FormRows, RowField
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading, Words

Choices = Callable[[], Sequence[tuple[str, str]]]
"""What a row can be turned to: values and their words, in the language on screen."""
_TURNING: dict[str, int] = {"space": 1, "right": 1, "left": -1}


@dataclass(frozen=True, slots=True)
class FormField:
    """A row: its name in the values, message key of its label, and how it is filled in."""

    name: str
    label: str
    kind: Literal["text", "secret", "choice"] = "text"
    longest: int = 60
    choices: Choices | None = None
    """Of a row of the kind "choice"."""


class HallForm(ActingScreen):
    """Rows, and a few lines below them. Nothing typed is lost unasked; what was refused stays as it was typed."""

    TITLE: ClassVar[str]
    """Message key of the heading."""
    SEND: ClassVar[str] = "hall.key.save"
    """Message key of what F10 does."""
    KEYS: ClassVar = {
        "enter": "on",
        "tab": "next",
        "down": "next",
        "shift+tab": "before",
        "up": "before",
        "f10": "send",
        "escape": "back",
    }

    def __init__(self, operator: Operator, values: dict[str, str]) -> None:
        """Make it with what stands in its rows at first."""
        super().__init__(operator)
        self.values = dict(values)
        self._first_values = dict(values)
        self.current = self.fields()[0].name
        self.wrong = ""
        """The row that was refused."""
        self.heading = Heading(self.heading_words, id="heading")
        self.rows = FormRows()
        self.field = RowField("row", self.TITLE, longest=200)
        self.hint = Words(self.hint_words, "soft", id="hint")

    def fields(self) -> Sequence[FormField]:
        """The rows now; which there are may follow from what was chosen."""
        raise NotImplementedError

    def heading_words(self) -> str:
        """What this is about."""
        return self.text(self.TITLE)

    def hint_words(self) -> str:
        """What stands below the rows."""
        return ""

    def send(self) -> None:
        """Do what the form is for."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.rows
        yield self.field
        yield self.hint
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Heading, rows, and the lines below them."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        body = frame.body
        count = len(self.fields())
        # A free row between all, one below them, and the three lines that a hint has at most.
        pitch = 2 if 2 * count + 3 <= body.height else 1
        rows = min(pitch * count - pitch + 1, body.height)
        yield self.rows, Region(body.x, body.y, body.width, rows)
        below = body.y + rows + 1
        yield self.hint, Region(body.x, below, body.width, max(0, body.bottom - below))

    def on_mount(self) -> None:
        """The caret stands in the first row."""
        self.go_to(self.current)

    def write(self) -> None:
        """Words of choices follow the language."""
        self.draw_rows()

    def _field_of(self, name: str) -> FormField:
        return next(field for field in self.fields() if field.name == name)

    def go_to(self, name: str) -> None:
        """Make a row the current one."""
        self.current = name
        field = self._field_of(name)
        self.field.turn("" if field.kind == "choice" else self.values.get(name, ""), field.longest)
        self.draw_rows()
        self.key_bar.refresh()

    def draw_rows(self) -> None:
        """Show the rows as they are."""
        self.rows.show([self._row(field) for field in self.fields()], self.current)
        self.hint.refresh()

    def _words_of(self, field: FormField, value: str) -> str:
        """A value as it is read."""
        if field.choices is None:
            return value
        return next((words for choice, words in field.choices() if choice == value), "")

    def _row(self, field: FormField) -> FormRow:
        value, caret = self.values.get(field.name, ""), None
        if field.choices is not None:
            words = self._words_of(field, value)
            shown = f"◂ {words} ▸" if field.name == self.current else words
        else:
            shown = DOT * len(value) if field.kind == "secret" else value
            caret = self.field.caret if field.name == self.current else None
        return FormRow(field.name, self.text(field.label), shown, caret, is_wrong=field.name == self.wrong)

    def typed_into(self) -> Field | None:
        """The current row, where it is typed in."""
        return self.field if self._field_of(self.current).kind != "choice" and not self.busy else None

    @on(Field.Changed, "#row")
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self._take_typed()

    def _take_typed(self) -> None:
        """Keep what stands in the current row: a key may come before the field told of the last letter."""
        if self._field_of(self.current).kind != "choice" and self.values.get(self.current, "") != self.field.value:
            self.set_value(self.current, self.field.value)

    def set_value(self, name: str, value: str) -> None:
        """Fill in a row."""
        self.values[name] = value
        if self.wrong == name:
            self.wrong = ""
        self.tell_nothing()
        self.value_changed(name)
        self.draw_rows()

    def value_changed(self, name: str) -> None:
        """Something was filled in."""

    def on_key(self, event: events.Key) -> None:
        """A choice is turned by the arrows and the space bar; else as everywhere at the desk."""
        if event.key in _TURNING and self._field_of(self.current).kind == "choice":
            event.stop()
            event.prevent_default()
            self._turn(_TURNING[event.key])
        elif event.key in ("left", "right", "home", "end"):
            super().on_key(event)
            self.draw_rows()
        else:
            super().on_key(event)

    def _turn(self, step: int) -> None:
        field = self._field_of(self.current)
        if field.choices is None or self.busy:
            return
        values = [value for value, _ in field.choices()]
        place = values.index(self.values.get(field.name, values[0])) if self.values.get(field.name) in values else 0
        self.set_value(field.name, values[(place + step) % len(values)])

    def keys_here(self) -> Sequence[Key]:
        """On, turn where there is something to turn, send."""
        turn = (Key("turn", "◂ ▸", "hall.key.turn"),) if self._field_of(self.current).kind == "choice" else ()
        return (Key("on", "Enter", "keyboard.next"), *turn, Key("send", "F10", self.SEND))

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        self._take_typed()
        if name in ("on", "next", "before"):
            self._step(-1 if name == "before" else 1)
        elif name == "turn":
            self._turn(1)
        elif name == "send":
            if not self.busy:
                self.send()
        else:
            super().do_key(name)

    def _step(self, step: int) -> None:
        names = [field.name for field in self.fields()]
        self.go_to(names[(names.index(self.current) + step) % len(names)])

    @on(TouchArea.Touched, "#rows")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == self.current and self._field_of(event.name).kind == "choice":
            self._turn(1)
        else:
            self.go_to(event.name)

    @property
    def has_typed(self) -> bool:
        """Whether something stands here that is kept nowhere else."""
        return self.values != self._first_values

    def saved(self) -> None:
        """What was typed is kept: there is nothing to lose any more."""
        self._first_values = dict(self.values)

    def changed_meanwhile(self, values: dict[str, str]) -> None:
        """Somebody else saved other values since this form was opened: what was typed stays, and theirs is told.

        Rows in which nothing was typed take what stands there now, so that saving undoes nobody's change unseen.
        """
        before, self._first_values = self._first_values, dict(values)
        typed = {name for name in values if self.values.get(name) != before.get(name)}
        self.values |= {name: value for name, value in values.items() if name not in typed}
        others = [field for field in self.fields() if values.get(field.name) != before.get(field.name)]
        # where both changed a row theirs is seen nowhere else, and there is room for few words
        told = [field for field in others if field.name in typed] or others
        if told:
            self.wrong = told[0].name
            self.go_to(self.wrong)
        what = ", ".join(f"{self.text(field.label)}: {self._words_of(field, values[field.name])}" for field in told)
        self.tell("hall.changed", "warning", what=what)

    def done(self) -> None:
        """It was done: back to the list."""
        self.saved()
        self.busy = False
        self.leave()

    def refused(self, refusal: Refusal) -> None:
        """Say why, with the caret in the row that it is about."""
        super().refused(refusal)
        if isinstance(refusal, BadRequest):
            row = self.row_of(refusal.field)
            if row in [field.name for field in self.fields()]:
                self.wrong = row
                self.go_to(row)

    def row_of(self, field: str) -> str:
        """The row that a refused field stands in."""
        return field
