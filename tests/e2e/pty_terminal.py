"""A terminal without a picture: a pseudo-terminal, and keys as the bytes that xterm sends for them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping, Sequence

from tests.e2e.glass import PATIENCE, Cell, Terminal

KEYS = {
    "Tab": b"\t", "Return": b"\r", "Escape": b"\x1b", "BackSpace": b"\x7f", "space": b" ", "shift+Tab": b"\x1b[Z",
    "Up": b"\x1b[A", "Down": b"\x1b[B", "Right": b"\x1b[C", "Left": b"\x1b[D", "F1": b"\x1bOP", "F2": b"\x1bOQ",
    "F3": b"\x1bOR", "F4": b"\x1bOS", "F5": b"\x1b[15~", "F6": b"\x1b[17~", "F7": b"\x1b[18~", "F8": b"\x1b[19~",
    "F9": b"\x1b[20~", "F10": b"\x1b[21~", "F11": b"\x1b[23~", "F12": b"\x1b[24~", "Home": b"\x1b[H", "End": b"\x1b[F",
    "Prior": b"\x1b[5~", "Next": b"\x1b[6~", "Delete": b"\x1b[3~", "shift+F4": b"\x1b[1;2S",
    "shift+F5": b"\x1b[15;2~", "shift+F6": b"\x1b[17;2~", "shift+F12": b"\x1b[24;2~",
    "shift+F8": b"\x1b[19;2~", "shift+F9": b"\x1b[20;2~", "shift+F10": b"\x1b[21;2~", "shift+F11": b"\x1b[23;2~",
}  # fmt: skip


class PtyTerminal(Terminal):
    """A program on a pseudo-terminal of its own, as its controlling terminal."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        columns: int = 120,
        rows: int = 36,
    ) -> None:
        super().__init__(columns, rows)
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings_before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=slave, stdout=slave, stderr=slave,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **environment},
        )  # fmt: skip
        self._slave = slave
        # A terminal that somebody is just reading is not gone when it is closed: the reader has to be called off first.
        self._call_off, self._called_off = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._call_off], [], [])
            try:
                piece = b"" if self._call_off in ready else os.read(self._master, 65536)
            except OSError:
                piece = b""
            self.feed(piece)
            if not piece:
                return

    def send(self, data: bytes) -> None:
        """Write bytes as they are, in one piece, as a terminal or a scanner does."""
        with contextlib.suppress(OSError):  # the program may have ended; the glass tells
            os.write(self._master, data)

    def press(self, *keys: str) -> None:
        for key in keys:
            if key.startswith("ctrl+"):
                self.send(bytes([ord(key[5:].upper()) & 0x1F]))
            else:
                self.send(KEYS[key] if key in KEYS else key.encode())

    def write(self, text: str) -> None:
        for letter in text:
            self.send(letter.encode())

    def tap(self, at: Cell | str, button: int = 1) -> None:
        cell = self.cell(at)
        place = f"{button - 1};{cell.column + 1};{cell.row + 1}"
        self.send(f"\x1b[<{place}M\x1b[<{place}m".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as the window system does."""
        with self._changed:
            self.columns, self.rows = columns, rows
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings_now(self) -> list[object]:
        """The terminal's modes (termios)."""
        return list(termios.tcgetattr(self._slave))

    def exit_status(self, patience: float = PATIENCE) -> int:
        """Wait for the program's end and for the last it wrote; its status, negative for a signal."""
        status = self.process.wait(patience)
        if self._master >= 0:
            self.rests(0.2)
        return status

    def alive(self) -> bool:
        """Whether the program still runs."""
        return self.process.poll() is None

    def hang_up(self) -> None:
        """Take the terminal away, as when its window is closed."""
        if self._master < 0:
            return
        os.close(self._called_off)
        self._reader.join(PATIENCE)
        for descriptor in (self._call_off, self._slave, self._master):
            os.close(descriptor)
        self._master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.hang_up()
