"""Working days and their hours (Q4, Q5)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from kiosk.booking.calendar import EVERY_CENTRE, CalendarData, Closure, ClosureKind, WorkingDays, hours_of
from kiosk.booking.catalogue import Catalogue, Centre, Hours
from kiosk.booking.facts import Day
from kiosk.booking.public_holidays import national_year
from kiosk.booking.reference import calendar_data, catalogue, packaged
from kiosk.names import LANGUAGES, Names

ROWS = packaged()
DATA = calendar_data(ROWS)
LIBRARY_YEARS = range(2015, 2051)


def _centre(name: str, hours: dict[int, Hours]) -> Centre:
    names = Names(name, name, name)
    return Centre(name, 1, names, names, names, "baku", hours)


WHOLE = Hours(time(9), time(18))
FIVE_DAYS = _centre("five", dict.fromkeys(range(1, 6), WHOLE))
SIX_DAYS = _centre("six", dict.fromkeys(range(1, 7), WHOLE))
SATURDAY_SHORT = _centre("short-saturday", {**FIVE_DAYS.hours, 6: Hours(time(10), time(14))})


def _days(*closures: Closure, shorter_before_holiday: bool = True, confirmed_until: int = 2026) -> WorkingDays:
    centres = {centre.id: centre for centre in (SIX_DAYS, FIVE_DAYS, SATURDAY_SHORT)}
    data = CalendarData(closures, DATA.names, confirmed_until)
    return WorkingDays(Catalogue(1, {}, centres, {}), data, shorter_before_holiday=shorter_before_holiday)


def _row(kind: ClosureKind, on: str, centre: str = EVERY_CENTRE, hours: str = "", named: bool = True) -> Closure:
    opens, _, closes = hours.partition("-")
    return Closure(
        centre,
        date.fromisoformat(on),
        kind,
        time.fromisoformat(opens) if opens else None,
        time.fromisoformat(closes) if closes else None,
        Names("ad", "имя", "name") if named else None,
    )


def _day(on: str, *closures: Closure, centre: str = "six", shorter_before_holiday: bool = True) -> Day:
    days = _days(*closures, shorter_before_holiday=shorter_before_holiday)
    return days.day(centre, date.fromisoformat(on))


def test_march_2026_is_as_it_was_announced() -> None:
    """Q4: 9 March and 20 to 30 March 2026 are off, 17 days of the month in a five-day week; 31 March is worked."""
    days = _days()
    off = [day for day in range(1, 32) if not days.day("five", date(2026, 3, day)).open]
    assert off == [1, 7, 8, 9, 14, 15, *range(20, 31)]
    assert len(off) == 17
    off = [day for day in range(1, 32) if not days.day("six", date(2026, 3, day)).open]
    assert off == [1, 8, 9, 15, *range(20, 31)]


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2026-03-09", "8 mart əvəzinə istirahət günü"),
        ("2026-03-25", "21 mart əvəzinə istirahət günü"),
        ("2026-03-26", "22 mart əvəzinə istirahət günü"),
        ("2026-03-27", "20 mart əvəzinə istirahət günü"),
        ("2026-03-30", "21 mart əvəzinə istirahət günü"),
        ("2026-05-29", "28 may əvəzinə istirahət günü"),
        ("2026-11-10", "8 noyabr əvəzinə istirahət günü"),
        ("2025-11-10", "8 noyabr əvəzinə istirahət günü"),
        ("2025-11-11", "9 noyabr əvəzinə istirahət günü"),
        ("2025-03-25", "22 mart əvəzinə istirahət günü"),
        ("2025-03-27", "10 mart əvəzinə istirahət günü"),
        ("2024-06-18", "15 iyun əvəzinə istirahət günü"),
        ("2024-06-19", "16 iyun əvəzinə istirahət günü"),
        ("2024-12-30", "28 dekabr əvəzinə istirahət günü"),
        ("2025-01-03", "29 dekabr əvəzinə istirahət günü"),
        ("2024-01-03", "31 dekabr əvəzinə istirahət günü"),
        ("2025-06-27", "21 iyun əvəzinə istirahət günü"),
    ],
)
def test_a_moved_day_off_says_for_which_day(on: str, name: str) -> None:
    """Q4: first the weekend days that met a holiday, then Ramazan or Qurban meeting another; swaps by their day."""
    day = _day(on)
    assert (day.open, day.reason) == (False, "moved_day_off")
    assert day.name is not None
    assert day.name.az == name


def test_a_moved_day_off_is_named_in_three_languages() -> None:
    """Q4, K2: the date stands where no language has to inflect it, in that language's words."""
    assert _day("2026-11-10").name == (
        "8 noyabr əvəzinə istirahət günü",
        "Выходной за 8 ноября",
        "Day off for 8 November",
    )


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2026-01-01", "Yeni il bayramı"),
        ("2026-01-20", "Ümumxalq hüzn günü"),
        ("2026-03-08", "Qadınlar Günü"),
        ("2026-03-20", "Novruz bayramı, Ramazan bayramı"),
        ("2026-03-22", "Novruz bayramı"),
        ("2026-05-28", "Müstəqillik Günü, Qurban bayramı"),
        ("2026-11-08", "Zəfər Günü"),
        ("2026-11-09", "Dövlət Bayrağı Günü"),
        ("2026-12-31", "Dünya azərbaycanlılarının həmrəyliyi günü"),
        ("2027-03-09", "Ramazan bayramı"),
    ],
)
def test_a_public_holiday_is_told_by_our_own_name(on: str, name: str) -> None:
    """Q4: by name, spelt right, on a Sunday too; an estimated feast carries no mark in its name."""
    day = _day(on)
    assert (day.open, day.reason) == (False, "public_holiday")
    assert day.name is not None
    assert day.name.az == name
    assert day.opens is None


