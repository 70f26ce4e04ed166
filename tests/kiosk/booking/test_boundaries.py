"""The boundary table, to the millisecond: hold, window, opening, changing, seven days, midnight, year end.

Each row stands on both databases under a set clock, on SQLite under the machine's own clock, and on PostgreSQL under
the database's clock while the station's is an hour fast or an hour slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import psycopg
import pytest

from kiosk.clock import HOUR, Instant, to_datetime
from kiosk.errors import DateNotOffered, HoldEnded, Refusal, TooLateToChange, TooSoon
from tests.postgres import Server
from tests.stations import (
    CENTRE,
    OTHER_CENTRE,
    PERSON,
    SERVICE,
    START,
    Trial,
    at,
    emptied,
    moment,
    new_key,
    open_station,
    person,
    wall,
)

CLOCKS = ["set-sqlite", "set-postgresql", "machine-sqlite", "fast-postgresql", "slow-postgresql"]
FIN = PERSON["fin"]


class Clocks:
    """Says what time it is by the clock that counts, and sets the one that does not wrong."""

    def __init__(self, name: str, monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
        self.wrong_by = {"fast": HOUR, "slow": -HOUR}.get(name.partition("-")[0], 0)
        self.machine: Instant = at(START)
        self.server = psycopg.connect(dsn, autocommit=True) if self.wrong_by else None
        monkeypatch.setattr("kiosk.place.machine_now", lambda: self.machine)

    def set(self, instant: Instant) -> None:
        self.machine = instant + self.wrong_by
        if self.server is not None:
            self.server.execute("UPDATE trial.wall SET instant = %s", (to_datetime(instant),))


@pytest.fixture(params=CLOCKS)
def trial(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secrets_folder: Path
) -> Iterator[Trial]:
    """A station under each clock."""
    name = str(request.param)
    with ExitStack() as opened:
        dsn = ""
        if name in ("fast-postgresql", "slow-postgresql"):
            server: Server = request.getfixturevalue("postgres")
            database = request.getfixturevalue("clocked_postgres")
            url, dsn = emptied(server.url(database)), server.dsn(database)
        else:
            fixture = "ready_sqlite_url" if name.endswith("sqlite") else "ready_postgres_url"
            url = request.getfixturevalue(fixture)
        clocks = Clocks(name, monkeypatch, dsn)
        if clocks.server is not None:
            opened.callback(clocks.server.close)
        is_set = name.startswith("set")
        station = open_station(url, tmp_path, secrets_folder, clock={"settable": is_set})
        opened.callback(station.close)
        made = Trial(station, station.clock.set if is_set else clocks.set)
        made.at(START)
        yield made


def test_a_hold_ends_at_its_last_millisecond(trial: Trial) -> None:
    """Q8: kept until one hour has passed; at `held_until` exactly it has ended, for grid, facts, code and the next."""
    first, second = trial.hold("2026-11-23 10:00", person(1)), trial.hold("2026-11-23 11:00", person(2))
    codes = [trial.code(each.booking) for each in (first, second)]
    trial.at("2026-11-20 09:59:59.999")
    assert trial.states()["10:00"] == "held"
    assert trial.station.bookings.confirm(None, first.booking, codes[0]).booking == first.booking
    trial.at("2026-11-20 10:00:00.000")
    assert trial.states()["11:00"] == "free"
    assert trial.station.bookings.booking(second.booking).state == "expired"
    assert trial.arrive(second.booking).verdict == "expired"
    with pytest.raises(HoldEnded):
        trial.station.bookings.confirm(None, second.booking, codes[1])
    with pytest.raises(HoldEnded):
        trial.station.bookings.resend(new_key(), second.booking)
    assert wall(trial.hold("2026-11-23 11:00", person(3)).held_until) == "2026-11-20 11:00:00"


@pytest.mark.parametrize(("now", "verdict"), [
    ("2026-11-23 08:59:59.999", "too_early"), ("2026-11-23 09:00:00.000", "early"),
    ("2026-11-23 09:59:59.999", "early"), ("2026-11-23 10:00:00.000", "on_time"),
    ("2026-11-23 10:14:59.999", "on_time"), ("2026-11-23 10:15:00.000", "on_time"),
    ("2026-11-23 10:15:00.001", "too_late"), ("2026-11-23 10:15:01.000", "too_late"),
    ("2026-11-22 23:59:59.999", "other_day"), ("2026-11-23 00:00:00.000", "too_early"),
    ("2026-11-23 23:59:59.999", "too_late"), ("2026-11-24 00:00:00.000", "other_day"),
])  # fmt: skip
def test_the_window_is_closed_at_both_ends(trial: Trial, now: str, verdict: str) -> None:
    """Q9: from the centre's opening to booked + 15:00.000, both counted; the day turns in Baku."""
    confirmed = trial.confirmed("2026-11-23 10:00")
    trial.at(now)
    arrival = trial.arrive(confirmed.order_code)
    assert arrival.verdict == verdict
    assert wall(arrival.opens) == ("2026-11-23 09:00:00" if verdict == "too_early" else None)
    assert wall(arrival.closed) == ("2026-11-23 10:15:00" if verdict == "too_late" else None)
    assert trial.station.bookings.booking(confirmed.order_code).state == (
        "active" if arrival.activated else "confirmed"
    )


