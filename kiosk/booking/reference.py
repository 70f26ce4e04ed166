"""The reference data: read from files, checked as a whole, and put together as catalogue and calendar (Q1, Q2, Q4).

A centre replaces a file, or a folder of them, with `asan-kiosk import`. Either everything that was given is right and
taken together with what is already stored, or every problem is told with file, line and reason and nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from importlib.resources import as_file, files
from pathlib import Path
from string import Formatter
from typing import Any, Generic, TypeVar, cast

from db.reference import CentreRow, ClosureRow, HolidayNameRow, HoursRow, OfferRow, ReferenceRows, ServiceRow
from kiosk.booking import reference_tables as tables
from kiosk.booking.calendar import EVERY_CENTRE, CalendarData, Closure, ClosureKind
from kiosk.booking.catalogue import Agency, Catalogue, Centre, Hours, Service
from kiosk.booking.public_holidays import PHRASES, HolidayName
from kiosk.booking.reference_tables import COLUMNS, OPTIONAL
from kiosk.names import Names
from kiosk.reference_file import BadReference, Problem, Row, read_rows

_Table = TypeVar("_Table")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[_Table]):
    """A row of a table: read in `line` of its file, or stored before (None); `good` when nothing is wrong in it."""

    row: _Table
    line: int | None
    good: bool


def packaged() -> ReferenceRows:
    """The reference data that come with the program: public facts, and defaults where there are none."""
    with as_file(files("assets") / "reference") as folder:
        return read([folder / name for name in COLUMNS])


def read(sources: Iterable[Path], current: ReferenceRows | None = None, others: Collection[str] = ()) -> ReferenceRows:
    """Read and check files; what they do not hold is taken from `current`.

    Args:
        sources: files named as in `COLUMNS`, and folders of such files.
        current: what is stored; without it every file must be there.
        others: names of files that may lie there and are read elsewhere.

    Raises:
        BadReference: anything is wrong; nothing of it may be used then.
    """
    reading = _Reading(sources, current, others)
    rows = reading.rows()
    if reading.problems:
        raise BadReference.of(reading.problems, list(COLUMNS))
    return rows


class _Reading:
    """One reading of files, with the problems found so far."""

    def __init__(self, sources: Iterable[Path], current: ReferenceRows | None, others: Collection[str]) -> None:
        self.problems: list[Problem] = []
        self._current = current
        self._paths: dict[str, Path] = {}
        for source in sources:
            paths = sorted(source.glob("*.csv")) if source.is_dir() else [source]
            if not paths:
                self.problems.append(Problem(source.name, None, "holds no CSV file"))
            for path in paths:
                if path.name in others:
                    continue
                if path.name not in COLUMNS:
                    known = ", ".join((*COLUMNS, *others))
                    self.problems.append(Problem(path.name, None, f"is not known; known are {known}"))
                elif path.name in self._paths:
                    self.problems.append(Problem(path.name, None, "is given twice"))
                else:
                    self._paths[path.name] = path
        if current is None:
            self.problems += [Problem(name, None, "is missing") for name in COLUMNS if name not in self._paths]

    def rows(self) -> ReferenceRows:
        """All tables, checked one by one and against each other."""
        current = self._current
        agencies = self._table("agencies.csv", tables.agency, current.agencies if current else ())
        services = self._table("services.csv", tables.service, current.services if current else ())
        centres = self._table("centres.csv", tables.centre, current.centres if current else ())
        offers = self._table("offers.csv", tables.offer, current.offers if current else ())
        hours = self._table("hours.csv", tables.hours, current.hours if current else ())
        closures = self._table("closures.csv", tables.closure, current.closures if current else ())
        names = self._table("holidays_names.csv", tables.holiday_name, current.holiday_names if current else ())
        years = self._table("calendar.csv", tables.confirmed_until, (current.confirmed_until,) if current else ())

        agency_ids = {entry.row.id for entry in agencies}
        service_ids = {entry.row.id for entry in services}
        centre_ids = {entry.row.id for entry in centres} | {EVERY_CENTRE}
        # what is stored of a service or centre that the new files leave out goes with it
        offers = [entry for entry in offers if entry.line or _is_of(entry.row, service_ids, centre_ids)]
        hours = [entry for entry in hours if entry.line or entry.row.centre in centre_ids]
        closures = [entry for entry in closures if entry.line or entry.row.centre in centre_ids]

        for file, table in (("agencies.csv", agencies), ("services.csv", services), ("centres.csv", centres)):
            self._unique(file, cast("list[_Entry[Any]]", table), lambda row: row.id, "id {}")
        for file, numbered in (("services.csv", services), ("centres.csv", centres)):
            self._unique(file, cast("list[_Entry[Any]]", numbered), lambda row: row.number, "number {}")
        self._unique("offers.csv", offers, lambda row: (row.service, row.centre), "service {} at centre {}")
        self._unique("hours.csv", hours, lambda row: (row.centre, row.weekday), "centre {} on weekday {}")
        self._unique("closures.csv", closures, _occasion, "centre {} on {} ({})")
        self._unique("holidays_names.csv", names, lambda row: row.key, "key {}")
        self._unique("holidays_names.csv", names, lambda row: row.library_name, "library_name {}")

        self._known("services.csv", services, "agency", agency_ids, "agencies.csv")
        self._known("offers.csv", offers, "service", service_ids, "services.csv")
        self._known("offers.csv", offers, "centre", centre_ids, "centres.csv")
        self._known("hours.csv", hours, "centre", centre_ids, "centres.csv")
        self._known("closures.csv", closures, "centre", centre_ids, "centres.csv")
        told = {problem.file for problem in self.problems}
        for file, rows in (
            ("agencies.csv", agencies),
            ("services.csv", services),
            ("centres.csv", centres),
            ("calendar.csv", years),
        ):
            if not rows and file not in told:
                self.problems.append(Problem(file, None, "has no row"))
        self._check_offered(services, centres, offers)
        self._check_open(centres, hours)
        self._check_phrases(names)
        if len(years) > 1:
            self.problems.append(Problem("calendar.csv", years[1].line, "only one row is allowed"))
        return ReferenceRows(
            agencies=tuple(entry.row for entry in agencies),
            services=tuple(entry.row for entry in services),
            centres=tuple(entry.row for entry in centres),
            offers=_with_walk_ins((entry.row for entry in offers), current.offers if current else ()),
            hours=tuple(entry.row for entry in hours),
            closures=tuple(entry.row for entry in closures),
            holiday_names=tuple(entry.row for entry in names),
            confirmed_until=years[0].row if years else 0,
        )

    def _table(self, file: str, parse: Callable[[Row], _Table], stored: Iterable[_Table]) -> list[_Entry[_Table]]:
        path = self._paths.get(file)
        if path is None:
            return [_Entry(row, None, True) for row in stored]
        entries = []
        for row in read_rows(path, COLUMNS[file], self.problems, OPTIONAL.get(file, ())):
            parsed = parse(row)
            entries.append(_Entry(parsed, row.line, row.good))
        return entries

    def _unique(self, file: str, entries: list[_Entry[_Table]], key: Callable[[_Table], Hashable], words: str) -> None:
        """Refuse every row that repeats an earlier one; rows with bad cells are left out, they are told already."""
        seen: dict[Hashable, int | None] = {}
        for entry in entries:
            found = key(entry.row)
            if not entry.good or found is None:
                continue
            if found in seen:
                what = words.format(*(found if isinstance(found, tuple) else (found,)))
                self.problems.append(Problem(file, entry.line, f"{what} stands in line {seen[found]} already"))
            else:
                seen[found] = entry.line

    def _known(self, file: str, entries: Sequence[_Entry[Any]], column: str, known: set[str], where: str) -> None:
        """Refuse rows that name an agency, service or centre that is not there; an unusable file is told by itself."""
        if known <= {EVERY_CENTRE}:
            return
        for entry in entries:
            found = getattr(entry.row, column)
            if entry.good and found not in known:
                self.problems.append(Problem(file, entry.line, f"{column} {found} is not in {where}"))

    def _check_offered(
        self,
        services: list[_Entry[ServiceRow]],
        centres: list[_Entry[CentreRow]],
        offers: list[_Entry[OfferRow]],
    ) -> None:
        """A service that no centre gives would lead a citizen to an empty list (Q2)."""
        if self.problems:
            return
        given = {service for service, _ in _seats((entry.row for entry in offers), [entry.row.id for entry in centres])}
        for entry in services:
            if entry.row.id not in given:
                self.problems.append(
                    Problem("services.csv", entry.line, f"no centre gives {entry.row.id}: see offers.csv")
                )

    def _check_open(self, centres: list[_Entry[CentreRow]], hours: list[_Entry[HoursRow]]) -> None:
        if self.problems:
            return
        open_somewhen = {entry.row.centre for entry in hours}
        for entry in centres:
            if not open_somewhen & {entry.row.id, EVERY_CENTRE}:
                self.problems.append(Problem("centres.csv", entry.line, f"{entry.row.id} has no hours: see hours.csv"))

    def _check_phrases(self, names: list[_Entry[HolidayNameRow]]) -> None:
        file = "holidays_names.csv"
        if any(problem.file == file for problem in self.problems):
            return
        missing = sorted(PHRASES - {entry.row.key for entry in names})
        self.problems += [Problem(file, None, f"key {key} is missing") for key in missing]
        for entry in names:
            wanted = ["date"] if entry.row.key == "moved_for" else []
            texts = (entry.row.name_az, entry.row.name_ru, entry.row.name_en)
            if any(_places(text) != wanted for text in texts):
                reason = "holds {date} once in each language" if wanted else "holds no braces"
                self.problems.append(Problem(file, entry.line, f"the name of {entry.row.key} {reason}"))


def _is_of(offer: OfferRow, services: set[str], centres: set[str]) -> bool:
    return offer.service in services and offer.centre in centres


def _with_walk_ins(offers: Iterable[OfferRow], stored: Iterable[OfferRow]) -> tuple[OfferRow, ...]:
    """Offers of a file that does not say how many walk-ins there are: as many as the same centre has now, else none."""
    known = {(row.service, row.centre): row.walk_in for row in stored}
    return tuple(
        row._replace(walk_in=known.get((row.service, row.centre), 0)) if row.walk_in is None else row for row in offers
    )


def _occasion(row: ClosureRow) -> tuple[str, str, str]:
    """What may stand once: one row that rules whether a date is worked, and one that shortens it."""
    return row.centre, row.day, "shorter_day" if row.kind == "shorter_day" else "off or worked"


def _places(text: str) -> list[str]:
    """The names in braces, or an answer that is never wanted when the braces do not match."""
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return ["?"]


def catalogue(rows: ReferenceRows, version: int) -> Catalogue:
    """The catalogue of checked rows: `*` becomes every centre that has no row of its own."""
    agencies = {row.id: Agency(row.id, Names(row.name_az, row.name_ru, row.name_en)) for row in rows.agencies}
    hours: dict[str, dict[int, Hours]] = {row.centre: {} for row in rows.hours}
    for row in rows.hours:
        opens, closes = time.fromisoformat(row.opens), time.fromisoformat(row.closes)
        hours[row.centre][row.weekday] = Hours(opens, closes, row.is_default)
    centres = [_as_centre(row, hours.get(row.id) or hours.get(EVERY_CENTRE, {})) for row in rows.centres]
    ids = [centre.id for centre in centres]
    seats = _seats(rows.offers, ids)
    walk_ins = {pair: row.walk_in for pair, row in _by_pair(rows.offers, ids).items() if pair in seats and row.walk_in}
    return Catalogue(
        version=version,
        services={row.id: _as_service(row, agencies[row.agency]) for row in rows.services},
        centres={centre.id: centre for centre in centres},
        capacity=seats,
        walk_ins=walk_ins,
    )


def calendar_data(rows: ReferenceRows) -> CalendarData:
    """What the working days are made of, besides the centres' hours."""
    names = (
        HolidayName(row.key, row.library_name, Names(row.name_az, row.name_ru, row.name_en))
        for row in rows.holiday_names
    )
    return CalendarData(tuple(_as_closure(row) for row in rows.closures), tuple(names), rows.confirmed_until)


