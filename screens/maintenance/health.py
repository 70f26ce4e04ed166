"""The page of health: what is broken first, looked at anew by itself, and the ways to everything else (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.timer import Timer

from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.counters import Counted, Counters
from screens.maintenance.duty import Duty
from screens.maintenance.findings import Findings
from screens.maintenance.foot import FootKey
from screens.maintenance.order import kept_cards, lines_beside, sorted_cards
from screens.screen import Placed
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.care.facts import Finding
    from kiosk.care.health import Health

QUIET: Final = 15.0
"""Seconds without a touch after which cards may change places: no finger is on its way to one."""


class HealthScreen(MaintenanceScreen):
    """The bottom of maintenance mode: leaving it, or being left alone, ends the mode."""

    def __init__(self, duty: Duty, health: Health) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self._health = health
        self.findings = Findings()
        self.counters = Counters(self._counted)
        self._found: tuple[Finding, ...] = ()
        self._looked_at: float | None = None
        self._looking = False
        self._timer: Timer | None = None
        self._left = False

    def compose(self) -> ComposeResult:
        """Cards first."""
        yield self.findings
        yield self.counters
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The line, and the cards below it."""
        yield from super().places(size)
        yield self.counters, self.frame.line
        yield self.findings, self.frame.body

    def on_mount(self) -> None:
        """Look at once; say so where nobody is served."""
        if self.kiosk.is_out_of_service:
            self.tell("maintenance.service.is_off", "warning")
        self.look(sort=True)

    def on_unmount(self) -> None:
        """However it ended: the audit says how, and what was opened for looking is let go."""
        self.on_duty.left(self.kiosk, "left" if self._left else "idle")
        self._health.close()

    def second_turned(self) -> None:
        """The age of the look, too."""
        super().second_turned()
        if self.is_current:
            self.counters.refresh()

    def _counted(self) -> Counted:
        lights = [finding.light for finding in self._found]
        seconds = None if self._looked_at is None else int(self.kiosk.elapsed() - self._looked_at)
        return Counted(lights.count("fault"), lights.count("warning"), lights.count("good"), seconds, self._looking)

    def look(self, *, sort: bool = False) -> None:
        """Look at everything anew, in a thread, once at a time; `sort` puts faults first again."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self._looking:
            self._looking = True
            self.counters.refresh()
            self.start(self._look(sort), group="look", exclusive=False)

    async def _look(self, sort: bool) -> None:
        try:
            found = await self.kiosk.ask(self._health.examine)
            self._show(found, sort=sort)
        finally:
            self._looking = False
            self.counters.refresh()
            self._timer = self.set_timer(self.kiosk.settings.maintenance.look_seconds, self.look)

    def _show(self, found: Sequence[Finding], *, sort: bool) -> None:
        self._found, self._looked_at = tuple(found), self.kiosk.elapsed()
        if sort or self.kiosk.quiet_seconds >= QUIET:
            cards = sorted_cards(found)
        else:
            cards = kept_cards(self.findings.cards, found)
        self.findings.show(cards, lines_beside(cards, found))
        self.foot.refresh()
        self.update_ring()

    def keys_now(self) -> Sequence[FootKey]:
        """The ways on; the page key is there from two pages on."""
        compact = self.frame.compact
        keys = [
            self.key("trials", "F2", "maintenance.key.trials"),
            self.key("log", "F3", "maintenance.key.log"),
            self.key("bundle", "F4", "maintenance.key.bundle"),
            self.key("service", "F6", self._service_words()),
            self.key("look", "F8", "maintenance.key.look_short" if compact else "maintenance.key.look"),
        ]
        pages = self.findings.pages if self.findings.is_attached else 1
        if pages > 1:
            page = self.findings.page + 1
            keys.append(FootKey("page", "pagedown", "PgDn", lambda: f"▼ {page}/{pages}"))
        return [*keys, self.key("leave", "F10", "maintenance.key.leave", main=True)]

    def _service_words(self) -> str:
        return "maintenance.key.serve" if self.kiosk.is_out_of_service else "maintenance.key.stop"

    def do_key(self, name: str) -> None:
        """The ways on."""
        match name:
            case "trials":
                self.open_trials()
            case "log":
                from screens.maintenance.log import LogScreen

                self.app.push_screen(LogScreen(self.on_duty))
            case "bundle":
                from screens.maintenance.bundle import BundleScreen

                self.app.push_screen(BundleScreen(self.on_duty))
            case "service":
                from screens.maintenance.service import ServiceScreen

                self.app.push_screen(ServiceScreen(self.on_duty))
            case "look":
                self.look(sort=True)
            case "page":
                self._turn(1)
            case "leave":
                self.leave()
            case _:
                super().do_key(name)

    def go_back(self) -> None:
        """Escape leaves nothing here: the mode ends by its own key."""

    def leave(self) -> None:
        """End the mode."""
        self._left = True
        self.kiosk.end_visit()

    def _turn(self, by: int) -> None:
        self.findings.turn(by)
        self.foot.refresh()
        self.update_ring()

    def on_key(self, event: events.Key) -> None:
        """A digit is a card's button; PgUp and PgDn turn the page."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            event.prevent_default()
            self._turn(-1 if event.key == "pageup" else 1)
        elif event.character and event.character.isdecimal() and event.character.isascii():
            event.stop()
            self._try(int(event.character) - 1)

    @on(TouchArea.Touched, "#findings")
    def _card_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        kind, _, number = event.name.partition(":")
        if kind == "try":
            self._try(int(number))
        else:
            self._open_details(int(number))

    def _try(self, number: int) -> None:
        """The trial that proves the card's thing mended; where there is none, look anew."""
        if not 0 <= number < len(self.findings.cards):
            return
        trial = self.findings.cards[number].trial
        if trial is None:
            self.look()
        else:
            self.open_trials(trial)

    def _open_details(self, number: int) -> None:
        from screens.maintenance.details import DetailsScreen

        if 0 <= number < len(self.findings.cards):
            self.app.push_screen(DetailsScreen(self.on_duty, self.findings.cards[number]))

    def open_trials(self, trial: str | None = None) -> None:
        """The list of trials, or one of them."""
        from screens.maintenance.trials import TrialsScreen, open_trial

        if trial is None:
            self.app.push_screen(TrialsScreen(self.on_duty, self.kiosk.make_trials().possible()))
        else:
            open_trial(self.kiosk, self.on_duty, trial)

    def on_screen_resume(self) -> None:
        """Back from a trial: look whether it is mended."""
        if self._looked_at is not None:
            self.look()
