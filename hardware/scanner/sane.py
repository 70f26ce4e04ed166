"""Scanning through SANE's own program, `scanimage`: a driver that crashes or hangs takes down that process alone."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hardware.scanner.faults import ScannerFault, by_end, by_words
from hardware.scanner.options import has_feeder, options_for

_PROGRAM: Final = "scanimage"
_LARGEST: Final = 64 << 20
"""Bytes of one scanned sheet, at most."""
_MOST_WORDS: Final = 65_536
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it, for nobody else)
_STEP: Final = 0.2
"""Seconds between two looks at whether somebody wants to stop."""
_TO_CANCEL: Final = 3.0
"""Seconds in which `scanimage` lets the scanner go after it was interrupted."""
_NO_CAMERA: Final = "v4l"


class SaneScanner:
    """A scanner that SANE knows.

    Args:
        device: SANE's name for it, or "auto" for the first that is found.
        seconds: how long it may be silent: looking for it, or one sheet.
        elapsed: seconds on a monotonic clock.
    """

    def __init__(self, device: str, seconds: float = 90.0, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._device = device
        self._seconds = seconds
        self._elapsed = elapsed
        self._known: tuple[str, str] | None = None
        self._lock = threading.Lock()

    def devices(self) -> tuple[str, ...]:
        """The scanners that are found, cameras left out.

        Raises:
            ScannerFault: SANE is not there, or hangs.
        """
        said = self._ask("-f", "%d%n")
        return tuple(name for name in said.splitlines() if name and not name.startswith(_NO_CAMERA))

    def scan(self, stop: threading.Event | None = None) -> bytes:
        """One sheet from the glass, as JPEG.

        Args:
            stop: ends the scan when it is set.

        Raises:
            ScannerFault: nothing was scanned.
        """
        with self._alone():
            return self._from_glass(*self._found(), stop)

    def scan_all(self, most: int, stop: threading.Event | None = None) -> tuple[bytes, ...]:
        """All sheets of the feeder, as JPEG each; of a scanner without one the sheet on the glass.

        Args:
            most: more sheets than that are not drawn in.
            stop: ends the scan when it is set.

        Raises:
            ScannerFault: nothing was scanned, or not everything.
        """
        with self._alone():
            device, listed = self._found()
            if not has_feeder(listed):
                return (self._from_glass(device, listed, stop),)
            place = _MEMORY if _MEMORY.is_dir() else None
            with tempfile.TemporaryDirectory(prefix="asan-kiosk-scan-", dir=place) as folder:
                try:
                    self._run(
                        (
                            f"--device-name={device}", "--format=jpeg", f"--batch={folder}/%04d.jpg", "--batch-print",
                            f"--batch-count={most}", *options_for(listed, feeder=True),
                        ),
                        stop,
                    )  # fmt: skip
                except ScannerFault as fault:
                    if fault.state != "no_paper" or not any(Path(folder).glob("*.jpg")):
                        raise  # an empty feeder after the last sheet is how it ends
                sheets = sorted(Path(folder).glob("*.jpg"))
                if any(sheet.stat().st_size > _LARGEST for sheet in sheets):
                    raise ScannerFault("broken")
                return tuple(sheet.read_bytes() for sheet in sheets)

    def _from_glass(self, device: str, listed: str, stop: threading.Event | None) -> bytes:
        options = options_for(listed, feeder=False)
        sheet = self._run((f"--device-name={device}", "--format=jpeg", *options), stop)
        if not sheet:
            raise ScannerFault("broken")
        return sheet

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise ScannerFault("busy")
        try:
            yield
        finally:
            self._lock.release()

    def _found(self) -> tuple[str, str]:
        """The device and what it can do; asked once, and anew after a fault."""
        if self._known is None:
            device = self._device
            if device == "auto":
                found = self.devices()
                if not found:
                    raise ScannerFault("none")
                device = found[0]
            self._known = device, self._ask(f"--device-name={device}", "-A")
        return self._known

    def _ask(self, *arguments: str) -> str:
        return self._run(arguments, None).decode("utf-8", "replace")

    def _run(self, arguments: Sequence[str], stop: threading.Event | None) -> bytes:
        try:
            process = subprocess.Popen(  # noqa: S603 (SANE's own program; the settings name the device)
                [_PROGRAM, *arguments],
                env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError:
            raise ScannerFault("none") from None
        try:
            told = self._hear(process, stop)
        except ScannerFault:
            self._known = None
            raise
        finally:
            self._end(process)
        return told

    def _hear(self, process: subprocess.Popen[bytes], stop: threading.Event | None) -> bytes:
        """Its output, when it ended well."""
        if process.stdout is None or process.stderr is None:
            raise ScannerFault("broken")
        told, said = bytearray(), bytearray()
        ways = {process.stdout.fileno(): told, process.stderr.fileno(): said}
        waiting = select.poll()
        for way in ways:
            waiting.register(way, select.POLLIN)
        until = self._elapsed() + self._seconds
        while ways:
            for way, _ in waiting.poll(_STEP * 1000):
                more = os.read(way, 65_536)
                ways[way] += more
                until = self._elapsed() + self._seconds
                if not more:
                    waiting.unregister(way)
                    del ways[way]
            words = said.decode("utf-8", "replace")
            if (state := by_words(words)) is not None:
                raise ScannerFault(state)  # at once: some drivers hang after they said what is wrong
            if stop is not None and stop.is_set():
                raise ScannerFault("cancelled")
            if self._elapsed() > until:
                raise ScannerFault("late")
            if len(told) > _LARGEST or len(said) > _MOST_WORDS:
                raise ScannerFault("broken")
        try:
            code = process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            raise ScannerFault("late") from None
        if code:
            raise ScannerFault(by_end(code, said.decode("utf-8", "replace")))
        return bytes(told)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Let it give the scanner back if it still runs; then end it."""
        if process.poll() is None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_TO_CANCEL)
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for way in (process.stdout, process.stderr):
            if way is not None:
                way.close()
