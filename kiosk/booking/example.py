"""Invented bookings and staff, so that everything can be tried at once (K7 keeps them from production).

Nobody here exists: names are words for "example" with the endings of names, telephone numbers begin with zeros after
the operator's prefix, addresses are @example.az. The same day, centre and reference data give the same bookings. All
is written in one transaction with the mark `example_data` in the database, by which production refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

from db import audit, changes, facts
from db import example as rows
from db import staff as staff_rows
from kiosk.booking.order_code import ALPHABET, ORDER_CODE_SIGNS, REFERENCE_SIGNS, check_sign, written
from kiosk.booking.plan import Plan, Plans
from kiosk.clock import HOUR, MINUTE, Instant, at_baku, baku_day, to_datetime

if TYPE_CHECKING:
    from kiosk.identity.staff import Role
    from kiosk.place import Place
    from kiosk.settings import Settings

    _Invented = tuple[str, str, Role, frozenset[str]]

OPERATOR_NAME: Final = "numune"
OPERATOR_PASSWORD: Final = "numune-2026"  # noqa: S105 - shown on the sign-in screen of the example set-up
"""What the example operator signs in with; the sign-in screen shows both, marked NÜMUNƏ, with example data."""
TECHNICIAN_NAME: Final = "numune-texnik"
ADMINISTRATOR_NAME: Final = "numune-admin"
"""Who enters maintenance mode, and who enrols cards, in the example set-up; the operator's password is theirs too."""

MARK: Final = "example_data"
"""The fact in the database that says it holds invented data."""

STATION: Final = "numune"
"""The station that the invented bookings say they were made at."""

_STAFF: Final[tuple[_Invented, ...]] = (
    # the right lets acceptance of late arrivals be tried as soon as the setting allows it
    (OPERATOR_NAME, "Nümunə Operatoru", "operator", frozenset({"accept_late"})),
    (TECHNICIAN_NAME, "Nümunə Texniki", "technician", frozenset()),
    (ADMINISTRATOR_NAME, "Nümunə İnzibatçısı", "administrator", frozenset()),
)
_SEED: Final = 108
_GIVEN_NAMES: Final = ("Nümunə", "Sınaq", "Misal", "Örnək", "Təcrübə", "Bənzər", "Timsal", "Maket")
_SURNAMES: Final = (
    "Nümunəyev", "Nümunəyeva", "Sınaqlı", "Misalzadə", "Örnəkov", "Örnəkova", "Təcrübəli", "Uydurmayev", "Qaralamazadə",
)  # fmt: skip
_PATRONYMICS: Final = ("", "Misal oğlu", "Misal qızı", "Sınaq oğlu", "Sınaq qızı")
_LANGUAGES: Final = ("az", "az", "az", "az", "ru", "en")
_HOME_SERVICES: Final = 6
_AWAY_SERVICES: Final = 3
_AWAY_CENTRES: Final = 9
_HOME_SHARE: Final = 0.4
_AWAY_SHARE: Final = 0.12
_MOST_HELD: Final = 12
"""Of one service at one centre; more yellow than that no real day has."""


@dataclass(frozen=True, slots=True)
class ExampleCode:
    """An order code to try, written K7MP-4XRT, with the id of its service and its time (aware, UTC)."""

    order_code: str
    service: str
    time: datetime


def load_example(at: Place) -> int:
    """Write the invented bookings and staff, unless that was done before; how many bookings were written.

    Raises:
        DatabaseAway: the database is gone.
    """
    with at.database.reading() as (connection, _):
        if facts.value(connection, MARK) is not None:
            return 0
    password_hash = _password_hash()
    plans = Plans(shorter_before_holiday=at.settings.booking.shorter_day_before_holiday)

    def load(connection: Any, now: Instant) -> int:
        rows.lock(connection)
        if facts.value(connection, MARK) is not None:
            return 0
        facts.keep(connection, MARK, str(_SEED))
        made = rows.insert_bookings(connection, invented(plans.at(connection), now, at.settings))
        for name, display_name, role, rights in _STAFF:
            staff_rows.add(connection, name, display_name, role, rights, password_hash, now)
        audit.write(connection, now, STATION, "load_example", "done", detail=str(made))
        changes.announce(connection)
        return made

    return at.database.write(load)


def add_new_staff(at: Place) -> int:
    """Add the invented staff that an older version's example data did not have; how many. Elsewhere nothing is done.

    Raises:
        DatabaseAway: the database is gone.
    """
    with at.database.reading() as (connection, _):
        if facts.value(connection, MARK) is None or not _missing_staff(connection):
            return 0
    password_hash = _password_hash()

    def add(connection: Any, now: Instant) -> int:
        rows.lock(connection)
        missing = _missing_staff(connection)
        for name, display_name, role, rights in missing:
            staff_rows.add(connection, name, display_name, role, rights, password_hash, now)
        audit.write(connection, now, STATION, "load_example", "done", detail="staff")
        return len(missing)

    return at.database.write(add)


def _missing_staff(connection: Any) -> tuple[_Invented, ...]:
    return tuple(one for one in _STAFF if staff_rows.by_name(connection, one[0]) is None)


