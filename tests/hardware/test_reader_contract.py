"""What holds for every reader service: the simulated one and real pcscd, each with cards of T=0 and T=1."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

import pytest

from hardware.errors import CardBusy, CardError, CardGone, CardMute, ServiceDown
from hardware.pcsc.service import PcscService
from hardware.readers import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderRemoved,
    ReaderService,
    ServiceStarted,
    ServiceStopped,
    Transport,
)
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import CardKeys, Profile, make_card
from hardware.simulated.service import SimulatedService
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.hardware.pcsc.plugged import SECONDS, Heard
from tests.pcscd import Pcscd, private_pcscd

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHALLENGE = bytes.fromhex("0084000008")
VERIFY_PIN1 = bytearray.fromhex("00200081 08 31323334FFFFFFFF")
ASK_PIN1 = bytes.fromhex("00200081")


class Bench(Protocol):
    """A service with a reader that a test can reach into."""

    service: ReaderService
    heard: Heard

    def insert(self, card: VirtualCard, slot: int = 0) -> None:
        """Put a card in; the service tells of it by and by."""

    def pull(self) -> None:
        """Take every card out."""

    def end(self) -> None:
        """End the reader service."""

    def begin(self) -> None:
        """Start it again."""


class SimulatedBench:
    """Two simulated readers."""

    def __init__(self) -> None:
        self.heard = Heard()
        self._simulated = SimulatedService(readers=2)
        self.service: ReaderService = self._simulated

    def insert(self, card: VirtualCard, slot: int = 0) -> None:
        self._simulated.insert(card, slot + 1)

    def pull(self) -> None:
        self._simulated.remove(1)
        self._simulated.remove(2)

    def end(self) -> None:
        self._simulated.stop_service()

    def begin(self) -> None:
        self._simulated.start_service()


class PcscBench:
    """The two slots of a virtual reader of a real pcscd."""

    def __init__(self, pcscd: Pcscd) -> None:
        self.heard = Heard()
        self.service: ReaderService = PcscService(environment=pcscd.environment)
        self._pcscd = pcscd
        self._plugged: list[tuple[threading.Event, threading.Thread]] = []

    def insert(self, card: VirtualCard, slot: int = 0) -> None:
        stopped = threading.Event()
        where = VpcdAddress("127.0.0.1", self._pcscd.ports[slot])
        thread = threading.Thread(target=plug_into, args=(where, card, stopped, lambda line: None), daemon=True)
        thread.start()
        self._plugged.append((stopped, thread))

    def pull(self) -> None:
        for stopped, _ in self._plugged:
            stopped.set()
        for _, thread in self._plugged:
            thread.join(SECONDS)
            assert not thread.is_alive()
        self._plugged.clear()

    def end(self) -> None:
        self._pcscd.kill()

    def begin(self) -> None:
        self._pcscd.start()


@contextmanager
def _simulated() -> Iterator[Bench]:
    yield SimulatedBench()


@contextmanager
def _pcsc() -> Iterator[Bench]:
    with private_pcscd() as pcscd:
        bench = PcscBench(pcscd)
        try:
            yield bench
        finally:
            bench.pull()


BENCHES = {"simulated": _simulated, "pcsc": _pcsc}
TRANSPORTS: tuple[Transport, ...] = ("T=0", "T=1")


@pytest.fixture(params=[(name, transport) for name in BENCHES for transport in TRANSPORTS], ids=" ".join)
def kind(request: pytest.FixtureRequest) -> tuple[str, Transport]:
    """Which service, and which protocol its cards speak."""
    found: tuple[str, Transport] = request.param
    return found


@pytest.fixture
def bench(kind: tuple[str, Transport]) -> Iterator[Bench]:
    """A started service that has found its readers."""
    with BENCHES[kind[0]]() as made:
        made.service.start(made.heard.post)
        try:
            assert isinstance(made.heard.next(), ServiceStarted)
            assert [type(made.heard.next()) for _ in range(2)] == [ReaderAdded, ReaderAdded]
            yield made
        finally:
            made.service.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ExampleAuthority:
    """Who issues the cards' certificates."""
    return ExampleAuthority.open(tmp_path_factory.mktemp("authority"), NOW)


@pytest.fixture(scope="module")
def keys() -> CardKeys:
    """The cards' keys, made once."""
    return CardKeys.make("pkcs15", elliptic=True)


Make = Callable[..., VirtualCard]


