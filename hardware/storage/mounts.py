"""What is mounted under the folders where sticks are mounted, from the kernel's own table (proc(5), mountinfo)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = Path("/proc/self/mountinfo")
_DEEPEST: Final = 2
"""A folder for each stick, or one for each user above it."""
_ESCAPED: Final = re.compile(rb"\\([0-7]{3})")
_LEAST_FIELDS: Final = 6


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted.

    `number` tells this mount from an earlier one at the same place; `device` is the `st_dev` of everything on it.
    """

    path: Path
    device: int
    number: int
    is_writable: bool = False


def mounts_under(folders: Iterable[Path], table: Path = TABLE) -> tuple[Mount, ...]:
    """What is mounted below `folders`, up to two deep, sorted by path. The sticks themselves are not touched."""
    wanted = [folder.parts for folder in folders]
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return ()
    latest: dict[Path, Mount] = {}
    for line in lines:
        mount = _read(line)
        if mount is not None and any(_is_below(mount.path.parts, parts) for parts in wanted):
            latest[mount.path] = mount  # one mounted over another hides it
    return tuple(sorted(latest.values(), key=lambda mount: mount.path))


def _read(line: bytes) -> Mount | None:
    fields = line.split(b" ")
    if len(fields) < _LEAST_FIELDS:
        return None
    path = _ESCAPED.sub(lambda code: bytes([int(code[1], 8) & 0xFF]), fields[4])
    major, _, minor = fields[2].partition(b":")
    if not (fields[0].isdigit() and major.isdigit() and minor.isdigit()):
        return None
    return Mount(
        Path(os.fsdecode(path)),
        os.makedev(int(major), int(minor)),
        int(fields[0]),
        # the mount's own options, and after the last dash those of the file system
        is_writable=b"ro" not in fields[5].split(b",") and b"ro" not in fields[-1].split(b","),
    )


def _is_below(parts: tuple[str, ...], folder: tuple[str, ...]) -> bool:
    return parts[: len(folder)] == folder and 0 < len(parts) - len(folder) <= _DEEPEST
