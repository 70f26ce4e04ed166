"""What every test can ask for and what holds for each: no unlisted skip, no state of this machine."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from kiosk.clock import Clock, to_instant
from tests.postgres import Server, running_server

SKIPS = Path(__file__).with_name("skips.txt")
_FOREIGN = (
    "TEXTUAL",
    "NO_COLOR",
    "XDG_",
    "ASAN_",
    "NOTIFY_SOCKET",
    "CREDENTIALS_DIRECTORY",
    "DISPLAY",
    "WAYLAND_DISPLAY",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the second tier too: tests marked long")


def pytest_configure(config: pytest.Config) -> None:
    """Properties are no test of this machine's speed; the first tier tries the same examples each time."""
    hypothesis_settings.register_profile(
        "steady", deadline=None, database=None, derandomize=not config.getoption("--long"),
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    hypothesis_settings.load_profile("steady")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _two_screens_at_once(items)
    if not config.getoption("--long"):
        second_tier = [item for item in items if item.get_closest_marker("long") is not None]
        config.hook.pytest_deselected(items=second_tier)
        items[:] = [item for item in items if item.get_closest_marker("long") is None]


def _two_screens_at_once(items: list[pytest.Item]) -> None:
    """Terminals draw for themselves and wait much: two stand beside each other, file by file, and never more."""
    on_screen = [item for item in items if item.get_closest_marker("screen") is not None]
    files = sorted({item.path for item in on_screen})
    for item in on_screen:
        item.add_marker(pytest.mark.xdist_group(f"screen-{files.index(item.path) % 2}"))


def listed_skips() -> dict[str, str]:
    """The node ids (or their beginnings) of `skips.txt`, with their reasons."""
    lines = (line.strip() for line in SKIPS.read_text("utf-8").splitlines())
    entries = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {test.strip(): reason.strip() for test, _, reason in entries}


def _refuse_unlisted_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and not report.nodeid.startswith(tuple(listed_skips())):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and {SKIPS.name} does not list it: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_unlisted_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_unlisted_skip(report)
    return report


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder, and nothing in the environment that this machine's user set for the product."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN):
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until a test sets it: Friday, 20 November 2026, 09:00 in Baku."""
    settable = Clock(settable=True)
    settable.set(to_instant(datetime.fromisoformat("2026-11-20T09:00:00+04:00")))
    return settable


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One real PostgreSQL for the whole run (of this worker), without waiting for the disk."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """An empty PostgreSQL database, as `[database] url` takes it."""
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database that is not there yet, as `[database] url` takes it."""
    return f"sqlite:///{tmp_path / 'queue.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
