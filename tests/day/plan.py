"""Who comes to which centre at which moment of the day: as many as were counted on 27 April 2020, otherwise invented.

Counted that day: 12,458 online bookings, 29 % never came, 43 % of those served came about two hours early, 497 came too
late. How the others spread, how long a service takes and how many come without a booking is invented here, and said so
in `docs/day.md`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from kiosk.clock import HOUR, MINUTE, Instant

BOOKINGS: Final = 12_458
NEVER_CAME: Final = 0.29
TWO_HOURS_EARLY: Final = 0.43
TOO_LATE: Final = 497
HOLDS_THAT_RAN_OUT: Final = 0.08
"""Beside the bookings: hours that were held and never confirmed."""
WALK_INS: Final = 0.06
"""People without a booking, as a share of the bookings."""
_SECOND: Final = 1000

Coming = Literal["never", "early", "two_hours_early", "on_time", "too_late"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One booking of the day and what becomes of it. Instants are milliseconds of UTC."""

    number: int
    centre: str
    service: str
    starts_at: Instant
    coming: Coming
    comes_at: Instant | None
    """None: never."""
    service_ms: int


@dataclass(frozen=True, slots=True)
class Passer:
    """Somebody without a booking."""

    centre: str
    service: str
    comes_at: Instant
    service_ms: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Everybody of the day, and the holds that nobody confirmed."""

    visitors: tuple[Visitor, ...]
    passers: tuple[Passer, ...]
    ran_out: tuple[tuple[str, str, Instant], ...]
    """Centre, service and hour of each hold that is never confirmed."""


def plan(
    hours: Mapping[str, Sequence[Instant]],
    closes: Mapping[str, Instant],
    services: Mapping[str, Sequence[str]],
    *,
    seats: int,
    bookings: int = BOOKINGS,
    too_late: int = TOO_LATE,
    seed: int = 20200427,
) -> DayPlan:
    """Spread that many bookings over centres, hours and services, no hour of a service more often than it has seats.

    Args:
        hours: the full hours of each centre that day.
        closes: when each centre closes.
        services: what each centre gives.
        seats: how many people an hour of a service holds.
        bookings: how many bookings of the day were confirmed.
        too_late: how many of them come after the window.
        seed: for another day of the same kind.
    """
    dice = random.Random(seed)  # noqa: S311 - a simulated day, no secret
    places = [
        (centre, service, hour) for centre in sorted(hours) for service in services[centre] for hour in hours[centre]
    ] * seats
    ran_out = int(bookings * HOLDS_THAT_RAN_OUT)
    chosen = dice.sample(places, bookings + ran_out)
    booked, unconfirmed = chosen[:bookings], chosen[bookings:]
    never = round(bookings * NEVER_CAME)
    served = bookings - never - too_late
    early = round(served * TWO_HOURS_EARLY)
    comings: list[Coming] = ["early"] * bookings
    _become(comings, dice, "never", never, range(bookings))
    _become(comings, dice, "too_late", too_late, range(bookings))
    # nobody is let in before the centre opens
    _become(
        comings, dice, "two_hours_early", early, [at for at in range(bookings) if _may_come_early(booked[at], hours)]
    )
    _become(comings, dice, "on_time", (served - early) // 4, range(bookings))
    visitors = tuple(
        _visitor(dice, number, place, coming, hours[place[0]][0])
        for number, (place, coming) in enumerate(zip(booked, comings, strict=True))
    )
    passers = tuple(_passers(dice, hours, closes, services, int(bookings * WALK_INS)))
    return DayPlan(visitors, passers, tuple(unconfirmed))


def _become(comings: list[Coming], dice: random.Random, coming: Coming, count: int, among: Sequence[int]) -> None:
    """Let so many of those who still are only early come otherwise."""
    for at in dice.sample([at for at in among if comings[at] == "early"], count):
        comings[at] = coming


def _may_come_early(place: tuple[str, str, Instant], hours: Mapping[str, Sequence[Instant]]) -> bool:
    centre, _, hour = place
    return hour - hours[centre][0] >= 3 * HOUR


def _visitor(
    dice: random.Random, number: int, place: tuple[str, str, Instant], coming: Coming, opens: Instant
) -> Visitor:
    centre, service, hour = place
    match coming:
        case "never":
            comes_at = None
        case "two_hours_early":
            comes_at = hour - int(min(179, max(90, dice.gauss(120, 12))) * MINUTE)
        case "early":
            comes_at = max(hour - 1 - dice.randrange(75 * MINUTE), opens)
        case "on_time":
            comes_at = hour + dice.randrange(15 * MINUTE + 1)  # the window is closed at both ends
        case "too_late":
            comes_at = hour + 15 * MINUTE + 1 + dice.randrange(40 * MINUTE)
    return Visitor(number, centre, service, hour, coming, comes_at, _service_ms(dice))


def _passers(
    dice: random.Random,
    hours: Mapping[str, Sequence[Instant]],
    closes: Mapping[str, Instant],
    services: Mapping[str, Sequence[str]],
    count: int,
) -> list[Passer]:
    centres = sorted(hours)
    found = []
    for _ in range(count):
        centre = dice.choice(centres)
        comes_at = dice.randrange(hours[centre][0], closes[centre] - 30 * MINUTE)
        found.append(Passer(centre, dice.choice(services[centre]), comes_at, _service_ms(dice)))
    return found


def _service_ms(dice: random.Random) -> int:
    """Six minutes in the middle, now and then half an hour."""
    return min(45 * 60, max(60, round(dice.lognormvariate(5.9, 0.55)))) * _SECOND


def person(number: int) -> dict[str, str]:
    """One of up to a million invented people, with a FİN and an address of their own."""
    signs = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    fin = "".join(islice(_digits(number, signs), 5))
    return {
        "given_name": "Nümunə",
        "surname": "Uydurmalı",
        "patronymic": "",
        "fin": f"7Z{fin}",
        "phone": "+994 50 000 00 00",
        "email": f"day{number}@example.az",
    }


def _digits(number: int, signs: str) -> list[str]:
    digits = []
    for _ in range(5):
        number, rest = divmod(number, len(signs))
        digits.append(signs[rest])
    return digits
