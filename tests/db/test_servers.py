"""An address with several servers, as libpq writes it (K5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from db import servers


@pytest.mark.parametrize(("address", "told"), [
    ("postgresql+psycopg://kiosk@db1:5433,db2/asan?sslmode=verify-full",
     {"host": "db1,db2", "port": "5433,5432", "sslmode": "verify-full", "target_session_attrs": "read-write"}),
    ("postgresql+psycopg://kiosk@[::1]:5433,127.0.0.1:7/asan",
     {"host": "::1,127.0.0.1", "port": "5433,7", "target_session_attrs": "read-write"}),
    ("postgresql+psycopg://kiosk@db1,db2/asan?target_session_attrs=any",
     {"host": "db1,db2", "port": "5432,5432", "target_session_attrs": "any"}),
    ("postgresql+psycopg://kiosk@db1:5433/asan?sslmode=require",
     {"host": "db1", "port": 5433, "sslmode": "require"}),
])  # fmt: skip
def test_what_the_driver_is_told(address: str, told: Mapping[str, object]) -> None:
    """Several servers: of them the one that takes writes, unless something else is wished."""
    url = servers.read(address)
    dialect: Any = PGDialect_psycopg
    _, given = dialect().create_connect_args(url)
    assert given == {"user": "kiosk", "dbname": "asan", **told}


@pytest.mark.parametrize(
    "address", ["postgresql://a@db1:x,db2/asan", "postgresql://a@db1,,db2/asan", "postgresql://a@,/asan"]
)
def test_a_list_that_cannot_be_read(address: str) -> None:
    """It is said before anything is opened."""
    with pytest.raises(ValueError, match="HOST:PORT"):
        servers.read(address)


def test_the_server_that_answered_is_asked_first_from_then_on() -> None:
    """K5: after a failover nobody waits for the one that is gone before each new connection."""
    last_good = servers.LastGood(servers.read("postgresql://a@db1:5433,db2,db3/asan"))
    parameters = {"host": "db1,db2,db3", "port": "5433,5432,5432"}
    last_good.put_first(parameters)
    assert parameters == {"host": "db1,db2,db3", "port": "5433,5432,5432"}
    last_good.note(SimpleNamespace(info=SimpleNamespace(host="db2", port=5432)))
    last_good.put_first(parameters)
    assert parameters == {"host": "db2,db1,db3", "port": "5432,5433,5432"}
    alone = {"host": "db1", "port": 5433}
    servers.LastGood(servers.read("postgresql://a@db1:5433/asan")).put_first(alone)
    assert alone == {"host": "db1", "port": 5433}


def test_a_comma_elsewhere_names_no_second_server() -> None:
    """In a password or in the query it is what it is."""
    assert servers.read("postgresql://a:b,c@db1/asan").host == "db1"
    assert servers.read("postgresql://a@db1/asan?options=-c%20x=1,2").host == "db1"
    assert servers.read("sqlite:////srv/a,b.db").database == "/srv/a,b.db"
