"""What stands on a terminal's glass, read back from the bytes that were written to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import pyte
import pyte.modes

PATIENCE = 120.0
"""How long anything may take on the slowest machine that runs these tests, in seconds; nothing waits for it to pass."""


_MIDDLE = 3 * 128
"""Red, green and blue together of a grey between black and white."""


class NeverShown(AssertionError):
    """What was waited for did not come; the text ends with what stood on the glass instead."""


@dataclass(frozen=True)
class Cell:
    """A place on the glass, counted from 0."""

    column: int
    row: int


def _is_light(colour: str) -> bool:
    """Of six hexadecimal digits; a colour that has only a name counts as dark."""
    try:
        return sum(bytes.fromhex(colour)) > _MIDDLE
    except ValueError:
        return False


class _Screen(pyte.Screen):
    """pyte's screen without the sequences it takes for text or mistakes for others.

    Private-marked sequences (`CSI < u`, `CSI > 1 u`, `CSI ? 2026 $ p` …) ask the terminal and draw nothing.
    """

    def report_device_status(self, *args: Any, **options: Any) -> None:
        """Answer nobody: this screen only looks."""


class Glass:
    """A terminal's glass, fed by a thread of its own; ask for what it shows, or wait until it shows it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.written = bytearray()
        """Every byte that was written to the terminal since the start."""
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._ended = False

    def feed(self, piece: bytes) -> None:
        """Take what was written to the terminal; `b""` means that nothing will come any more."""
        with self._changed:
            if piece:
                self.written += piece
                self._stream.feed(piece)
            else:
                self._ended = True
            self._changed.notify_all()

    def lines(self) -> list[str]:
        """The rows as text."""
        with self._changed:
            return list(self._screen.display)

    def text(self) -> str:
        """All rows, one a line."""
        return "\n".join(line.rstrip() for line in self.lines())

    def _told(self) -> str:
        """What stood there, for a failure's text."""
        return "\n".join(line for line in self.text().splitlines() if line.strip(" ▄▁"))

    def ground(self, at: Cell) -> str:
        """The ground colour of a cell: six hexadecimal digits, or a name."""
        with self._changed:
            return str(self._screen.buffer[at.row][at.column].bg)

    def halves(self) -> list[list[bool]]:
        """The glass as dots, two above one another in each cell: whether they are light. Letters are left out."""
        dots: list[list[bool]] = []
        with self._changed:
            for row in range(self.rows):
                cells = [self._screen.buffer[row][column] for column in range(self.columns)]
                for inked in ("▀█", "▄█"):
                    dots.append([_is_light(cell.fg if cell.data in inked else cell.bg) for cell in cells])
        return dots

    def find(self, text: str) -> Cell | None:
        """The middle of the first place where `text` stands within a row."""
        for row, line in enumerate(self.lines()):
            if (column := line.find(text)) >= 0:
                return Cell(column + len(text) // 2, row)
        return None

    def lowest(self, text: str) -> Cell | None:
        """The middle of the last place where `text` stands within a row: buttons stand at the foot of a screen."""
        for row, line in reversed(list(enumerate(self.lines()))):
            if (column := line.rfind(text)) >= 0:
                return Cell(column + len(text) // 2, row)
        return None

    def until(self, holds: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Wait until `holds()` is true, asked anew whenever something was written.

        Raises:
            NeverShown: it was not true in time, or the terminal was closed before.
        """
        deadline = time.monotonic() + patience
        with self._changed:
            while not holds():
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    state = "the terminal was closed" if self._ended else f"{patience} s passed"
                    raise NeverShown(f"{what} never came ({state}). The glass:\n{self._told()}")
                self._changed.wait(min(left, 0.5))

    def shows(self, *texts: str, patience: float = PATIENCE) -> None:
        """Wait until all of `texts` stand on the glass at once.

        Raises:
            NeverShown: they did not.
        """
        self.until(lambda: all(self.find(text) for text in texts), " and ".join(map(repr, texts)), patience)

    def hides(self, *texts: str, patience: float = PATIENCE) -> None:
        """Wait until none of `texts` stands on the glass.

        Raises:
            NeverShown: one stayed.
        """
        self.until(lambda: not any(self.find(text) for text in texts), f"a glass without {texts}", patience)

    def place(self, text: str, patience: float = PATIENCE) -> Cell:
        """Where `text` stands, once it does.

        Raises:
            NeverShown: it did not come.
        """
        self.shows(text, patience=patience)
        found = self.find(text)
        if found is None:
            raise NeverShown(f"{text!r} went away again. The glass:\n{self._told()}")
        return found

    def rests(self, quiet: float = 0.4, patience: float = PATIENCE) -> None:
        """Wait until nothing was written for `quiet` seconds.

        Raises:
            NeverShown: it never was quiet that long.
        """
        deadline = time.monotonic() + patience
        with self._changed:
            while not self._ended and self._changed.wait(quiet):
                if time.monotonic() > deadline:
                    raise NeverShown(f"the glass never rested. The glass:\n{self._told()}")


class Terminal(Glass):
    """A glass with a program behind it, and hands in front of it. A context manager: leaving it ends everything."""

    def press(self, *keys: str) -> None:
        """Press keys by their X names: "Tab", "Return", "Escape", "F2", "ctrl+c", "a"."""
        raise NotImplementedError

    def write(self, text: str) -> None:
        """Type text, one key after the other."""
        raise NotImplementedError

    def tap(self, at: Cell | str, button: int = 1) -> None:
        """Press and release a mouse button at a cell, or at a text once it stands there: 1 left, 2 middle, 3 right."""
        raise NotImplementedError

    def close(self) -> None:
        """End the program and everything that was started for it."""
        raise NotImplementedError

    def cell(self, at: Cell | str) -> Cell:
        """The cell that is meant."""
        return at if isinstance(at, Cell) else self.place(at)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
