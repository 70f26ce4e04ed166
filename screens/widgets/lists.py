"""Lists that are turned by pages, never scrolled: rows under headings, cards in two columns, and a short menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region
from textual.message import Message

from screens.frame import columns
from screens.palette import Colour
from screens.widgets.sheet import Sheet, fit, wrap
from screens.widgets.touch_area import Spot, TouchArea

ROW_HEIGHT: Final = 3
CARD_HEIGHT: Final = 4
"""A card is a half-row box: three rows to the eye."""

MORE: Final = "▼"
"""The name of a menu's entry that turns its page."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose: bold name, a soft line below (cards, large type), a fact at the right."""

    name: str
    title: str
    line: str = ""
    fact: str = ""
    mark: str = ""
    """A word in the accent colour behind the title."""
    group: str = ""
    """The heading under which it stands."""
    lit: Spans = ()
    """Letters of the title that match a search: (start, end) pairs."""
    chosen: bool = False


class PagedList(TouchArea):
    """What all lists of this kind share: the rows, and which page of them is shown."""

    class PageTurned(Message):
        """Other rows are shown, or their number changed."""

        def __init__(self, paged: PagedList) -> None:
            super().__init__()
            self.paged = paged

        @property
        def control(self) -> PagedList:
            """The list."""
            return self.paged

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()
        self._page = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, of every page."""
        return self._rows

    def show(self, rows: Sequence[Row], *, keep_page: bool = False) -> None:
        """Show these rows, from the page with the chosen one, or from the page that was shown."""
        self._rows = tuple(rows)
        if not keep_page:
            chosen = next((index for index, row in enumerate(self._rows) if row.chosen), 0)
            self._page = next((number for number, page in enumerate(self.pages()) if chosen in page), 0)
        self.refresh()
        self.post_message(self.PageTurned(self))

    def pages(self) -> list[range]:
        """The indexes of the rows on each page."""
        raise NotImplementedError

    @property
    def page(self) -> range:
        """The indexes of the rows that are shown."""
        pages = self.pages()
        self._page = max(0, min(self._page, len(pages) - 1))
        return pages[self._page] if pages else range(0)

    @property
    def has_before(self) -> bool:
        """Whether there is a page before this one."""
        return self.page.start > 0

    @property
    def has_after(self) -> bool:
        """Whether there is a page after this one."""
        return self.page.stop < len(self._rows)

    def turn(self, by: int) -> bool:
        """Turn the page; whether there was one."""
        if (by < 0 and not self.has_before) or (by > 0 and not self.has_after):
            return False
        self._page += by
        if self.has_focus:
            spots = self.spots()
            self.move_cursor(spots[0 if by > 0 else -1].name)
        self.refresh()
        self.post_message(self.PageTurned(self))
        return True

    def leaves(self, dx: int, dy: int) -> bool:
        """At the end of a page the arrow turns it."""
        return not (dy and self.turn(dy))

    def on_resize(self) -> None:
        """Other rows fit now."""
        self.post_message(self.PageTurned(self))


class RowList(PagedList):
    """Rows of three lines under headings of one; in large type without headings, the group below the name instead."""

    def _layout(self) -> list[list[tuple[int, int, bool]]]:
        """For each page: (row index, first line, whether its heading stands on the line above)."""
        height = self.size.height
        if self.kiosk.large:
            each = max(1, height // ROW_HEIGHT)
            return [
                [
                    (index, ROW_HEIGHT * (index - first), False)
                    for index in range(first, min(first + each, len(self._rows)))
                ]
                for first in range(0, len(self._rows), each)
            ]
        pages: list[list[tuple[int, int, bool]]] = []
        page: list[tuple[int, int, bool]] = []
        y, group = 0, None
        for index, row in enumerate(self._rows):
            headed = row.group != group or not page
            gap = (2 if page else 1) if headed else 0
            if page and y + gap + ROW_HEIGHT > height:
                pages.append(page)
                page, y, headed, gap = [], 0, True, 1
            y += gap
            page.append((index, y, headed))
            y += ROW_HEIGHT
            group = row.group
        return [*pages, page] if page else pages

    def pages(self) -> list[range]:
        """As many rows as fit with their headings."""
        return [range(page[0][0], page[-1][0] + 1) for page in self._layout()]

    def _shown(self) -> list[tuple[int, int, bool]]:
        layout = self._layout()
        page = self.page
        return next((shown for shown in layout if shown[0][0] == page.start), []) if layout else []

    def spots(self) -> Sequence[Spot]:
        """The rows of this page."""
        return [
            Spot(self._rows[index].name, Region(0, y, self.size.width, ROW_HEIGHT), self._ground(self._rows[index]))
            for index, y, _ in self._shown()
        ]

    def _ground(self, row: Row) -> Colour:
        return "tint" if row.chosen or self.pressed == row.name else "surface"

    def draw(self, sheet: Sheet) -> None:
        """Headings and rows."""
        shown = self._shown()
        for place, (index, y, headed) in enumerate(shown):
            row = self._rows[index]
            if headed and y > 0:
                sheet.put(0, y - 1, sheet.width, row.group, "soft")
            followed = place + 1 < len(shown) and not shown[place + 1][2]
            self._draw_row(sheet, row, y, followed)

    def _draw_row(self, sheet: Sheet, row: Row, y: int, followed: bool) -> None:
        width = sheet.width
        sheet.area(0, y, width, ROW_HEIGHT, self._ground(row))
        if followed and not sheet.palette.framed:
            sheet.text(0, y + 2, "▁" * width, "line")
        if row.chosen:
            sheet.fill(0, y, 1, ROW_HEIGHT, "accent")
        sheet.text(width - 2, y + 1, "▸", "accent")
        room = width - 7
        if self.kiosk.large and row.group:
            _put_title(sheet, 3, y, room, row)
            fact = fit(row.fact, room // 2)
            sheet.put(3, y + 1, room - len(fact) - 2, row.group, "soft")
            sheet.put(3, y + 1, room, fact, "soft", align="right")
            return
        # Beside a long title the first part of the fact (the fee) is left; beside a longer one it goes below.
        for fact in (row.fact, row.fact.split(" · ")[0]):
            if len(row.title) + len(fact) + 3 <= room:
                _put_title(sheet, 3, y + 1, room, row)
                sheet.put(3, y + 1, room - 1, fact, "soft", align="right")
                return
        first, *rest = wrap(row.title, room, 2)
        _put_title(sheet, 3, y, room, row, first)
        for line in rest:
            _put_title(sheet, 3, y + 1, room, row, line, skip=len(first) + 1)
        sheet.put(3, y + 2 if rest else y + 1, room - 1, row.fact, "soft", align="right")


class CardList(PagedList):
    """Cards in two columns: bold name and a fact in one line, a soft line below."""

    def pages(self) -> list[range]:
        """Two columns of as many cards as there is height for."""
        each = 2 * max(1, self.size.height // CARD_HEIGHT)
        return [range(first, min(first + each, len(self._rows))) for first in range(0, len(self._rows), each)]

    def _regions(self) -> list[tuple[Row, Region]]:
        two = columns(self.size.width, 2, 2)
        page = self.page
        return [
            (self._rows[index], Region(two[place % 2][0], CARD_HEIGHT * (place // 2), two[place % 2][1], CARD_HEIGHT))
            for place, index in enumerate(page)
        ]

    def _ground(self, row: Row) -> Colour:
        return "tint" if row.chosen or self.pressed == row.name else "surface"

    def spots(self) -> Sequence[Spot]:
        """The cards of this page."""
        return [
            Spot(row.name, region, self._ground(row), half=True, bar="accent" if row.chosen else None)
            for row, region in self._regions()
        ]

    def draw(self, sheet: Sheet) -> None:
        """The cards."""
        for row, (x, y, width, _) in self._regions():
            sheet.area(x, y, width, CARD_HEIGHT, self._ground(row), half=True)
            if row.chosen:
                sheet.fill_halves(x, 2 * y + 1, 1, 2 * CARD_HEIGHT - 2, "accent")
            room = width - 6
            fact = fit(row.fact, room // 2)
            sheet.put(x + 3, y + 1, room, fact, "accent", bold=True, align="right")
            title = fit(row.title, room - len(fact) - 1)
            end = sheet.text(x + 3, y + 1, title, bold=True)
            left = x + 3 + room - len(fact) - 1 - end - 2
            if row.mark and left >= 1:
                sheet.text(end + 2, y + 1, row.mark if len(row.mark) <= left else row.mark[0], "accent")
            line = row.line
            while len(line) > width - 4 and ", " in line:
                line = line.rpartition(", ")[0]
            sheet.put(x + 3, y + 2, width - 4, line, "soft")


class Menu(PagedList):
    """A column of words with counts, on the canvas; the chosen one on a tint with a bar, empty ones soft.

    What does not fit is behind a last entry that shows the next page, and after the last page the first.
    """

    def pages(self) -> list[range]:
        """As many as fit."""
        each = max(1, self.size.height // ROW_HEIGHT)
        if len(self._rows) > each > 1:
            each -= 1
        return [range(first, min(first + each, len(self._rows))) for first in range(0, len(self._rows), each)]

    def spots(self) -> Sequence[Spot]:
        """The entries of this page, and the one that turns it."""
        names = [self._rows[index].name for index in self.page]
        if self.has_before or self.has_after:
            names.append(MORE)
        return [
            Spot(name, Region(0, ROW_HEIGHT * place, self.size.width, ROW_HEIGHT), "canvas")
            for place, name in enumerate(names)
        ]

    def touch(self, name: str) -> None:
        """Choose an entry, or turn the page."""
        if name != MORE:
            super().touch(name)
        elif not self.turn(1):
            self.turn(-self._page)

    def draw(self, sheet: Sheet) -> None:
        """The entries."""
        for place, index in enumerate(self.page):
            row, y = self._rows[index], ROW_HEIGHT * place
            if row.chosen or self.pressed == row.name:
                sheet.area(0, y, sheet.width, ROW_HEIGHT, "tint")
                sheet.fill(0, y, 1, ROW_HEIGHT, "accent")
            empty = row.fact == "0"
            room = sheet.width - 6 - len(row.fact)
            lines = wrap(row.title, room, 2)
            for number, line in enumerate(lines):
                top = y + number + (len(lines) == 1)
                sheet.put(3, top, room, line, "soft" if empty else "ink", bold=row.chosen)
            sheet.put(3, y + 1, sheet.width - 5, row.fact, "soft" if empty else "accent", bold=not empty, align="right")
        if (more := self.spot(MORE)) is not None:
            y = more.region.y
            sheet.area(0, y, sheet.width, ROW_HEIGHT, "surface")
            sheet.put(3, y + 1, sheet.width - 5, "▼", "accent", bold=True)
            shown = f"{self.page.start + 1} – {self.page.stop} / {len(self._rows)}"
            sheet.put(3, y + 1, sheet.width - 5, shown, "soft", align="right")


def _put_title(sheet: Sheet, x: int, y: int, room: int, row: Row, text: str | None = None, skip: int = 0) -> None:
    """The title, or one line of it that begins `skip` letters into it, with the letters lit that match a search."""
    line = fit(row.title if text is None else text, room)
    sheet.text(x, y, line, bold=True)
    for start, end in row.lit:
        first, last = max(0, start - skip), min(len(line), end - skip)
        if first < last:
            sheet.text(x + first, y, line[first:last], "accent", bold=True)
