"""Cards of every kind, behind every way to reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from hardware.cards.card import Card
from hardware.cards.channel import Trace
from hardware.cards.registry import open_card
from hardware.readers import CardLink
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from tests.hardware.cards.desk import CASES, Case, Desk, PcscDesk, SimulatedDesk, virtual_card
from tests.hardware.cards.subjects import Subject, VendorToken, chip_in, token_behind_spy
from tests.hardware.cards.vendor.soft_token import MODULE, PIN, SO_PIN, SoftToken, run
from tests.pcscd import private_pcscd

WAYS: tuple[tuple[str, Case | None], ...] = (*product(("simulated", "pcscd"), CASES), ("softhsm2", None))
"""Which reader and which card; SoftHSM2's token needs neither."""


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


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """A token of SoftHSM2's without anything on it."""
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    run("softhsm2-util", "--init-token", "--free", "--label", "Nümunə", "--pin", PIN, "--so-pin", SO_PIN)
    return SoftToken("Nümunə", tmp_path)


@pytest.fixture
def softhsm2(
    token: SoftToken, authority: ExampleAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VendorToken]:
    """A token of SoftHSM2's with the example holder's keys, opened, with a spy before its module."""
    token.issue(authority, datetime.now(UTC))
    spied = tmp_path / "calls"
    monkeypatch.setenv("PKCS11SPY", str(MODULE))
    monkeypatch.setenv("PKCS11SPY_OUTPUT", str(spied))
    with token_behind_spy(spied) as subject:
        yield subject


@pytest.fixture(params=WAYS, ids=lambda way: "-".join(str(part) for part in way if part))
def subject(request: pytest.FixtureRequest, authority: ExampleAuthority) -> Iterator[Subject]:
    """A card of every kind behind every way to reach it, and a token behind a vendor's module."""
    way, case = request.param
    if case is None:
        yield request.getfixturevalue(way)
        return
    if way == "pcscd":
        with chip_in(request.getfixturevalue("pcsc_desk"), case, authority) as chip:
            yield chip
        return
    with SimulatedDesk() as desk, chip_in(desk, case, authority) as chip:
        yield chip
