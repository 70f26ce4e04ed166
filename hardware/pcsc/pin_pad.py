"""A reader's own pad, as PC/SC part 10 describes it.

(Interoperability Specification for ICCs and Personal Computer Systems, part 10, IFDs with secure PIN entry
capabilities.) The digits are typed at the reader and go from there to the card; this machine sends the command
without them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from hardware.errors import CardFault, NotSupported

GET_FEATURE_REQUEST: Final = 0x42000000 + 3400
"""CM_IOCTL_GET_FEATURE_REQUEST, by pcsc-lite's SCARD_CTL_CODE."""
_VERIFY_PIN_DIRECT: Final = 0x06
_IFD_PIN_PROPERTIES: Final = 0x0A
_GET_TLV_PROPERTIES: Final = 0x12

_SMALLEST_PIN: Final = 0x06
_LARGEST_PIN: Final = 0x07
_VENDOR: Final = 0x0B
_PRODUCT: Final = 0x0C

_FALSE_CLAIMS: Final = frozenset({(0x076B, 0x3031), (0x076B, 0x6632), (0x25DD, 0x3111)})
"""Vendor and product ids of readers that tell of a pad without one: HID OMNIKEY 3x21, 6121, Bit4id miniLector-EVO."""
_FALSE_NAMES: Final = ("omnikey 3x21", "omnikey 6121", "minilector")
"""The same by name, in small letters, where the ids are not told."""

_STRUCTURE: Final = struct.Struct("<BBBBBHBBHB3sI")
_ASCII_LEFT_IN_BYTES: Final = 0x82
_VALIDATION_KEY: Final = 0x02
_DEFAULT_MESSAGE: Final = 0xFF
_NO_MESSAGE: Final = 0x00
_AZERBAIJANI_LATIN: Final = 0x042C
_LONGEST_TIMEOUT: Final = 255
_LONGEST_BLOCK: Final = 16

Control = Callable[[int, bytes, float], bytes]
"""Control code, data and the seconds a person may take on top; what the reader answers."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a pad can do. `verify` is the control code of FEATURE_VERIFY_PIN_DIRECT; lengths of 0 are not told."""

    verify: int
    display: bool = True
    validation: int = _VALIDATION_KEY
    shortest: int = 0
    longest: int = 0


def _records(answer: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each record; what is cut short at the end is left out."""
    place = 0
    while place + 2 <= len(answer):
        tag, length = answer[place], answer[place + 1]
        value = answer[place + 2 : place + 2 + length]
        if len(value) < length:
            return
        yield tag, value
        place += 2 + length


def features(answer: bytes) -> dict[int, int]:
    """Feature to control code, from the answer to GET_FEATURE_REQUEST (tag, length 4, big-endian)."""
    return {tag: int.from_bytes(value, "big") for tag, value in _records(answer) if len(value) == 4}


def properties(answer: bytes) -> dict[int, int]:
    """Property to number, from the answer to GET_TLV_PROPERTIES (little-endian); texts are left out."""
    return {tag: int.from_bytes(value, "little") for tag, value in _records(answer) if 1 <= len(value) <= 4}


def claims_falsely(name: str, told: dict[int, int]) -> bool:
    """Whether this reader is known to tell of a pad that it does not have."""
    if (told.get(_VENDOR), told.get(_PRODUCT)) in _FALSE_CLAIMS:
        return True
    return any(known in name.casefold() for known in _FALSE_NAMES)


def abilities(name: str, control: Control) -> Abilities | None:
    """Ask a reader for its pad; None when it has none that works.

    Raises:
        CardError: the card, the reader or the service is gone.
    """
    found = features(_asked(control, GET_FEATURE_REQUEST))
    verify = found.get(_VERIFY_PIN_DIRECT)
    if verify is None:
        return None
    told = properties(_asked(control, found[_GET_TLV_PROPERTIES])) if _GET_TLV_PROPERTIES in found else {}
    if claims_falsely(name, told):
        return None
    display, validation = True, _VALIDATION_KEY
    pin = _asked(control, found[_IFD_PIN_PROPERTIES]) if _IFD_PIN_PROPERTIES in found else b""
    if len(pin) >= 4:
        display = pin[0:2] != b"\x00\x00"
        validation = _VALIDATION_KEY if pin[2] & _VALIDATION_KEY else pin[2] or _VALIDATION_KEY
    return Abilities(verify, display, validation, told.get(_SMALLEST_PIN, 0), told.get(_LARGEST_PIN, 0))


def _asked(control: Control, code: int) -> bytes:
    """The answer to a question about the reader; nothing when it refuses."""
    try:
        return control(code, b"", 0.0)
    except (CardFault, NotSupported):
        return b""


def verify_structure(header: bytes, pad: Abilities, *, shortest: int, longest: int, block: int, seconds: int) -> bytes:
    """PIN_VERIFY_STRUCTURE and the command (PC/SC part 10, 2.5.2), packed and little-endian.

    Where the card takes as many bytes as digits, the command goes without Lc: a reader that inserts the digits writes
    it, and one that finds an Lc of 0 keeps it.

    Raises:
        ValueError: the header is no four bytes, or the lengths cannot be.
    """
    if len(header) != 4 or not 1 <= shortest <= longest <= (block or _LONGEST_BLOCK) <= _LONGEST_BLOCK:
        raise ValueError("no command that a pad can complete")
    command = header + (bytes([block]) + b"\xff" * block if block else b"")
    wait = max(1, min(seconds, _LONGEST_TIMEOUT))
    return (
        _STRUCTURE.pack(
            wait,
            wait,
            _ASCII_LEFT_IN_BYTES,
            block,
            0,
            shortest << 8 | longest,
            pad.validation,
            _DEFAULT_MESSAGE if pad.display else _NO_MESSAGE,
            _AZERBAIJANI_LATIN,
            0,
            bytes(3),
            len(command),
        )
        + command
    )


class ReaderPad:
    """The pad of the reader that holds one card."""

    def __init__(self, pad: Abilities, control: Control) -> None:
        """Take what the reader can do, and the way to it."""
        self._pad = pad
        self._control = control

    def verify(self, header: bytes, *, shortest: int, longest: int, block: int, seconds: int) -> int:
        """See `hardware.readers.PinPad.verify`.

        Raises:
            NotSupported: the reader takes no PIN of these lengths.
            CardFault: the reader answered no status word.
            CardError: the reader or the card is gone.
        """
        fewest = max(shortest, self._pad.shortest)
        most = min(longest, self._pad.longest or longest)
        if fewest > most:
            raise NotSupported
        data = verify_structure(header, self._pad, shortest=fewest, longest=most, block=block, seconds=seconds)
        answer = self._control(self._pad.verify, data, float(seconds))
        if len(answer) != 2:
            raise CardFault
        return int.from_bytes(answer, "big")
