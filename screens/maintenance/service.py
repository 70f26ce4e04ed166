"""Out of service, and back: asked once, then both faces follow (M5)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.clock import in_baku
from kiosk.language import day_month
from screens.frame import columns
from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.screen import Placed
from screens.widgets.buttons import Button
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn, TouchArea

_log = logging.getLogger(__name__)


class _Question(Drawn):
    """What is asked, and what follows from it, on the warning ground."""

    def __init__(self, screen: ServiceScreen) -> None:
        super().__init__(id="question")
        self._screen = screen

    def draw(self, sheet: Sheet) -> None:
        """Bold question, then what it means."""
        sheet.area(0, 0, sheet.width, sheet.height, "held-ground")
        sheet.fill(0, 0, 1, sheet.height, "held")
        title, told = self._screen.question_words()
        sheet.put(3, 1, sheet.width - 6, title, "held-ink", bold=True)
        for row, line in enumerate(wrap(told, sheet.width - 6, sheet.height - 4), 3):
            sheet.put(3, row, sheet.width - 6, line, "held-ink")


class ServiceScreen(MaintenanceScreen):
    """The question with two answers; Escape answers no."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self.question = _Question(self)
        self.yes = Button("yes", "main")
        self.no = Button("no")

    def question_words(self) -> tuple[str, str]:
        """What is asked, and what follows."""
        since = self.kiosk.service.is_on()
        if since is None:
            return self.text("maintenance.service.stop"), self.text("maintenance.service.stop_help")
        at = in_baku(since.at)
        when = self.text(
            "maintenance.service.since", date=day_month(self.kiosk.language, at.date()), time=f"{at:%H:%M}"
        )
        return self.text("maintenance.service.serve"), f"{when}\n{self.text('maintenance.service.serve_help')}"

    def compose(self) -> ComposeResult:
        """The answers first."""
        yield self.no
        yield self.yes
        yield self.question
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The question over its answers."""
        yield from super().places(size)
        x, y, width, height = self.frame.body
        rows = min(9, height - 4)
        yield self.question, Region(x, y, width, rows)
        for answer, (start, wide) in zip((self.no, self.yes), columns(width, 2, 2), strict=True):
            yield answer, Region(x + start, y + rows + 1, wide, 3)

    def on_mount(self) -> None:
        """Write the answers."""
        self.write()

    def write(self) -> None:
        """The answers."""
        act = "stop" if self.kiosk.service.is_on() is None else "serve"
        self.yes.label = self.text(f"maintenance.service.{act}_yes")
        self.no.label = self.text(f"maintenance.service.{act}_no")

    def keys_now(self) -> Sequence[FootKey]:
        """Back is no."""
        return (self.back_key(),)

    @on(TouchArea.Touched, "#no")
    def _no(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_back()

    @on(TouchArea.Touched, "#yes")
    def _yes(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.change()

    def change(self) -> None:
        """Do it, and say on the page of health that it was done."""
        service = self.kiosk.service
        try:
            if service.is_on() is None:
                service.set(self.on_duty.member)
                done, told = "off", "maintenance.service.is_off"
            else:
                service.clear()
                done, told = "on", "maintenance.service.is_on"
        except OSError as error:
            _log.error("out of service could not be changed: %s", type(error).__name__)
            self.tell("maintenance.service.failed", "error")
            return
        self.on_duty.note(self.kiosk, "service", done)
        below = self.app.screen_stack[-2]
        if isinstance(below, MaintenanceScreen):
            below.tell(told, "warning" if done == "off" else "plain")
        self.go_back()
