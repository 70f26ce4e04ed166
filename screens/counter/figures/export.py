"""Where the file of figures goes: this computer, or a USB stick that is plugged in (C7)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.care.sticks import sticks
from kiosk.errors import NotAllowed
from kiosk.settings import state_folder
from screens.base import Placed
from screens.counter.figures.period import Period
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

_log = logging.getLogger(__name__)

FOLDER: Final = "figures"
"""Below the state folder."""
_PATH_ROWS: Final = 2


class ExportScreen(DeskScreen):
    """A list of places; Enter writes the file there."""

    KEYS: ClassVar = {
        "enter": "save",
        "f5": "look",
        "up": "up",
        "down": "down",
        "escape": "back",
    }

    def __init__(self, operator: Operator, period: Period, centre: str | None) -> None:
        super().__init__(operator)
        self.heading = Words(lambda: self.text("figures.export.title"), "ink", bold=True, id="heading")
        self.list = DeskList(self._columns, "figures.export.title")
        self.path = Words(lambda: self.list.chosen or "", id="path")
        self.places_found: tuple[Path, ...] = (state_folder() / FOLDER,)
        self._period = period
        self._centre = centre

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.list
        yield self.path
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The list below its title, the whole path of the chosen place below it."""
        yield from super().places(size)
        yield self.heading, self.desk_frame.title
        x, y, width, height = self.desk_frame.body
        yield self.list, Region(x, y, width, height - _PATH_ROWS)
        yield self.path, Region(x, y + height - _PATH_ROWS, width, _PATH_ROWS)

    def keys_here(self) -> Sequence[Key]:
        """Write, and look for sticks again."""
        return Key("save", "Enter", "figures.key.export"), Key("look", "F5", "figures.export.look")

    def _columns(self) -> Sequence[Column]:
        return Column("figures.export.place", 24), Column("figures.export.folder", 20, grows=True)

    def write(self) -> None:
        """The places in the language on screen."""
        here, *plugged = self.places_found
        self.list.show(
            [
                Line(str(here), (Cell(self.text("figures.export.here"), bold=True), Cell(here.name, "soft"))),
                *(
                    Line(str(stick), (Cell(self.text("figures.export.stick"), bold=True), Cell(stick.name)))
                    for stick in plugged
                ),
            ]
        )
        self.path.refresh()

    async def on_mount(self) -> None:
        """The sticks that are there."""
        await self._look()

    async def _look(self) -> None:
        self.places_found = (self.places_found[0], *await self.ask(sticks))
        self.write()

    def do_key(self, name: str) -> None:
        """Choose, look, write."""
        if name in ("up", "down"):
            self.list.move(name)
            self.path.refresh()
        elif name == "look":
            self.start(self._look(), group="sticks")
        elif name == "save":
            self._save()
        else:
            super().do_key(name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row writes."""
        event.stop()
        if event.name == self.list.chosen:
            self._save()
        else:
            self.list.choose(event.name)
            self.path.refresh()

    def _save(self) -> None:
        folder = next((place for place in self.places_found if str(place) == self.list.chosen), None)
        if folder is not None and not self.busy:
            self.busy = True
            self.tell("figures.export.saving")
            self.start(self._write(folder), group="export", exclusive=False)

    async def _write(self, folder: Path) -> None:
        from kiosk.hall import figures_csv

        figures, period = self.kiosk.station.figures, self._period
        try:
            file = await self.ask(
                figures_csv.write, figures, folder, period.first, period.last, self._centre, staff=self.staff
            )
        except NotAllowed:
            self.tell("figures.not_allowed", "error")
        except OSError as error:
            _log.error("the figures could not be written: %s", type(error).__name__)
            self.tell("figures.export.failed", "error")
        else:
            self.answered()
            here = folder == self.places_found[0]
            self.tell("figures.export.saved_here" if here else "figures.export.saved", file=file.name)
        finally:
            self.busy = False
