"""A whole day at the centres against the real services, with what must hold looked at after every minute of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kiosk.station import Station
from tests.day.invariants import check
from tests.day.plan import BOOKINGS, TOO_LATE, plan
from tests.day.replay import Replay, hours_of, services_of
from tests.stations import at, open_station

DAY = date(2026, 11, 23)
_NO_LIMITS = {"holds_per_station": 0}
SEATS = 2
"""That many people an hour and service make room for the 12,458; the packaged files say one, which is invented."""


@pytest.fixture
def station(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Station]:
    """A station at which as many can book as want to."""
    opened = open_station(ready_url, tmp_path, secrets_folder, limits=_NO_LIMITS)
    opened.clock.set(at("2026-11-22 08:00"))
    opened.database.write(_give_seats, remember=False)
    yield opened
    opened.close()


def _give_seats(connection: Connection, _now: int) -> None:
    connection.execute(text("UPDATE offers SET capacity = :seats"), {"seats": SEATS})
    connection.execute(text("UPDATE facts SET value = '2' WHERE name = 'reference_version'"))


def _replayed(station: Station, bookings: int, too_late: int, *, centres: int, every: int = 1) -> Replay:
    hours, closes = hours_of(station, DAY)
    some = sorted(hours)[:centres]
    hours, closes = {name: hours[name] for name in some}, {name: closes[name] for name in some}
    people = plan(hours, closes, services_of(station), seats=SEATS, bookings=bookings, too_late=too_late)
    replay = Replay(station, people, closes)
    replay.book(at("2026-11-22 08:00"))
    replay.live(check, every)
    report = replay.report
    assert report.activated + report.never_came + too_late == bookings
    assert report.too_late == too_late
    assert report.finished + report.no_show == report.activated + report.walk_ins, "nobody is left in the hall"
    return replay


def test_a_small_day(station: Station) -> None:
    """C2, C5, C7: nobody double, nobody forgotten, no call before its rule, figures that add up."""
    _replayed(station, 60, 4, centres=1, every=20)


@pytest.mark.long
def test_the_day_of_27_april_2020(station: Station) -> None:
    """The same with 12,458 bookings at 28 centres."""
    _replayed(station, BOOKINGS, TOO_LATE, centres=28)
