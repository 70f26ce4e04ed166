"""Screens with fields and the on-screen keyboard: one field has the caret, and typing anywhere lands in it (K2).

What is wrong with a field is told as one leaves it, and goes while one types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking import order_code
from kiosk.identity.applicant import problem
from screens.base import Placed
from screens.citizen.step import AnsweringScreen
from screens.frame import Frame, columns
from screens.widgets import field as field_widget
from screens.widgets import keyboard as keyboard_widget
from screens.widgets.field import Field, Shape
from screens.widgets.key_layers import Layer
from screens.widgets.keyboard import Capitals, Keyboard
from screens.widgets.touch_area import TouchArea


def without_spaces(typed: str) -> str:
    """`typed` without any space in it."""
    return "".join(typed.split())


def capitals_without_spaces(typed: str) -> str:
    """Capitals by ASCII rules alone: a FİN or a code never goes through a language's letters."""
    return "".join(sign.upper() if sign.isascii() else sign for sign in without_spaces(typed))


def digits_only(typed: str) -> str:
    """The digits of `typed`."""
    return "".join(sign for sign in typed if sign.isascii() and sign.isdigit())


def order_code_problem(typed: str) -> str | None:
    """What is wrong with a typed order code or booking reference: its check sign tells a mistyped one."""
    return None if order_code.read(typed) is not None else "field.order_code"


def contact_problem(typed: str) -> str | None:
    """What is wrong with a text that is to be an e-mail address or a FİN."""
    good = problem("email", typed) is None or problem("fin", typed) is None
    return None if good else "field.contact"


def code_problem(typed: str) -> str | None:
    """What is wrong with a mailed code: it has six digits."""
    return None if len(typed) == 6 else "field.code"


def is_there(typed: str) -> str | None:
    """That a text which must be there is empty."""
    return None if typed.strip() else "field.empty"


def no_problem(typed: str) -> None:
    """Whatever stands in a field that may be left empty."""


def _of_applicant(name: str) -> Callable[[str], str | None]:
    return lambda typed: problem(name, typed)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a field is typed into. Without a `layer` it is the language's own."""

    problem: Callable[[str], str | None]
    layer: Layer | None = None
    capitals: Capitals = "first"
    longest: int = 60
    hint: str | None = None
    shape: Shape | None = None


KINDS: Final[Mapping[str, Kind]] = {
    "given_name": Kind(_of_applicant("given_name")),
    "surname": Kind(_of_applicant("surname")),
    "patronymic": Kind(_of_applicant("patronymic"), hint="field.optional"),
    "fin": Kind(_of_applicant("fin"), "en", "all", 7, shape=capitals_without_spaces),
    "phone": Kind(_of_applicant("phone"), "digits", "none", 20),
    "email": Kind(_of_applicant("email"), "mail", "none", 100, hint="field.code_comes_here", shape=without_spaces),
    "report_email": Kind(_of_applicant("email"), "mail", "none", 100, shape=without_spaces),
    "contact": Kind(contact_problem, "en", "none", 100, shape=without_spaces),
    "code": Kind(code_problem, "digits", "none", 6, shape=digits_only),
    "order_code": Kind(order_code_problem, "en", "all", 20, shape=capitals_without_spaces),
    "user_name": Kind(is_there, "en", "none", 100, shape=without_spaces),
    "password": Kind(is_there, "en", "none"),
    "consumer_fin": Kind(_of_applicant("fin"), "en", "all", 7, shape=capitals_without_spaces),
    "place_text": Kind(is_there, longest=120),
    "house_number": Kind(is_there, "az", "all", 20, shape=without_spaces),
    "flat_number": Kind(is_there, "az", "all", 20, shape=without_spaces),
    "water_email": Kind(_of_applicant("email"), "mail", "none", 100, shape=without_spaces),
    "explanation": Kind(no_problem, longest=1000, hint="field.optional"),
    "notes": Kind(no_problem, longest=1000, hint="field.optional"),
}


def short_problem(found: str) -> str:
    """The message key of a problem in the few words that stand at a label's end."""
    return found.replace("field.", "field.short.", 1)


