"""What every screen of maintenance mode has: yellow header, note, keys at the foot, and its end by itself (M1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.names import LANGUAGES, Language
from screens.maintenance.duty import Duty
from screens.maintenance.foot import Foot, FootKey
from screens.maintenance.frame import MaintenanceFrame
from screens.maintenance.top import MaintenanceTop
from screens.messages import CardSeen
from screens.screen import KioskScreen, Placed
from screens.widgets.note import Note, NoteKind
from screens.widgets.touch_area import TouchArea

_LANGUAGE_KEYS: Final = frozenset({"shift+f1", "f13"})
"""The same key: terminals without the kitty protocol tell it as F13."""
_FUNCTION_KEYS: Final = frozenset(f"f{number}" for number in range(1, 13))


class MaintenanceScreen(KioskScreen):
    """The skeleton. A cap that is touched does the same as its key (`do_key`)."""

    def __init__(self, duty: Duty | None) -> None:
        super().__init__()
        self.duty = duty
        self.top = MaintenanceTop(self._who, self._seconds_left)
        self.note = Note()
        self.foot = Foot(self.keys_now)

    def _who(self) -> str:
        return self.duty.member.display_name if self.duty is not None else ""

    def _seconds_left(self) -> float | None:
        return self.kiosk.idle_limit() - self.kiosk.quiet_seconds

    @property
    def frame(self) -> MaintenanceFrame:
        """The geometry for the terminal's size."""
        return MaintenanceFrame.of(self.app.size)

    def compose(self) -> ComposeResult:
        """The skeleton's widgets, after the screen's own."""
        yield self.foot
        yield self.note
        yield self.top

    def places(self, size: Size) -> Placed:
        """The skeleton's cells."""
        yield from super().places(size)
        frame = self.frame
        yield self.top, frame.top
        yield self.note, frame.note
        yield self.foot, frame.foot

    def on_mount(self) -> None:
        """The header's clock shows seconds here; the idle time is maintenance's own."""
        self.idle_seconds = self.longest_quiet()
        self.set_interval(1.0, self.second_turned)

    def longest_quiet(self) -> float:
        """After how many seconds without a touch the mode ends by itself."""
        return float(self.kiosk.settings.maintenance.idle_seconds)

    def second_turned(self) -> None:
        """Another second."""
        if self.is_current:
            self.top.refresh()

    def keys_now(self) -> Sequence[FootKey]:
        """The keys that do something now."""
        return (self.back_key(),)

    def key(self, name: str, cap: str, words: str, *, main: bool = False, usable: bool = True) -> FootKey:
        """A key of the foot: what it does is a message key."""
        return FootKey(name, cap.lower(), cap, lambda: self.text(words), main, usable)

    def back_key(self) -> FootKey:
        """One screen back."""
        return FootKey("back", "f10", "F10", lambda: f"◀ {self.text('button.back')}", True)

    def do_key(self, name: str) -> None:
        """Do what the key of that name does."""
        if name == "back":
            self.go_back()

    def go_back(self) -> None:
        """Close this screen."""
        if self.is_current:
            self.app.pop_screen()

    def on_key(self, event: events.Key) -> None:
        """The keys of the foot, Escape for the way back, and the language; no function key goes further than here."""
        if event.key in _LANGUAGE_KEYS:
            event.stop()
            place = LANGUAGES.index(self.kiosk.language)
            self.kiosk.set_language(LANGUAGES[(place + 1) % len(LANGUAGES)])
        elif event.key == "escape":
            event.stop()
            self.go_back()
        elif (found := next((key for key in self.keys_now() if key.key == event.key), None)) is not None:
            event.stop()
            self.do_key(found.name)
        elif event.key in _FUNCTION_KEYS:
            event.stop()

    @on(TouchArea.Touched, "#foot")
    def _cap_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(TouchArea.Touched, "#top")
    def _language_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.set_language(cast(Language, event.name))

    @on(CardSeen)
    def _card_seen(self, event: CardSeen) -> None:
        """The technician's own card may be taken out, to read others: the mode stays, and says so."""
        duty = self.duty
        if duty is not None and duty.insertion is not None and event.sight.insertion != duty.insertion:
            duty.insertion = None
            self.tell("maintenance.card_out")

    def tell(self, key: str, kind: NoteKind = "plain", **values: object) -> None:
        """Say a message of the catalogue in the note."""
        self.tell_words(lambda: self.text(key, **values), kind)

    def tell_words(self, words: Callable[[], str] | None, kind: NoteKind = "plain") -> None:
        """Say in the note what the function gives, each time it is drawn (None: nothing)."""
        self.note.say(words, kind, align="left")

    def show_waiting(self, waiting: bool) -> None:
        """In the note."""
        self.note.wait(waiting)

    def on_unavailable(self) -> None:
        """In the note."""
        self.tell("database.away", "warning")

    def on_unexpected(self) -> None:
        """In the note; the log tells where."""
        self.tell("maintenance.unexpected", "error")
