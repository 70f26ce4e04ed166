"""Real terminals with a real mouse and a picture: xterm on X, foot on Wayland in a window of X."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shlex
import signal
import struct
import subprocess
import tempfile
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.glass import PATIENCE, Cell, NeverShown, Terminal

FOOT_INI = Path(__file__).parents[2] / "assets" / "deploy" / "foot.ini"


@contextmanager
def x_display(width: int, height: int) -> Iterator[str]:
    """An X server without a screen, mouse or keyboard of its own; its name (":7")."""
    ours, theirs = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24",
            "-nolisten", "tcp", "-noreset", "-ac",
        ],
        pass_fds=[theirs], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    try:
        with os.fdopen(ours) as name:
            yield f":{name.readline().strip()}"
    finally:
        _end(server)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _said(pipe: Path, speaker: subprocess.Popen[bytes]) -> str:
    """The line that is written into a named pipe when a compositor is up.

    Raises:
        NeverShown: it ended or said nothing in time.
    """
    descriptor = os.open(pipe, os.O_RDWR)  # so that opening waits for nobody
    try:
        if not select.select([descriptor], [], [], PATIENCE)[0]:
            raise NeverShown(f"{speaker.args!r} did not come up; its status is {speaker.poll()}")
        return os.read(descriptor, 4096).decode().strip()
    finally:
        os.close(descriptor)


class DesktopTerminal(Terminal):
    """A program in a terminal's window on an X display, driven by xdotool.

    What the program writes goes to the window through `script`, which hands a copy to us: so we know what should stand
    where, and a picture tells what does.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self._resources = contextlib.ExitStack()
        self._folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="desktop-")))
        self._copy = self._folder / "copy"
        os.mkfifo(self._copy)
        self._tty = self._folder / "tty"
        self._tty.touch()
        self._pids = self._folder / "pids"
        self._pids.touch()
        # Neither `script` nor what it runs ends with the window: whoever takes the glass away ends them.
        self._resources.callback(self._end_program)
        self.display = ""
        try:
            self._open(self._wrapped(command), {"LANG": "C.UTF-8", **environment})
        except BaseException:
            self.close()
            raise

    def _open(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start display, window and program; `close` ends what was started."""
        raise NotImplementedError

    def _wrapped(self, command: Sequence[str]) -> list[str]:
        """The command under `script`, after telling us which terminal it got."""
        inner = f"echo $$ >>{shlex.quote(str(self._pids))}; exec {shlex.join(command)}"
        return [
            "sh", "-c", 'tty >"$1"; echo $$ >>"$2"; exec script --quiet --return --flush --log-out "$3" --command "$4"',
            "sh", str(self._tty), str(self._pids), str(self._copy), inner,
        ]  # fmt: skip

    def _watch(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), self._copy.open("rb", buffering=0) as copy:
            while piece := copy.read(65536):
                self.feed(piece)
        self.feed(b"")

    def window(self) -> tuple[int, int, int, int]:
        """Columns, rows, width and height of the window's terminal, as the terminal itself told the kernel."""
        descriptor = os.open(self._tty.read_text().strip(), os.O_RDONLY | os.O_NOCTTY)
        try:
            rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8)))
        finally:
            os.close(descriptor)
        return columns, rows, width, height

    def _do(self, *arguments: str) -> None:
        subprocess.run(
            ["xdotool", *arguments], check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={**os.environ, "DISPLAY": self.display},
        )  # fmt: skip

    def press(self, *keys: str) -> None:
        self._do("key", "--delay", "40", *keys)

    def write(self, text: str) -> None:
        self._do("type", "--delay", "40", text)

    def scan(self, code: str) -> None:
        """What a scanner that is a keyboard sends: the code, as fast as its cable lets it, and Enter."""
        self._do("type", "--delay", "4", "--args", "1", code, "key", "Return")

    def tap(self, at: Cell | str, button: int = 1) -> None:
        cell = self.cell(at)
        columns, rows, width, height = self.window()
        assert (columns, rows) == (self.columns, self.rows), "the window has another size than was asked for"
        x = (2 * cell.column + 1) * (width // columns) // 2
        y = (2 * cell.row + 1) * (height // rows) // 2
        self._do("mousemove", str(x), str(y), "click", str(button))

    def picture(self, path: Path) -> Path:
        """What the glass really looks like, as PNG, once it stands still: two pictures in a row are the same."""
        self.until(lambda: self.window()[:2] == (self.columns, self.rows), "a window of the size that was asked for")
        self.rests()
        before = b""
        while (now := self._pixels(path)) != before:
            before = now
            self.rests()
        return path

    def _pixels(self, path: Path) -> bytes:
        """Take one picture; what tells it from another."""
        self._take(path)
        return subprocess.run(
            ["convert", str(path), "rgb:-"], check=True, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL
        ).stdout

    def _take(self, path: Path) -> None:
        subprocess.run(
            ["import", "-window", "root", str(path)],
            check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, env={**os.environ, "DISPLAY": self.display},
        )  # fmt: skip

    def _end_program(self) -> None:
        for pid in reversed(self._pids.read_text().split()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def close(self) -> None:
        self._resources.close()


class XTerm(DesktopTerminal):
    """xterm, filling a display of its own."""

    _POINTS = "14"
    """The size of DejaVu Sans Mono, at 96 dots an inch."""
    _CELL = (12, 24)
    """What a cell has then, in pixels."""

    def _open(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        width, height = self.columns * self._CELL[0], self.rows * self._CELL[1]
        self.display = self._resources.enter_context(x_display(width, height))
        self._watch()
        window = subprocess.Popen(
            [
                "xterm", "-u8", "-fa", "DejaVu Sans Mono", "-fs", self._POINTS,
                "-geometry", f"{self.columns}x{self.rows}+0+0",
                "-bw", "0", "-b", "0", "+sb", "-xrm", "xterm*forceBoxChars: true", "-T", "kiosk",
                "-e", "env", "COLORTERM=truecolor", *command,
            ],
            env={**environment, "DISPLAY": self.display},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._resources.callback(_end, window)
        self._do("search", "--sync", "--onlyvisible", "--name", "^kiosk$", "windowfocus")


class HallScreen(XTerm):
    """xterm on a screen of 1920×1080 as it hangs in a hall: 128×36 cells fill it to the last pixel."""

    COLUMNS, ROWS = 128, 36
    _POINTS = "18"
    _CELL = (15, 30)


class Foot(DesktopTerminal):
    """foot with the kiosk's own settings, full screen on weston's kiosk shell, which is a window of an X display."""

    SETTINGS = FOOT_INI
    _CELL = (10, 21)
    """DejaVu Sans Mono at 17 pixels."""

    def _open(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        width, height = self.columns * self._CELL[0], self.rows * self._CELL[1]
        self.display = self._resources.enter_context(x_display(width, height))
        runtime = self._folder / "run"
        runtime.mkdir(mode=0o700)
        surroundings = {**environment, "XDG_RUNTIME_DIR": str(runtime), "DISPLAY": self.display}
        ready = self._folder / "ready"
        os.mkfifo(ready)
        settings = self._folder / "weston.ini"
        settings.write_text(f"[autolaunch]\npath={self._announcer(ready)}\n")
        compositor = subprocess.Popen(
            [
                "weston", "--backend=x11-backend.so", "--shell=kiosk-shell.so", f"--width={width}",
                f"--height={height}", "--use-pixman", "--idle-time=0", "--socket=kiosk", f"--config={settings}",
            ],
            env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._resources.callback(_end, compositor)
        _said(ready, compositor)
        self._watch()
        self.terminal = subprocess.Popen(
            [
                "foot", f"--config={self.SETTINGS}", "--override=font=DejaVu Sans Mono:pixelsize=17",
                "--log-level=none", *command,
            ],
            env={**surroundings, "WAYLAND_DISPLAY": "kiosk"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._resources.callback(_end, self.terminal)
        self._far_corner = str(width - 1), str(height - 1)
        self._aimed = False

    def tap(self, at: Cell | str, button: int = 1) -> None:
        cell = self.cell(at)
        if not self._aimed:
            # weston counts from where the pointer first came in, and stops it at the edges: from the far corner to the
            # near one, both count alike again.
            self._do("mousemove", *self._far_corner)
            self._do("mousemove", "0", "0")
            self._aimed = True
        super().tap(cell, button)

    def _announcer(self, ready: Path) -> Path:
        """A program that weston starts when it is up, and that tells us so."""
        path = self._folder / "announce"
        path.write_text(f"#!/bin/sh\necho up >{shlex.quote(str(ready))}\n")
        path.chmod(0o755)
        return path
