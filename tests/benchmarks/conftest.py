"""Stations of tests/stations.py for this folder's tests."""

from tests.stations import (  # noqa: F401 - fixtures
    _postgres_model,
    _sqlite_model,
    ready_postgres_url,
    ready_sqlite_url,
    secrets_folder,
)
