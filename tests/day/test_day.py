"""A whole day at the centres against the real services, with what must hold looked at after every minute of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.station import Station
from tests.day.invariants import check
from tests.day.opening import BOOKED_FROM, CENTRES, opened, replay_of
from tests.day.plan import BOOKINGS, TOO_LATE
from tests.day.replay import Act, Replay


@pytest.fixture
def station(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Station]:
    """A station at which as many can book as want to."""
    with opened(ready_url, tmp_path, secrets_folder) as station:
        yield station


def _replayed(station: Station, bookings: int, too_late: int, *, centres: int, every: int = 1) -> Replay:
    acts: list[Act] = []
    replay = replay_of(station, bookings, too_late, centres=centres, beside=acts.append)
    replay.book(BOOKED_FROM)
    replay.live(check, every)
    report = replay.report
    assert report.activated + report.never_came + too_late == bookings
    assert report.too_late == too_late
    assert report.finished + report.no_show == report.activated + report.walk_ins, "nobody is left in the hall"
    told = Counter(act.name for act in acts)
    assert (told["confirm"], told["arrive"], told["too_late"]) == (bookings, report.activated, too_late)
    assert (told["walk_in"], told["finish"]) == (report.walk_ins, report.finished)
    assert told.total() - told["hold"] - told["confirm"] == report.acts == sum(map(len, report.took.values()))
    return replay


def test_a_small_day(station: Station) -> None:
    """C2, C5, C7: nobody double, nobody forgotten, no call before its rule, figures that add up."""
    _replayed(station, 60, 4, centres=1, every=20)


@pytest.mark.long
def test_the_day_of_27_april_2020(station: Station) -> None:
    """The same with 12,458 bookings at 28 centres."""
    _replayed(station, BOOKINGS, TOO_LATE, centres=CENTRES)
