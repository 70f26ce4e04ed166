"""A face in maintenance mode that runs without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from kiosk.settings import MaintenanceSettings, Settings
from screens.app import FaceName, KioskApp
from screens.maintenance.health import HealthScreen
from screens.maintenance.sign_in import MaintenanceSignInScreen
from tests.screens.fakes import NOW, Elapsed
from tests.screens.maintenance.fakes import NAME, PASSWORD, FakeHealth, FakeTrials, TechnicalStation
from tests.screens.running import Face, settings

KIOSK = (120, 36)
COUNTER = (100, 35)
SMALL = (80, 24)
LARGE_TYPE = (76, 22)
SIZES = (KIOSK, COUNTER, SMALL, LARGE_TYPE)


class TechnicalApp(KioskApp):
    """The app with probes and trials of a test."""

    health: FakeHealth
    trials: FakeTrials

    def make_health(self) -> Any:
        return self.health

    def make_trials(self) -> Any:
        return self.trials


class TechnicalFace(Face):
    """The running face, and what a technician does."""

    @property
    def health(self) -> FakeHealth:
        return cast(TechnicalApp, self.app).health

    @property
    def trials(self) -> FakeTrials:
        return cast(TechnicalApp, self.app).trials

    @property
    def desk(self) -> list[tuple[Any, ...]]:
        """What was audited."""
        return cast(TechnicalStation, self.station).maintenance.acts

    @property
    def page(self) -> HealthScreen:
        """The page of health, wherever it stands in the stack."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, HealthScreen))

    async def gesture(self, times: int = 5, seconds: float = 0.4) -> None:
        """Press F9 so often, with so many seconds between."""
        for _ in range(times):
            await self.pilot.press("f9")
            self.elapsed.pass_by(seconds)
        await self.settle()

    async def sign(self, name: str = NAME, password: str = PASSWORD) -> None:
        """Fill in the pair and press Enter."""
        screen = cast(MaintenanceSignInScreen, self.screen)
        screen.user_name.value = name
        screen.password.value = password
        screen.set_focus(screen.password)
        await self.settle()
        await self.press("enter")


def technical_settings(**face: Any) -> Settings:
    """The defaults, with maintenance mode's own times."""
    return replace(settings(**face), maintenance=MaintenanceSettings(idle_seconds=600, look_seconds=10))


@asynccontextmanager
async def at_first_screen(
    station: TechnicalStation | None = None,
    *,
    size: tuple[int, int] = KIOSK,
    face: FaceName = "citizen",
    with_settings: Settings | None = None,
    health: FakeHealth | None = None,
) -> AsyncIterator[TechnicalFace]:
    """A face on its first screen, with the station built."""
    station = station or TechnicalStation()
    elapsed = Elapsed()
    app = TechnicalApp(
        face,
        lambda: cast(Any, station),
        with_settings or technical_settings(),
        elapsed=elapsed,
        wall=lambda: NOW,
        scan_gap=0.0,
    )
    app.health = health or FakeHealth()
    app.trials = FakeTrials()
    async with app.run_test(size=size) as pilot:
        found = TechnicalFace(app, pilot, station, elapsed)
        await found.until(lambda: app.is_ready)
        await found.settle()
        elapsed.pass_by(1.0)
        yield found
    assert app.return_code in (None, 0)


@asynccontextmanager
async def at_health(station: TechnicalStation | None = None, **more: Any) -> AsyncIterator[TechnicalFace]:
    """The same, signed in, on the page of health."""
    async with at_first_screen(station, **more) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert isinstance(face.screen, HealthScreen), face.screen
        face.elapsed.pass_by(1.0)
        yield face
