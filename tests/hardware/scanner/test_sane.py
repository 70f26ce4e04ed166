"""Scanning with SANE's own test scanner, and what becomes of its faults (W9)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from hardware.scanner.faults import ScannerFault
from hardware.scanner.sane import SaneScanner

Scene = Callable[..., SaneScanner]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A SANE with nothing but its test scanner, set as a test wants it; answers a scanner."""
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr("hardware.scanner.sane._TO_CANCEL", 0.5)  # the test scanner hangs after some of its faults

    def make(*, backends: str = "test", device: str = "test:0", **options: str) -> SaneScanner:
        (tmp_path / "dll.conf").write_text(f"{backends}\n")
        lines = {"number_of_devices": "1", "mode": "Gray", "resolution_min": "1", "resolution_max": "1200", **options}
        (tmp_path / "test.conf").write_text(
            "".join(f"{name.replace('__', '-')} {value}\n" for name, value in lines.items())
        )
        return SaneScanner(device, 60)

    return make


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SaneScanner]:
    """A shell script in the place of `scanimage`; answers a scanner of little patience."""

    def make(script: str, listed: str = "") -> SaneScanner:
        program = tmp_path / "scanimage"
        program.write_text(f"#!/bin/sh\ncase \"$*\" in *-A*) echo '{listed}'; exit 0;; esac\n{script}\n")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return SaneScanner("maker:0", 0.5)

    return make


def _fault(scan: Callable[[], object]) -> str:
    with pytest.raises(ScannerFault) as fault:
        scan()
    return fault.value.state


def test_a_sheet_is_a_readable_picture(scene: Scene) -> None:
    """W9: in colour, 200 dots an inch; the test scanner's sheet is 80 by 100 mm."""
    with Image.open(BytesIO(scene(test__picture='"Color pattern"').scan())) as sheet:
        assert (sheet.format, sheet.mode) == ("JPEG", "RGB")
        assert sheet.info["dpi"] == (200, 200)
        assert abs(sheet.width - 630) < 3
        assert abs(sheet.height - 787) < 3


def test_a_scanner_is_found_by_itself(scene: Scene) -> None:
    """W9: [documents] scanner = "auto"."""
    scanner = scene(device="auto", number_of_devices="2")
    assert scanner.devices() == ("test:0", "test:1")
    assert scanner.scan().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("DEVICE_BUSY", "busy"),
        ("NO_DOCS", "no_paper"),
        ("JAMMED", "jammed"),
        ("COVER_OPEN", "cover_open"),
        ("CANCELLED", "cancelled"),
        ("IO_ERROR", "broken"),
        ("ACCESS_DENIED", "broken"),
    ],
)
def test_each_fault_has_its_name(scene: Scene, status: str, state: str) -> None:
    """W9: told at once, also where the driver hangs after it; later it is asked anew."""
    assert _fault(scene(read__status__code=f'"SANE_STATUS_{status}"').scan) == state


def test_after_a_fault_the_next_scan_works(scene: Scene) -> None:
    """W9: paper was put in."""
    scanner = scene(read__status__code='"SANE_STATUS_NO_DOCS"')
    assert _fault(scanner.scan) == "no_paper"
    scene()
    assert scanner.scan().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(("backends", "device"), [("", "auto"), ("test", "maker:0")])
def test_no_scanner_is_told(scene: Scene, backends: str, device: str) -> None:
    """W9: none at all, or not the one of the settings."""
    assert _fault(scene(backends=backends, device=device).scan) == "none"


def test_without_sane_there_is_no_scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: sane-utils is not installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _fault(SaneScanner("auto").scan) == "none"


def test_who_stops_a_scan_stops_the_scanner(scene: Scene) -> None:
    """W9: while the sheet is still being read."""
    scanner = scene(read__delay="true", read__delay__duration="200000", read__limit="true", read__limit__size="1")
    stop = threading.Event()
    stop.set()
    assert _fault(lambda: scanner.scan(stop)) == "cancelled"


def test_a_hung_scanner_is_given_up(played: Callable[..., SaneScanner], monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: it says nothing any more, and does not listen when it is interrupted."""
    monkeypatch.setattr("hardware.scanner.sane._TO_CANCEL", 0.1)
    assert _fault(played("trap '' INT; exec tail -f /dev/null").scan) == "late"


def test_a_scanner_that_falls_silent_and_stays_is_given_up(
    played: Callable[..., SaneScanner], monkeypatch: pytest.MonkeyPatch
) -> None:
    """W9: its sheet is there and its program does not end: who knows whether the sheet is whole."""
    monkeypatch.setattr("hardware.scanner.sane._TO_CANCEL", 0.1)
    script = "trap '' INT; echo sheet; exec tail -f /dev/null >/dev/null 2>&1"
    assert _fault(played(script).scan) == "late"


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("exit 0", "broken"),
        ("kill -SEGV $$", "broken"),
        ("exit 7", "no_paper"),
        ("exit 77", "broken"),
        ("echo 'scanimage: sane_start: Invalid argument' >&2; exit 4", "broken"),
        ("echo 'scanimage: open of device maker:0 failed: Device busy' >&2; exit 1", "busy"),
        ("cat /dev/zero", "broken"),
        ("cat /dev/zero >&2", "broken"),
    ],
)
def test_a_driver_that_misbehaves_is_a_fault(played: Callable[..., SaneScanner], script: str, state: str) -> None:
    """W9: it crashes, says nothing, or never stops talking."""
    assert _fault(played(script).scan) == state


def test_a_feeder_gives_all_its_sheets(scene: Scene) -> None:
    """W9: the test scanner's feeder holds ten; no more than wanted are drawn in."""
    scanner = scene()
    sheets = scanner.scan_all(21)
    assert len(sheets) == 10
    assert all(sheet.startswith(b"\xff\xd8\xff") for sheet in sheets)
    assert len(scanner.scan_all(3)) == 3


def test_an_empty_feeder_has_no_paper(scene: Scene) -> None:
    """W9."""
    scanner = scene(read__status__code='"SANE_STATUS_NO_DOCS"')
    assert _fault(lambda: scanner.scan_all(5)) == "no_paper"


def test_a_jam_half_way_gives_nothing(played: Callable[..., SaneScanner]) -> None:
    """W9: half a document is none."""
    scanner = played(
        'for word in "$@"; do case $word in --batch=*) folder=${word#--batch=};; esac; done\n'
        'echo sheet >"${folder%/*}/0001.jpg"\n'
        "echo 'scanimage: sane_start: Document feeder jammed' >&2; exit 6",
        listed="    --source Flatbed|ADF [Flatbed]",
    )
    assert _fault(lambda: scanner.scan_all(5)) == "jammed"


def test_two_scans_at_once_are_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: the second is told that the scanner is busy."""
    scanner = scene()
    found: list[str] = []
    asked = scanner._from_glass

    def meanwhile(*arguments: object) -> bytes:
        found.append(_fault(scanner.scan))
        return asked(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(scanner, "_from_glass", meanwhile)
    assert scanner.scan()
    assert found == ["busy"]
