"""A step that is typed: up to six fields over the keyboard; in large type one at a time (W1, W5, K2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.language import plural
from screens.base import Placed
from screens.citizen.fields import FieldsScreen, short_problem
from screens.citizen.person import Neighbours
from screens.citizen.step import Next, Notice
from screens.citizen.water.steps import WaterStep
from screens.frame import Frame, columns
from screens.widgets import field as field_widget
from screens.widgets import keyboard as keyboard_widget
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

_ACROSS = 3


class FormScreen(FieldsScreen, WaterStep):
    """Fields of a step, each kept in the draft as it is typed. Ends with `Next` once nothing is wrong with them."""

    HAS_MAIN: ClassVar[bool] = True
    FIELDS: ClassVar[Sequence[str]] = ()
    SHORT: ClassVar[Sequence[str]] = ()
    """Fields whose text is so short that a narrow box looks like what is asked for (a number of a house)."""

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.take_fields({name: self.draft.typed.get(name, "") for name in self.names()})
        self.neighbours = Neighbours(id="neighbours")
        self.sending = False
        """An act is under way: nothing is begun a second time."""

    def names(self) -> Sequence[str]:
        """Which fields are asked for."""
        return self.FIELDS

    @property
    def _has_neighbours(self) -> bool:
        return len(self.fields) > 1

    def compose_answer(self) -> Iterable[Widget]:
        """The fields in reading order, then the keys."""
        found: list[Widget] = [*self.fields.values()]
        return [*found, self.neighbours, self.keyboard] if self._has_neighbours else [*found, self.keyboard]

    def shows_question(self) -> bool:
        """Two rows of fields and the keyboard leave no room for it; nor does large type."""
        return super().shows_question() and len(self.fields) <= _ACROSS and not self.kiosk.large

    def places(self, size: Size) -> Placed:
        """In large type the step's name gives way to the field's."""
        hidden = self.steps if self.frame.large else None
        return [(widget, region) for widget, region in super().places(size) if widget is not hidden]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Three across; or one, with the buttons that lead to its neighbours."""
        if frame.large:
            yield from self._place_one(frame)
            return
        high = field_widget.HEIGHT
        across = columns(area.width, _ACROSS, 2)
        wide = columns(area.width * 2 // 3, 1, 2) if len(self.fields) == 1 else across
        for number, (name, field) in enumerate(self.fields.items()):
            row, column = divmod(number, _ACROSS)
            x, width = (across if name in self.SHORT else wide)[column]
            yield field, Region(area.x + x, area.y + row * high, width, high)
        if self.keyboard_on:
            below = area.bottom - keyboard_widget.HEIGHT_FULL
            yield self.keyboard, Region(area.x, below, area.width, keyboard_widget.HEIGHT_FULL)

    def _place_one(self, frame: Frame) -> Placed:
        x, y, width = frame.left, frame.steps.y, frame.width
        beside = Neighbours.WIDTH + 2 if self._has_neighbours else 0
        yield self.fields[self.at], Region(x, y, width - beside, field_widget.HEIGHT)
        if beside:
            yield self.neighbours, Region(x + width - beside + 2, y + 1, beside - 2, 3)
        if self.keyboard_on:
            yield self.keyboard, Region(x, y + field_widget.HEIGHT, width, keyboard_widget.HEIGHT_COMPACT)

    def write(self) -> None:
        """In large type the field's label carries the step, and which field of how many it is."""
        large = self.kiosk.large
        for number, field in enumerate(self.fields.values(), start=1):
            field.lead = f"{self.STEPS.index(self.STEP) + 1} / {len(self.STEPS)}" if large else ""
            many = large and self._has_neighbours
            field.aside = self.text("person.field_of", n=number, count=len(self.fields)) if many else ""
        super().write()

    def on_resize(self) -> None:
        """Another layout has other words."""
        self.write()

    def main_words(self) -> str:
        """What the main button says when nothing is missing."""
        return f"{self.text('button.proceed')} ▶"

    def write_footer(self) -> None:
        """What is missing is counted; in large type the main button leads to the next field until nothing is."""
        missing = self.missing()
        if missing and self.kiosk.large and self._has_neighbours:
            self.set_main(f"{self.text('button.proceed')} ▶")
        else:
            self.set_main(self.main_words(), usable=not missing and not self.sending)
        self.neighbours.first = self.at == next(iter(self.fields))

    def missing_words(self) -> str:
        """How many fields are left, in the note."""
        missing = len(self.missing())
        return plural(self.kiosk.language, "person.fields_left", missing) if missing else ""

    def typed(self, name: str, value: str) -> None:
        """It is kept as typed."""
        if self.draft.typed.get(name, "") != value:
            self.draft.typed[name] = value
            self.draft.declared = False
        if not self.sending:
            self.tell_words(self.missing_words)

    def refuse(self, name: str, problem: str) -> None:
        """Say at a field what the station found wrong with it."""
        self.come_to(name)
        self.fields[name].problem = short_problem(problem)
        self.tell(problem, "error")

    @on(TouchArea.Touched, "#neighbours")
    def _neighbour_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.step(-1 if event.name == "before" else 1)

    def go_on(self) -> None:
        """Go on once everything is there; until then say what is missing."""
        if self.sending or self.outcome.done():
            return
        names = list(self.fields)
        after = names[names.index(self.at) + 1 :]
        open_field = next((name for name in after if not self.fields[name].value or self.problem(name)), None)
        if self.kiosk.large and self.missing() and open_field is not None:
            self.come_to(open_field)
        elif not self.complain():
            self.finish()

    def finish(self) -> None:
        """Everything is there."""
        self.answer(Next())
