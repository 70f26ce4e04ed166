"""What is installed: the five packages from here, exact versions, and a wheel with everything in it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, files, imports, sources, told

LOCKS = ("requirements.lock", "requirements-test.lock")


def _locked(name: str) -> dict[str, str]:
    """Name to version; fails where a line is not an exact version with hashes."""
    pins: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / "setup" / name).read_text("utf-8").strip()):
        found = re.match(
            r"([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; .*?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\\n)?)+)$",
            entry,
        )
        assert found, entry
        pins[found[1]] = found[2]
    return pins


def test_the_packages_are_those_of_this_folder() -> None:
    """Their names are common ones; another distribution's `db` must not stand in for ours."""
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        assert found is not None and found.origin is not None
        assert Path(found.origin).parent == ROOT / package


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_every_dependency_in_one_version(name: str) -> None:
    pins = _locked(name)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    if name == "requirements-test.lock":
        wanted = wanted + project["dependency-groups"]["dev"]
    for requirement in wanted:
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[a-z]+\])?(?:==(\S+))?", requirement)
        assert found
        locked = pins[re.sub(r"[-_.]+", "-", found[1].lower())]
        assert found[2] is None or locked == found[2]


def test_what_is_tested_is_what_is_run() -> None:
    product, tested = (_locked(name) for name in LOCKS)
    assert product == {name: tested.get(name) for name in product}


def test_the_wheel_carries_everything(tmp_path: Path) -> None:
    """Whatever stands in the packages, and the message catalogues compiled."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    ours = {told(path) for path in files() if path.relative_to(ROOT).parts[0] in PACKAGES}
    catalogues = {name.removesuffix(".po") + ".mo" for name in ours if name.endswith(".po")}
    assert not (ours | catalogues) - packed
    assert not [name for name in packed if name.partition("/")[0] not in PACKAGES and ".dist-info/" not in name]


def test_what_the_product_imports_is_declared() -> None:
    """A library that merely comes along with another one may stop doing so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = {_plain(requirement) for requirement in project["project"]["dependencies"]}
    homes = packages_distributions()
    imported = {name.partition(".")[0] for path in sources(*PACKAGES) for name in imports(path)}
    foreign = imported - set(PACKAGES) - set(sys.stdlib_module_names)
    assert not {name for name in foreign if not {_plain(home) for home in homes.get(name, [name])} & declared}


def _plain(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-")
