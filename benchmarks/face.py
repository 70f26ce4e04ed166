"""The citizen's face in a process of its own: opening the grid, and three hundred visits."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from textual.screen import Screen

from benchmarks.crowd import CENTRE, settings
from benchmarks.days import SERVICE
from kiosk.booking.facts import DayGrid
from kiosk.place import place
from kiosk.preparing import prepare
from kiosk.session import Draft
from kiosk.settings import Settings
from kiosk.station import Station
from screens.app import KioskApp
from screens.citizen.slots import SlotScreen
from screens.citizen.step import Next, StepScreen
from screens.citizen.wizard import begin

_PERSON = {"given_name": "Aygün", "surname": "Nümunəyeva", "patronymic": "Misal qızı", "fin": "5AB1C2D"}
_MIB = 1024 * 1024
_PAUSES = 2000
"""How often to look whether the face has come so far."""


def _prepared(folder: Path) -> Settings:
    made = settings(folder, f"sqlite:///{folder / 'queue.db'}", example={"data": True})
    at = place(made)
    try:
        prepare(at, lambda _line: None)
    finally:
        at.database.close()
    return made


def _app(folder: Path) -> KioskApp:
    made = _prepared(folder)
    return KioskApp("citizen", lambda: Station(made), made)


class _Watched(SlotScreen):
    """The grid's screen; tells when its hours have been painted."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.painted = asyncio.Event()

    def _show(self, grid: DayGrid) -> None:
        super()._show(grid)
        self.call_after_refresh(self.painted.set)


async def _draft(app: KioskApp) -> Draft:
    draft = app.session.draft
    draft.service, draft.centre = SERVICE, CENTRE
    days = await app.ask(app.station.bookings.dates, SERVICE, CENTRE)
    draft.date = next(day.date for day in days if day.open)
    return draft


async def _open_grid(app: KioskApp) -> float:
    screen = _Watched(await _draft(app))
    began = time.perf_counter()
    await app.push_screen(screen)
    await screen.painted.wait()
    taken = time.perf_counter() - began
    await app.pop_screen()
    return taken


async def _open_empty(app: KioskApp) -> float:
    screen: Screen[None] = Screen()
    painted = asyncio.Event()
    began = time.perf_counter()
    await app.push_screen(screen)
    screen.call_after_refresh(painted.set)
    await painted.wait()
    taken = time.perf_counter() - began
    await app.pop_screen()
    return taken


async def openings(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Milliseconds to open the grid, and to open an empty screen, in turns."""
    app = _app(folder)
    taken: dict[str, list[float]] = {"ours": [], "floor": []}
    async with app.run_test(size=(120, 36)):
        await app.ready()
        for number in range(rounds + 3):
            grid, empty = await _open_grid(app), await _open_empty(app)
            if number >= 3:
                taken["ours"].append(grid * 1000)
                taken["floor"].append(empty * 1000)
    return taken


async def visits(folder: Path, count: int) -> list[float]:
    """Memory in MiB after each visit: through the wizard's choices to the typed person, then the visit ends."""
    app = _app(folder)
    used = []
    async with app.run_test(size=(120, 36)) as pilot:
        await app.ready()
        for number in range(count):
            app.set_language(("az", "ru", "en")[number % 3])
            app.start_errand(lambda: begin(app, "book"))
            draft = await _draft(app)
            for step in ("service", "centre", "date", "slot"):
                screen = await _on(app, pilot, step)
                if step == "slot":
                    grid = await app.ask(app.station.bookings.slots, SERVICE, CENTRE, draft.date)  # type: ignore[arg-type]
                    draft.time = next(slot.time for slot in grid.slots if slot.state == "free")
                screen.answer(Next())
            await _on(app, pilot, "person")
            draft.applicant.update(_PERSON)
            await pilot.press("A", "b", "Tab", "Q")
            app.end_visit()
            for _ in range(_PAUSES):
                await pilot.pause()
                if len(app.screen_stack) == 1:
                    break
            used.append(_memory())
    return used


async def _on(app: KioskApp, pilot: Any, step: str) -> StepScreen:
    while not (isinstance(app.screen, StepScreen) and step == app.screen.STEP and app.screen.is_mounted):
        await pilot.pause()
    await pilot.pause()
    assert isinstance(app.screen, StepScreen)
    return app.screen


def _memory() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / _MIB


def main() -> None:
    """`openings FOLDER ROUNDS` or `visits FOLDER COUNT`; JSON on stdout."""
    what, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if what == "openings":
        told: Any = asyncio.run(openings(folder, count))
    else:
        told = asyncio.run(visits(folder, count))
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
