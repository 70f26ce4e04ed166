"""One way to talk to a card, whatever its transport: chaining, GET RESPONSE, right lengths, and a redacted trace.

Everything is bounded: a card that answers 61xx for ever, or a file without an end, is a `CardFault` after a known
number of commands.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hardware.cards import status_words
from hardware.cards.apdu import CHAINING, OK, SHORT_ANSWER, SHORT_DATA, Command, Response
from hardware.errors import CardError, CardFault
from hardware.readers import CardLink

TRACE_LINES: Final = 200
MOST_RESPONSES: Final = 80
"""How often one answer is continued with GET RESPONSE."""
MOST_COMMANDS: Final = 512
"""How many commands one call of a driver may take; the longest that is known needs a fifth of that."""
LARGEST_ANSWER: Final = 16_384
"""Bytes; no answer that a driver needs is longer."""
_MOST_BLOCKS: Final = 80
"""How many blocks a chained command or a file may have."""
_BLOCK_T0: Final = 255
"""Bytes read at once over T=0: OpenSC's measure for its cards."""
_BLOCK_T1: Final = 224
"""… over T=1: some pairs of card and reader fail above."""
_BLOCK_EXTENDED: Final = 4_096
_SHOWN: Final = frozenset({0xA4, 0xB0, 0xB2, 0xC0, 0xCA, 0xCB, 0x22})
"""Instructions whose data (names of files and objects, key references) the trace shows; others are only counted."""
_GET_RESPONSE: Final = 0xC0
_NO_ANSWER: Final = 0x0C
_WRONG_PARAMETERS: Final = 0x6A86
_FURTHEST_OFFSET: Final = 0x7FFF


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One command and its answer, without anything personal: no answered data, nothing of a PIN, not even its length.

    Attributes:
        at: when, in milliseconds of UTC.
        command: header and data in hexadecimal, redacted.
        status: the status word; None where none came.
        answered: how many bytes came before it.
        milliseconds: how long it took.
        error: the `error` of what was raised instead of an answer.
    """

    at: int
    command: str
    status: int | None
    answered: int
    milliseconds: float
    error: str | None = None

    def text(self) -> str:
        """The line for technicians."""
        if self.status is None:
            answer = self.error or ""
        else:
            answer = f"{self.status:04X} {status_words.meaning(self.status)}".rstrip()
        return f"{self.command} -> {answer} [{self.answered}] {self.milliseconds:.1f} ms"


class Trace:
    """The last commands to cards, redacted, oldest first. May be read while others write into it."""

    def __init__(self) -> None:
        self._lines: deque[TraceLine] = deque(maxlen=TRACE_LINES)
        self._lock = threading.Lock()

    def add(self, line: TraceLine) -> None:
        """One more line; the oldest goes when there are too many."""
        with self._lock:
            self._lines.append(line)

    def lines(self) -> tuple[TraceLine, ...]:
        """What is in it."""
        with self._lock:
            return tuple(self._lines)


class Channel:
    """A card behind its link."""

    def __init__(self, link: CardLink, trace: Trace | None = None) -> None:
        self.link = link
        self._trace = trace or Trace()
        self._extended = link.transport == "T=1" and speaks_extended(link.atr)
        self._quiet = True
        """Whether the card takes SELECT with "no answer" (P2 = 0C)."""
        self.commands = 0
        """How many APDUs went to the card."""
        self._until = MOST_COMMANDS

    @property
    def block(self) -> int:
        """How many bytes to read at once."""
        if self._extended:
            return _BLOCK_EXTENDED
        return _BLOCK_T0 if self.link.transport == "T=0" else _BLOCK_T1

    def begin(self) -> None:
        """A driver is called: so many commands, and no more, may be sent until its answer."""
        self._until = self.commands + MOST_COMMANDS

    def send(self, command: Command, *, most: int = LARGEST_ANSWER) -> Response:
        """Send a command and fetch its whole answer.

        Args:
            command: longer data go by chaining (ISO/IEC 7816-4, 5.3.3), or extended where the card speaks it.
            most: bytes of answer at which a card is at fault.

        Raises:
            CardFault: the card does not keep to the standard, or answers without end.
            CardError: card, reader or service are gone.
        """
        if len(command.data) > SHORT_DATA and not self._extended:
            for block in _chained(command):
                response = self._exchange(block)
                if block.header[0] & CHAINING and not response.is_ok:
                    return response
            last = block
        else:
            last = command
            response = self._exchange(command)
        return self._whole(last, response, most)

    def select(self, p1: int, name: bytes, p2: int = 0x0C) -> int:
        """Select a file or application and take no answer but the status word.

        Over T=0 a card that has some data to tell anyway says 61xx, and they are left where they are.

        Args:
            p1: how it is named (ISO/IEC 7816-4, 11.1.1).
            name: file id, path or application id.
            p2: 0C asks for no answer; a card that does not take that is asked with 00.

        Returns:
            the status word, 9000 where it is selected.
        """
        if p2 == _NO_ANSWER and self._quiet:
            response = self._exchange(Command(bytes([0x00, 0xA4, p1, p2]), name))
            self._quiet = response.status != _WRONG_PARAMETERS
        if p2 != _NO_ANSWER or not self._quiet:
            response = self._exchange(
                Command(bytes([0x00, 0xA4, p1, 0x00 if p2 == _NO_ANSWER else p2]), name, SHORT_ANSWER)
            )
        return OK if response.status >> 8 == 0x61 else response.status

    def read(self, offset: int, wanted: int) -> Response:
        """One READ BINARY of at most a block from the selected file; a shorter answer is its end.

        The end of a file (6282, 6B00) counts as done.
        """
        if offset > _FURTHEST_OFFSET:
            return Response(b"", OK)
        size = min(wanted, self.block)
        command = Command(bytes([0x00, 0xB0, offset >> 8, offset & 0xFF]), expected=size)
        try:
            response = self._whole(command, self._exchange(command), size)
        except CardFault:
            if not self._extended:
                raise
            response = Response(b"", 0x6700)
        if self._extended and not response.data and response.status not in (OK, 0x6282, 0x6B00):
            self._extended = False
            return self.read(offset, wanted)
        if response.status in (0x6282, 0x6B00):
            return Response(response.data, OK)
        return response

    def file(self, most: int) -> Iterator[bytes]:
        """The selected file, block by block.

        Args:
            most: bytes at which the card is at fault.

        Raises:
            CardFault: it cannot be read, or is longer.
        """
        offset = 0
        for _ in range(_MOST_BLOCKS):
            size = self.block
            response = self.read(offset, size)
            if not response.is_ok:
                raise CardFault(response.status)
            offset += len(response.data)
            if offset > most:
                raise CardFault
            if response.data:
                yield response.data
            if len(response.data) < min(size, self.block):
                return
        raise CardFault

    def send_sensitive(self, sent: bytearray) -> int:
        """Send the one command that carries a PIN, once; called by `pin_entry` alone, which wipes it.

        Returns:
            the status word.
        """
        started = time.perf_counter()
        header = bytes(sent[:4])
        self.commands += 1
        try:
            response = Response.of(self.link.transmit(sent))
        except CardError as error:
            self._note(header, b"", None, started, error.error, secret=True)
            raise
        self._note(header, b"", response, started, secret=True)
        return response.status

    def note_pad(self, header: bytes, status: int | None, started: float, error: str | None = None) -> None:
        """What was done at the reader's own pad, for the trace; `started` is of `time.perf_counter`."""
        self._note(header, b"", None if status is None else Response(b"", status), started, error, secret=True)

    def _whole(self, command: Command, response: Response, most: int) -> Response:
        """Follow 6Cxx once and 61xx as long as it is within bounds."""
        if response.status >> 8 == 0x6C:
            right = response.status & 0xFF or SHORT_ANSWER
            response = self._exchange(Command(command.header, command.data, right))
        if response.status >> 8 != 0x61:
            return response
        data = bytearray(response.data)
        fetch = bytes([command.header[0] & ~CHAINING & 0xFF, _GET_RESPONSE, 0x00, 0x00])
        for _ in range(MOST_RESPONSES):
            response = self._exchange(Command(fetch, expected=response.status & 0xFF or SHORT_ANSWER))
            if response.status >> 8 == 0x6C:
                response = self._exchange(Command(fetch, expected=response.status & 0xFF or SHORT_ANSWER))
            data += response.data
            if len(data) > most:
                raise CardFault
            if response.status >> 8 != 0x61:
                return Response(bytes(data), response.status)
        raise CardFault

    def _exchange(self, command: Command) -> Response:
        """One APDU there and back."""
        if self.commands >= self._until:
            raise CardFault
        extended = self._extended and (len(command.data) > SHORT_DATA or (command.expected or 0) > SHORT_ANSWER)
        sent = command.encode(extended=extended, length_expected=not (command.data and self.link.transport == "T=0"))
        started = time.perf_counter()
        try:
            response = Response.of(self.link.transmit(sent))
        except CardError as error:
            self._note(command.header, command.data, None, started, error.error)
            raise
        finally:
            self.commands += 1
        self._note(command.header, command.data, response, started)
        return response

    def _note(
        self,
        header: bytes,
        data: bytes,
        response: Response | None,
        started: float,
        error: str | None = None,
        *,
        secret: bool = False,
    ) -> None:
        told = _in_hexadecimal(header)
        if secret:
            told += " [PIN]"
        elif data:
            told += f" {_in_hexadecimal(data[:32])}" if header[1] in _SHOWN else f" [{len(data)}]"
        took = (time.perf_counter() - started) * 1000
        self._trace.add(
            TraceLine(
                at=time.time_ns() // 1_000_000,
                command=told,
                status=None if response is None else response.status,
                answered=0 if response is None else len(response.data),
                milliseconds=round(took, 2),
                error=error,
            )
        )


