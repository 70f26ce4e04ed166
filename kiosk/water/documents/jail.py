"""Starts the process that looks into a citizen's file, and ends it in time (W9).

Whatever becomes of it (a crash, a hang, a flood of words), this process has lost nothing but the time. It sees the
answer's few bytes alone, and believes no more of them than that they are numbers within bounds.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import kiosk
from kiosk.errors import DocumentRefused, Unavailable
from kiosk.water.documents.verdict import Bounds
from kiosk.water.facts import MediaType

_WORKER: Final = "kiosk.water.documents.worker"
_READY: Final = b"ready\n"
_AT_ONCE: Final = 2
"""So many files are looked into at a time: together with the bound of each this bounds the machine's memory."""
_SECONDS_TO_START: Final = 30.0
_MB: Final = 1 << 20
_PROGRAM: Final = 320 * _MB
"""Address space of the interpreter and its libraries, and room for pages."""
_PER_PIXEL: Final = 12
"""Bytes: a decoded picture (4), and with four colours and many scans its coefficients too (8)."""
_PER_BYTE: Final = 8
"""… for each of the file's: the file itself, its objects."""
_LONGEST_LINE: Final = 200
_log = logging.getLogger(__name__)


class Jail:
    """Looks into files, each in a process of its own.

    Args:
        bounds: how much one file may be.
        seconds: how long a look may take; one that takes longer is refused as unsafe.
        elapsed: seconds on a monotonic clock.
    """

    def __init__(self, bounds: Bounds, seconds: int, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._seconds = seconds
        self._elapsed = elapsed
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def check(self, media_type: MediaType, data: bytes) -> int:
        """Check a file; how many pages it has.

        Raises:
            DocumentRefused: it cannot be taken.
            Unavailable: no process could be started, or too many wait.
        """
        pages, _, rest = self._look({"do": "check"}, media_type, data, 0)
        if rest:
            raise DocumentRefused("unsafe")
        return pages

    def preview(
        self, media_type: MediaType, data: bytes, page: int, width: int, height: int
    ) -> tuple[int, int, int, bytes]:
        """How many pages a file has, and one of them: its width, its height and its RGB bytes, row by row.

        Raises:
            DocumentRefused, Unavailable: as above.
        """
        asked = {"do": "preview", "page": page, "box": [width, height]}
        pages, told, pixels = self._look(asked, media_type, data, (width + 1) * (height + 1) * 3)
        size = told.get("size")
        match size:
            case [int(wide), int(high)] if 0 < wide <= width and 0 < high <= height and len(pixels) == 3 * wide * high:
                return pages, wide, high, pixels
        raise DocumentRefused("unsafe")

    def _look(
        self, asked: Mapping[str, Any], media_type: MediaType, data: bytes, most: int
    ) -> tuple[int, dict[str, Any], bytes]:
        line = {
            **asked,
            "media_type": media_type,
            "pages": self._bounds.pages,
            "pixels": self._bounds.pixels,
            "seconds": self._seconds,
        }
        memory = _PROGRAM + _PER_PIXEL * self._bounds.pixels + _PER_BYTE * len(data)
        with self._place(), _packet(json.dumps(line).encode(), data) as packet, _started(packet, memory) as process:
            answer = self._heard(process, len(_READY) + _LONGEST_LINE + most)
        return self._understood(answer)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_AT_ONCE * (_SECONDS_TO_START + self._seconds)):
            raise Unavailable
        try:
            yield
        finally:
            self._places.release()

    def _heard(self, process: subprocess.Popen[bytes], most: int) -> bytes:
        """Everything it says until it ends; cut off where it says too much or is late."""
        if process.stdout is None:
            raise Unavailable
        told = process.stdout.fileno()
        heard = bytearray()
        waiting = select.poll()
        waiting.register(told, select.POLLIN)
        until = self._elapsed() + _SECONDS_TO_START
        is_ready = False
        while len(heard) <= most:
            left = until - self._elapsed()
            if left <= 0 or not waiting.poll(left * 1000):
                break
            more = os.read(told, 65_536)
            if not more:
                break
            heard += more
            if not is_ready and heard.startswith(_READY):
                is_ready, until = True, self._elapsed() + self._seconds
        return bytes(heard)

    def _understood(self, answer: bytes) -> tuple[int, dict[str, Any], bytes]:
        if not answer.startswith(_READY):
            _log.error("a document could not be looked into: its process did not start")
            raise Unavailable
        line, _, rest = answer[len(_READY) :].partition(b"\n")
        try:
            told = json.loads(line) if len(line) <= _LONGEST_LINE else None
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise DocumentRefused("unsafe")  # it was ended, or ended itself, over this file
        if (why := told.get("why")) is not None:
            raise self._refused(why, told.get("found"))
        pages = told.get("pages")
        if type(pages) is not int or pages < 1:
            raise DocumentRefused("unsafe")
        return pages, told, rest

    def _refused(self, why: object, found: object) -> DocumentRefused:
        if why == "too_many_pages" and type(found) is int:
            return DocumentRefused("too_many_pages", found, self._bounds.pages)
        return DocumentRefused("unreadable" if why == "unreadable" else "unsafe")


@contextmanager
def _packet(line: bytes, data: bytes) -> Iterator[int]:
    """The question and the file in a nameless file of memory, which nobody can change any more."""
    import fcntl

    try:
        packet = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:
        raise Unavailable from None
    try:
        with open(packet, "wb", closefd=False) as file:
            file.write(line + b"\n")
            file.write(data)
        os.lseek(packet, 0, os.SEEK_SET)
        fcntl.fcntl(packet, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        yield packet
    except OSError:
        raise Unavailable from None
    finally:
        os.close(packet)


@contextmanager
def _started(packet: int, memory: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process, for as long as it is listened to; then it is ended with all its group."""
    try:
        process = subprocess.Popen(  # noqa: S603 (our own Python and module)
            [sys.executable, "-P", "-m", _WORKER, str(memory)],
            env={"PYTHONPATH": str(Path(kiosk.__file__).parent.parent)},
            cwd="/",
            stdin=packet,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        _log.error("a document could not be looked into: %s", type(error).__name__)
        raise Unavailable from None
    try:
        yield process
    finally:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
