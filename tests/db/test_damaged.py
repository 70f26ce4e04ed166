"""A database file that is damaged: every look and act says that the database is away, and none crashes (K1, K4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database, DatabaseAway
from tests.stations import START, at


def _look(database: Database) -> None:
    with database.reading() as (connection, _now):
        connection.execute(text("SELECT 1")).scalar_one()


def _connect(database: Database) -> None:
    with database.connected():
        pass


@pytest.mark.parametrize("use", [_look, _connect, Database.now, Database.forward])
@pytest.mark.parametrize(("kept", "why"), [(0, "not a database"), (100_000, "malformed")])
def test_it_is_away(ready_sqlite_url: str, kept: int, why: str, use: Callable[[Database], object]) -> None:
    """K1: with the driver's words for technicians, as where there is no file at all."""
    file = Path(ready_sqlite_url.removeprefix("sqlite:///"))
    file.write_bytes(file.read_bytes()[:kept] or b"a text about something else " * 1000)
    database = Database(ready_sqlite_url, lambda: at(START))
    try:
        with pytest.raises(DatabaseAway, match=why):
            use(database)
    finally:
        database.close()
