"""The figures of a day or a range of days, of a centre or of all (C7). docs/figures.md says what each one counts.

Bookings count for the day they were booked for, tickets and calls for the day of the ticket. Everything is read in one
look at the database, so the figures always add up, also while the hall goes on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, time, timedelta
from typing import Any, Final

from db import figures as rows
from db.figures import BookingCounts, Histogram, Span
from kiosk.acts import Acts
from kiosk.booking.plan import Plans
from kiosk.clock import HOUR, MINUTE, Instant, at_baku, in_baku, to_datetime, to_instant
from kiosk.errors import BadRequest
from kiosk.hall.queue_facts import DayFigures, HourFigures, Spread
from kiosk.identity.rights import member_with
from kiosk.identity.staff import SEE_FIGURES
from kiosk.settings import Settings

ALL_CENTRES: Final = "*"
MOST_DAYS: Final = 366
YEARS: Final = range(1971, 9999)
"""The years that can be asked for: at the calendar's ends there is no midnight before or after."""
EARLY: Final[Instant] = 2 * HOUR
"""From how long before the booked time on an activation is counted as early."""
_DAY_HOURS: Final = 24
_PIECE_DAYS: Final = 31
"""A longer range is counted in pieces: no statement takes so long that the database gives it up."""


class _Counted:
    """What was counted in the pieces of a range; everything here adds up over them."""

    def __init__(self) -> None:
        self._booked = BookingCounts(*[0] * len(BookingCounts._fields))
        self._refused_over = 0
        self._refused_yet = 0
        self._states: Counter[str] = Counter()
        self._arrived: Counter[int] = Counter()
        self._walk_ins = 0
        self._accepted = 0
        self._not_served = 0
        self._waits: Histogram = Counter()
        self._services: Histogram = Counter()

    def add(self, connection: Any, span: Span, now: Instant, late: Instant) -> None:
        """Count one piece."""
        booked = rows.booking_counts(connection, span, now, late, EARLY)
        self._booked = BookingCounts(*map(sum, zip(self._booked, booked, strict=True)))
        over, yet = rows.refused_late(connection, span, now, late)
        self._refused_over += over
        self._refused_yet += yet
        for ticket in rows.ticket_counts(connection, span):
            self._states[ticket.state] += ticket.issued
            self._arrived[ticket.hour] += ticket.issued
            self._walk_ins += ticket.walk_ins
            self._accepted += ticket.accepted_late
            self._not_served += ticket.not_served
        self._waits.update(rows.waits(connection, span))
        self._services.update(rows.services(connection, span))

    def figures(self, centre: str | None, first: date, last: date, now: Instant) -> DayFigures:
        """All of them."""
        booked, states = self._booked, self._states
        return DayFigures(
            centre=centre,
            first=first,
            last=last,
            at=to_datetime(now),
            booked=booked.booked,
            confirmed=booked.confirmed,
            held=booked.held,
            expired=booked.booked - booked.confirmed - booked.held,
            cancelled=booked.cancelled,
            activated=booked.activated,
            early_two_hours=booked.early,
            late=self._refused_over + self._refused_yet + self._accepted,
            accepted_late=self._accepted,
            never_came=booked.over - self._refused_over,
            to_come=booked.to_come - self._refused_yet,
            walk_ins=self._walk_ins,
            waiting=states["waiting"],
            called=states["called"],
            serving=states["serving"],
            parked=states["parked"],
            finished=states["finished"],
            not_served=self._not_served,
            no_show=states["no_show"],
            wait_times=_spread(_all(self._waits)),
            service_times=_spread(_all(self._services)),
            hours=tuple(_hour(hour, self._arrived[hour], self._waits, self._services) for hour in range(_DAY_HOURS)),
        )


