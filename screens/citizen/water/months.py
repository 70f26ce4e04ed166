"""How the figures of a statement are written in the language on screen (W8; the glossary's section 1)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.language import money, month, number, text
from screens.citizen.card_words import printable

if TYPE_CHECKING:
    from kiosk.names import Language
    from kiosk.water.facts import MonthLine, Statement

SIGN: Final = "₼"
NONE: Final = "–"
"""What stands for a month without an invoice."""
_MOST_PLACES: Final = 3
_LONGEST: Final = 120
"""Signs of a name or an address that are shown."""


def month_short(language: Language, which: str) -> str:
    """Okt, Окт or Oct for "2026-10"."""
    return text(language, "water.months_short").split(" ")[int(which[5:7]) - 1]


def months_with_year(lines: Iterable[MonthLine]) -> set[str]:
    """Which months tell their year: the first, and every January."""
    return {line.month for index, line in enumerate(lines) if index == 0 or line.month.endswith("-01")}


def report_month(language: Language, which: str) -> str:
    """2026, oktyabr for "2026-10"."""
    return text(language, "water.report_month", year=which[:4], month=month(language, int(which[5:7])))


def places(lines: Iterable[MonthLine]) -> int:
    """How many decimals the consumptions need, so that they stand under each other: 0 to 3."""
    return min(_MOST_PLACES, max((decimals(line.consumption) for line in lines if line.consumption), default=0))


def decimals(value: Decimal) -> int:
    """How many places behind the point a number has that are not nothing."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def manat(language: Language, amount: Decimal) -> str:
    """An amount for a table's cell: two places, the sign stands in the head."""
    return number(language, amount, 2)


def with_sign(language: Language, amount: Decimal) -> str:
    """An amount by itself: 16,00 ₼."""
    return money(language, amount, SIGN)


def is_underpaid(line: MonthLine) -> bool:
    """Whether less was paid in that month than was invoiced."""
    return line.invoiced is not None and line.paid < line.invoiced


def balance(language: Language, debt: Decimal) -> tuple[str, str]:
    """Label and amount of what is owed, or of what was paid too much."""
    return text(language, "water.credit" if debt < 0 else "water.debt"), with_sign(language, abs(debt))


def services(language: Language, statement: Statement) -> str:
    """What is delivered: water, waste water, or both."""
    found = statement.subscriber
    if found.water and found.waste_water:
        return text(language, "water.kind.both")
    return text(language, "water.kind.water" if found.water else "water.kind.waste_water")


def facts(language: Language, statement: Statement) -> tuple[tuple[str, str], ...]:
    """Persons, services, meter and report month: labels and values."""
    found = statement.subscriber
    return (
        (text(language, "water.fact.persons"), str(found.persons)),
        (text(language, "water.fact.services"), services(language, statement)),
        (text(language, "water.fact.meter"), text(language, f"water.meter.{found.meter}")),
        (text(language, "water.fact.report"), report_month(language, statement.report_month)),
    )


def who_and_where(statement: Statement) -> tuple[str, str]:
    """Name and address, as far as they may be shown; a registry's text is a stranger's."""
    if statement.shown != "all":
        return "", ""
    found = statement.subscriber
    return printable(found.name, _LONGEST), printable(found.address, _LONGEST)


def subscriber_parts(language: Language, statement: Statement) -> list[str]:
    """Code, name and address, as far as they may be shown."""
    code = text(language, "water.subscriber", code=statement.subscriber.code)
    return [code, *(part for part in who_and_where(statement) if part)]
