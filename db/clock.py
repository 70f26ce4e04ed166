"""The row in which SQLite remembers the last committed instant."""

from __future__ import annotations

from db.engine import Database


def put_back(database: Database, to: int) -> None:
    """Set the last committed instant (ms UTC), back too."""
    with database.connected() as connection:
        connection.exec_driver_sql(f"UPDATE clock SET last_instant = {int(to)} WHERE id = 1")
