"""The company's desk at a counter, on a real station with one subscriber of the company."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from screens.counter.water.orders import OrdersScreen
from tests.kiosk.water.applying import Company
from tests.screens.counter.conftest import MakeCounter, _sqlite_model, make_counter, ready_sqlite_url, secrets_folder
from tests.screens.counter.counter_face import COUNTER, CounterFace, at_workplace

__all__ = ["_sqlite_model", "make_counter", "ready_sqlite_url", "secrets_folder"]

OpenDesk = Callable[..., AbstractAsyncContextManager[CounterFace]]


@pytest.fixture
def company(make_counter: MakeCounter) -> Company:
    """The water company of the counter's station: one subscriber who owes nothing, no work yet."""
    company = Company(make_counter())
    company.subscriber()
    return company


@pytest.fixture
def at_desk(company: Company) -> OpenDesk:
    """Opens the list of work: signed in, Shift+F6."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = COUNTER, language: Any = "az") -> AsyncIterator[CounterFace]:
        async with at_workplace(company.trial, size=size) as face:
            face.app.set_language(language)
            await face.press("f18")
            assert face.is_on(OrdersScreen)
            yield face

    return opened
