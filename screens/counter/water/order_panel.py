"""Beside an application: how its order stands, its documents, and the one act that is next (W7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.geometry import Region

from screens.citizen.card_words import printable
from screens.citizen.water.words import document_words
from screens.counter.water.words import due_words, kind_short, role_words, state_words
from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.water.facts import Application, WorkAction, WorkOrder, WorkState

MAIN: Final = "main"
"""The spot of the next act."""
NEXT: Final[dict[WorkState, WorkAction]] = {
    "open": "take",
    "taken": "carry_out",
    "asked_back": "resume",
    "carried_out": "close",
}
"""The act that is next from each state; from the others none is."""
_PAD: Final = 2
_ACT_ROWS: Final = 3


class OrderPanel(TouchArea, can_focus=False):
    """State, due day, who took it, documents with the chosen one marked, and the next act as the one accent."""

    GROUND = "surface"

    def __init__(self) -> None:
        super().__init__(id="panel")
        self._order: WorkOrder | None = None
        self._application: Application | None = None
        self._chosen = 0

    @property
    def order(self) -> WorkOrder | None:
        """The order that is shown."""
        return self._order

    @property
    def document(self) -> int:
        """The place of the document that Enter shows."""
        return self._chosen

    def show(self, application: Application, order: WorkOrder | None) -> None:
        """Show them; of an application that a debt holds there is no order."""
        self._application, self._order = application, order
        self._chosen = max(0, min(self._chosen, len(application.documents) - 1))
        self.refresh()

    def choose(self, place: int) -> None:
        """Choose a document."""
        if self._application is not None and self._application.documents:
            self._chosen = max(0, min(place, len(self._application.documents) - 1))
            self.refresh()

    def _act_region(self) -> Region | None:
        if self._order is None or self._order.state not in NEXT:
            return None
        width, height = self.size
        return Region(_PAD, height - _ACT_ROWS - 1, width - 2 * _PAD, _ACT_ROWS)

    def _documents_at(self) -> int:
        """The row of the documents' heading."""
        return 6 if self.size.height < 18 else 8

    def spots(self) -> Sequence[Spot]:
        """The documents and the next act."""
        count = len(self._application.documents) if self._application is not None else 0
        first = self._documents_at() + 1
        spots = [
            Spot(str(place), Region(0, first + 2 * place, self.size.width, 2), "surface") for place in range(count)
        ]
        if (act := self._act_region()) is not None:
            spots = [spot for spot in spots if spot.region.bottom <= act.y]
            spots.append(Spot(MAIN, act, "accent", below="surface"))
        return spots

    def draw(self, sheet: Sheet) -> None:
        """From the top: what, how it stands, until when, who; documents; the act at the foot."""
        application, order = self._application, self._order
        if application is None:
            return
        width = sheet.width
        room = width - 2 * _PAD
        sheet.area(0, 0, width, sheet.height, "surface")
        airy = self._documents_at() > 6
        y = 1
        sheet.put(_PAD, y, room, kind_short(self.kiosk, application.kind), "soft")
        y += 2 if airy else 1
        if order is None:
            for line in wrap(self.text(f"application.state.{application.state}"), room, 2):
                sheet.put(_PAD, y, room, line, bold=True)
                y += 1
        else:
            sheet.put(_PAD, y, room, state_words(self.kiosk, order.state), "accent", bold=True)
            label = self.text("desk.head.due")
            end = sheet.text(_PAD, y + 1, label, "soft")
            ink: Colour = "held-ink" if order.overdue else "ink"
            sheet.put(end + 1, y + 1, width - end - 2, due_words(self.kiosk, order).strip(), ink, bold=True)
            if order.taken_by:
                taken = self.text("desk.taken_by", name=printable(order.taken_by))
                sheet.put(_PAD, y + 2, room, taken, "soft")
        self._draw_documents(sheet, application)
        self._draw_act(sheet, order)

    def _draw_documents(self, sheet: Sheet, application: Application) -> None:
        y = self._documents_at()
        room = sheet.width - 2 * _PAD - 1
        count = len(application.documents)
        if count:
            sheet.put(_PAD, y, room, self.text("desk.documents", count=count), "soft")
        for spot in self.spots():
            if spot.name == MAIN:
                continue
            place = int(spot.name)
            role, document = application.documents[place]
            row = spot.region.y
            chosen = place == self._chosen
            if chosen:
                sheet.cursor(row, 2)
            sheet.put(_PAD, row, room, role_words(self.kiosk, role), bold=chosen)
            facts = f"{document_words(self.kiosk, document)} · {document.digest[:6]}"
            sheet.put(_PAD, row + 1, room, facts, "ink" if chosen else "soft")

    def _draw_act(self, sheet: Sheet, order: WorkOrder | None) -> None:
        region = self._act_region()
        if region is None or order is None:
            return
        is_pressed = self.pressed == MAIN
        sheet.area(region.x, region.y, region.width, region.height, "tint" if is_pressed else "accent")
        ink: Colour = "ink" if is_pressed else "on-accent"
        x = sheet.text(region.x + 2, region.y + 1, "F4", ink, bold=True) + 2
        sheet.put(x, region.y + 1, region.right - x - 1, self.text(f"desk.act.{NEXT[order.state]}"), ink, bold=True)
