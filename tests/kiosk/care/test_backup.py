"""Backup and restore, on a database in use."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from db import migrate
from db.engine import Database
from kiosk.care.backup import BackupFailed, back_up, restore
from kiosk.errors import NotFound
from tests.postgres import Server
from tests.stations import START, MakeTrial, Trial, open_station, person


@pytest.fixture(autouse=True)
def _programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the test server's version."""
    server: Server = request.getfixturevalue("postgres")
    monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")


def test_a_backup_is_whole_and_private(trial: Trial, tmp_path: Path) -> None:
    """A copy holds every booking there was, and only this user can read it."""
    confirmed = trial.confirmed()
    file = back_up(trial.station.database, tmp_path / "copy")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    trial.station.bookings.cancel("cancel", confirmed.order_code, "5AB1C2D")
    restore(trial.station.database, file)
    assert trial.station.bookings.booking(confirmed.order_code).state == "confirmed"


def test_what_was_there_before_a_restore_is_backed_up(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore by mistake can be taken back."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = back_up(trial.station.database, tmp_path / "empty")
    confirmed = trial.confirmed()
    before = restore(trial.station.database, file)
    with pytest.raises(NotFound):
        trial.station.bookings.booking(confirmed.order_code)
    restore(trial.station.database, before)
    assert trial.station.bookings.booking(confirmed.order_code).state == "confirmed"


def test_a_backup_of_a_database_in_use_is_consistent(make_trial: MakeTrial, tmp_path: Path) -> None:
    """While another station books, every copy is whole: as many letters as bookings, never a half act."""
    writer = make_trial(limits={"holds_per_station": 0})
    reader = make_trial()
    hours = [f"2026-11-{day} {hour:02d}:00" for day in (23, 24, 25) for hour in range(9, 18)]
    begun, done = threading.Event(), threading.Event()

    def book() -> None:
        for number, hour in enumerate(hours):
            writer.hold(hour, person(number))
            begun.set()
        done.set()

    thread = threading.Thread(target=book)
    thread.start()
    begun.wait()
    copies: list[Path] = []
    while not done.is_set() or not copies:
        copies.append(back_up(reader.station.database, tmp_path / f"copy-{len(copies)}"))
    thread.join()
    restore(reader.station.database, copies[0])
    held = reader.query("SELECT count(*) AS n FROM bookings")[0]["n"]
    assert 0 < held <= len(hours)
    assert reader.query("SELECT count(*) AS n FROM outbox")[0]["n"] == held
    assert reader.query("SELECT count(*) AS n FROM answers")[0]["n"] == held


def test_a_running_station_goes_on_with_the_restored_data(make_trial: MakeTrial, tmp_path: Path) -> None:
    """The restore is done by one process while another station has the database open."""
    running, other = make_trial(), make_trial()
    file = back_up(other.station.database, tmp_path / "copy")
    running.confirmed()
    assert running.states()["10:00"] == "taken"
    restore(other.station.database, file)
    assert running.states()["10:00"] == "free"
    assert running.confirmed(whose=person(1)).order_code


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_what_is_no_copy_is_refused(trial: Trial, tmp_path: Path, content: bytes) -> None:
    """A file that is no whole copy changes nothing."""
    confirmed = trial.confirmed()
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    with pytest.raises(BackupFailed):
        restore(trial.station.database, bad)
    assert trial.station.bookings.booking(confirmed.order_code).state == "confirmed"


def test_over_a_damaged_database_it_says_what_to_do(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    """K4: of a damaged file no copy can be made; moved away, and a new one made, the copy is put back."""
    station = open_station(ready_sqlite_url, tmp_path, secrets_folder)
    trial = Trial(station, station.clock.set)
    trial.at(START)
    confirmed = trial.confirmed()
    database = station.database
    copy = back_up(database, tmp_path / "copy")
    station.close()
    file = Path(database.url.database or "")
    file.write_bytes(b"a text about something else " * 1000)
    with pytest.raises(BackupFailed, match=r"not a database.*asan-kiosk init"):
        restore(database, copy)
    for part in list(file.parent.glob(f"{file.name}*")):
        part.rename(part.with_name(f"damaged-{part.name}"))
    migrate.upgrade(database)
    restore(database, copy)
    again = open_station(ready_sqlite_url, tmp_path, secrets_folder)
    assert again.bookings.booking(confirmed.order_code).state == "confirmed"
    again.close()


def test_a_backup_never_overwrites(trial: Trial, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    there = tmp_path / "there"
    there.write_text("kept", encoding="utf-8")
    with pytest.raises(BackupFailed, match="is there already"):
        back_up(trial.station.database, there)
    assert there.read_text(encoding="utf-8") == "kept"


def test_a_missing_program_is_named(postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without PostgreSQL's client programs the message says which package brings them."""
    monkeypatch.setenv("PATH", str(tmp_path))
    database = Database(postgres.url(), lambda: 0)
    with pytest.raises(BackupFailed, match="postgresql-client"):
        back_up(database, tmp_path / "copy")
    database.close()
