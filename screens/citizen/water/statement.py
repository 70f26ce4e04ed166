"""The statement of twelve months (W8; face.md, `14-water`): subscriber and facts, table left, charts right.

In large type the same stands on pages one after another: the facts, the table, the charts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.water.facts import Statement
from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water import months
from screens.citizen.water.charts import StatementCharts
from screens.citizen.water.page_column import WIDTH as COLUMN_WIDTH
from screens.citizen.water.page_column import PageColumn
from screens.citizen.water.table import StatementTable, months_on_a_page
from screens.frame import Frame, columns
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_HEAD_ROWS: Final = 3
_TURN: Final = {"pageup": -1, "pagedown": 1}


class StatementHead(Drawn):
    """Title behind the accent bar; below it code, name and address, in two lines where they need them."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(id="head")
        self._statement = statement

    def draw(self, sheet: Sheet) -> None:
        """In large type there is room for the title alone, with the code at its right."""
        parts = months.subscriber_parts(self.kiosk.language, self._statement)
        lines = wrap(" · ".join(parts), sheet.width - 2, sheet.height - 1) if sheet.height > 1 else []
        for row in range(1 + len(lines)):
            sheet.text(0, row, "▌", "accent")
        aside = "" if lines else parts[0]
        sheet.put(2, 0, sheet.width - 4 - len(aside), self.text("water.statement.title"), bold=True)
        sheet.put(2, 0, sheet.width - 2, aside, "soft", align="right")
        for row, line in enumerate(lines, start=1):
            sheet.put(2, row, sheet.width - 2, line, "soft")


