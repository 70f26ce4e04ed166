"""The table of a statement: months with consumption, invoice and payment, their sums and what is owed (W8)."""

from __future__ import annotations

from typing import Final

from kiosk.language import number
from kiosk.water.facts import MonthLine, Statement
from screens.citizen.water import months
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

WIDTH: Final = 55
"""What its columns are made for; beyond it they move apart."""
_PAD: Final = 3
_SUMS: Final = 3
"""Hairline, sums, and what is owed."""
_HEAD: Final = 2


def months_on_a_page(height: int, count: int) -> int:
    """How many months fit with head and sums in so many rows: alike on each page."""
    room = max(1, height - 2 - _HEAD - _SUMS)
    pages = -(-count // room)
    return -(-count // pages)


class StatementTable(Drawn):
    """Right-aligned figures under a soft head; an underpaid month has its `!`, one without an invoice its months.

    The sums and what is owed stand on every page.
    """

    def __init__(self, statement: Statement, *, id: str = "table") -> None:
        super().__init__(id=id)
        self._statement = statement
        self.page = 0

    @property
    def pages(self) -> int:
        """How many pages the months take in this widget's height."""
        each = months_on_a_page(self.size.height, len(self._statement.months))
        return -(-len(self._statement.months) // each)

    def _ends(self, width: int) -> tuple[int, int, int]:
        """The columns after the last figure of consumption, invoice and payment."""
        spare = max(0, width - WIDTH)
        return 25 + spare // 3, 39 + 2 * spare // 3, width - _PAD

    def draw(self, sheet: Sheet) -> None:
        """Head, hairline, months, hairline, sums, balance; with air where there is room for it."""
        statement = self._statement
        each = months_on_a_page(sheet.height, len(statement.months))
        lines = statement.months[self.page * each : (self.page + 1) * each]
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        y = 1
        self._draw_head(sheet, y)
        self._hairline(sheet, y + 1)
        y += _HEAD
        with_year = {*months.months_with_year(statement.months), *(line.month for line in lines[:1])}
        for line in lines:
            self._draw_month(sheet, y, line, with_year=line.month in with_year)
            y += 1
        self._hairline(sheet, y)
        self._draw_sums(sheet, y + 1)
        self._draw_balance(sheet, y + (3 if sheet.height - 1 > y + 3 else 2))

    def _hairline(self, sheet: Sheet, y: int) -> None:
        sheet.text(_PAD, y, "─" * (sheet.width - 2 * _PAD), "line")

    def _figure(self, sheet: Sheet, end: int, y: int, shown: str, ink: Colour = "ink", *, bold: bool = False) -> None:
        sheet.text(end - len(shown), y, shown, ink, bold=bold)

    def _draw_head(self, sheet: Sheet, y: int) -> None:
        sheet.text(_PAD, y, self.text("water.column.month"), "soft")
        names = ("consumption", "invoiced", "paid")
        for name, end in zip(names, self._ends(sheet.width), strict=True):
            self._figure(sheet, end, y, self.text(f"water.column.{name}", sign=months.SIGN), "soft")

    def _draw_month(self, sheet: Sheet, y: int, line: MonthLine, *, with_year: bool) -> None:
        language = self.kiosk.language
        end = sheet.text(_PAD, y, months.month_short(language, line.month))
        if with_year:
            sheet.text(end + 1, y, line.month[:4], "soft")
        consumed, invoiced, paid = self._ends(sheet.width)
        if line.invoiced is None:
            # Whatever was paid in such a month stands in its own column.
            self._figure(sheet, invoiced if line.paid else paid, y, self.text("water.no_invoice"), "soft")
        else:
            self._figure(sheet, invoiced, y, months.manat(language, line.invoiced))
        if line.consumption is not None:
            shown = number(language, line.consumption, months.places(self._statement.months))
            self._figure(sheet, consumed, y, shown)
        if months.is_underpaid(line):
            self._figure(sheet, paid, y, f"! {months.manat(language, line.paid)}", "taken-ink", bold=True)
        elif line.invoiced is not None or line.paid:
            self._figure(sheet, paid, y, months.manat(language, line.paid))

    def _draw_sums(self, sheet: Sheet, y: int) -> None:
        language, statement = self.kiosk.language, self._statement
        sheet.text(_PAD, y, self.text("water.total"), bold=True)
        consumed, invoiced, paid = self._ends(sheet.width)
        shown = number(language, statement.consumption, months.places(statement.months))
        self._figure(sheet, consumed, y, shown, bold=True)
        self._figure(sheet, invoiced, y, months.manat(language, statement.invoiced), bold=True)
        self._figure(sheet, paid, y, months.manat(language, statement.paid), bold=True)

    def _draw_balance(self, sheet: Sheet, y: int) -> None:
        debt = self._statement.debt
        label, amount = months.balance(self.kiosk.language, debt)
        sheet.text(_PAD, y, label, bold=True)
        self._figure(sheet, sheet.width - _PAD, y, amount, "taken-ink" if debt > 0 else "ink", bold=True)
