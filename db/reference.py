"""The SQL of the reference data: agencies, services, centres, offers, hours, closures and names of holidays.

What is stored is what the files say, `*` (every centre) included, so that a centre added later gets what all have. The
rows were checked before they came here; what only the database can know is checked here: that a number stays with its
id for ever (it stands in printed QR codes), and that nothing goes away which a live booking uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, or_, select, update

from db import changes, facts, schema

_Row = TypeVar("_Row", bound=tuple[Any, ...])

_DAY: Final = 86_400_000
_VERSION: Final = "reference_version"
_CONFIRMED_UNTIL: Final = "confirmed_until"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('reference data', 0))"
_UNLISTED: Final = -1
"""The position of an agency that is in no file any more and is kept for the retired services that name it."""


class AgencyRow(NamedTuple):
    """A row of `agencies.csv`."""

    id: str
    name_az: str
    name_ru: str
    name_en: str


class ServiceRow(NamedTuple):
    """A row of `services.csv`; the three fees are all there or all None."""

    id: str
    number: int
    agency: str
    letter: str
    name_az: str
    name_ru: str
    name_en: str
    fee_az: str | None
    fee_ru: str | None
    fee_en: str | None


class CentreRow(NamedTuple):
    """A row of `centres.csv`."""

    id: str
    number: int
    region: str
    name_az: str
    name_ru: str
    name_en: str
    short_az: str
    short_ru: str
    short_en: str
    address_az: str
    address_ru: str
    address_en: str


class OfferRow(NamedTuple):
    """A row of `offers.csv`: seats in an hour; `centre` may be `*`; capacity 0 takes a centre out of `*`.

    `walk_in` is the most walk-in tickets a day, 0 for none; None only while a file is read that does not say.
    """

    service: str
    centre: str
    capacity: int
    walk_in: int | None = 0


class HoursRow(NamedTuple):
    """A row of `hours.csv`: wall times in Baku as HH:MM, ISO weekday; `centre` may be `*`."""

    centre: str
    weekday: int
    opens: str
    closes: str
    is_default: bool


class ClosureRow(NamedTuple):
    """A row of `closures.csv`: an ISO date, wall times in Baku as HH:MM; `centre` may be `*`."""

    centre: str
    day: str
    kind: str
    opens: str | None
    closes: str | None
    name_az: str | None
    name_ru: str | None
    name_en: str | None


class HolidayNameRow(NamedTuple):
    """A row of `holidays_names.csv`."""

    key: str
    library_name: str | None
    name_az: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ReferenceRows:
    """The whole reference data, each table in the order of its file."""

    agencies: tuple[AgencyRow, ...]
    services: tuple[ServiceRow, ...]
    centres: tuple[CentreRow, ...]
    offers: tuple[OfferRow, ...]
    hours: tuple[HoursRow, ...]
    closures: tuple[ClosureRow, ...]
    holiday_names: tuple[HolidayNameRow, ...]
    confirmed_until: int


class ReferenceConflict(Exception):
    """What the database holds forbids the new reference data; `reasons` are sentences that name each id."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


def version(connection: Connection) -> int:
    """How many times the reference data were replaced; 0 while there are none."""
    return int(facts.value(connection, _VERSION) or 0)


def load(connection: Connection) -> ReferenceRows | None:
    """The reference data in force, or None while there are none."""
    confirmed_until = facts.value(connection, _CONFIRMED_UNTIL)
    if confirmed_until is None:
        return None
    tables = schema
    listed, served = tables.agencies.c.position != _UNLISTED, tables.services.c.retired == 0
    hours = _rows(connection, HoursRow, tables.hours, "centre", "weekday")
    return ReferenceRows(
        agencies=_rows(connection, AgencyRow, tables.agencies, "position", where=listed),
        services=_rows(connection, ServiceRow, tables.services, "position", where=served),
        centres=_rows(connection, CentreRow, tables.centres, "position", where=tables.centres.c.retired == 0),
        offers=_rows(connection, OfferRow, tables.offers, "service", "centre"),
        hours=tuple(row._replace(is_default=bool(row.is_default)) for row in hours),
        closures=_rows(connection, ClosureRow, tables.closures, "day", "centre", "kind"),
        holiday_names=_rows(connection, HolidayNameRow, tables.holiday_names, "position"),
        confirmed_until=int(confirmed_until),
    )


def gives_walk_ins(connection: Connection) -> bool:
    """Whether any centre gives walk-in tickets for anything."""
    given = select(schema.offers.c.service).where(schema.offers.c.walk_in > 0).limit(1)
    return connection.execute(given).first() is not None


