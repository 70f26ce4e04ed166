"""What a centre gives at most: people in an hour of a service, and walk-in tickets a day (Q5, C5).

They are the centre's own rows of the offers. An import that brings `offers.csv` puts the file in their place, those set
here too: the file is the whole of them; one that leaves it out keeps them. Where the file does not say how many
walk-ins there are, the number in force stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from db import changes
from db import reference as rows
from db.reference import OfferRow
from kiosk.acts import Acts, Unit
from kiosk.booking.plan import Plan, Plans
from kiosk.booking.reference_tables import MOST_SEATS, MOST_WALK_INS
from kiosk.errors import CHANGED_MEANWHILE, BadRequest
from kiosk.identity.rights import member_with
from kiosk.identity.staff import MANAGE_HALL
from kiosk.settings import Settings
from kiosk.stored import as_values, from_values


@dataclass(frozen=True, slots=True)
class Limit:
    """What this centre gives of one service."""

    service: str
    capacity: int
    """People in one hour; 0: it is not given here."""
    walk_in: int
    """Walk-in tickets a day; 0: it is given to booked people only."""


class LimitForm:
    """Stores a `Limit`, which holds no person."""

    def store(self, result: Limit) -> dict[str, Any]:
        """Plain values."""
        return as_values(result)

    def read(self, _unit: Unit, stored: dict[str, Any]) -> Limit:
        """The same limit."""
        limit: Limit = from_values(Limit, stored)
        return limit


_FORM: Final = LimitForm()


class Limits:
    """The limits of this station's centre.

    Args:
        acts: runs what changes something.
        plans: what is given now.
        settings: which centre this is.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._centre = settings.station.centre

    def all(self) -> tuple[Limit, ...]:
        """Those of every service, in the order of the reference data.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            plan = self._plans.at(connection)
            return tuple(self._limit(plan, service) for service in plan.catalogue.services)

    def set(
        self, key: str, staff: int, service: str, capacity: int, walk_in: int, *, was: Limit | None = None
    ) -> Limit:
        """Change what this centre gives of a service, from now on. What is booked already stays booked.

        Args:
            key: names this act; a repeat gets the same answer.
            staff: who changes it (row id).
            service: the service's id.
            capacity: people in one hour; 0: it is not given here.
            walk_in: walk-in tickets a day.
            was: what the form showed before anything was typed; None: whatever it is now is replaced.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            BadRequest: the service is unknown, a number is out of bounds, or no centre would give the service any more;
                "changed_meanwhile": it is neither what was shown nor what is wanted.
            Unavailable: the database is away.
        """
        if not 0 <= capacity <= MOST_SEATS:
            raise BadRequest("capacity", f"0 to {MOST_SEATS}")
        if not 0 <= walk_in <= MOST_WALK_INS:
            raise BadRequest("walk_in", f"0 to {MOST_WALK_INS}")
        wanted = Limit(service, capacity, walk_in if capacity else 0)

        def do(unit: Unit) -> Limit:
            member_with(unit.connection, staff, MANAGE_HALL)
            rows.lock(unit.connection)  # or two centres at once would each count on the other to give the service
            plan = self._plans.at(unit.connection)
            plan.service(service)
            if was is not None and self._limit(plan, service) not in (was, wanted):
                raise BadRequest("capacity", CHANGED_MEANWHILE)
            others = [pair for pair in plan.catalogue.capacity if pair[0] == service and pair[1] != self._centre]
            if not capacity and not others:
                raise BadRequest("capacity", "last_centre")
            rows.set_offer(unit.connection, OfferRow(service, self._centre, wanted.capacity, wanted.walk_in))
            changes.announce_hall(unit.connection, self._centre)
            unit.detail = f"{service}: {wanted.capacity}, {wanted.walk_in}"
            return wanted

        request = {"staff": staff, "service": service, "capacity": capacity, "walk_in": walk_in}
        return self._acts.perform("set_limit", key, request, do, _FORM, staff=staff)

    def _limit(self, plan: Plan, service: str) -> Limit:
        pair = service, self._centre
        return Limit(service, plan.catalogue.capacity.get(pair, 0), plan.catalogue.walk_ins.get(pair, 0))
