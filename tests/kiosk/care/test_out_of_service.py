"""Out of service (M5) holds by itself; what is done in maintenance mode reaches the audit (M1)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kiosk.care.maintenance import MaintenanceDesk, owed_rows
from kiosk.care.out_of_service import OutOfService, Since
from kiosk.clock import Instant
from kiosk.errors import Unavailable
from kiosk.identity.staff import StaffMember
from kiosk.settings import Settings, state_folder
from tests.kiosk.care.scenes import NOW
from tests.stations import Trial

BY = StaffMember(7, "numune.texnik", "Nümunə T.", "technician", frozenset())


def _place(now: Instant = NOW) -> OutOfService:
    return OutOfService(Settings(), lambda: now)


def _file() -> Path:
    return state_folder() / "out-of-service.json"


def test_it_holds_over_a_restart_and_without_a_database() -> None:
    """M5: another process sees it, since when and by whom (row id); no name lies in the file."""
    assert _place().is_on() is None
    _place().set(BY)
    assert _place(NOW + 1).is_on() == Since(NOW, 7)
    assert "numune" not in _file().read_text("utf-8")
    assert _file().stat().st_mode & 0o777 == 0o600


def test_both_faces_follow() -> None:
    """M5: a face that was open before sees each change at its next look."""
    other, ours = _place(), _place()
    for _ in range(3):
        ours.set(BY)
        assert other.is_on() is not None
        assert ours.clear()
        assert other.is_on() is None
    assert not ours.clear()


def test_setting_it_twice_keeps_the_first_moment() -> None:
    """The notice tells since when."""
    _place().set(BY)
    assert _place(NOW + 5).set(None) == Since(NOW, 7)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"at": "x", "by": 1}', b"\xff\xfe", b'{"at": true, "by": null}']
)
def test_a_damaged_file_still_means_out_of_service(content: bytes) -> None:
    """A disk that lost half of it must not put a machine under repair back to work."""
    state_folder().mkdir(parents=True)
    _file().write_bytes(content)
    assert _place().is_on() is not None


def test_a_full_disk_says_so_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The technician is told that it did not take."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            _place().set(BY)
    assert _place().is_on() is None
    assert list(state_folder().iterdir()) == []


def _audited(trial: Trial) -> list[tuple[str, int, str]]:
    rows = trial.query("SELECT act, staff, detail FROM audit WHERE act LIKE 'maintenance%' ORDER BY id")
    return [(row["act"], row["staff"], row["detail"]) for row in rows]


def test_entries_and_acts_are_audited(trial: Trial) -> None:
    """M1: who entered how, each act, and how it ended."""
    desk = MaintenanceDesk(trial.station.acts)
    desk.enter(BY, "card")
    desk.act(BY, "trial", "card")
    desk.act(BY, "bundle")
    desk.leave(BY, "idle")
    assert _audited(trial) == [
        ("maintenance_enter", 7, "card"),
        ("maintenance_act", 7, "trial: card"),
        ("maintenance_act", 7, "bundle"),
        ("maintenance_leave", 7, "idle"),
    ]


def test_what_the_database_missed_is_written_when_it_is_back(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """M1: a technician is needed most when the database is away; his acts are owed, over a restart too, in order."""

    def away(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(trial.station.acts, "perform", away)
        desk = MaintenanceDesk(trial.station.acts)
        desk.enter(BY, "password")
        desk.act(BY, "out_of_service", "on")
        assert desk.settle() == 2
    assert owed_rows() == 2
    assert _audited(trial) == []
    MaintenanceDesk(trial.station.acts).act(BY, "trial", "mail")
    assert [row[:2] for row in _audited(trial)] == [
        ("maintenance_enter", 7),
        ("maintenance_act", 7),
        ("maintenance_act", 7),
    ]
    assert owed_rows() == 0


def test_a_damaged_debt_stops_nobody(trial: Trial) -> None:
    """Half a line in the file costs what stands there, never the next act."""
    state_folder().mkdir(parents=True, exist_ok=True)
    (state_folder() / "audit-owed.jsonl").write_text(
        json.dumps(["maintenance_act", "bundle", 7, NOW]) + '\n["maint', "utf-8"
    )
    MaintenanceDesk(trial.station.acts).act(BY, "trial", "card")
    assert [row[0] for row in _audited(trial)] == ["maintenance_act", "maintenance_act"]
