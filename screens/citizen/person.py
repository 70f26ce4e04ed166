"""Step 5: who comes. Six fields and the keyboard on one screen; in large type one field at a time (Q6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.booking.applicant import FIELDS, problem, tidy
from kiosk.booking.facts import Held
from kiosk.errors import BadRequest, Closed, DateNotOffered, HoldEnded, LimitReached, NotFound, SameHour, SlotTaken
from kiosk.language import plural
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.step import JumpTo, Next, Notice, StepScreen
from screens.frame import Frame, columns
from screens.palette import Colour
from screens.widgets import field as field_widget
from screens.widgets import keyboard as keyboard_widget
from screens.widgets.field import Field, Shape
from screens.widgets.key_layers import Layer
from screens.widgets.keyboard import Capitals, Keyboard
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a field is typed into. Without a `layer` it is the language's own."""

    layer: Layer | None = None
    capitals: Capitals = "first"
    longest: int = 60
    hint: str | None = None
    shape: Shape | None = None


LONGEST_FIN: Final = 7
LONGEST_EMAIL: Final = 100
_LIMITS: Final = {"holds_per_email": "limit.email", "holds_per_station": "limit.station"}


def short_problem(found: str) -> str:
    """The message key of a problem in the few words that stand at a label's end."""
    return found.replace("field.", "field.short.", 1)


def without_spaces(typed: str) -> str:
    """`typed` without any space in it."""
    return "".join(typed.split())


def capitals_without_spaces(typed: str) -> str:
    """Capitals by ASCII rules alone: a FİN or a code never goes through a language's letters."""
    return "".join(sign.upper() if sign.isascii() else sign for sign in without_spaces(typed))


_KINDS: Final[dict[str, _Kind]] = {
    "given_name": _Kind(),
    "surname": _Kind(),
    "patronymic": _Kind(hint="field.optional"),
    "fin": _Kind("en", "all", LONGEST_FIN, shape=capitals_without_spaces),
    "phone": _Kind("digits", "none", 20),
    "email": _Kind("mail", "none", LONGEST_EMAIL, hint="field.code_comes_here", shape=without_spaces),
}


class Neighbours(TouchArea):
    """In large type: the buttons that lead to the field before and the field after."""

    WIDTH: ClassVar[int] = 22

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._first = False

    @property
    def first(self) -> bool:
        """Whether there is none before."""
        return self._first

    @first.setter
    def first(self, first: bool) -> None:
        if first != self._first:
            self._first = first
            self.refresh()

    def spots(self) -> Sequence[Spot]:
        """Half-row boxes like the field beside them."""
        before: Colour = "sunken" if self._first else "surface"
        return [
            Spot(name, Region(x, 0, width, 3), "tint" if self.pressed == name else ground, half=True)
            for name, ground, (x, width) in zip(
                ("before", "after"), (before, "accent"), columns(self.size.width, 2, 2), strict=True
            )
        ]

    def draw(self, sheet: Sheet) -> None:
        """The two arrows."""
        for spot, arrow in zip(self.spots(), "◀▶", strict=True):
            x, y, width, height = spot.region
            sheet.area(x, y, width, height, spot.ground, half=True)
            ink: Colour = "on-accent" if spot.ground == "accent" else "soft" if spot.ground == "sunken" else "ink"
            sheet.put(x, y + 1, width, arrow, ink, bold=True, align="center")


