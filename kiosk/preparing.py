"""Making a database ready: schema, signing key, reference data, example data. Safe to do twice, and by two at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from db import audit, migrate
from db import facts as fact_rows
from db import reference as reference_rows
from db.engine import Database
from db.reference import ReferenceRows
from kiosk import production
from kiosk.booking import reference
from kiosk.booking.signing_keys import load_keys, make_key
from kiosk.care.backup import back_up
from kiosk.place import NotReady, Place

Tell = Callable[[str], None]


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
        if at.settings.example.data:
            from kiosk.booking.example import add_new_staff

            add_new_staff(at)
    if state == "empty" or not _has_reference(at.database):
        initialise(at, tell)


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
    keys = load_keys(at.settings.secrets_folder)
    if keys.signing is None and not keys.checking:
        with suppress(FileExistsError):  # another start made it meanwhile
            tell(f"a signing key is made: {make_key(at.settings.secrets_folder, 1)}")
    folder = at.settings.reference.folder
    rows = reference.read([at.settings.path(folder, "")]) if folder else reference.packaged()

    def load(connection: Any, now: int) -> int:
        return 0 if reference_rows.version(connection) else reference_rows.replace_all(connection, now, rows)

    # no rule hangs on when the files were loaded, and a settable clock may start before this machine's time
    if at.database.write(load, remember=False):
        tell(f"reference data are loaded: {len(rows.centres)} centres, {len(rows.services)} services")
    if at.settings.example.data:
        from kiosk.booking.example import load_example

        count = load_example(at)
        if count:
            tell(f"example data are loaded: {count} bookings, all of them invented")


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
        current = reference_rows.load(connection)
    rows = reference.read(sources, current)
    version = at.database.write(lambda connection, now: _import(connection, now, rows, at.settings.station.name))
    return f"{len(rows.centres)} centres and {len(rows.services)} services are in force (version {version})"


def _import(connection: Any, now: int, rows: ReferenceRows, station: str) -> int:
    version = reference_rows.replace_all(connection, now, rows)
    audit.write(connection, now, station, "import", "done", detail=f"version {version}")
    return version


def _has_reference(database: Database) -> bool:
    with database.reading() as (connection, _):
        return fact_rows.value(connection, "reference_version") is not None


def _make_folder(database: Path) -> None:
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
