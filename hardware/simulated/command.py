"""A command APDU as a card takes it apart (ISO 7816-3 section 12, ISO 7816-4 section 5), and how it refuses one.

Written apart from the product's own drivers on purpose: a card that shared their code would share their mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware.readers import Transport
from hardware.secret import wipe

OK: Final = 0x9000
END_OF_FILE: Final = 0x6282
WRONG_LENGTH: Final = 0x6700
NO_CHANNEL: Final = 0x6881
NO_SECURE_MESSAGING: Final = 0x6882
LAST_OF_CHAIN_EXPECTED: Final = 0x6883
NO_CHAINING: Final = 0x6884
WRONG_KIND_OF_FILE: Final = 0x6981
NOT_ALLOWED_YET: Final = 0x6982
BLOCKED: Final = 0x6983
CONDITIONS: Final = 0x6985
NO_CURRENT_FILE: Final = 0x6986
WRONG_DATA: Final = 0x6A80
NO_FILE: Final = 0x6A82
NO_RECORD: Final = 0x6A83
WRONG_P1P2: Final = 0x6A86
NO_REFERENCE: Final = 0x6A88
WRONG_OFFSET: Final = 0x6B00
NO_INSTRUCTION: Final = 0x6D00
NO_CLASS: Final = 0x6E00
NO_DIAGNOSIS: Final = 0x6F00

_SHORT_MOST: Final = 256
_EXTENDED_MOST: Final = 65536


class Refused(Exception):
    """The card answers with this status word alone."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A command, taken apart. `data` may hold a PIN: whoever took the command apart wipes it."""

    header: bytes
    """CLA INS P1 P2."""
    data: bytearray
    expected: int | None = None
    """How many bytes of answer are asked for at most (Ne); None where there is no Le."""
    open_ended: bool = False
    """Le was zero: as many as there are, up to `expected`."""

    @property
    def ins(self) -> int:
        """The instruction."""
        return self.header[1]

    @property
    def p1(self) -> int:
        """The first parameter."""
        return self.header[2]

    @property
    def p2(self) -> int:
        """The second parameter."""
        return self.header[3]


def take_apart(raw: bytearray, transport: Transport) -> Command:
    """A command APDU's fields.

    On T=0 a command with data has no Le and there is no extended length, because P3 is the one length byte that the
    protocol has (ISO 7816-3 section 12.2).

    Raises:
        Refused: 6700, the lengths do not fit.
    """
    header, body = bytes(raw[:4]), raw[4:]
    if len(header) < 4:
        raise Refused(WRONG_LENGTH)
    if not body:
        return Command(header, bytearray())
    if len(body) == 1:
        return Command(header, bytearray(), body[0] or _SHORT_MOST, open_ended=body[0] == 0)
    if body[0]:
        return _with_data(header, body, 1, body[0], 1, transport)
    if transport == "T=0" or len(body) < 3:
        raise Refused(WRONG_LENGTH)
    length = int.from_bytes(body[1:3])
    if len(body) == 3:
        return Command(header, bytearray(), length or _EXTENDED_MOST, open_ended=length == 0)
    return _with_data(header, body, 3, length, 2, transport)


def _with_data(header: bytes, body: bytearray, start: int, length: int, le: int, transport: Transport) -> Command:
    """A command with `length` bytes of data from `start` on, and perhaps `le` bytes of Le after them."""
    data, rest = body[start : start + length], body[start + length :]
    wipe(body)
    if not length or len(data) < length or len(rest) not in (0, le) or (rest and transport == "T=0"):
        raise Refused(WRONG_LENGTH)
    if not rest:
        return Command(header, data)
    expected = int.from_bytes(rest)
    most = _SHORT_MOST if le == 1 else _EXTENDED_MOST
    return Command(header, data, expected or most, open_ended=expected == 0)
