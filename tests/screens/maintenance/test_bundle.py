"""The diagnostics bundle on the screen: made, looked into, put onto a stick (M4)."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path
from typing import cast

import pytest

from screens.maintenance.bundle import BundleScreen
from tests.screens.maintenance.face import SIZES, TechnicalFace, at_health

MEMBERS = {"health.json": 4000, "log.txt": 90_000, "settings.json": 900, "versions.json": 300}


def make(folder: Path) -> Path:
    path = folder / "kiosk-1-2026-11-05.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name, size in MEMBERS.items():
            bundle.writestr(name, b"x" * size)
    return path


def broken(folder: Path) -> Path:
    raise OSError("/a/path")


async def open_bundle(face: TechnicalFace) -> BundleScreen:
    await face.press("f4")
    face.elapsed.pass_by(1.0)
    return cast(BundleScreen, face.screen)


@pytest.fixture(autouse=True)
def no_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No stick is plugged in, whatever this machine has mounted."""
    monkeypatch.setattr("screens.maintenance.bundle.sticks", lambda: ())


@pytest.mark.parametrize("size", SIZES)
async def test_it_shows_where_it_lies_how_large_it_is_and_what_is_in_it(size: tuple[int, int], state: Path) -> None:
    """M4: the folder is the service user's own."""
    async with at_health(size=size) as face:
        face.app.make_bundle = make  # type: ignore[method-assign]
        screen = await open_bundle(face)
        await face.press("f2")
        assert "".join(line.strip() for line in face.lines()).count("kiosk-1-2026-11-05.zip") == 1
        for name in MEMBERS:
            assert name in face.shown
        assert "88 KiB" in face.shown
        assert ("act", "elchin", "bundle", None) in face.desk
        assert stat.S_IMODE((state / "diagnostics").stat().st_mode) == 0o700
        assert screen.note.words == face.app.text("maintenance.no_stick")


async def test_a_bundle_that_cannot_be_made_is_told() -> None:
    """M4: in words, and it can be tried again."""
    async with at_health() as face:
        face.app.make_bundle = broken  # type: ignore[method-assign]
        screen = await open_bundle(face)
        await face.press("f2")
        assert screen.note.words == face.app.text("maintenance.bundle_failed")
        assert "/a/path" not in face.shown
        face.app.make_bundle = make  # type: ignore[method-assign]
        await face.press("f2")
        assert screen.contents.made is not None


async def test_it_goes_onto_the_stick_that_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: two sticks, each with its button; afterwards it may be pulled."""
    plugged = (tmp_path / "KINGSTON", tmp_path / "TOSHIBA")
    for stick in plugged:
        stick.mkdir()
    monkeypatch.setattr("screens.maintenance.bundle.sticks", lambda: plugged)
    async with at_health() as face:
        face.app.make_bundle = make  # type: ignore[method-assign]
        screen = await open_bundle(face)
        await face.press("f2")
        await face.touch("#stick-1")
        assert (plugged[1] / "kiosk-1-2026-11-05.zip").is_file()
        assert not list(plugged[0].iterdir())
        assert screen.note.words == face.app.text("maintenance.copied")
        assert face.desk[-1] == ("act", "elchin", "bundle", "copied")


async def test_a_stick_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: nothing half copied is left there."""
    monkeypatch.setattr("screens.maintenance.bundle.sticks", lambda: (tmp_path / "gone",))
    async with at_health() as face:
        face.app.make_bundle = make  # type: ignore[method-assign]
        screen = await open_bundle(face)
        await face.press("f2")
        await face.touch("#stick-0")
        assert screen.note.words == face.app.text("maintenance.copy_failed")
