"""Making a database ready: schema, signing key, reference data, example data. Safe to do twice, and by two at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from db import audit, migrate
from db import facts as fact_rows
from db import places as list_rows
from db import reference as reference_rows
from db.engine import Database
from db.places import ListRows
from db.reference import ReferenceRows
from kiosk import production
from kiosk.booking import reference
from kiosk.booking.signing_keys import load_keys, make_key
from kiosk.care.backup import back_up
from kiosk.place import NotReady, Place
from kiosk.reference_file import BadReference, Problem
from kiosk.water import lists

Tell = Callable[[str], None]
_NO_WALK_INS: Final = (
    "no centre gives walk-in tickets yet: set how many a day in the limits at a counter (Shift+F10), "
    "or import an offers.csv with the column walk_in"
)


def prepare(at: Place, tell: Tell) -> None:
    """What every start does: on SQLite bring the database to this version, or make it when there is none.

    A database that is older is backed up first. On PostgreSQL nothing is changed; `Station` says what is missing.

    Raises:
        NotReady: the database was made by a newer version.
        ForbiddenInProduction: the settings hold what production forbids.
    """
    production.check(at.settings, has_example_data=False)
    if not at.database.is_sqlite:
        return
    _make_folder(Path(at.database.url.database or ""))
    state = migrate.state(at.database)
    if state == "newer":
        raise NotReady("the database was made by a newer version of asan-kiosk: update this station")
    if state == "older":
        tell(f"the database is backed up to {back_up(at.database, None)} and brought to this version")
        migrate.upgrade(at.database)
        _tell_of_walk_ins(at.database, tell)
        if at.settings.example.data:
            from kiosk.booking.example import add_new_staff

            add_new_staff(at)
            _load_lists(at, tell)
            _invent_company(at, tell)
    if state == "empty" or not _has_reference(at.database):
        initialise(at, tell)
    else:
        _load_lists(at, tell)


def initialise(at: Place, tell: Tell) -> None:
    """`init`: schema, signing key, reference data when there are none, example data when they are wanted.

    Raises:
        NotReady, ForbiddenInProduction: as for `prepare`.
        BadReference: the reference files hold errors; nothing was loaded.
    """
    production.check(at.settings, has_example_data=False)
    if at.database.is_sqlite:
        _make_folder(Path(at.database.url.database or ""))
    state = migrate.state(at.database)
    if state == "newer":
        raise NotReady("the database was made by a newer version of asan-kiosk: update this station")
    if state == "older" and at.database.is_sqlite:
        tell(f"the database is backed up to {back_up(at.database, None)}")
    migrate.upgrade(at.database)
    if state != "current":
        tell("the database is made" if state == "empty" else "the database is brought to this version")
    if state == "older":
        _tell_of_walk_ins(at.database, tell)
    keys = load_keys(at.settings.secrets_folder)
    if keys.signing is None and not keys.checking:
        with suppress(FileExistsError):  # another start made it meanwhile
            tell(f"a signing key is made: {make_key(at.settings.secrets_folder, 1)}")
    folder = at.settings.reference.folder
    own = at.settings.path(folder, "")
    rows = reference.read([own], others=list(lists.COLUMNS)) if folder else reference.packaged()

    def load(connection: Any, now: int) -> int:
        return 0 if reference_rows.version(connection) else reference_rows.replace_all(connection, now, rows)

    # no rule hangs on when the files were loaded, and a settable clock may start before this machine's time
    if at.database.write(load, remember=False):
        tell(f"reference data are loaded: {len(rows.centres)} centres, {len(rows.services)} services")
    _load_lists(at, tell)
    if at.settings.example.data:
        from kiosk.booking.example import load_example

        count = load_example(at)
        if count:
            tell(f"example data are loaded: {count} bookings, all of them invented")
        _invent_company(at, tell)
        _invent_stick(tell)


def _invent_company(at: Place, tell: Tell) -> None:
    from kiosk.water import example_water

    with at.database.reading() as (connection, _):
        if fact_rows.value(connection, "example_data") is None:
            return
    loaded = example_water.load_example(at)
    if loaded is not None:
        tell(f"the water company's example is loaded: {loaded.subscribers} subscribers, all of them invented")
    from kiosk.booking.example import ADMINISTRATOR_NAME, OPERATOR_NAME
    from kiosk.water import example_applications

    made = example_applications.load_example(at, (OPERATOR_NAME, ADMINISTRATOR_NAME))
    if made:
        tell(f"{made} applications to the water company are loaded, all of them invented")


def _invent_stick(tell: Tell) -> None:
    from kiosk.water.documents.example import make_stick, stick_folder

    if make_stick(stick_folder()):
        tell(f"a folder stands in for a USB stick, with invented documents: {stick_folder()}")


def _load_lists(at: Place, tell: Tell) -> None:
    """Load the lists of the water company's forms where there are none: districts, places, reasons.

    Raises:
        BadReference: the files of `[reference] folder` hold errors; nothing was loaded.
    """
    with at.database.reading() as (connection, _):
        if list_rows.are_there(connection):
            return
    folder = at.settings.reference.folder
    rows = lists.packaged()
    if folder:
        rows = lists.read([at.settings.path(folder, "")], rows)

    def load(connection: Any, _now: int) -> bool:
        if list_rows.are_there(connection):
            return False
        list_rows.replace_all(connection, rows)
        return True

    if at.database.write(load, remember=False):
        tell(f"lists of the water company's forms are loaded: {lists.counted(rows)}")


def import_reference(at: Place, sources: Sequence[Path]) -> str:
    """Load reference files in the place of those in force; a sentence that says what there is now.

    Raises:
        BadReference: the files hold errors; nothing was changed.
        ReferenceConflict: the database forbids it; nothing was changed.
        NotReady: the database was not made yet.
    """
    if migrate.state(at.database) != "current":
        raise NotReady("the database is not ready for this version: run `asan-kiosk init`")
    with at.database.reading() as (connection, _):
        current, current_lists = reference_rows.load(connection), list_rows.load(connection)
    new, new_lists = _read(sources, current, current_lists)
    station = at.settings.station.name
    return at.database.write(lambda connection, now: _import(connection, now, new, new_lists, station))


def _read(
    sources: Sequence[Path], current: ReferenceRows | None, current_lists: ListRows | None
) -> tuple[ReferenceRows | None, ListRows | None]:
    """The rows of each kind of which a file was given; every problem of both kinds is told at once."""
    problems: list[Problem] = []
    rows, list_files = None, lists.given(sources)
    others = [source for source in sources if source.is_dir() or source.name not in list_files]
    if any(not source.is_dir() or not _holds_only(source, list_files) for source in others):
        try:
            rows = reference.read(others, current, others=list(lists.COLUMNS))
        except BadReference as bad:
            problems += bad.problems
    new_lists = None
    if list_files:
        try:
            new_lists = lists.read(sources, current_lists)
        except BadReference as bad:
            problems += bad.problems
    if problems:
        raise BadReference(problems)
    return rows, new_lists


def _holds_only(folder: Path, known: Collection[str]) -> bool:
    names = [path.name for path in folder.glob("*.csv")]
    return bool(names) and all(name in known for name in names)


def _import(connection: Any, now: int, rows: ReferenceRows | None, new_lists: ListRows | None, station: str) -> str:
    said = []
    if rows is not None:
        version = reference_rows.replace_all(connection, now, rows)
        audit.write(connection, now, station, "import", "done", detail=f"version {version}")
        said.append(f"{len(rows.centres)} centres and {len(rows.services)} services are in force (version {version})")
    if new_lists is not None:
        list_rows.replace_all(connection, new_lists)
        audit.write(connection, now, station, "import", "done", detail=lists.counted(new_lists))
        said.append(f"{lists.counted(new_lists)} are in force")
    return "; ".join(said)


def _tell_of_walk_ins(database: Database, tell: Tell) -> None:
    """Say so where a database from before there were walk-in tickets gives none: nobody but its owner decides that."""
    with database.reading() as (connection, _):
        gives_none = reference_rows.version(connection) > 0 and not reference_rows.gives_walk_ins(connection)
    if gives_none:
        tell(_NO_WALK_INS)


def _has_reference(database: Database) -> bool:
    with database.reading() as (connection, _):
        return fact_rows.value(connection, "reference_version") is not None


def _make_folder(database: Path) -> None:
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
