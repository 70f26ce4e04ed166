"""Dates, times, money and numbers as people read them, held against CLDR's data (K2, K3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import phonenumbers
import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from kiosk.language import (
    LANGUAGES,
    Language,
    clock,
    countdown,
    day_figures,
    day_long,
    day_month,
    day_short,
    day_year,
    day_year_weekday,
    minutes_left,
    money,
    month,
    number,
    phone,
    time_left,
    time_range,
    weekday,
    weekday_short,
)

# British English, as the glossary wants it.
CLDR: dict[Language, Locale] = {"az": Locale("az"), "ru": Locale("ru"), "en": Locale("en", "GB")}
EVERY_DAY = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
MONDAY = date(2026, 11, 23)
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "long", "with_year", "whole", "figures"),
    [
        ("az", "23 noyabr, bazar ertəsi", "23 noyabr 2026", "23 noyabr 2026, bazar ertəsi", "23.11.2026"),
        (
            "ru", "23 ноября, понедельник", f"23 ноября 2026{NO_BREAK}г.",
            f"23 ноября 2026{NO_BREAK}г., понедельник", "23.11.2026",
        ),
        ("en", "Monday 23 November", "23 November 2026", "Monday 23 November 2026", "23 Nov 2026"),
    ],
)  # fmt: skip
def test_the_glossarys_dates(language: Language, long: str, with_year: str, whole: str, figures: str) -> None:
    """K2: the forms of the glossary's section 1, to the letter."""
    assert day_long(language, MONDAY) == long
    assert day_year(language, MONDAY) == with_year
    assert day_year_weekday(language, MONDAY) == whole
    assert day_figures(language, MONDAY) == figures


@pytest.mark.parametrize(("language", "short"), [("az", "6 noy"), ("ru", "6 нояб."), ("en", "6 Nov")])
def test_the_short_date(language: Language, short: str) -> None:
    """K2: as beside a centre's name."""
    assert day_short(language, date(2026, 11, 6)) == short


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_those_of_cldr(language: Language) -> None:
    """K3: every name of month and weekday, in its place and case, over a whole year."""
    locale = CLDR[language]
    for day in EVERY_DAY:
        assert day_month(language, day) == format_date(day, "d MMMM", locale)
        assert day_short(language, day) == format_date(day, "d MMM", locale)
        assert weekday(language, day) == format_date(day, "EEEE", locale)
        assert weekday_short(language, day) == format_date(day, "EEE", locale)
        assert month(language, day.month) == format_date(day, "LLLL", locale)


def test_a_clock_shows_baku() -> None:
    """K2: an instant is shown as the centres' clocks show it, over midnight too; a wall time as it stands."""
    assert clock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC)) == "10:00"
    assert clock(datetime(2026, 11, 23, 20, 59, 59, 999_000, tzinfo=UTC)) == "00:59"
    assert clock(time(9)) == "09:00"


def test_a_clock_refuses_what_names_no_instant() -> None:
    """A datetime without a zone would be shown hours off; it is refused."""
    with pytest.raises(ValueError, match="zone"):
        clock(datetime(2026, 11, 23, 6, 0))  # noqa: DTZ001 - that is the point


def test_a_range_has_no_spaces() -> None:
    """K2: 10:00–11:00 with an en dash."""
    assert time_range(time(10), datetime(2026, 11, 23, 7, tzinfo=UTC)) == "10:00–11:00"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(3600, "60:00"), (3552, "59:12"), (59.001, "1:00"), (59, "0:59"), (0.001, "0:01"), (0, "0:00"), (-5, "0:00")],
)
def test_a_countdown_ends_when_nothing_is_left(seconds: float, shown: str) -> None:
    """Q8: a begun second counts whole, so that 0:00 is not shown while the hour is still kept."""
    assert countdown(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("az", ["60 dəqiqə", "22 dəqiqə", "21 dəqiqə", "2 dəqiqə", "1:59", "0:00"]),
        ("ru", ["60 минут", "22 минуты", "21 минута", "2 минуты", "1:59", "0:00"]),
        ("en", ["60 minutes", "22 minutes", "21 minutes", "2 minutes", "1:59", "0:00"]),
    ],
)
def test_time_left_is_in_words_until_two_minutes(language: Language, shown: list[str]) -> None:
    """face.md: minutes in words, seconds only under two minutes; a begun minute counts whole."""
    seconds = (3600, 21 * 60 + 1, 21 * 60, 120, 119, 0)
    assert [time_left(language, timedelta(seconds=s)).replace(NO_BREAK, " ") for s in seconds] == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_keep_to_their_number(language: Language) -> None:
    """K2: a no-break space between a number and its unit."""
    assert minutes_left(language, timedelta(minutes=5)).startswith(f"5{NO_BREAK}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", ["0", "7", "999.5", "1234.5", "1234567.891", "-1234.5", "0.005", "2.675"])
def test_numbers_are_those_of_cldr(language: Language, value: str) -> None:
    """K3: grouping and decimal sign, as CLDR has them."""
    rounded = Decimal(value).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    theirs = format_decimal(rounded, "#,##0.00", CLDR[language], decimal_quantization=False)
    assert number(language, Decimal(value), 2) == theirs


@pytest.mark.parametrize(
    ("language", "shown"), [("az", "1.234,50 ₼"), ("ru", "1 234,50 ₼"), ("en", "1,234.50 ₼")]
)  # fmt: skip
def test_money(language: Language, shown: str) -> None:
    """K2: number first, two places, no-break spaces; AZN where the font lacks the sign."""
    assert money(language, Decimal("1234.5")) == shown.replace(" ", NO_BREAK)
    assert money(language, 5, "AZN") == f"{number(language, 5, 2)}{NO_BREAK}AZN"


@pytest.mark.parametrize("language", ["az", "ru"])
def test_money_is_that_of_cldr(language: Language) -> None:
    """K3: az and ru agree with CLDR, which has the sign ₼ in az only; English keeps the number first."""
    amount = Decimal("1234567.89")
    assert money(language, amount) == format_currency(amount, "AZN", locale=CLDR[language]).replace("AZN", "₼")


@pytest.mark.parametrize("written", ["+994502345678", "+994125051234", "+994101234567", "+994365440000"])
def test_a_phone_number_is_grouped_as_in_azerbaijan(written: str) -> None:
    """K2: +994 50 234 56 78, the same groups as libphonenumber's."""
    parsed = phonenumbers.parse(written)
    assert phone(written) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@pytest.mark.parametrize("written", ["", "+4915112345678", "050 234 56 78", "+99450234567", "+99450234567٣"])
def test_what_is_no_such_number_stands_as_it_is(written: str) -> None:
    """K2: nothing is guessed about what was not checked to be a number of Azerbaijan."""
    assert phone(written) == written
