"""The page of health: what is broken as cards with advice and a trial, what is good as short lines (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.clock import in_baku
from kiosk.language import day_short
from screens.frame import columns
from screens.maintenance.frame import MaintenanceFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.care.facts import Finding, FindingWords

MARKS: Final = {"good": "✓", "warning": "!", "fault": "✕", "absent": "–"}
BARS: Final[dict[str, Colour]] = {"good": "good", "warning": "held", "fault": "taken", "absent": "soft"}
GROUNDS: Final[dict[str, Colour]] = {
    "good": "good-ground",
    "warning": "held-ground",
    "fault": "taken-ground",
    "absent": "sunken",
}
INKS: Final[dict[str, Colour]] = {"good": "good-ink", "warning": "held-ink", "fault": "taken-ink", "absent": "soft"}
MOST_DIGITS: Final = 9
_WIDE: Final = 108
"""From so many columns on name, finding and last fault stand side by side."""
_NAMED: Final = 18
"""Columns for a name, so that what was found stands in line wherever names are shorter."""
_LONGEST_FAULT: Final = 24
"""Longer ones are read where a card tells all of itself; the time alone stands here."""
_LIGHT: Final = 5
"""Columns of bar and mark at a card's left."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on one page: cards with their number, lines, and the row of their heading."""

    cards: tuple[tuple[int, Region], ...] = ()
    lines: tuple[tuple[int, Region], ...] = ()
    heading: int | None = None
    full: bool = True
    """Whether cards are whole areas with air around their words, not half-row boxes."""