@pytest.fixture
def make(kind: tuple[str, Transport], authority: ExampleAuthority, keys: CardKeys) -> Make:
    """Makes a card of the protocol in question."""

    def made(profile: Profile = "unknown", *faults: str) -> VirtualCard:
        return make_card(profile, authority, faults, NOW, transport=kind[1], keys=keys)

    return made


def test_a_card_is_told_with_its_answer_to_reset(bench: Bench, make: Make, kind: tuple[str, Transport]) -> None:
    card = make()
    bench.insert(card)
    event = bench.heard.next()
    assert isinstance(event, CardInserted)
    assert (event.atr, event.mute) == (card.atr, False)
    link = bench.service.connect(event.insertion)
    assert (link.reader, link.insertion, link.atr) == (event.reader, event.insertion, card.atr)
    assert link.transport == kind[1]


def test_each_insertion_has_a_number_of_its_own(bench: Bench, make: Make) -> None:
    """I11: a card of the same model in place of another is another insertion; so is the same card put in again."""
    card, numbers = make(), set()
    for _ in range(2):
        bench.insert(card)
        inserted = bench.heard.next()
        assert isinstance(inserted, CardInserted)
        numbers.add(inserted.insertion)
        bench.pull()
        assert bench.heard.next() == CardRemoved(inserted.reader, inserted.insertion)
        with pytest.raises(CardGone):
            bench.service.connect(inserted.insertion)
    assert len(numbers) == 2


def test_commands_are_answered_as_the_card_answers_them(bench: Bench, make: Make) -> None:
    """A status word is an answer, whatever it says; T=0 and T=1 are not hidden."""
    card, alike = make(), make()
    alike.power_on()
    bench.insert(card)
    link = bench.service.connect(bench.heard.until(CardInserted).insertion)
    for command in ("00A40000023F00", "00A4000C023F00", "00B2010400", "00B0000000", "00FF0000", "8050000000"):
        assert link.transmit(bytes.fromhex(command)) == alike.transmit(bytes.fromhex(command)), command
    assert len({link.transmit(CHALLENGE) for _ in range(5)}) == 5


def test_two_readers_are_two(bench: Bench, make: Make) -> None:
    first, second = make("unknown"), make("pkcs15")
    bench.insert(first, 0)
    one = bench.heard.until(CardInserted)
    bench.insert(second, 1)
    two = bench.heard.until(CardInserted)
    assert one.reader != two.reader
    links = [bench.service.connect(event.insertion) for event in (one, two)]
    assert [link.atr for link in links] == [first.atr, second.atr]
    assert [link.transmit(CHALLENGE)[-2:] for link in links] == [b"\x90\x00", b"\x90\x00"]


def test_a_link_is_exclusive(bench: Bench, make: Make) -> None:
    """8010000B, until it is closed."""
    bench.insert(make())
    insertion = bench.heard.until(CardInserted).insertion
    link = bench.service.connect(insertion)
    with pytest.raises(CardBusy) as caught:
        bench.service.connect(insertion)
    assert caught.value.code == 0x8010000B
    assert link.transmit(CHALLENGE)
    link.close()
    bench.service.connect(insertion).close()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_card_pulled_in_a_command_is_gone_for_good(number: int, bench: Bench, make: Make) -> None:
    bench.insert(make("unknown", f"pull@{number}"))
    event = bench.heard.until(CardInserted)
    link = bench.service.connect(event.insertion)
    for _ in range(number - 1):
        link.transmit(CHALLENGE)
    for _ in range(2):
        with pytest.raises(CardGone):
            link.transmit(CHALLENGE)
    assert bench.heard.next() == CardRemoved(event.reader, event.insertion)
    with pytest.raises(CardGone):
        link.reset()
    link.close()
    link.close()


def test_a_card_pulled_between_commands_is_gone(bench: Bench, make: Make) -> None:
    bench.insert(make())
    event = bench.heard.until(CardInserted)
    link = bench.service.connect(event.insertion)
    bench.pull()
    assert bench.heard.next() == CardRemoved(event.reader, event.insertion)
    with pytest.raises(CardGone):
        link.transmit(CHALLENGE)


@pytest.mark.parametrize("again", ["reset", "close"])
def test_what_a_pin_proved_ends_with_the_link_or_a_reset(again: str, bench: Bench, make: Make) -> None:
    """S3: nobody after this citizen finds the card signed in."""
    bench.insert(make("pkcs15"))
    insertion = bench.heard.until(CardInserted).insertion
    link = bench.service.connect(insertion)
    assert link.transmit(ASK_PIN1) == b"\x63\xc3"
    assert link.transmit(bytearray(VERIFY_PIN1)) == b"\x90\x00"
    assert link.transmit(ASK_PIN1) == b"\x90\x00"
    if again == "reset":
        link.reset()
    else:
        link.close()
        link = bench.service.connect(insertion)
    assert link.transmit(ASK_PIN1) == b"\x63\xc3"


