"""Databases of tests/stations.py for this folder's tests; a PostgreSQL of their own, for some of them drop an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.settings import Settings, parse
from kiosk.station import Station
from tests.postgres import Server
from tests.races.hands import Hands
from tests.stations import (  # noqa: F401 - fixtures
    START,
    Trial,
    _postgres_model,
    _sqlite_model,
    copied_database,
    ready_sqlite_url,
    secrets_folder,
    written_settings,
)

HANDS = 16


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with tables and the packaged reference data that nobody else uses."""
    if request.param == "sqlite":
        yield str(request.getfixturevalue("ready_sqlite_url"))
        return
    server: Server = request.getfixturevalue("postgres")
    with copied_database(server, request.getfixturevalue("_postgres_model")) as name:
        yield server.url(name)


MakeSettings = Callable[..., Settings]


@pytest.fixture
def settings_for(url: str, tmp_path: Path, secrets_folder: Path) -> MakeSettings:  # noqa: F811 - the fixture
    """Settings of a station on that database, by sections of kiosk.toml."""

    def make(**sections: Mapping[str, Any]) -> Settings:
        return parse(written_settings(url, tmp_path, secrets_folder, **sections), tmp_path / "kiosk.toml")

    return make


@pytest.fixture
def watcher(settings_for: MakeSettings) -> Iterator[Trial]:
    """A station with a high limit that prepares what is fought for, and looks at the database afterwards."""
    station = Station(settings_for())
    trial = Trial(station, station.clock.set)
    trial.at(START)
    yield trial
    station.close()


MakeHands = Callable[..., Hands]


@pytest.fixture
def hands(watcher: Trial) -> Iterator[MakeHands]:
    """Starts sixteen processes with these settings, whose clocks stand where the watcher's stands now."""
    with ExitStack() as opened:

        def start(settings: Settings, **how: bool) -> Hands:
            return opened.enter_context(Hands(HANDS, settings, watcher.station.clock.now(), **how))

        yield start
