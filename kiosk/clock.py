"""The one source of "now".

Instants are whole milliseconds since 1970 in UTC (cut, not rounded) where rules and tables handle them, and aware
datetimes in UTC where people's faces get them. Asia/Baku is used only to tell days and hours to people and to turn
"day and hour" into an instant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

Instant = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

MINUTE: Instant = 60_000
HOUR: Instant = 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=1)
def baku() -> ZoneInfo:
    """The zone in which the centres live."""
    return ZoneInfo("Asia/Baku")


def to_instant(moment: datetime) -> Instant:
    """Milliseconds of an aware datetime, cut to the whole millisecond.

    Raises:
        ValueError: `moment` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a datetime without a zone names no instant")
    return (moment - _EPOCH) // _MILLISECOND


def to_datetime(instant: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(milliseconds=instant)


def in_baku(instant: Instant) -> datetime:
    """The instant as the centres' wall clocks show it."""
    return to_datetime(instant).astimezone(baku())


def baku_day(instant: Instant) -> date:
    """The date in Baku at that instant."""
    return in_baku(instant).date()


def at_baku(day: date, at: clock_time) -> Instant:
    """The instant at which the centres' wall clocks show that day and time."""
    return to_instant(datetime.combine(day, at, tzinfo=baku()))


def machine_now() -> Instant:
    """What this machine's clock says, cut to the whole millisecond."""
    return time.time_ns() // 1_000_000


class Clock:
    """A station's source of instants; `[clock] settable` lets it be set, which replaces the source and no rule."""

    def __init__(self, source: Callable[[], Instant] = machine_now, *, settable: bool = False) -> None:
        self._source = source
        self._set_to: Instant | None = None
        self.settable = settable

    @property
    def is_set(self) -> bool:
        """Whether a settable clock replaced the source."""
        return self._set_to is not None

    def now(self) -> Instant:
        """The source's instant, or the one that was set."""
        return self._source() if self._set_to is None else self._set_to

    def set(self, instant: Instant) -> None:
        """Make `now` answer `instant` from here on.

        Raises:
            PermissionError: the clock is not settable (K7).
        """
        if not self.settable:
            raise PermissionError("this clock is not settable")
        self._set_to = instant
