"""`doctor`: each fault is found, named and comes with advice; one broken probe stops no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db import migrate
from kiosk.care.doctor import Finding, as_lines, as_values, examine
from kiosk.clock import machine_now
from kiosk.settings import Settings, parse
from tests.stations import written_settings


@pytest.fixture
def settings(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Settings:
    """A station's settings on a ready database, without a settable clock."""
    return _settings(ready_url, tmp_path, secrets_folder)


def _settings(url: str, folder: Path, secrets: Path, **sections: Any) -> Settings:
    return parse(
        written_settings(url, folder, secrets, **{"clock": {"settable": False}} | sections), folder / "kiosk.toml"
    )


def _found(settings: Settings, probe: str) -> Finding:
    return {finding.probe: finding for finding in examine(settings)}[probe]


def test_a_ready_station_has_no_fault(settings: Settings) -> None:
    """Nothing is red on a station that was just made; what is left to set is yellow."""
    assert {finding.light for finding in examine(settings)} <= {"good", "warning"}


def test_every_fault_has_advice(ready_sqlite_url: str, tmp_path: Path) -> None:
    """Whatever is not good says what to do."""
    bare = _settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, tmp_path / "none")
    findings = examine(bare)
    assert all(finding.advice for finding in findings if finding.light != "good")
    assert {finding.probe for finding in findings if finding.light == "fault"} >= {"database", "signing key"}


def test_looking_makes_no_database(tmp_path: Path) -> None:
    """`doctor` on a machine without a database leaves none behind that a start would take for one."""
    bare = _settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, tmp_path)
    examine(bare)
    assert not (tmp_path / "none.db").exists()


def test_a_clock_that_is_behind_is_red(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """A machine more than a minute behind the last committed instant is told (house.md, rules of the data)."""
    settings = _settings(ready_sqlite_url, tmp_path, secrets_folder)
    ahead = _settings(ready_sqlite_url, tmp_path, secrets_folder, clock={"settable": True})
    from kiosk.place import place

    at = place(ahead)
    at.clock.set(machine_now() + 90_000)
    at.database.forward()
    at.database.close()
    finding = _found(settings, "clock")
    assert finding.light == "fault"
    assert "clock reset" in finding.advice


def test_secrets_that_others_can_read_are_red(settings: Settings, tmp_path: Path) -> None:
    """A key or password that others can read is a fault, named by its file."""
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "mail-password").write_text("x", encoding="utf-8")
    (folder / "mail-password").chmod(0o644)
    found = _found(_settings(str(settings.database_url).replace("+psycopg", ""), tmp_path, folder), "secrets")
    assert found.light == "fault"
    assert "mail-password" in found.finding


def test_an_older_database_names_the_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """K5: a database of another version says which command helps, or that the station must be updated."""
    monkeypatch.setattr(migrate, "HEAD", "0002")
    assert "init" in _found(settings, "database").advice


def test_production_with_trial_settings_is_red(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """K7: everything that production forbids is listed."""
    settings = _settings(
        ready_url,
        tmp_path,
        secrets_folder,
        station={"name": "kiosk-1", "production": True},
        mail={"transport": "maildir"},
    )
    found = _found(settings, "settings")
    assert found.light == "fault"
    assert "maildir" in found.finding


def test_one_stumbling_probe_stops_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """M2: each probe is isolated."""

    def stumble(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("kiosk.care.doctor._outbox", stumble)
    findings = {finding.probe: finding for finding in examine(settings)}
    assert findings["outbox"].light == "fault"
    assert findings["disk"].light == "good"


def test_json_and_lines_tell_the_same(settings: Settings) -> None:
    """M4: the same probes for people and for programs."""
    findings = examine(settings)
    values = json.loads(as_values(findings))
    assert [value["probe"] for value in values] == [finding.probe for finding in findings]
    text = "\n".join(as_lines(findings))
    assert all(finding.finding in text for finding in findings)
