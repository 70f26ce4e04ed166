"""What sixteen hands fight for, and what must have come of each fight, whoever won it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product
from typing import Any

from db.schema import LIVE
from kiosk.booking.catalogue import Catalogue
from tests.races.hands import Answer, Request
from tests.stations import PERSON, Trial

DAYS = ("2026-11-21", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")
HOURS = tuple(f"{day} {hour:02d}:00" for day in DAYS for hour in range(9, 18))
"""Every hour that is offered at START, at every centre."""
SEATS = 3
"""How many people an hour of the second service holds, once `widen` was called."""
MOST = 3
"""The default of `open_bookings` and `holds_per_email`."""


@dataclass(frozen=True)
class Fight:
    """One request a hand, and what is wrong with an outcome, in words."""

    name: str
    requests: tuple[Request, ...]
    wrong: Callable[[Sequence[Answer]], str | None]


class Holds:
    """Makes fights for hours; no two fights want anything of each other's.

    Args:
        known: the reference data.
        hands: how many fight.
    """

    def __init__(self, known: Catalogue, hands: int) -> None:
        everywhere = [name for name in known.services if len(known.centres_of(name)) == len(known.centres)]
        self._hands = hands
        self._people = count()
        self._keys = count()
        self.one_seat, self.some_seats, self.same_key = everywhere[0], everywhere[1], everywhere[2]
        self._side_by_side = everywhere[3 : 3 + hands]
        one_by_one = everywhere[3 + hands : 11 + hands]
        centres = list(known.centres)
        self._cells = {
            name: iter([(centre, wall) for wall, centre in product(HOURS, centres)])
            for name in (self.one_seat, self.some_seats, self.same_key, "side by side")
        }
        self._runs = iter(
            [
                (service, centre, HOURS[start : start + hands])
                for service, centre, start in product(one_by_one, centres, range(0, len(HOURS) - hands + 1, hands))
            ]
        )

    def mixed(self, fights: int) -> Iterator[Fight]:
        """Fights of every kind in turn."""
        kinds = (self.seat, self.seats, self.hour, self.open_bookings, self.email, self.key)
        for number in range(fights):
            yield kinds[number % len(kinds)]()

    def seat(self) -> Fight:
        """Everybody wants the one seat for somebody else."""
        centre, wall = next(self._cells[self.one_seat])
        asked = tuple(self._hold(self.one_seat, centre, wall, self._person()) for _ in range(self._hands))
        return Fight("one seat", asked, lambda answers: _winners(answers, 1, {"slot_taken"}))

    def seats(self) -> Fight:
        """Everybody wants one of a few seats."""
        centre, wall = next(self._cells[self.some_seats])
        asked = tuple(self._hold(self.some_seats, centre, wall, self._person()) for _ in range(self._hands))
        return Fight("some seats", asked, lambda answers: _winners(answers, SEATS, {"slot_taken"}))

    def hour(self) -> Fight:
        """One person wants as many services in the same hour."""
        centre, wall = next(self._cells["side by side"])
        person = self._person()
        asked = tuple(self._hold(service, centre, wall, person) for service in self._side_by_side)
        return Fight("one person's hour", asked, lambda answers: _winners(answers, 1, {"same_hour"}))

    def open_bookings(self) -> Fight:
        """One person wants as many hours, each time with another address."""
        service, centre, walls = next(self._runs)
        person = self._person()
        asked = tuple(
            self._hold(service, centre, wall, person | {"email": f"other{number}.{person['email']}"})
            for number, wall in enumerate(walls)
        )
        return Fight("open bookings", asked, lambda answers: _winners(answers, MOST, {"limit_reached"}))

    def email(self) -> Fight:
        """As many people want hours of their own, with one address."""
        service, centre, walls = next(self._runs)
        people = [self._person() for _ in walls]
        asked = tuple(
            self._hold(service, centre, wall, person | {"email": people[0]["email"]})
            for wall, person in zip(walls, people, strict=True)
        )
        return Fight("holds of an address", asked, lambda answers: _winners(answers, MOST, {"limit_reached"}))

    def key(self) -> Fight:
        """Everybody repeats the same request with the same key."""
        centre, wall = next(self._cells[self.same_key])
        asked = (self._hold(self.same_key, centre, wall, self._person()),) * self._hands
        return Fight("one key", asked, alike)

    def _person(self) -> dict[str, str]:
        number = next(self._people)
        return {**PERSON, "fin": f"{number:07d}", "email": f"person{number}@example.az"}

    def _hold(self, service: str, centre: str, wall: str, person: dict[str, str]) -> Request:
        return {
            "do": "hold",
            "key": f"hold-{next(self._keys)}",
            "service": service,
            "centre": centre,
            "time": f"{wall.replace(' ', 'T')}:00+04:00",
            "applicant": person,
        }


class Arrivals:
    """Makes fights for confirmed bookings.

    Args:
        codes: order codes of the bookings, all of this hour at one centre.
        centre: the centre.
        hands: how many fight.
    """

    def __init__(self, codes: Sequence[tuple[str, str, str]], centre: str, hands: int) -> None:
        self._codes = codes
        self._centre = centre
        self._hands = hands

    def mixed(self) -> Iterator[Fight]:
        """One fight a booking, of every kind in turn."""
        for number, (code, reference, fin) in enumerate(self._codes):
            if number % 4 == 0:
                asked = (self._arrive(code, f"arrive-{number}"),) * self._hands
                yield Fight("one key", asked, alike)
            elif number % 4 == 1:
                shown = [code if hand % 2 else reference for hand in range(self._hands)]
                asked = tuple(self._arrive(show, f"arrive-{number}-{hand}") for hand, show in enumerate(shown))
                yield Fight("one ticket", asked, _one_ticket)
            elif number % 4 == 2:
                half = self._hands // 2
                arrivals = (self._arrive(code, f"arrive-{number}-{hand}") for hand in range(half))
                cancels = (self._cancel(code, fin, f"cancel-{number}-{hand}") for hand in range(half))
                asked = tuple(request for pair in zip(arrivals, cancels, strict=True) for request in pair)
                yield Fight("arrival or cancelling", asked, _active_or_cancelled)
            else:
                asked = tuple(self._arrive(code, f"arrive-{number}-{hand}") for hand in range(self._hands))
                yield Fight("one ticket", asked, _one_ticket)

    def _arrive(self, code: str, key: str) -> Request:
        return {"do": "arrive", "key": key, "order_code": code, "centre": self._centre, "station": "door"}

    def _cancel(self, code: str, fin: str, key: str) -> Request:
        return {"do": "cancel", "key": key, "order_code": code, "fin": fin}


def _winners(answers: Sequence[Answer], most: int, honest: set[str]) -> str | None:
    won = sum(answer["ok"] for answer in answers)
    told = {answer["error"] for answer in answers if not answer["ok"]}
    if won != most:
        return f"{won} won, not {most}"
    return f"told {told}" if told != honest else None


def alike(answers: Sequence[Answer]) -> str | None:
    """What is wrong when one request was repeated with its key."""
    if not answers[0]["ok"]:
        return f"told {answers[0]['error']}"
    return None if all(answer == answers[0] for answer in answers) else "the same key was answered differently"


def _one_ticket(answers: Sequence[Answer]) -> str | None:
    verdicts = Counter(answer.get("verdict", answer.get("error")) for answer in answers)
    if verdicts != {"early": 1, "already_active": len(answers) - 1}:
        return f"the verdicts are {dict(verdicts)}"
    return None if len({answer["ticket"] for answer in answers}) == 1 else "the tickets differ"


def _active_or_cancelled(answers: Sequence[Answer]) -> str | None:
    """Whoever came first won for good: the others are told the same state of things."""
    arrivals = Counter(answer.get("verdict", answer.get("error")) for answer in answers[::2])
    cancels = Counter(answer.get("state") if answer["ok"] else answer.get("error") for answer in answers[1::2])
    half = len(answers) // 2
    arrived = arrivals == {"early": 1, "already_active": half - 1} and set(cancels) == {"too_late_to_change"}
    cancelled = set(arrivals) == {"cancelled"} and cancels["cancelled"] >= 1 and cancels["early"] == 0
    return None if arrived or cancelled else f"arrivals {dict(arrivals)}, cancels {dict(cancels)}"


def doubles(trial: Trial) -> dict[str, int]:
    """Whatever the rules forbid to be there twice, and is; empty when all is well."""
    live = f"bookings WHERE {LIVE} GROUP BY"
    asked = {
        "seats": (f"{live} centre, service, starts_at, seat", 1),
        "persons": (f"{live} fin, starts_at", 1),
        "tickets": ("tickets GROUP BY booking", 1),
        "numbers": ("tickets GROUP BY centre, day, letter, number", 1),
        "order codes": ("bookings WHERE order_code IS NOT NULL GROUP BY order_code", 1),
        "open bookings": (f"{live} fin", MOST),
        "holds of an address": (f"{live} email", MOST),
    }
    found = {
        name: len(trial.query(f"SELECT 1 FROM {grouped} HAVING count(*) > :most", most=most))  # noqa: S608
        for name, (grouped, most) in asked.items()
    }
    return {name: number for name, number in found.items() if number}


def gaps(trial: Trial) -> list[dict[str, Any]]:
    """Centres, days and letters whose ticket numbers are not 1, 2, 3 … up to what the counter says."""
    return trial.query(
        "SELECT t.centre, t.day, t.letter FROM tickets t JOIN ticket_counters c"
        " ON c.centre = t.centre AND c.day = t.day AND c.letter = t.letter"
        " GROUP BY t.centre, t.day, t.letter, c.last"
        " HAVING count(*) <> c.last OR min(t.number) <> 1 OR max(t.number) <> c.last"
    )
