"""Hours that a centre closed after people may have booked them: not offered, not held, not moved to (Q4, C2).

They stand beside the calendar, not in it: a plan is kept until the reference data change, closed hours come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from db import closed_hours as rows
from db.closed_hours import HOUR, ClosedRow
from kiosk.booking.facts import Day
from kiosk.clock import Instant
from kiosk.errors import Closed
from kiosk.names import Names


def reason_of(row: ClosedRow) -> Names:
    """Why those hours are closed."""
    return Names(row.reason_az, row.reason_ru, row.reason_en)


class ClosedTimes:
    """The closed hours of some centres in a span of time."""

    def __init__(self, closed: Iterable[ClosedRow]) -> None:
        self._closed = tuple(closed)

    @classmethod
    def at(cls, connection: Any, centres: Sequence[str], span: tuple[Instant, Instant]) -> ClosedTimes:
        """Those of `centres` from the span's first instant to before its end."""
        return cls(rows.between(connection, centres, *span))

    def why(self, centre: str, hour: Instant) -> Names | None:
        """Why a centre's full hour is closed, or None."""
        for row in self._closed:
            if row.centre == centre and row.starts_at < hour + HOUR and row.ends_at > hour:
                return reason_of(row)
        return None

    def open_hours(self, centre: str, hours: Iterable[Instant]) -> tuple[Instant, ...]:
        """The hours of a centre that are left."""
        return tuple(hour for hour in hours if self.why(centre, hour) is None)

    def day(self, centre: str, day: Day, hours: Sequence[Instant]) -> Day:
        """A date of a centre as it is offered: closed, with the reason, where all its hours are."""
        if not day.open or not hours or self.open_hours(centre, hours):
            return day
        return replace(
            day, open=False, reason="closure", name=self.why(centre, hours[0]), opens=None, closes=None, shortened=False
        )


def refuse_closed(connection: Any, centre: str, starts_at: Instant) -> None:
    """Pass an hour that was not closed.

    A hold that was on its way as the hour was closed passes here; whoever is told of the closing is told of it too.

    Raises:
        Closed: it was, with the reason.
    """
    row = rows.at(connection, centre, starts_at)
    if row is not None:
        raise Closed("closure", reason_of(row))
