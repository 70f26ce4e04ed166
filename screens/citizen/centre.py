"""Step 2: which centre (Q2). Only those that give the service, each with its address and its next free day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking.catalogue import Centre
from kiosk.errors import BadRequest
from kiosk.language import day_short
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.step import JumpTo, Next, Notice, StepScreen
from screens.citizen.turning import TurningScreen
from screens.follow import Follower
from screens.frame import Frame
from screens.widgets.lists import CardList, Row
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region
from screens.widgets.tabs import Tabs
from screens.widgets.touch_area import TouchArea


class CentreScreen(TurningScreen, StepScreen):
    """The centres of a region, this one first; two regions as tabs."""

    STEP = "centre"
    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.tabs = Tabs()
        self.cards = CardList(id="cards")
        self.pager = Pager(self.cards)
        self._free: dict[str, date | None] | None = None
        self._follower = Follower(self, self._read, pause=2.0)

    def title_words(self) -> str:
        """The question."""
        return self.text("step.centre").split("\n")[0]

    def help_words(self) -> str:
        """Which centres, and what the dates at their right are."""
        return f"{self.text('step.centre').split(chr(10))[1]} · {self.text('centre.next_free')} ▸"

    def compose_answer(self) -> Iterable[Widget]:
        """Cards first: the arrows begin there."""
        return (self.cards, self.tabs, self.pager)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Tabs on top, cards below, pages in the footer."""
        x, y, width, height = area
        yield self.tabs, Region(x, y, width, 3)
        top = 3 if frame.large else 4
        yield self.cards, Region(x, y + top, width, height - top)
        yield self.pager, pager_region(self, frame)

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed else 0

    @on(events.Mount)
    async def _read_first(self) -> None:
        """Read the next free days; the centres themselves are known."""
        await self._follower.first()

    def write(self) -> None:
        """Cards in the language on screen."""
        super().write()
        self.set_main(f"{self.text('button.proceed')} ▶" if self.draft.centre is not None else "")
        self._show()

    def follow(self) -> None:
        """Read the next free days again."""
        self._follower.changed()

    async def _read(self) -> None:
        if self.draft.service is None:
            self.answer(JumpTo("service"))
            return
        try:
            self._free = await self.ask(self.kiosk.station.bookings.next_free, self.draft.service)
        except BadRequest:
            self.draft.service = None
            self.answer(JumpTo("service"))
            return
        self._show()

    def _centres(self) -> Sequence[Centre]:
        catalogue, service = self.kiosk.catalogue, self.draft.service
        return catalogue.centres_of(service) if catalogue is not None and service is not None else ()

    def _show(self) -> None:
        language = self.kiosk.language
        here = self.kiosk.settings.station.centre
        centres = sorted(self._centres(), key=lambda centre: centre.id != here)
        regions = list(dict.fromkeys(centre.region for centre in self._centres()))
        if not regions:
            return
        region = self.draft.region
        if region not in regions:
            wanted = self.draft.centre or here
            region = next((centre.region for centre in centres if centre.id == wanted), regions[0])
        self.tabs.show(
            [
                (name, f"{self.text(f'centre.region.{name}')}  {sum(centre.region == name for centre in centres)}")
                for name in regions
            ],
            region,
        )
        rows = [
            Row(
                centre.id,
                centre.short_name.of(language),
                line=centre.address.of(language),
                fact=self._fact(centre),
                mark=f"● {self.text('centre.here')}" if centre.id == here else "",
                chosen=centre.id == self.draft.centre,
            )
            for centre in centres
            if centre.region == region
        ]
        same = [row.name for row in rows] == [row.name for row in self.cards.rows]
        self.cards.show(rows, keep_page=same)

    def _fact(self, centre: Centre) -> str:
        if self._free is None:
            return ""
        day = self._free.get(centre.id)
        return day_short(self.kiosk.language, day) if day is not None else self.text("centre.full")

    @on(TouchArea.Touched, "#tabs")
    def _region_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.region = event.name
        self._show()

    @on(TouchArea.Touched, "#cards")
    def _centre_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if self.draft.centre != event.name:
            self.draft.centre = event.name
            self.draft.time = None
        self.answer(Next())

    def go_on(self) -> None:
        """With the centre chosen before."""
        if self.draft.centre is not None:
            self.answer(Next())
