"""USB sticks that are mounted, and copying a bundle onto one (M4)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

MEDIA: Final = (Path("/media"), Path("/run/media"))
"""Where desktops and udisks mount what is plugged in: a folder for each stick, or one for each user above it."""
_DEEPEST: Final = 2


def sticks(folders: tuple[Path, ...] = MEDIA) -> tuple[Path, ...]:
    """The mounted folders that can be written, sorted by name."""
    found: list[Path] = []
    for folder in folders:
        found += _mounted(folder, _DEEPEST)
    return tuple(sorted(path for path in found if os.access(path, os.W_OK)))


def _mounted(folder: Path, deep: int) -> list[Path]:
    try:
        inside = [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
    found = [path for path in inside if path.is_mount()]
    if deep > 1:
        found += [below for path in inside if not path.is_mount() for below in _mounted(path, deep - 1)]
    return found


def copy_to(file: Path, stick: Path) -> Path:
    """Copy a file onto a stick and wait until it is there, so that the stick can be pulled; its new path.

    Raises:
        OSError: it does not fit, or cannot be written.
    """
    target = stick / file.name
    try:
        shutil.copyfile(file, target)
        with target.open("rb") as copied:
            os.fsync(copied.fileno())
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return target
