"""The panel “Məlumat”: everything about the confirmed booking, its order code large, its QR, and the paper (Q7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.booking.facts import Confirmed
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.choices import street
from screens.citizen.facts_panel import Fact, FactsPanel, latest, place_facts, when
from screens.citizen.step import AnsweringScreen, Next, Notice
from screens.frame import Frame
from screens.widgets.qr import COLUMNS as QR_COLUMNS
from screens.widgets.qr import Qr
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

_FACTS_WIDTH: Final = 63
_FAULTS: Final = {"no_paper": "printer.no_paper", "cover_open": "printer.cover_open"}


class Band(Drawn):
    """The green band: what happened, and whom it was mailed to, if to anybody (C8)."""

    def __init__(self, confirmed: Confirmed, title: str) -> None:
        super().__init__(id="band")
        self._confirmed = confirmed
        self._title = title

    def draw(self, sheet: Sheet) -> None:
        """Mark and title at the left, the address at the right."""
        sheet.fill(0, 0, sheet.width, sheet.height, "good")
        x = self.kiosk.margin
        title = self.text(self._title).partition("\n")[0]
        end = sheet.text(x, 1, f"✓ {title}" if self.kiosk.large else f"✓  {title}", "on-good", bold=True)
        if not self.kiosk.large and self._confirmed.email:
            sent = self.text("result.sent_to", email=self._confirmed.email)
            sheet.put(end + 3, 1, sheet.width - end - 3 - x, sent, "on-good", align="right")


class ResultScreen(AnsweringScreen):
    """Shows a confirmed booking; prints it where there is a printer, and again when asked."""

    HAS_BACK = False
    HAS_MAIN = True
    HAS_SECOND = True
    HAS_QUESTION = False
    BARE = True

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__()
        if draft.confirmed is None:
            raise ValueError("there is no confirmed booking to show")
        self.confirmed = draft.confirmed
        self._title = notice.key if notice is not None else "step.result"
        self.band = Band(self.confirmed, self._title)
        self.facts = FactsPanel(self.confirmed.order_code, self._advice, self._facts)
        self.qr = Qr(self.confirmed.qr, id="qr")
        self._printing = False
        self._printed = False
        """Whether printing was tried: a second time is a reprint."""

    def title_words(self) -> str:
        """What happened; the band says it here."""
        return self.text(self._title).partition("\n")[0]

    def _advice(self) -> str:
        return self.text(self._title).partition("\n")[2]

    def _facts(self) -> list[Fact]:
        """In large type the place holds no more than what must be known."""
        booked, app = self.confirmed, self.kiosk
        known = [
            Fact("result.when", when(app, booked.time), bold=True),
            Fact("result.latest", latest(app, booked.arrive_until), bold=True),
        ]
        if app.large:
            return known
        name = Fact("result.name", f"{booked.given_name} {booked.surname}")
        return [*known, *place_facts(app, booked.service, booked.centre), name]

    def compose_answer(self) -> Iterable[Widget]:
        """Nothing of it takes the focus."""
        return [self.band, self.facts, self.qr]

    def places(self, size: Size) -> Placed:
        """The band stands right below the header, over the full width."""
        yield from super().places(size)
        if not self.frame.large:
            yield self.band, Region(0, self.frame.header.bottom, size.width, 3)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Facts at the left, the QR at the right; in large type the QR takes the whole height."""
        if frame.large:
            yield from self._place_large(area)
            return
        top = frame.header.bottom + 5
        height = area.bottom - top
        wide = area.width - _FACTS_WIDTH - 4
        yield self.facts, Region(area.x, top, _FACTS_WIDTH, height)
        yield self.qr, Region(area.right - wide, top, wide, height)

    def _place_large(self, area: Region) -> Placed:
        left = area.width - QR_COLUMNS - 1
        x, width = self.kiosk.margin, left - self.kiosk.margin - 1
        foot = area.height - 4
        second = len(self.second.label) + 2 if self.second.label else 0
        yield self.band, Region(0, 0, left, 3)
        yield self.facts, Region(x, 4, width, 8)
        yield self.note, Region(x, 12, width, foot - 12)
        if second:
            yield self.second, Region(x, foot, second, 3)
            second += 1
        yield self.main, Region(x + second, foot, width - second, 3)
        yield self.qr, Region(left, 0, area.width - left, area.height)

    def on_mount(self) -> None:
        """Print at once."""
        self._say()
        if self.kiosk.station.has_printer:
            self.do_second()

    def write(self) -> None:
        """Buttons."""
        super().write()
        self.set_main(self.text("button.done"))
        if self.kiosk.station.has_printer:
            short = self.kiosk.large or not self._printed
            label = self.text("button.print" if short else "button.print_again")
            self.set_second(label, usable=not self._printing)

    def on_resize(self) -> None:
        """Another layout has other words."""
        self.write()

    def _say(self) -> None:
        self.note.say(self._words, align="left")

    def _words(self) -> str:
        """In large type the note's place holds the centre and whom the copy was mailed to."""
        if self._printing:
            return self.text("result.printing")
        if not self.kiosk.large:
            return self.text("result.take_paper" if self._printed else "result.photograph")
        centre = self.kiosk.catalogue.centres.get(self.confirmed.centre) if self.kiosk.catalogue else None
        language = self.kiosk.language
        place = [centre.short_name.of(language), street(centre.address.of(language))] if centre else []
        sent = [self.text("result.sent_to", email=self.confirmed.email)] if self.confirmed.email else []
        return "\n".join([*place, *sent])

    def go_on(self) -> None:
        """The visit ends."""
        self.answer(Next())

    def do_second(self) -> None:
        """Print, or print again: never a new code."""
        if not self._printing:
            self._printing = True
            self._say()
            self.write()
            self.start(self._print(), group="print", exclusive=False)

    async def _print(self) -> None:
        """What became of the paper is told; the booking stands whatever it was."""
        try:
            outcome = await self.ask(
                self.kiosk.station.print_order, self.confirmed, self.kiosk.language, again=self._printed
            )
        finally:
            self._printing = False
            self._printed = True
            self.write()
        if outcome == "ok":
            self._say()
        else:
            self.tell(_FAULTS.get(outcome, "printer.unavailable"), "warning", code=self.confirmed.order_code)