def _seats(offers: Iterable[OfferRow], centres: Sequence[str]) -> dict[tuple[str, str], int]:
    """Seats in an hour by (service, centre), for the pairs that are offered."""
    return {pair: row.capacity for pair, row in _by_pair(offers, centres).items() if row.capacity}


def _by_pair(offers: Iterable[OfferRow], centres: Sequence[str]) -> dict[tuple[str, str], OfferRow]:
    """What holds for each (service, centre): the centre's own row, else the one for every centre."""
    offers = tuple(offers)
    own = {(row.service, row.centre): row for row in offers if row.centre != EVERY_CENTRE}
    everywhere = {(row.service, centre): row for row in offers if row.centre == EVERY_CENTRE for centre in centres}
    return everywhere | own


def _as_service(row: ServiceRow, agency: Agency) -> Service:
    fee = None if row.fee_az is None else Names(row.fee_az, row.fee_ru or "", row.fee_en or "")
    return Service(row.id, row.number, agency, Names(row.name_az, row.name_ru, row.name_en), row.letter, fee)


def _as_centre(row: CentreRow, hours: Mapping[int, Hours]) -> Centre:
    return Centre(
        id=row.id,
        number=row.number,
        name=Names(row.name_az, row.name_ru, row.name_en),
        short_name=Names(row.short_az, row.short_ru, row.short_en),
        address=Names(row.address_az, row.address_ru, row.address_en),
        region=row.region,
        hours=hours,
    )


def _as_closure(row: ClosureRow) -> Closure:
    return Closure(
        centre=row.centre,
        date=date.fromisoformat(row.day),
        kind=cast(ClosureKind, row.kind),
        opens=None if row.opens is None else time.fromisoformat(row.opens),
        closes=None if row.closes is None else time.fromisoformat(row.closes),
        name=None if row.name_az is None else Names(row.name_az, row.name_ru or "", row.name_en or ""),
    )
