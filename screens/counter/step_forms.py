"""Forms of steps that say more than a key can: to whom a ticket goes, and a note for whoever goes on (C2).

They stand where the list stood. The screen opens them, hands them keys and sends what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events
from textual.geometry import Region
from textual.widget import Widget

from kiosk.hall.queue_facts import Counter
from screens.base import Placed
from screens.counter.hall_now import HallNow
from screens.counter.target_list import Target, TargetList, targets_of
from screens.counter.water.search_line import SearchLine
from screens.widgets import field
from screens.widgets.field import Field
from screens.widgets.question import Question

if TYPE_CHECKING:
    from screens.app import KioskApp

LONGEST_NOTE: Final = 80


class NoteField(Field, can_focus=False):
    """The note; the screen hands it the keys."""


class ParkForm:
    """A note, which may be empty."""

    def __init__(self) -> None:
        self.question = Question(self._title, lambda: self.question.text("counter.park.help"), id="park-question")
        self.note = NoteField("park-note", "counter.person.note", hint="counter.late.no_names", longest=LONGEST_NOTE)
        self.note.current = True
        self.ticket: str | None = None
        """Who is parked; None while the form is closed."""

    def _title(self) -> str:
        return self.question.text("counter.park.title", ticket=self.ticket or "")

    @property
    def widgets(self) -> Sequence[Widget]:
        """In reading order."""
        return self.question, self.note

    def open(self, ticket: str) -> None:
        """Begin with an empty note."""
        self.ticket, self.note.value = ticket, ""

    def close(self) -> None:
        """Forget the note."""
        self.ticket, self.note.value = None, ""

    def take(self, event: events.Key) -> bool:
        """A key for the note; whether it was one."""
        return self.note.take(event)

    def places(self, area: Region) -> Placed:
        """From the top of the area."""
        x, y, width, height = area
        yield self.question, Region(x, y, width, 2)
        yield self.note, Region(x, y + 3, width, min(field.HEIGHT, max(0, height - 3)))


class TransferForm:
    """A target, found by typing, and a note. Tab goes from one to the other."""

    def __init__(self) -> None:
        self.question = Question(
            self._title, lambda: self.question.text("counter.transfer.help"), id="transfer-question"
        )
        self.search = SearchLine("counter.transfer.hint", label="counter.transfer.to")
        self.targets = TargetList()
        self.note = NoteField(
            "transfer-note", "counter.person.note", hint="counter.late.no_names", longest=LONGEST_NOTE
        )
        self.ticket: str | None = None
        """Who is sent; None while the form is closed."""
        self._service = ""
        self._counters: Sequence[str] = ()
        self._own = ""
        self._app: KioskApp | None = None

    def _title(self) -> str:
        return self.question.text("counter.transfer.title", ticket=self.ticket or "")

    @property
    def widgets(self) -> Sequence[Widget]:
        """In reading order."""
        return self.question, self.search, self.targets, self.note

    @property
    def at_note(self) -> bool:
        """Whether typing goes into the note."""
        return self.note.current

    @property
    def chosen(self) -> Target | None:
        """The target."""
        return self.targets.chosen

    def open(self, app: KioskApp, ticket: str, hall: HallNow) -> None:
        """Begin with every service, and with the counters that have somebody now; `know` tells of the others."""
        about = hall.find(ticket) or hall.live
        self._own = hall.view.number
        self._app, self.ticket = app, ticket
        self._service = about.service if about is not None else ""
        self._counters = sorted({other.counter for other in hall.queue.called if other.counter} - {self._own})
        self.search.value = self.note.value = ""
        self.turn(to_note=False)
        self.look()

    def know(self, counters: Sequence[Counter]) -> None:
        """The counters at which somebody sits are offered too."""
        here = {counter.number for counter in counters if counter.open and counter.staff is not None}
        known = sorted({*self._counters, *here} - {self._own}, key=lambda number: (len(number), number))
        if known != self._counters:
            self._counters = known
            self.look()

    def close(self) -> None:
        """Forget what was typed."""
        self.ticket = None
        self.search.value = self.note.value = ""

    def turn(self, *, to_note: bool) -> None:
        """Where typing goes."""
        self.note.current = to_note
        self.search.current = not to_note

    def look(self) -> None:
        """Show what the typed text may mean."""
        if self._app is not None and self.ticket is not None:
            typed = self.search.value
            self.targets.show(targets_of(self._app, typed, self._counters, self._service), first=bool(typed.strip()))

    def take(self, event: events.Key) -> bool:
        """A key for the field that takes typing; whether it was one."""
        return (self.note if self.at_note else self.search).take(event)

    def places(self, area: Region) -> Placed:
        """Question, search, list as long as there is room, note."""
        x, y, width, height = area
        gap = 1 if height >= 20 else 0
        yield self.question, Region(x, y, width, 2)
        top = y + 2 + gap
        yield self.search, Region(x, top, width, 3)
        note = area.bottom - field.HEIGHT
        first = top + 3 + gap
        yield self.targets, Region(x, first, width, max(0, note - gap - first))
        yield self.note, Region(x, note, width, field.HEIGHT)
