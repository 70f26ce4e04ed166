"""Which files are taken and which are refused, and why (W9)."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.acts import Acts
from kiosk.errors import DocumentRefused
from kiosk.water.documents import jail
from kiosk.water.documents.documents import Documents
from kiosk.water.documents.kinds import by_ending
from kiosk.water.documents.sticks import Sticks
from kiosk.water.facts import Document
from kiosk.water_settings import DocumentSettings
from tests.kiosk.water.documents import raw_pdf
from tests.kiosk.water.documents.good import bent, drawing, good_files, jpeg, png, saved
from tests.kiosk.water.documents.hostile import FAMILIES, Family, hostile_files


class _Shelf:
    """Stands for the database: what was to be kept."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def perform(self, _name: str, _key: None, request: dict[str, str], _do: Callable[[Any], Document]) -> str:
        self.kept.append(request["digest"])
        return request["digest"]


@pytest.fixture
def shelf() -> _Shelf:
    return _Shelf()


def _documents(shelf: _Shelf, **settings: Any) -> Documents:
    return Documents(cast(Acts, shelf), replace(DocumentSettings(), **settings))


def _verdict(documents: Documents, data: bytes, name: str) -> str:
    try:
        documents.keep(data, name)
    except DocumentRefused as refused:
        return refused.why
    return "kept"


def _untaken(shelf: _Shelf, files: Iterable[tuple[str, str, bytes]]) -> dict[str, str]:
    """The good files that were not taken, and why; at least ten were tried."""
    documents = _documents(shelf)
    verdicts = {what: _verdict(documents, data, name) for what, name, data in files}
    assert len(verdicts) >= 10
    return {what: verdict for what, verdict in verdicts.items() if verdict != "kept"}


def test_good_files_are_taken(shelf: _Shelf, tmp_path: Path) -> None:
    """W9: a third of them; the second tier has them all."""
    assert _untaken(shelf, good_files(tmp_path, 3)) == {}


@pytest.mark.long
def test_good_files_of_all_kinds_are_taken(shelf: _Shelf, tmp_path: Path) -> None:
    """W9: by Pillow, fpdf2, pypdf and ImageMagick, and as phones write them."""
    assert _untaken(shelf, good_files(tmp_path)) == {}


def _wrong(shelf: _Shelf, family: Family, most: int | None = None, stick: Path | None = None) -> list[tuple[int, str]]:
    documents = _documents(shelf, seconds=5 if family.slow else 60)
    verdicts = []
    for name, data in hostile_files(family, most):
        verdicts.append(_verdict(documents, _by_stick(stick, name, data), name))
    return [(number, verdict) for number, verdict in enumerate(verdicts) if verdict not in family.whys]


def _by_stick(folder: Path | None, name: str, data: bytes) -> bytes:
    """The file's bytes as they come from a stick, where its name can be one and fits."""
    if folder is None or "/" in name or "\0" in name or len(name) > 200 or by_ending(name) is None:
        return data
    folder.mkdir()
    (folder / name).write_bytes(data)
    sticks = Sticks(DocumentSettings(), folder)
    loaded = [sticks.load(file) for stick in sticks.sight for file in sticks.files(stick)]
    (folder / name).unlink()
    folder.rmdir()
    assert loaded in ([data], [])  # hidden ones are not shown
    return data


@pytest.mark.parametrize("family", [family for family in FAMILIES if not family.slow], ids=lambda family: family.name)
def test_a_hostile_file_is_refused_with_its_reason(shelf: _Shelf, family: Family) -> None:
    """W9: one of each family; the second tier has them all."""
    assert _wrong(shelf, family, 1) == []
    assert shelf.kept == []


