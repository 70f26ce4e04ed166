"""The ring of last faults: bounded, private, and whole after whatever happens to the machine."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.care.facts import Message
from kiosk.care.faults import KEPT, Fault, Faults

WHAT = Message("care.disk.full", {"free": Decimal("0.1"), "folder": "/var/lib"})


def _fault(at: int, probe: str = "disk") -> Fault:
    return Fault(probe, at, "fault", WHAT)


def test_it_outlives_the_process(tmp_path: Path) -> None:
    """M2: another process reads the same, with every kind of fact."""
    what = Message(
        "care.x",
        {
            "moment": datetime(2026, 11, 20, 5, tzinfo=UTC),
            "until": date(2031, 1, 2),
            "number": Decimal("-0.5"),
            "count": 3,
            "name": "a",
            "what": WHAT,
        },
    )
    Faults(tmp_path).note(Fault("clock", 5, "warning", what))
    assert Faults(tmp_path).last("clock") == Fault("clock", 5, "warning", what)


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Mode 0600, whatever the umask is."""
    before = os.umask(0)
    try:
        Faults(tmp_path / "state").note(_fault(1))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()} == {0o600}


def test_each_probe_keeps_its_own_few(tmp_path: Path) -> None:
    """A device that fails all day pushes out no other's fault, and the file does not grow for ever."""
    faults = Faults(tmp_path)
    faults.note(_fault(0, "clock"))
    for number in range(6000):
        faults.note(_fault(number))
    assert len(faults.all()) == KEPT + 1
    assert faults.last("clock") == _fault(0, "clock")
    assert (tmp_path / "faults.jsonl").stat().st_size < 400_000
    assert Faults(tmp_path).all() == faults.all()


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    """A process killed while it wrote leaves half a line: the faults before and after it are read."""
    Faults(tmp_path).note(_fault(1))
    with (tmp_path / "faults.jsonl").open("ab") as file:
        file.write(b'{"probe":"disk","at":2,"li')
    Faults(tmp_path).note(_fault(3))
    assert [fault.at for fault in Faults(tmp_path).all()] == [1, 3]


@pytest.mark.parametrize(
    "line", [b"[]", b"null", b'{"probe":1}', b'{"probe":"a","at":1,"light":"x","what":{}}', b"\xff"]
)
def test_what_cannot_be_read_is_passed_over(tmp_path: Path, line: bytes) -> None:
    """A line of another version, or of somebody's editor, stops nothing."""
    (tmp_path / "faults.jsonl").write_bytes(line + b"\n")
    Faults(tmp_path).note(_fault(7))
    assert [fault.at for fault in Faults(tmp_path).all()] == [7]


def test_a_full_disk_keeps_the_fault_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk has no room for is told all the same, and so is what comes when it has room again."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    faults = Faults(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        faults.note(_fault(1))
    assert faults.last("disk") == _fault(1)
    faults.note(_fault(2))
    assert [fault.at for fault in faults.all()] == [1, 2]


def test_two_processes_see_each_other(tmp_path: Path) -> None:
    """The counter and the kiosk of one machine share the ring."""
    one, two = Faults(tmp_path), Faults(tmp_path)
    one.note(_fault(1))
    two.note(_fault(2, "clock"))
    assert one.all() == two.all() == (_fault(1), _fault(2, "clock"))


def test_old_faults_are_forgotten(tmp_path: Path) -> None:
    """K6: what is older than an instant goes, in the file too."""
    faults = Faults(tmp_path)
    for moment in (10, 20, 30):
        faults.note(_fault(moment))
    assert faults.purge(20) == 1
    assert [fault.at for fault in Faults(tmp_path).all()] == [20, 30]
