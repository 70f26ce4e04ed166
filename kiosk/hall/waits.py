"""How long somebody who takes a ticket now may wait: a range in whole minutes, from the day's own times (C5).

The model is plain, so that its range can be explained to whoever asks:

- People are taken by the counters that serve the service, one after another.
- How long one takes is what the day shows: the lower and the upper quartile of the finished ones of that service; with
  fewer than `ENOUGH` of these, of the whole centre; with too few of those too, `[hall] service_minutes`.
- The range begins where everybody before is quick and nobody else comes; it ends where everybody before, and whoever is
  being served, is slow, and all who are booked for an hour within the range do come.

Instants are milliseconds of UTC, durations milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from kiosk.clock import Instant
from kiosk.hall.queue_facts import WaitRange

ENOUGH: Final = 4
"""So many finished people tell how long a service takes today."""
LATEST_CALL: Final = 30 * 60_000
"""A counter where nobody is signed in counts while its last call is not older."""
_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Span:
    """How long a service takes: quick and slow."""

    quick: int
    slow: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What the day shows of how long services take."""

    services: Mapping[str, Span]
    centre: Span

    @classmethod
    def of(cls, finished: Sequence[tuple[str, int]], usual: int) -> Pace:
        """Out of (service, duration) of finished people; `usual` is what is taken while the day does not tell yet.

        A clock that was put back while somebody was served makes nobody's service shorter than nothing.
        """
        by_service: dict[str, list[int]] = {}
        for service, took in finished:
            by_service.setdefault(service, []).append(max(0, took))
        everything = [max(0, took) for _, took in finished]
        centre = _quartiles(everything) if len(everything) >= ENOUGH else Span(usual, usual)
        told = {service: _quartiles(times) for service, times in by_service.items() if len(times) >= ENOUGH}
        return cls(told, centre)

    def span(self, service: str) -> Span:
        """How long that service takes today."""
        return self.services.get(service, self.centre)


def _quartiles(times: Sequence[int]) -> Span:
    """The lower and the upper quartile, between neighbours by weight."""
    ordered = sorted(times)

    def at(quarter: int) -> int:
        whole, rest = divmod((len(ordered) - 1) * quarter, 4)
        upper = ordered[min(whole + 1, len(ordered) - 1)]
        return ordered[whole] + (upper - ordered[whole]) * rest // 4

    return Span(at(1), at(3))


@dataclass(frozen=True, slots=True)
class CounterFacts:
    """A counter as far as it matters for a wait."""

    services: frozenset[str]
    """Empty: everything its centre gives."""
    staffed: bool
    last_call: Instant | None
    """The last call of today; it may be left out when it is older than `LATEST_CALL`."""
    serves_now: str | None
    """The service of whoever is called or served there."""

    def serves(self, service: str) -> bool:
        """Whether it serves that service."""
        return not self.services or service in self.services

    def works(self, now: Instant) -> bool:
        """Whether somebody is there: signed in, or calling lately."""
        return self.staffed or (self.last_call is not None and now - self.last_call <= LATEST_CALL)


def at_work(counters: Sequence[CounterFacts], service: str, now: Instant) -> tuple[CounterFacts, ...]:
    """The counters that take people of a service now; may be none."""
    return tuple(counter for counter in counters if counter.serves(service) and counter.works(now))


def share_counters(counters: Sequence[CounterFacts], service: str, other: str) -> bool:
    """Whether people of the two services wait for one of the same counters."""
    return service == other or not counters or any(one.serves(service) and one.serves(other) for one in counters)


def expected(
    now: Instant,
    before: Sequence[str],
    to_come: Sequence[tuple[Instant, str]],
    working: Sequence[CounterFacts],
    pace: Pace,
) -> WaitRange:
    """The range for somebody who takes a ticket now.

    Args:
        now: when that is.
        before: the services of those who are called before.
        to_come: (booked time, service) of people who go before once they are there and their hour has come.
        working: the counters that take people of the service; none: one is taken to come.
        pace: how long services take today.
    """
    hands = max(1, len(working))
    quick = sum(pace.span(service).quick for service in before)
    served = [pace.span(counter.serves_now).slow for counter in working if counter.serves_now is not None]
    slow = sum(pace.span(service).slow for service in before) + sum(served)
    booked = sorted(to_come)
    counted = 0
    # Whoever is booked within the range makes it longer, and so others may fall into it.
    while counted < len(booked) and booked[counted][0] <= now + slow // hands:
        slow += pace.span(booked[counted][1]).slow
        counted += 1
    shortest = quick // hands // _MINUTE
    return WaitRange(shortest, max(shortest, ceil(slow / hands / _MINUTE)))
