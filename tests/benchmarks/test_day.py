"""What `./bench day` tells of a replayed day."""

from __future__ import annotations

import pytest

from benchmarks.day import Beside, Day, page, rows
from kiosk.clock import MINUTE
from tests.day.replay import Act, DayReport
from tests.stations import at

_MINUTE = at("2026-11-23 09:07") // MINUTE


@pytest.fixture
def day() -> Day:
    """Ten acts in the busiest minute, of which one took long, and each twice as long as its floor."""
    report = DayReport(bookings=12_458, minutes_checked=540, booking_seconds=30.0, day_seconds=70.0, check_seconds=20.0)
    floors = iter([0.5, *[0.001] * 9, 0.004, 0.002])
    beside = Beside(lambda *_act: next(floors))
    beside.done(Act("hold", "baku-1", "", 0, 1.0))
    for seconds in [0.002] * 9 + [0.008]:
        report.took[_MINUTE].append(seconds)
        beside.done(Act("start", "baku-1", "1", _MINUTE, seconds))
    report.took[_MINUTE + 1].append(0.004)
    beside.done(Act("finish", "baku-1", "1", _MINUTE + 1, 0.004))
    report.acts = 11
    report.waits["booked"] = [0, 3 * MINUTE, 90 * MINUTE]
    report.waits["walk_in"] = [MINUTE]
    return Day(report, beside)


def test_every_time_stands_beside_its_floor(day: Day) -> None:
    booked, lived, rules, run, middle, slowest = rows(day)
    assert (booked.ours, booked.floor, booked.ratio) == (1.0, 0.5, 2.0)
    assert lived.name == "the day itself, 11 acts: s"
    assert lived.ratio == pytest.approx(2.0)
    assert (rules.ours, rules.floor, run.ours) == (20.0, None, 100.0)
    assert (middle.name, middle.ours, middle.floor) == ("the busiest minute, 10 acts: p50, ms", 2.0, 1.0)
    assert (slowest.ours, slowest.floor, slowest.met) == (8.0, 4.0, True)


def test_the_page_tells_the_day(day: Day) -> None:
    told = page(day).splitlines()
    assert "| bookings | 12,458 |" in told
    assert "| wait of booked people after their hour: p50, p90, p99 | 3 min, 90 min, 90 min |" in told
    assert "| the busiest minute | 09:07, 10 acts |" in told
    assert "| an act in it: p50, p99 | 2.0 ms, 8.0 ms |" in told
