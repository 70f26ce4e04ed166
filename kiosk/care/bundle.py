"""The diagnostics bundle for support (M4): one zip file without personal data and without secrets.

Everything in it comes from lists of what may leave: keys of the settings, shapes of log lines, columns of the audit.
"""

from __future__ import annotations

import io
import json
import platform
import re
import zipfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from db import audit as audit_rows
from db import migrate
from db.engine import DatabaseAway
from kiosk.care.facts import Fact, Facts, Finding, Message
from kiosk.care.faults import Fault
from kiosk.care.health import Health
from kiosk.care.redaction import audit_values, log_lines, scrubbed
from kiosk.care.whole_file import write_whole
from kiosk.clock import baku
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.station import Station

FOLDER: Final = "diagnostics"
"""Below the state folder; `purge` deletes old bundles there."""
SUFFIX: Final = ".asan-kiosk.zip"
_LOG_BYTES: Final = 512 << 10
_AUDIT_ROWS: Final = 1000
_LIBRARIES: Final = (
    "textual",
    "sqlalchemy",
    "psycopg",
    "pyscard",
    "python-pkcs11",
    "pyhanko",
    "cryptography",
    "python-escpos",
)

_SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "station": ("name", "centre", "production"),
    "mail": ("transport", "sender", "host", "port", "security", "timeout_seconds"),
    "clock": ("settable", "drift_seconds"),
    "example": ("data",),
    "booking": ("days", "hold_minutes", "wrong_codes", "resend_seconds", "shorter_day_before_holiday"),
    "arrival": ("late_minutes", "early", "accept_late"),
    "limits": ("open_bookings", "holds_per_email", "holds_per_station", "wrong_pairs", "wrong_passwords"),
    "face": ("language", "theme", "touch", "large_type", "idle_seconds", "idle_code_seconds", "verdict_seconds"),
    "counter": ("number", "idle_seconds"),
    "printer": ("device", "width_dots"),
    "cards": ("reader", "only_reader", "pin_pad", "shuffled_pad", "pin_seconds", "pin_wait_seconds"),
    "trust": (
        "expected",
        "crl_minutes",
        "crl_grace_hours",
        "ocsp",
        "timeout_seconds",
        "unchecked_sign_in",
        "unchecked_staff",
        "unchecked_signature",
    ),
    "session": ("longest_minutes", "lease_seconds", "kiosk_idle_seconds"),
    "maintenance": ("idle_seconds", "look_seconds", "probe_seconds"),
    "purge": ("personal_days", "letters_days", "answers_days", "audit_days"),
    "log": ("level",),
}
"""The keys that may leave. Left out: whatever names or may hold a password, a user, a command or a path."""


def make(settings: Settings, station: Station | None, folder: Path, health: Health | None = None) -> Path:
    """Write a bundle into a folder; its file. The file is there whole or not at all, and only this user reads it.

    Args:
        settings: the station's.
        station: the running one; None leaves out the audit and the commands to cards.
        folder: where; it is made.
        health: the page of health in use; None looks anew.

    Raises:
        OSError: there is no room, or the folder cannot be written.
    """
    looked = health if health is not None else Health(settings, station)
    try:
        parts = {
            "doctor.json": _json([_finding(finding) for finding in looked.examine()]),
            "faults.json": _json([_fault(fault) for fault in looked.faults()]),
            "settings.json": _json(_settings(settings)),
            "versions.json": _json(_versions()),
            "log.txt": _log(settings.log_file),
            "audit.json": _json(_audit(station)),
            "apdu.txt": _trace(station),
        }
    finally:
        if health is None:
            looked.close()
    parts["contents.json"] = _json({name: len(content) for name, content in parts.items()})
    packed = io.BytesIO()
    made = datetime.now(UTC).astimezone(baku())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, made.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    station_name = re.sub(r"[^A-Za-z0-9.-]", "_", settings.station.name)
    file = folder / f"{station_name}-{made:%Y-%m-%d-%H%M%S-%f}{SUFFIX}"
    write_whole(file, packed.getvalue())
    return file


def purge(folder: Path, before: float) -> int:
    """Delete the bundles written before an instant (seconds of UTC); how many there were."""
    old = [file for file in folder.glob(f"*{SUFFIX}") if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _json(values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False, indent=1, default=str).encode() + b"\n"


def _finding(finding: Finding) -> dict[str, Any]:
    cleaned = Finding(
        finding.probe,
        finding.light,
        finding.finding_key,
        _cleaned(finding.facts),
        finding.advice_key,
        _cleaned_message(finding.last_fault) if finding.last_fault is not None else None,
    )
    words = cleaned.words("en")
    return {
        "probe": finding.probe,
        "light": finding.light,
        "key": finding.finding_key,
        "finding": words.finding,
        "advice": words.advice,
        "last_fault": words.last_fault or None,
        "last_fault_at": finding.last_fault_at,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    what = _cleaned_message(fault.what)
    return {
        "probe": fault.probe,
        "at": fault.at,
        "light": fault.light,
        "key": what.key,
        "facts": {name: str(value) for name, value in what.facts.items()},
    }


def _cleaned(facts: Facts) -> dict[str, Fact]:
    return {name: _cleaned_fact(name, value) for name, value in facts.items()}


def _cleaned_fact(name: str, value: Fact) -> Fact:
    """A text from a device, a server or a file's name loses what looks like a person's; an ATR is no such text."""
    if isinstance(value, Message):
        return _cleaned_message(value)
    return scrubbed(value) if isinstance(value, str) and name != "atr" else value


def _cleaned_message(message: Message) -> Message:
    return Message(message.key, _cleaned(message.facts))


def _settings(settings: Settings) -> dict[str, dict[str, Any]]:
    told = {
        section: {key: getattr(getattr(settings, section), key) for key in keys} for section, keys in _SETTINGS.items()
    }
    told["database"] = {"kind": "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"}
    told["cards"]["modules"] = [name for name, _ in settings.pkcs11_modules]
    told["maintenance"]["has_service_command"] = bool(settings.maintenance.service_command)
    return told


def _versions() -> dict[str, str]:
    told = {
        "asan-kiosk": version("asan-kiosk"),
        "schema": migrate.HEAD,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for library in _LIBRARIES:
        try:
            told[library] = version(library)
        except PackageNotFoundError:
            told[library] = "–"
    return told


def _log(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, io.SEEK_END)
            opened.seek(max(0, size - _LOG_BYTES))
            lines = opened.read(_LOG_BYTES).decode("utf-8", "replace").splitlines()
    except OSError as error:
        return f"the log cannot be read: {type(error).__name__}\n".encode()
    return "".join(f"{line}\n" for line in log_lines(lines)).encode()


def _audit(station: Station | None) -> list[dict[str, Any]] | str:
    if station is None:
        return "not asked: no station"
    try:
        with station.database.reading() as (connection, _):
            return [audit_values(row) for row in audit_rows.tail(connection, _AUDIT_ROWS)]
    except DatabaseAway:
        return "the database does not answer"


def _trace(station: Station | None) -> bytes:
    if station is None or station.cards is None:
        return b""
    return "".join(f"{line.at} {line.text()}\n" for line in station.cards.trace.lines()).encode()
