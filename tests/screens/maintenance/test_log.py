"""The log, live and filtered (M4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from kiosk.settings import Settings
from screens.maintenance.log import LogScreen
from tests.screens.maintenance.face import KIOSK, LARGE_TYPE, TechnicalFace, at_health, technical_settings
from tests.screens.opened import tap_keys

LINES = (
    "2026-11-20 14:00:02,118 INFO kiosk.station began",
    "2026-11-20 14:00:03,118 WARNING kiosk.care the probe crl stumbled over TimeoutError",
    "2026-11-20 14:00:04,118 ERROR hardware.pcsc the worker hung",
    "2026-11-20 14:00:05,118 DEBUG textual a frame",
)


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.log"
    file.write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    return file


def settings_with(log_file: Path) -> Settings:
    usual = technical_settings()
    return replace(usual, log=replace(usual.log, file=str(log_file)))


async def open_log(face: TechnicalFace) -> LogScreen:
    await face.press("f3")
    face.elapsed.pass_by(1.0)
    return cast(LogScreen, face.screen)


async def test_the_newest_stand_last_and_come_by_themselves(log_file: Path) -> None:
    """M4: what is written while one looks is read at the next turn."""
    async with at_health(with_settings=settings_with(log_file)) as face:
        screen = await open_log(face)
        assert "the worker hung" in face.shown
        with log_file.open("a", encoding="utf-8") as log:
            log.write("2026-11-20 14:00:09,000 INFO kiosk.station another line\n")
        screen.read()
        await face.settle()
        shown = face.shown
        assert shown.index("the worker hung") < shown.index("another line")


async def test_the_level_filters(log_file: Path) -> None:
    """M4: F2 goes round through the levels."""
    async with at_health(with_settings=settings_with(log_file)) as face:
        await open_log(face)
        assert "began" in face.shown
        assert "a frame" not in face.shown
        await face.press("f2")
        assert "began" not in face.shown
        assert "stumbled" in face.shown
        await face.press("f2")
        assert "stumbled" not in face.shown
        assert "the worker hung" in face.shown
        await face.press("f2")
        assert "a frame" in face.shown


@pytest.mark.parametrize("by_finger", [True, False])
@pytest.mark.parametrize("size", [KIOSK, LARGE_TYPE])
async def test_what_is_typed_filters(log_file: Path, size: tuple[int, int], by_finger: bool) -> None:
    """M4: on keys or on the screen."""
    async with at_health(with_settings=settings_with(log_file), size=size) as face:
        screen = await open_log(face)
        if by_finger:
            await face.touch("#search", "field")
            await tap_keys(face, "pcsc")
            await face.touch("#keyboard", next(key.name for key in screen.keyboard.shown if key.act == "hide"))
        else:
            await face.press(*"pcsc")
        assert "the worker hung" in face.shown
        assert "began" not in face.shown
        await face.touch("#search", "clear")
        assert "began" in face.shown


async def test_held_still_nothing_comes(log_file: Path) -> None:
    """M4: F5 holds, and goes on with everything that came meanwhile."""
    async with at_health(with_settings=settings_with(log_file)) as face:
        screen = await open_log(face)
        await face.press("f5")
        with log_file.open("a", encoding="utf-8") as log:
            log.write("2026-11-20 14:00:09,000 INFO kiosk.station another line\n")
        screen.read()
        await face.settle()
        assert "another line" not in face.shown
        await face.press("f5")
        assert "another line" in face.shown


async def test_older_entries_stand_on_pages_before(log_file: Path) -> None:
    """M4: every entry stands on one page; turning back holds it still by itself."""
    with log_file.open("a", encoding="utf-8") as log:
        log.writelines(f"2026-11-20 14:01:00,000 INFO kiosk.entry number {number:03d}.\n" for number in range(80))
    async with at_health(with_settings=settings_with(log_file)) as face:
        screen = await open_log(face)
        seen: set[int] = set()
        pages = 0
        while True:
            seen |= {number for number in range(80) if f"number {number:03d}." in face.shown}
            pages += 1
            if not screen.lines.has_older:
                break
            await face.press("pageup")
        assert seen == set(range(80))
        assert "began" in face.shown
        for _ in range(pages - 1):
            await face.press("pagedown")
        assert "number 079." in face.shown


async def test_without_a_log_it_is_empty(tmp_path: Path) -> None:
    """M4: a machine that has not logged yet."""
    async with at_health(with_settings=settings_with(tmp_path / "none.log")) as face:
        await open_log(face)
        assert "0 / 0" in face.shown


async def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """M4: in words, as a fault of its own."""
    async with at_health(with_settings=settings_with(tmp_path)) as face:
        screen = await open_log(face)
        assert screen.note.words == face.app.text("maintenance.log.unreadable")
