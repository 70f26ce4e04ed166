"""An administrator enrols a staff member's card, and withdraws a lost one (C6).

Whose cards are listed follows the name that is typed; a touch on one asks once whether it is to be withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.errors import NotFound
from kiosk.identity.card_facts import CardError, CardFacts
from kiosk.identity.refused import SignInRefused, WrongRole
from screens.base import Placed
from screens.citizen.card_words import Told, holder_name, sight_told
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.card_list import MORE, StaffCardList
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
    from kiosk.identity.staff_cards import StaffCard

_WIDTH: Final = 60
_IDLE_SECONDS: Final = 60.0
"""Nobody's card may stand for whoever signed in here: an untouched screen is left much sooner than the workplace."""


class EnrolScreen(CounterScreen):
    """Stands over the workplace; Escape leads back there.

    While it is open, whoever signed in by card may take that card out, to put in the one that is enrolled.
    """

    def __init__(self, member: StaffMember) -> None:
        super().__init__(member)
        self.member = member
        self.question = Question(lambda: self._words()[0], self._help_words)
        self.user_name = Field("user-name", "staff.name", longest=40)
        self.user_name.current = True
        self.card_line = Words(self._card_words, "ink", bold=True, id="card-line")
        self.main = Button("main", "main")
        self.cards = StaffCardList()
        self.consequence = Words(lambda: self._words()[1], "ink", id="consequence")
        self.keep = Button("keep")
        self.withdraw = Button("withdraw", "main")
        self.withdrawing: StaffCard | None = None
        """The card of which it is asked whether it is to be withdrawn."""
        self._holder = ""
        """Whose card that is; the list may be another's by then."""
        self._asking = False

    def _words(self) -> Sequence[str]:
        if self.withdrawing is None:
            return self.text("enrol.title").split("\n")
        return self.text("enrol.withdraw_title", card=self.withdrawing.label, name=self._holder).split("\n")

    def _help_words(self) -> str:
        return self._words()[1] if self.withdrawing is None else ""

    def _card_words(self) -> str:
        card = self.kiosk.card
        if card is None:
            sight = self.kiosk.sight
            told = sight_told(sight) if sight is not None else Told("reader.unavailable")
            return told.words(self.text) if told is not None else self.text("enrol.insert")
        name = holder_name(card.holder) if card.holder is not None else ""
        return f"■ {self.text('enrol.card')}  {name or self.text('card.inserted')}"

    def compose(self) -> ComposeResult:
        """What can be touched first, in the order of Tab."""
        yield self.user_name
        yield self.main
        yield self.cards
        yield self.keep
        yield self.withdraw
        yield self.question
        yield self.consequence
        yield self.card_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column in the middle: the form with the list below it, or the one question."""
        frame = self.frame
        width = min(_WIDTH, size.width - 2 * frame.left)
        x = (size.width - width) // 2
        y = frame.top.bottom + 1
        gap = 0 if frame.compact else 1
        if self.withdrawing is not None:
            half = (width - 2) // 2
            yield self.question, Region(x, y, width, 1)
            yield self.consequence, Region(x + 2, y + 1, width - 2, 3)
            yield self.keep, Region(x, y + 5, half, 3)
            yield self.withdraw, Region(x + half + 2, y + 5, width - half - 2, 3)
            yield self.note, Region(x, y + 9, width, 3)
        else:
            for widget, height in (
                (self.question, 2),
                (self.user_name, field.HEIGHT),
                (self.card_line, 3),
                (self.main, 3),
                (self.note, 3),
            ):
                yield widget, Region(x, y, width, min(height, max(0, frame.keys.y - y)))
                y += height + gap
            yield self.cards, Region(x, y, width, max(0, frame.keys.y - y - gap))
        for placed, region in super().places(size):
            if placed is not self.note:
                yield placed, region

    def write(self) -> None:
        """The buttons."""
        self.main.label = self.text("enrol.do")
        self.keep.label = self.text("enrol.keep")
        self.withdraw.label = self.text("enrol.withdraw")

    def keys_now(self) -> Sequence[Key]:
        """Enter enrols, Escape leads back; in the question Escape keeps the card."""
        if self.withdrawing is not None:
            return (Key("next", "Tab", "keyboard.next"), Key("back", "Esc", "enrol.keep"), LANGUAGE_KEY)
        lock = Key("lock", "F12", "counter.key.lock")
        return (Key("enrol", "Enter", "enrol.do"), Key("back", "Esc", "button.back"), LANGUAGE_KEY, lock)

    def on_mount(self) -> None:
        """The name has the caret. While one's own card may be out, the workplace locks itself soon."""
        self.idle_seconds = min(_IDLE_SECONDS, float(self.kiosk.settings.counter.idle_seconds))
        self.write()
        self.answered()
        self.set_focus(self.user_name, scroll_visible=False)

    def on_key(self, event: events.Key) -> None:
        """Escape leads back; F12 locks as on the workplace."""
        if event.key in ("escape", "f12"):
            event.stop()
            self.do_key("back" if event.key == "escape" else "lock")

    def do_key(self, name: str) -> None:
        """The caps at the foot."""
        if name == "enrol":
            self.enrol()
        elif name == "next":
            self.focus_next()
        elif name == "lock":
            from screens.counter.lock import LockScreen

            self.kiosk.push_screen(LockScreen(self.member))
        elif name == "back":
            if self._asking:
                return
            if self.withdrawing is not None:
                self._ask_nothing()
            else:
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
        # An emptied field leaves the list: it still says whose it is, and what was just done to it.
        if name := event.field.value.strip():
            self.start(self._look(name), group="cards")

    async def _look(self, name: str) -> None:
        """Show the enrolled cards of the staff member of that name, if there is one."""
        try:
            cards = await self.ask(self.kiosk.station.staff_cards.of, name)
        except NotFound:
            self.cards.show_cards("", ())
        else:
            self.answered()
            self.cards.show_cards(name, [card for card in cards if card.withdrawn_at is None])

    @on(TouchArea.Touched, "#cards")
    def _card_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == MORE:
            self.cards.turn_on()
        elif not self._asking:
            self._ask_about(self.cards.card(event.name))

    def _ask_about(self, card: StaffCard | None) -> None:
        """Ask whether it is to be withdrawn; a stray Enter keeps it."""
        if card is not None:
            self.withdrawing, self._holder = card, self.cards.holder
            self.tell_nothing()
            self._place_anew(self.keep)

    def _ask_nothing(self) -> None:
        self.withdrawing = None
        self.tell_nothing()
        self._place_anew(self.user_name)

    def _place_anew(self, focus: Widget) -> None:
        self.question.refresh()
        self.consequence.refresh()
        self.key_bar.refresh()
        self.refresh(layout=True)
        self.call_after_refresh(self.set_focus, focus, scroll_visible=False)

    @on(TouchArea.Touched, "#keep")
    def _keep_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key("back")

    @on(TouchArea.Touched, "#withdraw")
    def _withdraw_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if self.withdrawing is not None and not self._asking:
            self._asking = True
            self.withdraw.usable = False
            self.start(self._withdraw(self.withdrawing, self._holder), group="enrol", exclusive=False)

    async def _withdraw(self, card: StaffCard, name: str) -> None:
        try:
            await self.ask(self.kiosk.station.staff_cards.withdraw, self.member, card.id)
        except NotFound:
            self._ask_nothing()
            self.tell("enrol.gone", "warning")
        except WrongRole:
            self.tell("staff.wrong_role", "error")
            return
        else:
            self._ask_nothing()
            self.tell("enrol.withdrawn", name=name)
        finally:
            self._asking = False
            self.withdraw.usable = True
        await self._look(name)

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
        if self._asking or self.withdrawing is not None:
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
            await self._look(name)
        finally:
            self._asking = False
            self.main.usable = True
