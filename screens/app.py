"""The Textual app of both faces: its station, look, clocks and first screen. Visits are in `screens.visits`.

Screens that are not needed for the first frame, and the station with its database, are imported after it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, cast

from textual import events
from textual.screen import Screen

from kiosk.clock import baku_day, in_baku, to_instant
from kiosk.settings import Settings
from screens.calls import in_thread
from screens.frame import ROOMY_HEIGHT, ROOMY_WIDTH, Frame
from screens.lockdown import log_crash
from screens.maintenance.door import DoorApp
from screens.messages import (
    DatabaseChanged,
    DayTurned,
    LookChanged,
    MinuteTurned,
    StationReady,
)
from screens.palette import THEMES, Palette, ThemeName, load
from screens.scanner import GAP_SECONDS

if TYPE_CHECKING:
    from kiosk.booking.catalogue import Catalogue
    from kiosk.station import Station

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

FaceName = Literal["citizen", "counter", "board"]
RETRY_SECONDS: Final = 5.0
"""How long after a station that could not be built it is tried again."""
CHECK_SECONDS: Final = 600.0
"""How often the rule's clock and the reference data are read anew for what is shown."""


class KioskApp(DoorApp):
    """A face. `station_factory` builds the station in a thread, after the first frame."""

    CSS = "Screen { background: $canvas; color: $ink; }"

    def __init__(
        self,
        face: FaceName,
        station_factory: Callable[[], Station],
        settings: Settings,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        scan_gap: float = GAP_SECONDS,
        type_changer: Callable[[bool], None] | None = None,
    ) -> None:
        """Make it; nothing is opened before it runs.

        Args:
            face: which face it shows.
            station_factory: builds the station; called in a thread, again after `RETRY_SECONDS` when it raises.
            settings: this station's settings.
            elapsed: seconds on a monotonic clock, for idle and the deaf moment after a change of screen.
            wall: this machine's time (aware); what is shown is this, put right by the rule's clock.
            scan_gap: seconds between a scanner's letters at most; 0 takes no burst for a scan.
            type_changer: makes the terminal's type large (True) or normal; None: this terminal cannot.
        """
        self._palettes: dict[ThemeName, Palette] = {}
        super().__init__(settings, elapsed, gap=scan_gap)
        self.face: FaceName = face
        self._factory = station_factory
        self._station: Station | None = None
        self._station_event = asyncio.Event()
        self._stop_watching: Callable[[], None] | None = None
        self._stop_cards: Callable[[], None] | None = None
        self.catalogue: Catalogue | None = None
        """The reference data, as last read: when the station was built, and every `CHECK_SECONDS` after."""
        self._wall = wall
        self._ahead = timedelta()
        self._usual_theme = self._first_theme()
        for name in THEMES:
            self._palettes[name] = load(name)
            self.register_theme(self._palettes[name].textual_theme())
        self.theme = self._usual_theme
        self.type_changer = type_changer
        self.large_type = settings.face.large_type
        """Whether the type was made large by the person, or is by the settings."""

    def _first_theme(self) -> ThemeName:
        if os.environ.get("NO_COLOR"):
            return "kiosk-mono"
        chosen = self.settings.face.theme
        if chosen == "auto":
            return "kiosk-light" if self.face == "citizen" else "kiosk-dark"
        return cast(ThemeName, chosen)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The names of the palette, for stylesheets that are read before a theme of ours is on."""
        light = self._palettes.get("kiosk-light") or load("kiosk-light")
        return {str(name): value for name, value in light.colours.items()}

    @property
    def palette(self) -> Palette:
        """The colours that are on."""
        return self._palettes[cast(ThemeName, self.theme)]

    @property
    def high_contrast(self) -> bool:
        """Whether the person chose high contrast."""
        return self.theme == "kiosk-contrast"

    def toggle_contrast(self) -> None:
        """High contrast on, or back to this station's usual theme."""
        self._set_theme(self._usual_theme if self.high_contrast else "kiosk-contrast")

    def wear_dark(self) -> None:
        """The dark theme, where no other look was asked for by person or surroundings."""
        if self.theme == "kiosk-light":
            self._set_theme("kiosk-dark")

    def _set_theme(self, name: ThemeName) -> None:
        if self.theme != name:
            self.theme = name
            self.tell_all(LookChanged)

    def toggle_type(self) -> None:
        """Large type, or normal again, where the terminal can."""
        self._set_type(not self.large_type)

    def _set_type(self, large: bool) -> None:
        if self.type_changer is not None and large != self.large_type:
            self.large_type = large
            self.type_changer(large)

    @property
    def large(self) -> bool:
        """Whether the large-type layout is shown: the terminal is smaller than 112×34."""
        return self.size.width < ROOMY_WIDTH or self.size.height < ROOMY_HEIGHT

    @property
    def margin(self) -> int:
        """The first column of the content."""
        return Frame.of(self.size, steps=False).left

    @property
    def has_usual_look(self) -> bool:
        """Whether theme and type size are this station's."""
        return self.theme == self._usual_theme and self.large_type == self.settings.face.large_type

    def restore_look(self) -> None:
        """Back to this station's theme and type size."""
        self._set_theme(self._usual_theme)
        self._set_type(self.settings.face.large_type)

    @property
    def station(self) -> Station:
        """The station.

        Raises:
            RuntimeError: it is not built yet; await `ready` first.
        """
        if self._station is None:
            raise RuntimeError("the station is not built yet")
        return self._station

    @property
    def greets_cards(self) -> bool:
        """Only citizens are greeted: at a counter their cards come and go while the operator works."""
        return self.face == "citizen"

    @property
    def is_ready(self) -> bool:
        """Whether the station is built."""
        return self._station is not None

    @property
    def is_out_of_service(self) -> bool:
        """Whether this machine serves nobody; a board beside a kiosk that is mended goes on telling numbers."""
        return self.face != "board" and super().is_out_of_service

    async def ready(self) -> Station:
        """Wait for the station."""
        await self._station_event.wait()
        return self.station

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the station in a thread of its own.

        Raises:
            Refusal: what the call raises.
        """
        return await in_thread(lambda: call(*args, **kwargs))

    async def _build_station(self) -> None:
        from kiosk.errors import Unavailable

        while self._station is None:
            try:
                station = await in_thread(self._factory)
                catalogue = await in_thread(station.catalogue)
            except Unavailable:
                _log.warning("the station could not be built; trying again")
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._station, self.catalogue = station, catalogue
        follow = self._station.watch_hall if self.face == "board" else self._station.watch
        self._stop_watching = follow(self._database_changed)
        self._stop_cards = self.follow_cards(self._station)
        self._station_event.set()
        self.set_interval(CHECK_SECONDS, self._check_clock)
        await self._read_clock()
        self.tell_all(StationReady)

    def _database_changed(self) -> None:
        """Called in the watcher's thread."""
        self.station.stations.look()
        self.call_later(self._follow_database)

    async def _follow_database(self) -> None:
        self.tell_top(DatabaseChanged())

    def _check_clock(self) -> None:
        self.run_worker(self._read_clock(), group="clock", exclusive=True, exit_on_error=False)

    async def _read_clock(self) -> None:
        from kiosk.errors import Refusal

        try:
            told = await in_thread(self.station.now)
            self._ahead = told - self._wall()
            self.catalogue = await in_thread(self.station.catalogue)
        except Refusal:
            return

    def now(self) -> datetime:
        """The time to show: this machine's, put right by the rule's clock when that was last read (aware, UTC)."""
        return self._wall() + self._ahead

    def centre_name(self) -> str:
        """This station's centre, in the language on screen; "" while it is not known."""
        centre = self.catalogue.centres.get(self.settings.station.centre) if self.catalogue is not None else None
        if centre is None:
            return ""
        return (centre.short_name if self.large else centre.name).of(self.language)

    def get_default_screen(self) -> Screen[Any]:
        """The first screen of the face is the bottom of the stack: nothing stands before it."""
        if self.face == "citizen":
            from screens.citizen.first import FirstScreen

            return FirstScreen()
        if self.face == "board":
            from screens.board.board import BoardScreen

            return BoardScreen()
        from screens.counter.sign_in import SignInScreen

        return SignInScreen()

    def on_mount(self) -> None:
        """Hear signals, grow deaf at a change of screen, start the clocks; build the station after the first frame."""
        if not self.is_headless:
            self.take_signals()
        self.screen_change_signal.subscribe(self, self.grow_deaf, immediate=True)
        self._plan_minute()
        self._plan_midnight()
        self.watch_service()
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        self.run_worker(self._build_or_end(), group="station", exit_on_error=False)

    async def _build_or_end(self) -> None:
        try:
            await self._build_station()
        except Exception as error:
            # What waiting does not mend. `NotReady` names what is missing, and no person: its text may be shown.
            log_crash(error)
            from kiosk.place import NotReady

            self.exit(return_code=1, message=str(error) if isinstance(error, NotReady) else None)

    async def lock_left(self) -> bool:
        """At a counter the operator's workplace is locked when it is left, with all that was typed and called (C6)."""
        if self.face != "counter":
            return False
        from screens.counter.lock import lock_workplace

        return await lock_workplace(self)

    def _plan_minute(self) -> None:
        now = self.now()
        self.set_timer(60.05 - now.second - now.microsecond / 1e6, self._minute)

    def _minute(self) -> None:
        self.tell_all(MinuteTurned)
        self._plan_minute()

    def _plan_midnight(self) -> None:
        local = in_baku(to_instant(self.now()))
        left = 86_400 - (local.hour * 3600 + local.minute * 60 + local.second)
        # Looked at again each hour: the shown clock may be put right in between.
        self.set_timer(min(3600.0, left + 0.5), lambda: self._midnight(local.date()))

    def _midnight(self, before: object) -> None:
        if baku_day(to_instant(self.now())) != before:
            self.tell_all(DayTurned)
        self._plan_midnight()

    async def on_unmount(self) -> None:
        """Stop following the database and the readers, and close the station."""
        for stop in (self._stop_watching, self._stop_cards):
            if stop is not None:
                stop()
        if self._station is not None:
            self._station.close()

    def on_key(self, event: events.Key) -> None:
        """F9 is the technician's gesture; F2 shows the last letter where the data are examples."""
        if event.key == "f9":
            self.f9_pressed()
        elif event.key == "f2" and self.settings.example.data and self.face == "citizen" and self.is_ready:
            self.run_worker(self._show_letter(), group="letter", exclusive=True, exit_on_error=False)

    async def _show_letter(self) -> None:
        from kiosk.errors import Refusal
        from screens.citizen.letter import LetterScreen

        try:
            letter = await self.ask(self.station.last_letter)
        except (OSError, Refusal):
            letter = None
        if not isinstance(self.screen, LetterScreen):
            await self.push_screen(LetterScreen(letter))
