"""Two reader services as one: `[cards] reader = "auto"`."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from hardware.either import EitherService
from hardware.errors import CardGone
from hardware.readers import CardInserted, CardRemoved, ReaderAdded, ReaderEvent, ReaderRemoved, ServiceStarted
from hardware.simulated.service import SimulatedService
from tests.cards import Cards, cards, example_authority

__all__ = ["cards", "example_authority"]


class Both:
    """Both services simulated; the real one begins without a reader."""

    def __init__(self) -> None:
        numbers = count(1)
        self.real = SimulatedService(readers=1, insertions=numbers)
        self.real.unplug()
        self.stand_in = SimulatedService(readers=1, insertions=numbers)
        self.either = EitherService(self.real, self.stand_in)
        self.events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self.either.start(self.events.put)

    def until(self, fits: Callable[[ReaderEvent], bool]) -> list[ReaderEvent]:
        """Every event up to the one that fits."""
        seen: list[ReaderEvent] = []
        while not seen or not fits(seen[-1]):
            seen.append(self.events.get(timeout=30))
        return seen


@pytest.fixture
def both() -> Iterator[Both]:
    made = Both()
    yield made
    made.either.stop()


def test_without_a_real_reader_the_simulated_one_counts(both: Both, cards: Cards) -> None:
    both.stand_in.insert(cards.make("azedit"))
    inserted = both.until(lambda event: isinstance(event, CardInserted))[-1]
    assert isinstance(inserted, CardInserted)
    both.either.connect(inserted.insertion).close()


def test_a_real_reader_takes_over_for_good(both: Both, cards: Cards) -> None:
    """What stood in is reported gone first; its cards cannot be reached any more, and what comes to it is not told."""
    old = both.stand_in.insert(cards.make("azedit"))
    both.until(lambda event: isinstance(event, CardInserted))
    both.real.plug()
    *before, added = both.until(lambda event: isinstance(event, ReaderAdded))
    gone = [event for event in before if isinstance(event, (CardRemoved, ReaderRemoved))]
    assert [type(event) for event in gone] == [CardRemoved, ReaderRemoved]
    assert isinstance(added, ReaderAdded)
    assert old is not None
    with pytest.raises(CardGone):
        both.either.connect(old)
    new = both.real.insert(cards.make("azedit"))
    told = both.until(lambda event: isinstance(event, CardInserted))[-1]
    assert isinstance(told, CardInserted)
    assert told.insertion == new != old
    both.either.connect(told.insertion).close()
    both.real.unplug()
    both.until(lambda event: isinstance(event, ReaderRemoved))
    assert both.either.condition().readers == ()


def test_both_services_are_let_go(both: Both) -> None:
    both.until(lambda event: isinstance(event, ServiceStarted))
    both.either.stop()
    assert not both.real.condition().up
    assert not both.stand_in.condition().up
