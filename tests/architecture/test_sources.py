"""What no file of the project may hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, files, imports, sources, told

_BINARY = {".png", ".wav", ".ttf", ".ico"}
_MACHINE = re.compile(
    r"""
    (?<![\w.])/(?:work|root|home|Users|opt/venv)/      # a folder of somebody's machine
    | index-url | --find-links | PIP_INDEX             # where packages come from is the machine's to say
    | \b(?:pypi|pythonhosted|deb\.debian|archive\.ubuntu)\.(?:org|com)\b
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_THIS = Path(__file__)

LONG_MODULES: dict[str, str] = {}
"""Modules of more than 400 lines, each with the reason why it is one thing."""


def _texts() -> list[tuple[Path, str]]:
    return [(p, p.read_text("utf-8")) for p in files() if p.suffix not in _BINARY and p != _THIS]


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{told(path)}:{number}: {line.strip()[:100]}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_machine_or_a_package_host() -> None:
    assert not _found(_MACHINE)


def test_nothing_is_left_unfinished() -> None:
    assert not _found(_UNFINISHED)


@pytest.mark.parametrize("line", ["see /work/x", "cd /home/me/x", "--extra-index-url=x", "from pypi.org"])
def test_the_search_for_machines_finds(line: str) -> None:
    assert _MACHINE.search(line)


def test_a_module_is_one_thing() -> None:
    """A module over 400 lines wants a reason (house.md), told above."""
    long = {told(p): lines for p in sources(*PACKAGES) if (lines := len(p.read_text("utf-8").splitlines())) > 400}
    assert not {name: lines for name, lines in long.items() if name not in LONG_MODULES}
    assert not [name for name in LONG_MODULES if name not in long], "listed, and no longer long"


def _importers(module: str, *folders: str) -> list[str]:
    return [
        told(path)
        for path in sources(*folders)
        if any(name == module or name.startswith(f"{module}.") for name in imports(path))
    ]


def test_imports_are_absolute() -> None:
    """So that the floors can be read from any line, and the searches here see every one."""
    relative = [
        told(path)
        for path in sources(*PACKAGES, "tests", "benchmarks")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


@pytest.mark.parametrize(
    ("module", "room"),
    [("sqlalchemy", "db/"), ("psycopg", "db/"), ("smartcard", "hardware/pcsc/"), ("pkcs11", "hardware/cards/vendor/")],
)
def test_a_library_stays_in_its_room(module: str, room: str) -> None:
    assert not [name for name in _importers(module, *PACKAGES) if not name.startswith(room)]


def test_the_bookings_and_the_water_do_not_know_each_other() -> None:
    booking = [name for name in _importers("kiosk.water", "kiosk") if name.startswith("kiosk/booking/")]
    water = [name for name in _importers("kiosk.booking", "kiosk") if name.startswith("kiosk/water/")]
    assert not booking + water


def test_no_test_sleeps() -> None:
    """Time comes in as an argument; what has to be waited for is waited for by its own sign."""
    asleep = [
        f"{told(path)}:{node.lineno}"
        for path in sources("tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sleep"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("time", "asyncio")
        and not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)
    ]
    assert not asleep


def test_what_pictures_are_kept_can_be_shown() -> None:
    """A binary file is one of the kinds the searches above leave out; anything else must be readable text."""
    for path in files():
        if path.suffix in _BINARY:
            continue
        assert "\0" not in path.read_text("utf-8"), told(path)


def test_the_five_packages_are_there() -> None:
    assert all((ROOT / package / "__init__.py").is_file() for package in PACKAGES)
