"""A day of five thousand tickets is not read whole by what is asked each second, or by each ticket (issue 5)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from db import board, walk_ins
from db.engine import Database
from db.prepared import Prepared


def _statements() -> dict[str, Any]:
    found = {
        f"{module.__name__}.{name}": value._statement if isinstance(value, Prepared) else value
        for module in (board, walk_ins)
        for name, value in vars(module).items()
        if isinstance(value, Prepared | Select)
    }
    assert found
    return found


@pytest.mark.parametrize("name", _statements())
def test_every_statement_of_board_and_walk_ins_uses_an_index(name: str, ready_sqlite_url: str) -> None:
    """The board asks once a second, a kiosk at every ticket: no table is read whole."""
    compiled = _statements()[name].compile(dialect=sqlite.dialect())
    written = str(compiled)
    database = Database(ready_sqlite_url, lambda: 0)
    try:
        with database.connected() as connection:
            driver: Any = connection.connection.driver_connection
            steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", [None] * written.count("?"))]
    finally:
        database.close()
    assert steps and not [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step], steps


def test_the_calls_of_a_day_are_not_read_for_each_counter(ready_sqlite_url: str) -> None:
    """A counter that has not called yet would cost the whole day, for every ticket and every look at the offer."""
    written = str(walk_ins._COUNTERS.compile(dialect=sqlite.dialect()))
    database = Database(ready_sqlite_url, lambda: 0)
    try:
        with database.connected() as connection:
            driver: Any = connection.connection.driver_connection
            steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", [None] * written.count("?"))]
    finally:
        database.close()
    of_the_day = [step for step in steps if "calls_of_a_day" in step]
    assert of_the_day and all("last_called_at>?" in step for step in of_the_day), steps
