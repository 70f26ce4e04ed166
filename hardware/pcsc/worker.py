"""The worker process: the one place where PC/SC is called, all of it in one thread.

Started by `hardware.pcsc.service` as `python -m hardware.pcsc.worker FD PARENT [READER]`. A hung reader service hangs
this process, which is then killed from outside; nothing else of the product ever waits for PC/SC. It prints nothing,
leaves no core dump and ends with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Final, Literal

from hardware.pcsc import codes
from hardware.pcsc.calls import ANY_PROTOCOL, EXCLUSIVE, LEAVE_CARD, RESET_CARD, SCOPE_USER, T0, Calls
from hardware.pcsc.protocol import LONGEST, Garbled, Kind, Message, blank, pack, unpack
from hardware.pcsc.watch import UNAVAILABLE, UNAWARE, UNKNOWN, Reader

LOOK_SECONDS: Final = 0.025
LIST_SECONDS: Final = 0.25
BEAT_SECONDS: Final = 0.5
_SETTLE_MILLISECONDS: Final = 1000
"""A card that was pulled is noticed by then: the reader service looks every 400 ms where a reader does not tell."""
_SHORTEST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0
_REFUSALS: Final = 3
"""So often in a row must `SCardEstablishContext` be refused before it counts: a dying pcscd says the same once."""

_STATUS_WORD: Final = 2
_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of prctl(2)."""
_VERSION_SECONDS: Final = 1.0


class _Link:
    """A card held exclusively; `dead` is the code of what ended it."""

    __slots__ = ("card", "dead", "handle", "protocol", "reader")

    def __init__(self, reader: Reader, handle: int, protocol: int) -> None:
        self.reader = reader
        self.card = reader.card
        self.handle = handle
        self.protocol = protocol
        self.dead = codes.SUCCESS


