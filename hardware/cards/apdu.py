"""Commands and answers of a card (ISO/IEC 7816-4, 5): how they look, not what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware.errors import CardFault

SHORT_DATA: Final = 255
"""Most bytes of data in a short command; more of them go by chaining or an extended one."""
SHORT_ANSWER: Final = 256
EXTENDED_ANSWER: Final = 65_536
CHAINING: Final = 0x10
"""Bit of CLA: this is not the last block of a chained command."""
OK: Final = 0x9000


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command.

    Attributes:
        header: CLA INS P1 P2.
        data: what is sent with it.
        expected: most bytes that are expected back (Le); None: none are.
    """

    header: bytes
    data: bytes = b""
    expected: int | None = None

    def encode(self, *, extended: bool = False, length_expected: bool = True) -> bytearray:
        """The command as bytes. What carries a PIN is put together in `hardware.cards.pin_entry` and nowhere else.

        Args:
            extended: with extended length fields (ISO/IEC 7816-4, 5.1), which only some cards understand.
            length_expected: with Le. T=0 has none where there are data (ISO/IEC 7816-3, 12.2).

        Raises:
            ValueError: the data do not fit; the channel chains them first.
        """
        size = len(self.data)
        if size > (0xFFFF if extended else SHORT_DATA):
            raise ValueError("longer than one command")
        expected = self.expected if length_expected else None
        made = bytearray(4 + (3 if extended else 1) * bool(size) + size)
        made[:4] = self.header
        if size:
            at = 7 if extended else 5
            made[4:at] = b"\0" + size.to_bytes(2, "big") if extended else bytes([size])
            made[at:] = self.data
        if expected is not None:
            if extended:
                made += (b"" if size else b"\0") + (expected & 0xFFFF).to_bytes(2, "big")
            else:
                made.append(min(expected, SHORT_ANSWER) & 0xFF)
        return made

    def __repr__(self) -> str:
        return f"Command({self.header.hex()}, {len(self.data)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What a card answered: data and status word."""

    data: bytes
    status: int

    @classmethod
    def of(cls, answer: bytes) -> Response:
        """Take an answer apart.

        Raises:
            CardFault: it has no status word, or one that ISO/IEC 7816-4, 5.6 does not allow.
        """
        if not 2 <= len(answer) <= EXTENDED_ANSWER + 2:
            raise CardFault
        status = answer[-2] << 8 | answer[-1]
        if status >> 12 not in (0x6, 0x9) or status >> 8 == 0x60:
            raise CardFault(status)
        return cls(answer[:-2], status)

    @property
    def is_ok(self) -> bool:
        """Whether the command was carried out."""
        return self.status == OK

    def __repr__(self) -> str:
        return f"Response({len(self.data)} bytes, {self.status:04X})"
