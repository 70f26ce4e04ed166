"""Step 3: which date (Q3, Q4). Non-working days are told with their reason and cannot be booked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking.facts import Day
from kiosk.errors import BadRequest
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.step import JumpTo, Next, Notice, StepScreen
from screens.follow import Follower
from screens.frame import Frame
from screens.messages import DayTurned
from screens.widgets.date_cards import DateCards
from screens.widgets.touch_area import TouchArea


class DateScreen(StepScreen):
    """The offered dates of the chosen service at the chosen centre."""

    STEP = "date"
    HAS_MAIN: ClassVar[bool] = True

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.cards = DateCards()
        # Free hours are counted anew at most every two seconds: others book all the time.
        self._follower = Follower(self, self._read, pause=2.0)

    def title_words(self) -> str:
        """The question."""
        return self.text("step.date").split("\n")[0]

    def help_words(self) -> str:
        """Which dates."""
        return self.text("step.date").split("\n")[1]

    def compose_answer(self) -> Iterable[Widget]:
        """The cards alone."""
        return (self.cards,)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """A row of air over and under the cards."""
        if frame.large:
            return [(self.cards, area)]
        return [(self.cards, Region(area.x, area.y + 1, area.width, max(16, min(19, area.height - 2))))]

    def write(self) -> None:
        """The main button, when a date was chosen before."""
        super().write()
        self.set_main(f"{self.text('button.proceed')} ▶" if self.draft.date is not None else "")

    @on(events.Mount)
    async def _read_first(self) -> None:
        """Read the dates."""
        await self._follower.first()

    def follow(self) -> None:
        """Read the dates again."""
        self._follower.changed()

    @on(DayTurned)
    def _day_turned(self) -> None:
        self.follow()

    async def _read(self) -> None:
        draft = self.draft
        if draft.service is None or draft.centre is None:
            self.answer(JumpTo("service"))
            return
        try:
            days = await self.ask(self.kiosk.station.bookings.dates, draft.service, draft.centre)
        except BadRequest:
            draft.centre = None
            self.answer(JumpTo("centre"))
            return
        if draft.date is not None and not any(day.open and day.date == draft.date for day in days):
            draft.date = draft.time = None
            self.write()
        self.cards.show(days, draft.date)

    @on(TouchArea.Touched, "#dates")
    def _date_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        day = self.cards.day_named(event.name)
        if day is None:
            return
        if not day.open:
            self.tell_words(lambda: self._closed_words(day), "error")
            return
        if self.draft.date != day.date:
            self.draft.date = day.date
            self.draft.time = None
        self.answer(Next())

    def _closed_words(self, day: Day) -> str:
        name = day.name.of(self.kiosk.language) if day.name is not None else self.text(f"date.reason.{day.reason}")
        return self.text("date.non_working", name=name)

    def go_on(self) -> None:
        """With the date chosen before."""
        if self.draft.date is not None:
            self.answer(Next())
