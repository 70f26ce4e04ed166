"""Ports for servers of tests that have to be named before the server is there."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_LOWEST = 10_000


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at.

    It lies below those that the kernel gives out by itself: between this look and the server's start, any connection of
    another test could take one of them.
    """
    highest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("utf-8").split()[0]) - 1
    while True:
        port = random.randint(_LOWEST, max(_LOWEST + 1000, highest))  # noqa: S311 - no secret
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
