"""The process that looks into files: what it cannot do, and what its end does not do to us (W9)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk.errors import DocumentRefused, Unavailable
from kiosk.water.documents import jail as jails
from kiosk.water.documents.jail import Jail
from kiosk.water.documents.verdict import Bounds
from tests.kiosk.water.documents.good import jpeg
from tests.open_files import open_files

_BOUNDS = Bounds(pages=20, pixels=1_000_000)


@pytest.fixture
def prison(monkeypatch: pytest.MonkeyPatch) -> Jail:
    """A jail whose process does what the file tells it, in as much time as any machine needs."""
    monkeypatch.setattr(jails, "_WORKER", "tests.kiosk.water.documents.prisoners")
    return Jail(_BOUNDS, 60)


def test_nothing_can_be_opened_started_or_taken(prison: Jail) -> None:
    """W9: no file, no socket, no more memory, no environment, once it looks into the file."""
    assert prison.check("application/pdf", b"escapes") == 1


@pytest.mark.parametrize(
    "file", [b"loops", b"hangs", b"crashes", b"floods", b"eats", b"talks nonsense", b"no pages", b"says more"]
)
def test_a_file_that_breaks_the_process_is_unsafe(prison: Jail, file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: whatever became of the process, the answer is a refusal, in time."""
    if file in (b"loops", b"hangs"):
        monkeypatch.setattr(prison, "_seconds", 1)
    with pytest.raises(DocumentRefused) as refused:
        prison.check("image/jpeg", file)
    assert refused.value.facts == {"why": "unsafe", "found": None, "limit": None}


@pytest.mark.parametrize("size", [b"5 4", b"4 3", b"16 1", b"-4 -4", b"0 4"])
def test_a_drawing_of_another_size_is_unsafe(prison: Jail, size: bytes) -> None:
    """W9: what it draws is as large as it says and fits the box; 4 by 4 pixels do."""
    assert prison.preview("image/png", b"4 4", 1, 4, 4)[:3] == (1, 4, 4)
    with pytest.raises(DocumentRefused) as refused:
        prison.preview("image/png", size, 1, 4, 4)
    assert refused.value.why == "unsafe"


def test_a_library_that_stumbles_says_unreadable(prison: Jail) -> None:
    """W9."""
    with pytest.raises(DocumentRefused) as refused:
        prison.check("image/png", b"stumbles")
    assert refused.value.why == "unreadable"


def test_a_process_that_does_not_start_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: a fault of ours is never told as the file's."""
    monkeypatch.setattr(jails, "_WORKER", "tests.no_such_module")
    with pytest.raises(Unavailable):
        Jail(_BOUNDS, 1).check("image/jpeg", jpeg())
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(Unavailable):
        Jail(_BOUNDS, 1).check("image/jpeg", jpeg())


def test_places_and_descriptors_are_given_back(prison: Jail) -> None:
    """W9, K5: as many files one after another as one likes; a kiosk runs for weeks."""
    prison.check("image/jpeg", b"fine")
    before = open_files()
    for file in (b"crashes", b"no pages", b"crashes"):
        with pytest.raises(DocumentRefused):
            prison.check("image/jpeg", file)
    assert prison.check("image/jpeg", b"fine") == 1
    assert not open_files() - before


def test_our_process_never_loads_what_parses(trial_modules: frozenset[str]) -> None:
    """W9: pypdf and PDFium stay in the jail."""
    assert not {name for name in trial_modules if name.partition(".")[0] in ("pypdf", "pypdfium2", "pypdfium2_raw")}


@pytest.fixture
def trial_modules() -> frozenset[str]:
    """What a fresh process has loaded after it kept and drew a document."""
    import subprocess

    script = (
        "import sys\n"
        "from kiosk.water.documents.jail import Jail\n"
        "from kiosk.water.documents import documents\n"
        "from kiosk.water.documents.verdict import Bounds\n"
        "from tests.kiosk.water.documents import raw_pdf\n"
        "jail = Jail(Bounds(pages=20, pixels=10**6), 20)\n"
        "assert jail.check('application/pdf', raw_pdf.one_page()) == 1\n"
        "assert jail.preview('application/pdf', raw_pdf.one_page(), 1, 4, 4)[0] == 1\n"
        "print(*sys.modules)\n"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, check=True, capture_output=True, timeout=60)
    return frozenset(done.stdout.decode().split())


def test_two_files_at_a_time_and_no_more(prison: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: what all looks together take is bounded; who waits too long is told to come again."""
    monkeypatch.setattr(jails, "_SECONDS_TO_START", 0)
    monkeypatch.setattr(prison, "_seconds", 0)
    with prison._place(), prison._place(), pytest.raises(Unavailable):
        prison.check("image/jpeg", b"fine")