def test_a_closed_link_is_dead(bench: Bench, make: Make) -> None:
    bench.insert(make())
    link = bench.service.connect(bench.heard.until(CardInserted).insertion)
    link.close()
    link.close()
    with pytest.raises(CardGone):
        link.transmit(CHALLENGE)


def test_a_command_stays_with_the_caller(bench: Bench, make: Make) -> None:
    """The caller wipes what holds a PIN; the link neither changes nor keeps it."""
    bench.insert(make("pkcs15"))
    link = bench.service.connect(bench.heard.until(CardInserted).insertion)
    command = bytearray(VERIFY_PIN1)
    link.transmit(command)
    assert command == VERIFY_PIN1
    command[:] = bytes(len(command))


def test_a_mute_card_is_told_and_cannot_be_reached(bench: Bench, make: Make) -> None:
    """The wrong way round, dirty or broken."""
    bench.insert(make("mute"))
    event = bench.heard.next()
    assert isinstance(event, CardInserted)
    assert (event.mute, event.atr) == (True, b"")
    with pytest.raises(CardMute):
        bench.service.connect(event.insertion)


def test_the_end_of_the_reader_service_is_told_in_order(bench: Bench, make: Make) -> None:
    """M3: card, readers, service; then everything is found again under new numbers."""
    bench.insert(make())
    first = bench.heard.until(CardInserted)
    link = bench.service.connect(first.insertion)
    bench.end()
    gone = [bench.heard.next() for _ in range(4)]
    assert isinstance(gone[-1], ServiceStopped) and gone[-1].error == ServiceDown.error
    assert gone.index(CardRemoved(first.reader, first.insertion)) < gone.index(ReaderRemoved(first.reader))
    condition = bench.service.condition()
    assert (condition.up, condition.error, condition.readers) == (False, ServiceDown.error, ())
    with pytest.raises(ServiceDown):
        link.transmit(CHALLENGE)
    with pytest.raises(ServiceDown):
        bench.service.connect(first.insertion)
    link.close()
    bench.begin()
    assert isinstance(bench.heard.next(), ServiceStarted)
    second = bench.heard.until(CardInserted)
    assert second.insertion != first.insertion
    assert bench.service.connect(second.insertion).transmit(CHALLENGE)


def test_beginning_anew_finds_everything_again(bench: Bench, make: Make) -> None:
    """M4: what a technician does after a fault."""
    bench.insert(make())
    first = bench.heard.until(CardInserted)
    link = bench.service.connect(first.insertion)
    bench.service.restart()
    assert bench.heard.until(CardRemoved).insertion == first.insertion
    bench.heard.until(ServiceStopped)
    assert isinstance(bench.heard.next(), ServiceStarted)
    second = bench.heard.until(CardInserted)
    assert second.insertion != first.insertion
    with pytest.raises(CardError):
        link.transmit(CHALLENGE)
    assert bench.service.connect(second.insertion).transmit(CHALLENGE)


def test_its_condition_tells_what_is_where(bench: Bench, make: Make) -> None:
    card = make()
    before = bench.service.condition()
    assert before.up and before.error is None and len(before.readers) == 2
    assert [reader.insertion for reader in before.readers] == [None, None]
    bench.insert(card)
    event = bench.heard.until(CardInserted)
    bench.service.connect(event.insertion)
    reader = next(reader for reader in bench.service.condition().readers if reader.name == event.reader)
    assert (reader.insertion, reader.atr, reader.mute, reader.pin_pad) == (event.insertion, card.atr, False, False)


def test_a_number_that_never_was_is_no_card(bench: Bench) -> None:
    with pytest.raises(CardGone):
        bench.service.connect(12345)


def test_after_its_end_nothing_is_told_and_nothing_reached(bench: Bench, make: Make) -> None:
    bench.insert(make())
    insertion = bench.heard.until(CardInserted).insertion
    link = bench.service.connect(insertion)
    bench.service.stop()
    assert bench.heard.nothing()
    with pytest.raises(CardError):
        link.transmit(CHALLENGE)
    with pytest.raises(CardError):
        bench.service.connect(insertion)
    bench.service.stop()
    assert bench.heard.nothing()
