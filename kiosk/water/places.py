"""The lists of a form: districts, their streets, settlements and villages, reasons (W1, W5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from db import places as rows
from kiosk.acts import Acts
from kiosk.language import fold, matches, sort_key
from kiosk.names import Names
from kiosk.water.facts import District, DistrictGroup, Kind, Place, PlaceKind, Reason


class Places:
    """The lists as they are in force.

    Args:
        acts: their database.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    def districts(self) -> tuple[District, ...]:
        """Every district: Bakı's, cities, rayons, as their file has them.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            return _districts(connection)

    def search(self, district: str, typed: str, most: int = 50) -> tuple[Place, ...]:
        """The places of a district whose name holds every word of `typed`, in Azerbaijani order.

        Letters are folded (`elet` finds Ələt); nothing typed finds all.

        Args:
            district: its id; of an unknown one there are no places.
            typed: what was typed so far.
            most: how many at most.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            found = _places(connection, district)
        fitting = (place for place in found if matches(typed, place.name) is not None)
        return tuple(sorted(fitting, key=lambda place: sort_key("az", place.name))[:most])

    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that can be chosen, of suspension and of restoration.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            return tuple(_as_reason(row) for row in rows.all_reasons(connection))

    def reason(self, id: str) -> Reason | None:
        """The reason that an application names; one that cannot be chosen any more too.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            row = rows.reason(connection, id)
        return None if row is None else _as_reason(row)


@dataclass(slots=True)
class Known:
    """The lists within one transaction, for the check of a form."""

    connection: Any
    _districts: tuple[District, ...] = field(default=(), init=False)

    def district(self, typed: str) -> District | None:
        """The district of an id, or of its name as it stands in the list."""
        if not self._districts:
            self._districts = _districts(self.connection)
        return next((one for one in self._districts if typed == one.id or _same(typed, one.name)), None)

    def place(self, district: District, typed: str) -> Place | None:
        """The place of a district: by its id, or by its name as it stands in the list."""
        found = _places(self.connection, district.id)
        return next((one for one in found if typed == str(one.id)), None) or next(
            (one for one in found if _same(typed, one.name)), None
        )

    def reason(self, kind: Kind, typed: str) -> Reason | None:
        """The reason of an id, when it belongs to that kind of application."""
        found = (_as_reason(row) for row in rows.all_reasons(self.connection))
        return next((one for one in found if one.id == typed and one.kind == kind), None)


def _same(typed: str, name: str) -> bool:
    return bool(typed) and fold(typed) == fold(name)


def _districts(connection: Any) -> tuple[District, ...]:
    found = rows.all_districts(connection)
    return tuple(District(row.id, cast(DistrictGroup, row.kind), row.name) for row in found)


def _places(connection: Any, district: str) -> list[Place]:
    found = rows.places_of(connection, district)
    return [Place(id, district, cast(PlaceKind, kind), name) for id, kind, name in found]


def _as_reason(row: rows.ReasonRow) -> Reason:
    return Reason(row.id, cast(Kind, row.kind), Names(row.name_az, row.name_ru, row.name_en))