class _Lost(Exception):
    """The reader service is lost to this context; `code` says how, `call` where."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(call)
        self.call = call
        self.code = code


class Worker:
    """Watches readers and does what it is asked to, in the one thread that calls `run`."""

    def __init__(
        self,
        line: socket.socket,
        scard: Calls,
        only_reader: str = "",
        version: Callable[[], str] = lambda: "",
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            line: to the service, as `protocol.line` makes it.
            scard: the calls of PC/SC.
            only_reader: use only readers whose name holds this, in capitals or not; empty: all.
            version: of the reader service, empty when not known.
            elapsed: seconds from anywhere.
        """
        self._line = line
        self._scard = scard
        self._only = only_reader.casefold()
        self._version = version
        self._elapsed = elapsed
        self._packet = bytearray(LONGEST)
        self._context: int | None = None
        self._readers: dict[str, Reader] = {}
        self._links: dict[int, _Link] = {}
        self._cards = count(1)
        self._handles = count(1)
        self._told: Literal["up", "down", "denied"] | None = None
        self._pause = _SHORTEST_PAUSE
        self._refused = 0
        self._look_at = self._list_at = self._beat_at = 0.0

    def run(self) -> None:
        """Work until the service hangs up."""
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        try:
            while True:
                now = self._elapsed()
                if now >= self._beat_at:
                    self._beat_at = now + BEAT_SECONDS
                    self._say(Message(Kind.BEAT))
                if now >= self._look_at:
                    self._guarded(self._step)
                due = min(self._look_at, self._beat_at) - self._elapsed()
                if poll.poll(max(due, 0) * 1000) and not self._take():
                    break
        except OSError:
            pass  # the service is gone
        finally:
            self._let_go()

    def _say(self, message: Message) -> None:
        packet = pack(message)
        try:
            self._line.sendall(packet)
        finally:
            blank(packet)

    def _guarded(self, step: Callable[[], None]) -> None:
        """Do a step; whatever it meets ends the context, never this process (pyscard 2.2.2: `SystemError`)."""
        try:
            step()
        except _Lost as lost:
            self._lose(lost.call, lost.code)
        except OSError:
            raise
        except Exception as error:
            self._lose(type(error).__name__, codes.COMM_ERROR)

    # Watching

    def _step(self) -> None:
        self._look_at = self._elapsed() + LOOK_SECONDS
        context = self._establish() if self._context is None else self._context
        if self._elapsed() >= self._list_at:
            self._list(context)
        self._look(context)
        self._pause = _SHORTEST_PAUSE

    def _establish(self) -> int:
        code, context = self._scard.SCardEstablishContext(SCOPE_USER)
        code = codes.unsigned(code)
        if code == codes.SECURITY_VIOLATION:
            self._refused += 1
        else:
            self._refused = 0
        if code != codes.SUCCESS:
            raise _Lost("SCardEstablishContext", code)
        self._context = context
        self._list_at = 0.0
        return context

    def _list(self, context: int) -> None:
        self._list_at = self._elapsed() + LIST_SECONDS
        code, names = self._scard.SCardListReaders(context, [])
        code = codes.unsigned(code)
        if code == codes.NO_READERS:
            names = []
        elif code != codes.SUCCESS:
            raise _Lost("SCardListReaders", code)
        new, self._told = self._told != "up", "up"
        if new:
            self._say(Message(Kind.STARTED))
        wanted = [name for name in names if self._only in name.casefold()]
        for name in [name for name in self._readers if name not in wanted]:
            self._drop(self._readers.pop(name))
        self._release_gone()
        for name in wanted:
            if name not in self._readers:
                self._readers[name] = Reader(name)
                self._say(Message(Kind.READER_IN, text=name))
        if new:
            self._say(Message(Kind.VERSION, text=self._version()))

    def _look(self, context: int, milliseconds: int = 0) -> None:
        """See what is in the readers; wait so long for a change.

        Without waiting, the state asked with is "unaware": the answer is the same and comes at once, where a known
        state has libpcsclite 1.9.9 spin for a millisecond. The notification of new readers is not used: it tells only
        while the call blocks, therefore they are listed.
        """
        if not self._readers:
            return
        asked = [(reader.name, reader.state if milliseconds else UNAWARE) for reader in self._readers.values()]
        code, states = self._scard.SCardGetStatusChange(context, milliseconds, asked)
        code = codes.unsigned(code)
        if code == codes.UNKNOWN_READER:
            self._list(context)
            return
        if code not in (codes.SUCCESS, codes.TIMEOUT, codes.CANCELLED):
            raise _Lost("SCardGetStatusChange", code)
        for name, state, atr in states:
            reader = self._readers.get(name)
            if reader is None:
                continue
            if state & (UNKNOWN | UNAVAILABLE):
                self._say_all(reader.empty())
                self._list_at = 0.0
            elif state:
                self._say_all(reader.look(state, bytes(atr), self._cards))
        self._release_gone()

    def _settle(self, context: int, link: _Link) -> None:
        """Wait until a card that may have been pulled is noticed, for a second at most."""
        until = self._elapsed() + _SETTLE_MILLISECONDS / 1000
        while link.reader.card == link.card:
            left = int((until - self._elapsed()) * 1000)
            if left <= 0:
                return
            self._look(context, left)

    def _drop(self, reader: Reader) -> None:
        self._say_all(reader.empty())
        self._say(Message(Kind.READER_OUT, text=reader.name))

    def _say_all(self, news: list[Message]) -> None:
        for message in news:
            self._say(message)

    def _lose(self, call: str, code: int) -> None:
        """Report everything gone and begin anew after a pause."""
        self._let_go()
        while self._readers:
            self._drop(self._readers.popitem()[1])
        told: Literal["down", "denied"] = "denied" if self._refused >= _REFUSALS else "down"
        unsure = 0 < self._refused < _REFUSALS
        if told != self._told and (self._told == "up" or not unsure):
            self._told = told
            self._say(Message(Kind.STOPPED, code=code, extra=int(told == "denied"), text=call))
        self._look_at = self._elapsed() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _let_go(self) -> None:
        context, self._context = self._context, None
        for link in self._links.values():
            link.dead = link.dead or codes.NO_SERVICE
        if context is not None:
            with contextlib.suppress(Exception):
                self._scard.SCardReleaseContext(context)

    # What is asked

    def _take(self) -> bool:
        """Answer one request; False when the service hung up."""
        size = self._line.recv_into(self._packet)
        try:
            request = unpack(memoryview(self._packet)[:size]) if size else None
        except Garbled:
            request = None
        finally:
            self._packet[:size] = bytes(size)
        if request is None:
            return False
        code, extra, data = self._answer(request)
        self._say(Message(Kind.ANSWER, request.number, code, extra, data=data))
        return True

    def _answer(self, request: Message) -> tuple[int, int, bytes]:
        """Code, link or protocol, and bytes; a lost reader service is told before."""
        extra, data = 0, b""
        try:
            code, extra, data = self._do(request)
            if self._context is not None:
                if code in codes.LOST:
                    raise _Lost(request.kind.name, code)
                if code == codes.SECURITY_VIOLATION:
                    self._look(self._context)  # lost, if this is a reader service that ends; else the refusal is meant
        except _Lost as lost:
            self._lose(lost.call, lost.code)
            code = codes.NO_SERVICE if lost.code == codes.SECURITY_VIOLATION else lost.code
        except OSError:
            raise
        except Exception as error:
            self._lose(type(error).__name__, codes.COMM_ERROR)
            code = codes.COMM_ERROR
        finally:
            request.wipe()
        return code, extra, data

    def _do(self, request: Message) -> tuple[int, int, bytes]:
        if request.kind is Kind.CONNECT:
            return self._connect(request.code)
        link = self._links.get(request.code)
        if link is None:
            return codes.INVALID_PARAMETER, 0, b""
        if request.kind is Kind.CLOSE:
            del self._links[request.code]
        if link.dead:
            return link.dead, 0, b""
        if request.kind is Kind.TRANSMIT:
            return self._transmit(link, request.data)
        if request.kind is Kind.CONTROL:
            return self._control(link, request.extra, request.data)
        if request.kind is Kind.RESET:
            return self._reset(link)
        self._release(link.handle)
        return codes.SUCCESS, 0, b""

    def _connect(self, card: int) -> tuple[int, int, bytes]:
        """Hold that card and none other: it is compared before and after. The bytes are its protocol and ATR."""
        context = self._context
        if context is None:
            return codes.NO_SERVICE, 0, b""
        self._look(context)
        reader = next((reader for reader in self._readers.values() if reader.card == card), None)
        if reader is None:
            return codes.REMOVED_CARD, 0, b""
        code, handle, protocol = self._scard.SCardConnect(context, reader.name, EXCLUSIVE, ANY_PROTOCOL)
        code = codes.unsigned(code)
        link = _Link(reader, handle, protocol)
        if code != codes.SUCCESS:
            code = code if reader.mute else self._clear(code, link)
            if code in codes.MUTE:
                self._say_all(reader.silent(self._cards))
            return code, 0, b""
        self._look(context)
        code, _, _, _, atr = self._scard.SCardStatus(handle)
        code = codes.unsigned(code)
        if reader.card != card or code != codes.SUCCESS:
            self._release(handle)
            return (code if reader.card == card else codes.REMOVED_CARD), 0, b""
        number = next(self._handles)
        self._links[number] = link
        return code, number, bytes([protocol]) + bytes(atr)

    def _reset(self, link: _Link) -> tuple[int, int, bytes]:
        code, protocol = self._scard.SCardReconnect(link.handle, EXCLUSIVE, ANY_PROTOCOL, RESET_CARD)
        code = codes.unsigned(code)
        if code != codes.SUCCESS:
            return self._clear(code, link), 0, b""
        link.protocol = protocol
        return code, protocol, b""

    def _transmit(self, link: _Link, command: bytearray | bytes) -> tuple[int, int, bytes]:
        pci = self._scard.SCARD_PCI_T0 if link.protocol == T0 else self._scard.SCARD_PCI_T1
        numbers = list(command)
        try:
            code, answer = self._scard.SCardTransmit(link.handle, pci, numbers)
        finally:
            numbers[:] = [0] * len(numbers)
        code = codes.unsigned(code)
        if code == codes.SUCCESS and len(answer) >= _STATUS_WORD:
            return code, 0, bytes(answer)
        return self._clear(code, link), 0, b""

    def _control(self, link: _Link, control: int, data: bytearray | bytes) -> tuple[int, int, bytes]:
        code, answer = self._scard.SCardControl(link.handle, control, list(data))
        code = codes.unsigned(code)
        if code == codes.SUCCESS:
            return code, 0, bytes(answer)
        # A question about the reader alone carries no data, and most readers refuse it: that says nothing of the card.
        return self._clear(code, link) if data else code, 0, b""

    def _clear(self, code: int, link: _Link) -> int:
        """The code, or that of a removed card when this is what it came from."""
        if code not in codes.UNCLEAR:
            return code
        if self._context is not None:
            self._settle(self._context, link)
        return code if link.reader.card == link.card else codes.REMOVED_CARD

    def _release_gone(self) -> None:
        """Let go of cards that are no more, or their readers would stay taken."""
        for link in self._links.values():
            if link.reader.card != link.card and not link.dead:
                there = self._readers.get(link.reader.name) is link.reader
                link.dead = codes.REMOVED_CARD if there else codes.READER_UNAVAILABLE
                self._release(link.handle)

    def _release(self, handle: int) -> None:
        """Reset the card, so that nothing proved on it stays, and let it go."""
        if codes.unsigned(self._scard.SCardDisconnect(handle, RESET_CARD)) != codes.SUCCESS:
            self._scard.SCardDisconnect(handle, LEAVE_CARD)


