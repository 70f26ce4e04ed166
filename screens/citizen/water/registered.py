"""“Müraciətiniz qeydiyyata alındı”: the manual's text to the letter, and the number large (W3, W7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.post.page import PageFacts
from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Next
from screens.citizen.water.words import Fact, day_words, kind_words
from screens.frame import Frame
from screens.widgets import figures
from screens.widgets.fact_list import FactList
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.water.facts import Registered

_BAND: Final = 14
_BAND_LARGE: Final = 10
_FIGURES: Final = 4
"""How many rows large figures take."""


class RegisteredBand(Drawn):
    """The text, and the number as large as the width lets it be."""

    def __init__(self, number: str) -> None:
        super().__init__(id="band")
        self._number = number

    def draw(self, sheet: Sheet) -> None:
        """Mark, text, number."""
        sheet.fill(0, 0, sheet.width, sheet.height, "good")
        x = self.kiosk.margin
        mark = "✓ " if self.kiosk.large else "✓  "
        lines = [
            line
            for part in self.text("application.registered", number=self._number).split("\n")
            for line in wrap(part, sheet.width - 2 * x - len(mark), 2)
        ]
        y = max(1, (sheet.height - len(lines) - _FIGURES - 1) // 2)
        sheet.text(x, y, mark, "on-good", bold=True)
        for row, line in enumerate(lines):
            sheet.put(x + len(mark), y + row, sheet.width - x - len(mark), line, "on-good", bold=row == 0)
        y += len(lines) + (1 if y + len(lines) + _FIGURES < sheet.height else 0)
        self._draw_number(sheet, x + len(mark), y)

    def _draw_number(self, sheet: Sheet, x: int, y: int) -> None:
        """Where the whole number is too wide its year stands small before the digits that tell it from others."""
        year, _, count = self._number.rpartition("-")
        if figures.columns(self._number) <= sheet.width - x - self.kiosk.margin:
            sheet.pixels(x, y, figures.pixels(self._number), "on-good")
            return
        if year:
            x = sheet.text(x, y + _FIGURES - 1, f"{year}-", "on-good", bold=True) + 1
        sheet.pixels(x, y, figures.pixels(count), "on-good")


class RegisteredScreen(AnsweringScreen):
    """Ends with `Next`: the visit is over."""

    HAS_BACK: ClassVar[bool] = False
    HAS_MAIN: ClassVar[bool] = True
    HAS_SECOND: ClassVar[bool] = True
    HAS_QUESTION: ClassVar[bool] = False

    def __init__(self, registered: Registered, applicant: str, email: str, phone: str) -> None:
        super().__init__()
        self.registered = registered
        self._applicant = applicant
        self._email = email
        self._phone = phone
        self.band = RegisteredBand(registered.number)
        self.facts = FactList(id="facts")
        self._printing = False

    def title_words(self) -> str:
        """The band says it."""
        return ""

    def _facts(self) -> list[Fact]:
        app = self.kiosk
        rows = [
            (app.text("application.fact.kind"), kind_words(app, self.registered.kind)),
            (app.text("application.fact.date"), day_words(app, app.now())),
            (app.text("application.fact.applicant"), self._applicant),
        ]
        return [(label, value) for label, value in rows if value]

    def compose_answer(self) -> Iterable[Widget]:
        """Nothing of it takes the focus."""
        return [self.band, self.facts]

    def places(self, size: Size) -> Placed:
        """The band stands right below the header, over the full width."""
        yield from super().places(size)
        yield self.band, Region(0, self.frame.header.bottom, size.width, self._band_rows)

    @property
    def _band_rows(self) -> int:
        return _BAND_LARGE if self.frame.large else _BAND

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The facts below the band."""
        top = frame.header.bottom + self._band_rows + 1
        high = min(area.bottom - top, 4 if frame.large else 8)
        yield self.facts, Region(area.x, top, area.width, high)

    def write(self) -> None:
        """Buttons, facts, and where the letters went."""
        super().write()
        self.facts.show_facts(self._facts())
        self.set_main(self.text("button.done"))
        if self.kiosk.station.has_printer:
            self.set_second(self.text("button.print"), usable=not self._printing)
        if self.note.kind == "plain":
            self.tell_words(self._told)

    def _told(self) -> str:
        """Where the letters went; short messages leave only where a way out is set for them."""
        if self.kiosk.settings.sms_transport == "none":
            return self.text("application.mailed", email=self._email)
        return self.text("application.told", email=self._email, phone=self._phone)

    def go_on(self) -> None:
        """Done."""
        self.answer(Next())

    def do_second(self) -> None:
        """Print the number."""
        if not self._printing and self.kiosk.station.has_printer:
            self._printing = True
            self.write()
            self.start(self._print(), group="print", exclusive=False)

    async def _print(self) -> None:
        """What became of the paper is told; the application stands whatever it was."""
        page = PageFacts(
            self.text("application.fact.number"),
            tuple(self.text("application.registered", number=self.registered.number).split("\n")),
            ((self.text("application.fact.number"), self.registered.number), *self._facts()),
        )
        try:
            state = await self.ask(self.kiosk.station.print_page, "print_application", page, self.kiosk.language)
        finally:
            self._printing = False
            self.write()
        if state == "ok":
            self.tell("application.printed")
        else:
            self.tell("application.not_printed", "warning")