def test_a_booking_is_changed_until_its_time(trial: Trial) -> None:
    """Q10: until the booked time, not at it: cancelled and moved one millisecond before, refused at it."""
    bookings = [trial.confirmed("2026-11-23 10:00", person(number), centre=centre).order_code
                for number, centre in ((1, CENTRE), (2, OTHER_CENTRE), (3, "baku-1"), (4, "baku-4"))]  # fmt: skip
    fins = [person(number)["fin"] for number in (1, 2, 3, 4)]
    trial.at("2026-11-23 09:59:59.999")
    assert trial.station.bookings.cancel(new_key(), bookings[0], fins[0]).state == "cancelled"
    trial.station.bookings.move(new_key(), bookings[1], fins[1], moment("2026-11-24 10:00"))
    trial.at("2026-11-23 10:00:00.000")
    with pytest.raises(TooLateToChange) as caught:
        trial.station.bookings.cancel(new_key(), bookings[2], fins[2])
    assert caught.value.facts == {"state": "confirmed", "until": moment("2026-11-23 10:00")}
    with pytest.raises(TooLateToChange):
        trial.station.bookings.move(new_key(), bookings[3], fins[3], moment("2026-11-24 10:00"))


def test_a_code_goes_again_after_a_minute_to_the_millisecond(trial: Trial) -> None:
    """Q10: at most once a minute."""
    held = trial.hold()
    trial.at("2026-11-20 09:00:59.999")
    with pytest.raises(TooSoon):
        trial.station.bookings.resend(new_key(), held.booking)
    trial.at("2026-11-20 09:01:00.000")
    trial.station.bookings.resend(new_key(), held.booking)


@pytest.mark.parametrize(("now", "first", "last"), [
    ("2026-11-20 23:59:59.999", "2026-11-21", "2026-11-27"), ("2026-11-21 00:00:00.000", "2026-11-23", "2026-11-28"),
    ("2026-12-27 23:59:59.999", "2026-12-28", "2026-12-30"), ("2027-01-03 23:59:59.999", "2027-01-05", "2027-01-09"),
    ("2027-01-04 00:00:00.000", "2027-01-05", "2027-01-11"),
])  # fmt: skip
def test_seven_days_turn_at_midnight(trial: Trial, now: str, first: str, last: str) -> None:
    """Q3: at 00:00:00.000 in Baku, over the year’s end too; the first and the last hold, one beyond is refused."""
    trial.at(now)
    days = [day for day in trial.station.bookings.dates(SERVICE, CENTRE) if day.open]
    assert (days[0].date.isoformat(), days[-1].date.isoformat()) == (first, last)
    offered = trial.station.bookings.dates(SERVICE, CENTRE)
    trial.hold(f"{first} 10:00", person(1))
    trial.hold(f"{last} 10:00", person(2))
    for beyond in (offered[0].date.toordinal() - 1, offered[-1].date.toordinal() + 1):
        day = date.fromordinal(beyond)
        with pytest.raises(DateNotOffered):
            trial.hold(f"{day.isoformat()} 10:00", person(3))
        with pytest.raises(DateNotOffered):
            trial.station.bookings.slots(SERVICE, CENTRE, day)


