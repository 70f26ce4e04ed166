"""The SQL of loading the registry: rows are gathered in temporary tables, looked at, then taken all at once.

Gathering and looking hold no lock of the database; only `Gathered.take` runs in a transaction. Rows come as iterables
and go to the driver as they come (`executemany`, COPY), so that millions of them need no memory here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection

from db import changes
from db.engine import Database
from db.subscribers import COLUMNS

Entries = Callable[[str, str], Sequence[tuple[str, int]]]
"""The words of a subscriber that stand in the index, each with its bits, by code and all words."""
Table = Literal["subscribers", "invoices", "payments"]

_SUBSCRIBER_TYPES: Final = {"persons": "INTEGER", "water": "INTEGER", "waste_water": "INTEGER", "closed": "INTEGER"}
_GATHERED: Final[dict[str, tuple[str, ...]]] = {
    "subscribers": (
        "line INTEGER",
        *(f"{name} {_SUBSCRIBER_TYPES.get(name, 'TEXT')}" for name in COLUMNS if name != "opening_balance"),
        "opening_balance BIGINT",
    ),
    "invoices": ("line INTEGER", "subscriber TEXT", "month TEXT", "consumption BIGINT", "amount BIGINT"),
    "payments": (
        "line INTEGER", "subscriber TEXT", "paid_on TEXT", "paid_at BIGINT", "amount BIGINT", "receipt TEXT",
    ),
    "words": ("word TEXT", "subscriber TEXT", "mask BIGINT"),
}  # fmt: skip
_KEYS: Final[dict[Table, tuple[str, ...]]] = {
    "subscribers": ("code",),
    "invoices": ("subscriber", "month"),
    "payments": ("receipt",),
}
_BATCH: Final = 5_000
_CACHE_KIB: Final = 256 * 1024
"""What SQLite may keep in memory meanwhile; keys that come in no order would else be read from the disk again."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were new or changed."""

    subscribers: int
    invoices: int
    payments: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A gathered line that cannot be taken: it repeats line `first`, or what it names is not known (None)."""

    table: Table
    line: int
    what: Literal["twice", "unknown_subscriber", "receipt_reused"]
    first: int | None = None


class Gathered:
    """Rows on their way into the registry; made by `gathering`."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self._is_sqlite = database.is_sqlite
        self._ascending: set[str] = set()

    def put(self, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """Gather rows of a table.

        Args:
            table: whose rows; each has the number of its line, then for `subscribers` the columns of `SubscriberRow`
                (the opening balance last), for `invoices` subscriber, month, litres, qəpik, for `payments` subscriber,
                day in Baku, instant, qəpik, receipt.
            rows: the rows, taken one by one.
        """
        if self._is_sqlite:
            self._driver.execute("BEGIN")
            try:
                self._insert(table, rows)
            except BaseException:
                self._driver.execute("ROLLBACK")
                raise
            self._driver.execute("COMMIT")
        else:
            self._insert(table, rows)

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        if self._is_sqlite:
            marks = ", ".join("?" * len(_GATHERED[table]))
            self._driver.executemany(f"INSERT INTO new_{table} VALUES ({marks})", rows)  # noqa: S608 - names from above
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY new_{table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def ascends(self, table: Table) -> None:
        """Say that the gathered rows of a table ascend strictly by their key: none is there twice, none is sorted."""
        self._ascending.add(table)

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the gathered rows among each other and beside those that are there, by table and line."""
        self._execute("CREATE INDEX new_subscribers_by_code ON new_subscribers (code)")
        if not self._is_sqlite:
            for table in _KEYS:
                self._execute(f"ANALYZE new_{table}")
        for table in _KEYS:
            if table not in self._ascending:
                yield from self._twice(table)
            if table != "subscribers":
                yield from self._unknown(table)
        yield from self._reused()

    def _twice(self, table: Table) -> Iterator[Finding]:
        key = ", ".join(_KEYS[table])
        same = " AND ".join(f"n.{name} = f.{name}" for name in _KEYS[table])
        found = self._execute(
            f"SELECT n.line, f.line FROM new_{table} n JOIN ("  # noqa: S608 - names from above
            f"SELECT {key}, min(line) AS line FROM new_{table} GROUP BY {key} HAVING count(*) > 1) f "
            f"ON {same} WHERE n.line > f.line ORDER BY n.line"
        )
        yield from (Finding(table, row[0], "twice", row[1]) for row in found)

    def _unknown(self, table: Table) -> Iterator[Finding]:
        found = self._execute(
            f"SELECT line FROM new_{table} n "  # noqa: S608 - names from above
            "WHERE NOT EXISTS (SELECT 1 FROM new_subscribers s WHERE s.code = n.subscriber) "
            "AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.code = n.subscriber) ORDER BY line"
        )
        yield from (Finding(table, row[0], "unknown_subscriber") for row in found)

    def _reused(self) -> Iterator[Finding]:
        found = self._execute(
            "SELECT n.line FROM new_payments n JOIN payments p ON p.receipt = n.receipt "
            "WHERE p.subscriber <> n.subscriber OR p.amount <> n.amount ORDER BY n.line"
        )
        yield from (Finding("payments", row[0], "receipt_reused") for row in found)

    def take(self, entries: Entries, station: str, after: Callable[[Connection, int, Loaded], None]) -> Loaded:
        """Take everything that was gathered, in one transaction.

        Args:
            entries: what stands in the index for a subscriber.
            station: who took the payments.
            after: called at the end of the transaction, with its instant.

        Raises:
            DatabaseAway: the database is gone or busy; nothing was taken.
        """

        def act(connection: Connection, now: int) -> Loaded:
            self._words(entries)
            loaded = Loaded(self._subscribers(), self._invoices(), self._payments(station))
            after(connection, now, loaded)
            changes.announce(connection)
            return loaded

        loaded = self._database.write_on(self._connection, act)
        if not self._is_sqlite:
            # an index is read alone, and with a good plan, only after this; autovacuum may come much later
            for table in (*_KEYS, "subscriber_words"):
                self._execute(f"VACUUM (ANALYZE) {table}")
        return loaded

    def _words(self, entries: Entries) -> None:
        """Bring the index of words to what it will be; before the subscribers themselves, which tell what was."""
        wanted = (
            "SELECT n.code, n.words, s.words FROM new_subscribers n LEFT JOIN subscribers s ON s.code = n.code "  # noqa: S608
            f"WHERE n.code > {self._mark} AND (s.code IS NULL OR s.words <> n.words) ORDER BY n.code LIMIT {_BATCH}"
        )
        forget = f"DELETE FROM subscriber_words WHERE word = {self._mark} AND subscriber = {self._mark}"  # noqa: S608
        last = ""
        while True:
            rows = self._execute(wanted, (last,)).fetchall()
            gone = [(word, code) for code, _, old in rows if old is not None for word, _ in entries(code, old)]
            if gone:
                self._driver.cursor().executemany(forget, gone)
            self._insert(
                "words", ((word, code, mask) for code, words, _ in rows for word, mask in entries(code, words))
            )
            if len(rows) < _BATCH:
                break
            last = rows[-1][0]
        self._execute(
            "INSERT INTO subscriber_words (word, subscriber, mask) SELECT word, subscriber, mask FROM new_words "
            "WHERE true ORDER BY word, subscriber ON CONFLICT DO NOTHING"
        )

    def _subscribers(self) -> int:
        return self._upsert("subscribers", COLUMNS)

    def _invoices(self) -> int:
        return self._upsert("invoices", ("subscriber", "month", "consumption", "amount"))

    def _upsert(self, table: Table, columns: Sequence[str]) -> int:
        """Insert the new rows and change those that differ; how many there were of both."""
        written = ", ".join(columns)
        plain = [name for name in columns if name not in _KEYS[table]]
        changed = ", ".join(f"{name} = excluded.{name}" for name in plain)
        differs = " OR ".join(f"{table}.{name} <> excluded.{name}" for name in plain)
        done = self._execute(
            f"INSERT INTO {table} ({written}) SELECT {written} FROM new_{table} WHERE true {self._order(table)} "  # noqa: S608
            f"ON CONFLICT ({', '.join(_KEYS[table])}) DO UPDATE SET {changed} WHERE {differs}"
        )
        return int(done.rowcount)

    def _payments(self, station: str) -> int:
        """Insert the payments whose receipt is not there; a payment counts once."""
        columns = "subscriber, paid_on, paid_at, amount, receipt"
        done = self._execute(
            f"INSERT INTO payments ({columns}, method, station) SELECT {columns}, 'import', {self._mark} "  # noqa: S608
            f"FROM new_payments WHERE true {self._order('payments')} ON CONFLICT DO NOTHING",
            (station,),
        )
        return int(done.rowcount)

    def _order(self, table: Table) -> str:
        """Rows that come in the order of their key are written many times faster."""
        return "" if table in self._ascending or table == "payments" else f"ORDER BY {', '.join(_KEYS[table])}"

    @property
    def _mark(self) -> str:
        return "?" if self._is_sqlite else "%s"

    def _execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self._driver.execute(statement, values)


@contextmanager
def gathering(database: Database) -> Iterator[Gathered]:
    """A place to gather rows, gone after the block whether they were taken or not.

    Raises:
        DatabaseAway: the database does not answer.
    """
    with database.connected() as connection:
        prepare, tidy = _SETTINGS["sqlite" if database.is_sqlite else "postgresql"]
        driver: Any = connection.connection.driver_connection
        if not database.is_sqlite:
            driver.patience = None
        for statement in prepare:
            connection.exec_driver_sql(statement)
        try:
            for table, columns in _GATHERED.items():
                connection.exec_driver_sql(f"CREATE TEMPORARY TABLE new_{table} ({', '.join(columns)})")
            yield Gathered(database, connection)
        finally:
            if not connection.invalidated:
                for table in _GATHERED:
                    connection.exec_driver_sql(f"DROP TABLE IF EXISTS new_{table}")
                for statement in tidy:
                    connection.exec_driver_sql(statement)
            if not database.is_sqlite:
                driver.patience = type(driver).patience


# the words of millions of subscribers take longer than any statement of a station may
_SETTINGS: Final = {
    "sqlite": ((f"PRAGMA cache_size = -{_CACHE_KIB}",), ("PRAGMA cache_size = -2000",)),
    "postgresql": (
        ("SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0"),
        ("RESET statement_timeout", "RESET idle_in_transaction_session_timeout"),
    ),
}
