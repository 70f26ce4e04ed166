"""What both of the counter's screens have: the header, the note, the keys at the foot, and how they tell things."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.timer import Timer

from kiosk.errors import NotAllowed, Unavailable
from kiosk.names import LANGUAGES, Language
from screens.base import KioskScreen, Placed
from screens.counter.frame import CounterFrame
from screens.counter.key_bar import Key, KeyBar
from screens.counter.top_bar import TopBar
from screens.lockdown import log_crash
from screens.messages import MinuteTurned
from screens.widgets.note import Note, NoteKind
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember

LANGUAGE_KEY: Final = Key("language", "Shift+F1", "counter.key.language")
AWAY_AFTER: Final = 3.0
"""Seconds that an answer may be waited for, after the note began to say so, until the database is called away."""
_LANGUAGE_KEYS: Final = frozenset({"shift+f1", "f13"})
"""The same key: terminals without the kitty protocol tell it as F13."""


class CounterScreen(KioskScreen):
    """The skeleton. Keys have names; a cap that is touched does the same as its key (`do_key`)."""

    def __init__(self, member: StaffMember | None = None) -> None:
        super().__init__()
        self.top_bar = TopBar(member)
        self.note = Note()
        self.key_bar = KeyBar(self.keys_now)
        self._away: Timer | None = None

    @property
    def frame(self) -> CounterFrame:
        """The geometry for the terminal's size."""
        return CounterFrame.of(self.app.size)

    def compose(self) -> ComposeResult:
        """The skeleton's widgets, after the screen's own."""
        yield self.note
        yield self.top_bar
        yield self.key_bar

    def places(self, size: Size) -> Placed:
        """The skeleton's cells."""
        yield from super().places(size)
        frame = self.frame
        yield self.top_bar, frame.top
        yield self.note, frame.note
        yield self.key_bar, frame.keys

    def keys_now(self) -> Sequence[Key]:
        """The keys that do something now."""
        return (LANGUAGE_KEY,)

    def do_key(self, name: str) -> None:
        """Do what the key of that name does."""
        if name == "language":
            place = LANGUAGES.index(self.kiosk.language)
            self.kiosk.set_language(LANGUAGES[(place + 1) % len(LANGUAGES)])

    def on_key(self, event: events.Key) -> None:
        """The language; subclasses have their own `on_key` beside this one."""
        if event.key in _LANGUAGE_KEYS:
            event.stop()
            self.do_key("language")

    @on(TouchArea.Touched, "#keys")
    def _cap_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(TouchArea.Touched, "#top")
    def _language_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.set_language(cast(Language, event.name))

    @on(MinuteTurned)
    def _minute_turned(self) -> None:
        self.top_bar.refresh()

    def tell(self, key: str, kind: NoteKind = "plain", **values: object) -> None:
        """Say a message of the catalogue in the note."""
        self.note.say(lambda: self.text(key, **values), kind, align="left")

    def tell_nothing(self) -> None:
        """Empty the note."""
        self.note.say(None)

    def show_waiting(self, waiting: bool) -> None:
        """In the note; a wait that goes on is called what it is for whoever waits: the database is away."""
        self.note.wait(waiting)
        if self._away is not None:
            self._away.stop()
            self._away = None
        if waiting:
            self._away = self.set_timer(AWAY_AFTER, self._still_waiting)

    def _still_waiting(self) -> None:
        self.note.wait(False)
        self.on_unavailable()

    def on_unavailable(self) -> None:
        """Say so in the note and in the header; everything typed stays."""
        self.top_bar.connected = False
        self.tell("database.away", "warning")

    def start(self, work: Coroutine[Any, Any, None], *, group: str, exclusive: bool = True) -> None:
        """Run a coroutine that calls the station; a fault in it is told in words and logged, never passed over."""
        super().start(self._with_faults_told(work), group=group, exclusive=exclusive)

    async def _with_faults_told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Unavailable:
            raise
        except NotAllowed:
            self.tell("counter.no.right", "warning")
        except Exception as error:
            log_crash(error)
            self.tell("error.unexpected", "error")

    def unlocked(self, insertion: int | None) -> None:
        """The operator showed who they are again: by that card, or by their password (None)."""

    def answered(self) -> None:
        """The database answered: the header says so."""
        self.top_bar.connected = True
