"""A card of a few lines for vpcd, and what is heard of a service: for tests of the service, not of cards."""

from __future__ import annotations

import contextlib
import queue
import socket
import struct
import threading
from collections.abc import Callable
from typing import TypeVar

from hardware.readers import ReaderEvent

ATR = bytes.fromhex("3B8B80016173616E2D6B696F736B48")
UNREADABLE_ATR = bytes(40)
"""No ATR is so long (ISO/IEC 7816-3, 8.2.1): the reader cannot power such a card up, as when it lies the wrong way."""
OK = b"\x90\x00"
SECONDS = 30.0
"""How long a test waits for what must come."""

Event = TypeVar("Event", bound=ReaderEvent)


class PluggedCard:
    """A card in a slot of vpcd from construction until `pull`.

    `answer` gets each command APDU; when it returns None the card is pulled in the middle of that command.
    """

    def __init__(
        self, port: int, answer: Callable[[bytes], bytes | None] = lambda command: OK, atr: bytes = ATR
    ) -> None:
        self._answer = answer
        self._atr = atr
        self.powered = 0
        self.resets = 0
        self._socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Take it out."""
        with contextlib.suppress(OSError):  # the reader let go of it first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def __enter__(self) -> PluggedCard:
        return self

    def __exit__(self, *error: object) -> None:
        self.pull()

    def _serve(self) -> None:
        with self._socket:
            try:
                while (message := self._read()) is not None:
                    reply = self._reply(message)
                    if reply is None:
                        return
                    if reply:
                        self._socket.sendall(struct.pack(">H", len(reply)) + reply)
            except OSError:
                return

    def _reply(self, message: bytes) -> bytes | None:
        if message == b"\x04":
            return self._atr
        if len(message) == 1:
            self.powered += message == b"\x01"
            self.resets += message == b"\x02"
            return b""
        return self._answer(message)

    def _read(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(struct.unpack(">H", head)[0])

    def _exactly(self, size: int) -> bytes | None:
        got = b""
        while len(got) < size:
            # vpcd sends length and payload apart; a delayed ACK would cost 40 ms for each command.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            more = self._socket.recv(size - len(got))
            if not more:
                return None
            got += more
        return got


class Heard:
    """Events in the order they came; give `post` to a service."""

    def __init__(self) -> None:
        self._queue: queue.Queue[ReaderEvent] = queue.Queue()
        self.all: list[ReaderEvent] = []

    def post(self, event: ReaderEvent) -> None:
        """Take one."""
        self._queue.put(event)

    def next(self) -> ReaderEvent:
        """The next one."""
        event = self._queue.get(timeout=SECONDS)
        self.all.append(event)
        return event

    def until(self, kind: type[Event]) -> Event:
        """The next one of that kind; those before it are passed over."""
        while True:
            event = self.next()
            if isinstance(event, kind):
                return event

    def nothing(self) -> bool:
        """Whether none waits."""
        return self._queue.empty()
