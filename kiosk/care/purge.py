"""Deleting what has been kept long enough (K6)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from db import (
    answers,
    audit,
    forgotten_applications,
    outbox,
    phone_sign_ins,
    registry_calls,
    sessions,
    ticket_steps,
    tickets,
    uploads,
    wrong_tries,
)
from db import bookings as booking_rows
from db.unhurried import unhurried
from kiosk.acts import Unit
from kiosk.care import bundle
from kiosk.care.faults import Faults
from kiosk.clock import Instant, baku_day
from kiosk.settings import PurgeSettings, state_folder
from kiosk.station import Station

_DAY: Final[Instant] = 86_400_000


def purge(station: Station) -> dict[str, int]:
    """Delete what `[purge]` says is old; how many of each there were.

    A booking's row stays for the figures, without its person: names, FİN, phone, address and code are wiped; a ticket's
    without what colleagues wrote about it. Bundles of this machine are kept as long as letters, its faults as long as
    persons.

    Raises:
        Unavailable: the database is away; what was deleted before is deleted.
    """
    keep = station.settings.purge

    def do(unit: Unit) -> dict[str, int]:
        with unhurried(unit.connection):
            deleted = _delete(unit.connection, unit.now, keep)
        unit.detail = ", ".join(f"{name}: {count}" for name, count in deleted.items())
        return deleted

    deleted = station.acts.perform("purge", None, {}, do)
    now = station.database.now()
    letters_before = now - keep.letters_days * _DAY
    if station.maildir is not None:
        deleted["letters in the Maildir"] = station.maildir.purge(letters_before)
    if station.sms_folder is not None:
        deleted["short messages in the folder"] = station.sms_folder.purge(letters_before)
    with suppress(OSError):  # a disk in trouble is the page of health's to tell
        deleted["bundles"] = bundle.purge(state_folder() / bundle.FOLDER, letters_before / 1000)
        deleted["faults"] = Faults().purge(now - keep.personal_days * _DAY)
    return deleted


def _delete(connection: Any, now: Instant, keep: PurgeSettings) -> dict[str, int]:
    return {
        "persons of bookings": booking_rows.forget_persons(connection, now - keep.personal_days * _DAY),
        "notes of tickets": _forget_notes(connection, now - keep.personal_days * _DAY),
        "letters": outbox.purge(connection, now - keep.letters_days * _DAY),
        "stored answers": answers.purge(connection, now - keep.answers_days * _DAY),
        "counts of wrong tries": wrong_tries.purge(connection, now - _DAY),
        "ended sessions": sessions.purge(connection, now),
        "ended sign-ins on phones": phone_sign_ins.purge(connection, now),
        "audit rows": audit.purge(connection, now - keep.audit_days * _DAY),
        **_forget_water(connection, now, keep),
    }


def _forget_notes(connection: Any, before: Instant) -> int:
    """What was written about tickets, also where a step remembers what a ticket was before it."""
    ticket_steps.forget_before(connection, before)
    return tickets.forget_notes(connection, baku_day(before).isoformat())


def _forget_water(connection: Any, now: Instant, keep: PurgeSettings) -> dict[str, int]:
    """What was handed in to the water company. Last come the documents that nothing refers to any more.

    A day is left for whoever has handed a document in and is still filling in the form.
    """
    return {
        "applications": forgotten_applications.forget_over(connection, now - keep.applications_days * _DAY),
        "applications never registered": forgotten_applications.forget_never_registered(
            connection, now - keep.personal_days * _DAY
        ),
        "documents of applications": forgotten_applications.forget_documents(
            connection, now - keep.documents_days * _DAY
        ),
        "uploads": uploads.purge(connection, now - _DAY),
        "calls that the registry was told": registry_calls.purge(connection, now - keep.audit_days * _DAY),
        "unused documents": forgotten_applications.forget_unused_documents(connection, now - _DAY),
    }
