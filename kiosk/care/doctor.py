"""The station's health without a screen: one function of isolated probes, each with a light, a finding and advice."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from db import facts as fact_rows
from db import migrate
from db import outbox as outbox_rows
from db import reference as reference_rows
from db.engine import Database, DatabaseAway
from kiosk import production
from kiosk.booking.reference import calendar_data
from kiosk.booking.signing_keys import NoSigningKey, load_keys
from kiosk.clock import baku_day, machine_now
from kiosk.place import place
from kiosk.secret_files import SecretTooOpen
from kiosk.settings import Settings
from kiosk.station import open_printer_of

Light = Literal["good", "warning", "fault"]
LIGHTS: Final[tuple[Light, ...]] = ("good", "warning", "fault")
_LITTLE_DISK: Final = 1 << 30
_NO_DISK: Final = 100 << 20
_OLD_LETTER: Final = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found. `advice` is empty where nothing has to be done."""

    probe: str
    light: Light
    finding: str
    advice: str = ""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Run every probe; one that stumbles is a finding itself and stops no other."""
    findings = [_told("settings", lambda: _settings(settings))]
    try:
        database = place(settings).database
    except (OSError, SecretTooOpen) as error:
        return (*findings, Finding("database", "fault", str(error), "Mend [database] password_file."))
    inside: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("clock", lambda: _clock(settings, database)),
        ("reference data", lambda: _reference(database)),
        ("calendar", lambda: _calendar(database)),
        ("outbox", lambda: _outbox(database)),
    )
    beside: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("signing key", lambda: _signing_key(settings)),
        ("secrets", lambda: _secrets(settings)),
        ("printer", lambda: _printer(settings)),
        ("disk", lambda: _disk(settings)),
        ("version", lambda: Finding("version", "good", f"asan-kiosk {version('asan-kiosk')}")),
    )
    findings.append(_told("database", lambda: _database(database)))
    # asking a SQLite file that is not there would make an empty one
    probes = (*inside, *beside) if _exists(database) else beside
    findings += [_told(name, probe) for name, probe in probes]
    database.close()
    return tuple(findings)


def _told(name: str, probe: Callable[[], Finding]) -> Finding:
    try:
        return probe()
    except DatabaseAway:
        return Finding(name, "fault", "the database does not answer", "Start the database, or mend [database] url.")
    except Exception as error:  # whatever is broken, the other probes must still be told
        return Finding(
            name, "fault", f"the probe stumbled: {type(error).__name__}", "Run `asan-kiosk init`, then again."
        )


def _settings(settings: Settings) -> Finding:
    where = f"{settings.file}" if settings.file is not None else "no kiosk.toml: defaults"
    try:
        production.check(settings, has_example_data=False)
    except production.ForbiddenInProduction as error:
        return Finding("settings", "fault", str(error), f"Mend {where}.")
    if not settings.station.production:
        return Finding("settings", "warning", f"{where}; not in production", "Set [station] production = true.")
    return Finding("settings", "good", where)


def _exists(database: Database) -> bool:
    return not database.is_sqlite or Path(database.url.database or "").exists()


def _database(database: Database) -> Finding:
    if not _exists(database):
        return Finding("database", "fault", "there is none yet", "Run `asan-kiosk init`.")
    state = migrate.state(database)
    if state != "current":
        advice = "Update this station." if state == "newer" else "Run `asan-kiosk init`."
        return Finding("database", "fault", f"its tables are {state}", advice)
    with database.reading() as (connection, _):
        example = fact_rows.value(connection, "example_data") is not None
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    if example:
        return Finding("database", "warning", f"{kind}, with example data", "Use another database in production.")
    return Finding("database", "good", f"{kind}, answers, tables of this version")


def _clock(settings: Settings, database: Database) -> Finding:
    machine = machine_now()
    apart = (database.now() - machine) / 1000
    bound = settings.clock.drift_seconds
    if abs(apart) <= bound:
        return Finding("clock", "good", f"{apart:+.1f} s to the database's time")
    if database.is_sqlite:
        advice = "Put this machine's clock right; if it is right, run `asan-kiosk clock reset`."
        return Finding("clock", "fault", f"this machine is {apart:.0f} s behind the last committed instant", advice)
    advice = "Put this machine's clock right (NTP). Verdicts stay right: the database's clock decides."
    return Finding("clock", "fault", f"this machine is {-apart:+.0f} s off the database's clock", advice)


def _reference(database: Database) -> Finding:
    with database.reading() as (connection, _):
        rows = reference_rows.load(connection)
    if rows is None:
        return Finding("reference data", "fault", "no centres and services", "Run `asan-kiosk init`.")
    found = f"{len(rows.centres)} centres, {len(rows.services)} services"
    if any(row.is_default for row in rows.hours):
        return Finding(
            "reference data", "warning", f"{found}; opening hours are defaults", "Import the centres' own hours.csv."
        )
    return Finding("reference data", "good", found)


def _calendar(database: Database) -> Finding:
    with database.reading() as (connection, now):
        rows = reference_rows.load(connection)
    if rows is None:
        return Finding("calendar", "fault", "no reference data", "Run `asan-kiosk init`.")
    until = calendar_data(rows).confirmed_until
    if baku_day(now).year > until:
        advice = "Compare holidays and swapped days with the Cabinet's decision, then import calendar.csv."
        return Finding("calendar", "fault", f"confirmed until {until} only", advice)
    return Finding("calendar", "good", f"confirmed until {until}")


def _signing_key(settings: Settings) -> Finding:
    try:
        keys = load_keys(settings.secrets_folder)
    except NoSigningKey as error:
        return Finding("signing key", "fault", str(error), "Put the right key there.")
    if keys.signing is None:
        return Finding("signing key", "fault", "none", "Run `asan-kiosk init`, or copy the shared key.")
    return Finding("signing key", "good", f"number {keys.signing.number}, {len(keys.checking)} to check with")


def _secrets(settings: Settings) -> Finding:
    folder = settings.secrets_folder
    open_to_others = [
        path.name
        for path in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if path.suffix != ".pub" and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        return Finding("secrets", "fault", f"others can read {', '.join(open_to_others)}", f"Run: chmod 600 {folder}/*")
    return Finding("secrets", "good", "readable by this user only")


def _outbox(database: Database) -> Finding:
    with database.reading() as (connection, now):
        state = outbox_rows.state(connection)
    found = f"{state.waiting} waiting, {state.gave_up} given up"
    if state.last_error:
        found += f"; last fault: {state.last_error}"
    if state.oldest_at is not None and now - state.oldest_at > _OLD_LETTER:
        return Finding("outbox", "fault", found, "See whether the mail server answers; check [mail].")
    return Finding("outbox", "warning" if state.gave_up else "good", found, "See the log." if state.gave_up else "")


def _printer(settings: Settings) -> Finding:
    printer = open_printer_of(settings)
    if printer is None:
        return Finding("printer", "good", "none is set")
    status = printer.status()
    printer.close()
    if status.state == "ok":
        return Finding("printer", "good", f"{settings.printer.device}, ready")
    return Finding("printer", "fault", f"{settings.printer.device}: {status.state}", "Look at paper, cover and cable.")


def _disk(settings: Settings) -> Finding:
    folder = settings.log_file.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free in {folder}"
    if free < _LITTLE_DISK:
        return Finding("disk", "fault" if free < _NO_DISK else "warning", found, "Make room.")
    if not os.access(folder, os.W_OK):
        return Finding("disk", "fault", f"{folder} cannot be written", "Mend its owner and mode.")
    return Finding("disk", "good", found)


def as_values(findings: Iterable[Finding]) -> str:
    """JSON for other programs: a list of objects with probe, light, finding, advice."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)


def as_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Lines for people."""
    marks = {"good": "✓", "warning": "!", "fault": "✕"}
    for finding in findings:
        yield f"{marks[finding.light]} {finding.probe:<15} {finding.finding}"
        if finding.advice:
            yield f"  {'':<15} → {finding.advice}"