class Figures:
    """Counts what happened.

    Args:
        acts: looks at the database.
        plans: which centres there are.
        settings: this station's centre, and until when an arrival is in time.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._settings = settings

    def of(self, first: date, last: date, centre: str | None = None, *, staff: int | None = None) -> DayFigures:
        """The figures of the days from `first` to `last`, both included.

        Args:
            first: a date in Baku.
            last: the same, or a later one.
            centre: a centre's id; "*" for all together; default: this station's.
            staff: the row id of who looks at a counter, whose right is asked for; None: whoever runs the command.

        Raises:
            BadRequest: the range is empty or longer than a year, or the centre is unknown.
            NotAllowed: the staff member has not the right to see figures.
            Unavailable: the database is away.
        """
        check_range(first, last)
        here = self.here if centre is None else centre
        whose = None if here == ALL_CENTRES else here
        late = self._settings.arrival.late_minutes * MINUTE
        counted = _Counted()
        with self._acts.reading() as (connection, now):
            if staff is not None:
                member_with(connection, staff, SEE_FIGURES)
            if whose is not None:
                self._plans.at(connection).centre(whose)
            for span in _pieces(whose, first, last):
                counted.add(connection, span, now, late)
        return counted.figures(whose, first, last, now)

    def by_day(
        self, first: date, last: date, centre: str | None = None, *, staff: int | None = None
    ) -> Iterator[DayFigures]:
        """The figures of each day of a range, read one after another as they are asked for; raises as `of`."""
        check_range(first, last)
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            yield self.of(day, day, centre, staff=staff)

    @property
    def here(self) -> str:
        """The id of this station's centre."""
        return self._settings.station.centre

    def today(self) -> date:
        """Today's date in Baku, by the rule's clock.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (_, now):
            return in_baku(now).date()


def check_range(first: date, last: date) -> None:
    """Whether a range can be counted.

    Raises:
        BadRequest: it is empty, longer than a year, or of years that no clock of a centre shows.
    """
    if first.year not in YEARS or last.year not in YEARS:
        raise BadRequest("from" if first.year not in YEARS else "to", "out_of_range")
    if last < first:
        raise BadRequest("to", "before_from")
    if (last - first).days >= MOST_DAYS:
        raise BadRequest("to", "more_than_a_year_after_from")


def _pieces(centre: str | None, first: date, last: date) -> Iterator[Span]:
    day = first
    while day <= last:
        end = min(last, day + timedelta(days=_PIECE_DAYS - 1))
        yield _span(centre, day, end)
        day = end + timedelta(days=1)


def _span(centre: str | None, first: date, last: date) -> Span:
    begins, ends = at_baku(first, time()), at_baku(last + timedelta(days=1), time())
    return Span(centre, first.isoformat(), last.isoformat(), begins, ends, _offsets(begins, ends))


def _offsets(begins: Instant, ends: Instant) -> tuple[tuple[Instant, Instant], ...]:
    """Since which instant the centres' clocks are how far from UTC: one entry, unless the law moves them again."""
    found = [(begins, _offset(begins))]
    for hour in range(begins, ends, HOUR):
        if (by := _offset(hour)) != found[-1][1]:
            found.append((hour, by))
    return tuple(found)


def _offset(instant: Instant) -> Instant:
    return to_instant(in_baku(instant).replace(tzinfo=UTC)) - instant


def _hour(hour: int, arrived: int, waits: Histogram, services: Histogram) -> HourFigures:
    waiting, service = _spread(_of(hour, waits)), _spread(_of(hour, services))
    return HourFigures(hour, arrived, waiting.count, service.count, waiting, service)


def _of(hour: int, histogram: Histogram) -> Counter[int]:
    return Counter({seconds: times for (at, seconds), times in histogram.items() if at == hour})


def _all(histogram: Histogram) -> Counter[int]:
    every: Counter[int] = Counter()
    for (_, seconds), times in histogram.items():
        every[seconds] += times
    return every


def _spread(times: Counter[int]) -> Spread:
    count = times.total()
    if not count:
        return Spread(0, 0, 0, 0)
    ordered = sorted(times)
    return Spread(count, _reached(ordered, times, count, 5), _reached(ordered, times, count, 9), ordered[-1])


def _reached(ordered: list[int], times: Counter[int], count: int, tenths: int) -> int:
    """The least of the times that so many tenths of all do not exceed."""
    wanted, passed = math.ceil(count * tenths / 10), 0
    for seconds in ordered:
        passed += times[seconds]
        if passed >= wanted:
            break
    return seconds
