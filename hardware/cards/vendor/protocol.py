"""Messages between the product and a module's process: a bounded JSON head and bytes behind it.

4 bytes   length of what follows, big-endian
4 bytes   length of the head
head      one JSON object
tail      bytes as they are: PINs, which never stand in JSON, so that they can be wiped
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

from hardware.secret import wipe

LONGEST: Final = 1 << 20
"""No message is longer, in bytes: 64 certificates of 8 KiB in hexadecimal fit."""
_COUNT: Final = 4


class Garbled(Exception):
    """What came is no message."""


class Closed(Exception):
    """The other side is gone."""


def send(channel: socket.socket, head: Mapping[str, Any], tail: bytes | bytearray = b"") -> None:
    """Send one message; our copy of the tail is wiped, the caller's is the caller's.

    Raises:
        Closed: nobody takes it any more.
        TimeoutError: nobody takes it in the channel's time.
    """
    written = json.dumps(head).encode()
    message = bytearray()
    message += (_COUNT + len(written) + len(tail)).to_bytes(_COUNT, "big")
    message += len(written).to_bytes(_COUNT, "big")
    message += written
    message += tail
    try:
        channel.sendall(message)
    except TimeoutError:
        raise
    except OSError:
        raise Closed from None
    finally:
        wipe(message)


def receive(
    channel: socket.socket, seconds_left: Callable[[], float] | None = None
) -> tuple[dict[str, Any], bytearray]:
    """Wait for one message: its head, and its tail for the caller to wipe.

    Args:
        channel: where it comes from.
        seconds_left: how long it may still take, asked again for each piece; None: for ever.

    Raises:
        Closed: the other side is gone.
        Garbled: what came is no message.
        TimeoutError: it took too long.
    """
    length = int.from_bytes(_exactly(channel, _COUNT, seconds_left), "big")
    if not _COUNT <= length <= LONGEST:
        raise Garbled
    body = _exactly(channel, length, seconds_left)
    end = _COUNT + int.from_bytes(body[:_COUNT], "big")
    try:
        head = json.loads(body[_COUNT:end])
    except ValueError:
        raise Garbled from None
    if end > length or not isinstance(head, dict):
        raise Garbled
    tail = bytearray(length - end)
    memoryview(tail)[:] = memoryview(body)[end:]  # a slice of a bytearray would be a copy more
    wipe(body)
    return head, tail


def _exactly(channel: socket.socket, count: int, seconds_left: Callable[[], float] | None) -> bytearray:
    taken = bytearray(count)
    view = memoryview(taken)
    done = 0
    while done < count:
        if seconds_left is not None:
            if (left := seconds_left()) <= 0:
                raise TimeoutError
            channel.settimeout(left)
        try:
            got = channel.recv_into(view[done:])
        except TimeoutError:
            raise
        except OSError:
            raise Closed from None
        if not got:
            raise Closed
        done += got
    return taken
