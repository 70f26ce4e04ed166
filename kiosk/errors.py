"""The closed list of refusals, shared by the faces and by `batch`.

Each carries its facts; only a screen turns one into words. `docs/batch.md` documents the same list.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from kiosk.names import Names

Fact = str | int | datetime | Names | None
CHANGED_MEANWHILE: Final = "changed_meanwhile"
"""Why a field is a `BadRequest`: it is no longer what its form showed, somebody else changed it since."""


class Refusal(Exception):
    """Something was asked for that the rules refuse; nothing was changed by it.

    The exception's text is the error's name alone, so that no fact of a person reaches a log.
    """

    error: ClassVar[str]
    stored: ClassVar[bool] = True
    """Whether a repeat with the same key gets this very answer (a passing refusal is asked anew)."""

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.error)
        self.facts: dict[str, Fact] = facts


class SlotTaken(Refusal):
    """No seat of that hour is free (Q5)."""

    error = "slot_taken"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class SameHour(Refusal):
    """The person already has a live booking in that hour (Q11)."""

    error = "same_hour"


class LimitReached(Refusal):
    """Too many open bookings of a person, or holds of an address or a station (Q10, Q11)."""

    error = "limit_reached"

    def __init__(self, limit: str, count: int) -> None:
        super().__init__(limit=limit, count=count)
        self.limit = limit
        self.count = count


class DateNotOffered(Refusal):
    """The date is not one of the seven that are offered (Q3)."""

    error = "date_not_offered"


class Closed(Refusal):
    """The centre does not work on that date or at that hour (Q4).

    `reason` is a calendar reason or `outside_hours`; `name` says which holiday or closure.
    """

    error = "closed"

    def __init__(self, reason: str, name: Names | None) -> None:
        super().__init__(reason=reason, name=name)
        self.reason = reason
        self.name = name


class WrongCode(Refusal):
    """The confirmation code is wrong (Q10)."""

    error = "wrong_code"

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left=tries_left)
        self.tries_left = tries_left


class HoldEnded(Refusal):
    """The hold is over: its hour passed, or five wrong codes ended it, or it was given up (Q8, Q10).

    `state` is `expired` or `cancelled`; `reason` says what cancelled it, if anything did.
    """

    error = "hold_ended"

    def __init__(self, state: str, reason: str | None = None) -> None:
        super().__init__(state=state, reason=reason)
        self.state = state
        self.reason = reason


class TooSoon(Refusal):
    """A code is sent again at most once a minute (Q10)."""

    error = "too_soon"
    stored = False

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at=retry_at)
        self.retry_at = retry_at


class SlowDown(Refusal):
    """Too many wrong codes were presented; ask again at `retry_at` (Q10)."""

    error = "slow_down"
    stored = False

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at=retry_at)
        self.retry_at = retry_at


class TooLateToChange(Refusal):
    """A booking can be moved or cancelled until its booked time, while it is not activated (Q10).

    `state` tells the case: `confirmed` (its time has come), `active`, or `cancelled`.
    """

    error = "too_late_to_change"

    def __init__(self, state: str, until: datetime) -> None:
        super().__init__(state=state, until=until)
        self.state = state
        self.until = until


class UnknownSubscriber(Refusal):
    """There is no such subscriber code (W8)."""

    error = "unknown_subscriber"


class NotYours(Refusal):
    """The applicant's FİN is not the subscriber's, or what may be seen of somebody else is nothing (W5)."""

    error = "not_yours"


class NotPopulation(Refusal):
    """The service is for the population, and this subscriber is of another kind (W8)."""

    error = "not_population"


class ClosedAccount(Refusal):
    """The subscriber's account is closed."""

    error = "closed_account"


class Metered(Refusal):
    """Only subscribers without a meter may apply (W5)."""

    error = "metered"


class WrongServiceState(Refusal):
    """What is asked for is so already: suspended, or active (W5)."""

    error = "service_state"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class AlreadyApplied(Refusal):
    """An application about this subscriber is open already; its number."""

    error = "already_applied"

    def __init__(self, number: str) -> None:
        super().__init__(number=number)
        self.number = number


class InDebt(Refusal):
    """A debt stops it; the amount in manat, as "3.40" (W6)."""

    error = "debt"

    def __init__(self, amount: str) -> None:
        super().__init__(amount=amount)
        self.amount = amount


class WrongStep(Refusal):
    """A work order (W7), or a ticket (C2), in that state cannot be worked on in that way."""

    error = "wrong_step"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class NobodyWaiting(Refusal):
    """Nobody waits whom this counter may call now (C2, C5)."""

    error = "nobody_waiting"


class CounterBusy(Refusal):
    """The counter has called or is serving somebody already: its ticket (C2)."""

    error = "counter_busy"

    def __init__(self, ticket: str) -> None:
        super().__init__(ticket=ticket)
        self.ticket = ticket


class CounterClosed(Refusal):
    """A supervisor closed the counter."""

    error = "counter_closed"


class CounterTaken(Refusal):
    """Somebody else is signed in at the counter, or this operator at another one: which."""

    error = "counter_taken"

    def __init__(self, counter: str) -> None:
        super().__init__(counter=counter)
        self.counter = counter


class OtherCounter(Refusal):
    """The ticket is at another counter, or may be called by that one alone (C2)."""

    error = "other_counter"

    def __init__(self, counter: str) -> None:
        super().__init__(counter=counter)
        self.counter = counter


class NothingToUndo(Refusal):
    """The counter's last step is too long ago, was undone, or somebody went on with its ticket."""

    error = "nothing_to_undo"


class NoWalkIns(Refusal):
    """The centre gives that service to booked people only (C5)."""

    error = "no_walk_ins"


class HasTicket(Refusal):
    """The booking has a ticket already, activated or a walk-in in its place: which one (C1, C3, C5)."""

    error = "has_ticket"

    def __init__(self, ticket: str) -> None:
        super().__init__(ticket=ticket)
        self.ticket = ticket


class NotAllowed(Refusal):
    """The staff member who acts has not, or no longer, the right to: which one (C6)."""

    error = "not_allowed"
    stored = False

    def __init__(self, right: str) -> None:
        super().__init__(right=right)
        self.right = right


class DocumentRefused(Refusal):
    """A document cannot be taken (W9).

    `why` is `wrong_type`, `too_big`, `too_many_pages`, `unreadable` or `unsafe`; `found` and `limit`: bytes or pages.
    """

    error = "document_refused"

    def __init__(self, why: str, found: int | None = None, limit: int | None = None) -> None:
        super().__init__(why=why, found=found, limit=limit)
        self.why = why
        self.found = found
        self.limit = limit


class ReceiptReused(Refusal):
    """The receipt was used before, for another amount or subscriber; nothing was counted."""

    error = "receipt_reused"


class RegistryAway(Refusal):
    """The company's own system did not answer; nothing was done."""

    error = "registry_away"
    stored = False


class NotFound(Refusal):
    """No such booking, or the FİN given with it is not its own: answered evenly (Q10)."""

    error = "not_found"


class KeyReused(Refusal):
    """The idempotency key was used before, for another request."""

    error = "key_reused"
    stored = False


class BadRequest(Refusal):
    """A field is missing or unusable: which one, and why."""

    error = "bad_request"
    stored = False

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field=field, why=why)
        self.field = field
        self.why = why


class Unavailable(Refusal):
    """The database did not answer; whether something was done is learnt by asking again with the same key."""

    error = "unavailable"
    stored = False
