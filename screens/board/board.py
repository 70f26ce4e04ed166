"""The board's only screen: it follows the hall by itself and takes no input (C4).

The station is asked at each change of the hall, and once a second besides: an answer is the only proof that what is
shown is so. Without one for `AWAY_SECONDS` it asks the hall to wait, in three languages, and shows no call.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.language import LANGUAGES, clock
from kiosk.names import Language
from kiosk.settings import state_folder
from screens.board.pane import BoardPane
from screens.board.places import BoardFrame
from screens.board.view import PAGE_SECONDS, BoardView, NewCalls, chosen, is_inverse, key_of
from screens.messages import DatabaseChanged, StationReady
from screens.screen import KioskScreen, Placed

if TYPE_CHECKING:
    from kiosk.hall.announcer import Announcer
    from kiosk.hall.queue_facts import BoardNow

BEAT_SECONDS: Final = 0.2
"""How often it is looked what should be shown; nothing is drawn that stands already."""
LOOK_SECONDS: Final = 1.0
"""How often the station is asked, whatever it told."""
AWAY_SECONDS: Final = 2.0
"""So long after its last answer nothing that it told is shown."""
GIVE_UP_SECONDS: Final = 5.0
"""A question that is not answered in this time is asked anew: its connection may be dead."""
REST_SECONDS: Final = 30.0
"""After a fault that waiting does not mend it asks no sooner: each is logged."""


class BoardScreen(KioskScreen):
    """All of the glass is one pane."""

    idle_seconds = math.inf

    def __init__(self) -> None:
        super().__init__()
        self.pane = BoardPane()
        self._told: BoardNow | None = None
        self._new = NewCalls()
        self._voice: Announcer | None = None
        self._begun = self._answered = self._asked = self._flash = self._rests = -math.inf
        self._asking = self._wanted = False

    def compose(self) -> ComposeResult:
        """The pane alone."""
        yield self.pane

    def places(self, size: Size) -> Placed:
        """All of the glass."""
        yield from super().places(size)
        yield self.pane, Region(0, 0, size.width, size.height)

    def on_mount(self) -> None:
        """Begin to follow; before the first answer it waits as after a loss."""
        from kiosk.hall.announcer import Announcer

        app = self.kiosk
        self._begun = self._answered = app.elapsed()
        self._voice = Announcer(app.settings.board, state_folder(), lambda: app.call_later(app.bell))
        self.set_interval(BEAT_SECONDS, self.beat)
        self.beat()

    def on_unmount(self) -> None:
        """Be silent."""
        if self._voice is not None:
            self._voice.close()

    def on_key(self, event: events.Key) -> None:
        """Nobody stands before a board: no key is heard."""
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Nor a touch."""
        event.stop()

    @on(StationReady)
    def _station_ready(self) -> None:
        self._look()

    @on(DatabaseChanged)
    def _hall_changed(self) -> None:
        self._look()

    def on_resize(self) -> None:
        """There may be room for more calls, or for fewer."""
        self._show()

    def beat(self) -> None:
        """Ask when it is time, and show what should be shown now."""
        if self.kiosk.elapsed() - self._asked >= LOOK_SECONDS:
            self._look()
        self._show()

    def _look(self) -> None:
        """Ask the station, now or as soon as it has answered."""
        if self.kiosk.elapsed() < self._rests:
            return
        self._wanted = True
        if self.kiosk.is_ready and not self._asking:
            self._asking = True
            self.start(self._ask(), group="board", exclusive=False)

    def on_unexpected(self) -> None:
        """Nothing is shown soon; the log tells why, but not each second."""
        self._rests = self.kiosk.elapsed() + REST_SECONDS

    async def _ask(self) -> None:
        app = self.kiosk
        try:
            while self._wanted:
                self._wanted = False
                self._asked = app.elapsed()
                try:
                    told = await asyncio.wait_for(app.ask(app.station.board.look), GIVE_UP_SECONDS)
                except TimeoutError:
                    return
                self._answered = app.elapsed()
                self._take(told)
        finally:
            self._asking = False

    def _take(self, told: BoardNow) -> None:
        new = self._new.among(told)
        self._told = told
        if new:
            if self._voice is not None:
                self._voice.announce(new)
            if new[0] == told.calls[0]:
                self._flash = self.kiosk.elapsed()
        self._show()

    def _language(self, at: float) -> Language:
        turns = int((at - self._begun) / self.kiosk.settings.board.language_seconds)
        return LANGUAGES[turns % len(LANGUAGES)]

    def _show(self) -> None:
        app = self.kiosk
        at = app.elapsed()
        language, time = self._language(at), clock(app.now())
        waits = at - self._answered > AWAY_SECONDS
        if waits or self._told is None:
            ways = self._told.ways if self._told is not None else ()
            self.pane.show(BoardView(language, time, ways=ways, waits=waits, blank=not waits))
            return
        turns = int((at - self._begun) / PAGE_SECONDS)
        choice = chosen(self._told, len(BoardFrame.of(app.size, self._told.ways).lines), turns)
        self.pane.show(
            BoardView(
                language, time, choice.top, choice.below, frozenset(map(key_of, self._told.past)),
                choice.page, choice.pages, self._told.ways, inverse=is_inverse(at - self._flash),
            )
        )  # fmt: skip
