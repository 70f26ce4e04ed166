"""Opening the database and running units of work on it.

A unit of work takes its instant once, before it waits for any lock, and hands it on as a value. On PostgreSQL the
instant is the database's own clock; on SQLite it is the later of the machine's clock and the last committed instant,
so that a clock that jumps back cannot reopen a window. A clock that was set (tests, `[clock] settable`) replaces the
source and nothing else.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from db import servers
from db.presented import is_kiosk
from db.private_file import keep_private
from db.turn import StillBusy, WritersTurn

_T = TypeVar("_T")

BUSY_SECONDS: Final = 5
"""How long a unit of work waits for another's lock before it gives up, in seconds."""

KEPT_CONNECTIONS: Final = 2
"""How many connections to PostgreSQL a station keeps; what needs more at a time opens them and lets them go."""

MOST_CONNECTIONS: Final = 15
"""How many it has at most, beside the one that listens. The logins of docs/operating.md may have 20."""

_TRIES: Final = 5
_RETRIED_STATES: Final = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
_PASSING_STATES: Final = frozenset({"55P03", "25P03"})  # lock_not_available, idle_in_transaction_session_timeout
_PASSING_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,  # and the disk's other troubles: somebody will mend them, and nothing was half done
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,  # a damaged file is put right by people; a station says meanwhile that it is away
        sqlite3.SQLITE_NOTADB,
    }
)
_POSTGRES_NOW: Final = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"


class DatabaseAway(Exception):
    """The database did not answer, or was busy for too long; the text says why, for technicians.

    Whether the last act was done is not known.
    """


class NotPermitted(Exception):
    """The login of this station may not do that in the database; nothing was done."""


class Database:
    """One database: where it is, how a unit of work runs on it, and what time it is there.

    Args:
        url: an SQLAlchemy URL, `sqlite:///…` or `postgresql+psycopg://…`; several servers as
            `db.servers` reads them.
        machine_now: this machine's clock, in milliseconds of UTC.
        set_now: the instant a settable clock was set to, or None while it was not set.
        settable: whether the clock can be set here: then another process of the same trial may have set it later.
        password: the database's password, kept out of the URL that settings and messages show.
        station: the name under which PostgreSQL lists the connections, for whoever looks who holds them.
    """

    def __init__(
        self,
        url: str,
        machine_now: Callable[[], int],
        set_now: Callable[[], int | None] = lambda: None,
        *,
        settable: bool = False,
        password: str | None = None,
        station: str = "",
    ) -> None:
        self.url: URL = servers.read(url)
        if password is not None:
            self.url = self.url.set(password=password)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._machine_now = machine_now
        self._set_now = set_now
        self.settable = settable
        self.application = f"asan-kiosk {station}".rstrip()
        self._turn = _turn_of(self.url) if self.is_sqlite else None
        self.engine: Engine = (
            _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url, self.application)
        )
        self._errors = (DBAPIError, PoolTimeout, self.engine.dialect.loaded_dbapi.Error)

    def write(self, act: Callable[[Connection, int], _T], *, remember: bool = True) -> _T:
        """Run `act(connection, now)` in one transaction and commit it.

        `now` is taken before any lock is waited for. A deadlock, a serialization failure or a lost connection is
        tried again from the start, so `act` must be safe to repeat: its key or its condition makes it so.

        Args:
            act: what to do.
            remember: whether `now` becomes the last committed instant; False only where no rule hangs on it.

        Raises:
            DatabaseAway: the database is gone, or stayed busy.
            NotPermitted: this station's login may not do it; nothing was done.
        """
        now: int | None = None
        begun = time.monotonic()
        for attempt in itertools.count(1):
            try:
                with self.engine.connect() as connection:
                    if now is None:
                        now = self._now(connection)
                    return self._commit(connection, act, now, remember)
            except self._errors as error:
                if servers.only_reads(error):
                    # behind the pooled connections is a standby: ask anew which server takes writes
                    self.engine.dispose()
                elif not _is_passing(error):
                    if (told := _told(error)) is not None:
                        raise told from error
                    raise
                # a try that waited for a lock in vain has used up the patience of all of them
                if attempt == _TRIES or time.monotonic() - begun >= BUSY_SECONDS:
                    raise DatabaseAway(_reason(error)) from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter between rivals, no secret
        raise AssertionError("unreachable")

    def _commit(self, connection: Connection, act: Callable[[Connection, int], _T], now: int, remember: bool) -> _T:
        if self._turn is None:
            with _transaction(connection, "BEGIN"):
                result = act(connection, now)
                if remember and self._set_now() is not None:
                    _remember(connection, now)
            return result
        with self._turn_taken(self._turn), _transaction(connection, "BEGIN IMMEDIATE"):
            result = act(connection, now)
            if remember:
                _remember(connection, now)
        return result

    def write_on(self, connection: Connection, act: Callable[[Connection, int], _T]) -> _T:
        """Like `write`, once, on a connection from `connected` that holds what `act` needs (temporary tables).

        Raises:
            DatabaseAway: the database is gone, or stayed busy; nothing was done.
        """
        try:
            return self._commit(connection, act, self._now(connection), remember=True)
        except self._errors as error:
            if (told := _told(error)) is not None:
                raise told from error
            raise

    @contextmanager
    def _turn_taken(self, turn: WritersTurn) -> Iterator[None]:
        with ExitStack() as taken:
            try:
                taken.enter_context(turn.taken())
            except StillBusy:
                raise DatabaseAway("another process keeps the database busy") from None
            except OSError as error:
                raise DatabaseAway(f"the writers' queue cannot be kept: {error.strerror}") from error
            yield

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, int]]:
        """A read-only transaction: `(connection, now)`. Sees one state of the database from first to last query.

        Raises:
            DatabaseAway: the database is gone.
        """
        try:
            begin = "BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ"
            with self._looking() as (connection, now), _transaction(connection, begin):
                yield connection, now
        except self._errors as error:
            if (told := _told(error)) is not None:
                raise told from error
            raise

    @contextmanager
    def _looking(self) -> Iterator[tuple[Connection, int]]:
        """A connection that answered with its instant; one that died in the pool is replaced once."""
        with ExitStack() as held:
            connection = held.enter_context(self.engine.connect())
            try:
                now = self._now(connection)
            except self._errors as error:
                if not _is_passing(error):
                    raise
                held.close()
                connection = held.enter_context(self.engine.connect())
                now = self._now(connection)
            yield connection, now

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A bare connection in autocommit, for what stands outside the rules: migrations, backup, probes.

        Raises:
            DatabaseAway: the database is gone.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except self._errors as error:
            if (told := _told(error)) is not None:
                raise told from error
            raise

    def now(self) -> int:
        """The rule's instant, in milliseconds of UTC."""
        try:
            with self._looking() as (_, now):
                return now
        except self._errors as error:
            if (told := _told(error)) is not None:
                raise told from error
            raise

    def is_kiosk(self) -> bool:
        """Whether this login has no more rights than a kiosk's.

        Raises:
            DatabaseAway: the database does not answer.
        """
        with self.connected() as connection:
            return is_kiosk(connection)

    def forward(self) -> int:
        """Commit the instant in force, so that within this database time only goes forward; answers it."""
        return self.write(_remember)

    def _now(self, connection: Connection) -> int:
        chosen = self._set_now()
        if not self.is_sqlite and chosen is None:
            chosen = int(connection.exec_driver_sql(f"SELECT {_POSTGRES_NOW}").scalar_one())
            if not self.settable:
                return chosen
        last = connection.exec_driver_sql("SELECT last_instant FROM clock WHERE id = 1").scalar_one()
        return max(self._machine_now() if chosen is None else chosen, int(last))

    def close(self) -> None:
        """Close every pooled connection; one that a thread still works with, as soon as it gives it back."""
        event.listen(self.engine, "checkin", _close_for_good)
        self.engine.dispose()


