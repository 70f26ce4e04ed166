"""Units of work: connections that died, locks that stay, disks that fail; errors that name nobody (K4, K6)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.changes import Listener, announce
from db.engine import BUSY_SECONDS, KEPT_CONNECTIONS, Database, DatabaseAway
from tests.postgres import Server
from tests.standby import until
from tests.stations import START, at


@pytest.fixture
def database(ready_url: str) -> Any:
    database = Database(ready_url, lambda: at(START))
    yield database
    database.close()


def _one(connection: Connection, _now: int) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


def _end_connections(server: Server, database: Database) -> None:
    """Of this database alone, as a restart of the server would."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.url.database,)
        )


def test_connections_that_died_in_the_pool_are_replaced(postgres: Server, ready_postgres_url: str) -> None:
    """K4: after the server was restarted the first act, the first look and the first "now" succeed."""
    database = Database(ready_postgres_url, lambda: 0)
    try:
        uses: list[Callable[[], int]] = [lambda: database.write(_one), lambda: _look(database), database.now]
        for use in uses:
            use()
            _end_connections(postgres, database)
            assert use()
    finally:
        database.close()


def test_a_station_keeps_few_connections(postgres: Server, ready_postgres_url: str) -> None:
    """K5: what many threads needed at one time is let go of, and one thread alone stays on one connection."""
    database = Database(ready_postgres_url, lambda: 0, station="kiosk-7")
    held = 4 * KEPT_CONNECTIONS
    try:
        with ExitStack() as at_once:
            for _ in range(held):
                at_once.enter_context(database.reading())
            assert len(_connections(postgres, "kiosk-7")) == held
        until(lambda: len(_connections(postgres, "kiosk-7")) == KEPT_CONNECTIONS, "the others are closed")
        used = {_one_pid(database) for _ in range(3 * KEPT_CONNECTIONS)}
        assert len(used) == 1
    finally:
        database.close()


def test_who_looks_at_the_server_sees_whose_a_connection_is(postgres: Server, ready_postgres_url: str) -> None:
    """K5: by the station's name, in PostgreSQL's own list; one that only listens too."""
    database = Database(ready_postgres_url, lambda: 0, station="kiosk-8")
    listening = Event()
    watcher = Listener(database).watch(listening.set)
    try:
        assert listening.wait(30)
        assert database.now()
        assert len(_connections(postgres, "kiosk-8")) == 1
        assert len(_connections(postgres, "kiosk-8, listening")) == 1
    finally:
        watcher.stop()
        database.close()


def test_a_station_that_froze_within_an_act_lets_go_of_its_locks(postgres: Server, ready_postgres_url: str) -> None:
    """K4: the server ends an act that nobody goes on with; when its machine wakes up it does the act anew, once."""
    database = Database(ready_postgres_url, lambda: 0, station="kiosk-9")
    tries: list[int] = []

    def act(connection: Connection, _now: int) -> None:
        limit = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        assert limit == "1min"
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('thawed', '1')"))
        tries.append(_pid(connection))
        if len(tries) == 1:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
            until(lambda: tries[0] not in _connections(postgres, "kiosk-9"), "the server ends it")
        connection.execute(text("UPDATE facts SET value = '2' WHERE name = 'thawed'"))

    try:
        database.write(act)
        assert len(tries) == 2
    finally:
        database.close()


def _connections(server: Server, station: str) -> list[int]:
    """The backends of a station."""
    asked = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        return [pid for (pid,) in connection.execute(asked, (f"asan-kiosk {station}",)).fetchall()]


