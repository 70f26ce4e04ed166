"""How large something is unpacked, without ever holding it (W9)."""

from __future__ import annotations

import zlib
from typing import Final

_STEP: Final = 1 << 20


class OutOfBounds(Exception):
    """It unpacks to more than allowed."""


def inflated_size(packed: bytes, most: int) -> int:
    """The size of zlib data when unpacked, in bytes; of cut data what could be unpacked.

    Raises:
        OutOfBounds: it is more than `most`.
        zlib.error: it is damaged.
    """
    unpacking = zlib.decompressobj()
    size = 0
    while packed and not unpacking.eof:
        size += len(unpacking.decompress(packed, _STEP))
        packed = unpacking.unconsumed_tail
        if size > most:
            raise OutOfBounds
    return size + _rest(unpacking, most - size)


def _rest(unpacking: zlib._Decompress, most: int) -> int:
    """What the decompressor still holds back when its input is used up."""
    size = 0
    while not unpacking.eof and (more := unpacking.decompress(b"", _STEP)):
        size += len(more)
        if size > most:
            raise OutOfBounds
    return size
