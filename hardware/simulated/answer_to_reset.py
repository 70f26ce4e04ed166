"""The answer to reset (ISO 7816-3 section 8): its check byte, and the protocols it offers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor

from hardware.readers import Transport


def checked(atr: bytes) -> bytes:
    """An ATR with its check byte, which one that names T=0 alone has not (ISO 7816-3 section 8.2.5)."""
    return atr + bytes([reduce(xor, atr[1:])]) if atr[1] & 0x80 else atr


def protocol(atr: bytes) -> Transport:
    """The protocol that a reader service agrees on: T=1 where the card offers it, as pcscd does, else T=0."""
    return "T=1" if 1 in _offered(atr) else "T=0"


def _offered(atr: bytes) -> Iterator[int]:
    """The numbers of the protocols in TD1, TD2 and so on."""
    place = 1
    while place < len(atr):
        follow = atr[place] >> 4
        place += follow.bit_count()
        if not follow & 0x08 or place >= len(atr):
            return
        yield atr[place] & 0x0F