def test_every_day_of_the_package_has_our_name() -> None:
    """Q4: a new release of the package that renames a day would show as the unnamed public holiday."""
    unnamed = next(row.name for row in DATA.names if row.key == "other_holiday")
    moved = next(row.name for row in DATA.names if row.key == "moved")
    for year in LIBRARY_YEARS:
        for day, national in national_year(year, DATA.names).off.items():
            assert national.name not in (unnamed, moved), day
            assert "(" not in "".join(national.name), day


def test_the_mourning_day_does_not_move() -> None:
    """Q4: 20 January 2024 was a Saturday; the Monday after it was worked."""
    assert _day("2024-01-20").reason == "public_holiday"
    assert _day("2024-01-22").open


@pytest.mark.parametrize("on", ["2024-12-28", "2024-12-29", "2025-06-21", "2023-12-30", "2025-03-10", "2025-04-01"])
@pytest.mark.parametrize("centre", ["six", "five"])
def test_a_day_that_the_cabinet_swapped_in_is_worked(on: str, centre: str) -> None:
    """Q4: also on a Sunday, at a centre that never works then, and on what would have been a moved day off."""
    assert _day(on, centre=centre).open


def test_a_swapped_in_day_has_the_hours_of_the_day_it_stands_in_for() -> None:
    """Q4: Saturday 21 June 2025 was worked for Friday the 27th, whole; an ordinary Saturday there is short."""
    swapped = _day("2025-06-21", centre="short-saturday")
    ordinary = _day("2025-06-14", centre="short-saturday", shorter_before_holiday=False)
    assert (swapped.opens, swapped.closes) == (time(9), time(18))
    assert (ordinary.opens, ordinary.closes) == (time(10), time(14))


@pytest.mark.parametrize(("centre", "is_open"), [("six", True), ("five", False)])
def test_the_weekly_day_off_is_the_centres_own(centre: str, is_open: bool) -> None:
    """Q4: Saturday 28 November 2026 is worked where the hours say so."""
    day = _day("2026-11-28", centre=centre)
    assert day.open is is_open
    assert day.reason == (None if is_open else "weekly_day_off")
    assert (day.name is None) is is_open


def test_a_run_of_days_off_has_no_single_working_saturday_in_it() -> None:
    """Q4: 28 March 2026 lies between a Friday and a Monday that are off; a centre's own extra day opens it."""
    assert _day("2026-03-28").reason == "weekly_day_off"
    assert _day("2026-03-28", _row("extra_day", "2026-03-28", "six")).open
    assert _day("2026-03-28", _row("extra_day", "2026-03-30")).open, "the Monday is no day off any more"
    assert not _day("2026-03-28", _row("extra_day", "2026-03-30", "six")).open, "it is, for the country"


