"""Labels and values one under another, by pages where they are many: what stands in an application (W2, W4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from screens.widgets.lists import PagedList, Row
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot

_LABEL: Final = 38
_LABEL_LARGE: Final = 27
_MOST_LINES: Final = 4
_PAD: Final = 3


@dataclass(frozen=True, slots=True)
class _Laid:
    """A fact with the lines it takes, and the row where it begins."""

    label: tuple[str, ...]
    value: tuple[str, ...]
    y: int

    @property
    def height(self) -> int:
        return max(len(self.label), len(self.value))


class FactList(PagedList, can_focus=False):
    """On a surface; a free row parts the facts where all of them fit so."""

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these labels and values; the page that is shown stays."""
        self.show([Row(str(index), label, line=value) for index, (label, value) in enumerate(facts)], keep_page=True)

    def _laid(self, air: int, edge: int) -> list[list[_Laid]]:
        """The facts with `air` rows between them and `edge` rows above and below."""
        label_room = (_LABEL_LARGE if self.kiosk.large else _LABEL) - 2
        value_room = max(1, self.size.width - label_room - 2 - 2 * _PAD)
        top, bottom = edge, self.size.height - edge
        pages: list[list[_Laid]] = []
        page: list[_Laid] = []
        y = top
        for row in self._rows:
            label, value = wrap(row.title, label_room, 3), wrap(row.line, value_room, _MOST_LINES)
            laid = _Laid(tuple(label), tuple(value), y)
            if page and y + laid.height > bottom:
                pages.append(page)
                page, laid = [], _Laid(laid.label, laid.value, top)
            page.append(laid)
            y = laid.y + laid.height + air
        return [*pages, page] if page else pages

    def _layout(self) -> list[list[_Laid]]:
        for air, edge in ((1, 1), (0, 1)):
            if len(laid := self._laid(air, edge)) <= 1:
                return laid
        return self._laid(0, 0 if self.kiosk.large else 1)

    def pages(self) -> list[range]:
        """As many facts as fit, none of them parted."""
        ranges, first = [], 0
        for page in self._layout():
            ranges.append(range(first, first + len(page)))
            first += len(page)
        return ranges

    def spots(self) -> Sequence[Spot]:
        """Nothing here is touched."""
        return ()

    def draw(self, sheet: Sheet) -> None:
        """Labels soft, values bold."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        layout, page = self._layout(), self.page
        shown = next((laid for laid, found in zip(layout, self.pages(), strict=True) if found == page), [])
        x = _PAD + (_LABEL_LARGE if self.kiosk.large else _LABEL)
        for fact in shown:
            for row, line in enumerate(fact.label):
                sheet.put(_PAD, fact.y + row, x - _PAD - 1, line, "soft")
            for row, line in enumerate(fact.value):
                sheet.put(x, fact.y + row, sheet.width - x - 1, line, bold=True)
