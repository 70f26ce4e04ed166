"""A program on a pseudo-terminal that is told what to do and reports, and when a text of it was drawn."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from benchmarks.frames import COLUMNS, ROOT, ROWS

_PATIENCE = 60.0
_QUIET = 0.3


class Terminal:
    """A module of ours as a program, on a terminal of its own.

    Args:
        arguments: the module and its arguments; the numbers of a pipe for orders and of one for reports follow.
        given: its environment.
    """

    def __init__(self, arguments: Sequence[str], given: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        their_orders, orders = os.pipe()
        reports, their_reports = os.pipe()
        self._process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", *arguments, str(their_orders), str(their_reports)],
            stdin=slave, stdout=slave, stderr=slave, env=dict(given), cwd=ROOT, pass_fds=(their_orders, their_reports),
        )  # fmt: skip
        for descriptor in (slave, their_orders, their_reports):
            os.close(descriptor)
        self._orders = os.fdopen(orders, "w")
        self._reports = os.fdopen(reports)
        self._told: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        self._shown = b""
        self._parts: list[tuple[int, float]] = []
        """Up to which byte of `_shown` was drawn when."""
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._hear)]
        for thread in self._threads:
            thread.start()

    def order(self, order: str) -> None:
        """Tell it what to do."""
        self._orders.write(f"{order}\n")
        self._orders.flush()

    def wait(self, what: str) -> float:
        """When it reported that, in seconds of the monotonic clock; what it reported before is passed over."""
        while True:
            told, at = self._told.get(timeout=_PATIENCE)
            if told == what:
                return at

    def settle(self) -> None:
        """Wait until nothing has been drawn for a while; what was drawn so far does not count."""
        with self._more:
            while self._more.wait(_QUIET):
                pass
            self._shown = b""
            self._parts.clear()

    def drawn(self, text: str) -> float:
        """When that was drawn since the last `settle`."""
        wanted = text.encode()
        with self._more:
            if not self._more.wait_for(lambda: wanted in self._shown, _PATIENCE):
                raise RuntimeError(f"{text!r} was not drawn: {self._shown[-500:]!r}")
            end = self._shown.index(wanted) + len(wanted)
            return next(at for until, at in self._parts if until >= end)

    def close(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        self._orders.close()
        self._reports.close()
        os.close(self._master)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while part := os.read(self._master, 65536):
                at = time.perf_counter()
                with self._more:
                    self._shown += part
                    self._parts.append((len(self._shown), at))
                    self._more.notify_all()

    def _hear(self) -> None:
        for line in self._reports:
            what, at = line.split()
            self._told.put((what, float(at)))
