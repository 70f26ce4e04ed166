"""The desk's search over subscribers: as one types, letters folded, alike on both databases (K3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from db import migrate
from db import subscribers as rows
from db.engine import Database
from db.subscribers import SubscriberRow
from kiosk.water.subscriber_words import beginnings, bits, entries, typed_words, words_of

_PEOPLE = (
    ("10000001", "5AB1C2D", "Nümunəyeva", "Şəfəq", "Misal qızı", "Bakı ş., Xətai r., Örnək küç. 12, m. 4"),
    ("10000002", "7NMN002", "Nümunəyev", "Əli", "Sınaq oğlu", "Bakı ş., Nizami r., 2-ci Örnək küç. 120, m. 41"),
    ("10000003", "", "Sınaq MMC", "", "", "Gəncə ş., İlğım küç. 7"),
    ("20000001", "7NMN004", "Örnəkov", "Işıq", "Misal oğlu", "Şəki ş., Misal küç. 12, m. 5"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Four subscribers, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{tmp_path_factory.mktemp('search') / 'queue.db'}")
    else:
        server = request.getfixturevalue("postgres")
        with server.database() as name:
            yield from _filled(server.url(name))


def _filled(url: str) -> Iterator[Connection]:
    database = Database(url, lambda: 1_800_000_000_000)
    migrate.upgrade(database)
    database.write(_fill)
    with database.reading() as (connection, _):
        yield connection
    database.close()


def _row(code: str, fin: str, surname: str, given: str, patronymic: str, address: str) -> SubscriberRow:
    words = words_of((code, fin, surname, given, patronymic, address))
    return SubscriberRow(
        code, "population", fin, given, surname, patronymic, address, 1, 1, 1, "none", "active", 0, 0, words
    )


def _fill(connection: Connection, _now: int) -> None:
    for person in _PEOPLE:
        row = _row(*person)
        assert rows.add(connection, row, entries(row.code, row.words))


def _found(connection: Connection, typed: str, most: int = 30) -> list[str]:
    words = typed_words(typed)
    return [row.code for row in rows.search(connection, words, beginnings(words), bits(words), most)]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("10000002", ["10000002"]),  # the code
        ("2000", ["20000001"]),  # its beginning
        ("5ab1", ["10000001"]),  # the FİN
        ("numuney", ["10000002", "10000001"]),  # a surname without its marks; by word, then by code
        ("NÜMUNƏYEVA", ["10000001"]),
        ("ŞƏFƏQ", ["10000001"]),
        ("isiq", ["20000001"]),  # I is ı
        ("ILGIM", ["10000003"]),  # İ is i
        ("ornek 12", ["10000001", "10000002", "20000001"]),  # words begin, wherever they stand
        ("ornek kuc 120 41", ["10000002"]),
        ("eli numune", ["10000002"]),
        ("misal oglu", ["20000001"]),
        ("sinaq mmc", ["10000003"]),
        ("oglu", []),  # tells nothing alone
        ("oğ ör", ["20000001", "10000002"]),  # on the way to "oğlu"
        ("xetai nizami", []),
        ("umuney", []),  # inside a word
        ("o'rnek-kov", []),
        ("ornekov,misal", ["20000001"]),
        ("%", []),
        ("_", []),
        ("örnək%' OR 1=1", []),
    ],
)
def test_what_a_search_finds(connection: Connection, typed: str, codes: list[str]) -> None:
    assert sorted(_found(connection, typed)) == sorted(codes)


def test_the_order_is_that_of_the_words_on_both_databases(connection: Connection) -> None:
    assert _found(connection, "numuney") == ["10000002", "10000001"]
    assert _found(connection, "1000") == ["10000001", "10000002", "10000003"]


def test_no_more_than_asked_for(connection: Connection) -> None:
    assert _found(connection, "1000", most=2) == ["10000001", "10000002"]
    assert _found(connection, "misal", most=1) == ["10000001"]


def test_a_search_goes_on_behind_many_who_do_not_fit(ready_url: str) -> None:
    """Candidates are looked at in batches; who comes last is found all the same, once."""
    database = Database(ready_url, lambda: 1_800_000_000_000)

    def fill(connection: Connection, _now: int) -> None:
        for number in range(1_500):
            last = "Sonuncu Sonunculu" if number == 1_499 else f"Misal{number % 7} Misalov"
            given, surname = last.split()
            row = _row(f"{30_000_000 + number}", "", surname, given, "", "Ortaq küç. 1")
            assert rows.add(connection, row, entries(row.code, row.words))

    database.write(fill)
    with database.reading() as (connection, _):
        assert _found(connection, "ortaq sonun") == ["30001499"]
        found = rows.search(connection, ["ortaq", "sonun"], ["ortaq"], 0, 30)
        assert [row.code for row in found] == ["30001499"]
        assert len(rows.search(connection, ["ortaq"], ["ortaq"], 0, 1_300)) == 1_300
    database.close()


def test_nobody_is_passed_over_who_fits() -> None:
    """The bits of what was typed are among those of everybody for whom it begins a word, however much is typed."""
    for person in _PEOPLE:
        words = words_of(person).split()
        for word in words:
            for end in range(1, len(word) + 1):
                assert bits([word[:end]]) & ~bits(words) == 0
    assert bits(["q", "x"]) == 0
    assert 0 < bits(f"{number:04}" for number in range(10_000)) < 1 << 63


def test_a_code_is_given_once(ready_url: str) -> None:
    database = Database(ready_url, lambda: 1_800_000_000_000)
    row = _row(*_PEOPLE[0])
    assert database.write(lambda connection, _: rows.add(connection, row, [("word", 0)]))
    assert not database.write(lambda connection, _: rows.add(connection, row, [("other", 0)]))
    with database.reading() as (connection, _):
        assert rows.highest_code(connection) == "10000001"
        assert rows.search(connection, ["numuneyeva"], ["other"], 0, 5) == []
    database.close()


@pytest.mark.parametrize("name", ["_COUNT", "_CANDIDATES", "_LAST_OF_BATCH"])
def test_a_search_reads_a_part_of_the_index(name: str, ready_sqlite_url: str) -> None:
    """Among a million subscribers no step may read them all."""
    from sqlalchemy.dialects import sqlite

    database = Database(ready_sqlite_url, lambda: 0)
    statement = str(getattr(rows, name).compile(dialect=sqlite.dialect()))
    with database.connected() as connection:
        driver: Any = connection.connection.driver_connection
        steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", ["a"] * statement.count("?"))]
    database.close()
    read = [step for step in steps if "subscriber_words" in step]
    assert read
    assert not [step for step in read if not step.startswith("SEARCH")]
