"""Tells calls to the ear: a chime, and the call spoken in the person's language where a command for it is set (C4).

The commands are programs of the machine. They run in a thread of their own, one after another; one that hangs is
killed, and what came meanwhile beyond a few calls is left out: the board has shown it.
"""

from __future__ import annotations

import logging
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.hall.queue_facts import BoardCall
from kiosk.hall_settings import BoardSettings
from kiosk.language import text

SOUND_SECONDS: Final = 5.0
"""How long the chime's command may take."""
SPEECH_SECONDS: Final = 15.0
"""How long saying one call may take."""
_WAITING: Final = 6
_LANGUAGE: Final = "{language}"
_FILE: Final = "board-chime.wav"
_log = logging.getLogger(__name__)


class _NoSuccess(Exception):
    """A command did not do it; the text says why, in our own words."""


class Announcer:
    """The board's voice. Nothing here is waited for by a screen.

    Args:
        settings: whether it chimes, and with which commands.
        folder: where the chime's file is put.
        bell: rings the terminal's bell; called in this thread, where no sound command is set, or it fails.
    """

    def __init__(self, settings: BoardSettings, folder: Path, bell: Callable[[], object]) -> None:
        self._chimes = settings.chime
        self._sound = _words("sound", settings.sound_command)
        self._speech = _words("speech", settings.speech_command)
        self._folder = folder
        self._bell = bell
        self._file: Path | None = None
        self._calls: queue.Queue[tuple[BoardCall, ...] | None] = queue.Queue(_WAITING)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._failing: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="board-voice", daemon=True)
        self._thread.start()

    def announce(self, calls: Sequence[BoardCall]) -> None:
        """Chime once for these calls and say each; returns at once."""
        if not calls or self._closed or not (self._chimes or self._speech):
            return
        while True:
            try:
                self._calls.put_nowait(tuple(calls))
                return
            except queue.Full:
                with suppress(queue.Empty):
                    self._calls.get_nowait()

    def close(self) -> None:
        """Be silent: what runs is killed, what waits is dropped."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                _kill(self._process)
        with suppress(queue.Full):
            self._calls.put_nowait(None)

    def wait_closed(self, seconds: float) -> bool:
        """Wait until the thread has ended; whether it did in that time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._closed:
            calls = self._calls.get()
            if calls is None:
                return
            try:
                if self._chimes:
                    self._ring()
                if self._speech:
                    for call in calls:
                        self._try("speech", partial(self._say, call))
            except Exception as error:  # the next call is told all the same
                _log.error("the board's voice stumbled over %s", type(error).__name__)

    def _ring(self) -> None:
        if not (self._sound and self._try("sound", self._play)) and not self._closed:
            self._bell()

    def _play(self) -> None:
        self._run([*self._sound, str(self._chime_file())], SOUND_SECONDS)

    def _chime_file(self) -> Path:
        if self._file is None or not self._file.exists():
            from kiosk.care.whole_file import write_whole
            from kiosk.hall.chime import chime_wav

            file = self._folder / _FILE
            write_whole(file, chime_wav())
            self._file = file
        return self._file

    def _say(self, call: BoardCall) -> None:
        command = [word.replace(_LANGUAGE, call.language) for word in self._speech]
        said = text(call.language, "board.call", ticket=spoken(call.ticket), counter=call.counter)
        self._run([*command, said], SPEECH_SECONDS)

    def _try(self, which: str, run: Callable[[], None]) -> bool:
        """Run it; what fails is logged when it begins to fail, not at every call."""
        try:
            run()
        except (_NoSuccess, OSError) as error:
            if which not in self._failing and not self._closed:
                self._failing.add(which)
                why = str(error) if isinstance(error, _NoSuccess) else type(error).__name__
                _log.warning("the board's %s command failed: %s", which, why)
            return False
        self._failing.discard(which)
        return True

    def _run(self, command: Sequence[str], seconds: float) -> None:
        with self._lock:
            if self._closed:
                return
            # The administrator's own setting; after it stands a file of ours, or numbers of tickets and counters.
            process = self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            process.wait()
            raise _NoSuccess("it hung and was killed") from None
        finally:
            with self._lock:
                self._process = None
        if status:
            raise _NoSuccess(f"it ended with {status}")


def spoken(ticket: str) -> str:
    """A ticket's number as it is said: A-017 is "A 17"."""
    letter, _, number = ticket.partition("-")
    return f"{letter} {int(number)}" if number.isdecimal() else ticket


def _words(which: str, command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        _log.warning("the board's %s command failed: %s", which, "a quote is not closed")
        return []


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever it started; it has a process group of its own."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
