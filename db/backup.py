"""Copying a database that is in use, and putting a copy back: all of it or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from db.engine import Database


class CopyFailed(Exception):
    """A copy could not be made, checked or put back; the database is as it was."""


def copy_to(database: Database, file: Path) -> None:
    """Write a consistent copy to a new file, readable by this user only; it gets its name once it is whole.

    Raises:
        CopyFailed: there is such a file already, or the copy did not come out whole.
    """
    if file.exists():
        raise CopyFailed(f"{file}: is there already")
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if database.is_sqlite:
            _copy_sqlite(Path(database.url.database or ""), beside)
            check_sqlite(beside)
        else:
            _run(database, "pg_dump", "--format=custom", f"--file={beside}")
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        os.link(beside, file)
    finally:
        beside.unlink()


def put_back(database: Database, file: Path) -> None:
    """Replace everything in the database by a copy, in one transaction.

    Raises:
        CopyFailed: the file is no whole copy, or it could not be put back.
    """
    if database.is_sqlite:
        check_sqlite(file)
        _copy_sqlite(file, Path(database.url.database or ""))
    else:
        _run(
            database,
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={database.url.database}",
            str(file),
        )


def check_sqlite(file: Path) -> None:
    """Pass if a file is a whole SQLite database of ours.

    Raises:
        CopyFailed: it is not.
    """
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
            ours = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0]
    except sqlite3.Error as error:
        raise CopyFailed(f"{file}: is no database: {error}") from None
    if verdict != "ok":
        raise CopyFailed(f"{file}: is damaged: {verdict}")
    if not ours:
        raise CopyFailed(f"{file}: is no database of this product")


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy: readers and writers of either file see all of it or nothing."""
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as read,
            closing(sqlite3.connect(target, timeout=30)) as written,
        ):
            read.backup(written)
    except sqlite3.Error as error:
        raise CopyFailed(f"{target}: {error}") from None


def _run(database: Database, program: str, *arguments: str) -> None:
    """A PostgreSQL program, connected by its environment, so that no password stands in a process list."""
    found = shutil.which(program)
    if found is None:
        raise CopyFailed(f"{program} is missing: install the package postgresql-client")
    url, told = database.url, database.url.query
    given = {
        "PGHOST": url.host or told.get("host"),
        "PGPORT": str(url.port) if url.port else told.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": told.get("sslmode"),
        "PGSSLROOTCERT": told.get("sslrootcert"),
        "PGTARGETSESSIONATTRS": told.get("target_session_attrs"),
    }
    environment = os.environ | {name: str(value) for name, value in given.items() if value}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or ["no reason given"]
        raise CopyFailed(f"{program}: {words[-1]}")
