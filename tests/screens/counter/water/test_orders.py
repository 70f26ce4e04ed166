"""The list of the company's work at the counter: filters, search, following (W7)."""

from __future__ import annotations

import asyncio

import pytest

from screens.counter.water.application import ApplicationScreen
from screens.counter.water.orders import OrdersScreen
from screens.counter.workplace import WorkplaceScreen
from screens.messages import Scanned
from tests.kiosk.water.applying import Company
from tests.screens.counter.counter_face import CounterFace
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import typed


def shown(face: CounterFace) -> list[str]:
    screen = face.screen
    assert isinstance(screen, OrdersScreen)
    return [line.name for line in screen.list.lines]


def chosen(face: CounterFace) -> str | None:
    screen = face.screen
    assert isinstance(screen, OrdersScreen)
    return screen.list.chosen


async def several(company: Company, count: int) -> list[str]:
    """So many applications of new consumers, a day apart."""
    numbers = []
    for day in range(count):
        company.trial.at(f"2026-11-{20 + day:02} 09:00")
        numbers.append(company.registered("new_consumer"))
    return numbers


async def test_due_first_and_overdue_in_words(company: Company, at_desk: OpenDesk) -> None:
    """W7: what is due first stands first; what is late has sign and word, not a colour alone."""
    first, second = await several(company, 2)
    company.trial.change("UPDATE work_orders SET due_on = '2026-11-19' WHERE application = 2")
    company.trial.at("2026-11-21 09:00")
    async with at_desk() as face:
        assert shown(face) == [second, first]
        assert "! 19.11.2026 gecikir" in face.shown
        await face.press("f5")
        assert shown(face) == [second]


@pytest.mark.long
async def test_filters_by_key_and_by_mouse(company: Company, at_desk: OpenDesk) -> None:
    """W7: state, kind, mine; each again and again comes round."""
    await several(company, 1)
    suspension = company.registered()
    async with at_desk() as face:
        await face.press("f3", "f3")
        assert shown(face) == [suspension]
        await face.touch("#filters", "kind")
        await face.touch("#filters", "kind")
        assert len(shown(face)) == 2
        await face.press("f2", "f2")
        assert shown(face) == []
        assert face.app.text("desk.no_work") in face.shown
        await face.press("f2", "f2", "f2", "f2", "f2")
        assert len(shown(face)) == 2
        await face.press("f4")
        assert shown(face) == []


async def test_typing_searches_and_escape_clears_first(company: Company, at_desk: OpenDesk) -> None:
    """W7: number, subscriber code, FİN, name; no field has to be chosen first."""
    numbers = await several(company, 2)
    async with at_desk() as face:
        await typed(face, "000002")
        assert shown(face) == numbers[1:]
        await face.press("escape")
        assert shown(face) == numbers
        await typed(face, "numuneyeva")
        assert shown(face) == numbers
        await face.press("escape", "escape")
        assert face.is_on(WorkplaceScreen)


@pytest.mark.long
async def test_a_scan_is_searched_for(company: Company, at_desk: OpenDesk) -> None:
    """The slip's number, held to the scanner."""
    numbers = await several(company, 2)
    async with at_desk() as face:
        face.screen.post_message(Scanned(numbers[1]))
        await face.settle()
        assert shown(face) == numbers[1:]


async def test_it_follows_without_moving_the_chosen_row(company: Company, at_desk: OpenDesk) -> None:
    """W7: others' work comes and goes around the row that one looks at."""
    numbers = await several(company, 3)
    async with at_desk() as face:
        await face.press("down", "down")
        assert chosen(face) == numbers[2]
        work = company.trial.station.water.work
        await asyncio.to_thread(work.act, "k-follow", None, numbers[0], "refuse", "Ünvan yoxdur")
        await face.until(lambda: shown(face) == numbers[1:])
        assert chosen(face) == numbers[2]


@pytest.mark.long
async def test_a_second_touch_opens(company: Company, at_desk: OpenDesk) -> None:
    """The mouse does what the keys do."""
    numbers = await several(company, 2)
    async with at_desk() as face:
        await face.touch("#list", numbers[1])
        assert chosen(face) == numbers[1]
        await face.touch("#list", numbers[1])
        assert face.is_on(ApplicationScreen)


async def test_the_card_out_signs_out_from_the_desk_too(company: Company, at_desk: OpenDesk) -> None:
    """C6: whoever signed in by a card is signed out when it goes, on whatever screen of the desk."""
    async with at_desk() as face:
        screen = face.screen
        assert isinstance(screen, OrdersScreen)
        object.__setattr__(screen.operator, "insertion", 7)
        await face.press("f7", "escape")
        await face.until(lambda: not face.is_on(OrdersScreen))
        assert not face.is_on(WorkplaceScreen)
