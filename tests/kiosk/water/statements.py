"""Statements for tests of certificates: twelve months over a year's end, one of them without an invoice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from kiosk.water.facts import MonthLine, Shown, Statement, Subscriber
from tests.stations import START, moment

SUBSCRIBER: Final = Subscriber(
    "1204587", "population", "5AB1C2D", "Aygün", "Nümunəyeva", "Misal qızı", "Bakı, Nəsimi r., Misal küç. 12, m. 34",
    4, True, True, "mechanical", "active", False,
)  # fmt: skip
MONTHS: Final = ("2025-11", "2025-12", *(f"2026-{number:02d}" for number in range(1, 11)))
WITHOUT: Final = "2026-09"


def statement(debt: str = "16.00", shown: Shown = "all", litres: int = 12_000, **subscriber: Any) -> Statement:
    """A statement with invoices of 1234.50 and payments of 14.00 a month; `litres` of consumption each."""
    lines = tuple(
        MonthLine(month, None, None, Decimal("0.00"))
        if month == WITHOUT
        else MonthLine(month, Decimal(litres) / 1000, Decimal("1234.50"), Decimal("14.00"))
        for month in MONTHS
    )
    whose = replace(SUBSCRIBER, **subscriber)
    if shown == "figures":
        whose = replace(whose, given_name="", surname="", patronymic="", address="", fin="")
    return Statement(whose, shown, lines, MONTHS[-1], Decimal(debt), moment(START))
