"""A counter's face that runs without a terminal, signed in or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from screens.app import KioskApp
from screens.counter.sign_in import SignInScreen
from screens.counter.verdict import Told
from screens.counter.workplace import WorkplaceScreen
from tests.screens.fakes import Elapsed
from tests.screens.running import Face
from tests.stations import START, Trial, moment

NAME = "leyla"
PASSWORD = "parol-2026"
COUNTER = (100, 35)
SMALL = (80, 24)
WIDE = (120, 36)
NARROW = (76, 22)
"""The smallest terminal on which everything has to be there."""
SIZES = (COUNTER, SMALL, WIDE)


class CounterFace(Face):
    """The running counter."""

    @property
    def sign_in(self) -> SignInScreen:
        return cast(SignInScreen, self.screen)

    @property
    def workplace(self) -> WorkplaceScreen:
        return cast(WorkplaceScreen, self.screen)

    @property
    def told(self) -> Told:
        """What the panel says."""
        told = self.workplace.panel.words()
        assert told is not None
        return told

    async def sign(self, name: str = NAME, password: str = PASSWORD) -> None:
        """Fill in the pair and press Enter."""
        self.sign_in.user_name.value = name
        self.sign_in.password.value = password
        self.sign_in.set_focus(self.sign_in.password)
        await self.settle()
        await self.press("enter")

    async def write(self, text: str) -> None:
        """Type, letter by letter."""
        for sign in text:
            await self.pilot.press({" ": "space", "-": "minus"}.get(sign, sign))

    async def enter(self, text: str) -> None:
        """Type and press Enter."""
        self.elapsed.pass_by(1.0)
        await self.write(text)
        await self.press("enter")


@asynccontextmanager
async def at_sign_in(
    trial: Trial, *, size: tuple[int, int] = COUNTER, scan_gap: float = 0.0
) -> AsyncIterator[CounterFace]:
    """A counter's face on its first screen, with the station built."""
    elapsed = Elapsed()
    app = KioskApp(
        "counter",
        lambda: trial.station,
        trial.station.settings,
        elapsed=elapsed,
        wall=lambda: moment(START),
        scan_gap=scan_gap,
    )
    async with app.run_test(size=size) as pilot:
        face = CounterFace(app, pilot, cast(Any, trial.station), elapsed)
        await face.until(lambda: app.is_ready)
        await face.settle()
        elapsed.pass_by(1.0)
        yield face
    assert app.return_code in (None, 0)


@asynccontextmanager
async def at_workplace(
    trial: Trial, *, size: tuple[int, int] = COUNTER, scan_gap: float = 0.0
) -> AsyncIterator[CounterFace]:
    """The same, signed in."""
    async with at_sign_in(trial, size=size, scan_gap=scan_gap) as face:
        await face.sign()
        assert isinstance(face.screen, WorkplaceScreen)
        face.elapsed.pass_by(1.0)
        yield face
