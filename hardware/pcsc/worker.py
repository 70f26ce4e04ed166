"""The worker process: the one place where PC/SC is called, all of it in one thread.

Started by `hardware.pcsc.service` as `python -m hardware.pcsc.worker FD PARENT [READER]`. A hung reader service hangs
this process, which is then killed from outside; nothing else of the product ever waits for PC/SC. It prints nothing,
leaves no core dump and ends with its parent.
"""

from __future__ import annotations

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
from typing import Final

from hardware.pcsc import codes
from hardware.pcsc.calls import ANY_PROTOCOL, EXCLUSIVE, RESET_CARD, T0, Calls
from hardware.pcsc.protocol import LONGEST, Garbled, Kind, Message, pack, unpack
from hardware.pcsc.watcher import HeldCard, Lost, Watcher

BEAT_SECONDS: Final = 0.5
_STATUS_WORD: Final = 2
_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of prctl(2)."""
_VERSION_SECONDS: Final = 1.0


class Worker(Watcher):
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
        super().__init__(line, scard, only_reader, version, elapsed)
        self._packet = bytearray(LONGEST)
        self._numbers = count(1)
        self._beat_at = 0.0

    def run(self) -> None:
        """Work until the service hangs up."""
        poll = select.poll()
        poll.register(self.line, select.POLLIN)
        try:
            while True:
                now = self.elapsed()
                if now >= self._beat_at:
                    self._beat_at = now + BEAT_SECONDS
                    self.say(Message(Kind.BEAT))
                if now >= self.look_at:
                    self.step()
                due = min(self.look_at, self._beat_at) - self.elapsed()
                if poll.poll(max(due, 0) * 1000) and not self._take():
                    break
        except OSError:
            pass  # the service is gone
        finally:
            self.let_go()

    def _take(self) -> bool:
        """Answer one request; False when the service hung up."""
        size = self.line.recv_into(self._packet)
        try:
            request = unpack(memoryview(self._packet)[:size]) if size else None
        except Garbled:
            request = None
        finally:
            self._packet[:size] = bytes(size)
        if request is None:
            return False
        code, extra, data = self._answer(request)
        self.say(Message(Kind.ANSWER, request.number, code, extra, data=data))
        return True

    def _answer(self, request: Message) -> tuple[int, int, bytes]:
        """Code, link or protocol, and bytes; a lost reader service is told before."""
        extra, data = 0, b""
        try:
            code, extra, data = self._do(request)
            if self.context is not None:
                if code in codes.LOST:
                    raise Lost(request.kind.name, code)
                if code == codes.SECURITY_VIOLATION:
                    self.look(self.context)  # lost, if this is a reader service that ends; else the refusal is meant
        except Lost as lost:
            self.lose(lost.call, lost.code)
            code = codes.NO_SERVICE if lost.code == codes.SECURITY_VIOLATION else lost.code
        except OSError:
            raise
        except Exception as error:
            self.lose(type(error).__name__, codes.COMM_ERROR)
            code = codes.COMM_ERROR
        finally:
            request.wipe()
        return code, extra, data

    def _do(self, request: Message) -> tuple[int, int, bytes]:
        if request.kind is Kind.CONNECT:
            return self._connect(request.code)
        link = self.held.get(request.code)
        if link is None:
            return codes.INVALID_PARAMETER, 0, b""
        if request.kind is Kind.CLOSE:
            del self.held[request.code]
        if link.dead:
            return link.dead, 0, b""
        if request.kind is Kind.TRANSMIT:
            return self._transmit(link, request.data)
        if request.kind is Kind.CONTROL:
            return self._control(link, request.extra, request.data)
        if request.kind is Kind.RESET:
            return self._reset(link)
        self.release(link.handle)
        return codes.SUCCESS, 0, b""

    def _connect(self, card: int) -> tuple[int, int, bytes]:
        """Hold that card and none other: it is compared before and after. The bytes are its protocol and ATR."""
        context = self.context
        if context is None:
            return codes.NO_SERVICE, 0, b""
        self.look(context)
        reader = next((reader for reader in self.readers.values() if reader.card == card), None)
        if reader is None:
            return codes.REMOVED_CARD, 0, b""
        code, handle, protocol = self.scard.SCardConnect(context, reader.name, EXCLUSIVE, ANY_PROTOCOL)
        code = codes.unsigned(code)
        link = HeldCard(reader, handle, protocol)
        if code != codes.SUCCESS:
            code = code if reader.mute else self._clear(code, link)
            if code in codes.MUTE:
                self.say_all(reader.silent(self.cards))
            return code, 0, b""
        self.look(context)
        code, _, _, _, atr = self.scard.SCardStatus(handle)
        code = codes.unsigned(code)
        if reader.card != card or code != codes.SUCCESS:
            self.release(handle)
            return (code if reader.card == card else codes.REMOVED_CARD), 0, b""
        number = next(self._numbers)
        self.held[number] = link
        return code, number, bytes([protocol]) + bytes(atr)

    def _reset(self, link: HeldCard) -> tuple[int, int, bytes]:
        code, protocol = self.scard.SCardReconnect(link.handle, EXCLUSIVE, ANY_PROTOCOL, RESET_CARD)
        code = codes.unsigned(code)
        if code != codes.SUCCESS:
            return self._clear(code, link), 0, b""
        link.protocol = protocol
        return code, protocol, b""

    def _transmit(self, link: HeldCard, command: bytearray | bytes) -> tuple[int, int, bytes]:
        pci = self.scard.SCARD_PCI_T0 if link.protocol == T0 else self.scard.SCARD_PCI_T1
        numbers = list(command)
        try:
            code, answer = self.scard.SCardTransmit(link.handle, pci, numbers)
        finally:
            numbers[:] = [0] * len(numbers)
        code = codes.unsigned(code)
        if code == codes.SUCCESS and len(answer) >= _STATUS_WORD:
            return code, 0, bytes(answer)
        return self._clear(code, link), 0, b""

    def _control(self, link: HeldCard, control: int, data: bytearray | bytes) -> tuple[int, int, bytes]:
        code, answer = self.scard.SCardControl(link.handle, control, list(data))
        code = codes.unsigned(code)
        if code == codes.SUCCESS:
            return code, 0, bytes(answer)
        # A question about the reader alone carries no data, and most readers refuse it: that says nothing of the card.
        return self._clear(code, link) if data else code, 0, b""

    def _clear(self, code: int, link: HeldCard) -> int:
        """The code, or that of a removed card when this is what it came from."""
        if code not in codes.UNCLEAR:
            return code
        if self.context is not None:
            self.settle(self.context, link)
        return code if link.reader.card == link.card else codes.REMOVED_CARD


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
