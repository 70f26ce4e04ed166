"""Stations of tests/stations.py for this folder's tests, and the logins of their roles."""

from tests.of_roles import by_login, counter, filled, kiosk, trial_of  # noqa: F401 - fixtures
from tests.stations import (  # noqa: F401 - fixtures
    _postgres_model,
    _sqlite_model,
    clocked_postgres,
    make_trial,
    ready_postgres_url,
    ready_sqlite_url,
    ready_url,
    secrets_folder,
    trial,
)
