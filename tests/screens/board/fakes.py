"""A board over a station that tells what a test says, with clocks that only a test moves."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.errors import Refusal, Unavailable
from kiosk.hall.queue_facts import BoardCall, BoardNow
from kiosk.hall_settings import BoardSettings
from kiosk.names import Language, Names
from kiosk.settings import Settings
from screens.app import KioskApp
from screens.board.board import BoardScreen
from screens.board.places import BoardFrame
from screens.board.view import BoardView
from tests.screens.fakes import NOW, Elapsed, FakeStation
from tests.screens.running import FULL, Face

RIGHT = Names("2-ci mərtəbə, sağ tərəf", "2 этаж, направо", "Floor 2, on the right")


def call(
    ticket: str, counter: str, minutes: float = 0, *, serving: bool = False, direction: Names = RIGHT,
    language: Language = "az", times: int = 1,
) -> BoardCall:  # fmt: skip
    """A call, so many minutes ago."""
    return BoardCall(ticket, counter, direction, NOW - timedelta(minutes=minutes), times, language, serving)


NOWHERE = Names("", "", "")
"""Of a counter whose way was never told."""
PICTURE = (
    call("A-017", "7"),
    call("B-004", "12", 1, direction=Names("2-ci mərtəbə sol", "2 этаж, налево", "Floor 2, on the left")),
    call("A-016", "3", 3, direction=Names("1-ci mərtəbə", "1 этаж", "Floor 1")),
    call("C-109", "9", 4),
)
"""The calls of face/12-board.png."""
PLAIN = tuple(replace(one, direction=NOWHERE) for one in PICTURE)
"""The same in a hall that tells the way to no counter."""


@dataclass
class FakeBoard:
    """Tells `calls`, `past` and their directions; refuses, or keeps one waiting, when a test says so."""

    calls: tuple[BoardCall, ...] = PICTURE
    past: tuple[BoardCall, ...] = ()
    ways: tuple[Names, ...] = ()
    """Directions to counters that call nobody now."""
    at: datetime = NOW
    refuse: Refusal | None = None
    looks: int = 0
    hangs: bool = False
    go_on: threading.Event = field(default_factory=threading.Event)

    def look(self) -> BoardNow:
        self.looks += 1
        if self.hangs:
            self.go_on.wait(60)
        if self.refuse is not None:
            raise self.refuse
        told = (call.direction for call in (*self.calls, *self.past))
        ways = dict.fromkeys((*self.ways, *(way for way in told if any(way))))
        return BoardNow(self.at, self.calls, self.past, tuple(ways))


class HallStation(FakeStation):
    """A station whose hall can be followed."""

    def __init__(self, *calls: BoardCall) -> None:
        super().__init__()
        self.board = FakeBoard(calls) if calls else FakeBoard()

    def watch_hall(self, callback: Callable[[], None], centre: str | None = None) -> Callable[[], None]:
        return self.watch(callback)

    def away(self) -> None:
        """The database is gone."""
        self.board.refuse = Unavailable()

    def back(self) -> None:
        """And there again."""
        self.board.refuse = None


class FakeVoice:
    """Notes what is announced."""

    made: FakeVoice

    def __init__(self, settings: BoardSettings, folder: Path, bell: Callable[[], object]) -> None:
        self.said: list[str] = []
        self.bell = bell
        self.closed = False
        FakeVoice.made = self

    def announce(self, calls: tuple[BoardCall, ...]) -> None:
        self.said += [call.ticket for call in calls]

    def close(self) -> None:
        self.closed = True


@dataclass
class Hall(Face):
    """The running board."""

    @property
    def board(self) -> BoardScreen:
        return cast(BoardScreen, self.app.screen)

    @property
    def view(self) -> BoardView:
        """What it shows."""
        assert self.board.pane.view is not None
        return self.board.pane.view

    @property
    def frame(self) -> BoardFrame:
        """Where things stand."""
        return BoardFrame.of(self.app.size, self.view.ways)

    @property
    def told(self) -> FakeBoard:
        return cast(HallStation, self.station).board

    async def passes(self, seconds: float) -> None:
        """That much time passes, and the board looks what to show."""
        self.elapsed.pass_by(seconds)
        self.board.beat()
        await self.settle()

    async def changes(self, *calls: BoardCall, past: tuple[BoardCall, ...] = ()) -> None:
        """A counter did something, and every station is told."""
        self.told.calls, self.told.past = calls, past
        self.station.change()
        await self.settle()


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> type[FakeVoice]:
    """The board's voice is only noted."""
    monkeypatch.setattr("kiosk.hall.announcer.Announcer", FakeVoice)
    return FakeVoice


def board_settings(**board: Any) -> Settings:
    """The defaults with these of the section [board]."""
    usual = Settings()
    return replace(usual, board=replace(usual.board, **board))


@asynccontextmanager
async def hall_board(
    station: HallStation | None = None,
    *,
    size: tuple[int, int] = FULL,
    with_settings: Settings | None = None,
    ready: bool = True,
) -> AsyncIterator[Hall]:
    """The board, with its first answer shown."""
    station = station or HallStation()
    elapsed = Elapsed()
    app = KioskApp(
        "board", lambda: cast(Any, station), with_settings or Settings(), elapsed=elapsed, wall=lambda: NOW, scan_gap=0
    )
    async with app.run_test(size=size) as pilot:
        hall = Hall(app, pilot, station, elapsed)
        if ready:
            await hall.until(lambda: hall.told.looks and app.is_ready)
            await hall.settle()
        yield hall
        station.board.go_on.set()
    assert app.return_code in (None, 0)
