"""Processes in the place of the one that looks into files, which do what a hostile file might make that one do."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kiosk.water.documents import worker
from kiosk.water.documents.pictures import Drawn
from kiosk.water.facts import MediaType


def _open_ways() -> int:
    """Try to break out, with everything loaded; 1, and one more for each way that is open."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: os.close(os.open("/etc/passwd", os.O_RDONLY)),
        lambda: socket.socket().close(),
        lambda: os.pipe(),
        lambda: os.write(os.memfd_create("more"), b"x"),
        lambda: bytearray(4 << 30),
        lambda: os.environ["PATH"],
        lambda: os.write(0, b"x"),
    )
    pages = 1
    for way in ways:
        with suppress(OSError, MemoryError, KeyError):
            way()
            pages += 1
    return pages


def _does(asked: dict[str, Any], media_type: MediaType, data: bytes) -> int:
    """What goes wrong is told by the file."""
    match data:
        case b"escapes":
            return _open_ways()
        case b"loops":
            while True:
                pass
        case b"hangs":
            signal.pause()
        case b"crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case b"floods":
            while True:
                os.write(1, b"x" * 65_536)
        case b"eats":
            raise MemoryError
        case b"talks nonsense":
            os.write(1, b"nonsense\n")
        case b"no pages":
            return 0
        case b"says more":
            os.write(1, b'{"pages": 1}\nmore')
        case b"stumbles":
            raise KeyError
    return 1


def _draws(asked: dict[str, Any], media_type: MediaType, data: bytes) -> tuple[int, Drawn]:
    """A page whose size, told by the file, is not that of its pixels or of its box."""
    width, height = map(int, data.split())
    return 1, Drawn(width, height, b"x" * 48)


if __name__ == "__main__":
    worker._check = _does
    worker._preview = _draws
    worker.main()
