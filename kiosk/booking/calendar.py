"""Which days a centre works, from when to when, and why not (Q4).

Two calendars meet here. The country's gives public holidays, moved days off and the Saturdays and Sundays that the
Cabinet made working days; it counts in weeks of five days. A centre's own hours give its weekly days off; most centres
work six days. They are put together so:

- What the centre's file of closures says of a date comes first, the centre's own row before one for every centre.
- A public holiday or a moved day off closes every centre, whatever its week; `extra_day` in the file opens one again.
- A Saturday or Sunday between a Friday and a Monday that are both off is off too, as a weekly day off: a run of days
  off has no single working day in it (20 to 30 March 2026 are all off, the 28th among them).
- A swapped-in Saturday or Sunday is a working day of every centre, with the hours of the day it stands in for.
- The working day directly before a public holiday or the mourning day ends one hour earlier, in six-day weeks too
  (Labour Code, article 108). Friday is not shortened for a Sunday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Literal

from kiosk.booking.catalogue import Catalogue
from kiosk.booking.facts import ClosedReason, Day
from kiosk.booking.public_holidays import HolidayName, NationalYear, national_year
from kiosk.names import Names

ClosureKind = Literal["public_holiday", "moved_day_off", "closure", "extra_day", "shorter_day"]
EVERY_CENTRE: Final = "*"

_DAY: Final = timedelta(days=1)
_FRIDAY: Final = 5
_SATURDAY: Final = 6
_MOURNING_DAY: Final = (1, 20)
_OFF: Final[Mapping[ClosureKind, ClosedReason]] = {
    "public_holiday": "public_holiday",
    "moved_day_off": "moved_day_off",
    "closure": "closure",
}


@dataclass(frozen=True, slots=True)
class Closure:
    """One row of `closures.csv`: what is different at a centre (or `EVERY_CENTRE`) on a date.

    `opens` and `closes` (wall time in Baku) go with `extra_day` and `shorter_day` and may be missing there.
    """

    centre: str
    date: date
    kind: ClosureKind
    opens: time | None = None
    closes: time | None = None
    name: Names | None = None


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What the calendar is fed with besides the centres' hours.

    `confirmed_until` is the last year whose feasts and swaps were compared with the official announcements.
    """

    closures: tuple[Closure, ...]
    names: tuple[HolidayName, ...]
    confirmed_until: int


