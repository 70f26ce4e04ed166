"""The board over real stations: calls made elsewhere show within a second, and it outlives its database (issue 5)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.settings import Settings
from screens.app import KioskApp
from screens.board.board import BoardScreen
from tests.screens.board.fakes import FakeVoice
from tests.screens.fakes import NOW, Elapsed
from tests.screens.running import Face
from tests.standby import running_node
from tests.stations import CENTRE, SERVICE, MakeTrial, Trial, fill, open_station

DAY = "2026-11-23 10:00"
pytestmark = pytest.mark.usefixtures("voice")


def shown(face: Face) -> tuple[str | None, tuple[str, ...], bool]:
    """The call in the band, those below, and whether it waits; it does so too before the first answer."""
    view = cast(BoardScreen, face.app.screen).pane.view
    assert view is not None
    top = f"{view.top.ticket}>{view.top.counter}" if view.top is not None else None
    return top, tuple(call.ticket for call in view.below), view.waits or view.blank


def board_of(station: Any, elapsed: Callable[[], float]) -> KioskApp:
    return KioskApp("board", lambda: station, Settings(), elapsed=elapsed, wall=lambda: NOW, scan_gap=0)


def people(trial: Trial, count: int) -> None:
    """So many walk-ins wait."""
    trial.at(DAY)
    for number in range(count):
        trial.station.walk_ins.take(f"take-{number}", SERVICE)


async def test_calls_of_another_station_show(make_trial: MakeTrial) -> None:
    """Issue 5: the board follows by being told, on both databases: its own clock stands here.

    The second that the rule allows is measured by `./bench`.
    """
    here, there = make_trial(station={"name": "board-1"}), make_trial(station={"name": "counter-7"})
    people(there, 2)
    here.at(DAY)
    elapsed = Elapsed()
    app = board_of(here.station, elapsed)
    async with app.run_test(size=(120, 36)) as pilot:
        face = Face(app, pilot, cast(Any, here.station), elapsed)
        await face.until(lambda: app.is_ready and shown(face) == (None, (), False))
        queue = there.station.queue

        async def comes_to(top: str, below: tuple[str, ...]) -> None:
            await face.until(lambda: shown(face)[:2] == (top, below))

        for key, counter, expected in (
            ("one", "7", ("A-001>7", ())),
            ("two", "12", ("A-002>12", ("A-001",))),
        ):
            queue.call_next(key, counter, centre=CENTRE)
            await comes_to(*expected)
        there.at("2026-11-23 10:01")
        queue.call_again("three", "7", "A-001", centre=CENTRE)
        await comes_to("A-001>7", ("A-002",))
        queue.put_back("four", "7", "A-001", centre=CENTRE)
        await comes_to("A-002>12", ())
        assert FakeVoice.made.said == ["A-001", "A-002", "A-001"]


@pytest.mark.long
async def test_it_outlives_its_database(secrets_folder: Path, tmp_path: Path) -> None:
    """Issue 5: PostgreSQL stops and starts again: "please wait" in the meantime, then the same call, by itself."""
    with running_node() as node:
        url = node.dsn().replace("postgresql://", "postgresql+psycopg://")
        fill(url)
        station = open_station(url, tmp_path, secrets_folder)
        people(Trial(station, station.clock.set), 1)
        station.queue.call_next("one", "7")
        app = board_of(station, time.monotonic)
        async with app.run_test(size=(120, 36)) as pilot:
            face = Face(app, pilot, cast(Any, station), Elapsed())
            called = ("A-001>7", (), False)
            await face.until(lambda: app.is_ready and shown(face) == called)
            node.stop()
            await _comes(face, lambda: shown(face) == (None, (), True))
            node.start()
            await _comes(face, lambda: shown(face) == called)
            assert FakeVoice.made.said == []


async def _comes(face: Face, true: Callable[[], bool]) -> None:
    """Wait in real time, while the board's own clocks run."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        await face.pilot.pause(0.05)
