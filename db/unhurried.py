"""Time for jobs that nobody stands before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Let statements of the running transaction take as long as they need.

    What a station's may take (`db.engine`, `db.patient`) is measured by a person at the glass; a night's deleting in a
    database of years is not.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    driver.patience = None
    try:
        yield
    finally:
        driver.patience = type(driver).patience
