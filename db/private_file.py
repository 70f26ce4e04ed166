"""Keeps a SQLite file from others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def keep_private(file: Path) -> None:
    """Let nobody else read the database (K6); its journals take over its mode.

    A file that is there is not opened: closing it again would drop the locks that SQLite holds on it in this process.
    """
    with suppress(OSError):  # where it cannot be, SQLite says so itself
        if not file.exists():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        elif file.stat().st_mode & 0o077:
            file.chmod(0o600)
