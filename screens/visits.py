"""One visit at a time: its language, its errands, its end by idle, and the forgetting of everything personal (K1).

A card in the reader is a visit too: it greets by name, and whoever signed in by it is signed out the moment it goes.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from textual.screen import Screen
from textual.timer import Timer

from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from kiosk.session import Session
from kiosk.settings import Settings
from screens.base import KioskScreen
from screens.calls import in_thread
from screens.messages import CardSeen, LanguageChanged, ToScreen
from screens.scanner import ScannerApp

if TYPE_CHECKING:
    from kiosk.identity.card_facts import CardFacts, CardSight
    from kiosk.identity.sign_in import CitizenSession
    from kiosk.station import Station
    from screens.idle import IdleWarning

LOOK_SECONDS: Final = 5.0
"""How often it is asked whether the session of who is signed in still lives."""
_log = logging.getLogger(__name__)


class VisitApp(ScannerApp):
    """An app that people come to and leave, one after another."""

    def __init__(self, settings: Settings, elapsed: Callable[[], float], *, gap: float) -> None:
        """Make it with nobody here."""
        super().__init__(elapsed, gap=gap)
        self.settings = settings
        self.session = Session(cast(Language, settings.face.language))
        self._last_touch = elapsed()
        self._idle_timer: Timer | None = None
        self._session_timer: Timer | None = None
        self._warning: IdleWarning | None = None
        self._sight: CardSight | None = None
        self._left_card: int | None = None
        """The insertion of a card whose owner went away without it: it greets nobody and fills nothing in."""

    @property
    def station(self) -> Station:
        """The station, once it is built."""
        raise NotImplementedError

    def now(self) -> datetime:
        """The time that is shown (aware, UTC); no rule goes by it."""
        raise NotImplementedError

    @property
    def sight(self) -> CardSight | None:
        """What stands in the card reader, as last told; None before the station is built, or without a reader."""
        return self._sight

    @property
    def greets_cards(self) -> bool:
        """Whether a card in the reader is somebody's visit by itself."""
        return True

    @property
    def card(self) -> CardFacts | None:
        """The card of the person who stands here, as far as it was read; None also for one that was left behind."""
        sight = self._sight
        if sight is None or sight.card is None or sight.insertion == self._left_card:
            return None
        return sight.card

    @property
    def card_was_left(self) -> bool:
        """Whether the card in the reader is one that its owner left there."""
        sight = self._sight
        return sight is not None and sight.insertion is not None and sight.insertion == self._left_card

    def follow_cards(self, station: Station) -> Callable[[], None]:
        """Begin to look at the station's readers; answers what stops it."""
        desk = station.cards
        if desk is None:
            return lambda: None

        def seen(sight: CardSight) -> None:
            """Called in a thread of the desk."""
            self.call_later(self._card_seen, sight)

        stop = desk.watch(seen)
        # What came before anybody watched is told by nobody else.
        self.call_later(self._card_seen, desk.sight)
        return stop

    async def _card_seen(self, sight: CardSight) -> None:
        before, self._sight = self._sight, sight
        if sight.insertion is not None and (before is None or before.insertion != sight.insertion):
            # Whoever puts a card in is here, as much as whoever touches the screen.
            self.touched()
        identity = self.session.identity
        if identity is not None and identity.insertion not in (None, sight.insertion):
            self.sign_out(sight.ended or "card_gone")
            return
        self.tell_top(CardSeen(sight))
        if before is not None and before.card is not None and sight.card is None and not self.in_visit:
            # The name that greeted stands in caches of what was drawn.
            self.call_later(self._forget_visit)

    def hold_session(self, identity: CitizenSession) -> None:
        """Somebody signed in: the session is the visit's from here on, and is looked at now and then (I12)."""
        self.session.identity = identity
        if self._session_timer is None:
            self._session_timer = self.set_interval(LOOK_SECONDS, self.look_at_session)

    def look_at_session(self) -> None:
        """End the visit when its session lives no more: a station cut off from the others gives it up. Never blocks."""
        identity = self.session.identity
        if identity is None:
            if self._session_timer is not None:
                self._session_timer.stop()
                self._session_timer = None
        elif not self.station.sign_ins.is_alive(identity):
            self.sign_out("time_over" if self.now() >= identity.ends_at else "lease_lost")

    def sign_out(self, why: str) -> None:
        """End the visit of somebody who is signed in, at once, and say why in the language they read."""
        identity, self.session.identity = self.session.identity, None
        if identity is None:
            return
        self.session.who = None
        self.end_session(identity, why)
        language = self.session.language
        self.workers.cancel_group(self, "errand")
        self.call_later(self._sign_out, why, language)

    async def _sign_out(self, why: str, language: Language) -> None:
        await self._forget_visit()
        self.set_language(language)
        from screens.citizen.telling import tell_ended

        self.start_errand(lambda: tell_ended(self, why))

    @property
    def has_usual_look(self) -> bool:
        """Whether theme and type size are this station's."""
        raise NotImplementedError

    def restore_look(self) -> None:
        """Back to this station's theme and type size."""
        raise NotImplementedError

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

    def tell_top(self, message: ToScreen) -> None:
        """Post to the screen that the person works with, below a panel that stands over it."""
        if (screen := self._worked_with()) is not None:
            screen.post_message(message)

    def _worked_with(self) -> Screen[Any] | None:
        screen: Screen[Any]
        for screen in reversed(self._screen_stack):
            if not (isinstance(screen, KioskScreen) and screen.IS_PANEL):
                return screen
        return None

    def tell_all(self, kind: type[ToScreen]) -> None:
        """Post to every screen that is open."""
        for screen in self._screen_stack:
            screen.post_message(kind())

    @property
    def in_visit(self) -> bool:
        """Whether somebody is in the middle of something.

        Another screen is open, a card is in the reader, or language or look are not usual.
        """
        return (
            len(self._screen_stack) > 1
            or self.session.language != self.settings.face.language
            or not self.has_usual_look
            or (self.greets_cards and self.card is not None)
        )

    def start_errand(self, errand: Callable[[], Awaitable[None]]) -> None:
        """Run what a person came for: a coroutine of `screens.citizen.wizard` that shows screens one after another.

        It is made when it begins, so that one which is replaced before that leaves nothing un-awaited behind.
        """

        async def work() -> None:
            await self._guarded_errand(errand)

        # Textual's union of callables and awaitables has no member that mypy settles on for a plain coroutine function.
        self.run_worker(work, group="errand", exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _guarded_errand(self, errand: Callable[[], Awaitable[None]]) -> None:
        try:
            await errand()
        except Exception as error:
            # Never leave a person before a screen that nobody listens to: crash, and come back within seconds (K1).
            self._handle_exception(error)

    def end_visit(self, why: str = "left") -> None:
        """Back to the first screen; everything of the person who was here is forgotten.

        Args:
            why: for the audit, when somebody was signed in: "left" or "idle".
        """
        self.workers.cancel_group(self, "errand")
        self.call_later(self._forget_visit, why)

    async def _forget_visit(self, why: str = "left") -> None:
        from screens.forget import forget_all

        if (identity := self.session.identity) is not None:
            self.session.identity = None
            self.end_session(identity, why)
        while len(self._screen_stack) > 1:
            await self.pop_screen()
        self._warning = None
        self.session = Session(cast(Language, self.settings.face.language))
        self._clipboard = ""
        self._notifications.clear()
        self._mouse_down_widget = self.mouse_over = self.hover_over = None
        self.restore_look()
        self.tell_all(LanguageChanged)
        self._drop()
        await forget_all()
        await self.visit_ended()

    async def visit_ended(self) -> None:
        """The first screen is shown, and nothing of the person who was here is left."""

    def end_session(self, identity: CitizenSession, why: str) -> None:
        """End a sign-in at the station, in a thread: the screen does not wait for it."""
        station = self.station

        async def work() -> None:
            try:
                await in_thread(lambda: station.sign_ins.end(identity, why))
            except Exception as error:  # its lease runs out by itself; a trace may hold a person's data
                _log.error("a session could not be ended: %s", type(error).__name__)

        self.run_worker(work, group="sign_out", exit_on_error=False)  # type: ignore[arg-type]

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
        screen = self._worked_with()
        own = screen.idle_seconds if isinstance(screen, KioskScreen) else None
        if own is not None:
            return float(own)
        signed_in = self.session.identity is not None
        return float(self.settings.session.kiosk_idle_seconds if signed_in else self.settings.face.idle_seconds)

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
        if left <= 0 and await self.lock_left():
            self._warning = None
            self._plan_idle(60.0)
        elif left <= 0:
            if self._sight is not None:
                self._left_card = self._sight.insertion
            self.end_visit("idle")
        elif left <= warning:
            await self._warn(left)
            self._plan_idle(min(1.0, left))
        else:
            self._plan_idle(left - warning)

    async def lock_left(self) -> bool:
        """Lock what nobody touched, in place of ending it, where somebody works; whether it was locked."""
        return False

    async def _warn(self, left: float) -> None:
        if self._warning is None or self._warning not in self._screen_stack:
            from screens.idle import IdleWarning

            self._warning = IdleWarning(self.settings.face.idle_warning_seconds)
            await self.push_screen(self._warning)
        self._warning.show_left(left)
