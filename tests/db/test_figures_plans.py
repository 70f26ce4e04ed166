"""A day's figures and a person's bookings are found by indexes, however many years lie in the tables (C7, C8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.dialects import sqlite

from db import desk_search, figures
from db.engine import Database
from db.figures import Span

_LARGE = ("bookings", "tickets", "calls", "audit")
"""Tables that grow with every day."""

COUNTS: dict[str, Callable[[Connection, Span], Any]] = {
    "bookings": lambda connection, span: figures.booking_counts(connection, span, 0, 0, 0),
    "late": lambda connection, span: figures.refused_late(connection, span, 0, 0),
    "tickets": figures.ticket_counts,
    "waits": figures.waits,
    "services": figures.services,
}


def test_todays_late_ones_are_counted_by_what_holds_only_them(ready_sqlite_url: str) -> None:
    """C2: a count that each counter asks for at each change."""
    database = Database(ready_sqlite_url, lambda: 0)
    try:
        with database.reading() as (connection, _):
            figures.came_late(connection, "baku-2", "2026-11-23", 1, 2)
            sql, constants, order = figures._CAME_LATE._compiled["sqlite"]
            steps = _steps(connection, sql, [constants.get(key) for key in order or ()])
    finally:
        database.close()
    assert steps and not [step for step in steps if _reads_all(step)], steps
    assert len([step for step in steps if "late_tickets" in step]) == 2, steps
    assert any("came_late" in step for step in steps), steps


def _steps(connection: Connection, written: str, values: Any) -> list[str]:
    driver: Any = connection.connection.driver_connection
    return [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", values)]


def _reads_all(step: str) -> bool:
    return re.match(rf"SCAN ({'|'.join(_LARGE)})\b", step) is not None


@pytest.mark.parametrize("centre", ["baku-2", None])
@pytest.mark.parametrize("name", COUNTS)
def test_every_count_uses_an_index(name: str, centre: str | None, ready_sqlite_url: str) -> None:
    """C7: of one centre and of all; late ones by the index that holds nothing else."""
    database = Database(ready_sqlite_url, lambda: 0)
    seen: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    try:
        with database.reading() as (connection, _):
            event.listen(connection, "before_cursor_execute", keep)
            COUNTS[name](connection, Span(centre, "2026-11-23", "2026-11-23", 1, 2, ((1, 14_400_000),)))
            event.remove(connection, "before_cursor_execute", keep)
            (found,) = seen
            steps = _steps(connection, *found)
    finally:
        database.close()
    assert steps and not [step for step in steps if _reads_all(step)], steps
    assert name != "late" or any("came_late" in step for step in steps)


@pytest.mark.parametrize("name", ["_LIVE_ONES", "_ENDED_HERE"])
def test_a_person_is_found_by_an_index(name: str, ready_sqlite_url: str) -> None:
    """C8: live bookings by person and hour, ended ones by the centre's day."""
    written = str(getattr(desk_search, name).compile(dialect=sqlite.dialect()))
    database = Database(ready_sqlite_url, lambda: 0)
    try:
        with database.connected() as connection:
            steps = _steps(connection, written, [None] * written.count("?"))
    finally:
        database.close()
    index = "one_live_booking_per_person_and_hour" if name == "_LIVE_ONES" else "bookings_of_a_day"
    assert any(index in step for step in steps), steps
