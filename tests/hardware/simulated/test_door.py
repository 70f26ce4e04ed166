"""A card in another process, over the kiosk's Unix socket or vpcd's port (vsmartcard's protocol)."""

from __future__ import annotations

import queue
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware.errors import CardError, CardGone, CardMute
from hardware.readers import CardInserted, CardRemoved
from hardware.simulated.card import VirtualCard
from hardware.simulated.socket_address import address_of
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.cards import Cards, block
from tests.hardware.simulated.told import Told, readers

_READER = "Simulated reader 1"
_SELECT = bytes.fromhex("00a4000c")
_PATIENCE = 60.0


class Plugged:
    """A card program: `plug_into` in a thread, and what it told."""

    def __init__(self, where: VpcdAddress | Path, card: VirtualCard) -> None:
        self.stopped = threading.Event()
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.thread = threading.Thread(target=plug_into, args=(where, card, self.stopped, self.lines.put))
        self.thread.start()

    def line(self) -> str:
        """What it told next."""
        return self.lines.get(timeout=_PATIENCE)

    def end(self) -> None:
        """End it."""
        self.stopped.set()
        self.thread.join(_PATIENCE)
        assert not self.thread.is_alive()


@contextmanager
def plugged(where: VpcdAddress | Path, card: VirtualCard) -> Iterator[Plugged]:
    program = Plugged(where, card)
    try:
        yield program
    finally:
        program.end()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[Path, Told]]:
    """In a folder so deep that the socket's whole path is longer than the kernel takes (108 bytes)."""
    path = tmp_path / ("deep" * 30) / "reader"
    with readers(listen_at=path) as told:
        yield path, told


def test_its_user_alone_may_put_cards_in(door: tuple[Path, Told]) -> None:
    path, _ = door
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_socket_left_over_is_replaced_and_taken_away_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "reader"
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(path))
    with readers(listen_at=path), socket.socket(socket.AF_UNIX) as guest:
        guest.connect(str(path))
    assert not path.exists()


def test_a_second_kiosk_leaves_the_socket_to_the_first(cards: Cards, door: tuple[Path, Told]) -> None:
    """It does not take over what is in use, nor take it away at its end; its own reader works without."""
    path, first = door
    with readers(listen_at=path) as second:
        second.service.insert(cards.make("unknown"))
        assert isinstance(second.next(), CardInserted)
    card = cards.make("pkcs15")
    with plugged(path, card):
        assert first.next() == CardInserted(_READER, 1, card.atr)


