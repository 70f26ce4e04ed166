"""A list of many columns at the company's desk: it follows the database without moving the row one looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.geometry import Region

from screens.palette import Colour
from screens.widgets.sheet import Align, Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

_HEAD_ROWS: Final = 2
"""Head and hairline."""
_LEAST: Final = 12
"""What a column that grows keeps where there is no room."""
_FIRST: Final = 2
"""Columns before the first cell: the bar of the chosen row."""


class Cell(NamedTuple):
    """What stands in a column."""

    words: str
    ink: Colour = "ink"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its name, and a cell for each column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: message key of its head, its width, and when it is left out.

    Columns of the highest rank are left out first where there is no room; one that grows takes the width that is left,
    and gives of its own where there is still none.
    """

    head: str
    width: int
    rank: int = 0
    grows: bool = False
    align: Align = "left"


class DeskList(TouchArea, can_focus=False):
    """Rows under a head. A touch on one is told as `TouchArea.Touched` with its name; the arrows are the screen's."""

    def __init__(
        self, columns: Callable[[], Sequence[Column]], empty: str, *, before: str | None = None, id: str = "list"
    ) -> None:
        """Make it.

        Args:
            columns: asked at each drawing, so that widths follow the language.
            empty: message key of what is said when there are no rows.
            before: message key of what is said, in place of the head, before anything was asked; None: nothing.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._columns = columns
        self._empty = empty
        self._before = before
        self._lines: tuple[Line, ...] = ()
        self._place = 0
        self._top = 0
        self.known = False
        """Whether rows were shown at all: before that nothing is said to be empty."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All rows."""
        return self._lines

    @property
    def chosen(self) -> str | None:
        """The name of the row that Enter opens."""
        return self._lines[self._place].name if self._lines else None

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(1, self.size.height - _HEAD_ROWS)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these rows; the chosen one stays chosen, and where it stood. When it is gone, what follows it is."""
        before, depth = self.chosen, self._place - self._top
        self._lines, self.known = tuple(lines), True
        names = [line.name for line in self._lines]
        if before in names:
            self._place = names.index(before)
        self._place = max(0, min(self._place, len(names) - 1))
        self._top = max(0, min(self._place - depth, len(names) - self.page))
        self._in_sight()
        self.refresh()

    def cut_words(self) -> str:
        """The chosen row's first cell where it is wider than the list; else nothing."""
        words = self._lines[self._place].cells[0].words if self._lines else ""
        return words if cell_len(words) > self.size.width - _FIRST > 0 else ""

    def show_nothing(self) -> None:
        """No rows, and no word about it: nothing was searched for."""
        self.show(())
        self.known = False

    def to_top(self) -> None:
        """Choose the first row: something else was searched for."""
        self._place = self._top = 0
        self.refresh()

    def choose(self, name: str) -> None:
        """Choose a row."""
        names = [line.name for line in self._lines]
        if name in names:
            self._place = names.index(name)
            self._in_sight()
            self.refresh()

    def move(self, key: str) -> None:
        """Choose another row by an arrow or a page key."""
        step = self.page if key.startswith("page") else 1
        self._place += step if key.endswith("down") else -step
        self._place = max(0, min(self._place, len(self._lines) - 1))
        self._in_sight()
        self.refresh()

    def _in_sight(self) -> None:
        self._top = max(0, min(max(self._top, self._place - self.page + 1), self._place))

    @property
    def aside(self) -> str:
        """Which rows are in sight, while there are more than room."""
        if len(self._lines) <= self.page:
            return ""
        return f"{self._top + 1}–{min(len(self._lines), self._top + self.page)} / {len(self._lines)}"

    def _seen(self) -> Sequence[Line]:
        return self._lines[self._top : self._top + self.page]

    def spots(self) -> Sequence[Spot]:
        """The rows in sight."""
        return [
            Spot(line.name, Region(0, _HEAD_ROWS + row, self.size.width, 1), "canvas")
            for row, line in enumerate(self._seen())
        ]

    def _laid(self, width: int) -> list[tuple[int, int, int]]:
        """Place in the row, first cell and width of each column for which there is room."""
        columns = list(enumerate(self._columns()))
        room = width - _FIRST
        while sum(column.width + 1 for _, column in columns) > room + 1 and any(c.rank for _, c in columns):
            worst = max(columns, key=lambda pair: pair[1].rank)
            columns.remove(worst)
        spare = room + 1 - sum(column.width + 1 for _, column in columns)
        growing = [place for place, column in columns if column.grows]
        laid, x = [], _FIRST
        for place, column in columns:
            wide = max(_LEAST, column.width + spare) if growing[:1] == [place] else column.width
            laid.append((place, x, min(wide, width - x)))
            x += wide + 1
        return laid

    def draw(self, sheet: Sheet) -> None:
        """Head, hairline, rows; a bar and a tint say which is chosen."""
        width = sheet.width
        if not self.known and self._before is not None:
            for row, text in enumerate(wrap(self.text(self._before), width, sheet.height)):
                sheet.put(0, row, width, text, "soft")
            return
        columns = self._columns()
        laid = self._laid(width)
        for place, x, wide in laid:
            column = columns[place]
            sheet.put(x, 0, wide, self.text(column.head) if column.head else "", "soft", align=column.align)
        aside = self.aside
        sheet.text(0, 1, "─" * width, "line")
        if aside:
            sheet.put(0, 1, width, f" {aside}", "soft", align="right")
        if not self._lines and self.known:
            for row, text in enumerate(wrap(self.text(self._empty), width - _FIRST, 3)):
                sheet.put(_FIRST, _HEAD_ROWS + row, width - _FIRST, text, "soft")
        for row, line in enumerate(self._seen(), _HEAD_ROWS):
            chosen = self._top + row - _HEAD_ROWS == self._place
            if chosen:
                sheet.cursor(row)
            for place, x, wide in laid:
                cell = line.cells[place]
                ink: Colour = "ink" if chosen and cell.ink == "soft" else cell.ink
                sheet.put(x, row, wide, cell.words, ink, bold=cell.bold, align=columns[place].align)
