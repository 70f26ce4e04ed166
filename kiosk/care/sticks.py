"""USB sticks that are mounted, and copying a bundle onto one (M4)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from hardware.storage.mounts import TABLE, mounts_under

MEDIA: Final = (Path("/media"), Path("/run/media"))
"""Where desktops and udisks mount what is plugged in: a folder for each stick, or one for each user above it."""


def sticks(folders: tuple[Path, ...] = MEDIA, table: Path = TABLE) -> tuple[Path, ...]:
    """The mounted folders that can be written, sorted by name."""
    return tuple(
        mount.path for mount in mounts_under(folders, table) if mount.is_writable and os.access(mount.path, os.W_OK)
    )


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
