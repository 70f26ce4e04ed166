"""A whole day at the centres on PostgreSQL (`tests/day`), each act beside its bare floor on a second database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.bare_hall import BareHall
from benchmarks.rows import Row, median_ratio, percentile, row
from kiosk.booking.signing_keys import make_key
from kiosk.clock import MINUTE, in_baku
from tests.day.invariants import check
from tests.day.opening import BOOKED_FROM, CENTRES, opened, replay_of
from tests.day.plan import BOOKINGS, TOO_LATE
from tests.day.replay import Act, DayReport
from tests.postgres import running_server
from tests.stations import fill

_SHARES: Final = (0.5, 0.9, 0.99)
_BOOKING: Final = ("hold", "confirm")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a day is replayed."""

    bookings: int = BOOKINGS
    too_late: int = TOO_LATE
    centres: int = CENTRES


SMALL: Final = Size(120, 8, 2)
"""For development."""


@dataclass
class Beside:
    """What every act took, and its floor right after it, in seconds.

    Args:
        floor: does an act at a centre and a counter; the seconds it took.
    """

    floor: Callable[[str, str, str], float]
    booking: list[tuple[float, float]] = field(default_factory=list)
    of_minute: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def done(self, act: Act) -> None:
        """Do the same by the driver alone."""
        pair = (act.seconds, self.floor(act.name, act.centre, act.counter))
        (self.booking if act.name in _BOOKING else self.of_minute[act.minute]).append(pair)


@dataclass(frozen=True, slots=True)
class Day:
    """A replayed day."""

    report: DayReport
    beside: Beside


def replay(folder: Path, size: Size) -> Day:
    """Let a day's people book, come and be served, on a server of its own that waits for the disk.

    Args:
        folder: for the station's files.
        size: how large a day.
    """
    folder.mkdir(parents=True)
    secrets = folder / "secrets"
    make_key(secrets, 1)
    with running_server(durable=True) as server, server.database() as name, server.database() as other:
        fill(server.url(name))
        fill(server.url(other))
        bare = BareHall(server.dsn(other))
        beside = Beside(bare.do)
        with opened(server.url(name), folder, secrets) as station:
            day = replay_of(station, size.bookings, size.too_late, centres=size.centres, beside=beside.done)
            day.book(BOOKED_FROM)
            day.live(check)
        bare.close()
    return Day(day.report, beside)


def rows(day: Day) -> Iterator[Row]:
    """What the day took."""
    report, beside = day.report, day.beside
    acts = [pair for pairs in beside.of_minute.values() for pair in pairs]
    yield _seconds(f"a day's bookings, {len(beside.booking):,} acts: s", beside.booking)
    yield _seconds(f"the day itself, {len(acts):,} acts: s", acts)
    yield row(f"the day's rules, looked at {report.minutes_checked} times: s", report.check_seconds)
    yield row("the day's run, bookings, acts, rules and replay: s", report.booking_seconds + report.day_seconds)
    minute, _ = report.busiest
    pairs = beside.of_minute[minute]
    ours, floor = [mine for mine, _ in pairs], [bare for _, bare in pairs]
    for share, name, aim in ((0.5, "p50", None), (0.99, "p99", 10)):
        yield row(
            f"the busiest minute, {len(pairs):,} acts: {name}, ms",
            percentile(ours, share) * 1000,
            percentile(floor, share) * 1000,
            aim=("ours", "at most", aim) if aim is not None else None,
        )


def _seconds(name: str, pairs: Sequence[tuple[float, float]]) -> Row:
    ours, floor = [mine for mine, _ in pairs], [bare for _, bare in pairs]
    return row(name, sum(ours), sum(floor), median_ratio(ours, floor))


def page(day: Day) -> str:
    """What the day was like, as a table for `docs/day.md`."""
    report = day.report
    minute, took = report.busiest
    told = (
        ("bookings", f"{report.bookings:,}"),
        ("activated: came within the window, or before it", f"{report.activated:,}"),
        ("of these about two hours early", f"{report.two_hours_early:,}"),
        ("came too late", f"{report.too_late:,}"),
        ("never came", f"{report.never_came:,}"),
        ("walk-in tickets, those of late ones among them", f"{report.walk_ins:,}"),
        ("served and finished", f"{report.finished:,}"),
        ("called, and gone", f"{report.no_show:,}"),
        ("counters staffed", f"{report.counters:,}"),
        ("wait of booked people after their hour: p50, p90, p99", _waits(report.waits["booked"])),
        ("wait of walk-ins: p50, p90, p99", _waits(report.waits["walk_in"])),
        ("simulated minutes after each of which everything was checked", f"{report.minutes_checked:,}"),
        ("acts of the day", f"{report.acts:,}"),
        ("of these calls by idle counters that found nobody", f"{report.in_vain:,}"),
        ("acts of booking before it", f"{len(day.beside.booking):,}"),
        ("the run took", f"{report.booking_seconds + report.day_seconds:.0f} s"),
        ("of it the checks", f"{report.check_seconds:.0f} s"),
        ("the busiest minute", f"{in_baku(minute * MINUTE):%H:%M}, {len(took):,} acts"),
        ("an act in it: p50, p99", f"{_ms(took, 0.5)}, {_ms(took, 0.99)}"),
        ("an act of the whole day: p50, p99", "{}, {}".format(*_whole(report))),
    )
    return "\n".join(("| what | how many |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in told)))


def _whole(report: DayReport) -> tuple[str, str]:
    every = [seconds for took in report.took.values() for seconds in took]
    return _ms(every, 0.5), _ms(every, 0.99)


def _ms(seconds: Sequence[float], share: float) -> str:
    return f"{percentile(seconds, share) * 1000:.1f} ms"


def _waits(waits: Sequence[int]) -> str:
    return ", ".join(f"{percentile(waits, share) / MINUTE:.0f} min" for share in _SHARES)
