"""With a million bookings no statement of the rules may read them all (issue 2: slots of a day in 2 ms)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Select, Update
from sqlalchemy.dialects import sqlite

from db import bookings, run_out, schema, seats
from db.engine import Database
from db.prepared import Prepared

_WHOLE = ("_FACTS", "_END", "_FORGET")
"""Beginnings of other statements, and what `purge` does at night."""


def _statements() -> dict[str, Any]:
    found = {**vars(bookings), **vars(run_out)}
    # functions of PostgreSQL, for kiosks there
    found = {name: value for name, value in found.items() if not name.endswith("_AT_KIOSK")}
    for made in (seats._seats, seats._taken_by_centre, seats._occupied, seats._held_of_station):
        found[f"seats.{made.__name__}"] = made(schema.bookings)
    prepared = {name: value._statement for name, value in found.items() if isinstance(value, Prepared)}
    return prepared | {name: value for name, value in found.items() if isinstance(value, Select | Update)}


@pytest.mark.parametrize("name", [name for name in _statements() if name not in _WHOLE])
def test_every_statement_of_bookings_uses_an_index(name: str, ready_sqlite_url: str) -> None:
    """The partial indexes are found although the values are bound: their conditions stand in the statement."""
    compiled = _statements()[name].compile(dialect=sqlite.dialect())
    written = re.sub(r"__\[POSTCOMPILE_\w+\]", "?", str(compiled))  # a list of values
    database = Database(ready_sqlite_url, lambda: 0)
    try:
        with database.connected() as connection:
            driver: Any = connection.connection.driver_connection
            steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", [None] * written.count("?"))]
    finally:
        database.close()
    assert steps and not [step for step in steps if step.startswith("SCAN")], steps
