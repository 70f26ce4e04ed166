"""USB sticks: which are there, and a copy that may be pulled (M4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.care.sticks import copy_to, sticks
from tests.hardware.storage.tables import line


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder as /media is: a stick in it, one in a user's folder, one with its lock on, folders that are none."""
    for name in ("STICK", "technician/OTHER", "technician/empty", "empty", "LOCKED"):
        (tmp_path / "media" / name).mkdir(parents=True)
    media = tmp_path / "media"
    (tmp_path / "mountinfo").write_text(
        line(media / "STICK") + line(media / "technician/OTHER") + line(media / "LOCKED", options="ro")
    )
    return media


def test_what_is_mounted_is_a_stick_and_nothing_else(media: Path) -> None:
    """M4: in the folder itself, and in a user's below it; one that cannot be written is not offered."""
    found = sticks((media, media / "none"), media.parent / "mountinfo")
    assert found == (media / "STICK", media / "technician/OTHER")


def test_one_that_we_may_not_write_is_not_offered(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: mounted for somebody else."""
    monkeypatch.setattr("os.access", lambda path, _mode: path.name != "STICK")
    assert sticks((media,), media.parent / "mountinfo") == (media / "technician/OTHER",)


def test_a_copy_has_the_same_bytes(media: Path, tmp_path: Path) -> None:
    """M4."""
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(b"zip" * 1000)
    assert copy_to(bundle, media / "STICK").read_bytes() == bundle.read_bytes()


def test_nothing_half_copied_stays(media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: a stick that is full, or was pulled."""

    def full(_file: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError("no room")

    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(b"zip")
    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="no room"):
        copy_to(bundle, media / "STICK")
    assert not list((media / "STICK").iterdir())
