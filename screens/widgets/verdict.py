"""The verdict over a presented code: it fills the screen in words, mark and colour (C1; face.md, "Verdict").

Above, a band with the mark, one bold sentence and the number that matters; below, what to do next as numbered tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual.geometry import Region

from screens.frame import columns
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.figures import Scale
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn, Spot, TouchArea

Tone = Literal["good", "held", "taken"]

_MARKS: Final[dict[Tone, str]] = {"good": "✓", "held": "!", "taken": "✕"}
_INKS: Final[dict[Tone, Colour]] = {"good": "on-good", "held": "on-held", "taken": "on-taken"}
_TEXT_AT: Final = 36
_MARK_AT: Final = 8
_BETWEEN: Final = 6
_FIGURE_ROWS: Final = 6
"""From this height on a tile's number is a large figure."""


@dataclass(frozen=True, slots=True)
class View:
    """What a verdict says: a sentence, up to two labelled figures, and lines under them."""

    tone: Tone
    sentence: str
    figures: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()


class Verdict(Drawn):
    """The band, over the full width."""

    def __init__(self, view: Callable[[], View], *, id: str | None = None) -> None:
        """Take the view as a function, so that a change of language rewrites it."""
        super().__init__(id=id)
        self._view = view

    def draw(self, sheet: Sheet) -> None:
        """Ground, mark and words; in large type the mark stands before the sentence."""
        view = self._view()
        sheet.fill(0, 0, sheet.width, sheet.height, view.tone)
        if self.kiosk.large:
            self._draw_large(sheet, view)
        else:
            self._draw_roomy(sheet, view)

    def _draw_roomy(self, sheet: Sheet, view: View) -> None:
        ink = _INKS[view.tone]
        mark = _MARKS[view.tone]
        space = _TEXT_AT - _MARK_AT - _BETWEEN
        at = _MARK_AT + max(0, (space - figures.columns(mark, 2)) // 2)
        sheet.pixels(at, (sheet.height - figures.rows(2) + 1) // 2, figures.pixels(mark), ink, 2)
        room = sheet.width - _TEXT_AT - 4
        sentence = wrap(view.sentence, room, 2)
        lines = [line for text in view.lines for line in wrap(text, room, 2)]
        said = len(sentence) + (1 + len(lines) if lines else 0)
        largest = _scale(view, room)
        looks: tuple[tuple[Scale, int], ...] = ((largest, 1), (largest, 0), (1, 1))
        # Words at the band's edge look cut off: the air over the figure gives way first, then its size.
        scale, gap = next((look for look in looks if said + _high(view, *look) <= sheet.height - 2), looks[-1])
        whole = said + _high(view, scale, gap)
        y = max(1, (sheet.height - whole) // 2)
        for line in sentence:
            sheet.put(_TEXT_AT, y, room, line, ink, bold=True)
            y += 1
        if view.figures:
            y += 1 if len(view.figures) > 1 else 0
            _draw_figures(sheet, view, _TEXT_AT, y, room, scale, gap=gap)
            y += 1 + gap + figures.rows(scale)
        y += 1
        for line in lines:
            sheet.put(_TEXT_AT, y, room, line, ink)
            y += 1

    def _draw_large(self, sheet: Sheet, view: View) -> None:
        ink = _INKS[view.tone]
        x, room = self.kiosk.margin, sheet.width - 2 * self.kiosk.margin
        sentence = wrap(f"{_MARKS[view.tone]} {view.sentence}", room, 2)
        lines = [line for text in view.lines for line in wrap(text, room, 2)]
        label = view.figures[0][0] if view.figures else ""
        room_beside = len(sentence) == 1 and len(sentence[0]) + 3 + len(label) <= room
        # A figure gets the large scale when its label and all that is said besides still have their room.
        needed = 1 + len(sentence) + (0 if room_beside else 1) + figures.rows(2) + len(lines)
        scale = _scale(view, room) if needed <= sheet.height else 1
        beside = room_beside and scale == 2
        high = figures.rows(scale) + (0 if beside else 1) if view.figures else 0
        y = max(1, (sheet.height - len(sentence) - high - len(lines)) // 2)
        for line in sentence:
            sheet.put(x, y, room, line, ink, bold=True)
            y += 1
        if beside:
            sheet.put(x, y - 1, room, label, ink, align="right")
        if view.figures:
            _draw_figures(sheet, view, x, y, room, scale, gap=0, labels=not beside)
            y += high
        for line in lines:
            sheet.put(x, y, room, line, ink)
            y += 1


def _scale(view: View, room: int) -> Scale:
    """One figure is as large as it fits; two are small."""
    return 2 if len(view.figures) == 1 and figures.columns(view.figures[0][1], 2) <= room else 1


def _high(view: View, scale: Scale, gap: int) -> int:
    """How many rows the figures take with their labels; two have a row of air above."""
    if not view.figures:
        return 0
    return figures.rows(scale) + 1 + gap + (1 if len(view.figures) > 1 else 0)


def _draw_figures(
    sheet: Sheet, view: View, x: int, y: int, room: int, scale: Scale, *, gap: int, labels: bool = True
) -> None:
    ink = _INKS[view.tone]
    for (label, figure), (start, width) in zip(view.figures, columns(room, len(view.figures), 2), strict=True):
        if labels:
            sheet.put(x + start, y, width, label, ink)
        sheet.pixels(x + start, y + gap + (1 if labels else 0), figures.pixels(figure), ink, scale)


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to do next: bold words and a soft line. One with an `act` can be touched; a main one is blue."""

    words: Callable[[], Sequence[str]]
    act: str = ""
    main: bool = False


class Ways(TouchArea):
    """Up to three numbered tiles side by side; a touch tells the act."""

    HEIGHT: ClassVar[int] = 7
    HEIGHT_LARGE: ClassVar[int] = 4
    """In large type they are half-row boxes."""

    def __init__(self, ways: Sequence[Way] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ways = tuple(ways)

    def show(self, ways: Sequence[Way]) -> None:
        """Show others."""
        self._ways = tuple(ways)
        self.refresh()

    def _looks(self, way: Way) -> tuple[Colour, Colour, Colour, Colour]:
        """Ground, digit, name, line."""
        if way.act and self.pressed == way.act:
            return "tint", "accent", "ink", "soft"
        if way.main:
            return "accent", "on-accent", "on-accent", "accent-soft"
        return "surface", "accent", "ink", "soft"

    def _regions(self) -> list[Region]:
        return [Region(x, 0, width, self.size.height) for x, width in columns(self.size.width, 3, 2)]

    def spots(self) -> Sequence[Spot]:
        """Those that do something."""
        pairs = zip(self._ways, self._regions(), strict=False)
        half = self.size.height < _FIGURE_ROWS
        return [Spot(way.act, region, self._looks(way)[0], half) for way, region in pairs if way.act]

    def choose_digit(self, digit: str) -> bool:
        """Touch the tile with that digit, if it does something."""
        if digit.isdigit() and 0 < int(digit) <= len(self._ways) and (act := self._ways[int(digit) - 1].act):
            self.touch(act)
            return True
        return False

    def draw(self, sheet: Sheet) -> None:
        """Each on its ground, with its number; their words begin on one row."""
        height = sheet.height
        large_digit = height >= _FIGURE_ROWS
        indent = 12 if large_digit else 5
        drawn = []
        for way, region in zip(self._ways, self._regions(), strict=False):
            name, *rest = way.words()
            room = region.width - indent - 2
            names = wrap(name, room, 2)
            drawn.append((way, region, names, wrap(" ".join(rest), room, 3) if rest and large_digit else []))
        most = max((len(names) + len(lines) for _, _, names, lines in drawn), default=0)
        top = (height - most) // 2
        for number, (way, region, names, lines) in enumerate(drawn, start=1):
            ground, digit, name_ink, line_ink = self._looks(way)
            x, _, width, _ = region
            sheet.area(x, 0, width, height, ground, half=not large_digit)
            if large_digit:
                sheet.pixels(x + 4, (height - 4) // 2, figures.pixels(str(number)), digit)
            else:
                sheet.text(x + 2, top, str(number), digit, bold=True)
            for row, line in enumerate(names):
                sheet.put(x + indent, top + row, width - indent - 2, line, name_ink, bold=True)
            for row, line in enumerate(lines, start=len(names)):
                sheet.put(x + indent, top + row, width - indent - 2, line, line_ink)
