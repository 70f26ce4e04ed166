"""Booking for somebody at the counter: one form, by keys alone, and the order code on paper (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import BadRequest, Refusal
from kiosk.hall.people import Document
from screens.base import Placed
from screens.counter.act_key import ActKey
from screens.counter.key_bar import Key
from screens.counter.people.book_form import ROWS, TYPED, BookForm, Choices, label_key, longest
from screens.counter.people.hours import free_hours
from screens.counter.people.result import DoneScreen
from screens.counter.people.words import refused_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.form_rows import FormRow, FormRows, RowField
from screens.counter.water.frame import split
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

_CHOICES: Final = ((112, 50), (90, 42), (0, 32))
"""The width of the choices from that width of the body on."""


class BookScreen(DeskScreen):
    """Rows left, what can be chosen in the current one right; Enter goes on, F10 books."""

    KEYS: ClassVar = {
        "enter": "on",
        "tab": "next",
        "shift+tab": "before",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "f10": "book",
        "escape": "back",
    }

    def __init__(self, operator: Operator, fin: str, document: Document | None) -> None:
        """Make it; FİN and document as they were stated in the search."""
        super().__init__(operator)
        self.form = BookForm("", document, typed={"fin": fin} if fin else {})
        self.listed = Choices()
        self.current = "document" if document is None else "surname" if fin else "fin"
        self.heading = Heading(lambda: self.text("people.book.title"), id="heading")
        self.rows = FormRows()
        self.field = RowField("row", "service.search", longest=254)
        self.choices = DeskList(
            lambda: (Column(label_key(self.current), 10, grows=True),), "people.no_choice", id="choices"
        )
        self._problems: dict[str, str] = {}
        self._key = ActKey()

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.rows
        yield self.field
        yield self.choices
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Rows left, choices right."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        body = frame.body
        wide = next(width for least, width in _CHOICES if body.width >= least)
        left, right = split(body, wide)
        yield self.rows, Region(left.x, body.y, left.width, body.height)
        yield self.choices, right

    def keys_here(self) -> Sequence[Key]:
        """On, and book."""
        return Key("on", "Enter", "keyboard.next"), Key("book", "F10", "people.key.book_it")

    def on_mount(self) -> None:
        """Letters and paper are in the station's first language until another is chosen."""
        self.form.centre = self.kiosk.settings.station.centre
        self.form.choose("language", self.kiosk.settings.face.language)
        self._go_to(self.current)
        self.start(self._read_lists(), group="lists")

    def follow(self) -> None:
        """When the database was away as the lists were to be read; free hours as others take them."""
        if not self.listed.services:
            self.start(self._read_lists(), group="lists")
        elif self.current == "hour":
            self.start(self._read_hours(), group="hours")

    async def _read_lists(self) -> None:
        bookings, language = self.kiosk.station.bookings, self.kiosk.language
        services = await self.ask(bookings.services)
        self.listed.services = tuple((one.id, one.name.of(language)) for one in services)
        self.read_again()
        await self._read_centres()

    async def _read_centres(self) -> None:
        """Only those that give the service."""
        language = self.kiosk.language
        if self.form.service is None:
            catalogue = self.kiosk.catalogue
            found = tuple(catalogue.centres.values()) if catalogue is not None else ()
        else:
            found = tuple(await self.ask(self.kiosk.station.bookings.centres, self.form.service))
        self.listed.centres = tuple((one.id, one.name.of(language)) for one in found)
        self._show()
        self._mark_chosen()

    async def _read_hours(self) -> None:
        if self.form.service is None:
            self.listed.hours = ()
            self.tell("people.book.service_first", "warning")
            return
        try:
            station = self.kiosk.station
            self.listed.hours = await self.ask(free_hours, station, self.form.service, self.form.centre)
        except Refusal as refusal:
            if refusal.error == "unavailable":
                raise
            self.listed.hours = ()
            self._say(refusal)
        else:
            self.read_again()
        self._show()

    def typed_into(self) -> Field:
        """The row with the caret."""
        return self.field

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        if self.current in TYPED:
            self.form.typed[self.current] = self.field.value
        self._problems.pop(self.current, None)
        self._show()

    def _go_to(self, row: str) -> None:
        """Put the caret into a row; what is typed in a row of choices is searched for."""
        self.current = row
        self.field.turn(self.form.typed.get(row, "") if row in TYPED else "", longest(row))
        self.choices.to_top()
        self.tell_nothing()
        if (key := self._problems.get(row)) is not None:
            self.tell(key, "error")
        if row == "hour":
            self.start(self._read_hours(), group="hours")
        elif row == "centre":
            self.start(self._read_centres(), group="lists")
        self._show()
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        """What was chosen stands chosen when one comes back to its row, so that Enter leaves it as it is."""
        chosen = None if self.current in TYPED else getattr(self.form, self.current)
        if chosen is not None:
            self.choices.choose(chosen.isoformat() if self.current == "hour" else chosen)

    def _show(self) -> None:
        app = self.kiosk
        self.rows.show([self._row(row) for row in ROWS], self.current)
        chosen = self.listed.of(app, self.current, self.field.value)
        self.choices.show([Line(name, (Cell(words),)) for name, words in chosen])
        self.choices.known = self.current not in TYPED
        self.key_bar.refresh()

    def _row(self, row: str) -> FormRow:
        typed = row in TYPED
        value = self.form.typed.get(row, "") if typed else self.listed.words(self.kiosk, self.form, row)
        caret = None
        if row == self.current and (typed or self.field.value):
            value, caret = self.field.value, self.field.caret
        if row == "email" and not value and caret is None:
            value = self.text("people.no_letters")
        chosen = not typed or (row == "email" and not self.form.typed.get(row))
        return FormRow(row, self.text(label_key(row)), value, caret, row in self._problems, is_chosen=chosen)

    def write(self) -> None:
        """The rows in the language on screen; lists are named in it too."""
        if self.listed.services:
            self.start(self._read_lists(), group="lists")
        self._show()

    def do_key(self, name: str) -> None:
        """Rows, choices, booking."""
        match name:
            case "on":
                self._on()
            case "book":
                self._book()
            case "next" | "before":
                self._step(1 if name == "next" else -1)
            case "up" | "down" | "pageup" | "pagedown":
                if self.current in TYPED:
                    self._step(1 if name.endswith("down") else -1)
                else:
                    self.choices.move(name)
            case _:
                super().do_key(name)

    def _step(self, by: int) -> None:
        self._go_to(ROWS[(ROWS.index(self.current) + by) % len(ROWS)])

    def _on(self) -> None:
        """Enter takes the choice and goes on; in the last row, once all is there, it books."""
        if self.current not in TYPED and self.choices.chosen is not None:
            self._choose(self.choices.chosen)
        if self.current == ROWS[-1]:
            self._book()
        else:
            self._step(1)

    def _choose(self, name: str) -> None:
        self.form.choose(self.current, name)
        self._problems.pop(self.current, None)

    @on(TouchArea.Touched, "#rows")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._go_to(event.name)

    @on(TouchArea.Touched, "#choices")
    def _choice_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._choose(event.name)
        self._step(1)

    @property
    def has_typed(self) -> bool:
        """A person's data were typed."""
        return self.form.is_begun

    def _book(self) -> None:
        self._problems = self.form.problems()
        wrong = next((row for row in ROWS if row in self._problems), None)
        if wrong is not None:
            self._go_to(wrong)
        elif not self.busy:
            self.busy = True
            self.tell_nothing()
            self.start(self._book_now(), group="people", exclusive=False)

    async def _book_now(self) -> None:
        form, people = self.form, self.kiosk.station.people
        if form.service is None or form.hour is None or form.document is None:
            return
        where = (form.service, form.centre, form.hour)
        typed = {row: form.typed.get(row, "") for row in TYPED}
        key = self._key.of((*where, tuple(sorted(typed.items())), form.language))
        try:
            booked = await self.ask(people.book, key, self.staff, *where, typed, form.language, form.document)
        except BadRequest as refused:
            self._problems = {refused.field if refused.field in ROWS else ROWS[-1]: "field.empty"}
            self._go_to(next(iter(self._problems)))
        except Refusal as refusal:
            if refusal.error == "unavailable":
                raise
            self._key.forget()  # that answer is stored under its key
            self.form.hour = None
            self._go_to("hour")
            self._say(refusal)
        else:
            self.answered()
            self.form = BookForm(form.centre)
            self.kiosk.call_later(self.kiosk.switch_screen, DoneScreen(self.operator, booked, "people.booked"))
        finally:
            self.busy = False

    def _say(self, refusal: Refusal) -> None:
        words = refused_words(self.kiosk, refusal)
        self.note.say(lambda: words, "error", align="left")
