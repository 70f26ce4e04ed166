"""A station of its own for each test, and its faces on real terminals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.hall import CENTRE, SERVICE
from tests.e2e.place import Place

pytestmark = pytest.mark.screen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.screen)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and a database with example data, made by the product's own `init`."""
    folder = tmp_path_factory.mktemp("station")
    (folder / "kiosk.toml").write_text(
        "[station]\n"
        'name = "e2e"\n'
        "[database]\n"
        'url = "sqlite:///kiosk.db"\n'
        "[secrets]\n"
        'folder = "secrets"\n'
        "[mail]\n"
        'path = "mail"\n'
        "[clock]\n"
        "settable = true\n"
        "[log]\n"
        'file = "kiosk.log"\n'
    )
    subprocess.run(
        [sys.executable, "-m", "kiosk", "init", "--config", str(folder / "kiosk.toml")],
        check=True, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    state = str(tmp_path_factory.mktemp("state"))
    _let_a_day_be_offered(Place(folder, {"PATH": os.environ["PATH"], "HOME": state, "XDG_STATE_HOME": state}))
    return folder


def _let_a_day_be_offered(place: Place) -> None:
    """A week may be closed from end to end, as that of Novruz 2027: then it is the week after it for the station."""
    (dates,) = place.ask({"do": "dates", "service": SERVICE, "centre": CENTRE})
    if not any(day["open"] for day in dates["dates"]):
        place.ask({"do": "clock", "now": (datetime.now(UTC) + timedelta(weeks=1)).isoformat()})


@pytest.fixture
def place(made_once: Path, tmp_path: Path) -> Iterator[Place]:
    """This test's own copy."""
    folder = tmp_path / "station"
    shutil.copytree(made_once, folder)
    home = tmp_path / "home"
    home.mkdir()
    yield Place(folder, {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state")})
