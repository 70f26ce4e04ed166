"""Loading the registry from files: everything that was given is right and taken at once, or nothing is.

The same files again change nothing: subscribers and invoices are told by code and month and brought to what the file
says, a payment counts once by its receipt, whichever way it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from db import audit, migrate, registry_import
from db.registry_import import Finding, Loaded, Table
from kiosk.place import NotReady, Place
from kiosk.reference_file import Problem
from kiosk.water.registry import code_bounds
from kiosk.water.registry_file import COLUMNS, RegistryFile, Tell
from kiosk.water.subscriber_words import entries

_TABLES: Final[dict[str, Table]] = {
    "subscribers.csv": "subscribers",
    "invoices.csv": "invoices",
    "payments.csv": "payments",
}


class BadRegistry(Exception):
    """The files cannot be taken, and nothing was changed; `count` problems were told as they were found."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} problem{'s' * (count != 1)}: nothing was changed")
        self.count = count


def load(at: Place, sources: Sequence[Path], tell: Tell) -> Loaded:
    """Load files named as in `COLUMNS`, and folders of such files.

    Args:
        at: the database, and the format of a subscriber code.
        sources: the files.
        tell: gets every problem as it is found.

    Raises:
        BadRegistry: anything is wrong; nothing was changed.
        NotReady: the database was not made yet.
        DatabaseAway: the database does not answer; nothing was changed.
    """
    if migrate.state(at.database) != "current":
        raise NotReady("the database is not ready for this version: run `asan-kiosk init`")
    told = _Told(tell)
    digits = code_bounds(at.settings.water.code_digits)
    with registry_import.gathering(at.database) as gathered:
        for path in _paths(sources, told):
            file = RegistryFile(path, digits, told)
            gathered.put(_TABLES[path.name], file.rows())
            if file.ascends:
                gathered.ascends(_TABLES[path.name])
        # what bad rows name is missing among the good ones: one mistake would be told many times
        if not told.count:
            for finding in gathered.findings():
                told(_problem(finding))
        if told.count:
            raise BadRegistry(told.count)
        station = at.settings.station.name

        def after(connection: Any, now: int, loaded: Loaded) -> None:
            detail = f"{loaded.subscribers} subscribers, {loaded.invoices} invoices, {loaded.payments} payments"
            audit.write(connection, now, station, "water_import", "done", detail=detail)

        return gathered.take(entries, station, after)


class _Told:
    """Passes problems on, and counts them."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.count = 0

    def __call__(self, problem: Problem) -> None:
        self.count += 1
        self._tell(problem)


def _paths(sources: Iterable[Path], tell: Tell) -> list[Path]:
    """The files to read, subscribers first; what is strange among them is told."""
    found: dict[str, Path] = {}
    for source in sources:
        paths = sorted(source.glob("*.csv")) if source.is_dir() else [source]
        if not paths:
            tell(Problem(source.name, None, "holds no CSV file"))
        for path in paths:
            if path.name not in COLUMNS:
                tell(Problem(path.name, None, f"is not known; known are {', '.join(COLUMNS)}"))
            elif path.name in found:
                tell(Problem(path.name, None, "is given twice"))
            else:
                found[path.name] = path
    return [found[name] for name in COLUMNS if name in found]


def _problem(finding: Finding) -> Problem:
    reason = {
        "twice": f"stands in line {finding.first} already",
        "unknown_subscriber": "subscriber is in no file and not in the registry",
        "receipt_reused": "receipt is that of another payment",
    }[finding.what]
    return Problem(f"{finding.table}.csv", finding.line, reason)
