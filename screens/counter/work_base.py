"""What the workplace shows, and where: widgets, columns, the keys at the foot, and how they follow the hall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.hall.queue_facts import QueuedTicket
from kiosk.language import plural
from screens.base import Placed
from screens.counter.base import LANGUAGE_KEY, CounterScreen
from screens.counter.code_line import CodeLine
from screens.counter.example_codes import example_codes
from screens.counter.finding import written_ticket
from screens.counter.further import FurtherAct, acts_of
from screens.counter.hall_desk import MOST_READ, HallDesk
from screens.counter.key_bar import Key
from screens.counter.key_list import KeyList
from screens.counter.late import LateForm
from screens.counter.outcome_form import OutcomeForm
from screens.counter.person_panel import PersonPanel
from screens.counter.presented_list import PresentedList
from screens.counter.queue_list import QueueList
from screens.counter.step_forms import ParkForm, TransferForm
from screens.counter.stepping import Result, Step
from screens.counter.steps_now import Situation, StepKey, Why, why_not
from screens.counter.ticket_words import ticking
from screens.counter.verdict import Presented
from screens.counter.verdict_panel import VerdictPanel
from screens.counter.work_frame import WorkFrame
from screens.counter.work_keys import WorkKeyBar
from screens.messages import MinuteTurned

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.settings import Settings

Column = Literal["queue", "presented", "help", "late", "park", "transfer", "finish"]
FORMS: Final = frozenset({"late", "park", "transfer", "finish"})
STEPS: Final[dict[str, StepKey]] = {
    "f2": "call_next",
    "f3": "call_again",
    "f4": "start",
    "f5": "park",
    "f6": "transfer",
    "f7": "finish",
    "f8": "no_show",
    "f9": "undo",
    "f11": "bring_back",
}
"""Which key does which step."""
STEP_NAMES: Final[frozenset[str]] = frozenset({*STEPS.values(), "put_back", "call"})
LOCK_KEY: Final = Key("lock", "F12", "counter.key.lock")
_CAPS: Final = (
    ("help", "F1", "counter.key.help"),
    ("call_next", "F2", "counter.key.next"),
    ("call_again", "F3", "counter.key.again"),
    ("start", "F4", "counter.key.start"),
    ("park", "F5", "counter.key.park"),
    ("transfer", "F6", "counter.key.transfer"),
    ("finish", "F7", "counter.key.finish"),
    ("no_show", "F8", "counter.key.no_show"),
    ("undo", "F9", "counter.key.undo"),
    ("find", "F10", "button.find"),
    ("bring_back", "F11", "counter.key.bring_back"),
    ("lock", "F12", "counter.key.lock"),
)
_FORM_WORDS: Final = {
    "late": "button.accept_late",
    "park": "counter.key.park",
    "transfer": "counter.key.transfer",
    "finish": "counter.key.finish",
}


class WorkBase(CounterScreen):
    """The workplace without its acts."""

    def __init__(self, member: StaffMember, settings: Settings) -> None:
        super().__init__(member)
        self.member = member
        self.idle_seconds = float(settings.counter.idle_seconds)
        self.key_bar = WorkKeyBar(self.keys_now)
        self.code = CodeLine()
        self.queue = QueueList()
        self.person = PersonPanel()
        self.presented = PresentedList()
        self.panel = VerdictPanel()
        self.key_list = KeyList(self.further_acts, self._idle_words)
        self.park = ParkForm()
        self.transfer = TransferForm()
        self.finish = OutcomeForm()
        self.late = LateForm()
        self.desk = HallDesk(
            self,
            member.id,
            str(settings.counter.number),
            changed=self.hall_changed,
            stepped=self.stepped,
            refused=self.refused,
            again=self.do_key,
            came_back=self.came_back,
            needs_all=self.needs_all,
        )
        self.column: Column = "queue"
        """What stands at the left."""
        self.opened = False
        """Whether the chosen ticket stands in the panel although somebody is at this counter."""
        self.wanted: str | None = None
        """A ticket that was just given here: the cursor goes to it once it is read."""

    def stepped(self, step: Step, result: Result) -> None:
        """A step was done."""
        raise NotImplementedError

    def refused(self, step: Step, why: Why) -> None:
        """A step was refused."""
        raise NotImplementedError

    def came_back(self) -> None:
        """The database answers again: what waits is asked for."""
        self.tell_nothing()
        self.desk.stepping.ask_again()

    def show_in_panel(self, presented: Presented) -> None:
        """Show a verdict, with what can be done about it now."""
        raise NotImplementedError

    @property
    def shows_verdict(self) -> bool:
        """Whether a verdict, or that one is waited for, stands where the person stands else."""
        return self.panel.shown is not None or self.panel.waiting == "unanswered"

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.code
        yield self.queue
        yield self.presented
        yield self.key_list
        yield from self.late.widgets
        yield from self.park.widgets
        yield from self.transfer.widgets
        yield from self.finish.widgets
        yield self.panel
        yield self.person
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Field on top, list (or a form, or the help) left, the person or the verdict right."""
        frame = WorkFrame.of(size, verdict=self.shows_verdict)
        own = {"top": frame.top, "note": frame.note, "keys": frame.keys}
        for widget, region in super().places(size):
            yield widget, own.get(str(widget.id), region)
        yield self.code, frame.code
        if self.column == "help":
            yield self.key_list, frame.body
            return
        yield (self.panel if self.shows_verdict else self.person), frame.panel
        match self.column:
            case "queue":
                yield self.queue, frame.column
            case "presented":
                yield self.presented, frame.column
            case "late":
                yield from self.late.places(frame.column)
            case "park":
                yield from self.park.places(frame.column)
            case "transfer":
                yield from self.transfer.places(frame.column)
            case "finish":
                yield from self.finish.places(frame.column)

    def write(self) -> None:
        """The form's buttons, and the list of what a ticket can be sent to."""
        self.late.write()
        self.transfer.look()

    def show_column(self, column: Column) -> None:
        """Let that stand at the left; typing goes into a form while one is there."""
        self.column = column
        self.code.current = column not in FORMS
        self.person.held = self.panel.held = column in FORMS
        self.refresh(layout=True)
        self.key_bar.refresh()

    def further_acts(self) -> Sequence[FurtherAct]:
        """What this operator can do besides the queue."""
        return acts_of(self.kiosk, self.member)

    def _idle_words(self) -> str:
        minutes = plural(self.kiosk.language, "time.minutes", round((self.idle_seconds or 0) / 60))
        return self.text("counter.help.idle", minutes=minutes)

    def keys_now(self) -> Sequence[Key]:
        """All keys, those that do not apply now soft; in a form its own."""
        if self.column in FORMS:
            # Tab leads to the other of two fields, and says to which: "next" is whom F2 calls.
            other = "counter.transfer.to" if self.transfer.at_note else "counter.person.note"
            turn = (Key("turn", "Tab", other),) if self.column == "transfer" else ()
            enter = Key("enter", "Enter", _FORM_WORDS[self.column])
            return (enter, *turn, Key("escape", "Esc", "button.back"), LANGUAGE_KEY, LOCK_KEY)
        situation = self.situation()
        return [self._key(name, cap, words, situation) for name, cap, words in _CAPS]

    def _key(self, name: str, cap: str, words: str, situation: Situation) -> Key:
        if name not in STEP_NAMES:
            return Key(name, cap, words)
        usable = why_not(cast(StepKey, name), situation) is None and not self.desk.stepping.is_lost
        return Key(name, cap, words, usable, self._undo_left() if name == "undo" else None)

    def _undo_left(self) -> str:
        """How long the last step can still be taken back; "" when it cannot."""
        hall, elapsed = self.desk.hall, self.kiosk.elapsed()
        last = hall.undoable(elapsed) if hall is not None else None
        return ticking((last.until - hall.now(elapsed)).total_seconds()) if hall is not None and last else ""

    def situation(self) -> Situation:
        """What the keys depend on."""
        return self.desk.situation(self.chosen)

    def needs_all(self) -> bool:
        """Whether somebody is looked for, or looked at, who may stand behind the first ones in the list."""
        typed, shown = written_ticket(self.code.value.strip()), self.panel.shown
        looked_for = self.code.finding or typed is not None or self.wanted is not None
        return looked_for or (shown is not None and shown.ticket is not None) or self.queue.is_deep(MOST_READ)

    @property
    def chosen(self) -> QueuedTicket | None:
        """Who is under the cursor, or whose ticket the verdict tells."""
        hall, shown = self.desk.hall, self.panel.shown
        if hall is None:
            return None
        return hall.find(self.queue.chosen if shown is None else shown.ticket)

    def hall_changed(self) -> None:
        """Draw what is known now; the cursor stays on its ticket."""
        if (hall := self.desk.hall) is not None:
            self.queue.show(hall)
            if self.wanted is not None and hall.find(self.wanted) is not None:
                wanted, self.wanted = self.wanted, None
                self.queue.choose(wanted)
            if hall.live is None and self.kiosk.settings.example.data:
                self.start(self._read_example_codes(), group="example")
        if self.panel.shown is not None:
            self.show_in_panel(self.panel.shown)
        self.show_person()

    async def _read_example_codes(self) -> None:
        self.person.show_codes(await self.kiosk.ask(example_codes, self.kiosk.station))

    def show_person(self) -> None:
        """Who is at this counter; the chosen ticket while nobody is, or while it was opened."""
        hall, opened = self.desk.hall, None
        if hall is not None and (hall.live is None or self.opened):
            opened = hall.find(self.queue.chosen)
        self.person.show(hall, opened, self.desk.person)
        self.key_bar.refresh()
        self.desk.read_enough()

    def on_mount(self) -> None:
        """The database has just answered the sign-in."""
        self.write()
        self.answered()
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        """Seconds since the call, and seconds left to undo."""
        hall = self.desk.hall
        if self.is_current and hall is not None and (hall.live is not None or hall.view.undoable is not None):
            self.person.refresh()
            self.key_bar.refresh()

    @on(MinuteTurned)
    def _waits_grew(self) -> None:
        """With the hour the turns change too, which no station tells."""
        self.desk.follow()
        self.queue.refresh()

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        self.desk.follow()
