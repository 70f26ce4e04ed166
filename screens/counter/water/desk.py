"""What every screen of the company's desk has in common: its keys, its way back, and whose card it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.css.query import QueryType
from textual.geometry import Size
from textual.timer import Timer
from textual.widget import Widget

from screens.base import Placed
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.card_sign_in import end_when_gone
from screens.counter.key_bar import Key
from screens.counter.water.frame import DeskFrame
from screens.messages import CardSeen, DatabaseChanged
from screens.widgets.field import Field

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember

RETRY_SECONDS: Final = 5.0
"""How long after the database was away what a screen shows is read again."""
BACK_KEY: Final = Key("back", "Esc", "button.back")
LOCK_KEY: Final = Key("lock", "F12", "counter.key.lock")
_EVERYWHERE: Final = {"f12": "lock", "shift+f12": "sign_out", "f24": "sign_out"}
"""Keys of every screen of an operator, as on the workplace."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works at the desk, and the insertion of the card that they signed in by (None: a password)."""

    member: StaffMember
    insertion: int | None = None


class DeskScreen(CounterScreen):
    """Stands over the workplace. Nothing here takes the focus: keys come to the screen, which hands on letters."""

    KEYS: ClassVar[Mapping[str, str]] = {}
    """What each key of this screen does, by the name that `do_key` knows."""

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator.member)
        self.operator = operator
        self.busy = False
        """Whether an act is under way: its answer belongs on this screen."""
        self._retry: Timer | None = None

    @property
    def staff(self) -> int:
        """The row id of who works here, for the audit."""
        return self.operator.member.id

    @property
    def desk_frame(self) -> DeskFrame:
        """The geometry for the terminal's size."""
        return DeskFrame.of(self.app.size)

    def places(self, size: Size) -> Placed:
        """Header and keys as on the workplace; the note over the whole width."""
        frame = self.desk_frame
        own = {"note": frame.note, "keys": frame.keys}
        for widget, region in super().places(size):
            yield widget, own.get(str(widget.id), region)

    def keys_here(self) -> Sequence[Key]:
        """The keys of this screen alone."""
        return ()

    def keys_now(self) -> Sequence[Key]:
        """Its own, and those that every screen of the desk has."""
        return (*self.keys_here(), BACK_KEY, LANGUAGE_KEY, LOCK_KEY)

    @on(events.Mount)
    def _opened(self) -> None:
        """Whoever opened this was just answered by the database."""
        self.idle_seconds = float(self.kiosk.settings.counter.idle_seconds)
        self.write()
        self.answered()

    @on(CardSeen)
    @on(events.ScreenResume)
    def _card_seen(self) -> None:
        end_when_gone(self.kiosk, self.operator.insertion)

    def unlocked(self, insertion: int | None) -> None:
        """The operator is here by another card now, or by a password."""
        self.operator = replace(self.operator, insertion=insertion)

    @on(events.ScreenResume)
    def _came_back(self) -> None:
        self.follow()

    @on(DatabaseChanged)
    def _database_changed(self) -> None:
        self.follow()

    def follow(self) -> None:
        """Something changed in the database: read again what is shown."""

    def focus_next(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Tab: the app has it for the focus, which is nowhere here."""
        if "tab" in self.KEYS:
            self.do_key(self.KEYS["tab"])
        return None

    def focus_previous(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Shift and Tab."""
        if "shift+tab" in self.KEYS:
            self.do_key(self.KEYS["shift+tab"])
        return None

    def typed_into(self) -> Field | None:
        """Where letters go now."""
        return None

    def on_key(self, event: events.Key) -> None:
        """A key of this screen, else a letter of what is typed."""
        key = "space" if event.key == "space" and "space" in self.KEYS else event.key
        if key in _EVERYWHERE:
            event.stop()
            self.do_key(_EVERYWHERE[key])
        elif key in self.KEYS:
            event.stop()
            event.prevent_default()
            self.do_key(self.KEYS[key])
        elif (field := self.typed_into()) is not None and field.take(event):
            event.stop()
            event.prevent_default()

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        if name == "lock":
            from screens.counter.lock import LockScreen

            self.kiosk.push_screen(LockScreen(self.operator.member))
        elif name == "sign_out":
            self._sign_out()
        elif name == "back":
            if not self.busy:
                self.leave()
        else:
            super().do_key(name)

    @property
    def has_typed(self) -> bool:
        """Whether something was typed here that is kept nowhere else."""
        return False

    def leave(self) -> None:
        """One step back; where something typed would go by it, only when that is said."""
        if self.has_typed:
            self._ask_first(self.kiosk.pop_screen)
        else:
            self.kiosk.pop_screen()

    def _sign_out(self) -> None:
        """End the visit; a form may lie under this screen. What is being sent is answered first."""
        if not any(isinstance(screen, DeskScreen) and screen.has_typed for screen in self.kiosk.screen_stack):
            self.kiosk.end_visit()
        elif not self.busy:
            self._ask_first(self.kiosk.end_visit)

    def _ask_first(self, discard: Callable[[], object]) -> None:
        from screens.counter.water.leave import LeaveScreen

        self.kiosk.push_screen(LeaveScreen(self.operator, discard))

    def on_unavailable(self) -> None:
        """Say so, and read again by itself after a while."""
        super().on_unavailable()
        if self._retry is not None:
            self._retry.stop()
        self._retry = self.set_timer(RETRY_SECONDS, self.follow)

    def read_again(self) -> None:
        """What was shown was read: the connection is there, and a note that it was not goes."""
        if self.top_bar.connected is False:
            self.tell_nothing()
        self.answered()
