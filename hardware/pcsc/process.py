"""The worker process as its parent sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final, cast

import hardware
from hardware.pcsc.protocol import LONGEST, Garbled, Message, blank, line, pack, unpack

_OUTPUT_KEPT: Final = 2000
_WORDS_KEPT: Final = 160


class WorkerProcess:
    """A running worker process and this end of the line to it.

    `heard_at` is when it last said something, `spoke` whether it ever did; `cards` its numbers of the insertions.
    """

    def __init__(self, only_reader: str, environment: Mapping[str, str]) -> None:
        """Start it.

        Raises:
            OSError: it could not be started.
        """
        ours, theirs = line()
        paths = [str(Path(hardware.__file__).parent.parent), environment.get("PYTHONPATH", "")]
        with theirs:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - ourselves
                    [
                        sys.executable, "-P", "-m", "hardware.pcsc.worker",
                        str(theirs.fileno()), str(os.getpid()), *([only_reader] if only_reader else []),
                    ],
                    env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )  # fmt: skip
            except BaseException:
                ours.close()
                raise
        self.line = ours
        self.output = cast(IO[bytes], self.process.stdout)
        os.set_blocking(self.output.fileno(), False)
        self._said = b""
        self._packet = bytearray(LONGEST)
        self.heard_at = time.monotonic()
        self.spoke = False
        self.cards: dict[int, int] = {}

    def receive(self) -> Message | None:
        """The next message; None when the worker hung up, or says what is no message."""
        try:
            size = self.line.recv_into(self._packet)
        except OSError:
            return None
        try:
            message = unpack(memoryview(self._packet)[:size]) if size else None
        except Garbled:
            return None
        finally:
            self._packet[:size] = bytes(size)
        self.heard_at, self.spoke = time.monotonic(), True
        return message

    def send(self, message: Message) -> None:
        """Send a message; what is made of it on the way is wiped.

        Raises:
            OSError: the worker hung up.
        """
        packet = pack(message)
        try:
            self.line.send(packet)
        finally:
            blank(packet)

    def read(self) -> bool:
        """Keep the end of what it prints; False when it prints no more."""
        try:
            more = os.read(self.output.fileno(), _OUTPUT_KEPT)
        except BlockingIOError:
            return True
        self._said = (self._said + more)[-_OUTPUT_KEPT:]
        return bool(more)

    def bury(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()
        self.read()
        self.output.close()
        self.line.close()

    def last_words(self) -> str:
        """The last line it printed, shortened; empty when it printed none."""
        lines = self._said.decode("utf-8", "replace").split("\n")
        words = next((words for words in reversed(lines) if words.strip()), "")
        return "".join(letter for letter in words if letter.isprintable())[:_WORDS_KEPT]