@pytest.mark.parametrize(
    ("on", "is_shortened"),
    [
        ("2026-03-07", True),  # Saturday before 8 March
        ("2026-03-06", False),  # Friday before it: not directly
        ("2026-03-19", True),
        ("2026-11-07", True),
        ("2026-12-30", True),
        ("2026-01-19", True),  # before the mourning day (article 108)
        ("2026-05-26", True),
        ("2025-06-25", True),
        ("2025-01-04", False),
        ("2024-12-29", False),  # before a moved day off
    ],
)
def test_the_working_day_before_a_holiday_ends_an_hour_earlier(on: str, is_shortened: bool) -> None:
    """Q4: directly before a public holiday or the mourning day, not before a moved day off; a setting."""
    day = _day(on)
    assert day.open
    assert day.shortened is is_shortened
    assert day.closes == (time(17) if is_shortened else time(18))
    assert (day.name is not None) is is_shortened
    without = _day(on, shorter_before_holiday=False)
    assert (without.closes, without.shortened, without.name) == (time(18), False, None)


def test_the_day_before_the_mourning_day_is_not_called_a_day_before_a_feast() -> None:
    """Glossary: 20 January is told by name only, and is no bayram."""
    assert _day("2026-01-19").name == ("qısaldılmış gün", "сокращённый день", "shorter day")
    assert _day("2026-03-19").name == ("bayram öncəsi", "перед праздником", "before a holiday")


@pytest.mark.parametrize("kind", ["public_holiday", "moved_day_off", "closure"])
@pytest.mark.parametrize("centre", [EVERY_CENTRE, "six"])
def test_a_row_of_the_file_closes_a_day_and_says_why(kind: ClosureKind, centre: str) -> None:
    """Q4: the centre's own closure, and what the calendar does not know."""
    day = _day("2026-11-25", _row(kind, "2026-11-25", centre))
    assert (day.open, day.reason, day.name) == (False, kind, ("ad", "имя", "name"))
    assert hours_of(day) == ()


def test_a_row_of_another_centre_does_not_count() -> None:
    """Q4: a closure is one centre's own."""
    assert _day("2026-11-25", _row("closure", "2026-11-25", "five")).open


def test_a_centres_own_row_goes_before_the_one_for_all() -> None:
    """Q4: all are closed, this one works; and the other way round."""
    closed, worked = _row("closure", "2026-11-25"), _row("extra_day", "2026-11-25", "six")
    assert _day("2026-11-25", closed, worked).open
    assert not _day("2026-11-25", closed, worked, centre="five").open
    closed, worked = _row("closure", "2026-11-29", "six"), _row("extra_day", "2026-11-29")
    assert not _day("2026-11-29", closed, worked).open
    assert _day("2026-11-29", closed, worked, centre="five").open


def test_an_extra_day_opens_a_holiday_and_a_moved_day_off() -> None:
    """Q4: data override the calendar; the day before an opened holiday is not shortened at that centre."""
    opened = _row("extra_day", "2026-11-09", "six", "10:00-14:00")
    day = _day("2026-11-09", opened)
    assert (day.open, day.opens, day.closes, day.shortened) == (True, time(10), time(14), False)
    assert not _day("2026-11-09", opened, centre="five").open
    assert _day("2026-11-10", _row("extra_day", "2026-11-10")).open
    assert not _day("2026-11-07", _row("extra_day", "2026-11-08", "six")).shortened


def test_an_extra_day_without_hours_has_those_of_the_nearest_weekday_before() -> None:
    """Q4: a Sunday at a centre that closes at two on Saturdays."""
    day = _day("2026-11-29", _row("extra_day", "2026-11-29"), centre="short-saturday")
    assert (day.opens, day.closes) == (time(10), time(14))
    assert _day("2026-11-29", _row("extra_day", "2026-11-29"), centre="five").closes == time(18)


def test_an_extra_day_before_a_holiday_is_shortened_unless_its_hours_are_given() -> None:
    """Q4: given hours stand as given."""
    assert _day("2026-11-08", _row("extra_day", "2026-11-08")).closes == time(17)
    assert _day("2026-11-08", _row("extra_day", "2026-11-08", hours="09:00-18:00")).closes == time(18)


