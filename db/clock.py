"""The row in which SQLite remembers the last committed instant."""

from __future__ import annotations

from sqlalchemy import update

from db.engine import Database
from db.schema import clock


def put_back(database: Database, to: int) -> None:
    """Set the last committed instant (ms UTC), back too."""
    with database.connected() as connection:
        connection.execute(update(clock).values(last_instant=to))
