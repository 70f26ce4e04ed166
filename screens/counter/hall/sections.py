"""The row of sections on top of each of the hall's screens: a key, its words, and which one is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.identity.staff import MANAGE_HALL, MANAGE_STAFF
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_CAP: Final = 4


@dataclass(frozen=True, slots=True)
class Section:
    """One of them: its name in messages, its key, and the right that it needs."""

    name: str
    cap: str
    right: str


SECTIONS: Final = (
    Section("counters", "F2", MANAGE_HALL),
    Section("closures", "F3", MANAGE_HALL),
    Section("machines", "F4", MANAGE_HALL),
    Section("staff", "F5", MANAGE_STAFF),
    Section("limits", "F6", MANAGE_HALL),
)


class SectionBar(TouchArea, can_focus=False):
    """Those that whoever works here may open; a touch tells the section's name."""

    def __init__(self, rights: frozenset[str], current: str) -> None:
        super().__init__(id="sections")
        self.sections = tuple(section for section in SECTIONS if section.right in rights)
        self._current = current

    def _places(self) -> list[tuple[Section, str, Region]]:
        said = [(section, self.text(f"hall.section.{section.name}")) for section in self.sections]
        needed = sum(_CAP + 1 + cell_len(words) for _, words in said)
        gap = max(1, min(3, (self.size.width - needed) // max(1, len(said) - 1)))
        found, x = [], 0
        for section, words in said:
            wide = _CAP + 1 + cell_len(words)
            found.append((section, words, Region(x, 0, wide, 1)))
            x += wide + gap
        return found

    def spots(self) -> Sequence[Spot]:
        """Each section."""
        return [Spot(section.name, region, "canvas") for section, _, region in self._places()]

    def draw(self, sheet: Sheet) -> None:
        """Caps and words; the open one is bold in the accent colour."""
        for section, words, (x, _, _, _) in self._places():
            is_open = section.name == self._current
            pressed = self.pressed == section.name
            sheet.fill(x, 0, _CAP, 1, "accent" if is_open else "tint" if pressed else "deep-raise")
            if sheet.palette.framed:
                cap = f"▸{section.cap} " if is_open else f"[{section.cap}]"
                sheet.text(x, 0, cap, "on-accent" if is_open else "ink", bold=True)
            else:
                sheet.text(x + 1, 0, section.cap, "on-accent" if is_open else "on-deep", bold=True)
            sheet.text(x + _CAP + 1, 0, words, "accent" if is_open else "ink", bold=is_open)
