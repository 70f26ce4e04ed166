"""With years of applications no statement of a citizen's way may read them all (W3 to W7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Select, Update
from sqlalchemy.dialects import sqlite

from db import applications, work_orders
from db.engine import Database
from db.prepared import Prepared
from db.work_orders import Wanted


def _statements() -> dict[str, Any]:
    found = {**vars(applications), **vars(work_orders)}
    prepared = {name: value._statement for name, value in found.items() if isinstance(value, Prepared)}
    core = prepared | {name: value for name, value in found.items() if isinstance(value, Select | Update)}
    return {name: value for name, value in core.items() if isinstance(value, Select | Update) and name != "_LISTED"}


@pytest.fixture
def database(ready_sqlite_url: str) -> Iterator[Database]:
    opened = Database(ready_sqlite_url, lambda: 0)
    yield opened
    opened.close()


def _plan(database: Database, written: str) -> list[str]:
    with database.connected() as connection:
        driver: Any = connection.connection.driver_connection
        return [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {written}", [None] * written.count("?"))]


@pytest.mark.parametrize("name", sorted(_statements()))
def test_every_statement_of_applications_uses_an_index(database: Database, name: str) -> None:
    """The partial indexes are found: their conditions stand in the statements as they are."""
    steps = _plan(database, str(_statements()[name].compile(dialect=sqlite.dialect())))
    assert steps and not [step for step in steps if step.startswith("SCAN")], steps


def test_the_partial_indexes_are_used(database: Database) -> None:
    """One open application, those that a debt holds, and the work that is to do."""
    for name, index in (
        ("_OPEN_NUMBER", "one_open_application_per_subscriber"), ("_HELD", "held_by_debt"), ("_DROP", "held_by_debt"),
        ("_RUN_OUT", "held_by_debt"), ("_END_OF_SUBSCRIBER", "held_by_debt"),
    ):  # fmt: skip
        (step, *_) = _plan(database, str(_statements()[name].compile(dialect=sqlite.dialect())))
        assert index in step, step
    seen: list[str] = []

    class Watched:
        def execute(self, query: Any) -> list[Any]:
            compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
            seen.append(str(compiled))
            return []

    work_orders.listed(Watched(), Wanted(states=("open", "taken")))  # type: ignore[arg-type]
    work_orders.listed(Watched(), Wanted(due_before="2026-11-20"))  # type: ignore[arg-type]
    for written in seen:
        assert "work_to_do" in _plan(database, written)[0]
