"""The slot grid, the heart of the wizard: one day's full hours, blue, red and yellow, each with a mark and a word (Q5).

One widget, drawn by lines, however many hours there are. It follows the database: a cell that changes state is drawn
in a bold frame for a second, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from textual.geometry import Region

from kiosk.booking.facts import Slot
from kiosk.clock import in_baku, to_instant
from kiosk.language import clock
from screens.frame import columns
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

CellState = Literal["free", "taken", "held", "mine", "chosen"]
"""As in the rules; `mine` is held by this person, `chosen` is free and was chosen before, but is not held."""

CHANGED_SECONDS: Final = 1.0

_TALL: Final = 6
"""Rows of a cell with a large figure."""
_LOW: Final = 4
"""Rows of a cell with a plain hour."""


@dataclass(frozen=True, slots=True)
class _Looks:
    mark: str
    ground: Colour
    hour: Colour
    word: Colour
    bold: bool
    bar: Colour | None = None


_LOOKS: Final[dict[CellState, _Looks]] = {
    "free": _Looks("○", "free", "on-free", "on-free", True),
    "chosen": _Looks("✓", "free", "on-free", "on-free", True),
    "taken": _Looks("✕", "taken-ground", "taken", "taken-ink", False, "taken"),
    "held": _Looks("◐", "held-ground", "held-ink", "held-ink", False, "held"),
    "mine": _Looks("★", "held", "on-held", "on-held", True),
}


def name_of(time: datetime) -> str:
    """The spot's name of an hour: its wall time in Baku."""
    return clock(in_baku(to_instant(time)))


class SlotGrid(TouchArea):
    """Hours as cells: 36×6 up to nine hours, 36×4 up to twelve, half-row boxes of 22×4 in large type."""

    def __init__(self) -> None:
        super().__init__(id="grid")
        self._slots: tuple[Slot, ...] = ()
        self._chosen: datetime | None = None
        self._changed: dict[str, int] = {}
        self._changes = 0

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The hours that are shown."""
        return self._slots

    def show(self, slots: Sequence[Slot], chosen: datetime | None) -> None:
        """Show these hours; those whose state differs from the one shown are framed for a second."""
        before = {slot.time: self.state_of(slot) for slot in self._slots}
        self._slots, self._chosen = tuple(slots), chosen
        changed = [slot for slot in self._slots if slot.time in before and before[slot.time] != self.state_of(slot)]
        if changed:
            self._changes += 1
            turn = self._changes
            self._changed.update({name_of(slot.time): turn for slot in changed})
            self.set_timer(CHANGED_SECONDS, lambda: self._calm(turn))
        self.refresh()

    def _calm(self, turn: int) -> None:
        self._changed = {name: at for name, at in self._changed.items() if at != turn}
        self.refresh()

    @property
    def changed(self) -> frozenset[str]:
        """The hours that are framed because they changed a moment ago."""
        return frozenset(self._changed)

    def slot_named(self, name: str) -> Slot | None:
        """The hour with that spot's name."""
        return next((slot for slot in self._slots if name_of(slot.time) == name), None)

    def state_of(self, slot: Slot) -> CellState:
        """How that hour is shown."""
        if slot.held_by_me:
            return "mine"
        if slot.state == "free" and slot.time == self._chosen:
            return "chosen"
        return slot.state

    def first_spot(self) -> Spot | None:
        """Where it stood; else this person's hour, else the first free one."""
        if (spot := self.spot(self.cursor)) is not None:
            return spot
        for state in ("mine", "chosen", "free"):
            for slot in self._slots:
                if self.state_of(slot) == state:
                    return self.spot(name_of(slot.time))
        return super().first_spot()

    def _cells(self) -> tuple[list[Region], bool]:
        """Where each hour stands, and whether the cells are half-row boxes."""
        count, (width, height) = len(self._slots), self.size
        half = self.kiosk.large
        gap = 0 if half else 1
        across = 3
        while True:
            down = -(-count // across)
            high = _LOW if half or down > 3 or down * (_TALL + gap) - gap > height else _TALL
            if down * (high + gap) - gap <= height or across >= 8:
                break
            across += 1
        places = columns(width, across, 2)
        return [
            Region(places[index % across][0], (index // across) * (high + gap), places[index % across][1], high)
            for index in range(count)
        ], half

    def spots(self) -> Sequence[Spot]:
        """Every hour, also those that cannot be had: choosing one says why."""
        cells, half = self._cells()
        return [
            Spot(name_of(slot.time), region, (looks := _LOOKS[self.state_of(slot)]).ground, half, bar=looks.bar)
            for slot, region in zip(self._slots, cells, strict=True)
        ]

    def draw(self, sheet: Sheet) -> None:
        """All cells."""
        cells, half = self._cells()
        for slot, region in zip(self._slots, cells, strict=True):
            self._draw_cell(sheet, slot, region, half)

    def _draw_cell(self, sheet: Sheet, slot: Slot, region: Region, half: bool) -> None:
        state = self.state_of(slot)
        looks = _LOOKS[state]
        name = name_of(slot.time)
        x, y, width, height = region
        if self.pressed == name:
            # The tint has the plain inks.
            looks = _Looks(looks.mark, "tint", "ink", "ink", looks.bold)
        hour_ink: Colour = "held" if state == "held" and sheet.palette.dark else looks.hour
        self._draw_ground(sheet, region, looks, state, half)
        word = self.text("date.chosen") if state == "chosen" else self.text(f"slot.state.{state}")
        if height == _TALL:
            sheet.pixels(x + 3, y + 1, figures.pixels(name[:2]), hour_ink)
            sheet.text(x + 17, y + 1, name[2:], hour_ink, bold=True)
            sheet.put(x + 17, y + 4, width - 18, f"{looks.mark} {word}", looks.word, bold=looks.bold)
        elif half:
            indent = 3 if width >= 20 else 2
            sheet.text(x + indent, y + 1, name, hour_ink, bold=True)
            sheet.text(x + width - (4 if width >= 12 else 2), y + 1, looks.mark, looks.word)
            sheet.put(x + indent, y + 2, width - indent - 1, word, looks.word, bold=looks.bold)
        else:
            sheet.text(x + 3, y + 1, name, hour_ink, bold=True)
            sheet.put(x + 3, y + 2, width - 4, f"{looks.mark} {word}", looks.word, bold=looks.bold)
        if name in self._changed:
            sheet.frame(x, y, width, height, "heavy", "focus")

    def _draw_ground(self, sheet: Sheet, region: Region, looks: _Looks, state: CellState, half: bool) -> None:
        x, y, width, height = region
        sheet.area(x, y, width, height, looks.ground, half=half)
        if sheet.palette.framed:
            if state == "mine":
                if half:
                    for row in (y + 1, y + 2):
                        sheet.text(x + 1, row, "║", looks.word)
                        sheet.text(x + width - 2, row, "║", looks.word)
                else:
                    sheet.frame(x, y, width, height, "double", looks.word)
        elif looks.bar is not None:
            if half:
                sheet.fill_halves(x, 2 * y + 1, 1, 2 * height - 2, looks.bar)
            else:
                sheet.fill(x, y, 1, height, looks.bar)
