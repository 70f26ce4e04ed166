"""What can be booked where and when: catalogue and calendar together, read anew when the reference data changed."""

from __future__ import annotations

import threading
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, Final

from db import reference as stored
from kiosk.booking.calendar import WorkingDays, hours_of
from kiosk.booking.catalogue import Catalogue, Centre, Service
from kiosk.booking.facts import Day
from kiosk.booking.reference import calendar_data, catalogue
from kiosk.clock import Instant, at_baku, baku_day, in_baku
from kiosk.errors import BadRequest, Closed, DateNotOffered

_FULL_HOUR: Final = 3_600_000
_DAYS_KEPT: Final = 4096


class Plan:
    """One moment's reference data, ready to be asked."""

    def __init__(self, known: Catalogue, days: WorkingDays) -> None:
        self.catalogue = known
        self._day = lru_cache(_DAYS_KEPT)(days.day)

    def service(self, service: str) -> Service:
        """A service by its id.

        Raises:
            BadRequest: there is none of that id.
        """
        found = self.catalogue.services.get(service)
        if found is None:
            raise BadRequest("service", "unknown")
        return found

    def centre(self, centre: str) -> Centre:
        """A centre by its id.

        Raises:
            BadRequest: there is none of that id.
        """
        found = self.catalogue.centres.get(centre)
        if found is None:
            raise BadRequest("centre", "unknown")
        return found

    def seats(self, service: str, centre: str) -> int:
        """How many people an hour of the service holds at the centre.

        Raises:
            BadRequest: service or centre is unknown, or the centre does not give the service (Q2).
        """
        self.service(service)
        self.centre(centre)
        capacity = self.catalogue.capacity.get((service, centre))
        if capacity is None:
            raise BadRequest("centre", "does_not_give_service")
        return capacity

    def day(self, centre: str, day: date) -> Day:
        """What the centre's calendar says of a date (Q4)."""
        return self._day(centre, day)

    def offered_dates(self, now: Instant, days: int) -> tuple[date, ...]:
        """The dates that can be booked: `days` of them, starting tomorrow in Baku (Q3)."""
        today = baku_day(now)
        return tuple(today + timedelta(days=ahead) for ahead in range(1, days + 1))

    def offered_day(self, centre: str, day: date, now: Instant, days: int) -> Day:
        """An offered and open date of a centre.

        Raises:
            DateNotOffered: it is not among the offered dates.
            Closed: the centre does not work then.
        """
        if day not in self.offered_dates(now, days):
            raise DateNotOffered
        found = self.day(centre, day)
        if not found.open:
            raise Closed(found.reason or "closure", found.name)
        return found

    def offered_hour(self, centre: str, starts_at: Instant, now: Instant, days: int) -> Day:
        """The open day of an hour that the grid offers.

        Raises:
            BadRequest: it is no full hour.
            DateNotOffered, Closed: as for the date; also when the hour lies outside the opening hours.
        """
        if starts_at % _FULL_HOUR:
            raise BadRequest("time", "not_a_full_hour")
        local = in_baku(starts_at)
        found = self.offered_day(centre, local.date(), now, days)
        if local.time() not in hours_of(found):
            raise Closed("outside_hours", None)
        return found

    def hours(self, day: Day) -> tuple[Instant, ...]:
        """The full hours of an open day."""
        return tuple(at_baku(day.date, hour) for hour in hours_of(day))

    def span(self, days: tuple[date, ...]) -> tuple[Instant, Instant]:
        """From the first date's midnight to the midnight after the last, in Baku."""
        return at_baku(days[0], time()), at_baku(days[-1] + timedelta(days=1), time())


class Plans:
    """Keeps the newest plan; asks the database for its reference version each time."""

    def __init__(self, *, shorter_before_holiday: bool) -> None:
        self._shorter = shorter_before_holiday
        self._lock = threading.Lock()
        self._newest: tuple[int, Plan] | None = None

    def at(self, connection: Any) -> Plan:
        """The plan as this connection's database has it."""
        version = stored.version(connection)
        newest = self._newest
        if newest is not None and newest[0] == version:
            return newest[1]
        with self._lock:
            rows = stored.load(connection)
            if rows is None:
                raise NoReferenceData
            known = catalogue(rows, version)
            plan = Plan(known, WorkingDays(known, calendar_data(rows), shorter_before_holiday=self._shorter))
            self._newest = (version, plan)
        return plan


class NoReferenceData(Exception):
    """The database holds no centres and services yet: `asan-kiosk init` loads them."""
