"""A real reader service for tests: a pcscd of their own, with vpcd's virtual readers on free ports.

`unshare` puts a folder of ours over /run/pcscd, so that several can run beside the machine's own; clients find it by
the environment variable `PCSCLITE_CSOCK_NAME`, which libpcsclite reads once a process. Where `unshare` is refused (as
in a plain container), the machine's own /run/pcscd is used, by one test process at a time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from tests.frozen import freeze

_DRIVERS = (
    Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"),
    Path("/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so"),
)
_MACHINE = Path("/run/pcscd")
_START_SECONDS = 30.0
_LOOK_SECONDS = 0.002
_LISTENING = "0A"
_PORTS = range(12000, 32000)
_OVER = 'mount -t tmpfs t /run && mkdir /run/pcscd && mount --bind "$FOLDER" /run/pcscd'


class Pcscd:
    """One pcscd. `ports` are vpcd's, two for each reader: a card plugged into one is in that slot."""

    def __init__(self, folder: Path, readers: int, apart: tuple[str, ...] | None) -> None:
        self.folder = folder
        self.ports: tuple[int, ...] = ()
        self._apart = apart
        self._process: subprocess.Popen[bytes] | None = None
        self._full, self._empty = folder / "readers", folder / "none"
        self._full.mkdir()
        self._empty.mkdir()
        driver = next(path for path in _DRIVERS if path.exists())
        for number in range(readers):
            # The driver's slots are static: entries that share one file would overwrite each other.
            copy = folder / f"vpcd{number}.so"
            shutil.copyfile(driver, copy)
            first = _free_pair(self.ports)
            self.ports += (first, first + 1)
            (self._full / f"vpcd{number}").write_text(
                f'FRIENDLYNAME "Virtual PCD {number}"\nDEVICENAME /dev/null:0x{first:X}\n'
                f"LIBPATH {copy}\nCHANNELID 0x{first:X}\n",
                "ascii",
            )

    @property
    def socket(self) -> Path:
        """Where clients reach it."""
        return (_MACHINE if self._apart is None else self.folder) / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        """What a client process has to be started with."""
        return {**os.environ, "PCSCLITE_CSOCK_NAME": str(self.socket)}

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self, *, plugged: bool = True) -> None:
        """Start it and wait until it answers; `plugged=False`: without readers."""
        assert self._process is None
        conf = self._full if plugged else self._empty
        command = ["pcscd", "-f", "-c", str(conf), *(["--disable-polkit"] if _knows_polkit() else [])]
        if self._apart is not None:
            command = [*self._apart, "sh", "-c", f'{_OVER} && exec "$@"', "sh", *command]
        self.socket.unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, "FOLDER": str(self.folder), "PATH": _path()},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._await(set(self.ports) if plugged else set())

    def stop(self) -> None:
        """End it as an administrator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a fault would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang."""
        freeze(self.pid)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def restart(self, *, plugged: bool = True) -> None:
        """Stop and start it; with other readers than before, as when they are plugged or unplugged."""
        self.stop()
        self.start(plugged=plugged)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            process.wait(_START_SECONDS)

    def _await(self, ports: set[int]) -> None:
        until = time.monotonic() + _START_SECONDS
        assert self._process is not None
        while time.monotonic() < until:
            if ports <= _listening() and self._answers():
                return
            try:
                self._process.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        raise RuntimeError(f"pcscd did not start: {(self.folder / 'log').read_text('utf-8', 'replace')[-500:]}")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0


@contextmanager
def private_pcscd(readers: int = 1, *, started: bool = True) -> Iterator[Pcscd]:
    """A pcscd for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="pcscd-") as name:
        folder = Path(name)
        apart = _apart()
        with (Path(tempfile.gettempdir()) / "asan-kiosk-pcscd.lock").open("w") if apart is None else _nothing() as lock:
            if apart is None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            service = Pcscd(folder, readers, apart)
            try:
                if started:
                    service.start()
                yield service
            finally:
                service.kill()
                if apart is None:
                    for left in ("pcscd.comm", "pcscd.pid"):
                        (_MACHINE / left).unlink(missing_ok=True)


@contextmanager
def _nothing() -> Iterator[IO[str]]:
    with Path(os.devnull).open("w") as file:
        yield file


@cache
def _apart() -> tuple[str, ...] | None:
    """The command that gives a process mounts of its own, as root or anybody; None where it is refused."""
    for command in (("unshare", "-m"), ("unshare", "-U", "-r", "-m")):
        with tempfile.TemporaryDirectory(prefix="pcscd-") as folder:
            tried = subprocess.run(
                [*command, "sh", "-c", _OVER], env={**os.environ, "FOLDER": folder, "PATH": _path()},
                capture_output=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        if tried.returncode == 0:
            return command
    return None


@cache
def _knows_polkit() -> bool:
    told = subprocess.run(["pcscd", "--version"], env={"PATH": _path()}, capture_output=True, text=True, check=True)
    return "polkit" in told.stdout.split()


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _free_pair(taken: tuple[int, ...]) -> int:
    """A port that is free together with the next one.

    Each process looks from a place of its own, below the ports that the system gives to outgoing connections.
    """
    start = _PORTS.start + os.getpid() * 20 % len(_PORTS)
    candidates: list[int] = [*range(start, _PORTS.stop, 2), *range(_PORTS.start, start, 2)]
    for first in candidates:
        if first not in taken and _is_free(first) and _is_free(first + 1):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("0.0.0.0", port))  # noqa: S104 - as vpcd does
        except OSError:
            return False
        return True


def _listening() -> set[int]:
    """The ports that somebody on this machine listens on; to connect would be to insert a card."""
    lines = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return {int(field[1].rpartition(":")[2], 16) for field in fields if field[3] == _LISTENING}
