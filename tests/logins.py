"""Logins of PostgreSQL as stations have them: members of the group roles, on a server of the tests.

As a plugin (`pytest -p tests.logins --login asan_kiosk …`) it lets the tests of the rules run with the rights of one of
them: stations open their database by that login, and what a test itself looks up or changes goes past the rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import make_url

from db.engine import Database
from db.grants import ROLES
from kiosk.acts import Acts
from kiosk.clock import machine_now
from kiosk.identity.staff import StaffDesk
from kiosk.station import Station
from tests import stations
from tests.postgres import Server

Connect = Callable[[str], psycopg.Connection[Any]]
"""Opens a plain connection by the login of a role; "postgres" is the owner."""


@contextmanager
def refused() -> Iterator[None]:
    """The database refuses the block."""
    with pytest.raises(errors.InsufficientPrivilege):
        yield


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


def forget_looks(url: str) -> None:
    """Begin a new hour of what the database counts for each login."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT setval(oid::regclass, 1) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'asan'::regnamespace"
        )


def as_login(url: str, role: str) -> str:
    """The same database by the login of a group role."""
    return make_url(url).set(username=login_of(role)).render_as_string(hide_password=False)


@contextmanager
def past_rights(station: Station) -> Iterator[None]:
    """The owner's database in the place of the station's, for what a test looks up and changes; acts keep theirs."""
    own = station.database
    url = own.url.set(username="postgres").render_as_string(hide_password=False)
    station.database = Database(url, machine_now, own._set_now, settable=True)
    # staff are enrolled by an administrator, before the test begins
    station.staff = StaffDesk(Acts(station.database, station.settings.station.name, station.outbox), station.settings)
    try:
        yield
    finally:
        own.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option of the plugin."""
    parser.addoption("--login", choices=ROLES, help="the group role whose rights the stations of the tests have")


@pytest.fixture(autouse=True)
def _by_login(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    role = request.config.getoption("--login", None)
    if role is None or ("ready_postgres_url" not in request.fixturenames and "ready_url" not in request.fixturenames):
        return
    opened = stations.open_station
    closing = request.getfixturevalue("closing")

    def open_station(url: str, *given: Any, **sections: Any) -> Station:
        if not url.startswith("postgresql"):
            return opened(url, *given, **sections)
        make_logins(request.getfixturevalue("postgres"))
        forget_looks(url)
        station = opened(as_login(url, role), *given, **sections)
        closing.enter_context(past_rights(station))
        return station

    monkeypatch.setattr(stations, "open_station", open_station)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """What is closed after a test."""
    with ExitStack() as stack:
        yield stack