def lock(connection: Connection) -> None:
    """Let nobody else change the reference data until the transaction ends; whoever waits sees what was done.

    On SQLite the one writer's lock does it already. A second import waits for the first also while there is no row yet
    that could be locked.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)


def replace_all(connection: Connection, now: int, rows: ReferenceRows) -> int:
    """Put `rows` in the place of the reference data, within the caller's transaction; the new version.

    Services and centres that are in no file any more are retired: old bookings still name them, and their numbers stay
    theirs.

    Raises:
        ReferenceConflict: a number was changed or belongs to another id, or a service or centre is missing that a
            live booking uses. The caller's transaction has to be rolled back.
    """
    lock(connection)
    new_version = version(connection) + 1
    facts.keep(connection, _VERSION, str(new_version))
    reasons = [
        *_number_conflicts(connection, schema.services, "service", rows.services),
        *_number_conflicts(connection, schema.centres, "centre", rows.centres),
        *_use_conflicts(connection, now, "service", {row.id for row in rows.services}),
        *_use_conflicts(connection, now, "centre", {row.id for row in rows.centres}),
    ]
    if reasons:
        raise ReferenceConflict(reasons)
    connection.execute(update(schema.agencies).values(position=_UNLISTED))
    _put(connection, schema.agencies, rows.agencies)
    connection.execute(update(schema.services).values(retired=1))
    _put(connection, schema.services, rows.services)
    connection.execute(update(schema.centres).values(retired=1))
    _put(connection, schema.centres, rows.centres)
    for table in (schema.offers, schema.hours, schema.closures, schema.holiday_names):
        connection.execute(delete(table))
    _insert(connection, schema.offers, [row._asdict() for row in rows.offers])
    _insert(connection, schema.hours, [{**row._asdict(), "is_default": int(row.is_default)} for row in rows.hours])
    _insert(connection, schema.closures, [row._asdict() for row in rows.closures])
    _insert(connection, schema.holiday_names, _positioned(rows.holiday_names))
    facts.keep(connection, _CONFIRMED_UNTIL, str(rows.confirmed_until))
    changes.announce(connection)
    return new_version


def set_offer(connection: Connection, row: OfferRow) -> int:
    """Put one centre's own offer of a service in the place of what was, for every station; the new version.

    The row of `*` stays for the other centres.
    """
    lock(connection)
    offers = schema.offers
    connection.execute(delete(offers).where(offers.c.service == row.service, offers.c.centre == row.centre))
    connection.execute(insert(offers), [row._asdict()])
    new_version = version(connection) + 1
    facts.keep(connection, _VERSION, str(new_version))
    changes.announce(connection)
    return new_version


def _rows(
    connection: Connection, kind: type[_Row], table: Table, *order: str, where: ColumnElement[bool] | None = None
) -> tuple[_Row, ...]:
    names: tuple[str, ...] = getattr(kind, "_fields")  # noqa: B009 - a NamedTuple's, which type[tuple] does not show
    wanted = select(*(table.c[name] for name in names)).order_by(*(table.c[name] for name in order))
    if where is not None:
        wanted = wanted.where(where)
    return tuple(kind(*row) for row in connection.execute(wanted))


def _number_conflicts(
    connection: Connection, table: Table, word: str, wanted: Iterable[ServiceRow | CentreRow]
) -> list[str]:
    known = {row.id: row.number for row in connection.execute(select(table.c.id, table.c.number))}
    owners = {number: owner for owner, number in known.items()}
    reasons = []
    for row in wanted:
        if row.id in known and known[row.id] != row.number:
            reasons.append(f"the number of {word} {row.id} is {known[row.id]} for ever and cannot become {row.number}")
        elif owners.get(row.number, row.id) != row.id:
            reasons.append(f"number {row.number} of {word} {row.id} belongs to {word} {owners[row.number]} for ever")
    return reasons


def _use_conflicts(connection: Connection, now: int, word: str, wanted: set[str]) -> list[str]:
    """The services or centres that are not wanted any more although a booking from yesterday on is live with them."""
    booking = schema.bookings.c
    live = or_(
        and_(booking.state == "held", booking.held_until > now),
        and_(booking.state.in_(("confirmed", "active")), booking.starts_at > now - _DAY),
    )
    used = connection.execute(select(booking[word]).where(live).distinct()).scalars()
    return [f"live bookings use {word} {name}: it cannot go yet" for name in sorted(set(used) - wanted)]


def _put(connection: Connection, table: Table, wanted: Sequence[AgencyRow | ServiceRow | CentreRow]) -> None:
    """Update the rows whose id is there already, insert the others."""
    known = set(connection.execute(select(table.c.id)).scalars())
    values = [{**row, "retired": 0} if "retired" in table.c else row for row in _positioned(wanted)]
    _insert(connection, table, [row for row in values if row["id"] not in known])
    changed = [{**row, "known_id": row["id"]} for row in values if row["id"] in known]
    if changed:
        connection.execute(update(table).where(table.c.id == bindparam("known_id")), changed)


def _positioned(rows: Iterable[AgencyRow | ServiceRow | CentreRow | HolidayNameRow]) -> list[dict[str, Any]]:
    return [{**row._asdict(), "position": position} for position, row in enumerate(rows)]


def _insert(connection: Connection, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    if values:
        connection.execute(insert(table), values)