class StatementFacts(Drawn):
    """Persons, services, meter and report month in one line: soft labels, bold values."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(id="facts")
        self._statement = statement

    def draw(self, sheet: Sheet) -> None:
        """Apart by five columns, by fewer where the words are long."""
        found = months.facts(self.kiosk.language, self._statement)
        taken = sum(len(label) + 2 + len(value) for label, value in found)
        gap = max(1, min(5, (sheet.width - taken) // (len(found) - 1)))
        x = 0
        for label, value in found:
            x = sheet.text(x, 0, label, "soft")
            x = sheet.text(x + 2, 0, value, bold=True) + gap


class FactsPage(Drawn):
    """The first page in large type: everything but the months, one under another."""

    _LABEL: Final = 20

    def __init__(self, statement: Statement) -> None:
        super().__init__(id="facts-page")
        self._statement = statement

    def draw(self, sheet: Sheet) -> None:
        """Labels left, values beside them; long ones in as many lines as they need."""
        language, statement = self.kiosk.language, self._statement
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        found = statement.subscriber
        rows = [(self.text("water.fact.code"), found.code)]
        name, address = months.who_and_where(statement)
        rows += [(self.text("water.fact.name"), name), (self.text("water.fact.address"), address)]
        rows += months.facts(language, statement)
        room = sheet.width - self._LABEL - 4
        label, amount = months.balance(language, statement.debt)
        drawn = [(head, wrap(value, room, 3), False) for head, value in rows if value]
        drawn.append((label, [amount], statement.debt > 0))
        y = 1
        for head, lines, alarming in drawn:
            sheet.put(2, y, self._LABEL - 1, head, "soft")
            for line in lines:
                sheet.put(2 + self._LABEL, y, room, line, "taken-ink" if alarming else "ink", bold=True)
                y += 1


class StatementScreen(AnsweringScreen):
    """Shows a statement; ends with `Chosen("certificate" | "pay")`, or `Back`."""

    HAS_MAIN = True
    HAS_SECOND = True
    HAS_QUESTION = False
    MAIN_WIDTH_LARGE = 17

    def __init__(self, statement: Statement, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.statement = statement
        self.head = StatementHead(statement)
        self.facts = StatementFacts(statement)
        self.facts_page = FactsPage(statement)
        self.table = StatementTable(statement)
        self.charts = StatementCharts(statement)
        self.turn = PageColumn(lambda: (self.page, self.pages))
        self.page = 0
        """Which page is shown in large type: facts, the table's pages, charts."""

    def title_words(self) -> str:
        """What it is; the head says it here."""
        return self.text("water.statement.title")

    def compose_answer(self) -> Iterable[Widget]:
        """Nothing of it but the pages' buttons is touched."""
        return [self.turn, self.head, self.facts, self.facts_page, self.table, self.charts]

    def _table_pages(self, height: int) -> int:
        count = len(self.statement.months)
        return -(-count // months_on_a_page(height, count))

    @property
    def pages(self) -> int:
        """How many pages there are in this layout."""
        frame = self.frame
        return 2 + self._table_pages(self._large_area(frame).height) if frame.large else 1

    @staticmethod
    def _large_area(frame: Frame) -> Region:
        """From right below the title to the footer."""
        top = frame.header.bottom + 2
        return Region(frame.left, top, frame.width, frame.footer.y - 1 - top)

    def places(self, size: Size) -> Placed:
        """The head begins a row higher than a question, for the sake of the charts."""
        yield from super().places(size)
        frame = self.frame
        top = frame.header.bottom + 1
        yield self.head, Region(frame.left, top, frame.width, 1 if frame.large else _HEAD_ROWS)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Facts over table and charts; in large type one page and what turns it."""
        if frame.large:
            yield from self._place_page(self._large_area(frame))
            return
        top = frame.header.bottom + 1 + _HEAD_ROWS
        yield self.facts, Region(area.x, top, area.width, 1)
        bottom = frame.footer.y - 2 if frame.size.height > 34 else frame.footer.y - 1
        two = columns(area.width, 2, 2)
        for widget, (x, width) in zip((self.table, self.charts), two, strict=True):
            yield widget, Region(area.x + x, top + 2, width, bottom - top - 2)

    def _place_page(self, area: Region) -> Placed:
        body = Region(area.x, area.y, area.width - COLUMN_WIDTH - 2, area.height)
        pages = 2 + self._table_pages(body.height)
        self.page = min(self.page, pages - 1)
        if self.page == 0:
            yield self.facts_page, body
        elif self.page == pages - 1:
            yield self.charts, body
        else:
            self.table.page = self.page - 1
            yield self.table, body
        yield self.turn, Region(body.right + 2, area.y, COLUMN_WIDTH, area.height)

    def on_mount(self) -> None:
        """What can be done with it."""
        if self._notice is None:
            self._say_what_next()

    def _say_what_next(self) -> None:
        prints = self.kiosk.station.has_printer
        key = "water.statement.next" if prints else "water.statement.to_mail"
        self.tell_words(lambda: "" if self.kiosk.large else self.text(key))

    def write(self) -> None:
        """The certificate, and the way to pay where something is owed."""
        super().write()
        self.set_main(self.text("button.certificate"))
        self.set_second(self.text("button.pay_debt") if self.statement.debt > 0 else "")

    def on_resize(self) -> None:
        """The roomy layout has all pages on one."""
        if not self.frame.large:
            self.page = self.table.page = 0

    def on_key(self, event: events.Key) -> None:
        """Page keys turn the pages."""
        if event.key in _TURN:
            event.stop()
            self.turn_page(_TURN[event.key])

    @on(PageColumn.Turned)
    def _page_turned(self, event: PageColumn.Turned) -> None:
        event.stop()
        self.turn_page(event.by)

    def turn_page(self, by: int) -> None:
        """Show the page so many after this one, as far as there is one."""
        page = max(0, min(self.page + by, self.pages - 1))
        if page != self.page:
            self.page = page
            self.table.page = max(0, min(page - 1, self._table_pages(self._large_area(self.frame).height) - 1))
            self.table.refresh()
            self.turn.refresh()
            self.place_anew()

    def go_on(self) -> None:
        """The certificate."""
        self.answer(Chosen("certificate"))

    def do_second(self) -> None:
        """Pay what is owed."""
        self.answer(Chosen("pay"))