class PersonScreen(StepScreen):
    """The applicant's data; the main button holds the hour and has the code mailed."""

    STEP = "person"
    HAS_MAIN = True
    HAS_QUESTION = False

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.fields = {
            name: Field(
                name,
                f"field.label.{name}",
                draft.applicant.get(name, ""),
                hint=kind.hint,
                longest=kind.longest,
                shape=kind.shape,
            )
            for name, kind in _KINDS.items()
        }
        self.keyboard = Keyboard("az", id="keyboard")
        self.neighbours = Neighbours(id="neighbours")
        self._at = next((name for name in FIELDS if not draft.applicant.get(name)), FIELDS[0])
        self._keyboard_on = True
        self._sending = False
        self._layer: Layer | None = None
        """The layer the person chose for the names, when it is another than the language's."""
        for name, field in self.fields.items():
            field.good = bool(field.value) and self._problem(name) is None

    def title_words(self) -> str:
        """The question; it is not drawn here, for the fields need its rows."""
        return self.text("step.person").partition("\n")[0]

    # Places ---------------------------------------------------------------------------------------------------------

    def compose_answer(self) -> Iterable[Widget]:
        """The fields in reading order, then the keys."""
        return [*self.fields.values(), self.neighbours, self.keyboard]

    def places(self, size: Size) -> Placed:
        """In large type the step's name gives way to the field's."""
        large = self.frame.large
        return [(widget, region) for widget, region in super().places(size) if not (large and widget is self.steps)]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Three across and two down; or one, with the buttons that lead to its neighbours."""
        if frame.large:
            yield from self._place_one(frame)
            return
        high = field_widget.HEIGHT
        for number, name in enumerate(FIELDS):
            row, column = divmod(number, 3)
            x, width = columns(area.width, 3, 2)[column]
            yield self.fields[name], Region(area.x + x, area.y + row * high, width, high)
        if self._keyboard_on:
            yield self.keyboard, Region(area.x, area.y + 2 * high, area.width, keyboard_widget.HEIGHT_FULL)

    def _place_one(self, frame: Frame) -> Placed:
        x, y, width = frame.left, frame.steps.y, frame.width
        beside = Neighbours.WIDTH
        yield self.fields[self._at], Region(x, y, width - beside - 2, field_widget.HEIGHT)
        yield self.neighbours, Region(x + width - beside, y + 1, beside, 3)
        if self._keyboard_on:
            yield self.keyboard, Region(x, y + field_widget.HEIGHT, width, keyboard_widget.HEIGHT_COMPACT)

    # Texts ----------------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """The caret stands in the first field that is empty."""
        self._keyboard_on = self.kiosk.settings.face.touch
        self._come_to(self._at)

    def write(self) -> None:
        """Buttons, and what the large layout writes around a field."""
        super().write()
        for number, (name, field) in enumerate(self.fields.items(), start=1):
            large = self.kiosk.large
            field.lead = f"{self.STEPS.index(self.STEP) + 1} / {len(self.STEPS)}" if large else ""
            field.aside = self.text("person.field_of", n=number, count=len(FIELDS)) if large else ""
            if name == self._at and _KINDS[name].layer is None and self._layer is None:
                self._show_layer()
        self._update_footer()

    def on_resize(self) -> None:
        """Another layout has other words."""
        self.write()

    def _problem(self, name: str) -> str | None:
        return problem(name, self.fields[name].value)

    def _missing(self) -> list[str]:
        """The fields that stand in the way, in order."""
        return [name for name in FIELDS if self._problem(name) is not None]

    def _update_footer(self) -> None:
        missing = self._missing()
        if missing and self.kiosk.large:
            self.set_main(f"{self.text('button.proceed')} ▶")
        else:
            self.set_main(self.text("button.send_code"), usable=not missing and not self._sending)
        self.neighbours.first = self._at == FIELDS[0]

    def _count_missing(self) -> None:
        self.tell_words(self._missing_words)

    def _missing_words(self) -> str:
        missing = len(self._missing())
        return plural(self.kiosk.language, "person.fields_left", missing) if missing else ""

    # Moving from field to field -------------------------------------------------------------------------------------

    def _come_to(self, name: str) -> None:
        """Bring the caret to a field: its keys are shown, the one it leaves is looked at."""
        if name != self._at:
            self._leave(self._at)
        self._at = name
        for other, field in self.fields.items():
            field.current = other == name
        self._show_layer()
        if self.focused is not self.fields[name]:
            self.set_focus(self.fields[name], scroll_visible=False)
        self._update_footer()

    def _show_layer(self) -> None:
        kind = _KINDS[self._at]
        empty = not self.fields[self._at].value
        capitals = kind.capitals if kind.capitals != "first" or empty else "none"
        self.keyboard.show(kind.layer or self._layer or self.kiosk.language, capitals)

    def _leave(self, name: str) -> None:
        """What is wrong with a field is told as one leaves it; what is right gets its mark."""
        if _KINDS[name].layer is None and self.keyboard.layer in ("az", "ru", "en"):
            self._layer = self.keyboard.layer
        found = self._problem(name)
        field = self.fields[name]
        field.problem = short_problem(found) if found else None
        field.good = found is None and bool(field.value)

    def _step(self, by: int) -> None:
        place = FIELDS.index(self._at) + by
        if 0 <= place < len(FIELDS):
            self._come_to(FIELDS[place])
        elif by > 0:
            self._leave(self._at)
            missing = self._missing()
            if missing:
                self._come_to(missing[0])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Tab or a touch brought the focus to a field."""
        widget = event.widget
        # Told late: by now the focus may be elsewhere again.
        if isinstance(widget, Field) and widget is self.focused and widget.id != self._at:
            self._come_to(str(widget.id))

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        if isinstance(event.area, Field):
            event.stop()
            self._show_keyboard(self.kiosk.settings.face.touch)
            self._come_to(str(event.area.id))

    @on(TouchArea.Touched, "#neighbours")
    def _neighbour_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._step(-1 if event.name == "before" else 1)

    # Typing ---------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """What is typed while a button has the focus goes to the field with the caret all the same."""
        typed = event.is_printable or event.key in ("backspace", "delete")
        if typed and not isinstance(self.focused, Field) and self.fields[self._at].take(event):
            event.stop()
            event.prevent_default()

    @on(Field.Changed)
    def _field_changed(self, event: Field.Changed) -> None:
        event.stop()
        name = str(event.field.id)
        if self.draft.applicant.get(name, "") != event.field.value:
            self.draft.applicant[name] = event.field.value
            self.draft.hold_key = None
        if self._problem(name) is None:
            event.field.problem = None
        if not self._sending:
            self._count_missing()
        self._update_footer()

    @on(Field.Submitted)
    def _submitted(self, event: Field.Submitted) -> None:
        event.stop()
        if self._missing() or self._at != FIELDS[-1]:
            self._step(1)
        else:
            self.go_on()

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "next":
            self._step(1)
        elif event.act == "hide":
            self._show_keyboard(False)
        else:
            self.fields[self._at].press(event)

    def _show_keyboard(self, on: bool) -> None:
        if on != self._keyboard_on:
            self._keyboard_on = on
            self.refresh(layout=True)

    # Sending --------------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Hold the hour and have the code mailed, once everything is there; until then say what is missing."""
        if self._sending:
            return
        for name in FIELDS:
            self._leave(name)
        missing = self._missing()
        if missing:
            self._come_to(missing[0])
            if found := self._problem(missing[0]):
                self.tell(found, "error")
            return
        self._sending = True
        self._update_footer()
        self.start(self._send(), group="hold", exclusive=False)

    def _tidy(self) -> dict[str, str]:
        return {name: tidy(name, self.fields[name].value) for name in FIELDS}

    async def _send(self) -> None:
        """The hold, its refusals in words."""
        try:
            held = await self._hold()
        except SlotTaken:
            self.answer(JumpTo("slot", Notice("slot.lost_race")))
        except SameHour:
            self.answer(JumpTo("slot", Notice("slot.same_hour")))
        except DateNotOffered:
            self.answer(JumpTo("date", Notice("slot.date_over")))
        except Closed as closed:
            name = closed.name.of(self.kiosk.language) if closed.name else self.text(f"date.reason.{closed.reason}")
            self.answer(JumpTo("date", Notice("date.non_working", values={"name": name})))
        except (HoldEnded, NotFound):
            # Only what stood before can have ended: its e-mail address was to be corrected.
            self.draft.held = self.draft.held_as = None
            self.answer(JumpTo("slot", Notice("hold.ended")))
        except LimitReached as reached:
            self.tell(_LIMITS.get(reached.limit, "booking.limit"), "error", count=reached.count)
        except BadRequest as bad:
            if bad.field in self.fields:
                self.fields[bad.field].problem = short_problem(f"field.{bad.why}")
                self._come_to(bad.field)
            else:
                self.tell("error.unexpected", "error")
        else:
            self.draft.held = held
            self.draft.held_as = self._tidy()
            self.draft.hold_key = None
            self.draft.code = ""
            self.answer(Next())
            return
        finally:
            self._sending = False
            self._update_footer()
        self.draft.hold_key = None

    async def _hold(self) -> Held:
        """The hold that stands if nothing changed, else a new one, which gives up the old one by the same act."""
        draft, bookings = self.draft, self.kiosk.station.bookings
        if draft.service is None or draft.centre is None or draft.time is None:
            raise ValueError("no hour was chosen")
        held = draft.held
        slot = (draft.service, draft.centre, draft.time)
        typed = self._tidy()
        if held is not None and draft.held_as is not None and (held.service, held.centre, held.time) == slot:
            changed = {name for name in FIELDS if typed[name] != draft.held_as[name]}
            if not changed:
                return held
            if changed == {"email"}:
                draft.hold_key = draft.hold_key or secrets.token_hex(16)
                return await self.ask(bookings.correct_email, draft.hold_key, held.booking, typed["email"])
        draft.hold_key = draft.hold_key or secrets.token_hex(16)
        return await self.ask(
            bookings.hold,
            draft.hold_key,
            draft.service,
            draft.centre,
            draft.time,
            dict(draft.applicant),
            self.kiosk.language,
            held.booking if held is not None else None,
        )
