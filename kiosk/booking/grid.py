"""What can be had: the offered dates, the slot grid, the next free day of each centre (Q3 to Q5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from db import seats as rows
from db.presented import present
from db.seats import SeatRow
from kiosk.booking import order_code
from kiosk.booking.catalogue import Centre, Service
from kiosk.booking.closed import ClosedTimes
from kiosk.booking.facts import Day, DayGrid, Slot, SlotState
from kiosk.booking.room import Room
from kiosk.clock import Instant, to_datetime
from kiosk.errors import Closed


class Grid(Room):
    """The questions of the wizard's first four steps; nothing here changes anything."""

    def services(self) -> tuple[Service, ...]:
        """All services, in the order of the reference data (Q1)."""
        with self._acts.reading() as (connection, _):
            return tuple(self._plans.at(connection).catalogue.services.values())

    def centres(self, service: str) -> tuple[Centre, ...]:
        """The centres that give a service (Q2).

        Raises:
            BadRequest: the service is unknown.
        """
        with self._acts.reading() as (connection, _):
            plan = self._plans.at(connection)
            plan.service(service)
            return plan.catalogue.centres_of(service)

    def dates(self, service: str, centre: str) -> tuple[Day, ...]:
        """The offered dates, each open with its count of free hours, or closed with its reason (Q3, Q4).

        Raises:
            BadRequest: service or centre is unknown, or the two do not go together.
        """
        with self._acts.reading() as (connection, now):
            plan = self._plans.at(connection)
            seats = plan.seats(service, centre)
            offered = plan.offered_dates(now, self._settings.booking.days)
            first, end = plan.span(offered)
            live = rows.live_counts(connection, service, [centre], first, end, now)
            closed = ClosedTimes.at(connection, [centre], (first, end))
            known = (plan.day(centre, day) for day in offered)
            days = [closed.day(centre, day, plan.hours(day)) for day in known]
            return tuple(
                replace(
                    day,
                    free=sum(
                        live.get((centre, hour), 0) < seats for hour in closed.open_hours(centre, plan.hours(day))
                    ),
                )
                if day.open
                else day
                for day in days
            )

    def next_free(self, service: str) -> dict[str, date | None]:
        """The first offered date with a free hour at each centre that gives the service, or None.

        Raises:
            BadRequest: the service is unknown.
        """
        with self._acts.reading() as (connection, now):
            plan = self._plans.at(connection)
            plan.service(service)
            offered = plan.offered_dates(now, self._settings.booking.days)
            first, end = plan.span(offered)
            centres = [centre.id for centre in plan.catalogue.centres_of(service)]
            live = rows.live_counts(connection, service, centres, first, end, now)
            closed = ClosedTimes.at(connection, centres, (first, end))
            found: dict[str, date | None] = {}
            for centre in centres:
                seats = plan.seats(service, centre)
                days = (plan.day(centre, day) for day in offered)
                found[centre] = next(
                    (
                        day.date
                        for day in days
                        if day.open
                        and any(
                            live.get((centre, hour), 0) < seats for hour in closed.open_hours(centre, plan.hours(day))
                        )
                    ),
                    None,
                )
            return found

    def slots(self, service: str, centre: str, day: date, mine: str | None = None) -> DayGrid:
        """The slot grid of an offered, open date (Q5).

        Args:
            service: the service's id.
            centre: the centre's id.
            day: the date in Baku.
            mine: the reference of the hold that this session made, to mark its hour.

        Raises:
            BadRequest: service or centre is unknown, or the two do not go together.
            DateNotOffered, Closed: there is no grid for that date.
        """
        own = order_code.read(mine) if mine is not None else None
        with self._acts.reading() as (connection, now):
            plan = self._plans.at(connection)
            seats = plan.seats(service, centre)
            found = plan.offered_day(centre, day, now, self._settings.booking.days)
            first, end = plan.span((day,))
            closed = ClosedTimes.at(connection, [centre], (first, end))
            found = closed.day(centre, found, plan.hours(found))
            if not found.open:
                raise Closed("closure", found.name)
            hours = closed.open_hours(centre, plan.hours(found))
            if own is not None:
                present(connection, "reference", own)
            live = rows.live_seats(connection, service, centre, first, end, now)
        grid = _grid(hours, live, seats, own)
        ends = [seat.held_until for seat in live if seat.state == "held"]
        free = sum(slot.state == "free" for slot in grid)
        return DayGrid(replace(found, free=free), grid, to_datetime(min(ends)) if ends else None)


def _grid(hours: tuple[Instant, ...], live: list[SeatRow], seats: int, own: str | None) -> tuple[Slot, ...]:
    occupied = Counter(seat.starts_at for seat in live)
    held = {seat.starts_at for seat in live if seat.state == "held"}
    mine = {seat.starts_at for seat in live if seat.reference == own}

    def state(hour: Instant) -> SlotState:
        if occupied[hour] < seats:
            return "free"
        return "held" if hour in held else "taken"

    return tuple(Slot(to_datetime(hour), state(hour), hour in mine) for hour in hours)
