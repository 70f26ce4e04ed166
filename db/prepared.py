"""Statements of the busy paths: compiled once for each dialect, run on the pooled connection's own driver.

SQLAlchemy's cache spares the compiling, not the look-up, the parameters' construction and the result's metadata of each
call; under an arrival's eight statements that was half of the time (see `benchmarks`). These are Core expressions like
all others, and their errors are the driver's: `Database` knows both kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import ClauseElement


class Prepared:
    """One statement, or one for each dialect's name.

    Args:
        statement: the Core expression; its values are bind parameters by name.
        columns: for an INSERT without values, the columns it sets.
    """

    def __init__(
        self, statement: ClauseElement | Mapping[str, ClauseElement], columns: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, tuple[str, dict[str, Any], tuple[str, ...] | None]] = {}

    def row(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Execute it with its bind parameters' values; its only row, or None."""
        found: tuple[Any, ...] | None = self._run(connection, values).fetchone()
        return found

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute it with its bind parameters' values; all its rows."""
        found: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return found

    def value(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Execute it; the first column of its only row.

        Raises:
            LookupError: there is no row.
        """
        found = self.row(connection, values)
        if found is None:
            raise LookupError
        return found[0]

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute it; how many rows it changed."""
        changed: int = self._run(connection, values).rowcount
        return changed

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        name = connection.dialect.name
        known = self._compiled.get(name)
        if known is None:
            known = self._compiled[name] = self._compile(connection)
        sql, constants, order = known
        given: Any = (
            constants | dict(values)
            if order is None
            else [values[key] if key in values else constants[key] for key in order]
        )
        driver: Any = connection.connection.driver_connection
        return driver.execute(sql, given)

    def _compile(self, connection: Connection) -> tuple[str, dict[str, Any], tuple[str, ...] | None]:
        dialect = connection.dialect
        statement = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        columns = list(self._columns) if self._columns is not None else None
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        constants = {key: value for key, value in compiled.params.items() if value is not None}
        positions = getattr(compiled, "positiontup", None)
        return str(compiled), constants, tuple(positions) if positions is not None else None
