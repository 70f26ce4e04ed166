"""The card's side of vpcd: a virtual card plugs into a real pcscd, or into a running kiosk's simulated reader.

vpcd (vsmartcard) listens; connecting puts the card in, hanging up pulls it out. A message is two bytes of length and
its content: one byte is control, anything else a command APDU.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.simulated.answer_to_reset import protocol
from hardware.simulated.card import VirtualCard
from hardware.simulated.faults import CardPulled, CardSilent
from hardware.simulated.slot import GIVE_ATR, LONGEST_ATR, POWER_OFF, POWER_ON, RESET
from hardware.simulated.socket_address import address_of

DEFAULT_PORT: Final = 35963
_LOOK_SECONDS: Final = 0.2
_AGAIN_SECONDS: Final = 0.5
_CONNECT_SECONDS: Final = 5.0
_HEADER: Final = 2
_LONGEST: Final = 65535
_MUTE_ATR: Final = bytes(LONGEST_ATR + 1)
"""Longer than an ATR can be: vpcd takes the card for present and cannot power it, as with a real mute card. An empty
message would leave vpcd waiting for ever."""


@dataclass(frozen=True, slots=True)
class VpcdAddress:
    """Where a vpcd listens."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> VpcdAddress:
        """HOST:PORT, or HOST alone for vpcd's first slot.

        Raises:
            ValueError: it is neither.
        """
        host, colon, port = text.rpartition(":")
        if not colon:
            host, port = text, str(DEFAULT_PORT)
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"no address of a vpcd: {text!r}; as localhost:{DEFAULT_PORT}")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def plug_into(
    where: VpcdAddress | Path, card: VirtualCard, stopped: threading.Event, tell: Callable[[str], None]
) -> None:
    """Have the card in a reader until `stopped` is set or a fault pulls it out.

    When the reader's side is away, or goes away, that is told once and tried again until it is back.

    Args:
        where: a vpcd, or the Unix socket of a kiosk's simulated reader.
        card: what is put in.
        stopped: ends it.
        tell: is given a line in English each time something changed.
    """
    card.transport = protocol(card.atr)
    away = False
    while not stopped.is_set():
        try:
            connection = _connect(where)
        except OSError as error:
            if not away:
                tell(f"nobody answers at {where} ({error.strerror or error}); trying again")
            away = True
            stopped.wait(_AGAIN_SECONDS)
            continue
        away = False
        tell(f"the card is in the reader at {where}")
        with connection, _ended_by(stopped, card):
            if not _serve(connection, card, stopped):
                tell("the card was pulled out")
                return
        if not stopped.is_set():
            tell(f"{where} let the card go")
            stopped.wait(_AGAIN_SECONDS)


@contextmanager
def _ended_by(stopped: threading.Event, card: VirtualCard) -> Iterator[None]:
    """Let `stopped` end a command too on which a slow card works."""
    over = threading.Event()

    def watch() -> None:
        while not stopped.wait(_LOOK_SECONDS):
            if over.is_set():
                return
        card.power_off()

    thread = threading.Thread(target=watch, name="card-stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _connect(where: VpcdAddress | Path) -> socket.socket:
    if isinstance(where, VpcdAddress):
        connection = socket.create_connection((where.host, where.port), timeout=_CONNECT_SECONDS)
    else:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_CONNECT_SECONDS)
            with address_of(where) as address:
                connection.connect(address)
        except OSError:
            connection.close()
            raise
    connection.settimeout(None)
    return connection


def _serve(connection: socket.socket, card: VirtualCard, stopped: threading.Event) -> bool:
    """Answer until the other side hangs up or `stopped` is set. False: the card was pulled out by a fault."""
    try:
        while not stopped.is_set():
            message = _receive(connection, stopped)
            if message is None:
                return True
            answer = _answer(card, message)
            if answer:
                connection.sendall(len(answer).to_bytes(_HEADER) + answer)
    except CardPulled:
        return False
    except OSError:
        return True
    finally:
        card.power_off()
    return True


def _answer(card: VirtualCard, message: bytes) -> bytes:
    """What the card says; nothing where vpcd expects nothing.

    Raises:
        OSError: it falls silent in the middle of a command. Hanging up tells vpcd that the command failed, where no
            answer would leave it waiting for ever; it plugs in again and is mute.
    """
    try:
        if message == POWER_OFF:
            card.power_off()
        elif message in (POWER_ON, RESET):
            card.power_on()
        elif message == GIVE_ATR:
            return card.atr if not card.silent else _MUTE_ATR
        elif len(message) > 1:
            return card.transmit(message)
    except CardSilent:
        if len(message) > 1:
            raise ConnectionAbortedError from None
    return b""


def _receive(connection: socket.socket, stopped: threading.Event) -> bytes | None:
    """One message; None when the other side hung up or `stopped` is set."""
    header = _exactly(connection, _HEADER, stopped)
    return None if header is None else _exactly(connection, int.from_bytes(header), stopped)


def _exactly(connection: socket.socket, size: int, stopped: threading.Event) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        while not select.select([connection], [], [], _LOOK_SECONDS)[0]:
            if stopped.is_set():
                return None
        if connection.family != socket.AF_UNIX:
            # vpcd sends length and content apart: without this the second waits 40 ms for our delayed acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
