"""The station and the people of a day, as the test and the benchmark of it begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from kiosk.clock import Instant
from kiosk.station import Station
from tests.day.plan import BOOKINGS, TOO_LATE, plan
from tests.day.replay import Act, Replay, hours_of, services_of
from tests.stations import at, open_station

DAY: Final = date(2026, 11, 23)
BOOKED_FROM: Final[Instant] = at("2026-11-22 08:00")
SEATS: Final = 2
"""That many people an hour and service make room for the 12,458; the packaged files say one, which is invented."""
CENTRES: Final = 28
_NO_LIMITS: Final[dict[str, Any]] = {"holds_per_station": 0}


@contextmanager
def opened(url: str, folder: Path, secrets: Path) -> Iterator[Station]:
    """A station on a ready database, at which as many can book as want to."""
    station = open_station(url, folder, secrets, limits=_NO_LIMITS)
    try:
        station.clock.set(BOOKED_FROM)
        station.database.write(_give_seats, remember=False)
        yield station
    finally:
        station.close()


def _give_seats(connection: Connection, _now: int) -> None:
    connection.execute(text("UPDATE offers SET capacity = :seats"), {"seats": SEATS})
    connection.execute(text("UPDATE facts SET value = '2' WHERE name = 'reference_version'"))


def replay_of(
    station: Station,
    bookings: int = BOOKINGS,
    too_late: int = TOO_LATE,
    *,
    centres: int = CENTRES,
    beside: Callable[[Act], None] = lambda _act: None,
) -> Replay:
    """A day of so many bookings at so many centres, about to be booked and lived through.

    Args:
        station: as `opened` gives it.
        bookings: how many were confirmed.
        too_late: how many of them come after the window.
        centres: the first so many of the reference data, by their ids.
        beside: as for `Replay`.
    """
    hours, closes = hours_of(station, DAY)
    some = sorted(hours)[:centres]
    hours, closes = {name: hours[name] for name in some}, {name: closes[name] for name in some}
    people = plan(hours, closes, services_of(station), seats=SEATS, bookings=bookings, too_late=too_late)
    return Replay(station, people, closes, beside)
