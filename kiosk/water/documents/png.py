"""The chunks of a PNG (ISO/IEC 15948), walked before anything decodes it (W9)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from kiosk.water.documents.inflating import OutOfBounds, inflated_size
from kiosk.water.documents.kinds import BLANKS
from kiosk.water.documents.verdict import Bad

_SIGNATURE: Final = 8
_MOST_CHUNKS: Final = 65_536
_LARGEST_BESIDE: Final = 4 << 20
"""Bytes of a chunk that is no picture data: colour profiles and camera data are far smaller."""
_LARGEST_INFLATED: Final = 8 << 20
_MOST_BEHIND: Final = 64
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bit depths by colour type (11.2.2)."""
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_ANIMATED: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7 (8.2): first column and row, steps."""


def check_png(data: bytes, pixels: int) -> None:
    """Walk all chunks of a file.

    Args:
        data: the file.
        pixels: how many it may have.

    Raises:
        Bad: truncated or damaged: unreadable; animated, a bomb, or more than a PNG: unsafe.
    """
    size = -1
    picture = bytearray()
    for number, (kind, body) in enumerate(_chunks(data)):
        if number == 0:
            size = _picture_size(kind, body, pixels)
        elif kind == b"IHDR":
            raise Bad("unreadable")
        if kind == b"IDAT":
            picture += body
            continue
        _check_beside(kind, body, number)
    try:
        found = inflated_size(bytes(picture), size)
    except OutOfBounds:
        raise Bad("unsafe") from None
    except zlib.error:
        raise Bad("unreadable") from None
    if found < size:
        raise Bad("unreadable")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _SIGNATURE
    while True:
        head = data[at : at + 8]
        if len(head) < 8:
            raise Bad("unreadable")
        length, kind = struct.unpack(">I4s", head)
        end = at + 12 + length
        if length > 0x7FFFFFFF or end > len(data):
            raise Bad("unreadable")
        body = data[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end]):
            raise Bad("unreadable")
        yield kind, body
        if kind == b"IEND":
            _check_behind(data[end:], length)
            return
        at = end


def _check_behind(rest: bytes, length: int) -> None:
    if length or rest[_MOST_BEHIND:] or rest.strip(BLANKS):
        raise Bad("unsafe")


def _picture_size(kind: bytes, body: bytes, pixels: int) -> int:
    """How many bytes the picture has before it was compressed: filter bytes and rows of each pass (7.2)."""
    if kind != b"IHDR" or len(body) != 13:
        raise Bad("unreadable")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1 or not (width and height):
        raise Bad("unreadable")
    if width * height > pixels:
        raise Bad("unsafe")
    bits = depth * _CHANNELS[colour]
    if not interlace:
        return int(height * (1 + (width * bits + 7) // 8))
    size = 0
    for left, top, step_x, step_y in _PASSES:
        columns, rows = -(-(width - left) // step_x), -(-(height - top) // step_y)
        if columns > 0 and rows > 0:
            size += rows * (1 + (columns * bits + 7) // 8)
    return size


def _check_beside(kind: bytes, body: bytes, number: int) -> None:
    if kind in _ANIMATED or number > _MOST_CHUNKS or len(body) > _LARGEST_BESIDE:
        raise Bad("unsafe")
    if not kind.isalpha() or (kind[:1].isupper() and kind not in _CRITICAL):
        raise Bad("unreadable")
    packed = _packed(kind, body)
    if packed:
        try:
            inflated_size(packed, _LARGEST_INFLATED)
        except OutOfBounds:
            raise Bad("unsafe") from None
        except zlib.error:
            raise Bad("unreadable") from None


def _packed(kind: bytes, body: bytes) -> bytes:
    """The compressed part of a text or profile chunk (11.3.2.3, 11.3.3)."""
    _, _, rest = body.partition(b"\0")
    if kind in (b"iCCP", b"zTXt"):
        return rest[1:]
    if kind == b"iTXt" and rest[:1] == b"\1":
        return rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return b""
