"""How long a program takes to its first whole frame on a terminal."""

from __future__ import annotations

import fcntl
import os
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.rows import Row, median_ratio, row

ROOT = Path(__file__).resolve().parents[1]
COLUMNS, ROWS = 120, 36
_LAST_ROW = f"\x1b[{ROWS};1H".encode()
_FRAME_ENDS = b"\x1b[1;1H"
_PATIENCE = 60.0
EMPTY_APP = "from textual.app import App; App().run()"


def environment(state: Path) -> dict[str, str]:
    """What a measured program gets to see."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(state),
        "XDG_STATE_HOME": str(state),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }


def first_frame(command: Sequence[str | Path], given: Mapping[str, str]) -> float:
    """Seconds from the start of a program to the last row of its first frame; it is killed then."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        ["setsid", "--ctty", *command], stdin=slave, stdout=slave, stderr=slave, env=dict(given), cwd=ROOT
    )
    try:
        shown = b""
        while not (_LAST_ROW in shown and shown.endswith(_FRAME_ENDS)):
            ready, _, _ = select.select([master], [], [], _PATIENCE)
            if not ready:
                raise RuntimeError(f"no frame came: {shown[-500:]!r}")
            shown += os.read(master, 65536)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        os.close(slave)
        os.close(master)


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """The kiosk's first frame against an empty app's, and the second start of ./run."""
    given = environment(folder)
    ours: list[float] = []
    floor: list[float] = []
    starts: list[float] = []
    for number in range(rounds + 1):
        mine = first_frame([sys.executable, "-m", "kiosk", "kiosk"], given)
        empty = first_frame([sys.executable, "-c", EMPTY_APP], given)
        start = first_frame([ROOT / "run"], given)
        if number:
            ours.append(mine * 1000)
            floor.append(empty * 1000)
            starts.append(start)
    yield row(
        "first frame of the kiosk, against an empty Textual app: ms",
        statistics.median(ours),
        statistics.median(floor),
        median_ratio(ours, floor),
        aim=("ratio", "at most", 1.8),
    )
    yield row("second start of ./run to the first screen: s", statistics.median(starts), aim=("ours", "at most", 3))
