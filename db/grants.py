"""What each group role may do with each table in PostgreSQL; `db/rights.py` says which rows of it a kiosk sees.

Every table of the schema stands here for every role (a test holds it); what is not named is not allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KIOSK: Final = "asan_kiosk"
COUNTER: Final = "asan_counter"
ADMINISTRATOR: Final = "asan_administrator"
ROLES: Final = (KIOSK, COUNTER, ADMINISTRATOR)

NOTHING: Final = ""
_LOOK: Final = "SELECT"
_WRITE: Final = "SELECT, INSERT, UPDATE"
# its number is the database's to give: nobody writes a row in between, or in the way of those to come
_ADD_TO_AUDIT: Final = "INSERT (at, station, staff, act, outcome, booking, detail, application, ticket)"
_STAFF_SEEN: Final = "id, name, display_name, role, rights, active, created_at"

_REFERENCE: Final = (
    "agencies",
    "services",
    "centres",
    "offers",
    "hours",
    "closures",
    "holiday_names",
    "districts",
    "places",
    "application_reasons",
    "facts",
)

KIOSK_MAY: Final[Mapping[str, str]] = {
    **dict.fromkeys(_REFERENCE, _LOOK),
    "alembic_version": _LOOK,
    "clock": _LOOK,
    "bookings": "SELECT, INSERT, UPDATE (order_code, starts_at, seat, state, ended_by, confirmed_at, activated_at,"
    " activated_by, ended_at, sequence, code, code_sent_at, wrong_codes, email)",
    # notes and reasons are colleagues' words about a person
    "tickets": "SELECT (id, centre, day, letter, number, service, booking, state, issued_at, station, accepted_late_by,"
    " booked_for, after_booking, to_counter, language, changed_at, issued_service, for_booking), INSERT",
    "ticket_counters": _WRITE,
    "answers": "SELECT, INSERT",
    "wrong_tries": "SELECT, INSERT, UPDATE, DELETE",
    "staff": f"SELECT ({_STAFF_SEEN})",
    "staff_cards": _LOOK,
    "sessions": "SELECT, INSERT, UPDATE, DELETE",
    "audit": _ADD_TO_AUDIT,
    "outbox": "SELECT (id, booking, application, kind, channel, created_at, due_at, attempts, leased_by, leased_until,"
    " sent_at, gave_up_at, last_error, message_id), INSERT,"
    " UPDATE (gave_up_at, recipient, facts, last_error, leased_by, leased_until)",
    "counters": "SELECT (id, centre, number, direction_az, direction_ru, direction_en, open, staffed_at)",
    "counter_services": _LOOK,
    "calls": _LOOK,
    "ticket_steps": NOTHING,
    "stations": "SELECT, INSERT, UPDATE (centre, version, seen_at, clock_off)",
    "closed_hours": _LOOK,
    "subscribers": _LOOK,
    "subscriber_words": NOTHING,
    "invoices": _LOOK,
    "payments": "SELECT, INSERT, UPDATE (application, payment_order)",
    "payment_orders": "SELECT, INSERT, UPDATE (state, started_at)",
    "applications": "SELECT, INSERT, UPDATE (state, number, held_until, registered_at, changed_at)",
    "application_steps": "SELECT, INSERT",
    "year_counters": _WRITE,
    "work_orders": "INSERT",
    "documents": "SELECT, INSERT, UPDATE (stored_at)",
    "application_documents": "INSERT",
    "uploads": "SELECT, INSERT, UPDATE (state, digest, refused)",
    "phone_sign_ins": "SELECT, INSERT, UPDATE (ends_at, code, error), DELETE",
    "certificates": "SELECT, INSERT",
    "registry_calls": "SELECT, INSERT",
}

COUNTER_MAY: Final[Mapping[str, str]] = {
    **dict.fromkeys(_REFERENCE, _LOOK),
    "alembic_version": _LOOK,
    "clock": "SELECT, UPDATE",
    "bookings": _WRITE,
    "tickets": _WRITE,
    "ticket_counters": _WRITE,
    "answers": "SELECT, INSERT",
    "wrong_tries": "SELECT, INSERT, UPDATE, DELETE",
    "staff": f"SELECT ({_STAFF_SEEN})",
    "staff_cards": _LOOK,
    "sessions": "SELECT, INSERT, UPDATE, DELETE",
    "audit": f"SELECT, {_ADD_TO_AUDIT}",
    "outbox": _WRITE,
    "counters": _WRITE,
    "counter_services": "SELECT, INSERT, UPDATE, DELETE",
    "calls": _WRITE,
    "ticket_steps": "SELECT, INSERT, UPDATE (undone_at)",
    "stations": _WRITE,
    "closed_hours": _WRITE,
    "subscribers": _WRITE,
    "subscriber_words": "SELECT, INSERT",
    "invoices": _LOOK,
    "payments": _WRITE,
    "payment_orders": _WRITE,
    "applications": _WRITE,
    "application_steps": "SELECT, INSERT",
    "year_counters": _WRITE,
    "work_orders": _WRITE,
    "documents": _WRITE,
    "application_documents": "SELECT, INSERT",
    "uploads": _WRITE,
    "phone_sign_ins": "SELECT, INSERT, UPDATE, DELETE",
    "certificates": "SELECT, INSERT",
    "registry_calls": _WRITE,
}

_PURGED: Final = "SELECT, INSERT, UPDATE, DELETE"
ADMINISTRATOR_MAY: Final[Mapping[str, str]] = {
    **COUNTER_MAY,
    **dict.fromkeys(_REFERENCE, _PURGED),
    "alembic_version": _LOOK,
    # a password hash is written and never read
    "staff": f"SELECT ({_STAFF_SEEN}), INSERT, UPDATE",
    "staff_cards": _WRITE,
    "audit": f"SELECT, {_ADD_TO_AUDIT}, DELETE",
    "ticket_steps": _WRITE,
    **dict.fromkeys(
        (
            "answers",
            "outbox",
            "applications",
            "application_steps",
            "application_documents",
            "work_orders",
            "documents",
            "uploads",
            "registry_calls",
            "subscribers",
            "subscriber_words",
            "invoices",
            "payments",
        ),
        _PURGED,
    ),
}
"""A role by itself, although it is a member of the counters' too: purging and importing stand here."""

KIOSK_MAY_IN_TRIALS: Final = "UPDATE (last_instant) ON {tables}.clock"
"""What a kiosk may besides where the clock is settable: production forbids that, and no kiosk sets the time there."""

MAY: Final[Mapping[str, Mapping[str, str]]] = {
    KIOSK: KIOSK_MAY,
    COUNTER: COUNTER_MAY,
    ADMINISTRATOR: ADMINISTRATOR_MAY,
}

AUDIT_KEPT_DAYS: Final = 30
"""Younger rows of the audit nobody but the owner deletes."""