class Findings(TouchArea):
    """Cards are numbered through all pages; a card's button is the spot "try:NUMBER", its words "card:NUMBER"."""

    def __init__(self) -> None:
        super().__init__(id="findings")
        self._cards: tuple[Finding, ...] = ()
        self._lines: tuple[Finding, ...] = ()
        self._page = 0

    @property
    def cards(self) -> tuple[Finding, ...]:
        """What is shown as cards, in their places."""
        return self._cards

    def show(self, cards: Sequence[Finding], lines: Sequence[Finding]) -> None:
        """Show these; the page stays."""
        self._cards, self._lines = tuple(cards), tuple(lines)
        self.refresh()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, len(self._laid_out()))

    @property
    def page(self) -> int:
        """Which is shown, from 0."""
        self._page = max(0, min(self._page, self.pages - 1))
        return self._page

    def turn(self, by: int) -> None:
        """Turn the page; after the last comes the first."""
        self._page = (self.page + by) % self.pages
        self.cursor = None
        self.refresh()

    def leaves(self, dx: int, dy: int) -> bool:
        """An arrow never turns the page: keys and the button at the foot do."""
        return True

    def _laid_out(self) -> list[_Page]:
        width, height = self.size
        if not width or not height:
            return []
        if MaintenanceFrame.of(self.app.size).compact or width < _WIDE:
            return self._fill(width, height, pitch=4, rows=3, air=0)
        roomy = self._fill(width, height, pitch=5, rows=4, air=1)
        if len(roomy) == 1:
            return roomy
        dense = self._fill(width, height, pitch=4, rows=4, air=0)
        # All cards on the first page count for more than air between them.
        return min(roomy, dense, key=lambda pages: (sum(bool(page.cards) for page in pages), len(pages)))

    def _fill(self, width: int, height: int, *, pitch: int, rows: int, air: int) -> list[_Page]:
        """Cards of so many rows at that pitch, then the lines; `air` rows stand around the lines' heading."""
        each = max(1, (height + pitch - rows) // pitch)
        full = pitch > rows
        pages = [
            _Page(
                cards=tuple(
                    (number, Region(0, pitch * place, width, min(rows, height - pitch * place)))
                    for place, number in enumerate(range(first, min(first + each, len(self._cards))))
                ),
                full=full,
            )
            for first in range(0, len(self._cards), each)
        ]
        used = pitch * len(pages[-1].cards) if pages else 0
        rows_of_lines = self._flowed(width)
        while rows_of_lines:
            first = used + 1 + air
            some, rest = rows_of_lines[: max(0, height - first)], rows_of_lines[max(0, height - first) :]
            if not used and not some:
                break
            if some and (not used or len(some) > 1 or not rest):
                lines = tuple(
                    (number, Region(x, first + place, wide, 1))
                    for place, row in enumerate(some)
                    for number, x, wide in row
                )
                pages.append(_Page(pages.pop().cards if used else (), lines, used, full))
                rows_of_lines = rest
            used = 0
        return pages

    def _flowed(self, width: int) -> list[list[tuple[int, int, int]]]:
        """The lines in rows: (number, first column, width), in as many columns as make the fewest rows."""
        most = 3 if width >= _WIDE else 2
        return min((self._flowed_in(columns(width, across, 2)) for across in range(most, 0, -1)), key=len)

    def _flowed_in(self, places: list[tuple[int, int]]) -> list[list[tuple[int, int, int]]]:
        """The same in given columns. A line takes as many as its words need, where they are free first."""
        rows: list[list[tuple[int, int, int]]] = []
        free: list[int] = []
        """The first free place of each row."""
        for number, finding in enumerate(self._lines):
            need = self._line_width(finding)
            row = 0
            while True:
                if row == len(rows):
                    rows.append([])
                    free.append(0)
                start = free[row]
                end = next((at for at in range(start, len(places)) if _span(places, start, at) >= need), None)
                if end is None and start == 0:
                    end = len(places) - 1
                if end is not None:
                    rows[row].append((number, places[start][0], _span(places, start, end)))
                    free[row] = end + 1
                    break
                row += 1
        return rows

    def _line_width(self, finding: Finding) -> int:
        """How many columns a line needs: mark, name, words."""
        words = finding.words(self.kiosk.language)
        return 2 + max(_NAMED, cell_len(words.name) + 2) + cell_len(_on_one_line(words.finding))

    def _shown(self) -> _Page:
        laid_out = self._laid_out()
        return laid_out[self.page] if laid_out else _Page()

    def _button_width(self) -> int:
        width = self.size.width
        return 15 if width >= _WIDE else 12 if width >= 90 else 10

    def spots(self) -> Sequence[Spot]:
        """Of each card its words, then its button."""
        found, wide = [], self._button_width()
        page = self._shown()
        for number, (x, y, width, height) in page.cards:
            half = not page.full
            found.append(Spot(f"try:{number}", Region(x + width - wide, y, wide, height), "deep-raise", half=half))
            found.append(Spot(f"card:{number}", Region(x, y, width - wide, height), "surface", half=half))
        return found

    def draw(self, sheet: Sheet) -> None:
        """One page."""
        page = self._shown()
        for number, region in page.cards:
            self._draw_card(sheet, number, region, page.full)
        if page.heading is not None:
            sheet.put(0, page.heading, sheet.width, self.text("maintenance.in_order"), bold=True)
        for number, region in page.lines:
            self._draw_line(sheet, self._lines[number], region)

    def _draw_card(self, sheet: Sheet, number: int, region: Region, full: bool) -> None:
        x, y, width, height = region
        card = self._cards[number]
        words = card.words(self.kiosk.language)
        wide = self._button_width()
        half = not full
        pressed = self.pressed == f"card:{number}"
        sheet.area(x, y, width - wide, height, "tint" if pressed else "surface", half=half)
        light = GROUNDS[card.light]
        bar, halves = BARS[card.light], (2 * y + 1, 2 * height - 2) if half else (2 * y, 2 * height)
        if not sheet.palette.framed:
            sheet.fill_halves(x, halves[0], _LIGHT, halves[1], light)
            sheet.fill_halves(x, halves[0], 1, halves[1], bar)
        text_at = y if height < 4 else y + 1
        sheet.text(x + 2, text_at, MARKS[card.light], bar, bold=True)
        room = Region(x + _LIGHT + 2, text_at, width - wide - _LIGHT - 5, y + height - text_at)
        if half:
            room = Region(room.x, room.y, room.width, 2)
        fault = self._last_fault(card)
        if self.size.width >= _WIDE and height > 3:
            self._draw_wide(sheet, room, card, words, fault)
        else:
            self._draw_narrow(sheet, room, card, words, fault)
        self._draw_button(sheet, number, Region(x + width - wide, y, wide, height), half)

    def _draw_wide(self, sheet: Sheet, room: Region, card: Finding, words: FindingWords, fault: str) -> None:
        """Name, then finding above advice; the last fault at the right end."""
        name, finding, advice = words.name, words.finding, words.advice
        named = _NAMED
        for row, line in enumerate(wrap(name, named, min(2, room.height))):
            sheet.text(room.x, room.y + row, line, bold=True)
        at, wide = room.x + named + 2, room.width - named - 2
        lines = wrap(_on_one_line(finding), wide, room.height - 1 if advice else room.height)
        lines_of_advice = wrap(advice, wide, room.height - len(lines)) if advice else []
        rows = [*lines, *lines_of_advice]
        for row, line in enumerate(rows):
            is_finding = row < len(lines)
            sheet.text(at, room.y + row, line, INKS[card.light] if is_finding else "ink", bold=is_finding)
        # Beside the first line that leaves room for it, from the finding on; else the time alone.
        taken = [cell_len(rows[row]) if row < len(rows) else 0 for row in range(room.height)]
        for words_of_fault in (fault, fault.partition("  ")[0]):
            beside = next(
                (row for row in range(room.height) if taken[row] + 3 + cell_len(words_of_fault) <= wide), None
            )
            if beside is not None:
                sheet.put(at, room.y + beside, wide, words_of_fault, "soft", align="right")
                break

    def _draw_narrow(self, sheet: Sheet, room: Region, card: Finding, words: FindingWords, fault: str) -> None:
        """Name with the last fault, finding, advice."""
        end = cell_len(words.name)
        sheet.put(room.x, room.y, room.width, words.name, bold=True)
        sheet.put(room.x + end + 2, room.y, room.width - end - 2, fault, "soft", align="right")
        sheet.put(room.x, room.y + 1, room.width, _on_one_line(words.finding), INKS[card.light], bold=True)
        sheet.put(room.x, room.y + 2, room.width, _on_one_line(words.advice))

    def _draw_button(self, sheet: Sheet, number: int, region: Region, half: bool) -> None:
        x, y, width, height = region
        ground: Colour = "tint" if self.pressed == f"try:{number}" else "deep-raise"
        sheet.area(x, y, width, height, ground, half=half)
        row = y + (height - 2) // 2
        if number < MOST_DIGITS:
            sheet.put(x, row, width, str(number + 1), "on-deep", bold=True, align="center")
        key = "maintenance.try" if self._cards[number].trial else "maintenance.look"
        sheet.put(x, row + 1, width, self.text(key), "on-deep", align="center")

    def _last_fault(self, card: Finding) -> str:
        """When, and what, if it is another than what is found now; the day where it was not today."""
        told = card.words(self.kiosk.language)
        words = "" if told.last_fault == told.finding else _on_one_line(told.last_fault)
        if card.last_fault_at is None:
            return words
        at, now = in_baku(card.last_fault_at), self.kiosk.now()
        if now - at > timedelta(days=1) or at.day != now.astimezone(at.tzinfo).day:
            when = f"{day_short(self.kiosk.language, at.date())} {at:%H:%M}"
        else:
            when = f"{at:%H:%M:%S}"
        return f"{when}  {words}" if words and cell_len(words) <= _LONGEST_FAULT else when

    def _draw_line(self, sheet: Sheet, finding: Finding, region: Region) -> None:
        x, y, width, _ = region
        words = finding.words(self.kiosk.language)
        sheet.text(x, y, MARKS[finding.light], BARS[finding.light], bold=True)
        sheet.put(x + 2, y, width - 2, words.name)
        named = max(_NAMED, cell_len(words.name) + 2)
        sheet.put(x + 2 + named, y, width - named - 2, _on_one_line(words.finding), "soft")


def _span(places: list[tuple[int, int]], first: int, last: int) -> int:
    """How many columns the places from the first to the last take."""
    return places[last][0] + places[last][1] - places[first][0]


def _on_one_line(words: str) -> str:
    """What was found, without its line breaks."""
    return words.replace(":\n", ": ").replace("\n", " · ")
