"""The SQL of the lists of a form: districts, their places, reasons of applications (W1, W5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from db.water_schema import application_reasons, districts, places

_AT_ONCE = 5000
"""How many rows go into one statement's list of parameters."""


class DistrictRow(NamedTuple):
    """A row of `districts.csv`."""

    id: str
    kind: str
    name: str


class PlaceRow(NamedTuple):
    """A row of `places.csv`."""

    district: str
    kind: str
    name: str


class ReasonRow(NamedTuple):
    """A row of `application_reasons.csv`."""

    id: str
    kind: str
    name_az: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ListRows:
    """The lists of a form, each in the order of its file."""

    districts: tuple[DistrictRow, ...]
    places: tuple[PlaceRow, ...]
    reasons: tuple[ReasonRow, ...]


_D, _P, _R = districts.c, places.c, application_reasons.c
_DISTRICTS = select(_D.id, _D.kind, _D.name).order_by(_D.position)
_PLACES = select(_P.district, _P.kind, _P.name).order_by(_P.id)
_PLACES_OF = select(_P.id, _P.kind, _P.name).where(_P.district == bindparam("district")).order_by(_P.id)
_REASONS = select(_R.id, _R.kind, _R.name_az, _R.name_ru, _R.name_en).where(_R.retired == 0).order_by(_R.position)
_REASON = select(_R.id, _R.kind, _R.name_az, _R.name_ru, _R.name_en).where(_R.id == bindparam("id"))


def load(connection: Connection) -> ListRows | None:
    """The lists in force, or None while there are none."""
    found = ListRows(tuple(all_districts(connection)), _all_places(connection), tuple(all_reasons(connection)))
    return found if found.districts else None


def are_there(connection: Connection) -> bool:
    """Whether the lists were loaded."""
    return connection.execute(select(_D.id).limit(1)).first() is not None


def all_districts(connection: Connection) -> list[DistrictRow]:
    """Every district, in the order of its file."""
    return [DistrictRow._make(row) for row in connection.execute(_DISTRICTS)]


def _all_places(connection: Connection) -> tuple[PlaceRow, ...]:
    return tuple(PlaceRow._make(row) for row in connection.execute(_PLACES))


def places_of(connection: Connection, district: str) -> list[tuple[int, str, str]]:
    """The places of a district: row id, kind, name."""
    return [(row[0], row[1], row[2]) for row in connection.execute(_PLACES_OF, {"district": district})]


def all_reasons(connection: Connection) -> list[ReasonRow]:
    """The reasons that can be chosen, in the order of their file."""
    return [ReasonRow._make(row) for row in connection.execute(_REASONS)]


def reason(connection: Connection, id: str) -> ReasonRow | None:
    """A reason, one that cannot be chosen any more too."""
    row = connection.execute(_REASON, {"id": id}).one_or_none()
    return None if row is None else ReasonRow._make(row)


def replace_all(connection: Connection, rows: ListRows) -> None:
    """Put `rows` in the place of the lists, within the caller's transaction.

    Places that stay keep their row ids, since a form may be half filled in; reasons that go are retired, since old
    applications name them.
    """
    if connection.dialect.name == "postgresql":
        # a second import waits for the first, even while there is no row yet that could be locked
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('lists of a form', 0))")
    known = {row.id for row in all_districts(connection)}
    positioned = [{**row._asdict(), "position": position} for position, row in enumerate(rows.districts)]
    _insert(connection, districts, [row for row in positioned if row["id"] not in known])
    changed = [{**row, "known_id": row["id"]} for row in positioned if row["id"] in known]
    if changed:
        connection.execute(update(districts).where(_D.id == bindparam("known_id")), changed)
    _replace_places(connection, rows.places)
    gone = known - {row.id for row in rows.districts}
    if gone:
        connection.execute(delete(districts).where(_D.id.in_(gone)))
    _replace_reasons(connection, rows.reasons)


def _replace_places(connection: Connection, wanted: Sequence[PlaceRow]) -> None:
    here = {PlaceRow(*row[1:]): row[0] for row in connection.execute(select(_P.id, _P.district, _P.kind, _P.name))}
    stay = set(wanted)
    gone = [{"gone": id} for row, id in here.items() if row not in stay]
    if gone:
        connection.execute(delete(places).where(_P.id == bindparam("gone")), gone)
    _insert(connection, places, [row._asdict() for row in wanted if row not in here])


def _replace_reasons(connection: Connection, wanted: Sequence[ReasonRow]) -> None:
    known = set(connection.execute(select(_R.id)).scalars())
    connection.execute(update(application_reasons).values(retired=1))
    positioned = [{**row._asdict(), "position": position, "retired": 0} for position, row in enumerate(wanted)]
    _insert(connection, application_reasons, [row for row in positioned if row["id"] not in known])
    changed = [{**row, "known_id": row["id"]} for row in positioned if row["id"] in known]
    if changed:
        connection.execute(update(application_reasons).where(_R.id == bindparam("known_id")), changed)


def _insert(connection: Connection, table: Any, values: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        connection.execute(insert(table), values[start : start + _AT_ONCE])
