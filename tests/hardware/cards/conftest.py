"""Cards of every kind, behind every way to reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from hardware.cards.card import Card
from hardware.cards.channel import Trace
from hardware.cards.registry import open_card
from hardware.readers import CardLink
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from tests.hardware.cards.desk import CASES, Case, Desk, PcscDesk, SimulatedDesk, virtual_card
from tests.pcscd import private_pcscd


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ExampleAuthority:
    """Who issues the certificates of every card here."""
    return ExampleAuthority.open(tmp_path_factory.mktemp("authority"), datetime.now(UTC))


@pytest.fixture(scope="session")
def pcsc_desk() -> Iterator[Desk]:
    """A real reader service with an empty reader."""
    with private_pcscd(readers=4) as pcscd, PcscDesk(pcscd) as desk:
        yield desk


@pytest.fixture(params=["simulated", "pcscd"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """An empty reader: ours without hardware, and a real one's."""
    if request.param == "pcscd":
        yield request.getfixturevalue("pcsc_desk")
        return
    with SimulatedDesk() as simulated:
        yield simulated


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    """A kind of card and the protocol it speaks."""
    assert isinstance(request.param, Case)
    return request.param


@pytest.fixture
def make(case: Case, authority: ExampleAuthority) -> Callable[..., VirtualCard]:
    """Makes a card of that kind, with faults."""
    return lambda *faults: virtual_card(case, authority, faults)


@pytest.fixture
def insert(desk: Desk) -> Iterator[Callable[[VirtualCard], CardLink]]:
    """Puts a card into the reader and reaches it; taken out at the end."""
    yield desk.insert
    desk.remove()


@pytest.fixture
def opened(
    make: Callable[..., VirtualCard], insert: Callable[[VirtualCard], CardLink]
) -> Iterator[tuple[Card, VirtualCard, Trace]]:
    """An opened card, the virtual one behind it, and what is sent to it."""
    virtual, trace = make(), Trace()
    card = open_card(insert(virtual), trace)
    yield card, virtual, trace
    card.close()
