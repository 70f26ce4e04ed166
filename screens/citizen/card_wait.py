"""“Insert your card”: waits until a card can be used, and says in words what stands in its way (I2, I3, I4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.identity.card_facts import CardFacts
from screens.base import Placed
from screens.citizen.card_words import Told, sight_told
from screens.citizen.step import Answer, AnsweringScreen, Next
from screens.frame import Frame
from screens.messages import CardSeen
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn


@dataclass(frozen=True)
class CardReady(Answer):
    """A card was read."""

    card: CardFacts = field(repr=False)


class CardPicture(Drawn):
    """A card with its chip, and the slot it goes into: what to do without reading a word."""

    def draw(self, sheet: Sheet) -> None:
        """The card over the reader's slot, in the middle."""
        wide, high = min(40, sheet.width - 4), max(6, min(11, sheet.height - 5))
        x, y = (sheet.width - wide) // 2, 0
        sheet.area(x, y, wide, high, "surface")
        chip: Colour = "held"
        sheet.fill(x + 4, y + high // 2 - 1, 7, 3, chip)
        if sheet.palette.framed:
            sheet.frame(x + 4, y + high // 2 - 1, 7, 3, "thin", "ink")
        for row in range(2):
            sheet.fill_halves(x + 15, 2 * (y + high // 2 - 1) + 3 * row, wide - 19, 1, "line")
        for row, arrow in enumerate("▼", high + 1):
            sheet.put(0, y + row, sheet.width, arrow, "accent", bold=True, align="center")
        sheet.fill(x - 2, y + high + 3, wide + 4, 1, "ink")


class CardWaitScreen(AnsweringScreen):
    """Ends with `CardReady` as soon as a card of the person's own stands ready, or with `Back`."""

    HAS_MAIN = True

    def __init__(self, told: Told | None = None, *, without: str = "") -> None:
        """Make it.

        Args:
            told: what happened before, as that the card was taken out.
            without: message key of a main button that goes on without a card, with `Next`; "": there is none.
        """
        super().__init__()
        self._told = told
        self._without = without
        self.picture = CardPicture(id="picture")

    def title_words(self) -> str:
        """What to do."""
        return self.text("card.insert").partition("\n")[0]

    def help_words(self) -> str:
        """How."""
        return self.text("card.insert").partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """The picture."""
        return [self.picture]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """In the middle of the area."""
        rows = min(area.height, 15)
        yield self.picture, Region(area.x, area.y + (area.height - rows) // 2, area.width, rows)

    def write(self) -> None:
        """The button, where one may go on without a card."""
        super().write()
        if self._without:
            self.set_main(self.text(self._without))

    def go_on(self) -> None:
        """Without a card."""
        if self._without:
            self.answer(Next())

    def on_mount(self) -> None:
        """Say what happened before; a card may be there already."""
        if self._told is not None:
            told = self._told
            self.tell_words(lambda: told.words(self.text), told.kind)
        self.look()

    @on(CardSeen)
    def _card_seen(self) -> None:
        self.look()

    def look(self) -> None:
        """Look at what stands in the reader, and say so."""
        app = self.kiosk
        sight = app.sight
        if sight is None:
            self.tell("reader.unavailable", "warning")
        elif app.card_was_left:
            self.tell("card.left", "warning")
        elif sight.state == "ready" and app.card is not None:
            self.answer(CardReady(app.card))
        elif (told := sight_told(sight)) is not None:
            self.tell_words(lambda: told.words(self.text), told.kind)
        elif sight.state == "reading":
            self.tell_words(lambda: self.text("card.reading"))
        elif self._told is None:
            self.tell_words(None)
