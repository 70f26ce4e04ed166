"""The people's desk at a counter, on a real station."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from screens.counter.people.search import PeopleScreen, people_screen
from tests.screens.counter.conftest import (
    MakeCounter,
    _sqlite_model,
    counter,
    make_counter,
    ready_sqlite_url,
    secrets_folder,
)
from tests.screens.counter.counter_face import COUNTER, CounterFace, at_workplace
from tests.stations import Trial

__all__ = ["MakeCounter", "_sqlite_model", "counter", "make_counter", "ready_sqlite_url", "secrets_folder"]

OpenPeople = Callable[..., AbstractAsyncContextManager[CounterFace]]


@pytest.fixture
def at_people(request: pytest.FixtureRequest) -> OpenPeople:
    """Opens the search for who is signed in, at the counter with default settings or at another one."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = COUNTER, language: Any = "az", trial: Trial | None = None
    ) -> AsyncIterator[CounterFace]:
        async with at_workplace(trial or request.getfixturevalue("counter"), size=size) as face:
            face.app.set_language(language)
            face.app.push_screen(people_screen(face.workplace.member, None))
            await face.settle()
            assert face.is_on(PeopleScreen)
            yield face

    return opened