def _password_hash() -> str:
    """Hashing takes a tenth of a second and stands outside any transaction."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(OPERATOR_PASSWORD)


def codes_to_try(at: Place, most: int = 3) -> tuple[ExampleCode, ...]:
    """Invented order codes of this station's centre that can still be activated, the soonest first.

    Raises:
        DatabaseAway: the database is gone.
    """
    centre = at.settings.station.centre
    with at.database.reading() as (connection, now):
        since = now - at.settings.arrival.late_minutes * MINUTE
        found = rows.confirmed(connection, STATION, centre, since, most)
    return tuple(ExampleCode(written(row.order_code), row.service, to_datetime(row.starts_at)) for row in found)


def codes_if_there(at: Place, most: int = 3) -> tuple[ExampleCode, ...]:
    """The same; none while the database is away."""
    from db.engine import DatabaseAway

    try:
        return codes_to_try(at, most)
    except DatabaseAway:
        return ()


def invented(plan: Plan, now: Instant, settings: Settings) -> list[dict[str, Any]]:
    """Bookings for today and the offered dates, as rows of the table: most at this station's centre, some at others."""
    # the day is part of the seed, so that a database made tomorrow shows another picture, and a test the same one
    random = Random(f"{_SEED} {baku_day(now)} {settings.station.centre}")  # noqa: S311 - invented data, no secret
    maker = _Maker(random, now, settings)
    home = settings.station.centre
    others = [centre for centre in plan.catalogue.centres if centre != home][:_AWAY_CENTRES]
    dates = [baku_day(now), *plan.offered_dates(now, settings.booking.days)]
    found: list[dict[str, Any]] = []
    for centre in [home, *others]:
        given = [service for service in plan.catalogue.services if (service, centre) in plan.catalogue.capacity]
        share, services = (_HOME_SHARE, _HOME_SERVICES) if centre == home else (_AWAY_SHARE, _AWAY_SERVICES)
        for service in given[:services]:
            hours = [hour for day in dates for hour in plan.hours(plan.day(centre, day))]
            chosen = [hour for hour in hours if random.random() < share]
            found.extend(maker.bookings(service, centre, chosen))
    return found


class _Maker:
    """Makes rows, one invented person each."""

    def __init__(self, random: Random, now: Instant, settings: Settings) -> None:
        self._random = random
        self._now = now
        self._midnight = at_baku(baku_day(now), time())
        self._hold = settings.booking.hold_minutes * MINUTE
        self._days = settings.booking.days
        self._people = count(1)

    def bookings(self, service: str, centre: str, hours: list[Instant]) -> Iterator[dict[str, Any]]:
        """One booking an hour: most confirmed, some held, few cancelled or expired. Today's are all confirmed."""
        held = 0
        for hour in hours:
            state = "confirmed"
            if baku_day(hour) > baku_day(self._now):
                state = self._random.choices(("confirmed", "held", "cancelled", "expired"), (72, 14, 9, 5))[0]
            if state == "expired" and self._first_offered(hour) + self._hold >= self._now:
                state = "cancelled"  # an hour that is offered since just now has no run-out hold yet
            held += state == "held"
            if state == "held" and held > _MOST_HELD:
                state = "confirmed"
            yield self._booking(service, centre, hour, state)

    def _first_offered(self, hour: Instant) -> Instant:
        """When the hour could first be booked, or a day and a half ago if that is later."""
        offered = at_baku(baku_day(hour) - timedelta(days=self._days), time())
        return max(offered, self._now - 36 * HOUR)

    def _held_at(self, hour: Instant, state: str) -> Instant:
        """A moment at which the hour was offered, fit for the state; for today's hours before today."""
        first = self._first_offered(hour)
        last = self._midnight if baku_day(hour) == baku_day(self._now) else self._now
        if state == "held":
            first = max(first, self._now - self._hold * 3 // 4)
        elif state == "expired":
            last = self._now - self._hold
        return first + self._random.randrange(max(last - first, 1))

    def _booking(self, service: str, centre: str, hour: Instant, state: str) -> dict[str, Any]:
        random = self._random
        number = next(self._people)
        held_at = self._held_at(hour, state)
        confirmed_at = None
        if state in ("confirmed", "cancelled"):
            confirmed_at = min(held_at + random.randrange(self._hold), self._now)
        ended_at = {"cancelled": self._now, "expired": held_at + self._hold}.get(state)
        return {
            "reference": self._code(REFERENCE_SIGNS),
            "order_code": self._code(ORDER_CODE_SIGNS) if confirmed_at is not None else None,
            "service": service,
            "centre": centre,
            "starts_at": hour,
            "seat": 1,
            "state": state,
            "ended_by": {"cancelled": "citizen", "expired": "ran_out"}.get(state),
            "held_at": held_at,
            "held_until": held_at + self._hold,
            "confirmed_at": confirmed_at,
            "ended_at": ended_at,
            "code": f"{random.randrange(10**6):06}",
            "code_sent_at": held_at,
            "station": STATION,
            "language": random.choice(_LANGUAGES),
            "given_name": random.choice(_GIVEN_NAMES),
            "surname": random.choice(_SURNAMES),
            "patronymic": random.choice(_PATRONYMICS),
            "fin": f"NMN{number:04}",
            "phone": f"+99450000{number:04}",
            "email": f"numune{number}@example.az",
        }

    def _code(self, signs: int) -> str:
        made = "".join(self._random.choice(ALPHABET) for _ in range(signs - 1))
        return made + check_sign(made)
