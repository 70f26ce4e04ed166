"""The first screen: no screen stands before it. Language, the large choices; a scan goes straight to the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.geometry import Region, Size
from textual.timer import Timer
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.language import day_year_weekday
from screens.base import CitizenScreen, Placed
from screens.frame import Frame, columns
from screens.messages import MinuteTurned, Scanned, StationReady
from screens.widgets.buttons import Button
from screens.widgets.tiles import Tile, Tiles
from screens.widgets.touch_area import TouchArea

ATTRACT_AFTER: Final = 60.0
"""Seconds without a touch until the ring begins to wander."""
ATTRACT_STEP: Final = 4.0
"""Seconds that it stands on a tile."""


class FirstScreen(CitizenScreen):
    """What a person may do here; at the foot type size, contrast and the number to call."""

    HAS_BACK: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.tiles = Tiles(
            [
                Tile("book", "1", lambda: self._words("home.book"), main=True),
                Tile("arrive", "2", lambda: self._words("home.arrive"), main=True),
                Tile("confirm", "3", lambda: self._words("home.confirm")),
                Tile("my_bookings", "4", lambda: self._words("home.my_bookings")),
            ],
            self._tile_regions,
        )
        self.type_size = Button("type")
        self.contrast = Button("contrast")
        self._attract: Timer | None = None
        self._attract_turn = 0

    def _words(self, key: str) -> Sequence[str]:
        return self.text(key).split("\n")

    def _tile_regions(self, size: Size) -> list[Region]:
        """Two main tiles over two others; what height there is goes to the main ones first."""
        height = size.height
        low = max(3, min(9, (height - 1) * 5 // 11))
        high = max(3, min(12, height - 1 - low))
        gap = 2
        return [
            Region(x, top, width, rows)
            for top, rows in ((0, high), (high + 1, low))
            for x, width in columns(size.width, 2, gap)
        ]

    def title_words(self) -> str:
        """Welcome."""
        return self._words("home.title")[0]

    def help_words(self) -> str:
        """What to do; after a minute without a touch, that the screen can be touched."""
        return self.text("attract") if self._attract is not None else self._words("home.title")[1]

    def aside_or_none(self) -> Callable[[], str] | None:
        """The date, where there is room for it."""
        return self._today

    def _today(self) -> str:
        if self.kiosk.large:
            return ""
        return day_year_weekday(self.kiosk.language, in_baku(to_instant(self.kiosk.now())).date())

    def compose_answer(self) -> Iterable[Widget]:
        """Tiles, and the two buttons at the foot."""
        yield self.tiles
        if self.kiosk.type_changer is not None:
            yield self.type_size
        yield self.contrast

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Tiles over the whole area; the buttons stand in the footer, the help line at its right."""
        yield self.tiles, area
        x, y, _, height = frame.footer
        if self.kiosk.type_changer is not None:
            wide = len(self.type_size.label) + 4
            yield self.type_size, Region(x, y, wide, height)
            x += wide + 2
        wide = len(self.contrast.label) + 4
        yield self.contrast, Region(x, y, wide, height)

    def place_footer(self, frame: Frame) -> Placed:
        """The note takes what the buttons leave."""
        taken = len(self.contrast.label) + 6
        if self.kiosk.type_changer is not None:
            taken += len(self.type_size.label) + 6
        x, y, width, height = frame.footer
        yield self.note, Region(x + taken, y, max(0, width - taken), height)

    def write(self) -> None:
        """Buttons and the help line."""
        app = self.kiosk
        self.type_size.label = (
            f"A {self.text('button.normal_type')}" if app.large_type else f"A+ {self.text('button.large_type')}"
        )
        contrast = "button.normal_contrast" if app.high_contrast else "button.high_contrast"
        self.contrast.label = f"◐ {self.text(contrast)}"
        self.note.say(self._help_line, "plain", align="right")
        super().write()

    def _help_line(self) -> str:
        key = "home.help_short" if self.kiosk.large else "home.help"
        return self.text(key, number=self.kiosk.settings.face.help_phone)

    def on_mount(self) -> None:
        """Wait for a minute of quiet."""
        self._wait_for_quiet()

    def _wait_for_quiet(self) -> None:
        self._attract = None
        self.set_timer(ATTRACT_AFTER, self.look_for_quiet)

    def look_for_quiet(self) -> None:
        """A minute may be over: begin, or look again."""
        quiet = self.kiosk.quiet_seconds
        if self._attract is None and self.is_current and quiet >= ATTRACT_AFTER and not self.kiosk.in_visit:
            self._attract = self.set_interval(ATTRACT_STEP, self.wander)
            self.question.refresh()
            self.wander()
        elif self._attract is None:
            self.set_timer(max(1.0, ATTRACT_AFTER - min(quiet, ATTRACT_AFTER)), self.look_for_quiet)

    def wander(self) -> None:
        """The ring goes to the other main tile."""
        self._attract_turn += 1
        self.tiles.cursor = "book" if self._attract_turn % 2 else "arrive"
        self.ring_around(self.tiles)

    def someone_is_here(self) -> None:
        """Stop wandering at once."""
        super().someone_is_here()
        if self._attract is not None:
            self._attract.stop()
            self.tiles.cursor = None
            self.ring_around(None)
            self._wait_for_quiet()
            self.question.refresh()

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its tile."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.begin(event.name)

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        self.begin("arrive", event.code)

    def begin(self, errand: str, code: str | None = None) -> None:
        """Start what the person came for; before the station is there, say to wait."""
        from screens.citizen.wizard import begin

        if not self.kiosk.is_ready:
            self.note.wait(True)
        self.kiosk.start_errand(lambda: begin(self.kiosk, errand, code))

    @on(StationReady)
    def _station_ready(self) -> None:
        self.note.wait(False)
        self.header.refresh()

    @on(MinuteTurned)
    def _another_minute(self) -> None:
        self.question.refresh()

    @on(TouchArea.Touched, "#type")
    def _type_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.toggle_type()
        self.write()

    @on(TouchArea.Touched, "#contrast")
    def _contrast_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.toggle_contrast()
        self.write()