def test_a_shorter_day_of_the_file_has_its_own_hours_and_name() -> None:
    """Q4: either end, both, or an hour less; before a holiday it replaces the law's hour."""
    day = _day("2026-11-25", _row("shorter_day", "2026-11-25", hours="10:00-15:00"))
    assert (day.opens, day.closes, day.shortened, day.name) == (time(10), time(15), True, ("ad", "имя", "name"))
    unnamed = _day("2026-11-25", _row("shorter_day", "2026-11-25", named=False))
    assert unnamed.closes == time(17)
    assert unnamed.name == ("qısaldılmış gün", "сокращённый день", "shorter day")
    late = _day("2026-11-25", _row("shorter_day", "2026-11-25", hours="11:00-"))
    assert (late.opens, late.closes) == (time(11), time(18))
    assert _day("2026-11-07", _row("shorter_day", "2026-11-07", hours="-16:00")).closes == time(16)


def test_a_shorter_day_does_not_open_a_day_off() -> None:
    """Q4: it says how long a day is worked, not that it is."""
    assert _day("2026-11-29", _row("shorter_day", "2026-11-29")).reason == "weekly_day_off"
    assert _day("2026-11-09", _row("shorter_day", "2026-11-09")).reason == "public_holiday"


def test_a_holiday_of_the_file_shortens_the_day_before() -> None:
    """Q4: voting days are among them (article 108)."""
    assert _day("2026-11-25", _row("public_holiday", "2026-11-26")).shortened
    assert not _day("2026-11-25", _row("closure", "2026-11-26")).shortened


def test_estimated_feasts_are_flagged_beyond_the_confirmed_year() -> None:
    """Q4: what `doctor` shows; a year that was confirmed by hand has no estimates."""
    days = _days()
    assert days.confirmed_until == 2026
    assert days.estimated(2026) == ()
    assert days.estimated(2027)[:2] == (date(2027, 3, 9), date(2027, 3, 10))
    assert date(2027, 5, 18) in days.estimated(2027), "the day off that follows from an estimate"
    assert _days(confirmed_until=2027).estimated(2027) == ()


@pytest.mark.parametrize(
    ("opens", "closes", "first", "last", "count"),
    [
        ("09:00", "18:00", 9, 17, 9),
        ("09:00", "17:00", 9, 16, 8),
        ("09:01", "18:00", 10, 17, 8),
        ("08:30", "17:30", 9, 16, 8),
        ("09:00", "17:59", 9, 16, 8),
        ("00:00", "23:59", 0, 22, 23),
        ("09:00", "10:00", 9, 9, 1),
    ],
)
def test_only_full_hours_can_be_booked(opens: str, closes: str, first: int, last: int, count: int) -> None:
    """Q5: an hour begins on the hour, not before opening, and ends by closing."""
    day = Day(date(2026, 11, 25), open=True, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    hours = hours_of(day)
    assert (hours[0], hours[-1], len(hours)) == (time(first), time(last), count)


def test_a_day_of_less_than_an_hour_has_no_hours() -> None:
    """Q5: shortening never ends before it begins."""
    tiny = _row("shorter_day", "2026-11-25", hours="09:00-09:30")
    assert hours_of(_day("2026-11-25", tiny)) == ()
    centre = _centre("half", dict.fromkeys(range(1, 7), Hours(time(9, 30), time(10))))
    days = WorkingDays(Catalogue(1, {}, {"half": centre}, {}), CalendarData((), DATA.names, 2026))
    day = days.day("half", date(2026, 3, 19))
    assert (day.opens, day.closes, hours_of(day)) == (time(9, 30), time(9, 30), ())


def test_an_unknown_centre_has_no_days() -> None:
    """Q2: the caller checks the centre first."""
    with pytest.raises(KeyError):
        _days().day("nowhere", date(2026, 11, 25))


def test_the_packaged_centres_work_six_days_by_default() -> None:
    """Q4: nothing official is known, so every hour is marked as a default."""
    known = catalogue(ROWS, 1)
    days = WorkingDays(known, DATA)
    monday = date(2026, 11, 23)
    for centre in known.centres.values():
        week = [days.day(centre.id, monday + timedelta(ahead)) for ahead in range(7)]
        assert [day.open for day in week] == [True] * 6 + [False]
        assert all(hours.is_default for hours in centre.hours.values())


def test_a_long_way_ahead_there_is_still_an_answer() -> None:
    """Q4: a settable clock may stand anywhere."""
    days = _days()
    for year in (1991, 2005, 2077, 2199):
        assert {days.day("six", date(year, 1, 1) + timedelta(ahead)).open for ahead in range(365)} == {True, False}
    assert all(days.day("six", date(2077, 3, 21)).name.of(language) for language in LANGUAGES)  # type: ignore[union-attr]
