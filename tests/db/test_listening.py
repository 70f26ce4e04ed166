"""One connection and one thread listen for all of a station's watchers, and none when nobody watches (Q5, C4, K5)."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, text

from db import changes, ears
from db.changes import CHANNEL, Listener, hall_channel
from db.ears import Bell, open_ear
from db.engine import Database
from tests.frozen import freeze
from tests.postgres import Server
from tests.standby import until
from tests.stations import CENTRE, OTHER_CENTRE, START, MakeTrial, at
from tests.watching import CALLED, LISTENING, PATIENCE, Watching, threads_begun


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is late with its answer is not taken for one that is away."""
    monkeypatch.setattr(ears, "ANSWER_SECONDS", PATIENCE)


@pytest.fixture
def threads() -> Callable[[str], int]:
    """How many threads of a name the test has begun that are not over."""
    return threads_begun()


@pytest.fixture
def database(ready_url: str) -> Iterator[Database]:
    """A ready one, on SQLite and on PostgreSQL."""
    database = Database(ready_url, lambda: at(START), station="counter-3")
    yield database
    database.close()


@pytest.fixture
def on_postgres(ready_postgres_url: str) -> Iterator[Database]:
    """A ready one on PostgreSQL."""
    database = Database(ready_postgres_url, lambda: at(START), station="counter-3")
    yield database
    database.close()


def _listening(server: Server, database: Database) -> list[int]:
    """The backends of a database that listen."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name LIKE '%%, listening'"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        return [pid for (pid,) in connection.execute(asked, (database.url.database,)).fetchall()]


def _notify(server: Server, database: Database, *channels: str) -> None:
    with psycopg.connect(server.dsn(str(database.url.database)), autocommit=True) as connection:
        for channel in channels:
            connection.execute(f"NOTIFY {channel}".encode())


def _change(database: Database, name: str, announce: Callable[[Connection], None]) -> None:
    """Another station commits something, and says so."""

    def act(connection: Connection, _now: int) -> None:
        connection.execute(text("INSERT INTO facts (name, value) VALUES (:name, '1')"), {"name": name})
        announce(connection)

    database.write(act)


@contextmanager
def _frozen(backend: int) -> Iterator[None]:
    """One process of a server stands still during the block."""
    freeze(backend)
    try:
        yield
    finally:
        os.kill(backend, signal.SIGCONT)


def test_a_station_has_one_connection_that_listens(
    postgres: Server, on_postgres: Database, threads: Callable[[str], int]
) -> None:
    """K5: who begins to watch while it waits is added to it, who stops is not missed, it ends with the last."""
    listener = Listener(on_postgres)
    watching = []
    for number, hall in enumerate((None, CENTRE, OTHER_CENTRE, CENTRE), 1):
        watching.append(Watching(listener, hall))
        assert watching[-1].is_told(), "once when listening begins"
        assert threads(CALLED) == number
        assert threads(LISTENING) == 1
        backends = _listening(postgres, on_postgres)
        assert len(backends) == 1
    first, second, third, fourth = watching
    first.stop()
    third.stop()
    second.stop()
    fourth.forget()
    _notify(postgres, on_postgres, hall_channel(CENTRE))
    assert fourth.is_told()
    assert _listening(postgres, on_postgres) == backends, "the same connection all the time"
    fourth.stop()
    until(lambda: not _listening(postgres, on_postgres), "nobody listens")
    until(lambda: threads(CALLED) + threads(LISTENING) == 0, "no thread is left")
    again = Watching(listener)
    assert again.is_told()
    assert len(_listening(postgres, on_postgres)) == 1
    again.stop()


def test_a_face_with_more_watchers_listens_once(
    make_trial: MakeTrial, postgres: Server, threads: Callable[[str], int]
) -> None:
    """K5: a counter's app, its workplace and a list over it; and closing the station stops them all."""
    trial, told = make_trial(), threading.Semaphore(0)
    station = trial.station
    for _ in (
        station.watch(told.release),
        station.watch_hall(told.release),
        station.watch_hall(told.release),
    ):
        assert told.acquire(timeout=PATIENCE), "once when listening begins"
    assert (threads(LISTENING), threads(CALLED)) == (1, 3)
    if not station.database.is_sqlite:
        assert len(_listening(postgres, station.database)) == 1
    station.close()
    until(lambda: threads(CALLED) + threads(LISTENING) == 0, "no thread is left")


