"""A counter's steps, one after another, each asked for with its own key until it is answered (C2).

While the database is away a step waits and is asked again, by itself and by whatever key is pressed: with the same key
it is the same step, so none is lost or done twice.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from kiosk.errors import (
    BadRequest,
    Closed,
    CounterBusy,
    CounterClosed,
    HasTicket,
    LimitReached,
    NobodyWaiting,
    NotAllowed,
    NotFound,
    NothingToUndo,
    NoWalkIns,
    OtherCounter,
    Refusal,
    Unavailable,
    WrongStep,
)
from kiosk.hall.queue_facts import Called, CounterView, Stepped, WalkIn
from screens.counter.steps_now import Why

if TYPE_CHECKING:
    from screens.counter.base import CounterScreen

RETRY_SECONDS: Final = 5.0
"""How long after the database was away a step that waits is asked for again."""
AHEAD: Final = 2
"""How many keys may be pressed before the step under way is answered; they are done after it."""

HAS_TICKET: Final = "counter.no.has_ticket"
"""Why a late person gets no live ticket: a colleague, or a kiosk, was first."""

Result = Called | Stepped | WalkIn


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One act: its name for words, the ticket it is about, what is called with its key, and that key."""

    name: str
    ticket: str | None
    call: Callable[[str], Result] = field(repr=False)
    key: str = field(default_factory=lambda: secrets.token_hex(16))


Done = Callable[[Step, Result, CounterView], None]
"""What is done with an answer: the step, what it gave, and the counter after it."""
Refused = Callable[[Step, Why], None]


class Stepping:
    """Asks for steps. The screen says what happens with answers; keys pressed meanwhile are handed back to it."""

    def __init__(
        self,
        screen: CounterScreen,
        look: Callable[[], CounterView],
        done: Done,
        refused: Refused,
        again: Callable[[str], None],
    ) -> None:
        """Make it.

        Args:
            screen: on which notes are said, and whose work the calls are.
            look: reads the counter after a step; blocks.
            done: told of each answer.
            refused: told why a step was refused.
            again: does the key that was pressed while a step was under way.
        """
        self._screen = screen
        self._look = look
        self._done = done
        self._refused = refused
        self._again = again
        self._waiting: Step | None = None
        self._asking = False
        self._pressed: deque[str] = deque(maxlen=AHEAD)
        self._retry: Timer | None = None
        self._told_lost = False
        """Whether the note says that an answer was lost."""

    @property
    def is_unanswered(self) -> bool:
        """Whether nobody knows yet if the last step was done."""
        return self._waiting is not None

    @property
    def is_lost(self) -> bool:
        """Whether its answer was lost, and it waits to be asked for again."""
        return self._waiting is not None and not self._asking

    def is_busy(self, pressed: str | None = None) -> bool:
        """Whether a step is under way; a key that was pressed then is done after it, or asks for it once more."""
        if self._waiting is None:
            return False
        if self._asking:
            if pressed is not None:
                self._pressed.append(pressed)
        else:
            self.ask_again()
        return True

    def take(self, name: str, ticket: str | None, call: Callable[[str], Result]) -> bool:
        """Begin a step, if none is under way."""
        if self._waiting is not None:
            return False
        self._waiting = Step(name, ticket, call)
        self.ask_again()
        return True

    def ask_again(self) -> None:
        """Ask for the step that waits, if one does and it is not being asked for."""
        if self._retry is not None:
            self._retry.stop()
            self._retry = None
        if self._waiting is not None and not self._asking:
            self._asking = True
            self._screen.start(self._ask(self._waiting), group="step", exclusive=False)

    async def _ask(self, step: Step) -> None:
        def do() -> tuple[Result, CounterView]:
            return step.call(step.key), self._look()

        try:
            result, view = await self._screen.ask(do)
        except Unavailable:
            self._asking = False
            self._pressed.clear()
            self._screen.on_unavailable()
            self._screen.tell("counter.step.unanswered", "warning")
            self._told_lost = True
            self._retry = self._screen.set_timer(RETRY_SECONDS, self.ask_again)
            return
        except Refusal as refusal:
            self._end()
            self._screen.answered()
            if (why := refusal_words(refusal, step.ticket)) is None:
                raise
            self._refused(step, why)
            return
        except BaseException:
            self._end()
            raise
        self._end()
        self._screen.answered()
        self._done(step, result, view)
        pressed, self._pressed = self._pressed, deque(maxlen=AHEAD)
        for name in pressed:
            self._again(name)

    def _end(self) -> None:
        """The step was answered, whatever was said; nothing of a lost answer holds any more."""
        self._waiting = None
        self._asking = False
        if self._told_lost:
            self._told_lost = False
            self._screen.tell_nothing()

    def stop(self) -> None:
        """The screen goes: nothing is asked for any more."""
        if self._retry is not None:
            self._retry.stop()


def refusal_words(refusal: Refusal, ticket: str | None) -> Why | None:
    """What a refused step is told as; None: nobody foresaw that refusal here."""
    about = {"ticket": ticket or ""}
    match refusal:
        case NobodyWaiting():
            return Why("counter.no.nobody_waiting")
        case CounterBusy():
            return Why("counter.no.busy", {"ticket": refusal.ticket})
        case CounterClosed():
            return Why("counter.no.closed")
        case OtherCounter():
            return Why("counter.no.other_counter", {**about, "number": refusal.counter})
        case WrongStep() | NothingToUndo():
            return Why("counter.no.undo") if ticket is None else Why("counter.no.moved_on", about)
        case NotFound():
            return Why("counter.no.unknown", about)
        case HasTicket():
            return Why(HAS_TICKET, {"ticket": refusal.ticket})
        case NoWalkIns() | Closed() | LimitReached():
            return Why("counter.no.walk_ins")
        case BadRequest():
            return Why("counter.no.target")
        case NotAllowed():
            return Why("counter.no.right")
    return None
