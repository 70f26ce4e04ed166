"""The operator's workplace: a field that is always ready, the verdict, and what was presented so far (C1, C2, C3)."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.timer import Timer

from kiosk.errors import NotFound, Unavailable
from kiosk.language import plural
from screens.base import Placed
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.card_sign_in import audit_sign_out, end_when_gone
from screens.counter.code_line import CodeLine
from screens.counter.enrol import EnrolScreen
from screens.counter.key_bar import Key
from screens.counter.key_list import KeyList
from screens.counter.late import LateForm, late_rule
from screens.counter.paper import Paper
from screens.counter.presented_list import PresentedList
from screens.counter.verdict import Presented
from screens.counter.verdict_panel import VerdictPanel, Waiting
from screens.messages import CardSeen, Scanned
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.settings import Settings

RETRY_SECONDS: Final = 5.0
"""How long after the database was away a code that waits is presented again."""
_KEYS: Final = {
    "f1": "help",
    "shift+f2": "print",
    "f14": "print",  # the same key, as terminals without the kitty protocol tell it
    "f4": "accept_late",
    "f6": "water",
    "f8": "enrol",
    "f12": "sign_out",
    "escape": "escape",
    "enter": "enter",
}
_ROW_KEYS: Final = ("up", "down", "pageup", "pagedown")

Column = Literal["list", "help", "late"]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A code that is to be presented, and the key of that act: presenting it again is the same act."""

    code: str = field(repr=False)
    key: str = field(default_factory=lambda: secrets.token_hex(16))