class FieldsScreen(AnsweringScreen):
    """Moves the caret from field to field and shows the keyboard that each wants.

    A subclass calls `take_fields` when it is made, and places `fields` and `keyboard`.
    """

    LABELS: ClassVar[Mapping[str, str]] = {}
    """Message keys of labels, where a field is not called as elsewhere."""

    fields: dict[str, Field]
    keyboard: Keyboard

    def take_fields(self, values: Mapping[str, str]) -> None:
        """Make the fields named in `values`, with these texts in them; the caret comes to the first empty one."""
        self.fields = {}
        for name, value in values.items():
            kind = KINDS[name]
            label = self.LABELS.get(name, f"field.label.{name}")
            field = Field(name, label, value, hint=kind.hint, longest=kind.longest, shape=kind.shape)
            field.good = bool(value) and kind.problem(value) is None
            self.fields[name] = field
        self.keyboard = Keyboard("az", id="keyboard")
        self.keyboard_on = True
        self.at = next((name for name, value in values.items() if not value), next(iter(values)))
        self._own_layer: Layer | None = None
        """The layer the person chose for names, when it is another than the language's."""

    def is_typing(self) -> bool:
        """Whether the fields are on the screen just now."""
        return True

    def typed(self, name: str, value: str) -> None:
        """A field holds another text."""

    def write_footer(self) -> None:
        """The caret is elsewhere, or a text is another: what the buttons say."""

    def on_mount(self) -> None:
        """The keyboard appears with a field on a touch station."""
        self.keyboard_on = self.kiosk.settings.face.touch
        if self.is_typing():
            self.come_to(self.at)

    def write(self) -> None:
        """Names are typed in the letters of the language on screen, unless the person chose others."""
        super().write()
        if self.is_typing() and self._own_layer is None and KINDS[self.at].layer is None:
            self._show_layer()
        self.write_footer()

    @property
    def focus_chain(self) -> list[Widget]:
        """Tab leads through all fields, also those that large type shows one at a time; then on before back."""
        chain = super().focus_chain
        if not self.is_typing():
            return chain
        fields: list[Widget] = list(self.fields.values())
        first = [widget for widget in (*fields, self.main) if widget in chain]
        return [*first, *(widget for widget in chain if widget not in first and widget.region.area)]

    def problem(self, name: str) -> str | None:
        """The message key of what is wrong with a field."""
        return KINDS[name].problem(self.fields[name].value)

    def missing(self) -> list[str]:
        """The fields that stand in the way, in order."""
        return [name for name in self.fields if self.problem(name) is not None]

    def come_to(self, name: str) -> None:
        """Bring the caret to a field: its keys are shown, and the one it leaves is looked at."""
        if name != self.at:
            self.leave(self.at)
        self.at = name
        for other, field in self.fields.items():
            field.current = other == name
        self._show_layer()
        if self.focused is not self.fields[name]:
            self.set_focus(self.fields[name], scroll_visible=False)
        self.write_footer()

    def leave(self, name: str) -> None:
        """What is wrong with a field is told at its label; what is right gets its mark."""
        if KINDS[name].layer is None and self.keyboard.layer in ("az", "ru", "en"):
            self._own_layer = self.keyboard.layer if self.keyboard.layer != self.kiosk.language else None
        found = self.problem(name)
        field = self.fields[name]
        field.problem = short_problem(found) if found else None
        field.good = found is None and bool(field.value)

    def complain(self) -> bool:
        """Look at every field; bring the caret to the first one that is wrong and say why. Whether there is one."""
        for name in self.fields:
            self.leave(name)
        missing = self.missing()
        if not missing:
            return False
        self.come_to(missing[0])
        if found := self.problem(missing[0]):
            self.tell(found, "error")
        return True

    def step(self, by: int) -> None:
        """To the field before or after; from the last one to the first that is wrong."""
        names = list(self.fields)
        place = names.index(self.at) + by
        if 0 <= place < len(names):
            self.come_to(names[place])
        elif by > 0:
            self.leave(self.at)
            if missing := self.missing():
                self.come_to(missing[0])

    def _show_layer(self) -> None:
        kind = KINDS[self.at]
        empty = not self.fields[self.at].value
        capitals: Capitals = "none" if kind.capitals == "first" and not empty else kind.capitals
        self.keyboard.show(kind.layer or self._own_layer or self.kiosk.language, capitals)

    def show_keyboard(self, on: bool) -> None:
        """Show or hide the keyboard."""
        if on != self.keyboard_on:
            self.keyboard_on = on
            self.refresh(layout=True)

    def on_key(self, event: events.Key) -> None:
        """What is typed while a button has the focus goes to the field with the caret all the same."""
        if not self.is_typing():
            return
        typed = event.is_printable or event.key in ("backspace", "delete")
        if typed and not isinstance(self.focused, Field) and self.fields[self.at].take(event):
            # So that Enter is the field's too, and not the button's.
            self.come_to(self.at)
            event.stop()
            event.prevent_default()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Tab or a touch brought the focus to a field."""
        widget = event.widget
        # Told late: by now the focus may be elsewhere again.
        if isinstance(widget, Field) and widget is self.focused and widget.id != self.at:
            self.come_to(str(widget.id))

    @on(TouchArea.Touched)
    def _field_touched(self, event: TouchArea.Touched) -> None:
        if isinstance(event.area, Field):
            event.stop()
            self.show_keyboard(self.kiosk.settings.face.touch)
            self.come_to(str(event.area.id))

    @on(Field.Changed)
    def _field_changed(self, event: Field.Changed) -> None:
        event.stop()
        name = str(event.field.id)
        if self.problem(name) is None:
            event.field.problem = None
        self.typed(name, event.field.value)
        self.write_footer()

    @on(Field.Submitted)
    def _field_submitted(self, event: Field.Submitted) -> None:
        """Enter leads to the next field; in the last one, when all is well, on."""
        event.stop()
        if self.missing() or self.at != list(self.fields)[-1]:
            self.step(1)
        else:
            self.go_on()

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "next":
            if self.missing() or self.at != list(self.fields)[-1]:
                self.step(1)
        elif event.act == "hide":
            self.show_keyboard(False)
        else:
            self.fields[self.at].press(event)

    def place_typing(self, area: Region, frame: Frame) -> Placed:
        """Fields side by side over the keyboard; in large type both move up to the question, to fit over the footer."""
        top = frame.question.bottom if frame.large else area.y
        high = keyboard_widget.HEIGHT_COMPACT if frame.large else keyboard_widget.HEIGHT_FULL
        room = area.width if frame.large or len(self.fields) > 1 else area.width * 3 // 5
        places = columns(room, len(self.fields), 2)
        for field, (x, width) in zip(self.fields.values(), places, strict=True):
            yield field, Region(area.x + x, top, width, field_widget.HEIGHT)
        if self.keyboard_on:
            below = top + field_widget.HEIGHT if frame.large else area.bottom - high
            yield self.keyboard, Region(area.x, below, area.width, high)