@pytest.mark.long
def test_500_hostile_files_are_refused(shelf: _Shelf, tmp_path: Path) -> None:
    """W9: from a stick; none is taken, none breaks anything, and neither this process nor theirs outgrows its bound."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong = {family.name: found for family in FAMILIES if (found := _wrong(shelf, family, stick=tmp_path / "stick"))}
    assert wrong == {}
    assert shelf.kept == []
    assert sum(family.count for family in FAMILIES) >= 500
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150_000, "kB; the files themselves, up to 10 MB, are made in this process"
    settings = DocumentSettings()
    bound = jail._PROGRAM + jail._PER_PIXEL * settings.most_megapixels * 1_000_000 + jail._PER_BYTE * 10_000_000
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < bound


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60))
def test_a_bent_file_is_taken_or_refused(shelf: _Shelf, seed: int) -> None:
    """W9: a few changed bytes; what is taken can be looked at."""
    name, data = bent(seed)
    documents = _documents(shelf)
    verdict = _verdict(documents, data, name)
    assert verdict in ("kept", "unreadable", "unsafe")
    if verdict == "kept" and name.endswith(".pdf"):
        assert documents.preview_pdf(data, 1, 10, 10).pages >= 1


def _refusal(documents: Documents, data: bytes, name: str) -> dict[str, Any]:
    with pytest.raises(DocumentRefused) as refused:
        documents.keep(data, name)
    return dict(refused.value.facts)


def test_one_byte_decides_on_the_size(shelf: _Shelf) -> None:
    """W9: so many bytes and no more; the refusal tells both numbers."""
    documents = _documents(shelf, most_mb=1)
    assert len(_padded(1_000_000)) == 1_000_000
    assert _verdict(documents, _padded(1_000_000), "a.jpg") == "kept"
    assert _refusal(documents, _padded(1_000_001), "a.jpg") == {
        "why": "too_big",
        "found": 1_000_001,
        "limit": 1_000_000,
    }


def _padded(size: int) -> bytes:
    """A JPEG with comments, of exactly so many bytes."""
    whole = jpeg()
    left = size - len(whole)
    comments = b""
    while left:
        part = min(left, 60_000)
        part = part if left - part == 0 or left - part >= 4 else part - 4
        comments += b"\xff\xfe" + (part - 2).to_bytes(2) + b" " * (part - 4)
        left -= part
    return whole[:2] + comments + whole[2:]


def test_one_page_decides_on_the_pages(shelf: _Shelf) -> None:
    """W9: the refusal tells both numbers."""
    documents = _documents(shelf, most_pages=2)
    assert _verdict(documents, raw_pdf.pages(2), "a.pdf") == "kept"
    assert _refusal(documents, raw_pdf.pages(3), "a.pdf") == {"why": "too_many_pages", "found": 3, "limit": 2}


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg")])
def test_one_pixel_decides_on_the_pixels(shelf: _Shelf, kind: str, name: str) -> None:
    """W9: before anything is decoded."""
    documents = _documents(shelf, most_megapixels=1)
    assert _verdict(documents, saved(drawing((1000, 1000)), kind), name) == "kept"
    assert _verdict(documents, saved(drawing((1000, 1001)), kind), name) == "unsafe"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("a.pdf", "wrong_type"),
        ("a.png", "kept"),
        ("a.PnG", "kept"),
        ("a.pdf.png", "kept"),
        ("a.png.pdf", "wrong_type"),
        ("a.jpg", "wrong_type"),
        ("png", "wrong_type"),
        (".png", "wrong_type"),
        ("", "wrong_type"),
        ("a.png ", "wrong_type"),
    ],
)
def test_the_ending_has_to_fit_the_content(shelf: _Shelf, name: str, verdict: str) -> None:
    """W9: checked by content; the name is what other programs go by."""
    assert _verdict(_documents(shelf), png(), name) == verdict


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        (b"<</S/GoTo/D[3 0 R/Fit]>>", "kept"),
        (b"<</S/Named/N/LastPage>>", "kept"),
        (b"<</S/URI/URI(https://example.az/)>>", "unsafe"),
        (b"<</S/JavaScript/JS(1)>>", "unsafe"),
    ],
)
def test_on_opening_a_pdf_only_moves_within_itself(shelf: _Shelf, action: bytes, verdict: str) -> None:
    """W9: the very same file with another action, so that it is the action that decides."""
    assert _verdict(_documents(shelf), raw_pdf.one_page(b"/OpenAction" + action), "a.pdf") == verdict


def test_what_takes_too_long_is_refused_in_time(shelf: _Shelf) -> None:
    """W9: a drawing that would never end."""
    slow = next(family for family in FAMILIES if family.slow)
    name, data = next(hostile_files(slow))
    assert _verdict(_documents(shelf, seconds=1), data, name) == "unsafe"
