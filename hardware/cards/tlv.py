"""BER-TLV as cards write it (ISO/IEC 7816-4, 5.2.2; X.690), within bounds: what a card says is never believed blindly.

Every reader raises `CardFault` for what is cut off, of indefinite length, too large or too deep; none of them recurses
further than it was told to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from hardware.errors import CardFault

LARGEST: Final = 65_536
"""No value of a card is longer than this."""
_TAG_BYTES: Final = 3
_LENGTH_BYTES: Final = 3
_MOST_CHILDREN: Final = 256


class Tlv(NamedTuple):
    """One data object: its tag as a number (all its bytes) and its value."""

    tag: int
    value: bytes


class Header(NamedTuple):
    """The beginning of a data object: its tag, where its value begins and where it ends."""

    tag: int
    start: int
    end: int


def header(data: bytes, at: int = 0) -> Header | None:
    """The tag and length at a place, without looking at the value, which may be still to be read.

    Returns:
        None where the data end before the length does.

    Raises:
        CardFault: the tag or the length has a form that no card needs.
    """
    size = len(data)
    if at >= size:
        return None
    tag = data[at]
    place = at + 1
    if tag & 0x1F == 0x1F:
        for _ in range(_TAG_BYTES - 1):
            if place >= size:
                return None
            more = data[place]
            tag = tag << 8 | more
            place += 1
            if not more & 0x80:
                break
        else:
            raise CardFault
    if place >= size:
        return None
    length = data[place]
    place += 1
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= _LENGTH_BYTES:
            raise CardFault
        if place + count > size:
            return None
        length = int.from_bytes(data[place : place + count], "big")
        place += count
        if length > LARGEST:
            raise CardFault
    return Header(tag, place, place + length)


def first(data: bytes, at: int = 0) -> Tlv:
    """The whole data object at a place.

    Raises:
        CardFault: it is not whole.
    """
    found = header(data, at)
    if found is None or found.end > len(data):
        raise CardFault
    return Tlv(found.tag, data[found.start : found.end])


def children(data: bytes) -> Iterator[Tlv]:
    """The data objects that stand one after the other.

    Raises:
        CardFault: one is not whole, or there are more than any card has.
    """
    at = 0
    for _ in range(_MOST_CHILDREN):
        if at >= len(data):
            return
        found = header(data, at)
        if found is None or found.end > len(data):
            raise CardFault
        yield Tlv(found.tag, data[found.start : found.end])
        at = found.end
    raise CardFault


def records(data: bytes) -> Iterator[Tlv]:
    """The data objects of a file, which is filled up with 00 or FF behind the last one (ISO/IEC 7816-15, 8.3).

    Raises:
        CardFault: one is not whole, or there are more than any card has.
    """
    at = 0
    for _ in range(_MOST_CHILDREN):
        while at < len(data) and data[at] == 0:
            at += 1
        if at >= len(data) or data[at] == 0xFF:
            return
        found = header(data, at)
        if found is None or found.end > len(data):
            raise CardFault
        yield Tlv(found.tag, data[found.start : found.end])
        at = found.end
    raise CardFault


def find(data: bytes, *path: int) -> bytes | None:
    """The value at a path of tags (each the first of its kind), or None.

    Raises:
        CardFault: what was walked over is not whole.
    """
    for tag in path:
        for child in children(data):
            if child.tag == tag:
                data = child.value
                break
        else:
            return None
    return data


def wrap(tag: int, value: bytes) -> bytes:
    """A data object of a tag of one byte."""
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


def whole_number(value: bytes) -> int:
    """An INTEGER or ENUMERATED of at most four bytes, as a signed number.

    Raises:
        CardFault: it is empty or longer.
    """
    if not 1 <= len(value) <= 4:
        raise CardFault
    return int.from_bytes(value, "big", signed=True)


def bits(value: bytes) -> frozenset[int]:
    """The numbers of the bits that are set in a BIT STRING, 0 being the first.

    Raises:
        CardFault: it is no BIT STRING, or longer than any flags are.
    """
    if not value or value[0] > 7 or len(value) > 9:
        raise CardFault
    count = (len(value) - 1) * 8 - value[0]
    return frozenset(number for number in range(count) if value[1 + number // 8] & 0x80 >> number % 8)


def text(value: bytes) -> str:
    """A text of a card, shortened to what a line holds, without control characters."""
    told = value[:512].decode("utf-8", "replace")
    return "".join(letter for letter in told if letter.isprintable()).strip()[:128]