class WorkplaceScreen(CounterScreen):
    """Signed in. It holds no personal data: codes, verdicts and tickets, and those only until the operator leaves."""

    def __init__(self, member: StaffMember, settings: Settings, insertion: int | None = None) -> None:
        """Make it; `insertion` is the card by which the operator signed in, and which signs them out by going."""
        super().__init__(member)
        self.member = member
        self.insertion = insertion
        self.idle_seconds = float(settings.counter.idle_seconds)
        self.code = CodeLine()
        self.presented = PresentedList()
        self.panel = VerdictPanel()
        self.key_list = KeyList(self._idle_words)
        self.late = LateForm()
        self._paper = Paper(self)
        self.column: Column = "list"
        """What stands at the left."""
        self._queue: deque[_Waiting] = deque()
        self._late_rule = late_rule(settings, member)
        self._asking = False
        self._accepting = False
        self._retry: Timer | None = None

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.code
        yield self.presented
        yield self.key_list
        yield from self.late.widgets
        yield self.panel
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Field on top, list (or help, or the late form) left, verdict right."""
        yield from super().places(size)
        frame = self.frame
        yield self.code, frame.code
        if self.column == "help" and frame.compact:
            yield self.key_list, frame.body
            return
        yield self.panel, frame.panel
        match self.column:
            case "list":
                yield self.presented, frame.column
            case "help":
                yield self.key_list, frame.column
            case "late":
                yield from self.late.places(frame.column)

    def write(self) -> None:
        """The form's buttons."""
        self.late.write()

    def _idle_words(self) -> str:
        minutes = plural(self.kiosk.language, "time.minutes", round((self.idle_seconds or 0) / 60))
        return self.text("counter.help.idle", minutes=minutes)

    def _show_column(self, column: Column) -> None:
        self.column = column
        self.code.current = column != "late"
        self.refresh(layout=True)
        self.key_bar.refresh()

    def keys_now(self) -> Sequence[Key]:
        """Help and sign-out always; accepting a late one when that is offered; in the form its own."""
        if self.column == "late":
            return (
                Key("enter", "Enter", "button.accept_late"),
                Key("escape", "Esc", "button.back"),
                LANGUAGE_KEY,
                Key("sign_out", "F12", "button.sign_out"),
            )
        late = (Key("accept_late", "F4", "button.accept_late"),) if self.panel.offers_late else ()
        paper = (Key("print", "Shift+F2", "button.print_again"),) if self._can_print() else ()
        return (
            Key("help", "F1", "counter.key.help"),
            *late,
            *paper,
            Key("water", "F6", "counter.key.water"),
            *((Key("enrol", "F8", "counter.key.enrol"),) if self.may_enrol else ()),
            LANGUAGE_KEY,
            Key("sign_out", "F12", "button.sign_out"),
        )

    @property
    def may_enrol(self) -> bool:
        """Whether this is an administrator, at a station with readers."""
        return self.member.role == "administrator" and self.kiosk.sight is not None

    @on(CardSeen)
    @on(events.ScreenResume)
    def _card_seen(self) -> None:
        """Also on coming back from enrolling a card, for which one's own had to be taken out."""
        end_when_gone(self.kiosk, self.insertion)

    def on_mount(self) -> None:
        """The database has just answered the sign-in."""
        self.write()
        self.answered()

    def on_unmount(self) -> None:
        """However the operator left (F12, idle, card out): the audit says so, if the database can be asked."""
        self.kiosk.run_worker(audit_sign_out(self.kiosk, self.member), group="sign_out", exit_on_error=False)

    def on_key(self, event: events.Key) -> None:
        """Every key that does not do something else is typed: into the code's field, or into the late form."""
        if event.key in _KEYS:
            event.stop()
            self.do_key(_KEYS[event.key])
        elif event.key in _ROW_KEYS:
            event.stop()
            event.prevent_default()
            self._choose_by(event.key)
        elif (self.late.reason if self.column == "late" else self.code).take(event):
            event.stop()
            event.prevent_default()

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        match name:
            case "help":
                if self.column != "late":
                    self._show_column("list" if self.column == "help" else "help")
            case "accept_late":
                self.open_late()
            case "print":
                self._print_again()
            case "enrol":
                if self.may_enrol and self.column != "late":
                    self.kiosk.push_screen(EnrolScreen(self.member))
            case "water" if self.column != "late":
                from screens.counter.water.orders import companys_desk

                self.kiosk.push_screen(companys_desk(self.member, self.insertion))
            case "sign_out":
                self.kiosk.end_visit()
            case "enter":
                self._enter()
            case "escape":
                self._escape()
            case _:
                super().do_key(name)

    def _enter(self) -> None:
        """Present what is typed; with nothing typed, what still waits; in the late form, accept."""
        if self.column == "late":
            self.accept_late()
        elif typed := self.code.value.strip():
            self.code.value = ""
            self.present(typed)
        else:
            self.code.value = ""
            self._ask_on()

    def _escape(self) -> None:
        """One step back: out of the form or the help, what is typed, what waits, what is shown."""
        if self.column == "late":
            self._close_late()
        elif self.column == "help":
            self._show_column("list")
        elif self.code.value:
            self.code.value = ""
        elif self._queue and not self._asking:
            self._queue.clear()
            self._show_waiting_panel("ready")
            self.tell_nothing()
        elif not self._asking:
            self._show_waiting_panel("ready")

    def _show_waiting_panel(self, waiting: Waiting) -> None:
        """No verdict in the panel, and so no row chosen and no key for one."""
        self.panel.wait(waiting)
        self.presented.choose(None)
        self.key_bar.refresh()

    @on(TouchArea.Touched, "#code")
    def _line_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "activate" and self.column != "late":
            self._enter()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """A scan needs no Enter and leaves alone what is typed."""
        if self.column == "late":
            self.tell("counter.late.first", "warning")
        else:
            self.present(event.code)

    def present(self, code: str) -> None:
        """Ask for the verdict over a code, after those that wait."""
        self._queue.append(_Waiting(code))
        self._ask_on()

    def _ask_on(self) -> None:
        """Present what waits, one after another."""
        if self._retry is not None:
            self._retry.stop()
            self._retry = None
        if self._queue and not self._asking:
            self._asking = True
            self.start(self._ask_all(), group="arrive", exclusive=False)

    async def _ask_all(self) -> None:
        hall = self.kiosk.station.hall
        try:
            while self._queue:
                waiting = self._queue[0]
                if self.column != "late":
                    self._show_waiting_panel("asking")
                try:
                    arrival = await self.ask(hall.arrive, waiting.key, waiting.code, staff=self.member.id)
                except Unavailable:
                    self._wait_for_database()
                    return
                except Exception:
                    self._queue.popleft()
                    self._show_waiting_panel("ready")
                    raise
                self._queue.popleft()
                self.answered()
                self.tell_nothing()
                self._show(Presented(waiting.code, arrival))
        finally:
            self._asking = False

    def _wait_for_database(self) -> None:
        """The codes are kept, and presented again by themselves or by Enter."""
        self.on_unavailable()
        if self.column != "late":
            self._show_waiting_panel("unanswered")
        self._retry = self.set_timer(RETRY_SECONDS, self._ask_on)

    def _show(self, presented: Presented) -> None:
        """On top of the list; in the panel unless the late form is about the one that stands there."""
        self.presented.add(presented)
        if self.column != "late":
            self._show_in_panel(presented)
        if presented.arrival.activated and self._paper.there:
            self._paper.print(presented.arrival)

    def _show_in_panel(self, presented: Presented) -> None:
        booking = presented.arrival.booking
        done = any(entry.accepted_late and entry.arrival.booking == booking for entry in self.presented.entries)
        self.panel.show(presented, "done" if done else self._late_rule)
        self.key_bar.refresh()

    def _can_print(self) -> bool:
        shown = self.panel.shown
        return shown is not None and shown.arrival.ticket is not None and self._paper.there

    def _print_again(self) -> None:
        """The ticket that the panel shows."""
        if self._can_print() and self.panel.shown is not None:
            self.tell_nothing()
            self._paper.print(self.panel.shown.arrival, again=True)

    def _choose_by(self, key: str) -> None:
        if self.column != "list" or not self.presented.entries:
            return
        step = self.presented.page if key.startswith("page") else 1
        chosen = self.presented.chosen
        if chosen is None:
            self._choose(0)
        else:
            self._choose(chosen + (step if key.endswith("down") else -step))

    def _choose(self, place: int) -> None:
        self.presented.choose(place)
        if (chosen := self.presented.chosen) is not None:
            self._show_in_panel(self.presented.entries[chosen])

    @on(TouchArea.Touched, "#presented")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._choose(int(event.name))

    @on(TouchArea.Touched, "#panel")
    def _panel_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.open_late()

    def open_late(self) -> None:
        """The form for the late one in the panel, where setting and right allow it."""
        if self.column != "late" and self.panel.offers_late and self.panel.shown is not None:
            self.tell_nothing()
            self.late.open(self.panel.shown)
            self._show_column("late")

    def _close_late(self) -> None:
        if not self._accepting:
            self.late.close()
            self.tell_nothing()
            self._show_column("list")

    @on(TouchArea.Touched, "#accept")
    def _accept_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.accept_late()

    @on(TouchArea.Touched, "#back")
    def _back_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._close_late()

    def accept_late(self) -> None:
        """Send the form, once at a time."""
        presented = self.late.presented
        if self._accepting or presented is None:
            return
        if not self.late.reason.value.strip():
            self.late.reason.problem = "counter.late.empty"
            return
        self._accepting = True
        self.late.accept.usable = False
        self.tell_nothing()
        self.start(self._accept(presented), group="accept_late", exclusive=False)

    async def _accept(self, presented: Presented) -> None:
        hall = self.kiosk.station.hall
        try:
            reason = self.late.reason.value
            arrival = await self.ask(hall.accept_late, self.late.key(), presented.code, self.member.id, reason)
        except NotFound:
            self._answered_late()
            self.tell("counter.late.gone", "error")
        else:
            self._answered_late()
            # The ticket, or what a rival made of the booking meanwhile.
            self._show(Presented(presented.code, arrival, accepted_late=arrival.activated))
        finally:
            self._accepting = False
            self.late.accept.usable = True

    def _answered_late(self) -> None:
        self.answered()
        self._accepting = False
        self._close_late()
