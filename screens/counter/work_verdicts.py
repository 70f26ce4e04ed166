"""The workplace's arrivals: codes that are presented, their verdicts, the late ones, and tickets on paper (C1, C3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from kiosk.booking.order_code import read
from kiosk.hall.queue_facts import WalkIn
from screens.counter.arriving import Arriving
from screens.counter.arriving import State as Asking
from screens.counter.late import late_rule
from screens.counter.late_acts import LateActs, take_walk_in
from screens.counter.paper import Paper
from screens.counter.steps_now import Why
from screens.counter.verdict import LateRule, Presented
from screens.counter.work_base import FORMS, WorkBase
from screens.messages import Scanned
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.settings import Settings


class WorkVerdicts(WorkBase):
    """What was presented here since the operator signed in: codes, verdicts and tickets, and no person."""

    def __init__(self, member: StaffMember, settings: Settings) -> None:
        super().__init__(member, settings)
        self.arriving = Arriving(self, member.id, self.show_presented, self._asking)
        self.late_acts = LateActs(self, self.late, member.id, self.show_presented, self.close_form)
        self._late_for: Presented | None = None
        """The late one for whom a live ticket is being taken."""
        self.late_rule: LateRule = late_rule(settings, member)
        """Whether a late one can be accepted here and by this operator."""
        self._walk_ins = settings.hall.walk_ins
        self._paper = Paper(self)

    def close_form(self) -> None:
        """Back to the list."""
        raise NotImplementedError

    def came_back(self) -> None:
        """Codes that wait are presented again, too."""
        super().came_back()
        self.arriving.ask_on()

    def answered(self) -> None:
        """The header says so, unless a code or a step still waits for its answer."""
        if not self.arriving.waits and not self.desk.stepping.is_unanswered:
            super().answered()

    def say(self, why: Why) -> None:
        """Say why something does not apply, or was refused."""
        self.tell(why.key, "warning", **why.values)

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """A scan needs no Enter and leaves alone what is typed, unless the two are halves of one code.

        A scanner that stalled for a moment has its first signs taken for typing.
        """
        if self.column in FORMS:
            self.tell("counter.late.first" if self.column == "late" else "counter.form.first", "warning")
        elif self.code.value and read(event.code) is None and read(self.code.value + event.code) is not None:
            whole, self.code.value = self.code.value + event.code, ""
            self.present(whole)
        else:
            self.present(event.code)

    def present(self, code: str) -> None:
        """Ask for the verdict over a code, after those that wait."""
        self.arriving.present(code)

    def _asking(self, state: Asking) -> None:
        """A verdict gives way to the next one; while the database is away the panel says so."""
        if self.column in FORMS or state == "answered":
            return
        self.panel.wait("ready" if state == "failed" else state)
        self._panel_changed()

    def _panel_changed(self) -> None:
        if self.panel.shown is None:
            self.presented.choose(None)
        self.place_anew()
        self.show_person()

    def close_verdict(self) -> None:
        """The person at this counter stands there again."""
        if self.shows_verdict:
            self.panel.wait("ready")
            self._panel_changed()

    def show_presented(self, presented: Presented) -> None:
        """On top of the presented ones; in the panel unless a form is open. The cursor goes to its ticket."""
        self.presented.add(presented)
        if self.column not in FORMS:
            self.show_in_panel(presented)
            self.wanted = presented.ticket
            self.desk.follow()
        if (presented.arrival.activated or presented.walk_in is not None) and self._paper.there:
            self._paper.print(presented)

    def show_in_panel(self, presented: Presented) -> None:
        """A verdict, with what can be done about it now."""
        booking = presented.arrival.booking
        same = [entry for entry in self.presented.entries if entry.arrival.booking == booking]
        done = any(entry.ticket is not None for entry in same)
        hall = self.desk.hall
        waiting = hall.find(presented.ticket) if hall is not None else None
        self.panel.show(
            presented,
            "done" if done else self.late_rule,
            may_call=hall is not None and hall.live is None and waiting is not None,
            walk_ins=self._walk_ins,
        )
        self._panel_changed()

    def can_print(self) -> bool:
        """Whether the panel shows a ticket, and there is a printer."""
        shown = self.panel.shown
        return shown is not None and shown.ticket is not None and self._paper.there

    def print_again(self) -> None:
        """The ticket that the panel shows."""
        if self.can_print() and self.panel.shown is not None:
            self.tell_nothing()
            self._paper.print(self.panel.shown, again=True)
        else:
            self.say(Why("counter.no.print"))

    def choose_presented(self, place: int) -> None:
        """Show one of the earlier verdicts again."""
        self.presented.choose(place)
        if (chosen := self.presented.chosen) is not None:
            self.show_in_panel(self.presented.entries[chosen])

    @on(TouchArea.Touched, "#presented")
    def _presented_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.choose_presented(int(event.name))

    @on(TouchArea.Touched, "#panel")
    def _panel_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_key(event.name)

    @on(TouchArea.Touched, "#accept")
    def _accept_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.late_acts.accept()

    @on(TouchArea.Touched, "#back")
    def _back_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.close_form()

    def open_late(self) -> None:
        """The form for the late one in the panel, where setting and right allow it."""
        if self.panel.offers_late and self.panel.shown is not None:
            self.tell_nothing()
            self.late.open(self.panel.shown)
            self.show_column("late")
        else:
            self.say(Why("counter.no.late"))

    def give_walk_in(self) -> None:
        """A live ticket for the late one in the panel; the booking's history goes with it."""
        shown = self.panel.shown
        service = shown.arrival.service if shown is not None else None
        if shown is None or service is None or not self.panel.offers_walk_in:
            self.say(Why("counter.no.late"))
        elif not self.desk.stepping.is_busy("walk_in"):
            self.tell_nothing()
            call = take_walk_in(self.kiosk, service, self.member.id, shown.arrival.booking)
            self._late_for = shown
            self.desk.stepping.take("walk_in", None, call)

    def show_walk_in(self, walk_in: WalkIn) -> None:
        """The live ticket in place of the verdict that led to it."""
        late, self._late_for = self._late_for, None
        if late is not None:
            self.show_presented(Presented(late.code, late.arrival, walk_in=walk_in))

    def show_given_ticket(self) -> None:
        """The ticket that the late one has already: the code is presented again, and its verdict tells it."""
        late, self._late_for = self._late_for, None
        if late is not None:
            self.present(late.code)
