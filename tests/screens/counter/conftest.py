"""Stations of tests/stations.py for the counter's tests, on SQLite: the rules are proved on PostgreSQL elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.screens.counter.counter_face import NAME, PASSWORD
from tests.stations import START, Trial, _sqlite_model, open_station, ready_sqlite_url, secrets_folder

__all__ = ["_sqlite_model", "ready_sqlite_url", "secrets_folder"]

MakeCounter = Callable[..., Trial]


@pytest.fixture
def make_counter(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[MakeCounter]:
    """Opens a counter's station with one operator: `make(rights=…, **sections of kiosk.toml)`."""
    with ExitStack() as opened:

        def make(rights: frozenset[str] = frozenset(), **sections: Mapping[str, Any]) -> Trial:
            station = open_station(ready_sqlite_url, tmp_path, secrets_folder, **sections)
            opened.callback(station.close)
            trial = Trial(station, station.clock.set)
            trial.at(START)
            station.staff.add(NAME, "Leyla Həsənova", "operator", rights, PASSWORD)
            return trial

        yield make


@pytest.fixture
def counter(make_counter: MakeCounter) -> Trial:
    """A counter's station with default settings, at START."""
    return make_counter()
