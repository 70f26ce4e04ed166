"""Where a document comes from: a USB stick, which is seen as it is plugged in, or the citizen's phone (W9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Notice
from screens.citizen.telling import Chosen
from screens.frame import Frame, columns
from screens.widgets.tiles import Tile, Tiles
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.water.facts import DocumentRole

_TALL = 7


class SourceScreen(AnsweringScreen):
    """Ends with `Chosen("stick")`, also when a stick is plugged in here, with `Chosen("phone")`, or `Back`."""

    def __init__(self, role: DocumentRole, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.role = role
        self.tiles = Tiles((), self._regions)
        self._names: tuple[str, ...] = ()
        self._stop: Callable[[], None] | None = None

    def title_words(self) -> str:
        """Which document."""
        return self.text(f"document.{self.role}").partition("\n")[0]

    def help_words(self) -> str:
        """What it may be, and how large."""
        most = self.kiosk.settings.documents
        return self.text("document.kinds", limit=most.most_mb, pages=most.most_pages)

    def _regions(self, size: Size) -> list[Region]:
        places = columns(size.width, 2, 2)
        return [Region(x, 0, width, min(_TALL, size.height)) for x, width in places[: len(self._names)]]

    def compose_answer(self) -> Iterable[Widget]:
        """The tiles."""
        return [self.tiles]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """On top of the area."""
        yield self.tiles, Region(area.x, area.y, area.width, min(_TALL, area.height))

    @property
    def _has_stick(self) -> bool:
        return bool(self.kiosk.station.water.sticks.sight)

    def _stick_words(self) -> Sequence[str]:
        line = "document.stick_is_in" if self._has_stick else "document.plug_in"
        return self.text("document.from_stick"), self.text(line)

    def write(self) -> None:
        """The ways that there are: the phone only where an address for it is set."""
        super().write()
        tiles = [Tile("stick", "1", self._stick_words, main=self._has_stick)]
        if self.kiosk.station.water.uploads.offered:
            tiles.append(Tile("phone", "2", lambda: self.text("document.from_phone").split("\n")))
        self._names = tuple(tile.name for tile in tiles)
        self.tiles.show(tiles)
        self.tiles.refresh()

    def on_mount(self) -> None:
        """Look for sticks from now on."""
        self._stop = self.kiosk.station.water.sticks.watch(self._sticks_changed)

    def on_unmount(self) -> None:
        """Look no more."""
        if self._stop is not None:
            self._stop()

    def _sticks_changed(self) -> None:
        """Called in the thread of the sticks."""
        self.kiosk.call_later(self._look)

    def _look(self) -> None:
        if not self.is_attached:
            return
        # Whoever plugs a stick in is here, and wants it read.
        self.kiosk.touched()
        if self._has_stick:
            self.answer(Chosen("stick"))
        else:
            self.write()

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its tile."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "stick" and not self._has_stick:
            self.tell("document.plug_in", "warning")
        else:
            self.answer(Chosen(event.name))
