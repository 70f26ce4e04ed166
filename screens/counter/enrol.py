"""An administrator enrols a staff member's card: the member's name, the card in the reader, one key (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import NotFound
from kiosk.identity.card_facts import CardError, CardFacts
from kiosk.identity.refused import SignInRefused
from screens.base import Placed
from screens.citizen.card_words import Told, holder_name, sight_told
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.card_sign_in import refused_told
from screens.counter.key_bar import Key
from screens.messages import CardSeen
from screens.widgets import field
from screens.widgets.buttons import Button
from screens.widgets.field import Field
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember

_WIDTH: Final = 60


class EnrolScreen(CounterScreen):
    """Stands over the workplace; Escape leads back there.

    While it is open, whoever signed in by card may take that card out, to put in the one that is enrolled.
    """

    def __init__(self, member: StaffMember) -> None:
        super().__init__(member)
        self.member = member
        self.question = Question(lambda: self._words()[0], lambda: self._words()[1])
        self.user_name = Field("user-name", "staff.name", longest=40)
        self.user_name.current = True
        self.card_line = Words(self._card_words, "ink", bold=True, id="card-line")
        self.main = Button("main", "main")
        self._asking = False

    def _words(self) -> Sequence[str]:
        return self.text("enrol.title").split("\n")

    def _card_words(self) -> str:
        card = self.kiosk.card
        if card is None:
            sight = self.kiosk.sight
            told = sight_told(sight) if sight is not None else Told("reader.unavailable")
            return told.words(self.text) if told is not None else self.text("enrol.insert")
        name = holder_name(card.holder) if card.holder is not None else ""
        return f"■ {self.text('enrol.card')}  {name or self.text('card.inserted')}"

    def compose(self) -> ComposeResult:
        """The field and the button first."""
        yield self.user_name
        yield self.main
        yield self.question
        yield self.card_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column in the middle."""
        frame = self.frame
        width = min(_WIDTH, size.width - 2 * frame.left)
        x = (size.width - width) // 2
        y = frame.top.bottom + 1
        gap = 0 if frame.compact else 1
        for widget, height in (
            (self.question, 2),
            (self.user_name, field.HEIGHT),
            (self.card_line, 3),
            (self.main, 3),
            (self.note, 3),
        ):
            yield widget, Region(x, y, width, min(height, max(0, frame.keys.y - y)))
            y += height + gap
        for placed, region in super().places(size):
            if placed is not self.note:
                yield placed, region

    def write(self) -> None:
        """The button."""
        self.main.label = self.text("enrol.do")

    def keys_now(self) -> Sequence[Key]:
        """Enter enrols, Escape leads back."""
        return (Key("enrol", "Enter", "enrol.do"), Key("back", "Esc", "button.back"), LANGUAGE_KEY)

    def on_mount(self) -> None:
        """The name has the caret; an administrator's time is that of the workplace."""
        self.idle_seconds = float(self.kiosk.settings.counter.idle_seconds)
        self.write()
        self.answered()
        self.set_focus(self.user_name, scroll_visible=False)

    def on_key(self, event: events.Key) -> None:
        """Escape leads back."""
        if event.key == "escape":
            event.stop()
            self.do_key("back")

    def do_key(self, name: str) -> None:
        """The caps at the foot."""
        if name == "enrol":
            self.enrol()
        elif name == "back":
            if not self._asking:
                self.kiosk.pop_screen()
        else:
            super().do_key(name)

    @on(CardSeen)
    def _card_seen(self) -> None:
        self.card_line.refresh()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field.value:
            event.field.problem = None
            self.tell_nothing()

    @on(Field.Submitted)
    def _submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.enrol()

    @on(TouchArea.Touched, "#main")
    def _main_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.enrol()

    def enrol(self) -> None:
        """Enrol the card that is in the reader, once at a time."""
        card, name = self.kiosk.card, self.user_name.value.strip()
        if self._asking:
            return
        if not name:
            self.user_name.problem = "field.short.empty"
        elif card is None:
            self.tell("enrol.insert", "warning")
        else:
            self._asking = True
            self.main.usable = False
            self.start(self._enrol(name, card), group="enrol", exclusive=False)

    async def _enrol(self, name: str, card: CardFacts) -> None:
        try:
            await self.ask(self.kiosk.station.staff_cards.enrol, self.member, name, card.insertion)
        except NotFound:
            self.tell("enrol.unknown", "error", name=name)
        except (CardError, SignInRefused) as error:
            told = refused_told(error, card, self.text)
            self.note.say(lambda: told.words(self.text), told.kind, align="left")
        else:
            self.answered()
            self.user_name.value = ""
            self.tell("enrol.done", name=name)
        finally:
            self._asking = False
            self.main.usable = True
