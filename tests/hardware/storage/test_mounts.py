"""Which mounts are sticks (W9, M4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.storage.mounts import mounts_under
from tests.hardware.storage.tables import ROOT, line

_MEDIA = Path("/media"), Path("/run/media")


def _found(tmp_path: Path, *lines: str) -> list[str]:
    table = tmp_path / "mountinfo"
    table.write_text("".join((ROOT, *lines)))
    return [str(mount.path) for mount in mounts_under(_MEDIA, table)]


def test_what_is_mounted_below_is_a_stick_and_nothing_else(tmp_path: Path) -> None:
    """W9: in the folder itself and in a user's below it, sorted; not the folder, nor what lies deeper or beside."""
    lines = [line(path) for path in ("/run/media/ali/B", "/media/A", "/media", "/media/a/b/c", "/mnt/A", "/mediaA")]
    assert _found(tmp_path, *lines) == ["/media/A", "/run/media/ali/B"]


def test_names_with_blanks_and_signs_are_read(tmp_path: Path) -> None:
    """W9: the kernel writes them in octal."""
    assert _found(tmp_path, line("/media/MY STICK\t\\1")) == ["/media/MY STICK\t\\1"]
    assert _found(tmp_path, line("/media/Sənəd")) == ["/media/Sənəd"]


def test_a_mount_over_a_mount_is_one(tmp_path: Path) -> None:
    """W9: what lies on top."""
    table = tmp_path / "mountinfo"
    table.write_text(line("/media/A", 100) + line("/media/A", 101))
    assert [mount.number for mount in mounts_under(_MEDIA, table)] == [101]


def test_a_device_is_what_files_on_it_have(tmp_path: Path) -> None:
    """W9: so that a file can be told to be on that stick."""
    stick = tmp_path / "STICK"
    stick.mkdir()
    table = tmp_path / "mountinfo"
    table.write_text(line(stick))
    (found,) = mounts_under((tmp_path,), table)
    assert found.device == stick.stat().st_dev


@pytest.mark.parametrize(
    ("options", "super_options", "writable"),
    [("rw,nosuid", "rw", True), ("ro,nosuid", "rw", False), ("rw", "ro,errors=x", False), ("rw,errors=ro", "rw", True)],
)
def test_a_lock_on_a_stick_is_seen(tmp_path: Path, options: str, super_options: str, writable: bool) -> None:
    """M4: by the mount's own options, and by those of its file system."""
    table = tmp_path / "mountinfo"
    table.write_text(line("/media/A", options=options, super_options=super_options))
    assert [mount.is_writable for mount in mounts_under(_MEDIA, table)] == [writable]


@pytest.mark.parametrize("nonsense", ["", "\n", "1 2\n", "a b c d e f - g h i\n", "1 2 3 / /media/A rw - x y z\n"])
def test_a_table_that_is_none_has_no_sticks(tmp_path: Path, nonsense: str) -> None:
    """W9."""
    table = tmp_path / "mountinfo"
    table.write_text(nonsense)
    assert mounts_under(_MEDIA, table) == ()
    assert mounts_under(_MEDIA, tmp_path / "none") == ()


def test_the_kernels_own_table_is_read() -> None:
    """W9: of this machine; the root is never a stick of its own."""
    assert Path("/") not in [mount.path for mount in mounts_under((Path("/"),))]