class WorkingDays:
    """The working days of all centres of one state of the reference data.

    Args:
        catalogue: the centres with their hours.
        data: closures, names of holidays and the confirmed year.
        shorter_before_holiday: whether the working day before a public holiday ends one hour earlier.
    """

    def __init__(self, catalogue: Catalogue, data: CalendarData, *, shorter_before_holiday: bool = True) -> None:
        self._centres = catalogue.centres
        self._shorter_before_holiday = shorter_before_holiday
        self._ruling = {(row.centre, row.date): row for row in data.closures if row.kind != "shorter_day"}
        self._shorter = {(row.centre, row.date): row for row in data.closures if row.kind == "shorter_day"}
        self._names = data.names
        self._phrases = {row.key: row.name for row in data.names}
        self._years: dict[int, NationalYear] = {}
        self.confirmed_until: Final = data.confirmed_until

    def day(self, centre: str, on: date) -> Day:
        """How `centre` works on a date.

        Raises:
            KeyError: there is no such centre.
        """
        off = self._off(centre, on)
        if off is not None:
            return Day(on, open=False, reason=off[0], name=off[1])
        opens, closes = self._hours(centre, on)
        shorter = _row(self._shorter, centre, on)
        if shorter is not None:
            name = shorter.name or self._phrases["shorter"]
            if shorter.opens is None and shorter.closes is None:
                closes = _hour_earlier(opens, closes)
            opens, closes = shorter.opens or opens, shorter.closes or closes
        elif self._is_before_holiday(centre, on):
            tomorrow = on + _DAY
            is_mourning = (tomorrow.month, tomorrow.day) == _MOURNING_DAY
            name = self._phrases["shorter" if is_mourning else "before_holiday"]
            closes = _hour_earlier(opens, closes)
        else:
            return Day(on, open=True, opens=opens, closes=closes)
        return Day(on, open=True, name=name, opens=opens, closes=closes, shortened=True)

    def estimated(self, year: int) -> tuple[date, ...]:
        """The days off of a year beyond `confirmed_until` that rest on a feast whose date is only estimated."""
        if year <= self.confirmed_until:
            return ()
        return tuple(day for day, national in self._national(year).off.items() if national.estimated)

    def _off(self, centre: str, on: date) -> tuple[ClosedReason, Names | None] | None:
        """Why a date is off at a centre, or None when it is worked."""
        row = _row(self._ruling, centre, on)
        if row is not None:
            return None if row.kind not in _OFF else (_OFF[row.kind], row.name)
        national = self._national(on.year).off.get(on)
        if national is not None:
            return national.kind, national.name
        hours = self._centres[centre].hours
        if hours and on in self._national(on.year).worked:
            return None
        if on.isoweekday() not in hours or self._is_enclosed(on):
            return "weekly_day_off", self._phrases["weekly_day_off"]
        return None

    def _is_enclosed(self, on: date) -> bool:
        """Whether a Saturday or Sunday lies between a Friday and a Monday that the country has off."""
        if on.isoweekday() < _SATURDAY:
            return False
        friday = on - (on.isoweekday() - _FRIDAY) * _DAY
        return self._is_off_everywhere(friday) and self._is_off_everywhere(friday + 3 * _DAY)

    def _is_off_everywhere(self, on: date) -> bool:
        row = self._ruling.get((EVERY_CENTRE, on))
        if row is not None:
            return row.kind in ("public_holiday", "moved_day_off")
        return on in self._national(on.year).off

    def _is_before_holiday(self, centre: str, on: date) -> bool:
        """Whether the law shortens a worked date; hours that a row of the file gives stand as given."""
        row = _row(self._ruling, centre, on)
        if not self._shorter_before_holiday or (row is not None and row.closes is not None):
            return False
        off = self._off(centre, on + _DAY)
        return off is not None and off[0] == "public_holiday"

    def _hours(self, centre: str, on: date) -> tuple[time, time]:
        """Opening and closing of a worked date, before any shortening."""
        row = _row(self._ruling, centre, on)
        if row is not None and row.opens is not None and row.closes is not None:
            return row.opens, row.closes
        hours = self._centres[centre].hours
        weekday = (self._national(on.year).worked.get(on) or on).isoweekday()
        # a day off that is worked for once has no hours of its own: those of the nearest weekday before it hold
        nearest = min(hours, key=lambda known: (weekday - known) % 7)
        return hours[nearest].opens, hours[nearest].closes

    def _national(self, year: int) -> NationalYear:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = national_year(year, self._names)
        return known


def hours_of(day: Day) -> tuple[time, ...]:
    """The full hours of a day that can be booked: each hour h with opens ≤ h and h + 1:00 ≤ closes (Q5)."""
    if not day.open or day.opens is None or day.closes is None:
        return ()
    opens, closes = _minutes(day.opens), _minutes(day.closes)
    return tuple(time(hour) for hour in range(24) if opens <= hour * 60 and (hour + 1) * 60 <= closes)


def _row(rows: Mapping[tuple[str, date], Closure], centre: str, on: date) -> Closure | None:
    """A centre's own row for a date, else the one for every centre."""
    return rows.get((centre, on)) or rows.get((EVERY_CENTRE, on))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _hour_earlier(opens: time, closes: time) -> time:
    """One hour before closing, but never before opening."""
    minutes = max(_minutes(closes) - 60, _minutes(opens))
    return time(minutes // 60, minutes % 60)
