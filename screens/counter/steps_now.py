"""Which of a counter's steps apply now, and why the others do not (C2): a key that does not apply loses nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from kiosk.hall.queue_facts import Called, QueuedTicket

StepKey = Literal[
    "call_next",
    "call_again",
    "start",
    "park",
    "transfer",
    "finish",
    "no_show",
    "undo",
    "bring_back",
    "put_back",
    "call",
]
"""What the keys do; `bring_back` and `call` call a chosen ticket, a parked one and a waiting one."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the keys depend on."""

    known: bool
    """Whether the hall was read at all."""
    live: Called | None = None
    """Who is called or served here."""
    chosen: QueuedTicket | None = None
    """Who is under the cursor: waits or is parked."""
    waiting: int = 0
    parked: int = 0
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a key does nothing now, as a message of the catalogue."""

    key: str
    values: dict[str, str] = field(default_factory=dict)


_NOBODY_HERE: Final = Why("counter.no.nobody_here")
_UNREAD: Final = Why("counter.no.unread")


def why_not(step: StepKey, now: Situation) -> Why | None:
    """Why a step does not apply; None: it does. The station decides in the end, this only spares a question."""
    if not now.known:
        return _UNREAD
    live = now.live
    if step in ("call_next", "call", "bring_back") and live is not None:
        return Why("counter.no.busy", {"ticket": live.ticket})
    if step == "undo":
        return None if now.can_undo else Why("counter.no.undo")
    if step in ("call_next", "call", "bring_back"):
        return _why_not_call(step, now)
    if step in ("transfer", "put_back", "no_show") and live is None:
        return _why_not_chosen(step, now.chosen)
    if live is None:
        return _NOBODY_HERE
    if step in ("call_again", "start", "no_show") and live.state == "serving":
        return Why("counter.no.serving", {"ticket": live.ticket})
    if step == "finish" and live.state == "called":
        return Why("counter.no.not_started", {"ticket": live.ticket})
    return None


def _why_not_call(step: StepKey, now: Situation) -> Why | None:
    if step == "call_next":
        return None if now.waiting else Why("counter.no.nobody_waiting")
    if step == "bring_back":
        return None if now.parked else Why("counter.no.parked")
    return None if now.chosen is not None else Why("counter.no.none_chosen")


def _why_not_chosen(step: StepKey, chosen: QueuedTicket | None) -> Why | None:
    """A waiting one can be sent elsewhere; a parked one can go back to the others, or turn out to have left too."""
    if chosen is None or (step != "transfer" and chosen.state != "parked"):
        return _NOBODY_HERE
    return None


def ticket_of(step: StepKey, now: Situation) -> str | None:
    """Whose step it is: the one at this counter before the one under the cursor."""
    if step in ("call_next", "undo"):
        return None
    if now.live is not None:
        return now.live.ticket
    return now.chosen.ticket if now.chosen is not None else None
