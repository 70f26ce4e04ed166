"""How much a nation asks of one database: computed from the simulated day of `tests/day/plan.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.clock import MINUTE, Instant
from tests.day.plan import NEVER_CAME, Passer, Visitor, plan

VISITS_A_DAY: Final = 20_000
_ACTS_OF_A_VISIT: Final = 4
"""Arriving, being called, being served, leaving."""
_ACTS_OF_A_BOOKING: Final = 2
"""Holding an hour and confirming it."""
_BUSY_SHARE: Final = 0.75
"""How busy counters are meant to be."""
_WALK: Final = 80_000
"""From a seat to the counter and away from it, in milliseconds."""
_SEATS: Final = 2
_SECOND: Final[Instant] = 1000


@dataclass(frozen=True, slots=True)
class Demand:
    """What a day of so many visits asks for."""

    visits: float
    acts: float
    """In the whole day."""
    counters: float
    """So many serve."""
    busiest: float
    """Acts a second in the busiest minute."""


def demand(
    hours: Mapping[str, Sequence[Instant]],
    closes: Mapping[str, Instant],
    services: Mapping[str, Sequence[str]],
    visits: int = VISITS_A_DAY,
) -> Demand:
    """Of a day on which people come as in the simulated one, as many times more that `visits` of them come.

    The busiest minute is the first one, when the doors open before those who are early. It is taken as if all of them
    could present their codes in it, and every counter called somebody and began to serve: there is no busier one.
    Bookings for later days, as many as this day needs, are spread evenly over its hours.

    Args:
        hours: the full hours of each centre on a day.
        closes: when each centre closes.
        services: what each centre gives.
        visits: how many people come.
    """
    people = plan(hours, closes, services, seats=_SEATS)
    everybody: tuple[Visitor | Passer, ...] = (*people.visitors, *people.passers)
    come = [(who.comes_at, who.service_ms) for who in everybody if who.comes_at is not None]
    more = visits / len(come)
    _, most = Counter(at // MINUTE for at, _ in come).most_common(1)[0]
    opened = max(closes.values()) - min(min(some) for some in hours.values())
    counters = more * sum(service_ms + _WALK for _, service_ms in come) / (opened * _BUSY_SHARE)
    booking = _ACTS_OF_A_BOOKING * visits / (1 - NEVER_CAME)
    return Demand(
        visits=visits,
        acts=_ACTS_OF_A_VISIT * visits + booking,
        counters=counters,
        busiest=(most * more + 2 * counters) * _SECOND / MINUTE + booking * _SECOND / opened,
    )
