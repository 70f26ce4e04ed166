"""Filing an application for a citizen at the counter: a keyboard's form with the rules of the kiosk's (W1, W5, W7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final, Literal, cast

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import BadRequest, Refusal, RegistryAway, Unavailable
from kiosk.water.facts import AwaitingPayment, Document, DocumentRole, Registered, Subscriber
from screens.base import Placed
from screens.citizen.water.sending import problem_key
from screens.counter.act_key import ActKey
from screens.counter.key_bar import Key
from screens.counter.water.apply_form import ROLES, ApplyForm, label_key, longest, row_kind, short_key
from screens.counter.water.apply_result import refused_words, registered_page, result_lines
from screens.counter.water.cash_view import CashView
from screens.counter.water.choices import Lists
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.fact_pane import Fact, FactPane
from screens.counter.water.form_rows import FormRow, FormRows, RowField
from screens.counter.water.frame import split
from screens.counter.water.slips import Slips
from screens.counter.water.source import SourceScreen
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

Stage = Literal["form", "check", "done"]
_CHOICES: Final = ((110, 42), (94, 36), (0, 28))


class ApplyScreen(DeskScreen):
    """Form, summary, number. Nothing typed is lost until it was registered, whatever the connection does."""

    KEYS: ClassVar = {
        "enter": "on",
        "tab": "next",
        "shift+tab": "before",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "f3": "document",
        "f4": "send",
        "f5": "letters_in",
        "shift+f2": "print",
        "f14": "print",
        "escape": "back",
    }

    def __init__(self, operator: Operator, subscriber: Subscriber | None = None) -> None:
        super().__init__(operator)
        self.form = ApplyForm() if subscriber is None else ApplyForm.about(subscriber)
        self.lists = Lists()
        self.stage: Stage = "form"
        self.current = "kind" if subscriber is None else "reason"
        self.outcome: Registered | AwaitingPayment | None = None
        self.heading = Heading(lambda: self.text(f"desk.apply.{self._state}"), id="heading")
        self.rows = FormRows()
        self.field = RowField("row", "service.search", longest=1000)
        head = Column(label_key("kind"), 10, grows=True)
        self.choices = DeskList(lambda: (replace(head, head=short_key(self.current)),), "desk.no_choice", id="choices")
        self.summary = FactPane()
        self.view = CashView(lambda: result_lines(self.kiosk, self.outcome), self._is_registered)
        self._problems: dict[str, str] = {}
        self._slips = Slips(self)
        self._key = ActKey()

    def _is_registered(self) -> bool:
        return isinstance(self.outcome, Registered)

    @property
    def _state(self) -> str:
        return "held" if isinstance(self.outcome, AwaitingPayment) else self.stage

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.heading
        yield self.rows
        yield self.field
        yield self.choices
        yield self.summary
        yield self.view
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Rows left and choices right; else the summary, else the number."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        body = frame.body
        if self.stage == "form":
            wide = next(width for least, width in _CHOICES if body.width >= least)
            left, right = split(body, wide)
            yield self.rows, Region(left.x, body.y, left.width, body.height)
            yield self.choices, right
        elif self.stage == "check":
            yield self.summary, body
        else:
            yield self.view, Region(body.x, body.y, body.width, min(11, body.height))

    def keys_here(self) -> Sequence[Key]:
        """By stage."""
        if self.stage == "check":
            return (Key("on", "Enter", "desk.key.send"),)
        if self.stage == "done":
            keys = [Key("on", "Enter", "desk.cash.button.done")]
            if isinstance(self.outcome, AwaitingPayment) and self.kiosk.station.water.payments.takes_cash:
                keys.append(Key("send", "F4", "desk.key.cash"))
            elif self._slips.there and isinstance(self.outcome, Registered):
                keys.append(Key("print", "Shift+F2", "button.print_again"))
            return keys
        keys = [Key("on", "Enter", "keyboard.next")]
        if self.form.kind == "new_consumer":
            keys.append(Key("document", "F3", "desk.key.document"))
        return (*keys, Key("send", "F4", "desk.key.check"), Key("letters_in", "F5", "desk.field.language"))

    def on_mount(self) -> None:
        """Read the lists; the caret stands in the first row."""
        self._go_to(self.current)
        self.start(self._read_lists(), group="lists")

    def follow(self) -> None:
        """When the database was away as the lists were to be read."""
        if not self.lists.districts:
            self.start(self._read_lists(), group="lists")

    async def _read_lists(self) -> None:
        places = self.kiosk.station.water.places
        self.lists.districts = await self.ask(places.districts)
        self.lists.reasons = await self.ask(places.reasons)
        self.read_again()
        self._show()

    def typed_into(self) -> Field | None:
        """The row with the caret."""
        return self.field if self.stage == "form" and row_kind(self.current) != "document" else None

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        if row_kind(self.current) == "text":
            self.form.typed[self.current] = self.field.value
        elif self.current == "place":
            self._search_places()
        self._problems.pop(self.current, None)
        self._show()

    def _search_places(self) -> None:
        if self.form.district is not None:
            self.start(self._places(self.form.district.id, self.field.value), group="places")

    async def _places(self, district: str, typed: str) -> None:
        self.lists.places = await self.ask(self.kiosk.station.water.places.search, district, typed, 50)
        self._show()
        if not typed:
            self._mark_chosen()

    def _go_to(self, name: str) -> None:
        """Put the caret into a row; a choice's row begins empty: what is typed there is searched for."""
        self.current = name
        is_text = row_kind(name) == "text"
        self.field.turn(self.form.typed.get(name, "") if is_text else "", longest(name))
        self.choices.to_top()
        if name == "place":
            self._search_places()
        self.tell_nothing()
        if (key := self._problems.get(name)) is not None:
            self.tell(key, "error")
        self._show()
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        """What was chosen in a row stands chosen when one comes back to it, so that Enter leaves it as it is."""
        if (chosen := self.lists.chosen(self.form, self.current)) is not None:
            self.choices.choose(chosen)

    def _tell_choice(self) -> None:
        """The chosen one whole, where the list has no room for it."""
        if self.current not in self._problems and row_kind(self.current) == "choice":
            words = self.choices.cut_words()
            self.note.say((lambda: words) if words else None, align="left")

    def _show(self) -> None:
        app, form = self.kiosk, self.form
        self.rows.show([self._row(name) for name in form.rows], self.current)
        chosen = []
        if row_kind(self.current) == "choice":
            chosen = self.lists.of(app, form, self.current, self.field.value)
        self.choices.show([Line(name, (Cell(words),)) for name, words in chosen])
        self.choices.known = row_kind(self.current) == "choice"
        self._tell_choice()
        self.key_bar.refresh()

    def _row(self, name: str) -> FormRow:
        kind, caret = row_kind(name), None
        value, good = self.lists.shown(self.kiosk, self.form, name)
        if name == self.current and kind != "document" and (kind == "text" or self.field.value):
            value, caret = self.field.value, self.field.caret
        return FormRow(name, self.text(short_key(name)), value, caret, name in self._problems, good)

    def write(self) -> None:
        """The rows in the language on screen."""
        self._show()
        if self.stage == "check":
            self.summary.show(self._facts())

    def do_key(self, name: str) -> None:
        """Rows, choices, documents, and on."""
        if name == "on":
            self._on()
        elif name == "send" and self.stage == "form":
            self._check()
        elif name == "send" and isinstance(self.outcome, AwaitingPayment):
            self.start(self._take_cash(), group="cash")
        elif name == "print":
            self._print()
        elif name == "letters_in" and self.stage == "form":
            self.form.turn_language()
            self._show()
            self._mark_chosen()
        elif name in ("pageup", "pagedown") and self.stage == "check":
            self.summary.move(name)
        elif self.stage == "form" and name in ("next", "before", "up", "down", "pageup", "pagedown", "document"):
            self._go(name)
        elif name not in self.KEYS.values() or name in ("back", "sign_out"):
            super().do_key(name)

    def _go(self, name: str) -> None:
        in_choices = row_kind(self.current) == "choice"
        if name == "document":
            if self.form.kind == "new_consumer":
                self._add_document(self.form.document_row(self.current))
        elif in_choices and name in ("up", "down", "pageup", "pagedown"):
            self.choices.move(name)
            self._tell_choice()
        else:
            self._step(-1 if name in ("before", "up", "pageup") else 1)

    def _step(self, by: int) -> None:
        rows = self.form.rows
        place = rows.index(self.current) if self.current in rows else 0
        self._go_to(rows[(place + by) % len(rows)])

    def _on(self) -> None:
        """Enter: take the choice and go on; open the sources of a document; send; done."""
        if self.busy:
            return
        if self.stage == "check":
            self._send()
        elif self.stage == "done":
            self.leave()
        elif self.current in ROLES:
            self._add_document(self.current)
        else:
            if row_kind(self.current) == "choice" and self.choices.chosen is not None:
                self._choose(self.choices.chosen)
            self._step(1)

    def _choose(self, name: str) -> None:
        self.lists.choose(self.form, self.current, name, self.field.value)
        self._problems.pop(self.current, None)

    def _add_document(self, role: str) -> None:
        self._go_to(role)
        self.kiosk.push_screen(SourceScreen(self.operator, cast("DocumentRole", role), self._document_added))

    def _document_added(self, role: DocumentRole, document: Document) -> None:
        self.form.documents[role] = document
        self._problems.pop(role, None)
        self._step(1)

    @on(TouchArea.Touched, "#rows")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == self.current and event.name in ROLES:
            self._add_document(event.name)
        else:
            self._go_to(event.name)

    @on(TouchArea.Touched, "#choices")
    def _choice_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._choose(event.name)
        self._step(1)

    @property
    def has_typed(self) -> bool:
        """Until it is registered or held; what is searched for in a list may be the place itself."""
        searched = row_kind(self.current) == "choice" and bool(self.field.value.strip())
        return self.stage != "done" and (searched or self.form.is_begun)

    def leave(self) -> None:
        """From the summary back to the form; else away."""
        if self.stage == "check":
            self._turn("form")
        else:
            super().leave()

    def _turn(self, stage: Stage) -> None:
        self.stage = stage
        self.tell_nothing()
        self.heading.refresh()
        self.view.refresh()
        self.write()
        self.refresh(layout=True)

    def _check(self) -> None:
        if not self.busy:
            self.busy = True
            self.start(self._check_form(), group="check", exclusive=False)

    async def _check_form(self) -> None:
        try:
            found = await self.ask(self.kiosk.station.water.applications.check, self.form.kind, self.form.fields())
        finally:
            self.busy = False
        self.answered()
        self._problems = self.form.problems(found)
        wrong = next((name for name in self.form.rows if name in self._problems), None)
        if wrong is not None:
            self._go_to(wrong)
        else:
            self._turn("check")

    def _facts(self) -> list[Fact]:
        rows = (self._row(name) for name in self.form.rows)
        return [Fact(self.text(label_key(row.name)), row.value) for row in rows if row.value]

    def _send(self) -> None:
        fields, documents = self.form.fields(), self.form.handed_in()
        wanted = (self.form.kind, self.form.language, tuple(fields.items()), documents)
        self.busy = True
        self.start(self._apply(self._key.of(wanted), fields, documents), group="apply", exclusive=False)

    async def _apply(self, key: str, fields: dict[str, str], documents: tuple[tuple[DocumentRole, str], ...]) -> None:
        try:
            self.outcome = await self.ask(
                self.kiosk.station.water.applications.apply,
                key,
                self.form.kind,
                fields,
                documents,
                source="counter",
                language=self.form.language,
                staff=self.staff,
                wait_for_payment=True,
            )
        except Unavailable:
            raise
        except BadRequest as bad:
            self._turn("form")
            name = self.form.row_of(bad.field)
            self._problems[name] = problem_key(bad)
            self._go_to(name)
        except Refusal as refusal:
            if not isinstance(refusal, RegistryAway):
                self._key.forget()
            self.note.say(partial(refused_words, self.kiosk, refusal), "warning", align="left")
        else:
            self.answered()
            self._turn("done")
            if isinstance(self.outcome, Registered):
                self._print()
        finally:
            self.busy = False

    async def _take_cash(self) -> None:
        """The debt that holds it: paid here it goes on by itself."""
        from screens.counter.water.cash import cash_screen

        try:
            cash = await cash_screen(self, "".join(filter(str.isdigit, self.form.typed.get("subscriber", ""))))
        except RegistryAway:
            self.tell("registry.away", "warning")
            return
        self.kiosk.call_later(self.kiosk.switch_screen, cash)

    def _print(self) -> None:
        """The number, as the kiosk prints it; in the applicant's language."""
        outcome, station = self.outcome, self.kiosk.station
        if not isinstance(outcome, Registered) or not self._slips.there:
            return
        language = self.form.language
        page = registered_page(language, outcome)
        self._slips.print(lambda: station.print_page("print_application", page, language))
