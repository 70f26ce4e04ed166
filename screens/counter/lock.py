"""The locked workplace (C6): everything stays as it was, unseen, until whoever works here shows who they are again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.screen import Screen

from kiosk.errors import NotFound, SlowDown
from screens.base import KioskScreen, Placed
from screens.citizen.card_words import Told
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.further import key_of
from screens.counter.key_bar import Key
from screens.counter.line import SecretField
from screens.counter.sign_in import to_the_second
from screens.messages import CardSeen, Scanned
from screens.widgets import field
from screens.widgets.buttons import Button
from screens.widgets.field import Field
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from screens.app import KioskApp

_WIDTH: Final = 60
_SIGN_OUT_KEYS: Final = frozenset({"shift+f12", "f24"})


class LockScreen(CounterScreen):
    """Stands over all of the operator's screens. It asks for the password of that very operator, or for their card."""

    idle_seconds = float("inf")

    def __init__(self, member: StaffMember) -> None:
        super().__init__(member)
        self.member = member
        self.question = Question(lambda: self._words(0), lambda: self._words(1))
        self.password = SecretField("password", "staff.password", longest=200)
        self.password.current = True
        self.main = Button("main", "main")
        self._asking = False
        self._asked_for: int | None = None
        """The insertion whose PIN was asked for: it is not asked for again by itself."""
        self._leaves = False
        """Whether signing out was asked for once, and what it costs was said."""

    def _words(self, line: int) -> str:
        return self.text("counter.lock.title", name=self.member.display_name).split("\n")[line]

    def compose(self) -> ComposeResult:
        """The field and its button."""
        yield self.password
        yield self.main
        yield self.question
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column in the middle."""
        frame = self.frame
        width = min(_WIDTH, size.width - 2 * frame.left)
        x = (size.width - width) // 2
        gap = 0 if frame.compact else 1
        rows = 2 + 1 + field.HEIGHT + gap + 3 + 1 + 3
        y = max(frame.top.bottom + 1, (frame.top.bottom + frame.keys.y - rows) // 2)
        for widget, height, free in (
            (self.question, 2, 1),
            (self.password, field.HEIGHT, gap),
            (self.main, 3, 1),
            (self.note, 3, 0),
        ):
            yield widget, Region(x, y, width, height)
            y += height + free
        for placed, region in super().places(size):
            if placed is not self.note:
                yield placed, region

    def write(self) -> None:
        """The button."""
        self.main.label = self.text("button.unlock")

    def keys_now(self) -> Sequence[Key]:
        """Enter unlocks; the others sign this operator out, or change the language."""
        return (
            Key("unlock", "Enter", "button.unlock"),
            Key("clear", "Esc", "button.clear"),
            LANGUAGE_KEY,
            key_of("sign_out"),
        )

    def on_mount(self) -> None:
        """The caret is in the field."""
        self.write()
        self.set_focus(self.password, scroll_visible=False)
        self.tell_nothing()

    def update_ring(self) -> None:
        """No ring around the field: its caret says where typing goes."""
        if isinstance(self.focused, Field):
            self.ring_around(None)
        else:
            super().update_ring()

    def say(self, told: Told) -> None:
        """Say a message in the note."""
        self.note.say(lambda: told.words(self.text), told.kind, align="left")

    def tell_nothing(self) -> None:
        """In place of a message: that a card does it too, where there is a reader."""
        sight = self.kiosk.sight
        if sight is not None and sight.state in ("waiting", "ready"):
            self.note.say(lambda: self.text("counter.lock.card_hint"), align="left")
        else:
            super().tell_nothing()

    @on(CardSeen)
    def _card_seen(self) -> None:
        """A card that was put in asks for its PIN by itself, once; not while a password is being typed."""
        app = self.kiosk
        sight, card = app.sight, app.card
        if self._asking or self.password.value or sight is None or sight.state != "ready" or card is None:
            return
        if card.insertion != self._asked_for and self.is_current:
            self._asked_for = card.insertion
            from screens.counter.card_sign_in import unlock_by_card

            app.run_worker(unlock_by_card(app, self, card), group="unlock", exclusive=True, exit_on_error=False)

    @on(Scanned)
    def _scanned(self) -> None:
        self.tell("counter.lock.first", "warning")

    def on_key(self, event: events.Key) -> None:
        """Escape clears; letters are typed wherever the focus is; signing out is asked for twice."""
        if event.key == "escape":
            event.stop()
            self.clear()
        elif event.key in _SIGN_OUT_KEYS:
            event.stop()
            self.do_key("sign_out")
        elif event.is_printable and event.character and self.focused is not self.password:
            event.stop()
            self.set_focus(self.password, scroll_visible=False)
            self.password.take(event)

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        match name:
            case "unlock":
                self.unlock()
            case "clear":
                self.clear()
            case "sign_out":
                if self._leaves:
                    self.kiosk.end_visit()
                else:
                    self._leaves = True
                    self.tell("counter.lock.leaves", "warning")
            case _:
                super().do_key(name)

    def clear(self) -> None:
        """Forget what was typed."""
        if not self._asking:
            self.password.value = ""
            self.password.problem = None
            self._leaves = False
            self.tell_nothing()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.password.problem = None
        self._leaves = False

    @on(Field.Submitted)
    def _submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.unlock()

    @on(TouchArea.Touched, "#main")
    def _main_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.unlock()

    def unlock(self) -> None:
        """Ask whether the password is this operator's, once at a time."""
        if self._asking:
            return
        if not self.password.value:
            self.password.problem = "field.short.empty"
            return
        self._asking = True
        self.main.usable = False
        self.tell_nothing()
        self.start(self._unlock(self.password.value), group="unlock_password", exclusive=False)

    async def _unlock(self, password: str) -> None:
        try:
            await self.ask(self.kiosk.station.staff.sign_in, self.member.name, password)
        except NotFound:
            self._refused("counter.lock.wrong")
        except SlowDown as refusal:
            self._refused("staff.slow_down", time=to_the_second(refusal.retry_at))
        else:
            self.open()
        finally:
            self._asking = False
            self.main.usable = True

    def _refused(self, key: str, **values: object) -> None:
        self.answered()
        self.password.value = ""
        self.tell(key, "error", **values)

    def open(self, insertion: int | None = None) -> None:
        """Back to where the operator was; `insertion` is the card by which they are here now (None: a password)."""
        self.password.value = ""
        app = self.kiosk
        for screen in app.screen_stack:
            if isinstance(screen, CounterScreen):
                screen.unlocked(insertion)
        if app.screen is self:
            app.pop_screen()


async def lock_workplace(app: KioskApp) -> bool:
    """Lock the workplace that is open, with all that stands over it; whether one is.

    Where it is locked already, what somebody began over the lock (a PIN) goes, and the lock stays.
    """
    from screens.counter.workplace import WorkplaceScreen

    member = next((screen.member for screen in app.screen_stack if isinstance(screen, WorkplaceScreen)), None)
    if member is None:
        return False
    is_locked = any(isinstance(screen, LockScreen) for screen in app.screen_stack)
    app.workers.cancel_group(app, "unlock")
    while _is_panel(app.screen) or (is_locked and not isinstance(app.screen, LockScreen)):
        await app.pop_screen()
    if not is_locked:
        await app.push_screen(LockScreen(member))
    return True


def _is_panel(screen: Screen[Any]) -> bool:
    return isinstance(screen, KioskScreen) and screen.IS_PANEL