def _close_for_good(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.invalidate()


def _remember(connection: Connection, now: int) -> int:
    sql = "UPDATE clock SET last_instant = {0} WHERE id = 1 AND last_instant < {0}"
    connection.exec_driver_sql(sql.format(int(now)))
    return now


@contextmanager
def _transaction(connection: Connection, begin: str) -> Iterator[None]:
    """The driver is in autocommit, so that the instant can be read before the lock; BEGIN and COMMIT are ours."""
    connection.exec_driver_sql(begin)
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            try:
                connection.exec_driver_sql("ROLLBACK")
            except DBAPIError:
                connection.invalidate()
        raise
    connection.exec_driver_sql("COMMIT")
    if servers.was_unsure(connection):
        raise DatabaseAway("the commit was not confirmed by the standby")


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what the block did, and only that, when it raises."""
    connection.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        connection.exec_driver_sql("RELEASE SAVEPOINT part")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT part")


def _is_passing(error: Exception) -> bool:
    """Whether the database is away or busy, so that the same may succeed later; else it is a fault of ours."""
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, sqlite3.Error):
        code = getattr(driver, "sqlite_errorcode", 0) or 0
        return code & 0xFF in _PASSING_CODES
    state = getattr(driver, "sqlstate", None)
    if isinstance(state, str):
        return state in _RETRIED_STATES or state[:2] in ("08", "53", "57") or state in _PASSING_STATES
    # psycopg tells a server that is not there, or no longer, or too slowly, with one of these that carries no state
    return any(kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(driver).__mro__)


def _told(error: Exception) -> Exception | None:
    """What is raised in the place of a driver's error; None: it is a fault of ours and stays as it is."""
    if servers.not_permitted(error):
        return NotPermitted(_reason(error))
    return DatabaseAway(_reason(error)) if _is_passing(error) or servers.only_reads(error) else None


def _reason(error: Exception) -> str:
    """The driver's own first line: it names no value, unlike SQLAlchemy's, which shows a statement's parameters."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    return str(driver).partition("\n")[0]


def _turn_of(url: URL) -> WritersTurn:
    return WritersTurn(Path(url.database) if url.database else None, BUSY_SECONDS)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "do_connect")
    def _make_private(*_: object) -> None:
        if url.database and url.database != ":memory:":
            keep_private(Path(url.database))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is purged is overwritten, not only unlinked (K6)
        cursor.close()

    return engine


def _postgres_engine(url: URL, application: str) -> Engine:
    from db.patient import PatientConnection

    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        # the last one back is the first one out: it has its statements prepared, and the others stay idle
        pool_use_lifo=True,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MOST_CONNECTIONS - KEPT_CONNECTIONS,
        pool_timeout=BUSY_SECONDS,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "fallback_application_name": application,
            # a machine that froze in the middle of an act lets go of its locks after a minute, not never
            "options": f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout=15s -c timezone=UTC"
            " -c idle_in_transaction_session_timeout=60s",
            **servers.PATIENCE,
        },
    )

    last_good = servers.LastGood(url)

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _entry: ConnectionPoolEntry, arguments: Any, parameters: dict[str, Any]) -> Any:
        last_good.put_first(parameters)
        return PatientConnection.connect(*arguments, **parameters)

    @event.listens_for(engine, "connect")
    def _watch(connection: Any, entry: ConnectionPoolEntry) -> None:
        last_good.note(connection)
        servers.watch(connection, entry.info)

    return engine
