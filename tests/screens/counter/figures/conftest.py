"""The figures' screen at a counter, on a real station with invented days."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from screens.counter.figures.screen import FiguresScreen, figures_screen
from tests.kiosk.hall.invented_hall import NOW, Inventor, write
from tests.screens.counter.conftest import MakeCounter, _sqlite_model, make_counter, ready_sqlite_url, secrets_folder
from tests.screens.counter.counter_face import COUNTER, CounterFace, at_workplace
from tests.stations import Trial

__all__ = ["_sqlite_model", "make_counter", "ready_sqlite_url", "secrets_folder"]

OpenFigures = Callable[..., AbstractAsyncContextManager[CounterFace]]


@pytest.fixture
def hall(make_counter: MakeCounter) -> Trial:
    """A centre in the middle of its third day, with an operator who may see the figures."""
    trial = make_counter(rights=frozenset({"see_figures"}))
    write(trial, Inventor(5).days(60))
    return trial


@pytest.fixture
def at_figures(hall: Trial) -> OpenFigures:
    """Opens the figures for who is signed in."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = COUNTER, language: Any = "az") -> AsyncIterator[CounterFace]:
        hall.set_instant(NOW)
        async with at_workplace(hall, size=size) as face:
            face.app.set_language(language)
            face.app.push_screen(figures_screen(face.workplace.member, None))
            await face.settle()
            screen = face.screen
            assert isinstance(screen, FiguresScreen)
            await face.until(lambda: screen.numbers.found is not None)
            await face.settle()
            yield face

    return opened
