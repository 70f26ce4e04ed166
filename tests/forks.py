"""Processes that have imported the product and opened nothing: quick to start by the dozen, and to kill."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

_IMPORTED: Final = [
    "kiosk.station",
    "kiosk.batch.loop",
    "kiosk.water.services",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "email_validator",
    "holidays.countries.azerbaijan",
    "phonenumbers",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
]


def forked(target: Callable[..., None], *told: Any) -> tuple[BaseProcess, Connection]:
    """Run `target(*told, connection)` in a new process; the process, and the other end of its connection."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    here, there = context.Pipe()
    process = context.Process(target=target, args=(*told, there), daemon=True)
    process.start()
    there.close()
    return process, here