def service_version() -> str:
    """What the reader service on this machine calls itself; empty where there is none."""
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return ""
    try:
        told = subprocess.run(  # noqa: S603 - a program of the system, without arguments of anybody's
            [program, "--version"], capture_output=True, timeout=_VERSION_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.decode("utf-8", "replace").partition("\n")[0].strip().rstrip(".")[:80]


def leave_no_dump() -> None:
    """Never a core dump of this process: commands in it may hold a PIN."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_DUMPABLE, 0)  # a program that collects core dumps does not ask for the limit


def main(arguments: list[str]) -> None:
    """Run as the worker of the process that holds the other end of socket FD.

    Args:
        arguments: FD, the parent's process id and, if set, the part of a reader's name.
    """
    leave_no_dump()
    process = ctypes.CDLL(None)
    process.prctl(_DEATH_SIGNAL, signal.SIGKILL)
    line = socket.socket(fileno=int(arguments[0]))
    if os.getppid() != int(arguments[1]):
        return  # it ended before the signal was asked for
    line.send(pack(Message(Kind.BEAT)))
    from smartcard import scard  # prints on stdout where libpcsclite is missing

    process.fflush(None)
    Worker(line, scard, arguments[2] if len(arguments) > 2 else "", service_version).run()


if __name__ == "__main__":
    main(sys.argv[1:])
