"""The figures on the counter's screen: numbers, charts, periods, the file (C7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.care import sticks as stick_room
from kiosk.hall import figures_csv
from kiosk.hall.queue_facts import DayFigures
from kiosk.language import LANGUAGES
from screens.counter.figures import export
from screens.counter.figures.chart import BAR, MARK, Plot, plot_of, plotted, ticks
from screens.counter.figures.export import ExportScreen
from screens.counter.figures.period import UNITS, Period
from screens.counter.figures.screen import FiguresScreen
from screens.palette import THEMES
from tests.kiosk.hall.invented_hall import DAYS
from tests.screens.counter.counter_face import COUNTER, NARROW, SIZES, SMALL, CounterFace
from tests.screens.counter.figures.conftest import OpenFigures
from tests.screens.counter.test_looks import nothing_overlaps
from tests.stations import CENTRE, Trial

CUT = "…"


def screen_of(face: CounterFace) -> FiguresScreen:
    """The screen under test."""
    screen = face.screen
    assert isinstance(screen, FiguresScreen)
    return screen


def found_by(face: CounterFace) -> DayFigures:
    """What it shows."""
    found = screen_of(face).numbers.found
    assert found is not None
    return found


async def test_today_is_shown_first(hall: Trial, at_figures: OpenFigures) -> None:
    """C7: the numbers of the own centre, a chart of people and one of waiting."""
    async with at_figures() as face:
        today = face.app.now().date()
        found = found_by(face)
        assert (found.first, found.last, found.centre) == (today, today, CENTRE)


async def test_periods_and_centres_are_a_key_each(hall: Trial, at_figures: OpenFigures) -> None:
    """C7: earlier, later, today, day to year, one centre or all; each shows what the station counts."""
    async with at_figures() as face:
        screen = screen_of(face)

        async def shows(first: date, last: date, centre: str | None) -> None:
            await face.until(lambda: screen.numbers.found is not None)
            await face.settle()
            assert found_by(face) == hall.station.figures.of(first, last, centre or "*")

        await face.press("left", "left")
        assert screen.period is not None
        await shows(DAYS[-1], DAYS[-1], CENTRE)
        await face.press("right")
        assert screen.period.first == date(2026, 11, 19)
        await face.press("left", "f2")
        await shows(DAYS[0], date(2026, 11, 22), CENTRE)
        await face.press("f3")
        await shows(DAYS[0], date(2026, 11, 22), None)
        assert face.app.text("figures.all_centres") in face.shown
        await face.press("f2", "f2", "f3")
        await shows(date(2026, 1, 1), date(2026, 12, 31), CENTRE)
        await face.press("home", "f2")
        assert screen.period.unit == "day"
        assert screen.period.first == face.app.now().date()


@pytest.mark.parametrize(
    ("size", "language"),
    [
        # Each size and each language once in the first tier, the other pairs in the second.
        pytest.param(size, language, marks=() if (at - place) % 3 == 0 else pytest.mark.long)
        for at, size in enumerate(SIZES)
        for place, language in enumerate(LANGUAGES)
    ]
    # the longest words in the narrowest terminal
    + [(NARROW, "ru"), *(pytest.param(NARROW, language, marks=pytest.mark.long) for language in ("az", "en"))],
)
async def test_all_of_it_is_whole(at_figures: OpenFigures, size: tuple[int, int], language: Any) -> None:
    """K2, K3: no label and no key is cut, nothing overlaps, every number is in sight; the chart has bars and marks."""
    async with at_figures(size, language) as face:
        await face.press("f2")
        await face.until(lambda: screen_of(face).numbers.found is not None)
        await face.settle()
        found = found_by(face)
        for page in range(4):
            nothing_overlaps(face)
            keys: Any = face.widget("#keys")
            assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
            if size == COUNTER:
                # two rows with air over, between and below, and their keys below one another
                columns = {spot.region.x for spot in keys.spots() if spot.region.y == 1}
                assert {spot.region.x for spot in keys.spots() if spot.region.y == 3} <= columns
                assert {spot.region.y for spot in keys.spots()} == {1, 3} and keys.size.height == 5
            assert [line for line in face.lines()[3:] if CUT in line] == []
            if page == 0 or size == COUNTER:
                for name in ("booked", "never_came", "no_show"):
                    assert face.app.text(f"figures.{name}") in face.shown
                assert str(found.booked) in face.shown
            if page or size not in (SMALL, NARROW):
                assert MARK in face.shown
            await face.press("f4")
        await face.press("f5")
        nothing_overlaps(face)
        assert [line for line in face.lines()[3:] if CUT in line] == []


@pytest.mark.parametrize("theme", [THEMES[-1], *(pytest.param(theme, marks=pytest.mark.long) for theme in THEMES[:-1])])
async def test_the_chart_is_read_without_colour(at_figures: OpenFigures, theme: Any) -> None:
    """face.md: bars are areas, marks are diamonds beside them; a key says which is which."""
    async with at_figures() as face:
        await face.press("f2")
        await face.until(lambda: screen_of(face).numbers.found is not None)
        face.app.theme = theme
        await face.settle()
        for name in ("arrived", "served", "median", "ninth_decile"):
            assert face.app.text(f"figures.chart.{name}") in face.shown
        assert face.shown.count(MARK) > 2


async def test_a_day_that_is_not_over_follows(hall: Trial, at_figures: OpenFigures) -> None:
    """C7: what others do is counted without a key."""
    async with at_figures() as face:
        screen = screen_of(face)
        await face.press("right")
        await face.until(lambda: screen.numbers.found is not None)
        assert found_by(face).booked == 0
        hall.hold("2026-11-21 10:00")
        await face.until(lambda: found_by(face).booked == 1)


async def test_who_lost_the_right_sees_nothing(hall: Trial, at_figures: OpenFigures) -> None:
    """C6: the right is asked of the database at each count, not only when the screen was opened."""
    async with at_figures() as face:
        hall.change("UPDATE staff SET rights = ''")
        await face.press("f3")
        await face.until(lambda: face.app.text("figures.not_allowed").split("\n")[0] in face.shown)
        assert screen_of(face).numbers.found is None


async def test_the_file_goes_where_one_says(
    hall: Trial, at_figures: OpenFigures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7: this computer or a stick; the same lines as the command's."""
    stick = tmp_path / "STICK"
    stick.mkdir()
    monkeypatch.setattr(export, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(export, "sticks", lambda: (stick,))
    async with at_figures() as face:
        await face.press("left", "left", "f5")
        assert face.is_on(ExportScreen)
        await face.press("enter")
        name = f"figures-{CENTRE}-{DAYS[-1].isoformat()}.csv"
        on_the_stick = face.app.text("figures.export.saved", file=name).split("\n")[0]
        assert name in face.shown
        assert on_the_stick not in face.shown
        await face.press("down", "enter")
        assert stick.name in face.shown
        assert on_the_stick in face.shown
        await face.press("escape")
        assert face.is_on(FiguresScreen)
    lines = "".join(figures_csv.lines(hall.station.figures, DAYS[-1], DAYS[-1]))
    for folder in (tmp_path / "state" / "figures", stick):
        assert (folder / name).read_bytes().decode() == lines
    assert stick_room.sticks((tmp_path / "nowhere",)) == ()


@pytest.mark.long
async def test_a_full_stick_is_told(at_figures: OpenFigures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: what could not be written is said, and asked for again by the same key."""
    (tmp_path / "state").write_text("a file where the folder should be")
    monkeypatch.setattr(export, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(export, "sticks", lambda: ())
    async with at_figures() as face:
        await face.press("f5", "enter")
        assert face.app.text("figures.export.failed").split("\n")[0] in face.shown


@pytest.mark.parametrize("unit", UNITS)
def test_periods_are_whole_and_lie_beside_each_other(unit: Any) -> None:
    """C7: nothing is left out between two of them, over a leap year and a year's turn."""
    period = Period.around(unit, date(2028, 2, 29))
    for _ in range(20):
        later = period.later()
        assert (later.first - period.last).days == 1
        assert later.earlier() == period
        assert period.first <= period.last
        period = later
    assert (period.last - period.first).days < 366


def test_a_period_is_read_as_dates_are_written() -> None:
    """Glossary, section 1: the year within the date; a range without spaces, where its parts have none."""
    day, week = Period.around("day", date(2026, 11, 23)), Period.around("week", date(2026, 11, 23))
    assert day.words("az") == "23 noyabr 2026, bazar ertəsi"
    assert day.words("ru") == "23 ноября 2026\u00a0г., понедельник"
    assert day.words("en") == "Monday 23 November 2026"
    assert week.words("az") == week.words("ru") == "23.11.2026–29.11.2026"
    assert week.words("en") == "23 Nov 2026 – 29 Nov 2026"


def test_a_period_turns_around_today_or_its_first_day() -> None:
    """C7: from a day of today's week to that week; from an older month to its year."""
    today = date(2026, 11, 23)
    assert Period.around("day", today).turned(today) == Period("week", today, date(2026, 11, 29))
    assert Period.around("year", date(2025, 5, 5)).turned(today) == Period("day", date(2025, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 9, 21, 99, 1001, 12_458])
def test_ticks_are_few_and_reach_the_highest(highest: int) -> None:
    """The axis begins at 0, in steps of 1, 2 or 5 times a power of ten."""
    found = ticks(highest)
    assert found[0] == 0 and found[-1] >= max(1, highest)
    assert len(found) <= 5
    assert str(found[1] - found[0]).rstrip("0") in ("1", "2", "5")


def test_bars_are_as_high_as_their_numbers() -> None:
    """The library's picture: equal widths, heights in proportion, a mark beside each bar, hours below."""
    lines = plotted(Plot(9, (0, 10, 20), (20, 0, None)), 40, 10, "en")
    columns = list(zip(*(line.ljust(40) for line in lines), strict=False))
    bars = [column.count(BAR) for column in columns if BAR in column]
    heights = sorted(set(bars))
    assert len(heights) == 2 and heights[1] == 20 and abs(heights[0] - 10) <= 1
    assert bars.count(heights[0]) == bars.count(heights[1]) > 1
    assert "".join(lines).count(MARK) == 2
    assert lines[0].count(MARK) == 1
    assert lines[-1].split() == ["9", "10", "11"]


def test_24_hours_fit_into_the_narrowest_chart() -> None:
    """A centre that works at night: every bar keeps its column."""
    lines = plotted(Plot(0, tuple(range(24)), tuple(range(24))), 55, 8, "az")
    bars = {x for line in lines for x, sign in enumerate(line) if sign == BAR}
    assert len(bars) == 23
    assert max(map(len, lines)) <= 55


@pytest.mark.long
async def test_nothing_in_a_period_is_said(at_figures: OpenFigures) -> None:
    """C7: an empty day has no chart, and says so."""
    async with at_figures() as face:
        screen = screen_of(face)
        await face.press("f2", "f2", "f2", "right")
        await face.until(lambda: screen.numbers.found is not None)
        await face.settle()
        assert plot_of(found_by(face), "people") is None
        assert face.app.text("figures.chart.nothing") in face.shown
