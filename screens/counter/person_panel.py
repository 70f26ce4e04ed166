"""The person at this counter, or the ticket that was opened: large number, facts, the next sensible step (face.md, 11).

Name and FİN are those that the station gave for who is called or served here, and go with that person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.hall.queue_facts import Called, QueuedTicket
from kiosk.language import clock
from screens.counter.hall_now import HallNow, minutes_between
from screens.counter.shorten import shorten, shortened
from screens.counter.steps_now import StepKey
from screens.counter.ticket_words import minutes_words, service_words, ticking
from screens.counter.work_frame import WorkFrame
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.hall.person import PersonFacts

ACT: Final = "act"
"""The name of the button's spot."""
_BUTTON_ROWS: Final = 3
_LEFT_OUT: Final = ("counter.person.came", "counter.person.waited", "counter.person.hour")
"""Facts that go where there are not enough rows, the first one first: a note from a colleague stays."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The accent button: the key that does it, what it is called, and whether it applies."""

    step: StepKey
    cap: str
    words: str
    usable: bool = True


class PersonPanel(TouchArea, can_focus=False):
    """A touch on the button is told as `TouchArea.Touched` with `ACT`."""

    GROUND = "surface"

    def __init__(self) -> None:
        super().__init__(id="person")
        self._hall: HallNow | None = None
        self._opened: QueuedTicket | None = None
        self._person: PersonFacts | None = None
        self._held = False
        self._codes: tuple[str, ...] = ()

    def show_codes(self, codes: tuple[str, ...]) -> None:
        """Show order codes to try, while nobody is here: of the example data."""
        self._codes = codes
        self.refresh()

    @property
    def held(self) -> bool:
        """Whether a form is open beside it: its button waits for that form's end."""
        return self._held

    @held.setter
    def held(self, held: bool) -> None:
        self._held = held
        self.refresh()

    @property
    def subject(self) -> Called | QueuedTicket | None:
        """Whom it shows: the opened ticket before the one at this counter."""
        if self._opened is not None:
            return self._opened
        return self._hall.live if self._hall is not None else None

    @property
    def person(self) -> PersonFacts | None:
        """Who stands at this counter, as far as it is known."""
        return self._person

    def show(self, hall: HallNow | None, opened: QueuedTicket | None, person: PersonFacts | None) -> None:
        """Show the opened ticket, else who is at this counter, with the name if that is theirs."""
        live = hall.live if hall is not None else None
        self._hall, self._opened = hall, opened
        self._person = person if live is not None and person is not None and person.ticket == live.ticket else None
        self.refresh()

    @property
    def next_step(self) -> NextStep | None:
        """What is sensible next."""
        if self._hall is None:
            return None
        live, opened = self._hall.live, self._opened
        if opened is not None:
            if opened.state == "parked":
                return NextStep("bring_back", "F11", "button.bring_back", live is None)
            return NextStep("call", "Enter", "button.call", live is None)
        if live is None:
            return NextStep("call_next", "F2", "button.call_next", bool(self._hall.queue.waiting_count))
        if live.state == "called":
            return NextStep("start", "F4", "button.start")
        return NextStep("finish", "F7", "button.finish")

    def _button(self) -> Region:
        width, height = self.size
        compact = WorkFrame.of(self.app.size).compact
        pad, below = (1, 0) if compact else (3, 1)
        return Region(pad, height - _BUTTON_ROWS - below, width - pad - (1 if compact else 2), _BUTTON_ROWS)

    def spots(self) -> Sequence[Spot]:
        """The button."""
        return (Spot(ACT, self._button(), "accent", below="surface"),) if self.next_step is not None else ()

    def draw(self, sheet: Sheet) -> None:
        """Head, number, person, facts, button."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        compact = WorkFrame.of(self.app.size).compact
        pad, row = (1, 0) if compact else (3, 1)
        room = sheet.width - pad - (1 if compact else 2)
        subject = self.subject
        if subject is None:
            self._draw_nobody(sheet, pad, row, room)
        else:
            end = self._button().y - (0 if compact else 1) if self.next_step is not None else sheet.height
            self._draw_head(sheet, pad, row, room, subject)
            row = self._draw_number(sheet, pad, row + (1 if compact else 2), room, subject.ticket)
            row = self._draw_person(sheet, pad, row + (0 if compact else 1), room, subject)
            self._draw_facts(sheet, pad, row + (0 if compact else 1), room, end, subject)
        if (step := self.next_step) is not None:
            self._draw_button(sheet, step)

    def _draw_nobody(self, sheet: Sheet, pad: int, row: int, room: int) -> None:
        key = "counter.person.none" if self._hall is not None else "counter.person.unread"
        title, *rest = wrap(self.text(key), room, 5)
        sheet.put(pad, row + 1, room, title, "ink", bold=True)
        row += 2
        for line in rest:
            sheet.put(pad, row, room, line, "soft")
            row += 1
        if self._codes and self._hall is not None:
            self._draw_codes(sheet, pad, row + 1, room)

    def _draw_codes(self, sheet: Sheet, x: int, row: int, room: int) -> None:
        """Marked as what they are; where there is no room for all of them, as many as there is."""
        lines = [*wrap(self.text("counter.example"), room - 2, 3), *self._codes]
        lines = lines[: max(0, self._button().y - row - 1)]
        sheet.fill(x, row, room, len(lines), "held-ground")
        sheet.fill(x, row, 1, len(lines), "held")
        for at, line in enumerate(lines, row):
            sheet.put(x + 2, at, room - 2, line, "held-ink", bold=line in self._codes)

    def _draw_head(self, sheet: Sheet, x: int, row: int, room: int, subject: Called | QueuedTicket) -> None:
        """The state and since when, ticking while somebody is at this counter."""
        hall = self._hall
        if hall is None:
            return
        now = hall.now(self.kiosk.elapsed())
        state = self.text(f"counter.person.{subject.state}")
        if isinstance(subject, Called):
            since = subject.started_at if subject.state == "serving" else subject.called_at
            words = f"{state} · {ticking((now - (since or subject.called_at)).total_seconds())}"
            if subject.times > 1 and subject.state == "called":
                told = f"{words} · {self.text('counter.person.times', count=subject.times)}"
                words = told if cell_len(told) <= room else f"{words} · ×{subject.times}"
        else:
            words = f"{state} · {minutes_words(self.kiosk, minutes_between(subject.since, now))}"
        sheet.put(x, row, room, words, "soft")

    def _draw_number(self, sheet: Sheet, x: int, row: int, room: int, ticket: str) -> int:
        """In large figures: whole, else without its dash, else in letters. The row after it."""
        for shown in (ticket, ticket.replace("-", "")):
            if all(sign in figures.signs() for sign in shown) and figures.columns(shown) <= room + 1:
                sheet.pixels(x, row, figures.pixels(shown), "accent")
                return row + figures.rows()
        sheet.put(x, row + 1, room, ticket, "accent", bold=True)
        return row + figures.rows()

    def _draw_person(self, sheet: Sheet, x: int, row: int, room: int, subject: Called | QueuedTicket) -> int:
        """Name and masked FİN of who is here, two rows; of an opened ticket the number in letters."""
        person = self._person if isinstance(subject, Called) else None
        if person is not None and person.name:
            sheet.put(x, row, room, person.name, "ink", bold=True)
            sheet.put(x, row + 1, room, f"FİN {person.fin}", "soft")
        else:
            sheet.put(x, row, room, subject.ticket, "ink", bold=True)
            if person is not None:
                sheet.put(x, row + 1, room, self.text("counter.person.walk_in"), "soft")
        return row + 2

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value of everything that is known about the ticket."""
        subject, hall = self.subject, self._hall
        if subject is None or hall is None:
            return ()
        app = self.kiosk
        came = clock(subject.arrived_at)
        person = self._person if isinstance(subject, Called) else None
        if person is not None and person.station:
            came = f"{came}, {person.station}"
        until = subject.called_at if isinstance(subject, Called) else hall.now(app.elapsed())
        hour = subject.booked_for
        facts = [
            ("result.service", service_words(app, subject.service)),
            (
                "counter.person.hour",
                app.text("counter.person.online", time=clock(hour)) if hour else app.text("counter.person.walk_in"),
            ),
            ("counter.person.came", came),
            ("counter.person.waited", minutes_words(app, minutes_between(subject.arrived_at, until))),
        ]
        if person is not None and person.late_reason:
            facts.append(("counter.person.late", person.late_reason))
        if isinstance(subject, QueuedTicket):
            if subject.accepted_late or subject.came_late:
                facts.append(("counter.person.late", app.text("verdict.too_late")))
            if subject.to_counter is not None:
                facts.append(("counter.person.only", app.text("counter.number", number=subject.to_counter)))
        if subject.note:
            facts.append(("counter.person.note", subject.note))
        return tuple((app.text(key), value) for key, value in facts)

    def _draw_facts(self, sheet: Sheet, x: int, row: int, room: int, end: int, subject: Called | QueuedTicket) -> None:
        facts = self.facts()
        at = min(room // 2, max(cell_len(label) for label, _ in facts) + 2)
        lines = [(label, shortened(value, room - at, 2)) for label, value in facts]
        # Where rows are few, first the free row goes, then long values are shortened, then the least of the facts go.
        rows = sum(len(values) for _, values in lines)
        if rows > end - row and not WorkFrame.of(self.app.size).compact:
            row -= 1
        if rows > end - row:
            lines = [(label, wrap(shorten(value, room - at), room - at, 1)) for label, value in facts]
        for key in _LEFT_OUT[: max(0, len(lines) - (end - row))]:
            lines = [line for line in lines if line[0] != self.text(key)]
        for label, values in lines:
            if row + len(values) > end:
                return
            sheet.put(x, row, at - 1, label, "soft")
            for value in values:
                sheet.put(x + at, row, room - at, value, "ink")
                row += 1

    def _draw_button(self, sheet: Sheet, step: NextStep) -> None:
        x, y, width, height = self._button()
        ground: Colour = "accent"
        ink: Colour = "on-accent"
        if not step.usable or self._held:
            ground, ink = "sunken", "soft"
        elif self.pressed == ACT:
            ground, ink = "tint", "ink"
        sheet.area(x, y, width, height, ground)
        row = y + height // 2
        bold = ink != "soft"
        end = sheet.text(x + 2, row, step.cap, ink, bold=bold)
        sheet.put(end + 2, row, x + width - end - 3, self.text(step.words), ink, bold=bold)
