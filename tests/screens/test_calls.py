"""Calls to the station: off the event loop, none keeps the process from ending, and a long one is told."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest

from kiosk.errors import SlotTaken
from screens.calls import in_thread
from screens.citizen.service import ServiceScreen
from screens.start import command_type_changer
from tests.screens.fakes import FakeStation
from tests.screens.running import running, starting


async def test_a_call_runs_in_a_daemon_thread() -> None:
    """Finding 14: a worker thread of Textual blocks the exit until it returns."""
    thread = await in_thread(threading.current_thread)
    assert thread.daemon
    assert thread is not threading.current_thread()


async def test_what_a_call_raises_is_raised() -> None:
    """Typed refusals come through as they are."""
    with pytest.raises(SlotTaken):
        await in_thread(lambda: (_ for _ in ()).throw(SlotTaken("held")))


async def test_a_cancelled_wait_drops_the_result() -> None:
    """house.md: a change is never cancelled; who no longer waits gets nothing, and nothing breaks."""
    go = threading.Event()
    task = asyncio.create_task(in_thread(go.wait))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    assert await in_thread(lambda: 7) == 7


async def test_a_long_wait_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """face.md: a wait over 400 ms says "Bir az gözləyin…" in the footer's note, and no spinner."""
    station = FakeStation()
    answer = threading.Event()
    dates = station.bookings.dates

    def slow(service: str, centre: str) -> object:
        answer.wait(60)
        return dates(service, centre)

    monkeypatch.setattr(station.bookings, "dates", slow)
    async with running(station) as face:
        await face.touch("#tiles", "book")
        await face.touch("#results", "id-issue")
        face.elapsed.pass_by(1.0)
        await face.tap("#cards", "baku-2")
        await face.until(lambda: "Bir az gözləyin…" in face.shown)
        answer.set()
        await face.until(lambda: "7 boş saat" in face.shown)
        assert "Bir az gözləyin…" not in face.shown


async def test_before_the_station_is_there_one_is_asked_to_wait() -> None:
    """Issue 2: the first screen is there at once; who is faster than the database waits a moment."""
    go = threading.Event()
    station = FakeStation()
    catalogue = station.catalogue

    def slow() -> object:
        go.wait(60)
        return catalogue()

    station.catalogue = slow  # type: ignore[assignment,method-assign]
    async with starting(station) as face:
        assert not face.app.is_ready
        await face.pilot.press("1")
        await face.until(lambda: "Bir az gözləyin…" in face.shown)
        go.set()
        await face.until(lambda: face.is_on(ServiceScreen))


async def test_the_type_command_is_called_with_its_word(tmp_path: Path) -> None:
    """K2: large type by the program that the deployed kiosk names."""
    out = tmp_path / "said"
    script = tmp_path / "type"
    script.write_text(f'#!/bin/sh\necho "$1" >> {out}\n')
    script.chmod(0o755)
    change = command_type_changer([str(script)])
    for large in (True, False):
        change(large)
        for thread in threading.enumerate():
            if thread.name == "type-size":
                thread.join(60)
    assert out.read_text().split() == ["large", "usual"]


async def test_what_is_never_begun_leaves_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    """Of two reads of a group in one breath the first is never begun: no warning of it reaches the log."""
    begun: list[str] = []

    async def read(name: str) -> None:
        begun.append(name)

    async with running() as face:
        for name in ("first", "second"):
            face.screen.start(read(name), group="list")
        await face.settle()
        gc.collect()
    assert begun == ["second"]
    assert not [warning for warning in recwarn if "never awaited" in str(warning.message)]
