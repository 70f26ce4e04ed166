"""Registering an application: at once, or when the debt that held it has been paid in time (W3, W6, W7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, cast

from db import applications as rows
from db import audit, changes, work_orders
from db.applications import ApplicationRow
from db.engine import savepoint
from db.year_counters import next_number
from kiosk.acts import Unit
from kiosk.clock import baku_day
from kiosk.water import letters
from kiosk.water.example_water import STATION as EXAMPLE_STATION
from kiosk.water.facts import Kind, Registered
from kiosk.water_settings import WaterSettings

_MOST_ENDED: Final = 100


class Refused(Exception):
    """The unique index holds another open application about the subscriber."""


def go_on(unit: Unit, settings: WaterSettings, code: str) -> tuple[Registered, ...]:
    """Register what waited for the payment of a subscriber's debt, in the payment's own transaction.

    Call it under `db.applications.lock_subscriber`, when nothing is left of the debt. The newest application goes on,
    others are dropped; each has an audit row of its own.

    Args:
        unit: the act that counted the payment.
        settings: in how many days the work is due.
        code: the subscriber's.
    """
    rows.lock_subscriber(unit.connection, code)
    registered = []
    for row in rows.held(unit.connection, code, unit.now)[:1]:
        try:
            with savepoint(unit.connection):
                number = new_number(unit)
                if not rows.register(unit.connection, row.id, number, unit.now):
                    raise Refused
        except Refused:
            break
        begin_work(unit, settings, row.id)
        _audit(unit, "register_application", row.id)
        registered.append(Registered(number, cast(Kind, row.kind), "registered"))
    drop_held(unit, code)
    return tuple(registered)


def drop_held(unit: Unit, code: str) -> None:
    """Drop what still waits for a payment, since another application has taken its place.

    Of one whose time ran out before, its applicant is told, whether or not a sweeper looks after them.
    """
    _tell_run_out(unit, rows.end_run_out_of(unit.connection, code, unit.now))
    for application in rows.drop_held(unit.connection, code, unit.now):
        _note_dropped(unit, application)


def end_run_out(unit: Unit) -> int:
    """Drop applications whose time to wait for a payment has run out, and tell their applicants, each once.

    How many there were; those that are too many for one transaction are the next call's.
    """
    ended = rows.end_run_out(unit.connection, unit.now, _MOST_ENDED)
    _tell_run_out(unit, ended)
    return len(ended)


def _tell_run_out(unit: Unit, ended: Iterable[ApplicationRow]) -> None:
    for row in ended:
        _note_dropped(unit, row.id, "ran_out")
        if row.station != EXAMPLE_STATION:  # invented people get no letters
            letters.ran_out(unit, row)


def _note_dropped(unit: Unit, application: int, why: str | None = None) -> None:
    rows.add_step(unit.connection, application, unit.now, "dropped", unit.station, unit.staff)
    _audit(unit, "drop_application", application, why)


def new_number(unit: Unit) -> str:
    """The next application number: the year in Baku, and how many there were in it."""
    year = baku_day(unit.now).year
    return f"{year}-{next_number(unit.connection, 'application', year):06}"


def begin_work(unit: Unit, settings: WaterSettings, application: int) -> None:
    """What registering an application brings with it: its first step, its work order, its letters."""
    connection, now = unit.connection, unit.now
    rows.add_step(connection, application, now, "registered", unit.station, unit.staff)
    due_on = baku_day(now) + timedelta(days=settings.due_days)
    work_orders.open_order(connection, application, now, due_on.isoformat())
    row = rows.by_id(connection, application)
    if row is not None:
        letters.registered(unit, row)
    changes.announce(connection)


def _audit(unit: Unit, act: str, application: int, detail: str | None = None) -> None:
    audit.write(
        unit.connection, unit.now, unit.station, act, "done", staff=unit.staff, detail=detail, application=application
    )