def _in_hexadecimal(data: bytes) -> str:
    return "".join(f"{one:02X}" for one in data)


def _chained(command: Command) -> Iterator[Command]:
    """The blocks of a command whose data are longer than one."""
    size = len(command.data)
    if size > SHORT_DATA * _MOST_BLOCKS:
        raise CardFault
    for at in range(0, size, SHORT_DATA):
        last = at + SHORT_DATA >= size
        header = command.header if last else bytes([command.header[0] | CHAINING, *command.header[1:]])
        yield Command(header, command.data[at : at + SHORT_DATA], command.expected if last else None)


def historical_bytes(atr: bytes) -> bytes:
    """What the card says of itself in its answer to reset (ISO/IEC 7816-3, 8.2); empty where it is cut off."""
    if len(atr) < 2:
        return b""
    count = atr[1] & 0x0F
    interface, at = atr[1] >> 4, 2
    for _ in range(8):
        present = bin(interface).count("1")
        following = at + present - 1
        has_next = interface & 0x8
        at += present
        if not has_next:
            break
        if following >= len(atr):
            return b""
        interface = atr[following] >> 4
    return atr[at : at + count] if at + count <= len(atr) else b""


def speaks_extended(atr: bytes) -> bool:
    """Whether the card says that it understands extended lengths (ISO/IEC 7816-4, 12.1.1.9: card capabilities)."""
    told = historical_bytes(atr)
    if not told or told[0] not in (0x00, 0x80):
        return False
    at, end = 1, len(told) - (3 if told[0] == 0x00 else 0)
    while at < end:
        tag, size = told[at] >> 4, told[at] & 0x0F
        if tag == 0x7:
            return size >= 3 and at + 3 < end and bool(told[at + 3] & 0x40)
        at += 1 + size
    return False
