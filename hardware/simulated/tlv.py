"""Writing and reading tag-length-value, as far as an invented card needs it."""

from __future__ import annotations

from collections.abc import Iterator


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element (BER, definite length) around `parts`."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1) + length + value


def elements(data: bytes | bytearray) -> Iterator[tuple[int, bytes]]:
    """The elements of `data` with tags of one byte, in order.

    Raises:
        ValueError: an element is longer than what is there.
    """
    place = 0
    while place < len(data):
        if place + 2 > len(data):
            raise ValueError("cut off")
        tag, size, place = data[place], data[place + 1], place + 2
        if size >= 0x80:
            digits = size & 0x7F
            size = int.from_bytes(data[place : place + digits])
            place += digits
        if place + size > len(data):
            raise ValueError("cut off")
        yield tag, bytes(data[place : place + size])
        place += size
