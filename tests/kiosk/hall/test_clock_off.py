"""A station whose own clock is wrong says so, and its answers stay right: the database's clock decides (C5, M2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from kiosk.clock import HOUR, Instant, to_datetime
from kiosk.errors import NothingToUndo
from kiosk.hall.stations import Stations
from tests.postgres import Server
from tests.stations import Trial, at, emptied, new_key, open_station
from tests.waiting import DAY, issue

OFF = 3 * HOUR


@pytest.fixture(params=[OFF, -OFF], ids=["fast", "slow"])
def trial(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    postgres: Server,
    clocked_postgres: str,
    tmp_path: Path,
    secrets_folder: Path,
) -> Iterator[Trial]:
    """A station three hours before or behind its database."""
    url = emptied(postgres.url(clocked_postgres))
    with ExitStack() as opened:
        server = opened.enter_context(psycopg.connect(postgres.dsn(clocked_postgres), autocommit=True))
        machine: list[Instant] = [0]

        def set_instant(instant: Instant) -> None:
            machine[0] = instant + int(request.param)
            server.execute("UPDATE trial.wall SET instant = %s", (to_datetime(instant),))

        monkeypatch.setattr("kiosk.place.machine_now", lambda: machine[0])
        monkeypatch.setattr("kiosk.clock.machine_now", lambda: machine[0])
        set_instant(at(f"{DAY} 10:00"))
        station = open_station(url, tmp_path, secrets_folder, clock={"settable": False})
        opened.callback(station.close)
        station.stations = Stations(station.acts, station.settings, machine=lambda: machine[0])
        yield Trial(station, set_instant)


def test_it_says_so(trial: Trial) -> None:
    """M2: how far it is off, which its header and the list of machines show."""
    off = trial.station.stations.clock_off()
    assert abs(off) == OFF
    trial.station.stations.seen("counter", off)
    assert trial.station.stations.clock_is_off == off
    (entry,) = trial.station.stations.all()
    assert (entry.clock_is_off, entry.seen_at) == (True, to_datetime(at(f"{DAY} 10:00"))), (
        "seen by the database's clock"
    )


def test_who_is_next_goes_by_the_databases_clock(trial: Trial) -> None:
    """C5: at 10:45 who is booked for 11:00 is early, and comes after who walked in; at 11:00 nobody is before them."""
    early = issue(trial, "10:10", "11:00")
    first, second = issue(trial, "10:20"), issue(trial, "10:30")
    queue = trial.station.queue
    trial.at(f"{DAY} 10:59:59.999")
    assert [one.ticket for one in queue.look().waiting] == [first, second, early]
    assert queue.call_next(new_key(), "1").ticket == first
    trial.at(f"{DAY} 11:00:00.000")
    assert queue.call_next(new_key(), "2").ticket == early


def test_a_step_is_undone_for_a_minute_of_the_databases(trial: Trial) -> None:
    """C2: until the last millisecond of it, and no longer."""
    tickets = [issue(trial, "09:10"), issue(trial, "09:20")]
    queue = trial.station.queue
    for counter, ticket in zip("12", tickets, strict=True):
        assert queue.call_next(new_key(), counter).ticket == ticket
    trial.at(f"{DAY} 10:01:00.000")
    assert queue.undo(new_key(), "1").ticket == tickets[0]
    trial.at(f"{DAY} 10:01:00.001")
    with pytest.raises(NothingToUndo):
        queue.undo(new_key(), "2")


def test_the_day_turns_in_the_databases_midnight(trial: Trial) -> None:
    """C5: who waits at 23:59:59.999 waits; a millisecond later it is another day's queue."""
    ticket = issue(trial, "09:10")
    queue, figures = trial.station.queue, trial.station.figures
    trial.at(f"{DAY} 23:59:59.999")
    assert [one.ticket for one in queue.look().waiting] == [ticket]
    assert figures.today().isoformat() == DAY
    trial.at("2026-11-24 00:00:00.000")
    assert queue.look().waiting == ()
    assert figures.today().isoformat() == "2026-11-24"
