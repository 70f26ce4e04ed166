"""What is remembered: settings, database, its time, reference data, keys and secrets, letters, audit."""

from __future__ import annotations

import stat
import time
from decimal import Decimal
from pathlib import Path
from typing import Final

from db import audit as audit_rows
from db import facts as fact_rows
from db import migrate
from db import outbox as outbox_rows
from db import reference as reference_rows
from db import sessions as session_rows
from db import stations as station_rows
from db.engine import Database, DatabaseAway
from kiosk import production
from kiosk.booking.reference import calendar_data
from kiosk.booking.signing_keys import NoSigningKey, load_keys
from kiosk.care.facts import Facts, Finding, Message
from kiosk.care.maintenance import owed_rows
from kiosk.care.probes.scene import Scene
from kiosk.care.words import said
from kiosk.clock import MINUTE, baku_day, to_datetime
from kiosk.contradictions import contradictions
from kiosk.settings import Settings

_OLD_LETTER: Final = 15 * MINUTE
_SLOW: Final = 0.5
"""Seconds for one answer of the database, from which on people notice."""


def settings(scene: Scene) -> Finding:
    """Which file counts, whether production forbids something in it (K7), and whether it all goes together."""
    told = scene.settings
    file = str(told.file) if told.file is not None else Message("care.settings.defaults")
    try:
        production.check(told, has_example_data=False)
    except production.ForbiddenInProduction as error:
        facts: Facts = {"what": said(str(error).partition(": ")[2]), "file": file}
        return Finding("settings", "fault", "care.settings.forbidden", facts, "care.settings.forbidden.advice")
    if apart := contradictions(told):
        facts = {"what": said("; ".join(apart)), "file": file}
        return Finding("settings", "warning", "care.settings.apart", facts, "care.settings.forbidden.advice")
    if not told.station.production:
        return Finding("settings", "warning", "care.settings.trial", {"file": file}, "care.settings.trial.advice")
    return Finding("settings", "good", "care.settings.good", {"file": file})


def database(scene: Scene) -> Finding:
    """Whether it is there, answers, how fast, and has this version's tables."""
    if scene.database is None:
        return Finding("database", "fault", "care.database.password", {}, "care.database.password.advice")
    if not scene.has_tables:
        return Finding("database", "fault", "care.database.none", {}, "care.init.advice")
    begun = time.perf_counter()
    try:
        state = migrate.state(scene.database)
        lag = time.perf_counter() - begun
        example = state == "current" and _has_example(scene.database)
    except DatabaseAway:
        return Finding("database", "fault", "care.database.away", {}, "care.database.away.advice")
    if state == "newer":
        return Finding("database", "fault", "care.database.newer", {}, "care.database.newer.advice")
    if state != "current":
        return Finding("database", "fault", "care.database.older", {}, "care.init.advice")
    kind = "SQLite" if scene.database.is_sqlite else "PostgreSQL"
    facts: Facts = {"name": kind, "count": round(lag * 1000)}
    if lag > _SLOW:
        return Finding("database", "warning", "care.database.slow", facts, "care.database.slow.advice")
    if example:
        return Finding("database", "warning", "care.database.example", facts, "care.database.example.advice")
    return Finding("database", "good", "care.database.good", facts)


def _has_example(opened: Database) -> bool:
    with opened.reading() as (connection, _):
        return fact_rows.value(connection, "example_data") is not None


def clock(scene: Scene) -> Finding:
    """How far this machine's clock is from the database's time."""
    opened = _opened(scene)
    machine = scene.now()
    apart = opened.now() - machine
    facts: Facts = {"number": Decimal(apart).scaleb(-3).quantize(Decimal("0.1"))}
    if abs(apart) <= scene.settings.clock.drift_seconds * 1000:
        return Finding("clock", "good", "care.clock.good", facts)
    if opened.is_sqlite:
        return Finding("clock", "fault", "care.clock.behind", facts, "care.clock.behind.advice")
    return Finding("clock", "fault", "care.clock.off", facts, "care.clock.off.advice")


def reference_data(scene: Scene) -> Finding:
    """Whether there are centres and services, and hours of their own."""
    with _opened(scene).reading() as (connection, _):
        rows = reference_rows.load(connection)
    if rows is None:
        return Finding("reference_data", "fault", "care.reference.none", {}, "care.init.advice")
    facts: Facts = {"count": len(rows.centres), "number": len(rows.services)}
    if any(row.is_default for row in rows.hours):
        return Finding(
            "reference_data", "warning", "care.reference.default_hours", facts, "care.reference.default_hours.advice"
        )
    return Finding("reference_data", "good", "care.reference.good", facts)


def calendar(scene: Scene) -> Finding:
    """Until which year the working days were confirmed by hand (Q4)."""
    with _opened(scene).reading() as (connection, now):
        rows = reference_rows.load(connection)
    if rows is None:
        return Finding("calendar", "fault", "care.reference.none", {}, "care.init.advice")
    until = calendar_data(rows).confirmed_until
    if baku_day(now).year > until:
        return Finding("calendar", "fault", "care.calendar.over", {"count": until}, "care.calendar.over.advice")
    return Finding("calendar", "good", "care.calendar.good", {"count": until})


