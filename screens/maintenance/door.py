"""The app's way into maintenance mode and out of it, and the notice that nobody is served here (M1, M5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.screen import Screen

from kiosk.settings import Settings
from screens.maintenance.gesture import ClockTouched, Gesture
from screens.visits import VisitApp

if TYPE_CHECKING:
    from kiosk.care.health import Health
    from kiosk.care.out_of_service import OutOfService
    from kiosk.care.trials import Trials
    from kiosk.station import Station

NOTICE_SECONDS: Final = 1.0
"""How often it is looked whether this machine was taken out of service."""


class DoorApp(VisitApp):
    """Opens maintenance mode for the gesture on a bottom screen, while nobody's visit is open."""

    def __init__(self, settings: Settings, elapsed: Callable[[], float], *, gap: float) -> None:
        """Make it with nobody here."""
        super().__init__(settings, elapsed, gap=gap)
        self._touches = Gesture(elapsed)
        self._keys = Gesture(elapsed)
        self._service: OutOfService | None = None

    @property
    def station(self) -> Station:
        """The station."""
        raise NotImplementedError

    @property
    def is_ready(self) -> bool:
        """Whether the station is built."""
        raise NotImplementedError

    def note_scan(self) -> None:
        """The page of health tells when the scanner read last (M2)."""
        if self.is_ready:
            self.station.scans.note()

    def wear_dark(self) -> None:
        """The theme of maintenance mode, until the visit ends."""
        raise NotImplementedError

    def make_health(self) -> Health:
        """What looks at everything."""
        from kiosk.care.health import Health

        return Health(self.settings, self.station)

    def make_trials(self) -> Trials:
        """What a technician can try."""
        from kiosk.care.trials import Trials

        return Trials(self.settings, self.station)

    def make_bundle(self, folder: Path) -> Path:
        """Make a diagnostics bundle in a folder; where it lies. Blocks.

        Raises:
            OSError: it cannot be written.
        """
        from kiosk.care import bundle

        return bundle.make(self.settings, self.station, folder)

    @property
    def service(self) -> OutOfService:
        """Whether this machine serves citizens."""
        if self._service is None:
            from kiosk.care.out_of_service import OutOfService

            self._service = OutOfService(self.settings)
        return self._service

    @property
    def is_out_of_service(self) -> bool:
        """Whether this machine serves nobody."""
        return self.service.is_on() is not None

    @property
    def serves_nobody(self) -> bool:
        """Whether it was taken out of service here, or a supervisor closed this kiosk from a counter."""
        return self.is_out_of_service or (self.is_ready and self.station.stations.is_closed)

    def watch_service(self) -> None:
        """Begin to look whether this machine was taken out of service; the first look is at once."""
        self.look_at_service()
        self.set_interval(NOTICE_SECONDS, self.look_at_service)

    def look_at_service(self) -> None:
        """Show the notice, or take it away; a technician at work is left in peace.

        At a kiosk that a supervisor closed, whoever is there finishes first.
        """
        from screens.maintenance.base import MaintenanceScreen

        stack = self._screen_stack
        if any(isinstance(screen, MaintenanceScreen) for screen in stack):
            return
        may_finish = self.in_visit and not self.is_out_of_service and not self._has_notice(stack)
        if self.serves_nobody != self._has_notice(stack) and not may_finish:
            self.end_visit()

    async def visit_ended(self) -> None:
        """Over the bottom screen the notice comes at once, where nobody is served."""
        if self.serves_nobody:
            from screens.maintenance.out_of_service import OutOfServiceScreen

            await self.push_screen(OutOfServiceScreen())

    def _has_notice(self, stack: list[Screen[Any]]) -> bool:
        from screens.maintenance.out_of_service import OutOfServiceScreen

        return any(isinstance(screen, OutOfServiceScreen) for screen in stack)

    @on(ClockTouched)
    def _clock_touched(self) -> None:
        if self._nobody_is_here() and self._touches.once_more():
            self.open_maintenance()

    def f9_pressed(self) -> None:
        """The gesture's key."""
        if self._nobody_is_here() and self._keys.once_more():
            self.open_maintenance()

    def _nobody_is_here(self) -> bool:
        """Whether nothing but a bottom screen, or the notice over it, is open."""
        stack = self._screen_stack
        if self.session.identity is not None:
            return False
        return len(stack) == 1 or (len(stack) == 2 and self._has_notice(stack))

    def open_maintenance(self) -> None:
        """Ask who is there."""
        from screens.maintenance.sign_in import MaintenanceSignInScreen

        self.wear_dark()
        self.push_screen(MaintenanceSignInScreen())
