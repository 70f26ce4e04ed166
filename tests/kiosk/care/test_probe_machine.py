"""The probes of the machine, its printer and its scanner (M2)."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest

from hardware.ports import PrinterState, PrinterStatus
from kiosk.care.probes import devices, machine
from kiosk.care.scans import LastScan
from kiosk.settings import Settings
from tests.kiosk.care.scenes import NOW, FakeStation, scene, settings_of

_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of("sqlite:///none", tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("free", "light"), [(2 << 30, "good"), ((1 << 30) - 1, "warning"), ((100 << 20) - 1, "fault"), (0, "fault")]
)
def test_a_full_disk_is_red(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, light: str
) -> None:
    """M2: under 1 GiB it is told, under 100 MiB it is a fault."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(8 << 30, 0, free))
    found = machine.disk(scene(settings, tmp_path))
    assert found.light == light
    assert (found.advice_key is None) == (light == "good")


def test_a_folder_that_cannot_be_written_is_red(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk with room that is mounted read-only is as bad as a full one."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert machine.disk(scene(settings, tmp_path)).finding_key == "care.disk.closed"


def _thermal(root: Path, *degrees: str) -> None:
    for number, told in enumerate(degrees):
        zone = root / f"sys/class/thermal/thermal_zone{number}"
        zone.mkdir(parents=True)
        (zone / "temp").write_text(told, "ascii")


@pytest.mark.parametrize(
    ("told", "light"),
    [((), "absent"), (("51000\n",), "good"), (("51000\n", "80000\n"), "warning"), (("92000\n", "x"), "fault")],
)
def test_the_warmest_place_counts(settings: Settings, tmp_path: Path, told: tuple[str, ...], light: str) -> None:
    """M2: temperature where the machine tells it, and only there."""
    _thermal(tmp_path, *told)
    assert machine.temperature(scene(settings, tmp_path)).light == light


@pytest.mark.parametrize(("free", "light"), [(900, "good"), (150, "warning"), (40, "fault")])
def test_little_memory_is_told(settings: Settings, tmp_path: Path, free: int, light: str) -> None:
    """M2: what the machine has left, and what this program takes."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable:   {free << 10} kB\n", "ascii")
    (tmp_path / "proc/self/statm").write_text("9000 256 0 0 0 0 0", "ascii")
    found = machine.memory(scene(settings, tmp_path))
    assert (found.light, found.facts["free"]) == (light, free)
    assert found.facts["count"] == 256 * os.sysconf("SC_PAGE_SIZE") >> 20


def test_a_machine_that_tells_nothing_has_no_fault(settings: Settings, tmp_path: Path) -> None:
    """Absent is not good, and not red either."""
    assert machine.memory(scene(settings, tmp_path)).light == "absent"


def test_versions_are_told(settings: Settings, tmp_path: Path) -> None:
    """M2: of the program, its tables, Python and the reader service."""
    told = machine.versions(scene(settings, tmp_path)).words("en").finding
    assert all(name in told for name in ("asan-kiosk", "schema", "Python", "pcscd"))


@pytest.mark.parametrize(
    ("state", "low", "light", "key"),
    [
        ("ok", False, "good", "care.printer.good"),
        ("ok", True, "warning", "care.printer.low"),
        ("busy", False, "good", "care.printer.busy"),
        ("no_paper", False, "fault", "care.printer.no_paper"),
        ("cover_open", False, "fault", "care.printer.cover_open"),
        ("unplugged", False, "fault", "care.printer.unplugged"),
        ("error", False, "fault", "care.printer.error"),
    ],
)
def test_each_state_of_the_printer(
    settings: Settings, tmp_path: Path, state: PrinterState, light: str, key: str, *, low: bool
) -> None:
    """M2: an empty printer is red, one whose paper runs out yellow; each names its trial."""
    station = FakeStation(printer=PrinterStatus(state, paper_low=low))
    found = devices.printer(scene(settings, tmp_path, station))
    assert (found.light, found.finding_key, found.trial) == (light, key, "ticket")


def test_a_printer_without_an_answer_channel_is_told_as_one(settings: Settings, tmp_path: Path) -> None:
    """A printer that says nothing is not called ready: paper cannot be seen from here."""
    station = FakeStation(printer=PrinterStatus("ok", detail="the printer gives no answers"))
    found = devices.printer(scene(settings, tmp_path, station))
    assert (found.light, found.finding_key) == ("good", "care.printer.silent")


def test_an_empty_printer_is_red_without_a_station(tmp_path: Path) -> None:
    """M4: `doctor` asks the printer itself."""
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "fault").write_text("no_paper", "ascii")
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, printer={"device": "simulated", "folder": str(folder)})
    assert devices.printer(scene(settings, tmp_path)).finding_key == "care.printer.no_paper"


def test_a_station_without_a_printer_has_none(settings: Settings, tmp_path: Path) -> None:
    """A printer that is not set is absent."""
    assert devices.printer(scene(settings, tmp_path)).light == "absent"


def test_the_scanner_is_told_by_its_last_scan(settings: Settings, tmp_path: Path) -> None:
    """M2: when it read something last; nothing of what it read."""
    scans = LastScan(lambda: NOW)
    station = FakeStation(scans=scans)
    assert "none since" in devices.scanner(scene(settings, tmp_path, station)).words("en").finding
    scans.note()
    assert "09:00:00" in devices.scanner(scene(settings, tmp_path, station)).words("en").finding
