"""A card of a few lines for vpcd, and what is heard of a service: for tests of the service, not of cards."""

from __future__ import annotations

import contextlib
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from hardware.pcsc.service import PcscService
from hardware.readers import CardInserted, ReaderAdded, ReaderEvent, ServiceStarted
from tests.pcscd import Pcscd

ATR = bytes.fromhex("3B8B80016173616E2D6B696F736B48")
UNREADABLE_ATR = bytes(40)
"""No ATR is so long (ISO/IEC 7816-3, 8.2.1): the reader cannot power such a card up, as when it lies the wrong way."""
OK = b"\x90\x00"
SECONDS = 30.0
"""How long a test waits for what must come."""

Event = TypeVar("Event", bound=ReaderEvent)
Answer = Callable[[bytes], bytes | None]


class PluggedCard:
    """A card in a slot of vpcd from construction until `pull`.

    `answer` gets each command APDU; when it returns None the card is pulled in the middle of that command.
    """

    def __init__(self, port: int, answer: Answer = lambda command: OK, atr: bytes = ATR) -> None:
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


class Desk:
    """A service on a pcscd, and what is heard of it."""

    def __init__(self, pcscd: Pcscd, **how: Any) -> None:
        self.pcscd = pcscd
        self.heard = Heard()
        self.service = PcscService(environment=pcscd.environment, **how)

    def __enter__(self) -> Desk:
        self.service.start(self.heard.post)
        return self

    def __exit__(self, *error: object) -> None:
        self.service.stop()

    def settle(self) -> None:
        """Wait for the service and both slots."""
        assert isinstance(self.heard.next(), ServiceStarted)
        assert [type(self.heard.next()) for _ in self.pcscd.ports] == [ReaderAdded] * len(self.pcscd.ports)

    @contextmanager
    def card(self, answer: Answer = lambda command: OK, *, slot: int = 0, atr: bytes = ATR) -> Iterator[Inserted]:
        """A card in a slot for the time of the block, when the service has told of it."""
        with PluggedCard(self.pcscd.ports[slot], answer, atr) as card:
            yield Inserted(card, self.heard.until(CardInserted))

    @property
    def worker(self) -> int:
        """The process id of the worker that is at work now."""
        worker = self.service._worker
        assert worker is not None
        return worker.process.pid


@dataclass(frozen=True)
class Inserted:
    """A card in a slot and what was told of it."""

    card: PluggedCard
    event: CardInserted

    @property
    def insertion(self) -> int:
        """Its insertion."""
        return self.event.insertion
