"""The workplace's forms: a late arrival's reason, a note, a target, an outcome. They stand where the list stood."""

from __future__ import annotations

from textual import events, on

from kiosk.hall.queue_facts import OUTCOMES
from screens.counter.outcome_form import DIGITS
from screens.counter.steps_now import StepKey
from screens.counter.work_verdicts import WorkVerdicts
from screens.widgets.touch_area import TouchArea


class WorkForms(WorkVerdicts):
    """What is done in forms, and what they send."""

    def take_typed(self, event: events.Key) -> bool:
        """A key that does nothing else: into the form, or into the code's field; whether it was taken."""
        match self.column:
            case "late":
                return self.late.reason.take(event)
            case "park":
                return self.park.take(event)
            case "transfer":
                return self.transfer.take(event)
            case "finish":
                return self._end_with(DIGITS.find(event.character or " "))
        return self.code.take(event)

    def do_in_form(self, name: str) -> None:
        """A key or its cap while a form is open."""
        match name:
            case "enter":
                self.send_form()
            case "escape":
                self.close_form()
            case "turn":
                self.transfer.turn(to_note=not self.transfer.at_note)
                self.key_bar.refresh()
            case "park" | "transfer" | "finish" if name == self.column:
                self.send_form()
            case "language":
                super().do_key(name)
            case _:
                self.tell("counter.late.first" if self.column == "late" else "counter.form.first", "warning")

    def open_form(self, step: StepKey, ticket: str) -> bool:
        """Open the form of a step that has one; whether it has."""
        if step == "park":
            self.park.open(ticket)
        elif step == "transfer" and (hall := self.desk.hall) is not None:
            self.transfer.open(self.kiosk, ticket, hall)
            self.start(self._know_counters(), group="counters")
        elif step == "finish" and self.kiosk.settings.hall.ask_outcome:
            self.finish.open(ticket)
        else:
            return False
        self.show_column(step)
        return True

    async def _know_counters(self) -> None:
        self.transfer.know(await self.ask(self.kiosk.station.counters.of))

    def move_in_form(self, step: int) -> None:
        """Move the cursor of the form's list."""
        if self.column == "transfer":
            self.transfer.targets.move(step)
        elif not self.desk.stepping.is_unanswered:
            self.finish.outcomes.move(step)

    def _end_with(self, place: int) -> bool:
        """End the service with the outcome of a line, unless one was sent already; whether there is that line."""
        if place < 0:
            return False
        if not self.desk.stepping.is_unanswered:
            self.finish.outcomes.choose(place)
        self.send_form()
        return True

    def send_form(self) -> None:
        """Do what the form is for, once at a time."""
        match self.column:
            case "late":
                self.late_acts.accept()
            case "park" if self.park.ticket is not None:
                if not self.desk.stepping.is_busy():
                    self.desk.take("park", self.park.ticket, note=self.park.note.value)
            case "transfer" if self.transfer.ticket is not None:
                if (to := self.transfer.chosen) is None:
                    self.tell(f"counter.transfer.{'none' if self.transfer.targets.is_empty else 'choose'}", "warning")
                elif not self.desk.stepping.is_busy():
                    self.desk.take("transfer", self.transfer.ticket, note=self.transfer.note.value, to=to)
            case "finish" if self.finish.ticket is not None:
                if not self.desk.stepping.is_busy():
                    self.desk.take("finish", self.finish.ticket, outcome=self.finish.outcomes.chosen)

    def close_form(self) -> None:
        """Back to the list, unless what the form sent is still to be answered."""
        if self.late_acts.accepting or self.desk.stepping.is_unanswered:
            return
        for form in (self.late, self.park, self.transfer, self.finish):
            form.close()
        self.tell_nothing()
        self.show_column("queue")

    @on(TouchArea.Touched, "#targets")
    def _target_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.transfer.targets.choose(int(event.name))

    @on(TouchArea.Touched, "#outcomes")
    def _outcome_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._end_with(OUTCOMES.index(event.name))
