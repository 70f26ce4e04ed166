"""One module's process as its parent holds it: asked one thing at a time, and killed when it is late."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import hardware
from hardware.cards.vendor import protocol
from hardware.secret import wipe

_WORKER: Final = "hardware.cards.vendor.worker"
_SECONDS_TO_DIE: Final = 2.0


class Died(Exception):
    """The process is no more, or was killed; the text says why, for technicians."""


class Refused(Exception):
    """The module cannot be loaded; the text says why, for technicians."""


class ModuleProcess:
    """A process for one module, started; `load` comes first.

    Args:
        path: the module's file.
        elapsed: seconds on a monotonic clock.

    Raises:
        Died: no process could be started.
    """

    def __init__(self, path: Path, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._channel, theirs = socket.socketpair()
        their_lifeline, self._lifeline = os.pipe()
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 (our own Python and module; the path is an argument)
                    [sys.executable, "-P", "-m", _WORKER, str(theirs.fileno()), str(their_lifeline), str(path)],
                    env={**os.environ, "PYTHONPATH": str(Path(hardware.__file__).parent.parent)},
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(), their_lifeline), start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            self._let_go()
            raise Died(f"no process: {error.strerror}") from None
        finally:
            os.close(their_lifeline)

    def load(self, seconds: float) -> tuple[str, str]:
        """Wait until the module is loaded: who made it, and its version.

        Raises:
            Died: it crashed or hung.
            Refused: it cannot be loaded.
        """
        about = self._answer(seconds)
        if "failed" in about:
            self.kill()
            raise Refused(str(about["failed"]))
        return str(about.get("about", "")), str(about.get("version", ""))

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(self, asked: Mapping[str, Any], seconds: float, pins: Sequence[bytearray] = ()) -> dict[str, Any]:
        """Ask one thing.

        Args:
            asked: `do` and its arguments.
            seconds: how long it may take.
            pins: sent as bytes; the caller wipes them.

        Raises:
            Died: it crashed, hung or answered nonsense; it is gone now.
        """
        tail = bytearray(sum(map(len, pins)))
        place = 0
        for pin in pins:
            memoryview(tail)[place : place + len(pin)] = pin
            place += len(pin)
        self._channel.settimeout(seconds)
        try:
            protocol.send(self._channel, {**asked, "pins": [len(pin) for pin in pins]}, tail)
        except (protocol.Closed, TimeoutError):
            raise Died(self._end()) from None
        finally:
            wipe(tail)
        return self._answer(seconds)

    def _answer(self, seconds: float) -> dict[str, Any]:
        until = self._elapsed() + seconds
        try:
            answer, _ = protocol.receive(self._channel, lambda: until - self._elapsed())
        except TimeoutError:
            self.kill()
            raise Died(f"no answer within {seconds:g} s: killed") from None
        except protocol.Garbled:
            self.kill()
            raise Died("an answer that is none: killed") from None
        except protocol.Closed:
            raise Died(self._end()) from None
        if "garbage" in answer:
            self.kill()
            raise Died(f"the module's answer makes no sense ({answer['garbage']}): killed")
        return answer

    def _end(self) -> str:
        self.kill()
        code = self._process.poll()
        if code is None or code >= 0:
            return f"its process ended ({code})"
        return f"its process was ended by {signal.Signals(-code).name}"

    def end(self) -> None:
        """Let it die, while another thread waits for its answer and hears so. Raises nothing."""
        with suppress(OSError):
            self._process.kill()

    def kill(self) -> None:
        """End it at once and let it go. Raises nothing; twice is once."""
        self.end()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_DIE)  # one that hangs in a driver of the machine may never end
        self._let_go()

    def _let_go(self) -> None:
        self._channel.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
