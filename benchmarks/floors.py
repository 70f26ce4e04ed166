"""The bare floor of an arrival: the same rows in the same tables, written by the driver alone, one commit each.

No look-up of the verdict's facts, no calendar, no signature, no key that was used before: only what has to be on the
disk when a person has arrived.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import Any, Final

import psycopg

from benchmarks.crowd import CENTRE, STATION
from kiosk.clock import baku_day, machine_now

Arrive = Callable[[str], None]
"""Activates the booking of an order code."""

_DIGEST: Final = "0" * 64
_ANSWER: Final = (
    '{"verdict":"early","at":1700000000000,"booking":"AAAA-AAAA-AAAA","service":"identity-card-issue",'
    '"centre":"baku-2","time":1700000000000,"ticket":"A-017"}'
)
_ACTIVATE: Final = (
    "UPDATE bookings SET state = 'active', activated_at = {0}, activated_by = {0} "
    "WHERE order_code = {0} AND state = 'confirmed' RETURNING id, service"
)
_COUNT: Final = (
    "INSERT INTO ticket_counters (centre, day, letter, last) VALUES ({0}, {0}, 'A', 1) "
    "ON CONFLICT (centre, day, letter) DO UPDATE SET last = ticket_counters.last + 1 RETURNING last"
)
_TICKET: Final = (
    "INSERT INTO tickets (centre, day, letter, number, service, booking, state, issued_at, station) "
    "VALUES ({0}, {0}, 'A', {0}, {0}, {0}, 'waiting', {0}, {0})"
)
_AUDIT: Final = "INSERT INTO audit (at, station, act, outcome, booking) VALUES ({0}, {0}, 'arrive', 'early', {0})"
_KEEP: Final = "INSERT INTO answers (key, request, answer, at) VALUES ({0}, {0}, {0}, {0})"
_CLOCK: Final = "UPDATE clock SET last_instant = {0} WHERE id = 1 AND last_instant < {0}"


def sqlite_floor(file: str) -> Arrive:
    """The floor on SQLite, with the journal and the durability that the product has."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=30)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    activate, count, ticket, audit, keep, clock = _written("?")

    def arrive(code: str) -> None:
        now = machine_now()
        connection.execute("BEGIN IMMEDIATE")
        _write(connection.execute, code, now, activate, count, ticket, audit, keep)
        connection.execute(clock, (now, now))
        connection.execute("COMMIT")

    return arrive


def postgres_floor(dsn: str) -> Arrive:
    """The floor on PostgreSQL, with statements prepared by the driver."""
    connection = psycopg.connect(dsn, autocommit=True)
    activate, count, ticket, audit, keep, _ = _written("%s")

    def arrive(code: str) -> None:
        connection.execute("BEGIN")
        _write(connection.execute, code, machine_now(), activate, count, ticket, audit, keep)
        connection.execute("COMMIT")

    return arrive


def _written(mark: str) -> list[str]:
    return [statement.format(mark) for statement in (_ACTIVATE, _COUNT, _TICKET, _AUDIT, _KEEP, _CLOCK)]


def _write(
    execute: Callable[..., Any], code: str, now: int, activate: str, count: str, ticket: str, audit: str, keep: str
) -> None:
    day = baku_day(now).isoformat()
    found = execute(activate, (now, STATION, code)).fetchone()
    assert found is not None, "this code was presented before"
    booking, service = found
    number = execute(count, (CENTRE, day)).fetchone()[0]
    execute(ticket, (CENTRE, day, number, service, booking, now, STATION))
    execute(audit, (now, STATION, booking))
    execute(keep, (secrets.token_hex(16), _DIGEST, _ANSWER, now))
