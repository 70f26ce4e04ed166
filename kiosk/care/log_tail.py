"""The end of the log file, for a technician who looks at it live (M4). The log holds no personal data (K6)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from kiosk.language.letters import fold

Level = Literal["debug", "info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = ("debug", "info", "warning", "error")

MOST_LINES: Final = 2000
_FIRST_BYTES: Final = 512 * 1024
"""How much of an old file is read at first."""
_NAMES: Final[dict[str, Level]] = {
    "CRITICAL": "error",
    "ERROR": "error",
    "WARNING": "warning",
    "INFO": "info",
    "DEBUG": "debug",
}
"""What the log calls its levels."""
_LINE: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),\d{3} ([A-Z]+) (\S+) (.*)")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry. `words` hold the lines that follow it too (where a crash happened)."""

    day: str
    time: str
    level: Level
    name: str
    words: str


class LogTail:
    """Follows a log file; what is asked for again is only what was written since.

    Args:
        file: the log file; it may not be there (yet), and may be rotated away.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._place = 0
        self._inode = 0
        self._rest = b""
        self._lines: deque[LogLine] = deque(maxlen=MOST_LINES)

    def read(self) -> tuple[LogLine, ...]:
        """The last entries, oldest first; those that were there, and what came since. Blocks for a short read.

        Raises:
            OSError: the file is there and cannot be read.
        """
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return tuple(self._lines)
        if stat.st_ino != self._inode or stat.st_size < self._place:
            self._inode, self._rest = stat.st_ino, b""
            self._place = max(0, stat.st_size - _FIRST_BYTES)
        with self._file.open("rb") as log:
            log.seek(self._place)
            new = log.read()
        self._place += len(new)
        *whole, self._rest = (self._rest + new).split(b"\n")
        for line in whole:
            self._take(line.decode("utf-8", "replace"))
        return tuple(self._lines)

    def _take(self, line: str) -> None:
        if (found := _LINE.fullmatch(line)) is not None:
            day, time, level, name, words = found.groups()
            self._lines.append(LogLine(day, time, _NAMES.get(level, "info"), name, words))
        elif self._lines:
            last = self._lines.pop()
            self._lines.append(LogLine(last.day, last.time, last.level, last.name, f"{last.words}\n{line}"))


def chosen(lines: Iterable[LogLine], least: Level, text: str) -> tuple[LogLine, ...]:
    """Those of at least that level that hold `text`; capitals and Azerbaijani letters are folded."""
    wanted = fold(text)
    from_level = LEVELS.index(least)
    return tuple(
        line
        for line in lines
        if LEVELS.index(line.level) >= from_level and (not wanted or wanted in fold(f"{line.name} {line.words}"))
    )
