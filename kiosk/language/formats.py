"""Dates, times, money and counts as people read them (K2; the glossary's section 1).

The tables are written out, since loading CLDR's through Babel at every start of a station costs more than all of
this; the tests hold them against Babel's. Everything here is for display only and none of it goes back into a rule.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from kiosk.clock import baku
from kiosk.language.messages import plural
from kiosk.names import Language

_NO_BREAK = "\N{NO-BREAK SPACE}"

_MONTHS: dict[Language, tuple[str, ...]] = {
    "az": (
        "yanvar", "fevral", "mart", "aprel", "may", "iyun",
        "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr",
    ),
    "ru": (
        "январь", "февраль", "март", "апрель", "май", "июнь",
        "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
"""Months by themselves, as in a head."""

_MONTHS_IN_DATE: dict[Language, tuple[str, ...]] = {
    "az": _MONTHS["az"],
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "en": _MONTHS["en"],
}  # fmt: skip
"""Months after a day: the genitive in ru."""

_MONTHS_SHORT: dict[Language, tuple[str, ...]] = {
    "az": ("yan", "fev", "mar", "apr", "may", "iyn", "iyl", "avq", "sen", "okt", "noy", "dek"),
    "ru": (
        "янв.", "февр.", "мар.", "апр.", "мая", "июн.",
        "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.",
    ),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
}  # fmt: skip

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "az": ("bazar ertəsi", "çərşənbə axşamı", "çərşənbə", "cümə axşamı", "cümə", "şənbə", "bazar"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_WEEKDAYS_SHORT: dict[Language, tuple[str, ...]] = {
    "az": ("B.e.", "Ç.a.", "Ç.", "C.a.", "C.", "Ş.", "B."),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}

_GROUP_AND_POINT: dict[Language, tuple[str, str]] = {"az": (".", ","), "ru": (_NO_BREAK, ","), "en": (",", ".")}


def month(language: Language, number: int) -> str:
    """The name of month 1 to 12 standing by itself: noyabr, ноябрь, November."""
    return _MONTHS[language][number - 1]


def weekday(language: Language, day: date) -> str:
    """The day of the week: bazar ertəsi, понедельник, Monday."""
    return _WEEKDAYS[language][day.weekday()]


def weekday_short(language: Language, day: date) -> str:
    """The day of the week for narrow columns: B.e., пн, Mon."""
    return _WEEKDAYS_SHORT[language][day.weekday()]


def day_month(language: Language, day: date) -> str:
    """Day and month: 23 noyabr, 23 ноября, 23 November."""
    return f"{day.day} {_MONTHS_IN_DATE[language][day.month - 1]}"


def day_short(language: Language, day: date) -> str:
    """Day and month for narrow places: 6 noy, 6 нояб., 6 Nov."""
    return f"{day.day} {_MONTHS_SHORT[language][day.month - 1]}"


def day_long(language: Language, day: date) -> str:
    """23 noyabr, bazar ertəsi; 23 ноября, понедельник; Monday 23 November."""
    return _with_weekday(language, day, day_month(language, day))


def day_year(language: Language, day: date) -> str:
    """23 noyabr 2026, 23 ноября 2026 г., 23 November 2026."""
    year = f"{day.year}{_NO_BREAK}г." if language == "ru" else f"{day.year}"
    return f"{day_month(language, day)} {year}"


def day_year_weekday(language: Language, day: date) -> str:
    """23 noyabr 2026, bazar ertəsi; 23 ноября 2026 г., понедельник; Monday 23 November 2026."""
    return _with_weekday(language, day, day_year(language, day))


def _with_weekday(language: Language, day: date, written: str) -> str:
    if language == "en":
        return f"{weekday(language, day)} {written}"
    return f"{written}, {weekday(language, day)}"


def day_figures(language: Language, day: date) -> str:
    """For tables: 23.11.2026, in English 23 Nov 2026."""
    return f"{day_short(language, day)} {day.year}" if language == "en" else f"{day:%d.%m.%Y}"


def clock(moment: datetime | time) -> str:
    """HH:MM on the centres' wall clocks, the same in every language.

    Raises:
        ValueError: a datetime without a zone, which names no instant.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a datetime without a zone names no instant")
        moment = moment.astimezone(baku()).time()
    return f"{moment:%H:%M}"


def time_range(start: datetime | time, end: datetime | time) -> str:
    """10:00–11:00, without spaces."""
    return f"{clock(start)}–{clock(end)}"


def _whole_seconds(left: timedelta) -> int:
    """Seconds left, a begun one counted whole, so that 0 is shown only when nothing is left."""
    return max(0, math.ceil(left / timedelta(seconds=1)))


def countdown(left: timedelta) -> str:
    """59:12, minutes and seconds left; 0:00 when none are."""
    minutes, seconds = divmod(_whole_seconds(left), 60)
    return f"{minutes}:{seconds:02}"


def minutes_left(language: Language, left: timedelta) -> str:
    """12 dəqiqə, 12 минут, 12 minutes; a begun minute counts whole."""
    return plural(language, "time.minutes", -(-_whole_seconds(left) // 60))


def time_left(language: Language, left: timedelta) -> str:
    """Minutes in words, and minutes with seconds in figures when under two of them are left: 12 dəqiqə, 1:45."""
    return countdown(left) if left < timedelta(minutes=2) else minutes_left(language, left)


def number(language: Language, value: Decimal | int, places: int = 0) -> str:
    """1.234,50 in az, 1 234,50 in ru, 1,234.50 in en; half of the last place rounds away from zero."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    group, point = _GROUP_AND_POINT[language]
    return f"{rounded:,.{places}f}".translate(str.maketrans(",.", group + point))


def money(language: Language, amount: Decimal | int, sign: str = "₼") -> str:
    """1.234,50 ₼: manats with two places, the sign last; `sign` is AZN where the font lacks ₼."""
    return f"{number(language, amount, 2)}{_NO_BREAK}{sign}"


def phone(written: str) -> str:
    """+994502345678 as +994 50 234 56 78; a number of another country, or one that is no such number, as it stands."""
    national = written.removeprefix("+994")
    if national == written or len(national) != 9 or not (national.isascii() and national.isdigit()):
        return written
    return " ".join(("+994", national[:2], national[2:5], national[5:7], national[7:]))
