"""The hall's screens at a counter, on a real station with one administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from db import staff as rows
from kiosk.identity import staff
from screens.counter.hall.menu import hall_menu
from tests.kiosk.hall.invented_staff import enrolled
from tests.screens.counter.conftest import MakeCounter, _sqlite_model, make_counter, ready_sqlite_url, secrets_folder
from tests.screens.counter.counter_face import COUNTER, CounterFace, at_sign_in
from tests.stations import Trial

__all__ = ["_sqlite_model", "make_counter", "ready_sqlite_url", "secrets_folder"]

OpenHall = Callable[..., AbstractAsyncContextManager[CounterFace]]


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: a hash is not what is tried here."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "_hasher", lambda: hasher)


@pytest.fixture
def trial(make_counter: MakeCounter) -> Trial:
    """A counter's station with one operator, who is nobody here."""
    return make_counter()


@pytest.fixture
def boss(trial: Trial) -> int:
    """An administrator."""
    return enrolled(trial, "administrator")


@pytest.fixture
def at_hall(trial: Trial, boss: int) -> OpenHall:
    """Opens the first section for the administrator, or for another staff member."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = COUNTER, language: Any = "az", by: int | None = None
    ) -> AsyncIterator[CounterFace]:
        async with at_sign_in(trial, size=size) as face:
            face.app.set_language(language)
            await face.app.push_screen(hall_menu(_member(trial, boss if by is None else by)))
            await face.settle()
            face.elapsed.pass_by(1.0)
            yield face

    return opened


def _member(trial: Trial, who: int) -> staff.StaffMember:
    with trial.station.acts.reading() as (connection, _):
        row = rows.by_id(connection, who)
    assert row is not None
    return staff.member_of(row)
