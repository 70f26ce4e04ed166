"""The SQL of the figures (C7): counts and histograms of a range of days, in a fixed number of statements.

Nothing is read row by row: a year of a nation comes back as at most some ten thousand pairs (hour, seconds) with how
often each occurred, of which exact quartiles are made above. Bookings are found by their booked time, tickets and
calls by their day. All instants are milliseconds of UTC, days ISO dates in Asia/Baku.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union,
)

from db.hall_schema import calls
from db.prepared import Prepared
from db.schema import audit, bookings, centres, tickets

_HOUR: Final = 3_600_000
_DAY_HOURS: Final = 24
_SECOND: Final = 1000
_B, _T, _C, _A = bookings.c, tickets.c, calls.c, audit.c

Histogram = Counter[tuple[int, int]]
"""How often (hour of the day, whole seconds) occurred."""


class Span(NamedTuple):
    """What is counted: one centre or all, and the days from `first` to `last`."""

    centre: str | None
    """None: every centre there is or was."""
    first: str
    last: str
    begins: int
    """Midnight of the first day."""
    ends: int
    """Midnight after the last day."""
    offsets: Sequence[tuple[int, int]]
    """From which instant on the centres' clocks are how many milliseconds before UTC; the earliest first."""


class BookingCounts(NamedTuple):
    """Bookings by what became of them. `over` and `to_come` are confirmed ones whose window is over, or not yet."""

    booked: int
    confirmed: int
    held: int
    cancelled: int
    activated: int
    early: int
    over: int
    to_come: int


class TicketCount(NamedTuple):
    """Tickets of one state that were issued in one hour of the day."""

    state: str
    hour: int
    issued: int
    walk_ins: int
    accepted_late: int
    not_served: int


def _at(column: Column[str], span: Span) -> ColumnElement[bool]:
    """All centres are named one by one, retired ones too, so that the index that begins with the centre serves."""
    return column == span.centre if span.centre is not None else column.in_(select(centres.c.id))


def _booked_in(span: Span) -> ColumnElement[bool]:
    return and_(_at(_B.centre, span), _B.starts_at >= span.begins, _B.starts_at < span.ends)


def _of_days(centre: Column[str], day: Column[str], span: Span) -> ColumnElement[bool]:
    return and_(_at(centre, span), day >= span.first, day <= span.last)


