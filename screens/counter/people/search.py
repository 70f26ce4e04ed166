"""Finding somebody's bookings by the FİN on a document that was shown, and a date (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.clock import baku
from kiosk.errors import NotAllowed
from kiosk.hall.people import DOCUMENTS, Document, FoundBooking
from kiosk.identity.applicant import problem
from kiosk.language import clock, day_long
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.citizen.fields import capitals_without_spaces
from screens.counter.key_bar import Key
from screens.counter.people.words import centre_words, document_words, state_words
from screens.counter.people.workplace import present
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.search_line import SearchLine
from screens.messages import Scanned
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember

_FIN_SIGNS: Final = 7
_STATES: Final = ("held", "confirmed", "active", "cancelled", "expired")


class FinLine(SearchLine):
    """The search line of a FİN: capitals by ASCII rules alone, seven signs."""

    def __init__(self) -> None:
        super().__init__("people.fin_hint", label="field.label.fin", longest=_FIN_SIGNS)
        self._shape = capitals_without_spaces


class PeopleScreen(DeskScreen):
    """Document, FİN, date, Enter; then Enter opens the chosen booking. Each search is audited: never as one types."""

    KEYS: ClassVar = {
        "f2": "document",
        "f8": "book",
        "left": "earlier",
        "right": "later",
        "home": "today",
        "enter": "open",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "escape": "back",
    }

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.fin = FinLine()
        self.asked = Words(self._asked, "ink", bold=True, id="asked")
        self.list = DeskList(self._columns, "people.nothing", before="people.how")
        self.document: Document | None = None
        self.day: date | None = None
        self.found: tuple[FoundBooking, ...] = ()
        self._shown_for: tuple[str, date, Document] | None = None
        """What the list answers; None: something else is asked by now."""

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.fin
        yield self.asked
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Line, what else is asked, list."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.fin, frame.line
        x, y, width, height = frame.below_line
        yield self.asked, Region(x, y, width, 1)
        gap = 1 if frame.compact else 2
        yield self.list, Region(x, y + gap, width, max(0, height - gap))

    def keys_here(self) -> Sequence[Key]:
        """Enter searches, then opens."""
        return (
            Key("open", "Enter", "desk.key.open" if self._answers_asked and self.found else "button.find"),
            Key("document", "F2", "people.key.document"),
            Key("earlier", "◀", "people.key.earlier"),
            Key("later", "▶", "people.key.later"),
            Key("book", "F8", "people.key.book"),
        )

    def _asked(self) -> str:
        day = day_long(self.kiosk.language, self._day)
        return f"{self.text('people.shown')}: {document_words(self.kiosk, self.document)}   ◀ {day} ▶"

    @property
    def _day(self) -> date:
        return self.day or self.kiosk.now().astimezone(baku()).date()

    @property
    def _answers_asked(self) -> bool:
        return self._shown_for == (self.fin.value, self._day, self.document)

    def _columns(self) -> Sequence[Column]:
        states = max(cell_len(self.text(f"booking.state.{state}")) for state in _STATES)
        return (
            Column("counter.list.time", 6),
            Column("people.head.state", states),
            Column("people.head.service", 20, grows=True),
            Column("people.head.centre", 14, rank=1),
            Column("people.head.person", 22, rank=2),
        )

    def _line(self, one: FoundBooking) -> Line:
        app = self.kiosk
        live = one.state in ("held", "confirmed", "active")
        return Line(
            one.booking,
            (
                Cell(clock(one.time), bold=True),
                Cell(state_words(app, one), "held-ink" if one.state == "held" else "ink" if live else "soft"),
                Cell(service_words(app, one.service)),
                Cell(centre_words(app, one.centre, short=True), "soft"),
                Cell(printable(f"{one.surname} {one.given_name}"), "soft"),
            ),
        )

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self.list.show([self._line(one) for one in self.found])

    def follow(self) -> None:
        """A search is done again only when it is asked for again: each is in the audit log."""

    def typed_into(self) -> Field:
        """The FİN."""
        return self.fin

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self._asked_anew()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """Somebody has a code after all."""
        if not self.busy:
            present(self.kiosk, event.code)

    def _asked_anew(self) -> None:
        """What was found is somebody else's, or another day's: it goes."""
        self.fin.problem = None
        self.found = ()
        self._shown_for = None
        self.list.show_nothing()
        self.fin.show_found("")
        self.tell_nothing()
        self.asked.refresh()
        self.key_bar.refresh()

    def do_key(self, name: str) -> None:
        """Document, date, rows, search."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        elif name == "document":
            place = DOCUMENTS.index(self.document) + 1 if self.document is not None else 0
            self.document = DOCUMENTS[place % len(DOCUMENTS)]
            self._asked_anew()
        elif name in ("earlier", "later", "today"):
            step = {"earlier": -1, "later": 1}.get(name)
            self.day = None if step is None else self._day + timedelta(days=step)
            self._asked_anew()
        elif name == "book":
            self._book()
        elif name == "open":
            if self._answers_asked and self.found:
                self._open()
            else:
                self._find()
        else:
            super().do_key(name)

    @property
    def has_typed(self) -> bool:
        """A FİN is typed again in a moment: leaving asks nothing."""
        return False

    def leave(self) -> None:
        """What is typed goes first."""
        if self.fin.value:
            self.fin.value = ""
        else:
            super().leave()

    def _find(self) -> None:
        if self.document is None:
            self.tell("people.document.first", "warning")
        elif problem("fin", self.fin.value) is not None:
            self.fin.problem = "field.short.fin"
        elif not self.busy:
            self.busy = True
            self.tell_nothing()
            self.start(self._search(self.fin.value, self._day, self.document), group="search", exclusive=False)

    async def _search(self, fin: str, day: date, document: Document) -> None:
        try:
            found = await self.ask(self.kiosk.station.people.find, self.staff, fin, day, document)
        except NotAllowed:
            self.tell("people.refused.not_allowed", "error")
            return
        finally:
            self.busy = False
        self.read_again()
        if (fin, day, document) != (self.fin.value, self._day, self.document):
            return
        self.found, self._shown_for = found, (fin, day, document)
        self.list.to_top()
        self.list.show([self._line(one) for one in found])
        self.fin.show_found(self.text("desk.found", count=len(found)))
        self.key_bar.refresh()

    def _open(self) -> None:
        from screens.counter.people.booking import FoundScreen

        one = next((one for one in self.found if one.booking == self.list.chosen), None)
        if one is not None and self.document is not None:
            self.kiosk.push_screen(FoundScreen(self.operator, one, self.fin.value, self.document, self._done))

    def _done(self) -> None:
        """Something was changed: what is shown is looked up anew when it is asked for."""
        self._asked_anew()

    def _book(self) -> None:
        from screens.counter.people.book import BookScreen

        self.kiosk.push_screen(BookScreen(self.operator, self.fin.value, self.document))

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row opens."""
        event.stop()
        if event.name == self.list.chosen:
            self._open()
        else:
            self.list.choose(event.name)


def people_screen(member: StaffMember, insertion: int | None) -> PeopleScreen:
    """The people's desk for who is signed in at the workplace, by that card or by password."""
    return PeopleScreen(Operator(member, insertion))
