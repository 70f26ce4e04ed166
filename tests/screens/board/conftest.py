"""What the board's tests can ask for."""

from __future__ import annotations

from tests.screens.board.fakes import voice
from tests.stations import (
    _postgres_model,
    _sqlite_model,
    make_trial,
    ready_postgres_url,
    ready_sqlite_url,
    ready_url,
    secrets_folder,
    trial,
)

__all__ = [
    "_postgres_model",
    "_sqlite_model",
    "make_trial",
    "ready_postgres_url",
    "ready_sqlite_url",
    "ready_url",
    "secrets_folder",
    "trial",
    "voice",
]
