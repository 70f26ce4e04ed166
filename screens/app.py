"""The Textual app of both faces: one station, one visit at a time, language, look, idle, and what the screens are told.

Screens that are not needed for the first frame, and the station with its database, are imported after it.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, cast

from textual import events
from textual.screen import Screen
from textual.timer import Timer

from kiosk.clock import baku_day, in_baku, to_instant
from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from kiosk.session import Session
from kiosk.settings import Settings
from screens.base import KioskScreen
from screens.calls import in_thread
from screens.frame import ROOMY_HEIGHT, ROOMY_WIDTH, Frame
from screens.lockdown import log_crash
from screens.messages import (
    DatabaseChanged,
    DayTurned,
    LanguageChanged,
    LookChanged,
    MinuteTurned,
    StationReady,
    ToScreen,
)
from screens.palette import THEMES, Palette, ThemeName, load
from screens.scanner import GAP_SECONDS, ScannerApp

if TYPE_CHECKING:
    from kiosk.booking.catalogue import Catalogue
    from kiosk.station import Station
    from screens.idle import IdleWarning

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

FaceName = Literal["citizen", "counter"]
RETRY_SECONDS: Final = 5.0
"""How long after a station that could not be built it is tried again."""
CLOCK_CHECK_SECONDS: Final = 600.0
"""How often the rule's clock is read anew for the time that is shown."""