def test_each_watcher_is_told_of_what_it_follows(database: Database) -> None:
    """Q5, C4: on both databases, whoever else watches."""
    other = Database(database.url.render_as_string(hide_password=False), lambda: at(START))
    listener = Listener(database)
    announces: dict[Watching, Callable[[Connection], None]] = {
        Watching(listener): changes.announce,
        Watching(listener): changes.announce,
        Watching(listener, CENTRE): lambda connection: changes.announce_hall(connection, CENTRE),
        Watching(listener, OTHER_CENTRE): lambda connection: changes.announce_hall(connection, OTHER_CENTRE),
    }
    try:
        for watching in announces:
            assert watching.is_told(), "once when listening begins"
        for number, (watching, announce) in enumerate(announces.items()):
            watching.forget()
            _change(other, f"change-{number}", announce)
            assert watching.is_told()
    finally:
        listener.stop()
        other.close()


def test_an_ear_hears_what_it_follows_and_nothing_else(
    postgres: Server, on_postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4: a channel that was dropped is silent; one that was added is not, nor is what came while it was added."""
    monkeypatch.setattr(ears, "ASK_SECONDS", PATIENCE)
    bell = Bell()

    def heard() -> Set[str]:
        while not (told := ear.hear(bell)):
            continue
        return told

    with open_ear(on_postgres) as ear:
        ear.follow({"one", "two"})
        _notify(postgres, on_postgres, "other", "one")
        assert heard() == {"one"}
        _notify(postgres, on_postgres, "two")
        ear.follow({"two", "three"})
        begun = time.monotonic()
        assert ear.hear(bell) == {"two"}
        assert time.monotonic() - begun < PATIENCE / 2, "what came while it asked is not waited for"
        _notify(postgres, on_postgres, "one", "three")
        assert heard() == {"three"}
        ear.follow(set())
        _notify(postgres, on_postgres, "one", "two", "three")
        bell.ring()
        assert ear.hear(bell) == set()
    bell.close()


def test_a_server_that_tells_nothing_is_asked(
    postgres: Server, on_postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: one that stands still is away, for nothing else tells it; one that answers is not."""
    monkeypatch.setattr(ears, "ASK_SECONDS", 0.0)
    bell = Bell()
    with open_ear(on_postgres) as ear:
        ear.follow({CHANNEL})
        assert ear.hear(bell) == set()
    monkeypatch.setattr(ears, "ANSWER_SECONDS", 0.3)
    with pytest.raises(psycopg.OperationalError, match="does not answer"), open_ear(on_postgres) as ear:
        ear.follow({CHANNEL})
        (backend,) = _listening(postgres, on_postgres)
        with _frozen(backend):
            ear.hear(bell)
    bell.close()


def test_a_lost_connection_is_told_and_made_anew(
    postgres: Server, on_postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: to all who watch, and there is one connection again."""
    monkeypatch.setattr(changes, "AGAIN_SECONDS", 0.0)
    listener = Listener(on_postgres)
    grid, hall = Watching(listener), Watching(listener, CENTRE)
    assert grid.is_told()
    assert hall.is_told()
    (lost,) = _listening(postgres, on_postgres)
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (lost,))
    assert grid.is_told()
    assert hall.is_told()
    until(lambda: len(set(_listening(postgres, on_postgres)) - {lost}) == 1, "it listens anew")
    late = Watching(listener)
    assert late.is_told(), "all of them are followed again"
    for watching, channel in ((grid, CHANNEL), (hall, hall_channel(CENTRE))):
        watching.forget()
        _notify(postgres, on_postgres, channel)
        assert watching.is_told()
    assert len(set(_listening(postgres, on_postgres)) - {lost}) == 1
    listener.stop()


def test_a_watcher_may_stop_itself(database: Database, threads: Callable[[str], int]) -> None:
    """Within its callback; twice is harmless, there and later, and the last one's end is the connection's."""
    listener, begun, called = Listener(database), threading.Event(), threading.Semaphore(0)

    def changed() -> None:
        assert begun.wait(PATIENCE)
        watcher.stop()
        watcher.stop()
        called.release()

    watcher = listener.watch(changed)
    begun.set()
    assert called.acquire(timeout=PATIENCE)
    until(lambda: threads(CALLED) + threads(LISTENING) == 0, "no thread is left")
    watcher.stop()
    assert not called.acquire(blocking=False)
    other = Watching(listener)
    assert other.is_told(), "another one begins anew"
    other.stop()


def test_a_bell_ends_the_wait_that_follows_its_ring() -> None:
    """However often it was rung; and then it is silent."""
    bell = Bell()
    for _ in range(5_000):
        bell.ring()  # more than it holds: nobody waits until there is room
    begun = time.monotonic()
    bell.wait(PATIENCE)
    assert time.monotonic() - begun < PATIENCE / 2
    bell.close()