def signing_key(scene: Scene) -> Finding:
    """Whether there is a key to sign order codes with."""
    try:
        keys = load_keys(scene.settings.secrets_folder)
    except NoSigningKey as error:
        facts: Facts = {"what": str(error)}
        return Finding("signing_key", "fault", "care.signing_key.wrong", facts, "care.signing_key.wrong.advice")
    if keys.signing is None:
        return Finding("signing_key", "fault", "care.signing_key.none", {}, "care.signing_key.none.advice")
    facts = {"number": keys.signing.number, "count": len(keys.checking)}
    return Finding("signing_key", "good", "care.signing_key.good", facts)


def secrets(scene: Scene) -> Finding:
    """Whether only this user can read the keys and passwords: those in the folder, and those that settings name."""
    folder = scene.settings.secrets_folder
    files = [*(sorted(folder.iterdir()) if folder.is_dir() else ()), *_named_secrets(scene.settings)]
    open_to_others = [
        path.name
        for path in dict.fromkeys(files)
        if path.suffix != ".pub" and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        facts: Facts = {"what": ", ".join(open_to_others), "folder": str(folder)}
        return Finding("secrets", "fault", "care.secrets.open", facts, "care.secrets.open.advice")
    return Finding("secrets", "good", "care.secrets.good")


def _named_secrets(told: Settings) -> list[Path]:
    written = (
        told.database.password_file,
        told.mail.password_file,
        told.sms.password_file,
        told.e_gov.client_secret_file,
        told.password.token_file,
        told.registry.token_file,
        told.payments.notice_key_file,
    )
    return [told.path(file, "") for file in written if file]


def outbox(scene: Scene) -> Finding:
    """How many letters wait, since when, and why the last could not leave."""
    with _opened(scene).reading() as (connection, now):
        state = outbox_rows.state(connection)
    facts: Facts = {"count": state.waiting, "number": state.gave_up, "what": said(state.last_error)}
    if state.oldest_at is not None and now - state.oldest_at > _OLD_LETTER:
        return Finding("outbox", "fault", "care.outbox.stuck", facts, "care.outbox.stuck.advice", trial="mail")
    if state.gave_up:
        return Finding("outbox", "warning", "care.outbox.gave_up", facts, "care.outbox.gave_up.advice", trial="mail")
    return Finding("outbox", "good", "care.outbox.good", {"count": state.waiting}, trial="mail")


def sms(scene: Scene) -> Finding:
    """How many short messages wait, since when, and why the last could not leave."""
    if scene.settings.sms_transport == "none":
        return Finding("sms", "absent", "care.sms.off")
    with _opened(scene).reading() as (connection, now):
        state = outbox_rows.state(connection, "sms")
    facts: Facts = {"count": state.waiting, "number": state.gave_up, "what": said(state.last_error)}
    if state.oldest_at is not None and now - state.oldest_at > _OLD_LETTER:
        return Finding("sms", "fault", "care.sms.stuck", facts, "care.sms.stuck.advice", trial="sms")
    if state.gave_up:
        return Finding("sms", "warning", "care.outbox.gave_up", facts, "care.outbox.gave_up.advice", trial="sms")
    return Finding("sms", "good", "care.sms.good", {"count": state.waiting}, trial="sms")


def sessions(scene: Scene) -> Finding:
    """How many citizens are signed in, over all stations (I12)."""
    with _opened(scene).reading() as (connection, now):
        return Finding("sessions", "good", "care.sessions.good", {"count": session_rows.count_live(connection, now)})


def closing(scene: Scene) -> Finding:
    """Whether a supervisor closed this kiosk at a counter, and since when (C2, M5)."""
    with _opened(scene).reading() as (connection, _):
        since = station_rows.closed_since(connection, scene.settings.station.name, "kiosk")
    if since is None:
        return Finding("closing", "good", "care.closing.good")
    return Finding(
        "closing", "warning", "care.closing.closed", {"moment": to_datetime(since)}, "care.closing.closed.advice"
    )


def audit(scene: Scene) -> Finding:
    """When the audit was last written, and whether rows are owed to it since the database was away."""
    owed = owed_rows()
    with _opened(scene).reading() as (connection, _):
        last = audit_rows.last_at(connection)
    if owed:
        return Finding("audit", "warning", "care.audit.owed", {"count": owed}, "care.audit.owed.advice")
    if last is None:
        return Finding("audit", "good", "care.audit.empty")
    return Finding("audit", "good", "care.audit.good", {"moment": to_datetime(last)})


def _opened(scene: Scene) -> Database:
    """The database of a probe that is left out where there is none.

    Raises:
        DatabaseAway: there is none after all.
    """
    if scene.database is None:
        raise DatabaseAway("not opened")
    return scene.database
