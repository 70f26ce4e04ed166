"""The lists of a form as files: districts, places, reasons; read and checked as a whole (W1, W5).

A centre replaces them with `asan-kiosk import`, as it does with the booking's reference data: all that was given is
right and is taken, or every problem is told and nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from db.places import DistrictRow, ListRows, PlaceRow, ReasonRow
from kiosk.reference_file import BadReference, Problem, Row, read_rows
from kiosk.water.facts import DistrictGroup, PlaceKind

_Table = TypeVar("_Table", bound=tuple[Any, ...])

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts.csv": ("id", "kind", "name"),
    "places.csv": ("district", "kind", "name"),
    "application_reasons.csv": ("id", "kind", "name_az", "name_ru", "name_en"),
}
"""The files and what their first row must name."""

_REASON_KINDS: Final = ("suspension", "restoration")


def packaged() -> ListRows:
    """The lists that come with the program: public facts, and reasons of our own."""
    with as_file(files("assets") / "reference") as folder:
        return read([folder], None)


def given(sources: Iterable[Path]) -> dict[str, Path]:
    """Those of the files, and of the files in folders, that are ours: by name."""
    paths = (path for source in sources for path in (sorted(source.glob("*.csv")) if source.is_dir() else [source]))
    return {path.name: path for path in paths if path.name in COLUMNS}


def read(sources: Iterable[Path], current: ListRows | None) -> ListRows:
    """Read and check files; what they do not hold is taken from `current`.

    Args:
        sources: files named as in `COLUMNS`, and folders that hold such files; others are passed over.
        current: what is stored; without it every file must be there.

    Raises:
        BadReference: anything is wrong; nothing of it may be used then.
    """
    paths, problems = given(sources), list[Problem]()
    if current is None:
        problems += [Problem(name, None, "is missing") for name in COLUMNS if name not in paths]

    def table(file: str, parse: Callable[[Row], _Table], stored: tuple[_Table, ...]) -> list[tuple[_Table, int | None]]:
        if file not in paths:
            return [(row, None) for row in stored]
        found = read_rows(paths[file], COLUMNS[file], problems)
        rows = [(parse(row), row) for row in found]
        if not rows and not any(one.file == file for one in problems):
            problems.append(Problem(file, None, "has no row"))
        return [(parsed, row.line) for parsed, row in rows if row.good]

    districts = table("districts.csv", _district, current.districts if current else ())
    places = table("places.csv", _place, current.places if current else ())
    reasons = table("application_reasons.csv", _reason, current.reasons if current else ())
    _check_once("districts.csv", districts, lambda row: row.id, problems)
    _check_once("districts.csv", districts, lambda row: (row.kind, row.name), problems)
    _check_once("places.csv", places, lambda row: row, problems)
    _check_once("application_reasons.csv", reasons, lambda row: row.id, problems)
    ids = {row.id for row, _ in districts}
    if "districts.csv" in paths and "places.csv" not in paths:  # what is stored of a district that goes, goes with it
        places = [(row, line) for row, line in places if row.district in ids]
    if not any(one.file == "districts.csv" for one in problems):
        problems += [
            Problem("places.csv", line, f"district {row.district} is not in districts.csv")
            for row, line in places
            if row.district not in ids
        ]
    _check_kinds(reasons, problems)
    if problems:
        raise BadReference.of(problems, list(COLUMNS))
    return ListRows(
        districts=tuple(row for row, _ in districts),
        places=tuple(row for row, _ in places),
        reasons=tuple(row for row, _ in reasons),
    )


def counted(rows: ListRows) -> str:
    """How many there are of each, in words."""
    return f"{len(rows.districts)} districts, {len(rows.places)} places, {len(rows.reasons)} reasons"


def _district(row: Row) -> DistrictRow:
    return DistrictRow(row.slug("id"), row.one_of("kind", get_args(DistrictGroup)), row.text("name"))


def _place(row: Row) -> PlaceRow:
    return PlaceRow(row.slug("district"), row.one_of("kind", get_args(PlaceKind)), row.text("name"))


def _reason(row: Row) -> ReasonRow:
    id, kind, names = row.slug("id"), row.one_of("kind", _REASON_KINDS), row.texts("name")
    return ReasonRow(id, kind, names.az or "", names.ru or "", names.en or "")


def _check_once(
    file: str,
    entries: Collection[tuple[_Table, int | None]],
    key: Callable[[_Table], Hashable],
    problems: list[Problem],
) -> None:
    seen: dict[Hashable, int | None] = {}
    for row, line in entries:
        found = key(row)
        if found in seen:
            what = ", ".join(found) if isinstance(found, tuple) else found
            problems.append(Problem(file, line, f"{what} stands in line {seen[found]} already"))
        seen.setdefault(found, line)


def _check_kinds(reasons: Collection[tuple[ReasonRow, int | None]], problems: list[Problem]) -> None:
    """Without a reason to choose nobody could apply (W5)."""
    file = "application_reasons.csv"
    if any(one.file == file for one in problems):
        return
    missing = sorted(set(_REASON_KINDS) - {row.kind for row, _ in reasons})
    problems += [Problem(file, None, f"holds no reason of {kind}") for kind in missing]
