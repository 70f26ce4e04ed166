"""PC/SC that does what a test says, for what no virtual reader can be made to do; and the worker's other end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hardware.pcsc import codes
from hardware.pcsc.calls import States
from hardware.pcsc.protocol import LONGEST, Kind, Message, line, pack, unpack
from hardware.pcsc.worker import Worker
from tests.hardware.pcsc.plugged import SECONDS

READER = "Invented Reader 00 00"
EMPTY, PRESENT, MUTE = 0x10, 0x20, 0x220


class FakeCalls:
    """One reader. What a call gives back is an attribute, which a test changes while the worker runs."""

    SCARD_PCI_T0 = 1000
    SCARD_PCI_T1 = 1001

    def __init__(self) -> None:
        self.established: Callable[[], int] = lambda: codes.SUCCESS
        self.listed: Callable[[], tuple[int, list[str]]] = lambda: (codes.SUCCESS, [READER])
        self.looked: Callable[[], tuple[int, int]] = lambda: (codes.SUCCESS, EMPTY)
        self.connected: Callable[[], int] = lambda: codes.SUCCESS
        self.answered: Callable[[list[int]], tuple[int, list[int]]] = lambda command: (codes.SUCCESS, [0x90, 0x00])
        self.controlled: Callable[[int, list[int]], tuple[int, list[int]]] = lambda code, data: (0x8010001F, [])
        self.reconnected: Callable[[], int] = lambda: codes.SUCCESS
        self.waited: list[int] = []
        self.disconnects: list[int] = []
        self.threads: set[int] = set()
        self.tries = 0
        self.released = 0

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:  # noqa: N802 - PC/SC's own names
        self.threads.add(threading.get_ident())
        self.tries += 1
        return self.established(), 7

    def SCardReleaseContext(self, context: int) -> int:  # noqa: N802
        self.threads.add(threading.get_ident())
        self.released += 1
        return codes.SUCCESS

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:  # noqa: N802
        self.threads.add(threading.get_ident())
        return self.listed()

    def SCardGetStatusChange(  # noqa: N802
        self, context: int, milliseconds: int, states: list[tuple[str, int]]
    ) -> tuple[int, States]:
        self.threads.add(threading.get_ident())
        self.waited.append(milliseconds)
        code, state = self.looked()
        return code, [(name, state if name == READER else 0, [0x3B, 0x00]) for name, _ in states]

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]:  # noqa: N802
        self.threads.add(threading.get_ident())
        return self.connected(), 70, 2

    def SCardReconnect(self, card: int, share: int, protocols: int, first: int) -> tuple[int, int]:  # noqa: N802
        return self.reconnected(), 2

    def SCardDisconnect(self, card: int, disposition: int) -> int:  # noqa: N802
        self.disconnects.append(disposition)
        return codes.SUCCESS

    def SCardStatus(self, card: int) -> tuple[int, str, int, int, list[int]]:  # noqa: N802
        return codes.SUCCESS, READER, 0, 2, [0x3B, 0x00]

    def SCardTransmit(self, card: int, protocol: int, command: list[int]) -> tuple[int, list[int]]:  # noqa: N802
        self.threads.add(threading.get_ident())
        return self.answered(command)

    def SCardControl(self, card: int, code: int, data: list[int]) -> tuple[int, list[int]]:  # noqa: N802
        return self.controlled(code, data)


class Line:
    """The service's end of a worker's line."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._end.settimeout(SECONDS)
        self._numbers = 0

    def next(self) -> Message:
        """The next message that is neither a heartbeat nor the version."""
        while True:
            message = unpack(self._end.recv(LONGEST))
            if message.kind not in (Kind.BEAT, Kind.VERSION):
                return message

    def until(self, kind: Kind) -> Message:
        """The next message of that kind; those before it are passed over."""
        while True:
            message = unpack(self._end.recv(LONGEST))
            if message.kind is kind:
                return message

    def ask(self, kind: Kind, code: int, extra: int = 0, data: bytes = b"") -> Message:
        """A request's answer; the news before it are passed over."""
        self._numbers += 1
        self._end.sendall(pack(Message(kind, self._numbers, code, extra, data=data)))
        answer = self.until(Kind.ANSWER)
        assert answer.number == self._numbers
        return answer

    def send(self, packet: bytes | bytearray) -> None:
        """Send what may be no message."""
        self._end.sendall(packet)

    def hang_up(self) -> None:
        """As when the service's process ends."""
        self._end.close()


@contextmanager
def working(scard: FakeCalls, only_reader: str = "") -> Iterator[tuple[Line, threading.Thread]]:
    """A worker over these calls, in a thread of this process."""
    ours, theirs = line()
    with ours, theirs:
        worker = Worker(theirs, scard, only_reader)
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        try:
            yield Line(ours), thread
        finally:
            ours.close()
            thread.join(SECONDS)
            assert not thread.is_alive()
