"""What an update of a database that is in use does, and leaves to its owner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import migrate
from db import reference as rows
from kiosk import preparing
from kiosk.place import Place
from kiosk.place import place as place_of
from kiosk.preparing import initialise, prepare
from kiosk.settings import parse
from tests.stations import written_settings

_OFFER = "INSERT INTO offers (service, centre, capacity) VALUES ('identity-card-issue', '*', 3)"


@pytest.fixture
def old(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A station's place whose database was made before there were walk-in tickets."""
    settings = parse(written_settings(database_url, tmp_path, tmp_path / "keys"), tmp_path / "kiosk.toml")
    found = place_of(settings)
    migrate.upgrade(found.database, "0003")
    with found.database.connected() as connection:
        connection.exec_driver_sql(_OFFER)
        connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('reference_version', '4')")
    yield found
    found.database.close()


def test_an_update_gives_no_walk_ins_by_itself_and_says_so(old: Place) -> None:
    """C5: capacity stays as it was, and how many walk-ins a day there are is the owner's to say."""
    said: list[str] = []
    (prepare if old.database.is_sqlite else initialise)(old, said.append)
    assert len([line for line in said if "walk_in" in line]) == 1
    with old.database.reading() as (connection, _):
        assert connection.exec_driver_sql("SELECT capacity, walk_in FROM offers").one() == (3, 0)
        assert rows.version(connection) == 4
    said.clear()
    initialise(old, said.append)
    assert not [line for line in said if "walk_in" in line], "it is said by the update alone"


def test_where_some_are_given_nothing_is_said(old: Place) -> None:
    """Also after an update: the choice was made."""
    initialise(old, lambda _: None)
    with old.database.connected() as connection:
        connection.exec_driver_sql("UPDATE offers SET walk_in = 7")
    said: list[str] = []
    preparing._tell_of_walk_ins(old.database, said.append)
    assert said == []
