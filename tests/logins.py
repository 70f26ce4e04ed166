"""Logins of PostgreSQL as stations have them: members of the group roles, on a server of the tests.

As a plugin (`pytest -p tests.logins --login asan_kiosk …`) it lets the tests of the rules run with the rights of one of
them: stations open their database by that login, and what a test itself looks up or changes goes past the rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from db.engine import Database
from db.grants import ROLES
from tests import stations
from tests.postgres import Server


def login_of(role: str) -> str:
    """The login that is a member of a group role."""
    return f"one_{role}"


def make_logins(server: Server) -> None:
    """Make a login for each group role, once for a server; the roles are there since its first database was made."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        for role in ROLES:
            name = sql.Identifier(login_of(role))
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login_of(role),)).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(name, sql.Identifier(role)))


def as_login(url: str, role: str) -> str:
    """The same database by the login of a group role."""
    return make_url(url).set(username=login_of(role)).render_as_string(hide_password=False)


@contextmanager
def past_rights(trial: stations.Trial) -> Iterator[stations.Trial]:
    """The trial's station with the owner's database in its place, for what a test itself looks up or changes."""
    station = trial.station
    own = station.database
    station.database = Database(
        own.url.set(username="postgres").render_as_string(hide_password=False), lambda: 0, own._set_now
    )
    try:
        yield trial
    finally:
        station.database.close()
        station.database = own


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option of the plugin."""
    parser.addoption("--login", choices=ROLES, help="the group role whose rights the stations of the tests have")


@pytest.fixture(autouse=True)
def _by_login(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    role = request.config.getoption("--login", None)
    if role is None or "ready_postgres_url" not in request.fixturenames and "ready_url" not in request.fixturenames:
        return
    opened = stations.open_station
    query, change = stations.Trial.query, stations.Trial.change

    def open_station(url: str, *given: object, **sections: object) -> object:
        if not url.startswith("postgresql"):
            return opened(url, *given, **sections)  # type: ignore[arg-type]
        make_logins(request.getfixturevalue("postgres"))
        return opened(as_login(url, role), *given, **sections)  # type: ignore[arg-type]

    def query_past(trial: stations.Trial, statement: str, **values: object) -> object:
        with past_rights(trial):
            return query(trial, statement, **values)

    def change_past(trial: stations.Trial, statement: str, **values: object) -> None:
        with past_rights(trial):
            change(trial, statement, **values)

    monkeypatch.setattr(stations, "open_station", open_station)
    monkeypatch.setattr(stations.Trial, "query", query_past)
    monkeypatch.setattr(stations.Trial, "change", change_past)