def _pid(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def _one_pid(database: Database) -> int:
    with database.reading() as (connection, _):
        return _pid(connection)


def _look(database: Database) -> int:
    with database.reading() as (connection, _):
        return int(connection.execute(text("SELECT 1")).scalar_one())


def test_a_connection_lost_within_an_act_is_tried_again(postgres: Server, ready_postgres_url: str) -> None:
    """The act runs anew from its start, at the instant it was first asked; what it did before is gone."""
    database = Database(ready_postgres_url, lambda: 0)
    seen: list[int] = []

    def act(connection: Connection, now: int) -> None:
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('tried', '1')"))
        seen.append(now)
        if len(seen) == 1:
            _end_connections(postgres, database)

    try:
        database.write(act)
        assert len(seen) == 2 and seen[0] == seen[1]
        with database.reading() as (connection, _):
            assert connection.execute(text("SELECT count(*) FROM facts WHERE name = 'tried'")).scalar_one() == 1
    finally:
        database.close()


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    """PostgreSQL that does not answer, a SQLite file that cannot be opened: told as away, by every way in."""
    for url in (f"postgresql+psycopg://postgres@/x?host={tmp_path}", f"sqlite:///{tmp_path}/no/folder/queue.db"):
        database = Database(url, lambda: 0)
        for use in (lambda d=database: d.write(lambda _c, _n: None), lambda d=database: _look(d), database.now):
            with pytest.raises(DatabaseAway):
                use()
        database.close()


def test_a_full_disk_is_told_as_away(ready_sqlite_url: str) -> None:
    """What cannot be written is undone whole, and the database is usable when there is room again."""
    database = Database(ready_sqlite_url, lambda: at(START))
    pages = sqlite3.connect(database.url.database or "").execute("PRAGMA page_count").fetchone()[0]

    def fill(connection: Connection, _now: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('big', hex(zeroblob(9000000)))")

    try:
        with pytest.raises(DatabaseAway):
            database.write(fill)
        database.write(
            lambda connection, _: connection.exec_driver_sql("PRAGMA max_page_count = 1000000").close(), remember=False
        )
        with database.reading() as (connection, _):
            assert connection.execute(text("SELECT count(*) FROM facts WHERE name = 'big'")).scalar_one() == 0
    finally:
        database.close()


def test_waiting_for_a_lock_has_an_end(ready_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are bounded by time as well as by number: nobody stands before a kiosk for half a minute."""
    waited = iter([0, BUSY_SECONDS - 1, BUSY_SECONDS])
    # the engine's alone: threads of other tests look at the clock too
    clock = SimpleNamespace(monotonic=lambda: next(waited), sleep=lambda _seconds: None)
    monkeypatch.setattr("db.engine.time", clock)
    database = Database(ready_sqlite_url, lambda: at(START))
    tries: list[int] = []

    def busy(_connection: Connection, _now: int) -> None:
        tries.append(1)
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    try:
        with pytest.raises(DatabaseAway):
            database.write(busy)
        assert len(tries) == 2
    finally:
        database.close()


def test_what_is_in_use_while_it_is_closed_is_closed_when_it_comes_back(database: Database) -> None:
    """A station that ends does not wait for its threads for ever; none of their connections is left open."""
    with database.connected() as connection:
        raw: Any = connection.connection.driver_connection
        database.close()
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1, "its work can still be ended"
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match="closed"):
        raw.execute("SELECT 1")


def test_an_errors_text_holds_no_value(database: Database) -> None:
    """K6: a fault of ours shows the statement, never what was bound to it."""
    with pytest.raises(DBAPIError) as caught:
        database.write(lambda connection, _: connection.execute(text("SELECT no_such(:fin)"), {"fin": "5AB1C2D"}))
    assert "5AB1C2D" not in str(caught.value)


def test_a_reader_sees_one_state(database: Database) -> None:
    """From the first to the last query, whatever is committed in between."""

    def add(connection: Connection, _now: int) -> None:
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('new', '1')"))

    with database.reading() as (connection, _):
        before = connection.execute(text("SELECT count(*) FROM facts")).scalar_one()
        database.write(add)
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar_one() == before
    with database.reading() as (connection, _):
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar_one() == before + 1


def test_a_watcher_calls_when_another_changes_the_database(ready_url: str) -> None:
    """Q5: within a second, on both databases; a stopped one is silent."""
    ours, others = Database(ready_url, lambda: at(START)), Database(ready_url, lambda: at(START))
    listening, changed = Event(), Event()

    def told() -> None:
        (changed if listening.is_set() else listening).set()

    def change(connection: Connection, _now: int) -> None:
        connection.execute(text("UPDATE facts SET value = value"))
        announce(connection)

    watcher = Listener(ours).watch(told)
    try:
        assert listening.wait(30), "it tells once when it begins to listen"
        others.write(change)
        assert changed.wait(30)
    finally:
        watcher.stop()
        ours.close()
        others.close()


@pytest.mark.parametrize("before", [None, 0o644, 0o600])
def test_nobody_else_reads_the_file(tmp_path: Path, before: int | None) -> None:
    """K6: the database and its journals, whatever the process's mask, and one that was made too open before."""
    file = tmp_path / "queue.db"
    if before is not None:
        file.touch()
        file.chmod(before)
    mask = os.umask(0o022)
    database = Database(f"sqlite:///{file}", lambda: 0)
    try:
        with database.connected() as connection:
            connection.execute(text("CREATE TABLE sample (id INTEGER)"))
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("queue.db*")}
    finally:
        os.umask(mask)
        database.close()
    assert modes == dict.fromkeys(("queue.db", "queue.db-shm", "queue.db-wal"), 0o600)
