"""A PostgreSQL that does not answer, and says nothing of it, is away too (K4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors

from db.engine import Database, DatabaseAway
from db.patient import PatientConnection
from tests.stations import START, at


@pytest.fixture
def database(ready_postgres_url: str) -> Iterator[Database]:
    """The ready database, by its owner."""
    opened = Database(ready_postgres_url, lambda: at(START))
    yield opened
    opened.close()


def test_an_answer_that_does_not_come_is_not_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """K4: the wait ends while the statement goes on, and the next one has another connection."""
    with (
        monkeypatch.context() as patched,
        pytest.raises(DatabaseAway, match="does not answer"),
        database.connected() as connection,
    ):
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        connection.exec_driver_sql("SET statement_timeout = 0")
        patched.setattr(PatientConnection, "patience", 0.3)
        connection.exec_driver_sql("SELECT pg_sleep(120)")
    with database.connected() as connection:
        ended = connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})").scalar_one()
        assert ended, "whoever does not answer may still be at work"
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != pid


def test_a_slow_answer_is_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer within the time is an answer, however often nothing came before."""
    monkeypatch.setattr(PatientConnection, "patience", 30.0)
    with database.connected() as connection:
        assert connection.exec_driver_sql("SELECT 7 FROM pg_sleep(0.3)").scalar_one() == 7


def test_a_server_that_takes_no_connection_in_time_is_away(database: Database) -> None:
    """K4: psycopg has a name of its own for it."""
    with pytest.raises(DatabaseAway), database.reading():
        raise errors.ConnectionTimeout("connection timeout expired")
