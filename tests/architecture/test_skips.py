"""A skipped test fails unless `tests/skips.txt` lists it with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.conftest import listed_skips

pytest_plugins = ["pytester"]


def test_every_listed_skip_has_a_reason_and_a_file() -> None:
    for test, reason in listed_skips().items():
        assert len(reason) > 20, f"{test}: say why"
        assert (ROOT / test.partition("::")[0]).is_file(), f"{test}: no such file"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def _summary(project: pytest.Pytester, body: str) -> dict[str, int]:
    project.makepyfile(body)
    return project.runpytest_subprocess("-p", "tests.conftest", "-p", "no:cacheprovider").parseoutcomes()


def test_an_unlisted_skip_fails(project: pytest.Pytester) -> None:
    assert _summary(project, "import pytest\ndef test_it(): pytest.skip('no reason')") == {"failed": 1}


def test_an_unlisted_skip_of_a_whole_file_fails(project: pytest.Pytester) -> None:
    assert _summary(project, "import pytest\npytest.importorskip('no_such_library')").get("errors") == 1


def test_a_listed_skip_is_let_through(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path(project.path, "skips.txt")
    listed.write_text("test_a_listed_skip_is_let_through.py::test_it: the kiosk has no such device\n")
    project.makepyfile(plugin="from pathlib import Path\nimport tests.conftest as c\nc.SKIPS = Path('skips.txt')")
    project.makepyfile("import pytest\ndef test_it(): pytest.skip('listed')")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{project.path}")
    done = project.runpytest_subprocess("-p", "tests.conftest", "-p", "plugin", "-p", "no:cacheprovider")
    assert done.parseoutcomes() == {"skipped": 1}


def test_the_second_tier_is_left_out_until_asked_for(project: pytest.Pytester) -> None:
    body = "import pytest\ndef test_short(): pass\n@pytest.mark.long\ndef test_long(): pass"
    project.makeini("[pytest]\nmarkers = long\n")
    assert _summary(project, body) == {"passed": 1, "deselected": 1}
    assert project.runpytest_subprocess("-p", "tests.conftest", "--long").parseoutcomes() == {"passed": 2}
