"""What the service and its worker process say to each other, one message a packet of a Unix socket.

The socket keeps packets apart (`SOCK_SEQPACKET`), so a message is never half there. All messages have one layout:
kind, three numbers, a short text, bytes. A packet may hold a PIN: it is packed into a `bytearray`, which its sender
wipes, and received into one buffer, which its receiver wipes.
"""

from __future__ import annotations

import enum
import socket
import struct
from dataclasses import dataclass
from typing import Final

_HEAD: Final = struct.Struct("<BIIIH")
LONGEST_TEXT: Final = 512
"""Bytes. A reader's name has at most 128."""
LONGEST_DATA: Final = 66_000
"""Bytes. The longest command APDU has 65544, the longest answer 65538 (ISO/IEC 7816-4, 5.1)."""
LONGEST: Final = _HEAD.size + LONGEST_TEXT + LONGEST_DATA
"""Bytes of the longest packet."""


class Kind(enum.IntEnum):
    """What a message says. A request's `number` comes back in its answer."""

    # Requests; `code` is the link, for CONNECT the card.
    CONNECT = 1
    TRANSMIT = 2
    CONTROL = 3  # extra: control code
    RESET = 4
    CLOSE = 5
    # What the worker says.
    ANSWER = 16  # code: PC/SC code; extra: link or protocol; data
    BEAT = 17
    STARTED = 18
    STOPPED = 19  # code: PC/SC code; extra: 1 when this user is refused; text: the call
    VERSION = 20  # text
    READER_IN = 21  # text: its name
    READER_OUT = 22  # text: its name
    CARD_IN = 23  # number: of the card; extra: 1 when mute; text: reader; data: ATR
    CARD_OUT = 24  # number: of the card; text: reader


class Garbled(Exception):
    """A packet that is no message of ours."""


@dataclass(slots=True, repr=False)
class Message:
    """One message; `data` is wiped by whoever is done with it."""

    kind: Kind
    number: int = 0
    code: int = 0
    extra: int = 0
    text: str = ""
    data: bytearray | bytes = b""

    def wipe(self) -> None:
        """Overwrite received data, in place."""
        if isinstance(self.data, bytearray):
            blank(self.data)


def blank(buffer: bytearray) -> None:
    """Overwrite in place, at the speed that long answers need."""
    buffer[:] = bytes(len(buffer))


def line() -> tuple[socket.socket, socket.socket]:
    """A pair of connected sockets that keep packets apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def pack(message: Message) -> bytearray:
    """The packet of a message. The caller wipes it when it was sent.

    Raises:
        Garbled: the text or the data are too long.
    """
    text = message.text.encode("utf-8", "replace")
    if len(text) > LONGEST_TEXT or len(message.data) > LONGEST_DATA:
        raise Garbled
    packet = bytearray(_HEAD.size + len(text) + len(message.data))
    _HEAD.pack_into(packet, 0, message.kind, message.number, message.code, message.extra, len(text))
    packet[_HEAD.size : _HEAD.size + len(text)] = text
    packet[_HEAD.size + len(text) :] = message.data
    return packet


def unpack(packet: bytes | bytearray | memoryview) -> Message:
    """The message of a packet; its data are a copy.

    Raises:
        Garbled: it is none of ours.
    """
    with memoryview(packet) as view:
        if not _HEAD.size <= len(view) <= LONGEST:
            raise Garbled
        kind, number, code, extra, length = _HEAD.unpack_from(view)
        if length > min(LONGEST_TEXT, len(view) - _HEAD.size):
            raise Garbled
        try:
            told = Kind(kind)
            text = str(view[_HEAD.size : _HEAD.size + length], "utf-8")
        except ValueError:
            raise Garbled from None
        return Message(told, number, code, extra, text, bytearray(view[_HEAD.size + length :]))
