"""What can be put into a simulated reader, and the socket by which another process puts its card in.

The socket speaks vpcd's protocol (the reader's side of it), so that one and the same card program plugs into a running
kiosk or into a real pcscd: two bytes of length, then one control byte or a command APDU.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from hardware.readers import Transport
from hardware.simulated.answer_to_reset import protocol
from hardware.simulated.faults import CardPulled, CardSilent
from hardware.simulated.socket_address import address_of

_log = logging.getLogger(__name__)

POWER_OFF, POWER_ON, RESET, GIVE_ATR = b"\x00", b"\x01", b"\x02", b"\x04"
LONGEST_ATR: Final = 33
_SHORTEST_ANSWER: Final = 2
_WAITING: Final = 4


class InsertableCard(Protocol):
    """A card as a reader sees it."""

    @property
    def atr(self) -> bytes:
        """What it answers to reset; nothing when it is mute."""

    @property
    def transport(self) -> Transport:
        """Which protocol it speaks."""

    def power_on(self) -> bytes:
        """Give it power; its ATR. Raises CardSilent when it is mute, CardPulled when it is gone."""

    def reset(self) -> bytes:
        """Reset it; its ATR. Raises CardSilent when it is mute, CardPulled when it is gone."""

    def power_off(self) -> None:
        """Take its power away."""

    def taken_out(self) -> None:
        """It was taken out of the reader."""

    def transmit(self, command: bytes | bytearray) -> bytes:
        """One command and its answer. Raises CardSilent or CardPulled."""


class RemoteCard:
    """A card in another process, at the other end of a connection.

    Only commands wait for an answer: a card program that hangs keeps nobody else from the reader.

    Every call but `taken_out` and `power_off` raises CardPulled when its program is gone.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._send(POWER_ON)
        self._send(GIVE_ATR)
        atr = self._receive()
        self._atr = atr if 2 <= len(atr) <= LONGEST_ATR else b""

    @property
    def atr(self) -> bytes:
        """What it answered to reset; nothing when it is mute."""
        return self._atr

    @property
    def transport(self) -> Transport:
        """The protocol that is spoken with it."""
        return protocol(self._atr)

    def power_on(self) -> bytes:
        """Give it power."""
        return self._control(POWER_ON)

    def reset(self) -> bytes:
        """Reset it."""
        return self._control(RESET)

    def power_off(self) -> None:
        """Take its power away, unless it is busy: then it is on its way out."""
        if self._lock.acquire(blocking=False):
            try:
                with contextlib.suppress(CardPulled):
                    self._send(POWER_OFF)
            finally:
                self._lock.release()

    def taken_out(self) -> None:
        """Its program is told by the end of the connection."""
        _hang_up(self._connection)

    def transmit(self, command: bytes | bytearray) -> bytes:
        """One command and its answer."""
        with self._lock:
            self._send(command)
            answer = self._receive()
        if len(answer) < _SHORTEST_ANSWER:
            raise CardSilent
        return answer

    def _control(self, control: bytes) -> bytes:
        if not self._atr:
            raise CardSilent
        with self._lock:
            self._send(control)
        return self._atr

    def _send(self, message: bytes | bytearray) -> None:
        # In two parts: put together, a PIN in it would be copied to where nobody can wipe it.
        try:
            self._connection.sendall(len(message).to_bytes(2))
            self._connection.sendall(message)
        except OSError:
            raise CardPulled from None

    def _receive(self) -> bytes:
        try:
            return receive_message(self._connection)
        except OSError:
            raise CardPulled from None


class Door:
    """A Unix socket at which other processes put cards in.

    Args:
        path: where it is; its user alone may use it (mode 0600).
        take_in: is given each card; False: there is no reader free, and it is let go.
        leave: is told when a card that was taken in is pulled out.
    """

    def __init__(self, path: Path, take_in: Callable[[RemoteCard], bool], leave: Callable[[RemoteCard], None]) -> None:
        self._path = path
        self._take_in = take_in
        self._leave = leave
        self._listener: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._guests: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Begin to listen, unless another process does so there already: then cards go to that one.

        Raises:
            OSError: the socket cannot be made.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if _is_answered(self._path):
            _log.warning("cards from other processes go to another kiosk of this user")
            return
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        try:
            # Linux gives the socket's own mode to the file that bind makes: at no moment may another user connect.
            os.fchmod(listener.fileno(), 0o600)
            with address_of(self._path) as address:
                listener.bind(address)
            listener.listen(_WAITING)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        self._accepting = threading.Thread(target=self._accept, args=(listener,), name="simulated-door", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Let everybody go and take the socket away."""
        listener, self._listener = self._listener, None
        accepting, self._accepting = self._accepting, None
        if listener is None or accepting is None:
            return
        self._path.unlink(missing_ok=True)
        _hang_up(listener)
        accepting.join()
        listener.close()
        with self._lock:
            guests = dict(self._guests)
        for guest, thread in guests.items():
            _hang_up(guest)
            thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._host, args=(connection,), name="simulated-guest", daemon=True)
            with self._lock:
                self._guests[connection] = thread
            thread.start()

    def _host(self, connection: socket.socket) -> None:
        """Have one card in a reader until its process pulls it out."""
        with contextlib.suppress(CardPulled):
            card = RemoteCard(connection)
            if self._take_in(card):
                await_hang_up(connection)
                self._leave(card)
        with self._lock:
            del self._guests[connection]
            connection.close()


def _is_answered(path: Path) -> bool:
    """Whether a process listens there. It sees a guest that leaves at once."""
    with socket.socket(socket.AF_UNIX) as guest, address_of(path) as address:
        return guest.connect_ex(address) == 0


def _hang_up(connection: socket.socket) -> None:
    """End a connection, or stop listening; whoever waits on it goes on."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def await_hang_up(connection: socket.socket) -> None:
    """Wait until the other side is gone, without reading what it sends."""
    watch = select.poll()
    watch.register(connection, select.POLLRDHUP)
    watch.poll()


def receive_message(connection: socket.socket) -> bytes:
    """One message of vpcd's protocol.

    Raises:
        OSError: the other side is gone.
    """
    size = int.from_bytes(_receive_exactly(connection, 2))
    return _receive_exactly(connection, size)


def _receive_exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionResetError
        parts += part
    return bytes(parts)
