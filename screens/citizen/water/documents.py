"""The two documents of a new consumer: which are there already, and which are still to come (W1, W9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.water.facts import Document, DocumentRole
from screens.base import Placed
from screens.citizen.step import Next, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.steps import WaterStep
from screens.citizen.water.words import document_words
from screens.frame import Frame, columns
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

WANTED: Final[tuple[DocumentRole, ...]] = ("ownership_document", "residents_certificate")
_HIGH: Final = 9
_GAP: Final = 2


class DocumentCards(TouchArea):
    """A card for each document: what it is, whether it is there, and what a touch does."""

    def __init__(self, documents: Callable[[], Mapping[DocumentRole, Document]], *, id: str = "documents") -> None:
        super().__init__(id=id)
        self._documents = documents

    def _regions(self) -> list[tuple[DocumentRole, Region]]:
        width, height = self.size
        if self.kiosk.large:
            high = (height - 1) // len(WANTED)
            return [(role, Region(0, row * (high + 1), width, high)) for row, role in enumerate(WANTED)]
        places = columns(width, len(WANTED), _GAP)
        return [(role, Region(x, 0, wide, min(_HIGH, height))) for role, (x, wide) in zip(WANTED, places, strict=True)]

    def spots(self) -> Sequence[Spot]:
        """The cards."""
        return [Spot(role, region, self._ground(role)) for role, region in self._regions()]

    def _ground(self, role: DocumentRole) -> Colour:
        return "tint" if self.pressed == role else "surface"

    def draw(self, sheet: Sheet) -> None:
        """Number, name, state, and what a touch does."""
        found = self._documents()
        for number, (role, (x, y, width, height)) in enumerate(self._regions(), start=1):
            document = found.get(role)
            sheet.area(x, y, width, height, self._ground(role))
            large = self.kiosk.large
            indent = 5 if large else 13
            if large:
                sheet.text(x + 2, y + 1, str(number), "accent", bold=True)
            else:
                sheet.pixels(x + 4, y + 2, figures.pixels(str(number)), "accent")
            room = width - indent - 2
            name, *rest = self.text(f"document.{role}").split("\n")
            top = y + 1
            lines = wrap(name, room, 2)
            for line in lines:
                sheet.put(x + indent, top, room, line, bold=True)
                top += 1
            for line in wrap(" ".join(rest), room, 2) if rest and not large else []:
                sheet.put(x + indent, top, room, line, "soft")
                top += 1
            bottom = y + height - (1 if large else 2)
            change = self.text("document.add" if document is None else "document.change")
            state = (
                "○ " + self.text("document.none") if document is None else "✓ " + document_words(self.kiosk, document)
            )
            ink: Colour = "soft" if document is None else "accent"
            sheet.put(x + indent, bottom if large else bottom - 1, room, state, ink)
            sheet.put(x + indent, bottom, room, f"{change} ▸", "accent", bold=True, align="right")


class DocumentsScreen(WaterStep):
    """Ends with `Chosen(role)` for the document to add or to change, and with `Next` once both are there."""

    STEP = "documents"
    HAS_MAIN: ClassVar[bool] = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.cards = DocumentCards(lambda: self.draft.documents)

    def help_words(self) -> str:
        """Where they come from: from a phone only where an address for it is set."""
        if self.kiosk.station.water.uploads.offered:
            return super().help_words()
        return self.text("apply.documents_on_stick")

    def compose_answer(self) -> Iterable[Widget]:
        """The cards."""
        return [self.cards]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """On top of the area."""
        high = area.height if frame.large else min(_HIGH, area.height)
        yield self.cards, Region(area.x, area.y, area.width, high)

    def _missing(self) -> list[DocumentRole]:
        return [role for role in WANTED if role not in self.draft.documents]

    def write(self) -> None:
        """On, once both are there."""
        super().write()
        self.set_main(f"{self.text('button.proceed')} ▶", usable=not self._missing())

    def go_on(self) -> None:
        """On; or say that a document is missing."""
        if self._missing():
            self.tell("document.missing", "warning")
        else:
            self.answer(Next())

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its card."""
        if event.character and event.character.isdigit() and 0 < int(event.character) <= len(WANTED):
            event.stop()
            self.cards.touch(WANTED[int(event.character) - 1])

    @on(TouchArea.Touched, "#documents")
    def _card_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(Chosen(event.name))
