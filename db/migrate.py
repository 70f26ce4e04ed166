"""Bringing a database to this program's schema, and telling one that is older or newer.

On SQLite a station migrates at its start, after a backup. On PostgreSQL only `init` does, as the owner, under a lock.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, inspect

from db import roles
from db.engine import Database

HEAD: Final = "0004"
"""The newest revision in `db/migrations/versions`; a test compares the two."""

_LOCK: Final = 4_702_160_001  # any number; all stations of a database use the same one
_SCRIPTS: Final = Path(__file__).with_name("migrations")

State = Literal["empty", "older", "current", "newer"]


def state(database: Database) -> State:
    """How the database's schema stands to this program's.

    Raises:
        DatabaseAway: the database does not answer.
    """
    with database.connected() as connection:
        return _state(connection)


def _state(connection: Connection) -> State:
    if not inspect(connection).has_table("alembic_version"):
        return "empty"
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is None:
        return "empty"
    if revision == HEAD:
        return "current"
    return "older" if any((_SCRIPTS / "versions").glob(f"{revision}_*.py")) else "newer"


def upgrade(database: Database, to: str = HEAD) -> None:
    """Bring the schema to `HEAD`, or `to` an older revision; nothing happens when it is there or newer.

    Two at once wait for each other. On PostgreSQL the stations' roles get their rights anew, in the same transaction.

    Raises:
        DatabaseAway: the database does not answer.
        RolesMissing: the stations' roles have to be made first; nothing was changed.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with database.connected() as connection:
        _lock(connection)
        try:
            if _state(connection) in ("empty", "older"):
                roles.withdraw(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, to)
            if _state(connection) == "current":
                roles.grant(connection, trials=database.settable)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _lock(connection: Connection) -> None:
    """SQLite and PostgreSQL both change their schema inside a transaction: all of it, or nothing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
