"""A face that runs without a terminal, and what a test does with it: keys, touches, looks. It never sleeps."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

from kiosk.names import Language
from kiosk.settings import Settings
from screens.app import KioskApp
from screens.base import KioskScreen
from screens.widgets.touch_area import TouchArea
from tests.screens.fakes import NOW, Elapsed, FakeStation

FULL = (120, 36)
LARGE = (76, 22)
SMALL_TERMINAL = (80, 24)
SIZES = (FULL, LARGE, SMALL_TERMINAL)
_PATIENCE = 60.0
_TURNS = 30
"""Of the event loop: more than any chain of messages in a screen is long."""


@dataclass
class Face:
    """The running app with its clocks and station."""

    app: KioskApp
    pilot: Pilot[int]
    station: FakeStation
    elapsed: Elapsed

    @property
    def screen(self) -> KioskScreen:
        return cast(KioskScreen, self.app.screen)

    def is_on(self, kind: type) -> bool:
        """Whether a screen of that kind is on top."""
        return isinstance(self.app.screen, kind)

    def widget(self, selector: str) -> Any:
        return self.screen.query_one(selector)

    async def settle(self) -> None:
        """Wait until nothing is under way: no call to the station, no message, no layout, twice in a row.

        Textual's own pause ends when the process uses little of its processor; so does one that is given little of it.
        Turns of the loop are counted therefore. Twice, since what an answer leads to may be the next question.
        """
        quiet = 0
        for _ in range(400):
            await self._breathe()
            calls = [thread for thread in threading.enumerate() if thread.name == "station-call"]
            for thread in calls:
                thread.join(5)
            waiting = self.app.message_queue_size + self.app.screen.message_queue_size
            quiet = 0 if calls or waiting else quiet + 1
            if quiet == 2:
                return

    async def draws(self) -> None:
        """Wait until what was changed stands there, whatever call to the station is under way."""
        await self._breathe()
        await self._breathe()

    async def _breathe(self) -> None:
        await self.pilot.pause()
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until that holds; a timer of the app may have to fire first."""
        deadline = time.monotonic() + _PATIENCE
        while not true():
            assert time.monotonic() < deadline, "it never came to pass"
            await self.pilot.pause(0.002)

    async def press(self, *keys: str) -> None:
        """Press keys, each a second after what was before."""
        for key in keys:
            self.elapsed.pass_by(1.0)
            await self.pilot.press(key)
            await self.settle()

    async def touch(self, selector: str, spot: str | None = None) -> None:
        """Tap in the middle of a spot (the only one, if none is named), a second after what was before."""
        self.elapsed.pass_by(1.0)
        await self.tap(selector, spot)
        await self.settle()

    async def tap(self, selector: str, spot: str | None = None, button: int = 1) -> None:
        """Tap without waiting before or after."""
        area = self.widget(selector)
        assert isinstance(area, TouchArea)
        found = area.spots()[0] if spot is None else area.spot(spot)
        assert found is not None, f"{selector} has no spot {spot}"
        x, y, width, height = found.region.translate(area.region.offset)
        self.click(x + width // 2, y + height // 2, button)
        await self.pilot.pause()

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Press and release there, as the terminal tells the app (Pilot's own clicks go past the app)."""
        for kind in (events.MouseDown, events.MouseUp):
            self.app.post_message(
                kind(
                    widget=None,
                    x=x,
                    y=y,
                    delta_x=0,
                    delta_y=0,
                    button=button,
                    shift=False,
                    meta=False,
                    ctrl=False,
                    screen_x=x,
                    screen_y=y,
                )
            )

    def lines(self) -> list[str]:
        """The text of the screen's rows."""
        return ["".join(segment.text for segment in strip) for strip in self.screen._compositor.render_strips()]

    @property
    def shown(self) -> str:
        """All text on the screen."""
        return "\n".join(self.lines())

    def region(self, selector: str) -> tuple[int, int, int, int]:
        region = cast(Widget, self.widget(selector)).region
        return region.x, region.y, region.width, region.height


def settings(*, language: Language = "az", **face: Any) -> Settings:
    """The defaults, with these of the section [face]."""
    usual = Settings()
    return replace(usual, face=replace(usual.face, language=language, **face))


@asynccontextmanager
async def starting(
    station: FakeStation | None = None,
    *,
    size: tuple[int, int] = FULL,
    with_settings: Settings | None = None,
    scan_gap: float = 0.0,
    **more: Any,
) -> AsyncIterator[Face]:
    """A citizen's face on its first screen; the station may not be built yet."""
    station = station or FakeStation()
    elapsed = Elapsed()
    app = KioskApp(
        "citizen",
        lambda: cast(Any, station),
        with_settings or settings(),
        elapsed=elapsed,
        wall=lambda: NOW,
        scan_gap=scan_gap,
        **more,
    )
    async with app.run_test(size=size) as pilot:
        elapsed.pass_by(1.0)
        yield Face(app, pilot, station, elapsed)
    assert app.return_code in (None, 0)


@asynccontextmanager
async def running(station: FakeStation | None = None, **more: Any) -> AsyncIterator[Face]:
    """The same with the station built, and nothing under way."""
    async with starting(station, **more) as face:
        await face.until(lambda: face.app.is_ready)
        await face.settle()
        face.elapsed.pass_by(1.0)
        yield face
