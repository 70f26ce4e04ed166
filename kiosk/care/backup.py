"""Backup and restore of a database in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from db import backup as copies
from db import migrate
from db.engine import Database
from kiosk.clock import baku
from kiosk.settings import state_folder


class BackupFailed(Exception):
    """Nothing was copied or put back; the text says why."""


def back_up(database: Database, file: Path | None) -> Path:
    """Copy the database to `file`, or to a dated file of its own; answers the file.

    Raises:
        BackupFailed: the copy could not be made.
    """
    target = file if file is not None else _dated(database)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copies.copy_to(database, target)
    except copies.CopyFailed as error:
        raise BackupFailed(str(error)) from None
    return target


def restore(database: Database, file: Path) -> Path:
    """Put a copy back, after backing up what is there; answers that backup's file.

    A copy of an older version is brought to this one.

    Raises:
        BackupFailed: the file is no whole copy, or could not be put back; the database is as it was.
    """
    try:
        if database.is_sqlite:
            copies.check_sqlite(file)
        before = _back_up_first(database)
        copies.put_back(database, file)
    except copies.CopyFailed as error:
        raise BackupFailed(str(error)) from None
    database.engine.dispose()
    if migrate.state(database) == "older":
        migrate.upgrade(database)
    return before


def _back_up_first(database: Database) -> Path:
    """Back up what is there; of a damaged SQLite file no copy can be made, and no station may go on with it."""
    try:
        return back_up(database, None)
    except BackupFailed as error:
        if not database.is_sqlite:
            raise
        way = "stop the stations, move the database file and its -wal away, run `asan-kiosk init`, restore again"
        raise BackupFailed(f"what is there cannot be backed up ({error}): {way}") from None


def _dated(database: Database) -> Path:
    at = datetime.now(UTC).astimezone(baku()).strftime("%Y-%m-%d-%H%M%S-%f")
    if database.is_sqlite:
        own = Path(database.url.database or "")
        return own.with_name(f"{own.stem}-{at}.backup")
    return state_folder() / f"{database.url.database}-{at}.dump"
