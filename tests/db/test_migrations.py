"""Migrations: exactly the tables of `db/schema.py`, all or nothing, and a database of another version is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from db import migrate, roles
from db.engine import Database
from db.schema import metadata


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url, lambda: 1_800_000_000_000)


def _schema(connection: Connection) -> dict[str, object]:
    """What the database itself says: columns, keys, constraints and indexes of every table."""
    seen = inspect(connection)
    found: dict[str, object] = {}
    for table in sorted(set(seen.get_table_names()) - {"alembic_version"}):
        columns = [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)]
        found[table] = (
            sorted(columns),
            seen.get_pk_constraint(table),
            sorted(str(sorted(key.items(), key=str)) for key in seen.get_foreign_keys(table)),
            sorted(str(unique["column_names"]) for unique in seen.get_unique_constraints(table)),
            sorted((str(check["name"]), str(check["sqltext"])) for check in seen.get_check_constraints(table)),
            sorted((str(i["name"]), str(i["column_names"]), i["unique"], _where(i)) for i in seen.get_indexes(table)),
        )
    return found


def _where(index: Any) -> list[str]:
    """The condition of a partial index."""
    return sorted(str(text) for name, text in index.get("dialect_options", {}).items() if name.endswith("_where"))


def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    """Alembic sees no difference, and neither does the database: partial indexes and checks included."""
    migrate.upgrade(database)
    with database.connected() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = _schema(connection)
        roles.withdraw(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert migrated == _schema(connection)
    database.close()


def test_the_states_of_a_database(database: Database) -> None:
    """Empty, current, newer; upgrading twice does nothing the second time."""
    assert migrate.state(database) == "empty"
    migrate.upgrade(database)
    assert migrate.state(database) == "current"
    with database.connected() as connection:
        connection.exec_driver_sql("UPDATE clock SET last_instant = 7")
    migrate.upgrade(database)
    with database.connected() as connection:
        assert connection.exec_driver_sql("SELECT last_instant FROM clock").scalar() == 7
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert migrate.state(database) == "newer"
    migrate.upgrade(database)
    assert migrate.state(database) == "newer"
    database.close()


def test_the_newest_revision_is_the_one_named() -> None:
    """`HEAD` is written down, so that a start need not load Alembic."""
    revisions = sorted(
        path.name.split("_")[0] for path in Path(migrate.__file__).parent.glob("migrations/versions/*.py")
    )
    assert revisions[-1] == migrate.HEAD


def test_two_at_once_make_one_schema(database_url: str) -> None:
    """Two starts on an empty database: one makes it, the other waits and finds it made."""
    databases = [Database(database_url, lambda: 0) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate.upgrade, databases))
    assert {migrate.state(each) for each in databases} == {"current"}
    with databases[0].connected() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM clock").scalar() == 1
    for each in databases:
        each.close()


def test_a_failed_migration_changes_nothing(database: Database) -> None:
    """All of it, or nothing: a table in the way leaves the database as it was."""
    with database.connected() as connection:
        connection.exec_driver_sql("CREATE TABLE tickets (id INTEGER)")
    with pytest.raises(Exception, match="tickets"):
        migrate.upgrade(database)
    with database.connected() as connection:
        assert inspect(connection).get_table_names() == ["tickets"]
        connection.exec_driver_sql("DROP TABLE tickets")
    migrate.upgrade(database)
    assert migrate.state(database) == "current"
    database.close()


def test_what_was_there_stays(database: Database) -> None:
    """From the first tables to these: every row of before is there after, and the new tables are empty."""
    migrate.upgrade(database, "0001")
    assert migrate.state(database) == "older"
    member = {"name": "numune", "display_name": "N", "role": "operator", "password_hash": "x", "created_at": 5}
    with database.connected() as connection:
        connection.execute(insert(metadata.tables["staff"]).values(member))
        connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('example_data', '108')")
        connection.exec_driver_sql("UPDATE clock SET last_instant = 7")
    migrate.upgrade(database)
    assert migrate.state(database) == "current"
    with database.connected() as connection:
        staff = connection.execute(select(metadata.tables["staff"])).mappings().all()
        assert [{name: row[name] for name in member} for row in staff] == [member]
        assert connection.exec_driver_sql("SELECT value FROM facts").scalars().all() == ["108"]
        assert connection.exec_driver_sql("SELECT last_instant FROM clock").scalar() == 7
        for table in ("sessions", "staff_cards"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608
    database.close()


def test_tickets_of_before_are_told_what_they_are_for(database: Database) -> None:
    """From the version before counters: booked hour, service, language and the booking, whose only ticket it stays."""
    migrate.upgrade(database, "0003")
    insert_ticket = (
        "INSERT INTO tickets (centre, day, letter, number, service, booking, state, issued_at, station)"
        " VALUES ('baku-2', '2026-11-23', 'A', {0}, 'passport-issue', 1, 'waiting', 5, 'door')"
    )
    with database.connected() as connection:
        connection.exec_driver_sql(
            "INSERT INTO bookings (id, reference, order_code, service, centre, starts_at, seat, state, held_at,"
            " held_until, code, code_sent_at, station, language, given_name, surname, patronymic, fin, phone, email)"
            " VALUES (1, 'r', 'o', 'passport-issue', 'baku-2', 77, 1, 'active', 1, 2, '', 1, 'x', 'ru', '', '', '',"
            " 'f', '', '')"
        )
        connection.exec_driver_sql(insert_ticket.format(1))
    migrate.upgrade(database)
    columns = "booked_for, issued_service, language, for_booking, changed_at"
    with database.connected() as connection:
        told = connection.exec_driver_sql(f"SELECT {columns} FROM tickets").one()  # noqa: S608
        assert tuple(told) == (77, "passport-issue", "ru", 1, 5)
    with database.connected() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(insert_ticket.format(2))
    database.close()