@pytest.mark.parametrize("name", ["x" * 120, "file/reader"])
def test_without_a_socket_the_readers_work_all_the_same(
    cards: Cards, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A path that is too long or cannot be made is a line in the log."""
    (tmp_path / "file").touch()
    with readers(listen_at=tmp_path / name) as told:
        told.service.insert(cards.make("unknown"))
        assert isinstance(told.next(), CardInserted)
    assert "no other process can put cards in" in caplog.text


@pytest.mark.parametrize("profile", ["pkcs15", "azedit", "piv"])
def test_a_card_is_put_in_used_and_pulled_out(cards: Cards, door: tuple[Path, Told], profile: str) -> None:
    """Connecting inserts, hanging up removes; commands and resets reach it in between."""
    path, told = door
    card = cards.make("pkcs15" if profile == "pkcs15" else "azedit" if profile == "azedit" else "piv")
    with plugged(path, card) as program:
        assert told.next() == CardInserted(_READER, 1, card.atr)
        assert program.line() == f"the card is in the reader at {path}"
        link = told.service.connect(1)
        assert (link.atr, link.transport) == (card.atr, "T=1")
        assert link.transmit(bytes.fromhex("00840000")) == b"\x67\x00" or profile == "piv"
        link.reset()
        link.close()
    assert told.next() == CardRemoved(_READER, 1)


def test_what_is_proved_over_the_socket_is_forgotten_by_a_reset(cards: Cards, door: tuple[Path, Told]) -> None:
    path, told = door
    card = cards.make("pkcs15")
    with plugged(path, card):
        told.next()
        link = told.service.connect(1)
        assert link.transmit(bytes.fromhex("0020008108") + block("1234")) == b"\x90\x00"
        assert link.transmit(bytes.fromhex("00200081")) == b"\x90\x00"
        link.reset()
        assert link.transmit(bytes.fromhex("00200081")) == b"\x63\xc3"


def test_a_mute_card_is_seen_as_mute(cards: Cards, door: tuple[Path, Told]) -> None:
    path, told = door
    with plugged(path, cards.make("mute")):
        assert told.next() == CardInserted(_READER, 1, b"", mute=True)
        with pytest.raises(CardMute):
            told.service.connect(1)


def test_a_fault_pulls_it_out_for_good(cards: Cards, door: tuple[Path, Told]) -> None:
    """The card program ends by itself."""
    path, told = door
    with plugged(path, cards.make("pkcs15", "pull@2")) as program:
        told.next()
        link = told.service.connect(1)
        link.transmit(_SELECT)
        with pytest.raises(CardGone):
            link.transmit(_SELECT)
        assert told.next() == CardRemoved(_READER, 1)
        program.line()
        assert program.line() == "the card was pulled out"
        program.thread.join(_PATIENCE)
        assert not program.thread.is_alive()


def test_one_that_falls_silent_comes_back_mute(cards: Cards, door: tuple[Path, Told]) -> None:
    path, told = door
    with plugged(path, cards.make("pkcs15", "mute@1")):
        told.next()
        with pytest.raises(CardGone):
            told.service.connect(1).transmit(_SELECT)
        assert told.take(2) == [CardRemoved(_READER, 1), CardInserted(_READER, 2, b"", mute=True)]


def test_a_card_taken_out_at_the_kiosk_is_put_in_again_by_its_program(cards: Cards, door: tuple[Path, Told]) -> None:
    path, told = door
    with plugged(path, cards.make("pkcs15")) as program:
        told.next()
        told.service.remove()
        assert isinstance(told.next(), CardRemoved)
        assert isinstance(told.next(), CardInserted)
        assert [program.line() for _ in range(3)][1] == f"{path} let the card go"


def test_a_second_card_finds_the_reader_taken(cards: Cards, door: tuple[Path, Told]) -> None:
    """It waits until the first is out."""
    path, told = door
    with plugged(path, cards.make("pkcs15")):
        told.next()
        second = Plugged(path, cards.make("piv"))
        second.line()
        assert second.line() == f"{path} let the card go"
    try:
        assert told.next() == CardRemoved(_READER, 1)
        assert isinstance(told.next(), CardInserted)
    finally:
        second.end()


def test_a_program_that_says_nothing_keeps_nobody_from_the_reader(cards: Cards, door: tuple[Path, Told]) -> None:
    path, told = door
    with socket.socket(socket.AF_UNIX) as silent:
        with address_of(path) as address:
            silent.connect(address)
        told.service.insert(cards.make("pkcs15"))
        assert isinstance(told.next(), CardInserted)
        assert told.service.connect(1).transmit(_SELECT) == b"\x90\x00"


def test_a_slow_card_can_be_ended(cards: Cards, door: tuple[Path, Told]) -> None:
    """Also in the middle of a command that would take a quarter of an hour."""
    path, told = door
    card = cards.make("pkcs15", "slow@1:900000")
    raised: list[type[CardError]] = []

    def use() -> None:
        try:
            told.service.connect(1).transmit(_SELECT)
        except CardError as error:
            raised.append(type(error))

    with plugged(path, card):
        told.next()
        thread = threading.Thread(target=use)
        thread.start()
        while not card.commands:
            thread.join(0.001)
    thread.join(_PATIENCE)
    assert raised == [CardGone]


def test_an_answer_without_a_status_word_is_none(door: tuple[Path, Told]) -> None:
    """A card program out of its mind counts as a mute card."""
    path, told = door
    with socket.socket(socket.AF_UNIX) as program:
        program.settimeout(_PATIENCE)
        with address_of(path) as address:
            program.connect(address)
        assert _exactly(program, 6) == bytes.fromhex("0001010001 04")
        program.sendall(bytes.fromhex("00023b00"))
        assert told.next() == CardInserted(_READER, 1, b"\x3b\x00")
        link = told.service.connect(1)
        program.sendall(bytes.fromhex("000190"))
        with pytest.raises(CardMute):
            link.transmit(_SELECT)


def test_where_nobody_listens_it_is_told_once_and_tried_again(cards: Cards, tmp_path: Path) -> None:
    path = tmp_path / "reader"
    card = cards.make("pkcs15")
    with plugged(path, card) as program:
        assert program.line().startswith(f"nobody answers at {path} (")
        with readers(listen_at=path) as told:
            assert told.next() == CardInserted(_READER, 1, card.atr)
            assert program.line() == f"the card is in the reader at {path}"
        assert program.line() == f"{path} let the card go"


def test_a_vpcd_is_answered_as_it_expects(cards: Cards) -> None:
    """Control bytes get no answer but the ATR's; nothing is ever answered with length 0; silence hangs up."""
    card = cards.make("pkcs15", "mute@3")
    with socket.create_server(("127.0.0.1", 0)) as vpcd:
        vpcd.settimeout(_PATIENCE)
        with plugged(VpcdAddress("127.0.0.1", vpcd.getsockname()[1]), card):
            reader = _accepted(vpcd)
            with reader:
                assert _ask(reader, b"\x04") == card.atr
                reader.sendall(b"\x00\x01\x01")
                assert _ask(reader, _SELECT) == b"\x90\x00"
                reader.sendall(b"\x00\x01\x02")
                assert _ask(reader, _SELECT) == b"\x90\x00"
                reader.sendall(b"\x00\x04" + _SELECT)
                assert reader.recv(1) == b""
            again = _accepted(vpcd)
            with again:
                assert len(_ask(again, b"\x04")) == 34, "longer than an ATR can be: present, and mute"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("localhost:35964", "localhost", 35964), ("localhost", "localhost", 35963), ("[::1]:9", "::1", 9)],
)
def test_an_address_is_read(text: str, host: str, port: int) -> None:
    address = VpcdAddress.read(text)
    assert (address.host, address.port) == (host, port)
    assert VpcdAddress.read(str(address)) == address


@pytest.mark.parametrize("text", ["", ":1", "host:", "host:0", "host:65536", "host:x", "host:²"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="no address of a vpcd"):
        VpcdAddress.read(text)


def _accepted(vpcd: socket.socket) -> socket.socket:
    reader, _ = vpcd.accept()
    reader.settimeout(_PATIENCE)
    return reader


def _ask(reader: socket.socket, message: bytes) -> bytes:
    reader.sendall(len(message).to_bytes(2) + message)
    size = int.from_bytes(_exactly(reader, 2))
    return _exactly(reader, size)


def _exactly(reader: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = reader.recv(size - len(received))
        assert part
        received += part
    return received
