"""The hall at one counter, without a widget: what was read of it last, who is here, and the steps (C2, C5).

It is read anew whenever the hall changes, off the screen's thread. A reading that began before a step was answered
tells nothing about the counter after it.
"""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from kiosk.errors import CounterClosed, CounterTaken, NotFound, Refusal, Unavailable
from kiosk.hall.queue_facts import CounterView, Outcome, QueuedTicket
from screens.counter.base import AWAY_AFTER, CounterScreen
from screens.counter.hall_now import HallNow, read_hall
from screens.counter.stepping import Result, Step, Stepping
from screens.counter.steps_now import Situation, StepKey, Why
from screens.counter.target_list import Target
from screens.follow import Follower

if TYPE_CHECKING:
    from kiosk.hall.person import PersonFacts
    from screens.app import KioskApp

RETRY_SECONDS: Final = 5.0
"""How long after the database was away the hall is read again."""
MOST_READ: Final = 200
"""How many of those who wait are read while the operator needs no more: far more than a screen shows at once."""
PAUSE_SECONDS: Final = 0.3
"""How long at least lies between two readings: with the watcher's own quarter of a second, changes show in one."""


class HallDesk:
    """What the workplace knows of the hall and does there."""

    def __init__(
        self,
        screen: CounterScreen,
        staff: int,
        counter: str,
        *,
        changed: Callable[[], None],
        stepped: Callable[[Step, Result], None],
        refused: Callable[[Step, Why], None],
        again: Callable[[str], None],
        came_back: Callable[[], None],
        needs_all: Callable[[], bool],
    ) -> None:
        """Make it; nothing is asked before `begin`.

        Args:
            screen: on which notes are said, and whose work the calls are.
            staff: who works here, for the audit.
            counter: the counter's number.
            changed: what is known is another.
            stepped: told each answer to a step.
            refused: told why a step was refused.
            again: does the key that was pressed while a step was under way.
            came_back: the database answers again after a reading failed.
            needs_all: whether the operator needs all who wait now, not only the first ones.
        """
        self._screen = screen
        self._app: KioskApp | None = None
        self._came_back = came_back
        self._needs_all = needs_all
        self._away = False
        self._staff = staff
        self._counter = counter
        self._changed = changed
        self._stepped = stepped
        self._hall: HallNow | None = None
        self._person: PersonFacts | None = None
        self._named: str | None = None
        """The ticket whose person was asked for: each look is audited, so there is one for each call."""
        self._steps = 0
        self._follower = Follower(screen, self._read, pause=PAUSE_SECONDS)
        self._retry: Timer | None = None
        self._stop_watching: Callable[[], None] | None = None
        self.stepping = Stepping(screen, self._look_here, self._done, refused, again)

    @property
    def hall(self) -> HallNow | None:
        """The hall as it was read last; None before the first reading."""
        return self._hall

    @property
    def person(self) -> PersonFacts | None:
        """Who is called or served here, once the station told."""
        return self._person

    def situation(self, chosen: QueuedTicket | None) -> Situation:
        """What the keys depend on."""
        hall = self._hall
        if hall is None:
            return Situation(known=False)
        return Situation(
            known=True,
            live=hall.live,
            chosen=chosen,
            waiting=hall.queue.waiting_count,
            parked=len(hall.queue.parked),
            can_undo=hall.undoable(self._screen.kiosk.elapsed()) is not None,
        )

    async def begin(self) -> None:
        """Sit down at the counter, follow the hall, and wait a moment for the first reading."""
        self._screen.start(self._sit(), group="sit", exclusive=False)
        self._app = self._screen.kiosk
        self._stop_watching = self._app.station.watch_hall(_teller(self))
        await self._follower.first()

    def stop(self) -> None:
        """The workplace closes."""
        if self._stop_watching is not None:
            self._stop_watching()
        if self._retry is not None:
            self._retry.stop()
        self.stepping.stop()

    def told(self) -> None:
        """The hall changed; called in the watcher's thread."""
        if self._app is not None:
            self._app.call_later(self._follow_if_seen)

    async def _follow_if_seen(self) -> None:
        if self._screen.is_current:
            self.follow()

    def follow(self) -> None:
        """Read the hall anew."""
        if self._retry is not None:
            self._retry.stop()
            self._retry = None
        self._follower.changed()

    def read_enough(self) -> None:
        """Read the hall anew where more of it is needed than was read."""
        if self._hall is not None and not self._hall.is_whole and self._needs_all():
            self._follower.changed()

    async def _sit(self) -> None:
        counters = self._screen.kiosk.station.counters
        try:
            await self._screen.kiosk.ask(counters.sit, secrets.token_hex(16), self._staff, self._counter)
        except CounterClosed:
            self._screen.tell("counter.no.closed", "warning")
        except CounterTaken as taken:
            key = "counter.no.taken" if taken.counter == self._counter else "counter.no.elsewhere"
            self._screen.tell(key, "warning", number=taken.counter)

    def _look_here(self) -> CounterView:
        """Blocks."""
        return self._screen.kiosk.station.queue.at_counter(self._counter)

    async def _read(self) -> None:
        screen, steps = self._screen, self._steps
        slow = screen.set_timer(AWAY_AFTER, screen.on_unavailable)
        try:
            queue = screen.kiosk.station.queue
            most = None if self._needs_all() else MOST_READ
            hall = await screen.kiosk.ask(read_hall, queue, self._counter, screen.kiosk.elapsed, most)
        except Unavailable:
            self._away = True
            screen.on_unavailable()
            self._read_again_later()
            return
        finally:
            slow.stop()
        screen.answered()
        if self._away:
            self._away = False
            self._came_back()
        if steps != self._steps and self._hall is not None:
            hall = hall.at_counter(self._hall.view)
            self._follower.changed()
        self._set(hall)

    def _read_again_later(self) -> None:
        if self._retry is not None:
            self._retry.stop()
        self._retry = self._screen.set_timer(RETRY_SECONDS, self.follow)

    def _done(self, step: Step, result: Result, view: CounterView) -> None:
        self._steps += 1
        if self._hall is not None:
            self._set(self._hall.at_counter(view))
        # At once, not after the follower's pause: the next key may be about what this step changed in the queue.
        self._screen.start(self._read(), group="read", exclusive=True)
        self._stepped(step, result)

    def _set(self, hall: HallNow) -> None:
        self._hall = hall
        live = hall.live
        if live is None or live.ticket != self._named:
            self._person = None
            self._named = None
        if live is not None and self._named is None:
            self._named = live.ticket
            self._screen.start(self._ask_person(live.ticket), group="person", exclusive=False)
        self._changed()

    async def _ask_person(self, ticket: str) -> None:
        queue = self._screen.kiosk.station.queue
        try:
            person = await self._screen.kiosk.ask(queue.person, ticket, staff=self._staff, counter=self._counter)
        except Unavailable:
            # Asked for again with the next reading.
            if self._named == ticket:
                self._named = None
            self._read_again_later()
            return
        except NotFound:
            return
        if self._named == ticket:
            self._person = person
            self._changed()

    def take(
        self,
        step: StepKey,
        ticket: str | None,
        *,
        note: str = "",
        to: Target | None = None,
        outcome: Outcome = "served",
    ) -> bool:
        """Begin a step; False: another is under way."""
        return self.stepping.take(step, ticket, self._call(step, ticket or "", note, to, outcome))

    def _call(
        self, step: StepKey, ticket: str, note: str, to: Target | None, outcome: Outcome
    ) -> Callable[[str], Result]:
        queue, counter, staff = self._screen.kiosk.station.queue, self._counter, self._staff

        def call(key: str) -> Result:
            match step:
                case "call_next":
                    return queue.call_next(key, counter, staff=staff)
                case "call" | "bring_back":
                    return queue.call(key, counter, ticket, staff=staff)
                case "call_again":
                    return queue.call_again(key, counter, ticket, staff=staff)
                case "start":
                    return queue.start(key, counter, ticket, staff=staff)
                case "park":
                    return queue.park(key, counter, ticket, note=note, staff=staff)
                case "put_back":
                    return queue.put_back(key, counter, ticket, staff=staff)
                case "finish":
                    return queue.finish(key, counter, ticket, outcome=outcome, staff=staff)
                case "no_show":
                    return queue.no_show(key, counter, ticket, staff=staff)
                case "undo":
                    return queue.undo(key, counter, staff=staff)
                case "transfer":
                    service = to.id if to is not None and to.kind == "service" else None
                    number = to.id if to is not None and to.kind == "counter" else None
                    return queue.transfer(
                        key, counter, ticket, to_service=service, to_counter=number, note=note, staff=staff
                    )

        return call

    async def leave(self) -> None:
        """Leave the counter, if the database can be asked; a seat that nobody keeps warm ends by itself."""
        counters, staff = self._screen.kiosk.station.counters, self._staff
        try:
            await self._screen.kiosk.ask(counters.leave, staff)
        except Refusal:
            return


def _teller(desk: HallDesk) -> Callable[[], None]:
    """Tells a desk while it is there: the watcher's thread outlives the workplace by a moment."""
    there = weakref.ref(desk)

    def tell() -> None:
        if (still := there()) is not None:
            still.told()

    return tell
