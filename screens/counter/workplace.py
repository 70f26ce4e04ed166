"""The operator's workplace: the field that is always ready, who waits, and the person at this counter (C1, C2, C3, C5).

Keyboard first: every step has a key with its cap at the foot. A key that does not apply says why and does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from textual import events, on
from textual.css.query import QueryType
from textual.widget import Widget

from kiosk.hall.queue_facts import Called, WalkIn
from screens.counter import further
from screens.counter.card_sign_in import audit_sign_out, end_when_gone
from screens.counter.finding import matcher, written_ticket
from screens.counter.lock import LockScreen
from screens.counter.stepping import HAS_TICKET, Result, Step
from screens.counter.steps_now import StepKey, Why, ticket_of, why_not
from screens.counter.work_base import FORMS, STEP_NAMES, STEPS, Column
from screens.counter.work_forms import WorkForms
from screens.messages import CardSeen
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.settings import Settings

_KEYS: Final = {
    "f1": "help",
    **STEPS,
    "f10": "find",
    "f12": "lock",
    "escape": "escape",
    "enter": "enter",
    **further.KEYS,
}
_ROW_KEYS: Final = ("up", "down", "pageup", "pagedown")
_TOLD: Final = frozenset({"park", "put_back", "transfer", "finish", "no_show", "undo"})
"""Steps after which nobody is at the counter: the note says what was done with whom."""


class WorkplaceScreen(WorkForms):
    """Signed in. A name and a masked FİN are here only while their person is at this counter."""

    def __init__(self, member: StaffMember, settings: Settings, insertion: int | None = None) -> None:
        """Make it; `insertion` is the card by which the operator signed in, and which signs them out by going."""
        super().__init__(member, settings)
        self.insertion = insertion
        self._recall: str | None = None
        """A ticket that was looked for and is in no list: Enter calls it, for its person may have come back."""
        self._entered: str | None = None
        """What was entered before all who wait were read: it is looked for once they are."""

    @on(CardSeen)
    @on(events.ScreenResume)
    def _card_seen(self) -> None:
        """Also on coming back from enrolling a card, for which one's own had to be taken out."""
        end_when_gone(self.kiosk, self.insertion)

    def unlocked(self, insertion: int | None) -> None:
        """Signed in by another card now, or by the password."""
        self.insertion = insertion

    @on(events.Mount)
    async def _begin(self) -> None:
        """The hall is read before the first frame, if that is quick."""
        await self.desk.begin()

    def on_unmount(self) -> None:
        """However the operator left (key, card out): the counter is free and the audit says so, if it can be asked."""
        self.desk.stop()
        self.arriving.stop()
        self.kiosk.run_worker(self.desk.leave(), group="sign_out", exit_on_error=False)
        self.kiosk.run_worker(audit_sign_out(self.kiosk, self.member), group="sign_out", exit_on_error=False)

    def focus_next(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Tab: the app has it for the focus, which is nowhere here."""
        self.do_key("turn")
        return None

    def focus_previous(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Shift and Tab."""
        self.do_key("turn")
        return None

    def on_key(self, event: events.Key) -> None:
        """A key that does nothing else is typed: into the code's field, or into the form."""
        if event.key in _KEYS:
            event.stop()
            self.do_key(_KEYS[event.key])
        elif event.key in _ROW_KEYS:
            event.stop()
            event.prevent_default()
            self._move_by(event.key)
        elif (act := self._act_of(event)) is not None:
            event.stop()
            self.do_key(act)
        elif self.take_typed(event):
            event.stop()
            event.prevent_default()

    def _act_of(self, event: events.Key) -> str | None:
        """On the help page a digit chooses, while nothing is typed."""
        chooses = self.column == "help" and not self.code.value
        return self.key_list.act_of(event.character or "") if chooses else None

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        self._entered = None  # another key is another wish; Enter looks at what is typed anew
        if name == "lock":
            self.kiosk.push_screen(LockScreen(self.member))
        elif self.column in FORMS:
            self.do_in_form(name)
        elif name in STEP_NAMES:
            self._step(cast(StepKey, name))
        else:
            self._do_at_work(name)

    def _do_at_work(self, name: str) -> None:
        match name:
            case "help" | "presented":
                self.show_column("queue" if self.column == name else cast(Column, name))
            case "find":
                self._find(not self.code.finding)
            case "enter":
                self._enter()
            case "escape":
                self._escape()
            case "accept_late":
                self.open_late()
            case "walk_in":
                self.give_walk_in()
            case "print":
                self.print_again()
            case "history":
                self._open_history()
            case "sign_out":
                self.kiosk.end_visit()
            case _:
                opens = next((act.opens for act in self.further_acts() if act.name == name), None)
                if opens is not None:
                    self.kiosk.push_screen(opens(self.member, self.insertion))
                else:
                    super().do_key(name)

    def _step(self, step: StepKey) -> None:
        """Begin a step, or say why it does not apply; one that waits for its answer is asked for again first."""
        if self.desk.stepping.is_busy(step):
            return
        self.tell_nothing()
        situation = self.situation()
        if (why := why_not(step, situation)) is not None:
            self.say(why)
            return
        ticket = ticket_of(step, situation)
        if step == "bring_back" and (situation.chosen is None or situation.chosen.state != "parked"):
            self._choose_parked()
        elif ticket is None or not self.open_form(step, ticket):
            self.desk.take(step, ticket)

    def _open_history(self) -> None:
        """Of the ticket in the panel: a chosen one that stands there, else the one that is at this counter."""
        situation = self.situation()
        seen = situation.chosen if self.opened or self.shows_verdict else None
        ticket = seen or situation.live or situation.chosen
        if ticket is not None:
            from screens.counter.ticket_history import TicketHistoryScreen
            from screens.counter.water.desk import Operator

            operator = Operator(self.member, self.insertion)
            self.kiosk.push_screen(TicketHistoryScreen(operator, ticket.ticket, ticket.service))
        else:
            self.tell("counter.no.none_chosen" if situation.known else "counter.no.unread", "warning")

    def _choose_parked(self) -> None:
        """The only parked one is called; of several the operator chooses one, and presses the key again."""
        hall = self.desk.hall
        parked = hall.queue.parked if hall is not None else ()
        if len(parked) == 1:
            self.desk.take("bring_back", parked[0].ticket)
            return
        self.close_verdict()
        self.show_column("queue")
        self.queue.choose(parked[0].ticket)
        self.show_person()
        self.tell("counter.choose_parked")

    def stepped(self, step: Step, result: Result) -> None:
        """Show what the step led to."""
        if isinstance(result, WalkIn):
            self.show_walk_in(result)
            return
        if self.column in FORMS and step.name == self.column:
            self.close_form()
        self.close_verdict()
        self.opened = False
        if isinstance(result, Called):
            self.queue.choose(None)
        elif step.name in _TOLD:
            self.tell(f"counter.done.{step.name}", ticket=result.ticket)
        self.show_person()

    def refused(self, step: Step, why: Why) -> None:
        """Say why; what changed meanwhile is read."""
        if self.column in FORMS and step.name == self.column and why.key != "counter.no.target":
            self.close_form()
        self.say(why)
        if why.key == HAS_TICKET:
            self.show_given_ticket()
        self.desk.follow()

    @on(TouchArea.Touched, "#code")
    def _line_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "activate":
            self.do_key("enter")

    @on(TouchArea.Touched, "#person")
    def _person_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if (step := self.person.next_step) is not None:
            self.do_key(step.step)

    @on(TouchArea.Touched, "#queue")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._choose(event.name)

    def _choose(self, ticket: str) -> None:
        """The cursor on a ticket; while nobody is at this counter the ticket stands in the panel too."""
        self._entered = None
        self.close_verdict()
        self.opened = False
        self.queue.choose(ticket)
        self.show_person()

    def _move_by(self, key: str) -> None:
        """The cursor of whatever list stands at the left."""
        self._entered = None
        down = key.endswith("down")
        match self.column:
            case "queue" if self.queue.rows:
                step = self.queue.page if key.startswith("page") else 1
                self.close_verdict()
                self.queue.move(step if down else -step)
                self.show_person()
            case "presented" if self.presented.entries:
                step = self.presented.page if key.startswith("page") else 1
                at = self.presented.chosen
                self.choose_presented(0 if at is None else at + (step if down else -step))
            case "transfer" | "finish":
                self.move_in_form(1 if down else -1)

    @on(TouchArea.Touched, "#help")
    def _act_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field is self.transfer.search:
            self.transfer.look()
        elif event.field is self.code:
            self._recall = None
            if self._entered != self.code.value.strip():
                self._entered = None
            self.desk.read_enough()
            if self.code.finding:
                self.queue.look_for(matcher(self.kiosk, self.code.value))

    def _find(self, finding: bool) -> None:
        """Look for a ticket among those in the hall, or no longer; the cursor stays where it is found."""
        self.tell_nothing()
        self._recall = None
        self.code.finding = finding
        self.code.value = ""
        self.queue.look_for(None)
        if finding:
            self.close_verdict()
            self.show_column("queue")
            self.desk.read_enough()

    def _enter(self) -> None:
        """What is typed: a ticket to find, a code to present. With nothing typed: what waits, then the chosen one."""
        typed = self.code.value.strip()
        if self.code.finding or written_ticket(typed) is not None:
            self._enter_found(typed)
        elif typed:
            self.code.value = ""
            self.present(typed)
        else:
            self.code.value = ""
            self._enter_nothing()

    def _enter_found(self, typed: str) -> None:
        """Open what was found; what is in no list is called by Enter pressed once more, for it may have come back.

        Before all who wait are read nobody knows what is in no list: it goes on by itself when they are.
        """
        fits = matcher(self.kiosk, typed)
        hall, ticket = self.desk.hall, written_ticket(typed)
        is_there = hall is not None and hall.find(ticket) is not None
        if not is_there and (hall is None or not hall.is_whole) and (ticket is not None or not self.queue.rows):
            self._entered = typed
            self.tell("counter.find.reading")
            self.desk.read_enough()
            return
        found = ticket if is_there else self.queue.chosen
        if found != ticket and self.code.finding and fits is not None:
            rows = self.queue.rows
            found = found if found is not None else rows[0].ticket if rows else None
        elif found != ticket:
            found = None
        if found is not None:
            self._find(finding=False)
            self.show_column("queue")
            self._choose(found)
        elif ticket is None:
            self.tell("counter.hall.none_found")
        elif self._recall != ticket:
            self._recall = ticket
            self.tell("counter.find.recall", "warning", ticket=ticket)
        elif not self.desk.stepping.is_busy():
            self._find(finding=False)
            situation = self.situation()
            if situation.live is not None:
                self.say(Why("counter.no.busy", {"ticket": situation.live.ticket}))
            else:
                self.desk.take("call", ticket)

    def hall_changed(self) -> None:
        """What was entered too early is looked for now, once; not over a verdict that came meanwhile."""
        super().hall_changed()
        entered, hall = self._entered, self.desk.hall
        if entered is None or hall is None or not hall.is_whole:
            return
        self._entered = None
        if self.column not in FORMS and not self.shows_verdict and self.code.value.strip() == entered:
            self.tell_nothing()
            self._enter_found(entered)

    def _enter_nothing(self) -> None:
        chosen = self.chosen
        if self.arriving.waits:
            self.arriving.ask_on()
        elif self.desk.stepping.is_unanswered:
            self.desk.stepping.ask_again()
        elif chosen is None:
            self.tell_nothing()
        elif self.situation().live is None:
            self._step("bring_back" if chosen.state == "parked" else "call")
        else:
            self.close_verdict()
            self.opened = not self.opened
            self.show_person()

    def _escape(self) -> None:
        """One step back: out of help, search or verdict, what is typed, what waits, what was chosen."""
        self.tell_nothing()
        if self.column != "queue":
            self.show_column("queue")
        elif self.code.finding:
            self._find(finding=False)
        elif self.code.value:
            self.code.value = ""
        elif self.arriving.waits:
            self.arriving.drop()
            self.close_verdict()
        elif self.shows_verdict:
            if not self.arriving.asking:
                self.close_verdict()
        else:
            self.opened = False
            self.queue.choose(None)
            self.show_person()