class KioskApp(ScannerApp):
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
        super().__init__(elapsed, gap=scan_gap)
        self.face: FaceName = face
        self.settings = settings
        self._factory = station_factory
        self._station: Station | None = None
        self._station_event = asyncio.Event()
        self._stop_watching: Callable[[], None] | None = None
        self.catalogue: Catalogue | None = None
        """The reference data, as read when the station was built or the database last changed."""
        self._wall = wall
        self._ahead = timedelta()
        self.session = Session(cast(Language, settings.face.language))
        self._last_touch = elapsed()
        self._idle_timer: Timer | None = None
        self._warning: IdleWarning | None = None
        self._usual_theme = self._first_theme()
        for name in THEMES:
            self._palettes[name] = load(name)
            self.register_theme(self._palettes[name].textual_theme())
        self.theme = self._usual_theme
        self.type_changer = type_changer
        self.large_type = settings.face.large_type
        """Whether the type was made large by the person, or is by the settings."""

    # Look -----------------------------------------------------------------------------------------------------------

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

    # Language -------------------------------------------------------------------------------------------------------

    @property
    def language(self) -> Language:
        """The language on screen; it belongs to the visit."""
        return self.session.language

    def set_language(self, language: Language) -> None:
        """Switch at any step; nothing is lost."""
        if language in LANGUAGES and language != self.session.language:
            self.session.language = language
            self.tell_all(LanguageChanged)

    def text(self, key: str, /, **values: object) -> str:
        """The message `key` in the language on screen."""
        return text(self.session.language, key, **values)

    # The station ----------------------------------------------------------------------------------------------------

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
    def is_ready(self) -> bool:
        """Whether the station is built."""
        return self._station is not None

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
        self._stop_watching = self._station.watch(self._database_changed)
        self._station_event.set()
        self.set_interval(CLOCK_CHECK_SECONDS, self._check_clock)
        await self._read_clock()
        self.tell_all(StationReady)

    def _database_changed(self) -> None:
        """Called in the watcher's thread."""
        self.call_later(self._follow_database)

    async def _follow_database(self) -> None:
        self.tell_top(DatabaseChanged())

    def _check_clock(self) -> None:
        self.run_worker(self._read_clock(), group="clock", exclusive=True, exit_on_error=False)

    async def _read_clock(self) -> None:
        from kiosk.errors import Refusal

        try:
            told = await in_thread(self.station.now)
        except Refusal:
            return
        self._ahead = told - self._wall()

    def now(self) -> datetime:
        """The time to show: this machine's, put right by the rule's clock when that was last read (aware, UTC)."""
        return self._wall() + self._ahead

    def centre_name(self) -> str:
        """This station's centre, in the language on screen; "" while it is not known."""
        centre = self.catalogue.centres.get(self.settings.station.centre) if self.catalogue is not None else None
        if centre is None:
            return ""
        return (centre.short_name if self.large else centre.name).of(self.language)

    # What screens are told ------------------------------------------------------------------------------------------

    def tell_top(self, message: ToScreen) -> None:
        """Post to the screen that the person works with (below the idle warning)."""
        if self._screen_stack:
            screen = self._screen_stack[-1]
            if screen is self._warning and len(self._screen_stack) > 1:
                screen = self._screen_stack[-2]
            screen.post_message(message)

    def tell_all(self, kind: type[ToScreen]) -> None:
        """Post to every screen that is open."""
        for screen in self._screen_stack:
            screen.post_message(kind())

    # Life -----------------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """The first screen of the face is the bottom of the stack: nothing stands before it."""
        if self.face == "citizen":
            from screens.citizen.first import FirstScreen

            return FirstScreen()
        from screens.counter.sign_in import SignInScreen

        return SignInScreen()

    def on_mount(self) -> None:
        """Hear signals, grow deaf at a change of screen, start the clocks; build the station after the first frame."""
        if not self.is_headless:
            self.take_signals()
        self.screen_change_signal.subscribe(self, self.grow_deaf, immediate=True)
        self._plan_minute()
        self._plan_midnight()
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        self.run_worker(self._build_or_end(), group="station", exit_on_error=False)

    async def _build_or_end(self) -> None:
        try:
            await self._build_station()
        except Exception as error:
            # What waiting does not mend. `NotReady` names what is missing, and no person: its text may be shown.
            log_crash(error)
            from kiosk.station import NotReady

            self.exit(return_code=1, message=str(error) if isinstance(error, NotReady) else None)

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
        """Stop following the database and close the station."""
        if self._stop_watching is not None:
            self._stop_watching()
        if self._station is not None:
            self._station.close()

    def on_key(self, event: events.Key) -> None:
        """F2 shows the last letter where the data are examples."""
        if event.key == "f2" and self.settings.example.data and self.face == "citizen" and self.is_ready:
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

    # Visits ---------------------------------------------------------------------------------------------------------

    @property
    def in_visit(self) -> bool:
        """Whether somebody is in the middle of something: another screen is open, or language or look are not usual."""
        return (
            len(self._screen_stack) > 1
            or self.session.language != self.settings.face.language
            or self.theme != self._usual_theme
            or self.large_type != self.settings.face.large_type
        )

    def start_errand(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run what a person came for: a coroutine of `screens.citizen.wizard` that shows screens one after another."""
        self.run_worker(self._guarded_errand(errand), group="errand", exclusive=True, exit_on_error=False)

    async def _guarded_errand(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except Exception as error:
            # Never leave a person before a screen that nobody listens to: crash, and come back within seconds (K1).
            self._handle_exception(error)

    def end_visit(self) -> None:
        """Back to the first screen; everything of the person who was here is forgotten."""
        self.workers.cancel_group(self, "errand")
        self.call_later(self._forget_visit)

    async def _forget_visit(self) -> None:
        from screens.forget import forget_all

        while len(self._screen_stack) > 1:
            await self.pop_screen()
        self._warning = None
        self.session = Session(cast(Language, self.settings.face.language))
        self._clipboard = ""
        self._notifications.clear()
        self._mouse_down_widget = self.mouse_over = self.hover_over = None
        self._set_theme(self._usual_theme)
        self._set_type(self.settings.face.large_type)
        self.tell_all(LanguageChanged)
        self._drop()
        await forget_all()

    # Idle -----------------------------------------------------------------------------------------------------------

    def touched(self) -> None:
        """Somebody is here: the idle time begins anew, and the warning goes."""
        self._last_touch = self.elapsed()
        if self._warning is not None:
            warning, self._warning = self._warning, None
            if self.screen is warning:
                self.pop_screen()
        if self._screen_stack and isinstance(screen := self.screen, KioskScreen):
            screen.someone_is_here()
        if self._idle_timer is None:
            self._plan_idle(1.0)

    @property
    def quiet_seconds(self) -> float:
        """How long nobody has touched anything."""
        return self.elapsed() - self._last_touch

    def _plan_idle(self, seconds: float) -> None:
        if self._idle_timer is not None:
            self._idle_timer.stop()
        self._idle_timer = self.set_timer(max(0.05, seconds), self.look_at_idle)

    def idle_limit(self) -> float:
        """After how many seconds without a touch the visit ends, on the screen that is open."""
        screen = self._screen_stack[-1]
        if screen is self._warning:
            screen = self._screen_stack[-2]
        own = getattr(screen, "idle_seconds", None)
        return float(self.settings.face.idle_seconds if own is None else own)

    async def look_at_idle(self) -> None:
        """Warn, end the visit, or look again when it may be time. A timer calls this; it costs nothing between."""
        self._idle_timer = None
        if not self.in_visit:
            return
        limit, warning = self.idle_limit(), self.settings.face.idle_warning_seconds
        if math.isinf(limit):
            self._plan_idle(60.0)
            return
        left = limit - (self.elapsed() - self._last_touch)
        if left <= 0:
            self.end_visit()
        elif left <= warning:
            await self._warn(left)
            self._plan_idle(min(1.0, left))
        else:
            self._plan_idle(left - warning)

    async def _warn(self, left: float) -> None:
        if self._warning is None or self._warning not in self._screen_stack:
            from screens.idle import IdleWarning

            self._warning = IdleWarning(self.settings.face.idle_warning_seconds)
            await self.push_screen(self._warning)
        self._warning.show_left(left)
