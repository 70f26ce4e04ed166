"""What the queue, the counters, the board and the figures answer. Datetimes are aware, in UTC; tickets as "A-017"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from kiosk.names import Language, Names

TicketState = Literal["waiting", "called", "serving", "parked", "finished", "no_show"]
Outcome = Literal["served", "documents_missing", "refused", "gone"]
"""How a service ended; "gone": the person left before it was over."""
OUTCOMES: Final[tuple[Outcome, ...]] = ("served", "documents_missing", "refused", "gone")
Turn = Literal["due", "walk_in", "early"]
"""Why a ticket stands where it stands (C5): its booked hour has come; it is a walk-in; its hour is still to come."""
StepName = Literal[
    "call_next", "call", "call_again", "start", "park", "put_back", "transfer", "finish", "no_show", "undo"
]
"""What a counter does with a ticket; the audit calls the acts so too."""


@dataclass(frozen=True, slots=True)
class QueuedTicket:
    """One ticket of today that is not finished."""

    ticket: str
    service: str
    state: TicketState
    turn: Turn
    booked_for: datetime | None
    """None: a walk-in."""
    arrived_at: datetime
    since: datetime
    """When it came into this state."""
    accepted_late: bool
    """Came after the window, and an operator accepted it (C3)."""
    came_late: bool
    """A walk-in whose booking's window had closed."""
    counter: str | None
    """Where it is called or served; where it was parked."""
    to_counter: str | None
    """The only counter that may call it."""
    note: str | None


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A centre's queue at one moment; `waiting` in calling order (C5)."""

    at: datetime
    waiting: tuple[QueuedTicket, ...]
    """All of them, or the first ones where no more were asked for."""
    called: tuple[QueuedTicket, ...]
    """Called and being served, newest call first."""
    parked: tuple[QueuedTicket, ...]
    late: int
    """How many of today's people came late so far, as `DayFigures.late` counts them."""
    waiting_count: int
    """How many wait."""
    waited_minutes: int
    """How long they have waited, on average, in whole minutes."""


@dataclass(frozen=True, slots=True)
class Called:
    """A ticket at a counter after a step."""

    ticket: str
    service: str
    state: TicketState
    counter: str
    booked_for: datetime | None
    arrived_at: datetime
    called_at: datetime
    times: int
    """How often it was called to this counter."""
    started_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A ticket after a step that ended its call, or after an undone one."""

    ticket: str
    service: str
    state: TicketState
    step: StepName


@dataclass(frozen=True, slots=True)
class Undoable:
    """The counter's last step, and until when it can be undone."""

    step: StepName
    ticket: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CounterView:
    """What one counter sees besides the queue."""

    number: str
    open: bool
    ticket: Called | None
    """Who is called or served here."""
    undoable: Undoable | None
    finished: int
    no_show: int
    """Steps of this counter today."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of a centre (C2, C4)."""

    id: int
    centre: str
    number: str
    direction: Names
    """How to get there, as the board shows it; empty where nothing was set."""
    open: bool
    services: frozenset[str]
    """Empty: everything its centre gives."""
    staff: int | None
    staff_name: str | None
    station: str | None


@dataclass(frozen=True, slots=True)
class WaitRange:
    """How long somebody is expected to wait, in whole minutes."""

    from_minutes: int
    to_minutes: int


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A walk-in ticket (C5): how many are before it, and how long that may take."""

    ticket: str
    service: str
    place: int
    """1: nobody is before it."""
    wait: WaitRange


@dataclass(frozen=True, slots=True)
class WalkInService:
    """A service that a centre gives to walk-ins now, or why not."""

    service: str
    left: int
    """Tickets left today."""
    waiting: int
    wait: WaitRange


@dataclass(frozen=True, slots=True)
class BoardCall:
    """One line of the hall board (C4)."""

    ticket: str
    counter: str
    direction: Names
    called_at: datetime
    """The last call: a ticket called again comes to the top again."""
    times: int
    language: Language
    serving: bool


@dataclass(frozen=True, slots=True)
class BoardNow:
    """What the hall board shows: calls of today that are not over, newest first, then the last ones that are."""

    at: datetime
    calls: tuple[BoardCall, ...]
    past: tuple[BoardCall, ...]
    ways: tuple[Names, ...] = ()
    """The directions of all counters of the hall, each once: how a board lays itself out, whoever is called."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Times in whole seconds: how many there were, the middle one, nine of ten, the longest; all 0 where none were.

    The middle one and the ninth decile are times that occurred: the least that half, or nine of ten, do not exceed.
    """

    count: int
    median: int
    ninth_decile: int
    longest: int


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour of the day in Baku, 0 to 23, over all days of the range (C7)."""

    hour: int
    arrived: int
    """Tickets that were given."""
    called: int
    """Tickets called for the first time: as many as `waiting` counts."""
    finished: int
    """As many as `service` counts."""
    waiting: Spread
    """From the arrival, or the booked time where that is later, to the first call; by the hour of the call."""
    service: Spread
    """From start to finish; by the hour of the finish."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of a centre, or of all, over a range of days in Baku (C7). Bookings count for their booked day."""

    centre: str | None
    first: date
    last: date
    at: datetime
    booked: int
    """Hours that were held, whatever became of them: confirmed + held + expired."""
    confirmed: int
    """Those that were ever confirmed: activated + cancelled + never_came + to_come + late - accepted_late."""
    held: int
    """Holds that stand and are not confirmed yet."""
    expired: int
    """Holds that ended unconfirmed: their time ran out, they were given up, wrong codes or a closure ended them."""
    cancelled: int
    """Confirmed ones that were cancelled."""
    activated: int
    early_two_hours: int
    """Activated two hours or more before the booked time."""
    late: int
    """Presented after their window; accepted ones too."""
    accepted_late: int
    never_came: int
    """Confirmed, not cancelled, not presented in or after their window, which is over."""
    to_come: int
    """Confirmed, and their window is not over."""
    walk_ins: int
    waiting: int
    """Tickets in this state, as in the next five: together activated + walk_ins."""
    called: int
    serving: int
    parked: int
    finished: int
    not_served: int
    """Of the finished: those whose outcome is another than "served"."""
    no_show: int
    """Called, and did not come to the counter."""
    wait_times: Spread
    """Of everybody who was called: that of all hours together."""
    service_times: Spread
    """Of everybody who was served to the end."""
    hours: tuple[HourFigures, ...]
    """All 24, from midnight on."""
