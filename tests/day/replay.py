"""The replay: everybody of a plan books, comes and is served at the real services, one event after the other."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from math import ceil
from typing import Any, Final, TypeVar

from sqlalchemy import text

from kiosk.booking.order_code import read
from kiosk.clock import HOUR, MINUTE, Instant, to_datetime, to_instant
from kiosk.errors import NobodyWaiting
from kiosk.hall.queue_facts import Called
from kiosk.station import Station
from tests.day.model import ModelCentre, ModelTicket
from tests.day.plan import DayPlan, Passer, Visitor, person

_Answer = TypeVar("_Answer")
_SECOND: Final = 1000
_WALK: Final = 40 * _SECOND
"""From the seat to the counter."""
_BUSY_SHARE: Final = 0.75
"""How busy counters are meant to be; as many are staffed as that needs."""


@dataclass
class DayReport:
    """What a replayed day was like."""

    bookings: int = 0
    activated: int = 0
    two_hours_early: int = 0
    too_late: int = 0
    never_came: int = 0
    walk_ins: int = 0
    finished: int = 0
    no_show: int = 0
    counters: int = 0
    minutes_checked: int = 0
    booking_seconds: float = 0.0
    day_seconds: float = 0.0
    """All of the day, `check_seconds` within it."""
    check_seconds: float = 0.0
    acts: int = 0
    in_vain: int = 0
    """Of the acts: idle counters that called and found nobody."""
    took: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds of every act of the day, by simulated minute since 1970 in UTC."""
    waits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds from being due to the first call, for people with a booking ("booked") and without ("walk_in")."""

    @property
    def busiest(self) -> tuple[int, list[float]]:
        """The minute with the most acts, and how long each took."""
        return max(self.took.items(), key=lambda entry: len(entry[1]))


@dataclass(frozen=True, slots=True)
class Act:
    """One act that was done."""

    name: str
    """A step of the queue, "hold", "confirm", "arrive" or "walk_in"; "too_late", "nobody_waiting": it was refused."""
    centre: str
    counter: str
    """Its number; "": none had to do with it."""
    minute: int
    """Simulated, since 1970 in UTC."""
    seconds: float


class Replay:
    """One day.

    Args:
        station: a station with a settable clock and no limit of holds, on the database to be filled.
        plan: who comes when.
        closes: when each centre closes.
        beside: called with each act when it is done; what it takes is not counted.
    """

    def __init__(
        self,
        station: Station,
        plan: DayPlan,
        closes: dict[str, Instant],
        beside: Callable[[Act], None] = lambda _act: None,
    ) -> None:
        self._station = station
        self._plan = plan
        self._closes = closes
        self._beside = beside
        self._beside_seconds = 0.0
        self._codes: dict[int, str] = {}
        self._keys = count(1)
        self._order = count(1)
        self._events: list[tuple[Instant, int, Callable[[Instant], None]]] = []
        self._now: Instant = 0
        self._called = 0
        self._centres = {centre: ModelCentre() for centre in closes}
        self.report = DayReport(bookings=len(plan.visitors))

    def book(self, from_: Instant) -> None:
        """Everybody books on an earlier day, a booking a second; the others' holds run out."""
        begun = self._clock()
        for place, visitor in enumerate(self._plan.visitors):
            self._set(from_ + place * _SECOND)
            held = self._hold(visitor.number, visitor.service, visitor.centre, visitor.starts_at)
            code = self._code(held)
            confirm = partial(self._station.bookings.confirm, None, held, code)
            confirmed = self._booked("confirm", visitor.centre, confirm)
            self._codes[visitor.number] = confirmed.order_code
        for place, (centre, service, starts_at) in enumerate(self._plan.ran_out):
            self._hold(len(self._plan.visitors) + place, service, centre, starts_at)
        self.report.booking_seconds = self._clock() - begun

    def live(self, check: Callable[[Replay, Instant], None], every: int = 1) -> None:
        """Live through the day; after every so many simulated minutes `check` is called with the instant."""
        begun = self._clock()
        for centre, counters in self._counters().items():
            self._centres[centre].idle.update(counters)
        for visitor in self._plan.visitors:
            if visitor.comes_at is not None:
                self._at(visitor.comes_at, lambda now, who=visitor: self._comes(who, now))  # type: ignore[misc]
            else:
                self.report.never_came += 1
        for passer in self._plan.passers:
            self._at(passer.comes_at, lambda now, who=passer: self._passes(who, now))  # type: ignore[misc]
        minute = self._events[0][0] // MINUTE
        while self._events:
            while self._events and self._events[0][0] // MINUTE == minute:
                at, _, do = heapq.heappop(self._events)
                self._set(at)
                do(at)
            minute += 1
            self._set(minute * MINUTE)
            for name in self._centres:
                self._call_where_idle(name, minute * MINUTE)
            if minute % every == 0 or not self._events:
                looked = time.perf_counter()
                check(self, minute * MINUTE)
                self.report.check_seconds += time.perf_counter() - looked
                self.report.minutes_checked += 1
        self.report.day_seconds = self._clock() - begun

    def model(self) -> dict[str, ModelCentre]:
        """The centres as they should be now."""
        return self._centres

    @property
    def station(self) -> Station:
        """Where it is replayed."""
        return self._station

    def _counters(self) -> dict[str, list[str]]:
        work: Counter[str] = Counter()
        everybody: tuple[Visitor | Passer, ...] = (*self._plan.visitors, *self._plan.passers)
        for who in everybody:
            if who.comes_at is not None:
                work[who.centre] += who.service_ms + 2 * _WALK
        opens = min(visitor.starts_at for visitor in self._plan.visitors)
        numbers = {
            centre: [str(number + 1) for number in range(ceil(work[centre] / ((closes - opens) * _BUSY_SHARE)) + 1)]
            for centre, closes in self._closes.items()
        }
        self.report.counters = sum(map(len, numbers.values()))
        return numbers

    def _comes(self, who: Visitor, now: Instant) -> None:
        arrival = self._timed(
            "too_late" if who.coming == "too_late" else "arrive",
            who.centre,
            "",
            lambda: self._station.hall.arrive(self._key(), self._codes[who.number], who.centre, f"{who.centre}-kiosk"),
        )
        if who.coming == "too_late":
            assert arrival.verdict == "too_late", (who, arrival)
            self.report.too_late += 1
            if now < self._closes[who.centre]:
                self._takes(who.centre, who.service, who.service_ms, now, self._codes[who.number])
            return
        assert arrival.verdict == ("early" if now < who.starts_at else "on_time"), (who, arrival)
        assert arrival.ticket is not None
        self.report.activated += 1
        self.report.two_hours_early += who.coming == "two_hours_early"
        self._waits(who.centre, ModelTicket(arrival.ticket, now, who.starts_at, who.service_ms), now)

    def _passes(self, who: Passer, now: Instant) -> None:
        self._takes(who.centre, who.service, who.service_ms, now, None)

    def _takes(self, centre: str, service: str, service_ms: int, now: Instant, after: str | None) -> None:
        taken = self._timed(
            "walk_in",
            centre,
            "",
            lambda: self._station.walk_ins.take(
                self._key(), service, centre=centre, station=f"{centre}-kiosk", after_booking=after
            ),
        )
        self.report.walk_ins += 1
        self._waits(centre, ModelTicket(taken.ticket, now, None, service_ms), now)

    def _waits(self, centre: str, ticket: ModelTicket, now: Instant) -> None:
        tickets = self._centres[centre].tickets
        assert ticket.ticket not in tickets, "a number is given once a day"
        tickets[ticket.ticket] = ticket
        self._call_where_idle(centre, now)

    def _call_where_idle(self, centre: str, now: Instant) -> None:
        """Whoever is next goes to the first counter that has nobody; all of them find nobody when nobody waits."""
        hall = self._centres[centre]
        while hall.idle:
            counter = min(hall.idle, key=int)
            due = hall.next(now)
            try:
                called = self._timed("call_next", centre, counter, partial(self._call_next, centre, counter))
            except NobodyWaiting:
                assert due is None, f"{due} was forgotten"
                return
            assert due is not None, f"{called} was called, and nobody waits"
            assert called.ticket == due.ticket, f"{called} was called before {due}"
            hall.idle.discard(counter)
            self._walks(centre, counter, due, now)

    def _call_next(self, centre: str, counter: str) -> Called:
        return self._station.queue.call_next(self._key(), counter, centre=centre, station=f"{centre}-{counter}")

    def _walks(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        ticket.state = "called"
        if ticket.first_called_at is None:
            ticket.first_called_at = now
            due = ticket.issued_at if ticket.booked_for is None else max(ticket.issued_at, ticket.booked_for)
            self.report.waits["walk_in" if ticket.booked_for is None else "booked"].append(max(0, now - due))
        self._called += 1
        if self._called % 50 == 0:  # two of a hundred have gone home
            self._at(now + MINUTE, lambda at: self._calls_again(centre, counter, ticket, at))
        elif self._called % 40 == 0:  # some have to fetch something first
            self._at(now + _WALK, lambda at: self._parks(centre, counter, ticket, at))
        else:
            self._at(now + _WALK, lambda at: self._starts(centre, counter, ticket, at))

    def _calls_again(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        called = self._step(self._station.queue.call_again, centre, counter, ticket)
        assert called.times == 2
        self._at(now + MINUTE, lambda at: self._misses(centre, counter, ticket, at))

    def _misses(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        self._step(self._station.queue.no_show, centre, counter, ticket)
        ticket.state = "no_show"
        self.report.no_show += 1
        self._is_free(centre, counter, now)

    def _parks(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        self._step(self._station.queue.park, centre, counter, ticket)
        ticket.state = "parked"
        self._at(now + 7 * MINUTE, lambda at: self._is_back(centre, counter, ticket, at))
        self._is_free(centre, counter, now)

    def _is_back(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        self._step(self._station.queue.put_back, centre, counter, ticket)
        ticket.state = "waiting"
        self._call_where_idle(centre, now)

    def _starts(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        self._step(self._station.queue.start, centre, counter, ticket)
        ticket.state = "serving"
        self._at(now + ticket.service_ms, lambda at: self._finishes(centre, counter, ticket, at))

    def _finishes(self, centre: str, counter: str, ticket: ModelTicket, now: Instant) -> None:
        self._step(self._station.queue.finish, centre, counter, ticket)
        ticket.state = "finished"
        self.report.finished += 1
        self._is_free(centre, counter, now)

    def _is_free(self, centre: str, counter: str, now: Instant) -> None:
        self._centres[centre].idle.add(counter)
        self._call_where_idle(centre, now)

    def _hold(self, number: int, service: str, centre: str, starts_at: Instant) -> str:
        hour, who = to_datetime(starts_at), person(number)
        hold = partial(self._station.bookings.hold, self._key(), service, centre, hour, who, "az")
        return self._booked("hold", centre, hold).booking

    def _code(self, booking: str) -> str:
        with self._station.database.reading() as (connection, _):
            found: Any = connection.execute(
                text("SELECT code FROM bookings WHERE reference = :reference"), {"reference": read(booking)}
            )
            return str(found.scalar_one())

    def _at(self, at: Instant, do: Callable[[Instant], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), do))

    def _set(self, instant: Instant) -> None:
        self._now = max(self._now, instant)
        self._station.clock.set(self._now)

    def _key(self) -> str:
        return f"day-{next(self._keys)}"

    def _clock(self) -> float:
        """Seconds, without those of whoever does something beside each act."""
        return time.perf_counter() - self._beside_seconds

    def _step(self, step: Callable[..., _Answer], centre: str, counter: str, ticket: ModelTicket) -> _Answer:
        do = partial(step, self._key(), counter, ticket.ticket, centre=centre)
        return self._timed(step.__name__, centre, counter, do)

    def _timed(self, name: str, centre: str, counter: str, do: Callable[[], _Answer]) -> _Answer:
        """Do an act of the day, which the report counts."""
        begun = time.perf_counter()
        try:
            answer = do()
        except NobodyWaiting:
            self.report.in_vain += 1
            self._count("nobody_waiting", centre, counter, time.perf_counter() - begun)
            raise
        self._count(name, centre, counter, time.perf_counter() - begun)
        return answer

    def _count(self, name: str, centre: str, counter: str, seconds: float) -> None:
        self.report.took[self._now // MINUTE].append(seconds)
        self.report.acts += 1
        self._tell(Act(name, centre, counter, self._now // MINUTE, seconds))

    def _booked(self, name: str, centre: str, do: Callable[[], _Answer]) -> _Answer:
        """Do an act of the days before."""
        begun = time.perf_counter()
        answer = do()
        self._tell(Act(name, centre, "", self._now // MINUTE, time.perf_counter() - begun))
        return answer

    def _tell(self, act: Act) -> None:
        begun = time.perf_counter()
        self._beside(act)
        self._beside_seconds += time.perf_counter() - begun


def services_of(station: Station) -> dict[str, list[str]]:
    """What each centre gives."""
    given: dict[str, list[str]] = defaultdict(list)
    for service, centre in sorted(station.catalogue().capacity):
        given[centre].append(service)
    return dict(given)


def hours_of(station: Station, day: Any) -> tuple[dict[str, list[Instant]], dict[str, Instant]]:
    """The full hours of each centre on a date in Baku, and when it closes."""
    hours: dict[str, list[Instant]] = {}
    closes: dict[str, Instant] = {}
    for centre, services in services_of(station).items():
        slots = station.bookings.slots(services[0], centre, day)
        hours[centre] = [to_instant(slot.time) for slot in slots.slots]
        closes[centre] = hours[centre][-1] + HOUR
    return hours, closes
