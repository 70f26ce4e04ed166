"""A station of its own for each test, and its faces on real terminals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    return folder


@pytest.fixture
def place(made_once: Path, tmp_path: Path) -> Iterator[Place]:
    """This test's own copy."""
    folder = tmp_path / "station"
    shutil.copytree(made_once, folder)
    home = tmp_path / "home"
    home.mkdir()
    yield Place(folder, {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state")})
