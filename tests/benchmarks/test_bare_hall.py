"""The floor of a day writes what the product writes: a floor that left rows out would make every ratio worse."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from benchmarks.bare_hall import BareHall
from benchmarks.bare_statements import fresh_codes
from kiosk.station import Station
from tests.day.opening import BOOKED_FROM, opened, replay_of
from tests.day.replay import Act
from tests.postgres import Server
from tests.stations import copied_database

_COUNTED = (
    "SELECT act, count(*) FROM audit GROUP BY act ORDER BY act",
    "SELECT state, coalesce(outcome, ''), count(*) FROM tickets GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT coalesce(ended_as, ''), sum(times), count(started_at) FROM calls GROUP BY 1 ORDER BY 1",
    "SELECT act, count(*) FROM ticket_steps GROUP BY act ORDER BY act",
    "SELECT kind, count(*) FROM outbox GROUP BY kind ORDER BY kind",
    "SELECT count(*) FROM answers",
    "SELECT count(*) FROM counters",
    "SELECT state, count(*) FROM bookings GROUP BY state ORDER BY state",
)


def _compare(station: Station, bare: BareHall, bare_url: str, bookings: int) -> None:
    def beside(act: Act) -> None:
        bare.do(act.name, act.centre, act.counter)

    day = replay_of(station, bookings, 3, centres=1, beside=beside)
    day.book(BOOKED_FROM)
    day.live(lambda _replay, _now: None)
    assert day.report.no_show
    floor = create_engine(bare_url)
    with station.database.reading() as (ours, _), floor.connect() as theirs:
        for statement in _COUNTED:
            assert _rows(theirs, statement) == _rows(ours, statement), statement
    floor.dispose()
    bare.close()


def _rows(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(statement))]


def test_the_floor_writes_as_many_rows_as_ours(_sqlite_model: Path, tmp_path: Path, secrets_folder: Path) -> None:
    """On SQLite, where a day of these few is over soonest."""
    for name in ("ours.db", "bare.db"):
        shutil.copy(_sqlite_model, tmp_path / name)
    bare = BareHall(str(tmp_path / "bare.db"))
    with opened(f"sqlite:///{tmp_path / 'ours.db'}", tmp_path, secrets_folder) as station:
        _compare(station, bare, f"sqlite:///{tmp_path / 'bare.db'}", 75)


@pytest.mark.long
def test_the_same_on_postgresql(
    postgres: Server, _postgres_model: str, ready_postgres_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    with copied_database(postgres, _postgres_model) as name:
        bare = BareHall(postgres.dsn(name))
        with opened(ready_postgres_url, tmp_path, secrets_folder) as station:
            _compare(station, bare, postgres.url(name), 75)


def test_a_floor_gives_no_code_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not within a station, and not at two of one database, even when chance says the same twice."""
    drawn = iter(("AAAAAAA2", "AAAAAAA2", "BBBBBBB2", "AAAAAAA2"))
    monkeypatch.setattr("benchmarks.bare_statements.new_order_code", lambda: next(drawn))
    seven = fresh_codes(7)
    assert [next(seven), next(seven), next(fresh_codes(8))] == ["007AAAA2", "007BBBB2", "008AAAA2"]
