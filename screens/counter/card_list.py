"""The enrolled cards of one staff member, each with its label and since when; a touch asks to withdraw it (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.clock import baku
from kiosk.language import day_figures
from screens.widgets.lists import PagedList, Row
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot

if TYPE_CHECKING:
    from kiosk.identity.staff_cards import StaffCard

MORE: Final = "more"
"""The spot that turns to the next page, where there is more than one."""
_HEAD_ROWS: Final = 2
_PITCH: Final = 2
"""A free row parts the rows: the ring of the keyboard's focus stands there."""
_LABEL_AT: Final = 2
_SINCE_AT: Final = 16


class StaffCardList(PagedList):
    """The newest first, a row each. A touch is told as `TouchArea.Touched` with the card's id, or `MORE`."""

    def __init__(self) -> None:
        super().__init__(id="cards")
        self.holder = ""
        self.cards: tuple[StaffCard, ...] = ()

    def show_cards(self, holder: str, cards: Sequence[StaffCard]) -> None:
        """Show these, of the staff member of that name; "" hides the list."""
        self.holder, self.cards = holder, tuple(cards)
        self.show([Row(str(card.id), card.label) for card in cards])

    def card(self, name: str) -> StaffCard | None:
        """The card of that spot."""
        return next((card for card in self.cards if str(card.id) == name), None)

    def pages(self) -> list[range]:
        """As many as fit under the heading."""
        each = max(1, (self.size.height - _HEAD_ROWS + 1) // _PITCH)
        return [range(first, min(first + each, len(self.cards))) for first in range(0, len(self.cards), each)]

    def turn_on(self) -> None:
        """To the next page; after the last to the first."""
        if not self.turn(1):
            self.turn(1 - len(self.pages()))

    @property
    def _aside(self) -> str:
        page = self.page
        return f"{page.start + 1}–{page.stop} / {len(self.cards)} ▼" if len(page) < len(self.cards) else ""

    def spots(self) -> Sequence[Spot]:
        """The rows of the page; the count, where it turns pages."""
        width = self.size.width
        rows = [
            Spot(str(self.cards[place].id), Region(0, _HEAD_ROWS + _PITCH * row, width, 1), "surface")
            for row, place in enumerate(self.page)
        ]
        wide = cell_len(self._aside)
        return [*rows, Spot(MORE, Region(width - wide, 0, wide, 1), "canvas")] if wide else rows

    def draw(self, sheet: Sheet) -> None:
        """Whose they are, and a row each: label, since when, what a touch does."""
        if not self.holder:
            return
        aside = self._aside
        room = sheet.width - cell_len(aside) - (2 if aside else 0)
        sheet.put(0, 0, room, self.text("enrol.cards", name=self.holder), bold=True)
        sheet.put(room + 2, 0, cell_len(aside), aside, "accent", bold=True)
        if not self.cards:
            sheet.put(_LABEL_AT, _HEAD_ROWS, sheet.width - _LABEL_AT, self.text("enrol.no_cards"), "soft")
        act = f"{self.text('enrol.withdraw')} ▸"
        for number, place in enumerate(self.page):
            card, row = self.cards[place], _HEAD_ROWS + _PITCH * number
            sheet.fill(0, row, sheet.width, 1, "tint" if self.pressed == str(card.id) else "surface")
            since = day_figures(self.kiosk.language, card.enrolled_at.astimezone(baku()).date())
            sheet.put(_LABEL_AT, row, _SINCE_AT - _LABEL_AT - 2, card.label, bold=True)
            end = sheet.text(_SINCE_AT, row, since)
            sheet.put(end + 2, row, sheet.width - end - 3, act, "accent", bold=True, align="right")
