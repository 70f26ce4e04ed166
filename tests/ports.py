"""Ports for servers of tests that have to be named before the server is there."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path

_PORTS = range(10_000, 12_000)
"""Below those that the kernel gives out by itself, and below those of tests' own reader services (tests.pcscd): between
this look and the server's start, any connection of another test could take one of them."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at, and that no other test of this machine is given.

    Raises:
        RuntimeError: there is none.
    """
    with (Path(tempfile.gettempdir()) / f"asan-kiosk-ports-{os.getuid()}").open("a+", encoding="ascii") as told:
        fcntl.flock(told, fcntl.LOCK_EX)
        told.seek(0)
        last = int(told.read() or _PORTS.start)
        for step in range(1, len(_PORTS)):
            port = _PORTS[(last - _PORTS.start + step) % len(_PORTS)]
            if _is_free(port):
                told.truncate(0)
                told.write(str(port))
                return port
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
