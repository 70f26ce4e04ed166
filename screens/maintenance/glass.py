"""The test of screen, touch and keys: every colour with its name, a grid that marks what was touched, keys (M3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.palette import NAMES, Colour
from screens.screen import Placed
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn, Spot, TouchArea
from screens.widgets.words import Words

PARTS: Final = ("colours", "touch", "keys")
_CELL: Final = (8, 3)
_KEPT_KEYS: Final = 60


class Colours(Drawn):
    """A swatch for each name of the palette."""

    def draw(self, sheet: Sheet) -> None:
        """In columns; the name stands beside its colour, so that it is read on the ground it is made for."""
        across = 4 if sheet.width >= 90 else 3
        wide = sheet.width // across
        pitch = max(1, min(2, sheet.height // -(-len(NAMES) // across)))
        for place, name in enumerate(NAMES):
            x, y = wide * (place % across), pitch * (place // across)
            sheet.fill(x, y, 8, 1, name)
            if sheet.palette.framed or name == "canvas":
                sheet.text(x, y, "▕" + " " * 6 + "▏", "line")
            sheet.put(x + 9, y, wide - 10, name)


class TouchGrid(TouchArea, can_focus=False):
    """Cells that are marked by a touch; all of them marked is a good glass."""

    def __init__(self) -> None:
        super().__init__(id="grid")
        self.marked: set[str] = set()

    def spots(self) -> Sequence[Spot]:
        """The cells."""
        across, down = max(1, self.size.width // _CELL[0]), max(1, self.size.height // _CELL[1])
        return [
            Spot(f"{row}:{column}", Region(column * _CELL[0], row * _CELL[1], _CELL[0], _CELL[1]))
            for row in range(down)
            for column in range(across)
        ]

    def touch(self, name: str) -> None:
        """Mark it."""
        self.marked.add(name)
        super().touch(name)

    def draw(self, sheet: Sheet) -> None:
        """Each cell one column and half a row from the next."""
        for spot in self.spots():
            x, y, width, height = spot.region
            marked = spot.name in self.marked
            ground: Colour = "good-ground" if marked else "surface"
            sheet.area(x, y, width - 1, height, ground, half=True)
            if marked:
                sheet.put(x, y + 1, width - 1, "✓", "good-ink", bold=True, align="center")


class GlassScreen(MaintenanceScreen):
    """Three parts; the key at the foot goes to the next. Keys are told by the name that the terminal gives them."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self.part = 0
        self.keys_told: list[str] = []
        self.title_line = Words(self._title, "ink", bold=True, id="title")
        self.colours = Colours(id="colours")
        self.grid = TouchGrid()
        self.keys = Words(lambda: "  ".join(self.keys_told[-_KEPT_KEYS:]), "ink", id="keys")

    def _title(self) -> str:
        name = PARTS[self.part]
        if name != "touch":
            return self.text(f"maintenance.glass.{name}")
        return self.text("maintenance.glass.touch", marked=len(self.grid.marked), all=len(self.grid.spots()))

    def compose(self) -> ComposeResult:
        """All three; one has room."""
        yield self.colours
        yield self.grid
        yield self.keys
        yield self.title_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The part that is shown; it needs the note's row more than the note does."""
        yield from ((widget, region) for widget, region in super().places(size) if widget is not self.note)
        frame = self.frame
        yield self.title_line, frame.line
        body = Region(frame.left, frame.body.y, frame.width, frame.note.bottom - frame.body.y)
        yield (self.colours, self.grid, self.keys)[self.part], body

    def on_mount(self) -> None:
        """The audit says that it was tried."""
        self.on_duty.note(self.kiosk, "trial", "screen")

    def keys_now(self) -> Sequence[FootKey]:
        """The next part, and back."""
        words = f"▶ {self.part + 1}/{len(PARTS)}"
        return [FootKey("next", "f2", "F2", lambda: f"{self.text('keyboard.next')} {words}"), self.back_key()]

    def do_key(self, name: str) -> None:
        """The next part."""
        if name == "next":
            self.part = (self.part + 1) % len(PARTS)
            self.title_line.refresh()
            self.foot.refresh()
            self.place_anew()
        else:
            super().do_key(name)

    @on(TouchArea.Touched, "#grid")
    def _cell_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.title_line.refresh()

    def on_key(self, event: events.Key) -> None:
        """Tell it."""
        if PARTS[self.part] == "keys":
            self.keys_told.append(event.key)
            self.keys.refresh()