def _hour(instant: ColumnElement[int], span: Span) -> ColumnElement[int]:
    """The hour of the day that the centres' clocks showed, 0 to 23."""
    offset: Any = span.offsets[0][1]
    if len(span.offsets) > 1:
        later = reversed(span.offsets[1:])
        offset = case(*((instant >= begins, by) for begins, by in later), else_=offset)
    shown: ColumnElement[int] = (instant + offset) // _HOUR % _DAY_HOURS
    return shown


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many of the rows fulfil a condition; 0 where there are no rows."""
    return func.count(case((condition, 1)))


def booking_counts(connection: Connection, span: Span, now: int, late: int, early: int) -> BookingCounts:
    """Bookings of the range.

    Args:
        connection: where.
        span: which.
        now: the instant that tells standing holds and open windows.
        late: how long after the booked time the window is open.
        early: from how long before the booked time on an activation counts as early.
    """
    confirmed = _B.state == literal_column("'confirmed'")
    closed = _B.starts_at < now - late
    row = connection.execute(
        select(
            func.count(),
            _times(_B.confirmed_at.is_not(None)),
            _times(and_(_B.state == literal_column("'held'"), _B.held_until > now)),
            _times(and_(_B.state == literal_column("'cancelled'"), _B.confirmed_at.is_not(None))),
            _times(_B.state == literal_column("'active'")),
            _times(and_(_B.state == literal_column("'active'"), _B.activated_at <= _B.starts_at - early)),
            _times(and_(confirmed, closed)),
            _times(and_(confirmed, _B.starts_at >= now - late)),
        )
        .select_from(bookings)
        .where(_booked_in(span))
    ).one()
    return BookingCounts._make(int(value) for value in row)


def refused_late(connection: Connection, span: Span, now: int, late: int) -> tuple[int, int]:
    """Confirmed bookings that were presented after their window and not accepted: whose window is over, or not (yet).

    A window that is open again is one that a longer setting opened since. Who came late is known from the audit's row
    of that verdict, or from the walk-in ticket that was given instead.
    """
    # the literals stand in the statement word by word, as in the partial index that finds these few rows
    told = select(_A.booking).where(
        _A.act == literal_column("'arrive'"),
        _A.outcome == literal_column("'too_late'"),
        _A.at >= span.begins,
        _A.at < span.ends,
    )
    instead = select(_T.after_booking).where(_of_days(_T.centre, _T.day, span), _T.after_booking.is_not(None))
    row = connection.execute(
        select(_times(_B.starts_at < now - late), _times(_B.starts_at >= now - late)).where(
            _booked_in(span), _B.state == literal_column("'confirmed'"), _B.id.in_(union(told, instead))
        )
    ).one()
    return int(row[0]), int(row[1])


# word by word as in the partial index
_LATE_TICKET: Final = or_(_T.accepted_late_by.is_not(None), _T.after_booking.is_not(None))
_OF_THE_DAY: Final = and_(_T.centre == bindparam("centre"), _T.day == bindparam("day"), _LATE_TICKET)
_CAME_LATE = Prepared(
    select(
        select(func.count())
        .select_from(bookings)
        .where(
            _B.centre == bindparam("centre"),
            _B.starts_at >= bindparam("begins"),
            _B.starts_at < bindparam("ends"),
            _B.state == literal_column("'confirmed'"),
            _B.id.in_(
                union(
                    select(_A.booking).where(
                        _A.act == literal_column("'arrive'"),
                        _A.outcome == literal_column("'too_late'"),
                        _A.at >= bindparam("begins"),
                        _A.at < bindparam("ends"),
                    ),
                    select(_T.after_booking).where(_OF_THE_DAY, _T.after_booking.is_not(None)),
                )
            ),
        )
        .scalar_subquery()
        + select(func.count())
        .select_from(tickets)
        .where(_OF_THE_DAY, _T.accepted_late_by.is_not(None))
        .scalar_subquery()
    )
)


def came_late(connection: Connection, centre: str, day: str, begins: int, ends: int) -> int:
    """How many of a day's people came late to a centre: sent away, given another ticket, or accepted.

    It is `refused_late` and the accepted ones in one statement, for lists that are read anew at each change.

    Args:
        connection: where.
        centre: the centre's id.
        day: an ISO date in Asia/Baku.
        begins: midnight of that day.
        ends: midnight after it.
    """
    return int(_CAME_LATE.value(connection, {"centre": centre, "day": day, "begins": begins, "ends": ends}))


def ticket_counts(connection: Connection, span: Span) -> list[TicketCount]:
    """Tickets of the range by state and by the hour in which they were issued."""
    hour = _hour(_T.issued_at, span).label("hour")
    found = connection.execute(
        select(
            _T.state,
            hour,
            func.count(),
            _times(_T.booking.is_(None)),
            _times(_T.accepted_late_by.is_not(None)),
            _times(_T.outcome != literal_column("'served'")),
        )
        .where(_of_days(_T.centre, _T.day, span))
        .group_by(_T.state, "hour")
    )
    return [TicketCount(str(row[0]), *(int(value) for value in row[1:])) for row in found]


def waits(connection: Connection, span: Span) -> Histogram:
    """From the arrival, or the booked time where that is later, to the first call, by the hour of that call.

    Who was called before their booked time did not wait. A call that was undone was none.
    """
    first = (
        select(_C.ticket, func.min(_C.called_at, type_=BigInteger()).label("at"))
        .where(_of_days(_C.centre, _C.day, span), or_(_C.ended_as.is_(None), _C.ended_as != literal_column("'undone'")))
        .group_by(_C.ticket)
        .subquery()
    )
    ready = case((_T.booked_for > _T.issued_at, _T.booked_for), else_=_T.issued_at)
    seconds = case((first.c.at > ready, (first.c.at - ready) // _SECOND), else_=0)
    return _histogram(
        connection,
        select(_hour(first.c.at, span).label("hour"), seconds.label("seconds"), func.count())
        .select_from(first)
        .join(tickets, _T.id == first.c.ticket)
        .group_by("hour", "seconds"),
    )


def services(connection: Connection, span: Span) -> Histogram:
    """From the start to the finish of those who were served to the end, by the hour of the finish."""
    seconds = case((_C.ended_at > _C.started_at, (_C.ended_at - _C.started_at) // _SECOND), else_=0)
    return _histogram(
        connection,
        select(_hour(_C.ended_at, span).label("hour"), seconds.label("seconds"), func.count())
        .where(_of_days(_C.centre, _C.day, span), _C.ended_as == literal_column("'finished'"))
        .group_by("hour", "seconds"),
    )


def _histogram(connection: Connection, statement: Select[Any]) -> Histogram:
    return Counter({(int(hour), int(seconds)): int(times) for hour, seconds, times in connection.execute(statement)})
