"""Azerbaijan's public holidays and moved days off, under our own names (Q4).

The dates come from the `holidays` package, which knows articles 105 and 108 of the Labour Code and the Cabinet's swaps
until its own release; the names come from `holidays_names.csv`, because the package's are partly misspelt. Which day a
moved day off stands for is not told by the package and is worked out here the way the yearly notices count it: first
the Saturdays and Sundays that coincide with a holiday, then the days on which Ramazan or Qurban bayramı meets another
holiday. So in March 2026 the 25th and 26th stand for the 21st and 22nd, the 27th and 30th for the 20th and 21st.

The package is imported when the first year is asked for: it costs a tenth of a second, which a station's start and a
batch that never asks for a day need not pay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

from kiosk.language.formats import day_month
from kiosk.names import LANGUAGES, Names

PHRASES: Final = frozenset({"other_holiday", "moved_for", "moved", "before_holiday", "shorter", "weekly_day_off"})
"""Rows of `holidays_names.csv` that name no day of the package but are needed to say why a day is as it is."""

_MOURNING_DAY: Final = "Ümumxalq hüzn günü"
"""20 January in the package's spelling: not a holiday in the law's sense, so a weekend it falls on does not move."""

_MEETING: Final = frozenset({"Ramazan bayrami", "Qurban bayrami"})
"""The holidays, in the package's spelling, that give another day off when they meet a second holiday."""

_FARTHEST: Final = timedelta(days=14)
"""A day off never moves farther than the longest run of days off that the law allows for, with room."""

_LABEL: Final = re.compile(r"(?P<name>.+?)(?: \((?P<label>[^()]+)\))?")
_SWAPPED: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) ilə əvəz edilmişdir")
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class HolidayName:
    """One row of `holidays_names.csv`: our name for a day, or a phrase of `PHRASES`.

    `library_name` is the day's name in the `holidays` package, or None for a phrase. The phrase `moved_for` holds
    `{date}`.
    """

    key: str
    library_name: str | None
    name: Names


@dataclass(frozen=True, slots=True)
class NationalDay:
    """A date on which the whole country is off; `estimated` marks a feast whose date is not announced yet."""

    kind: Literal["public_holiday", "moved_day_off"]
    name: Names
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class NationalYear:
    """What the country's calendar says of one year.

    `worked` are the Saturdays and Sundays that the Cabinet made working days, with the day off each was swapped for
    (None where the package does not tell).
    """

    off: Mapping[date, NationalDay]
    worked: Mapping[date, date | None]


@dataclass(slots=True)
class _Found:
    """The package's answer, sorted out by what kind of entry it is."""

    holidays: dict[date, list[str]]
    moved: set[date]
    swapped: dict[date, date]
    estimated: set[date]
    worked: set[date]


def national_year(year: int, names: Sequence[HolidayName]) -> NationalYear:
    """The days off and the swapped-in working days of a year.

    Args:
        year: from 2006 on, when the present rules of moving days off came into force.
        names: our names, in the order in which two holidays of one date are named.
    """
    found = _ask(year)
    phrases = {row.key: row.name for row in names}
    off: dict[date, NationalDay] = {}
    for day, stands_for in _stands_for(found, year).items():
        name = phrases["moved"] if stands_for is None else _dated(phrases["moved_for"], stands_for)
        off[day] = NationalDay("moved_day_off", name, day in found.estimated)
    for day, written in found.holidays.items():
        name = _joined(written, names, phrases["other_holiday"])
        off[day] = NationalDay("public_holiday", name, day in found.estimated)
    swapped_for = {worked: day for day, worked in found.swapped.items()}
    worked = {day: swapped_for.get(day) for day in found.worked | swapped_for.keys() if _is_weekend(day)}
    return NationalYear(
        MappingProxyType({day: off[day] for day in sorted(off) if day.year == year}),
        MappingProxyType({day: worked[day] for day in sorted(worked) if day.year == year}),
    )


def _ask(year: int) -> _Found:
    """The package's days of a year and of the next one, whose January may swap a day with this December."""
    from holidays.countries.azerbaijan import AZ

    # the language is given, as the package otherwise follows the process's environment
    calendar = AZ(years=(year, year + 1), language="az")
    found = _Found({}, set(), {}, set(), set(calendar.weekend_workdays))
    for day in calendar:
        for written in calendar.get_list(day):
            match = _LABEL.fullmatch(written)
            name, label = (written, "") if match is None else (match["name"], match["label"] or "")
            swap = _SWAPPED.fullmatch(label)
            if "təxmini" in label:
                found.estimated.add(day)
            if swap is not None:
                found.swapped[day] = date(int(swap[3]), int(swap[2]), int(swap[1]))
            elif "müşahidə olunur" in label:
                found.moved.add(day)
            else:
                found.holidays.setdefault(day, []).append(name)
    return found


def _stands_for(found: _Found, year: int) -> dict[date, date | None]:
    """For each day off that is no holiday itself, the date for which it is off, where that can be told."""
    weekends = [date(year - 1, 12, 31), *found.holidays]
    weekends = [day for day in weekends if _is_weekend(day) and found.holidays.get(day) != [_MOURNING_DAY]]
    meetings = [day for day, names in found.holidays.items() if len(names) > 1 and _MEETING.intersection(names)]
    causes = [*sorted(weekends), *sorted(meetings)]
    # a weekday that the Cabinet swapped into work would have been such a day off itself: it uses up its cause
    replaced = {day for day in found.swapped.values() if not _is_weekend(day)}
    stands_for: dict[date, date | None] = {}
    for day in sorted(found.moved | replaced):
        cause = next((cause for cause in causes if day - _FARTHEST <= cause < day), None)
        if cause is not None:
            causes.remove(cause)
        if day in found.moved:
            stands_for[day] = cause
    stands_for.update(found.swapped)
    return stands_for


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _dated(phrase: Names, day: date) -> Names:
    return Names(*(phrase.of(language).format(date=day_month(language, day)) for language in LANGUAGES))


def _joined(written: Iterable[str], names: Sequence[HolidayName], other: Names) -> Names:
    """Our names of the package's, joined by commas; a name that we do not have yet is a public holiday without one."""
    wanted = set(written)
    ours = [row.name for row in names if row.library_name in wanted] or [other]
    return Names(*(", ".join(name.of(language) for name in ours) for language in LANGUAGES))
