"""However many wait, no statement of a step reads them all (issue 5: long lists stay quick)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text
from sqlalchemy.dialects import sqlite

from db import calls, counters, queue, ticket_steps, tickets
from db.engine import Database
from db.prepared import Prepared
from db.schema import tickets as tickets_table

_BEGINNINGS = ("FACTS", "_FACTS")
"""Of other statements: alone they would read everything."""
_IN_ORDER = [("due", True), ("walk_in", True), ("early", True)]


def _statements() -> dict[str, Any]:
    found = {
        f"{module.__name__}.{name}": value
        for module in (queue, calls, ticket_steps, tickets)
        for name, value in vars(module).items()
        if name not in _BEGINNINGS
    }
    prepared = {name: value._statement for name, value in found.items() if isinstance(value, Prepared)}
    firsts: dict[str, Any] = {f"first {turn} {skip}": one._statement for (turn, skip), one in queue._FIRST.items()}
    firsts |= {f"listed {turn}": one._statement for turn, one in queue._WAITING_FIRST.items()}
    made = {"counters._BY_NUMBER": counters._BY_NUMBER._statement, "counters._BY_ID": counters._BY_ID._statement}
    selects = {name: value for name, value in found.items() if isinstance(value, Select)}
    every: dict[str, Any] = {**prepared, **firsts, **made, **selects}
    return {
        name: every[name] for name in sorted(every) if not isinstance(every[name], dict) and not every[name].is_insert
    }


def _plan(url: str, statement: Any) -> list[str]:
    written = re.sub(r"__\[POSTCOMPILE_\w+\]", "?", str(statement.compile(dialect=sqlite.dialect())))
    database = Database(url, lambda: 0)
    try:
        with database.connected() as connection:
            driver: Any = connection.connection.driver_connection
            return [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", [None] * written.count("?"))]
    finally:
        database.close()


@pytest.mark.parametrize("name", _statements())
def test_every_statement_of_a_step_uses_an_index(name: str, ready_sqlite_url: str) -> None:
    """The partial indexes are found although the values are bound: their conditions stand in the statement."""
    steps = _plan(ready_sqlite_url, _statements()[name])
    assert steps and not [step for step in steps if step.startswith("SCAN") and "CONSTANT ROW" not in step], steps


@pytest.mark.parametrize("found", _IN_ORDER)
def test_who_is_next_is_the_first_entry_of_the_index(found: tuple[str, bool], ready_sqlite_url: str) -> None:
    """C5: the order is the index's own; nothing is sorted."""
    steps = _plan(ready_sqlite_url, queue._FIRST[found]._statement)
    assert any("waiting_in_order" in step for step in steps), steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("turn", ["due", "walk_in", "early"])
def test_postgresql_takes_the_same_index(turn: str, ready_postgres_url: str) -> None:
    """C5: with thousands who wait, its planner reads the index in order and sorts at most those of one arrival."""
    database = Database(ready_postgres_url, lambda: 0)
    people = [
        {
            "centre": "baku-2", "day": "2026-11-23", "letter": "A", "number": number, "service": "s", "station": "door",
            "state": "waiting", "issued_at": number, "booked_for": (None, 100, 200)[number % 3],
        }
        for number in range(1, 5001)
    ]  # fmt: skip
    values = {"centre": "baku-2", "day": "2026-11-23", "counter": 1, "now": 150}

    def explain(connection: Connection) -> str:
        connection.execute(insert(tickets_table), people)
        connection.execute(text("ANALYZE tickets"))
        statement = queue._FIRST[turn, True]._statement
        assert not isinstance(statement, dict)
        compiled = statement.compile(dialect=connection.dialect)  # type: ignore[union-attr]
        driver: Any = connection.connection.driver_connection
        given = {**compiled.params, **values}
        return "\n".join(row[0] for row in driver.execute(f"EXPLAIN {compiled}", given))

    try:
        with database.connected() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                plan = explain(connection)
            finally:
                connection.exec_driver_sql("ROLLBACK")
    finally:
        database.close()
    assert "waiting_in_order" in plan and "Seq Scan on tickets" not in plan, plan
    assert not re.search(r"(?<!Incremental )Sort  \(", plan), plan