def test_an_hour_counts_as_open_until_its_window_closes(trial: Trial) -> None:
    """Q11: at booked + 15:00.000 it still counts among the open bookings, one millisecond later it does not."""
    for hour in (9, 10, 11):
        trial.confirmed(f"2026-11-23 {hour:02}:00")
    trial.at("2026-11-23 09:15:00.000")
    with pytest.raises(Refusal) as caught:
        trial.hold("2026-11-24 10:00")
    assert caught.value.error == "limit_reached"
    trial.at("2026-11-23 09:15:00.001")
    trial.hold("2026-11-24 10:00")


def test_a_repeat_after_the_window_is_the_first_answer(trial: Trial) -> None:
    """Presented at 10:15:00.000, asked again at 10:16 and the next day: on time, the same ticket, the same facts."""
    confirmed, key = trial.confirmed(), new_key()
    trial.at("2026-11-23 10:15:00.000")
    arrival = trial.arrive(confirmed.order_code, key=key)
    assert (arrival.verdict, arrival.ticket) == ("on_time", "A-001")
    for now in ("2026-11-23 10:16", "2026-11-24 10:00", "2027-11-23 10:00"):
        trial.at(now)
        assert trial.arrive(confirmed.order_code, key=key) == arrival


# the clock of a machine


@pytest.mark.parametrize("trial", ["machine-sqlite"], indirect=True)
def test_a_clock_that_goes_back_reopens_nothing(trial: Trial) -> None:
    """SQLite: now is the later of the machine's clock and the last committed instant."""
    confirmed, held = trial.confirmed(), trial.hold("2026-11-23 11:00", person(1))
    trial.at("2026-11-20 10:00")
    other = trial.hold("2026-11-23 12:00", person(2))
    trial.at("2026-11-20 09:30")  # half an hour back
    assert trial.station.now() == moment("2026-11-20 10:00")
    assert trial.states()["11:00"] == "free"
    with pytest.raises(HoldEnded):
        trial.station.bookings.confirm(None, held.booking, trial.code(held.booking))
    assert wall(trial.hold("2026-11-23 13:00", person(3)).held_until) == "2026-11-20 11:00:00"
    assert trial.station.bookings.booking(other.booking).state == "held"
    trial.at("2026-11-23 10:15:00.001")
    assert trial.arrive(confirmed.order_code).verdict == "too_late"
    trial.at("2026-11-23 10:00")
    assert trial.arrive(confirmed.order_code).verdict == "too_late"


@pytest.mark.parametrize("trial", ["set-sqlite", "set-postgresql"], indirect=True)
def test_a_set_clock_only_goes_forward(trial: Trial) -> None:
    """Within one database: what was committed at an instant is never before a later question."""
    trial.at("2026-11-21 10:00")
    trial.station.database.forward()
    trial.at("2026-11-20 10:00")
    assert trial.station.now() == moment("2026-11-21 10:00")


@pytest.mark.parametrize("trial", ["set-sqlite", "set-postgresql"], indirect=True)
def test_a_set_clock_holds_for_the_next_process(trial: Trial, tmp_path: Path, secrets_folder: Path) -> None:
    """Who opens the same trial later and has not set its clock yet is not back in this machine's time."""
    trial.at("2126-11-20 10:00")
    trial.station.database.forward()
    later = open_station(trial.station.settings.database.url, tmp_path, secrets_folder)
    try:
        assert later.now() == moment("2126-11-20 10:00")
    finally:
        later.close()


@pytest.mark.parametrize("trial", ["fast-postgresql", "slow-postgresql"], indirect=True)
def test_a_stations_wrong_clock_changes_nothing(trial: Trial) -> None:
    """PostgreSQL: holds, verdicts and now are the database's, whatever the station thinks."""
    assert trial.station.now() == moment(START)
    assert wall(trial.hold().held_until) == "2026-11-20 10:00:00"
