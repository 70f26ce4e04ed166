"""The workplace's keys: two rows of six, in a narrow terminal three of four; those that do not apply now are soft."""

from __future__ import annotations

from rich.cells import cell_len
from textual.geometry import Region

from screens.counter.key_bar import Key, KeyBar, in_columns
from screens.counter.work_frame import WorkFrame
from screens.palette import Colour
from screens.widgets.sheet import Sheet

_ASIDE_ROOM = 5
"""Minutes and seconds: "10:00"."""
_FEW = 6
"""So many keys, those of a form, never want more than two rows."""


class WorkKeyBar(KeyBar):
    """Caps in columns, as far as the words of all rows have room in them; else each row for itself, without air."""

    def _laid_out(self) -> tuple[int, list[tuple[Key, str, Region]]]:
        """How many cells a cap has beside its own letters, and where each key stands."""
        frame = WorkFrame.of(self.app.size)
        left = frame.left
        room = self.size.width - 2 * left
        said = [(key, self.text(key.words)) for key in self._keys()]
        count = frame.key_rows if len(said) > _FEW else 2
        across = -(-len(said) // count)
        rows = [said[row * across : (row + 1) * across] for row in range(count)]
        height = self.size.height
        first, last = (0, height - 1) if frame.compact else (1, height - 2)
        at = [first + row * (last - first) // (count - 1) for row in range(count)]
        for pad in (2, 0):
            widths = [[self._width(key, words, pad) for key, words in row] for row in rows]
            if pad and (columns := in_columns(widths, room)) is not None:
                widths = columns
                break
        found = []
        for y, row, wides in zip(at, rows, widths, strict=True):
            gap = max(1, min(6, (room - sum(wides)) // max(1, len(wides) - 1)))
            x = left
            for (key, words), wide in zip(row, wides, strict=True):
                found.append((key, words, Region(x, y, wide, 1)))
                x += wide + gap
        return pad, found

    def _width(self, key: Key, words: str, pad: int) -> int:
        aside = _ASIDE_ROOM + 1 if key.aside is not None else 0
        return cell_len(key.cap) + pad + 1 + cell_len(words) + aside

    def _places(self) -> list[tuple[Key, str, Region]]:
        return self._laid_out()[1]

    def draw(self, sheet: Sheet) -> None:
        """Cap and words; the cap of a key that applies has a ground of its own."""
        pad, places = self._laid_out()
        self.begin(sheet, 0, places)
        for key, words, region in places:
            wide = cell_len(key.cap) + pad
            pressed = self.pressed == key.name
            if key.usable or pressed:
                sheet.fill(region.x, region.y, wide, 1, "tint" if pressed else "deep-raise")
            cap = f"[{key.cap}]" if sheet.palette.framed and pad and key.usable else key.cap
            cap_ink: Colour = "ink" if pressed else "on-deep" if key.usable else "soft"
            if sheet.palette.framed and not pad and key.usable:
                cap_ink = "accent"  # nothing else tells a cap from the words beside it there
            sheet.put(region.x, region.y, wide, cap, cap_ink, bold=key.usable, align="center")
            ink: Colour = "ink" if key.usable else "soft"
            x = sheet.text(region.x + wide + 1, region.y, words, ink, bold=key.usable)
            if key.aside:
                sheet.text(x + 1, region.y, key.aside, ink)
