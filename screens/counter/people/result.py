"""What was booked, confirmed or moved at the desk: the order code large, its hour, and its slip on paper (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.language import clock
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.counter.key_bar import Key
from screens.counter.people.words import centre_words, moment_words
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.fact_pane import Fact, FactPane
from screens.widgets import figures
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn
from screens.widgets.words import Heading

if TYPE_CHECKING:
    from kiosk.booking.facts import Confirmed

_CODE_ROWS: Final = 6


class CodeBand(Drawn):
    """The order code, to be read out or written down."""

    def __init__(self, code: str) -> None:
        super().__init__(id="code")
        self._code = code

    def draw(self, sheet: Sheet) -> None:
        """As large figures on the surface."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        rows = figures.pixels(self._code)
        if len(rows[0]) + 4 <= sheet.width and sheet.height >= _CODE_ROWS:
            sheet.pixels(3, 1, rows, "ink")
        else:
            sheet.put(3, sheet.height // 2, sheet.width - 4, self._code, "ink", bold=True)


class DoneScreen(DeskScreen):
    """Prints at once where there is a printer; the person's own language is that of their paper and letters."""

    KEYS: ClassVar = {
        "enter": "back",
        "shift+f2": "print",
        "f14": "print",
        "escape": "back",
    }

    def __init__(self, operator: Operator, confirmed: Confirmed, title: str, *, again: bool = False) -> None:
        """Make it.

        Args:
            operator: who works here.
            confirmed: the booking.
            title: message key of what became of it.
            again: whether its slip was printed before.
        """
        super().__init__(operator)
        self.confirmed = confirmed
        self.heading = Heading(lambda: self.text(title), id="heading")
        self.code = CodeBand(confirmed.order_code)
        self.facts = FactPane()
        self._again = again

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.code
        yield self.facts
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The code over the facts."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        x, y, width, height = frame.body
        yield self.code, Region(x, y, min(width, 72), _CODE_ROWS)
        yield self.facts, Region(x, y + _CODE_ROWS + 1, width, max(0, height - _CODE_ROWS - 1))

    def keys_here(self) -> Sequence[Key]:
        """Paper again."""
        return (Key("print", "Shift+F2", "button.print_again"),) if self.kiosk.station.has_printer else ()

    def on_mount(self) -> None:
        """Print."""
        self._print()

    def write(self) -> None:
        """The facts in the language on screen."""
        app, found = self.kiosk, self.confirmed
        self.facts.show(
            [
                Fact(self.text("people.fact.person"), printable(f"{found.surname} {found.given_name}")),
                Fact(self.text("people.fact.when"), moment_words(app, found.time)),
                Fact(self.text("people.fact.until"), clock(found.arrive_until)),
                Fact(self.text("people.row.service"), service_words(app, found.service)),
                Fact(self.text("people.row.centre"), centre_words(app, found.centre)),
                Fact(self.text("people.fact.letters"), found.email or self.text("people.no_letters")),
            ]
        )

    def do_key(self, name: str) -> None:
        """Print again."""
        if name == "print":
            self._print()
        else:
            super().do_key(name)

    def _print(self) -> None:
        if not self.kiosk.station.has_printer:
            self.tell("people.write_down", "warning")
        elif not self.busy:
            self.busy = True
            self.start(self._print_now(), group="print", exclusive=False)

    async def _print_now(self) -> None:
        """Without paper the code is written down: who has no e-mail address has nothing else."""
        confirmed, again = self.confirmed, self._again
        self._again = True
        try:
            state = await self.ask(self.kiosk.station.print_order, confirmed, confirmed.language, again=again)
        finally:
            self.busy = False
        if state == "ok":
            self.tell("people.take_paper")
        else:
            self.tell("people.not_printed", "warning")
