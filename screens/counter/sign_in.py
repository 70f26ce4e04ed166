"""The counter's first screen: an operator signs in with name and password, or with card and PIN (C3, C6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.timer import Timer

from kiosk.clock import in_baku, to_instant
from kiosk.errors import NotFound, SlowDown, Unavailable
from screens.base import Placed
from screens.citizen.card_words import Told
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.key_bar import Key
from screens.counter.line import SecretField
from screens.messages import CardSeen, Scanned, StationReady
from screens.widgets import field
from screens.widgets.buttons import Button
from screens.widgets.field import Field
from screens.widgets.question import Question
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn, TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.station import Station

_WIDTH: Final = 60
_FRAMED: Final = 2
"""In more rows the example's box has room for a frame, where a theme draws one."""


class ExampleSignIn(Drawn):
    """The example operator's name and password, marked NÜMUNƏ; shown with example data only (K7)."""

    def __init__(self) -> None:
        super().__init__(id="example")

    def draw(self, sheet: Sheet) -> None:
        """On the warning ground."""
        # Here, not at the head: this drags the database in, which the first frame does not wait for.
        from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD

        words = self.text("staff.example", user_name=OPERATOR_NAME, password=OPERATOR_PASSWORD)
        if sheet.height > _FRAMED:
            sheet.area(0, 0, sheet.width, sheet.height, "held-ground")
        else:
            sheet.fill(0, 0, sheet.width, sheet.height, "held-ground")  # a frame would run through the words
        sheet.fill(0, 0, 1, sheet.height, "held")
        # The smallest terminal has one row left for it.
        lines = words.split("\n") if sheet.height > 1 else [words.replace("\n", " · ")]
        for row, line in enumerate(lines, (sheet.height - len(lines)) // 2):
            sheet.put(3, row, sheet.width - 4, line, "held-ink", bold=True)


class SignInScreen(CounterScreen):
    """Name, password, one button. What was typed goes when nobody signs in for `[face] idle_seconds`."""

    def __init__(self) -> None:
        super().__init__()
        self.question = Question(lambda: self._words()[0], lambda: self._words()[1])
        self.user_name = Field("user-name", "staff.name", longest=40)
        self.password = SecretField("password", "staff.password", longest=200)
        self.main = Button("main", "main")
        self.example = ExampleSignIn()
        self._fields = (self.user_name, self.password)
        self._asking = False
        self._forget: Timer | None = None
        self._next: Told | None = None
        """What is said once this screen is on top again."""
        self._asked_for: int | None = None
        """The insertion whose PIN was asked for: it is not asked for again by itself."""

    def _words(self) -> Sequence[str]:
        return self.text("staff.title").split("\n")

    def compose(self) -> ComposeResult:
        """Fields and button first: so Tab goes round them."""
        yield self.user_name
        yield self.password
        yield self.main
        yield self.question
        yield self.example
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column in the middle; the example's box, where there is one, below the button."""
        frame = self.frame
        width = min(_WIDTH, size.width - 2 * frame.left)
        x = (size.width - width) // 2
        gap = 0 if frame.compact else 1
        shows_example = self.kiosk.settings.example.data and self.kiosk.is_ready
        example_rows = 2 if frame.compact else 4
        rows = 2 + 1 + 2 * field.HEIGHT + gap + 3 + 1 + 3 + gap + example_rows
        y = max(frame.top.bottom + 1, (frame.top.bottom + frame.keys.y - rows) // 2)
        # The smallest terminal lacks one row: the note then follows the button.
        over_note = 1 if y + rows <= frame.keys.y else 0
        for widget, free, height in (
            (self.question, 1, 2),
            (self.user_name, gap, field.HEIGHT),
            (self.password, 0, field.HEIGHT),
            (self.main, over_note, 3),
            (self.note, gap, 3),
            (self.example, 0, example_rows if shows_example else 0),
        ):
            yield widget, Region(x, y, width, min(height, max(0, frame.keys.y - y)))
            y += height + free
        for placed, region in super().places(size):
            if placed is not self.note:
                yield placed, region

    def write(self) -> None:
        """The button."""
        self.main.label = self.text("button.sign_in")

    def keys_now(self) -> Sequence[Key]:
        """Tab, Enter, Escape, the language."""
        return (
            Key("next", "Tab", "keyboard.next"),
            Key("sign_in", "Enter", "button.sign_in"),
            Key("clear", "Esc", "button.clear"),
            LANGUAGE_KEY,
        )

    def on_mount(self) -> None:
        """The name has the caret."""
        self.write()
        self.set_focus(self.user_name, scroll_visible=False)

    def on_screen_resume(self) -> None:
        """Somebody signed out, or was signed out."""
        self.clear()
        told, self._next = self._next, None
        if told is not None:
            self.say(told)

    def say(self, told: Told) -> None:
        """Say a message in the note."""
        self.note.say(lambda: told.words(self.text), told.kind, align="left")

    def say_when_back(self, told: Told) -> None:
        """Say it once this screen is on top again."""
        self._next = told

    def tell_nothing(self) -> None:
        """In place of a message: that a card does it too, where there is a reader."""
        sight = self.kiosk.sight
        if sight is not None and sight.state == "waiting":
            self.note.say(lambda: self.text("staff.card_hint"), align="left")
        else:
            super().tell_nothing()

    @on(CardSeen)
    def _card_seen(self) -> None:
        """A card that was read asks for its PIN by itself, once.

        Not while a name or password is being typed: what follows of it, with its Enter, would be sent as a PIN.
        """
        app = self.kiosk
        sight, card = app.sight, app.card
        is_free = not self._asking and not any(entry.value for entry in self._fields)
        if sight is not None and sight.state == "ready" and card is not None and is_free:
            if card.insertion != self._asked_for and self.is_current:
                self._asked_for = card.insertion
                from screens.counter.card_sign_in import sign_in_by_card

                app.start_errand(lambda: sign_in_by_card(app, self, card))
        elif self.note.told_kind == "plain":
            self.tell_nothing()

    @on(StationReady)
    def _station_ready(self) -> None:
        self.answered()
        self.refresh(layout=True)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The caret is where the focus is."""
        for entry in self._fields:
            entry.current = entry is self.focused
        event.stop()

    def update_ring(self) -> None:
        """No ring around a field: its caret, bar and label say where typing goes."""
        if isinstance(self.focused, Field):
            self.ring_around(None)
        else:
            super().update_ring()

    def on_key(self, event: events.Key) -> None:
        """What no field took: Enter on the button is its own, Escape clears; other keys are typed into a field."""
        if event.key == "escape":
            event.stop()
            self.clear()
        elif event.is_printable and event.character and not isinstance(self.focused, Field):
            event.stop()
            entry = self.password if self.user_name.value else self.user_name
            self.set_focus(entry, scroll_visible=False)
            entry.take(event)

    def do_key(self, name: str) -> None:
        """The caps at the foot."""
        match name:
            case "next":
                self.focus_next()
            case "sign_in":
                self.sign_in()
            case "clear":
                self.clear()
            case _:
                super().do_key(name)

    def clear(self) -> None:
        """Forget what was typed."""
        if self._asking:
            return
        for entry in self._fields:
            entry.value = ""
            entry.problem = None
        self.tell_nothing()
        self.set_focus(self.user_name, scroll_visible=False)
        self._card_seen()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        event.field.problem = None
        if self._forget is not None:
            self._forget.stop()
            self._forget = None
        if any(entry.value for entry in self._fields):
            self._forget = self.set_timer(self.kiosk.settings.face.idle_seconds, self.clear)
        else:
            self._card_seen()

    @on(Field.Submitted, "#user-name")
    def _name_typed(self, event: Field.Submitted) -> None:
        event.stop()
        self.set_focus(self.password, scroll_visible=False)

    @on(Field.Submitted, "#password")
    def _password_typed(self, event: Field.Submitted) -> None:
        event.stop()
        self.sign_in()

    @on(TouchArea.Touched, "#main")
    def _main_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.sign_in()

    @on(Scanned)
    def _scanned(self) -> None:
        self.tell("staff.sign_in_first", "warning")

    def sign_in(self) -> None:
        """Ask for the pair, once at a time; an empty field is told at the field."""
        if self._asking:
            return
        empty = [entry for entry in self._fields if not entry.value]
        for entry in empty:
            entry.problem = "field.short.empty"
        if empty:
            self.set_focus(empty[0], scroll_visible=False)
            return
        self._asking = True
        self.main.usable = False
        self.tell_nothing()
        self.start(self._sign_in(self.user_name.value, self.password.value), group="sign_in", exclusive=False)

    async def _sign_in(self, user_name: str, password: str) -> None:
        try:
            station = await self._station()
            member = await self.ask(station.staff.sign_in, user_name, password)
        except NotFound:
            self._refused("staff.wrong")
        except SlowDown as refusal:
            self._refused("staff.slow_down", time=to_the_second(refusal.retry_at))
        except Unavailable:
            self.on_unavailable()
        else:
            self._open_workplace(member)
        finally:
            self._asking = False
            self.main.usable = True

    async def _station(self) -> Station:
        """The station; while it is not there yet, the note says to wait, then that the database is away."""
        if self.kiosk.is_ready:
            return self.kiosk.station
        self.show_waiting(True)
        try:
            return await self.kiosk.ready()
        finally:
            self.show_waiting(False)
            self.tell_nothing()

    def _refused(self, key: str, **values: object) -> None:
        """The name stays, the password goes."""
        self.answered()
        self.password.value = ""
        self.set_focus(self.password, scroll_visible=False)
        self.tell(key, "error", **values)

    def _open_workplace(self, member: StaffMember) -> None:
        from screens.counter.workplace import WorkplaceScreen

        self.answered()
        for entry in self._fields:
            entry.value = ""
        self.kiosk.push_screen(WorkplaceScreen(member, self.kiosk.settings))


def to_the_second(moment: datetime) -> str:
    """HH:MM:SS on the centres' wall clocks, a begun second counted whole: the first wait is half a minute."""
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return f"{in_baku(to_instant(moment)):%H:%M:%S}"
