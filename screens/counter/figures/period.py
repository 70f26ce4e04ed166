"""The period whose figures are shown: a day, a week, a month or a year, one step earlier or later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from kiosk.language import day_figures, day_year_weekday, month
from kiosk.names import Language

Unit = Literal["day", "week", "month", "year"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
_WEEK: Final = 7
_YEARS: Final = range(1971, 9999)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    unit: Unit
    first: date
    last: date

    @classmethod
    def around(cls, unit: Unit, day: date) -> Period:
        """The period of that unit in which a day lies."""
        match unit:
            case "day":
                return cls(unit, day, day)
            case "week":
                monday = day - timedelta(days=day.weekday())
                return cls(unit, monday, monday + timedelta(days=_WEEK - 1))
            case "month":
                first = day.replace(day=1)
                return cls(unit, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
            case _:
                return cls(unit, day.replace(month=1, day=1), day.replace(month=12, day=31))

    def earlier(self) -> Period:
        """The one before it."""
        return self._beside(self.first - timedelta(days=1))

    def later(self) -> Period:
        """The one after it."""
        return self._beside(self.last + timedelta(days=1))

    def _beside(self, day: date) -> Period:
        return Period.around(self.unit, day) if day.year in _YEARS else self

    def turned(self, today: date) -> Period:
        """The next unit: around today where today lies in this one, else around its first day."""
        unit = UNITS[(UNITS.index(self.unit) + 1) % len(UNITS)]
        return Period.around(unit, today if self.first <= today <= self.last else self.first)

    def words(self, language: Language) -> str:
        """As it is read: 23 noyabr 2026, bazar ertəsi; 16.11.2026–22.11.2026; noyabr 2026; 2026."""
        match self.unit:
            case "day":
                return day_year_weekday(language, self.first)
            case "week":
                # A dash between words with spaces of their own has air too, or it would bind the innermost ones.
                dash = " – " if language == "en" else "–"
                return f"{day_figures(language, self.first)}{dash}{day_figures(language, self.last)}"
            case "month":
                return f"{month(language, self.first.month)} {self.first.year}"
            case _:
                return str(self.first.year)
