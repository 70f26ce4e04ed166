"""`doctor`: each fault is found, named and comes with advice; one broken probe stops no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import migrate, registry_calls
from db import outbox as outbox_rows
from kiosk.care.doctor import as_lines, as_values, examine
from kiosk.care.facts import Finding, exit_code
from kiosk.care.probes import water
from kiosk.cli import commands
from kiosk.clock import MINUTE, machine_now
from kiosk.language import LANGUAGES
from kiosk.place import place
from kiosk.settings import Settings
from kiosk.web.site import HEALTH
from tests.kiosk.care.scenes import settings_of


@pytest.fixture
def settings(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Settings:
    """A station's settings on a ready database, without a settable clock, and no authorities to wait for."""
    return settings_of(ready_url, tmp_path, secrets_folder, trust={"expected": ""})


def _found(settings: Settings, probe: str) -> Finding:
    return {finding.probe: finding for finding in examine(settings)}[probe]


def _advice(finding: Finding) -> str:
    return finding.words("en").advice


def test_a_ready_station_has_no_fault(settings: Settings) -> None:
    """Nothing is red on a station that was just made; what is left to set is yellow."""
    assert [finding.probe for finding in examine(settings) if finding.light == "fault"] == []


def test_every_fault_has_advice(tmp_path: Path) -> None:
    """Whatever is not good says what to do, in each language."""
    bare = settings_of(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, tmp_path / "none")
    findings = examine(bare)
    for language in LANGUAGES:
        assert all(f.words(language).advice for f in findings if f.light not in ("good", "absent"))
    faults = {finding.probe for finding in findings if finding.light == "fault"}
    assert faults >= {"database", "signing_key", "anchor:root", "anchor:pca", "anchor:ica", "anchor:bank"}


def test_looking_makes_no_database(tmp_path: Path, own_state: Path) -> None:
    """`doctor` on a machine without a database leaves nothing behind that a start would take for one."""
    bare = settings_of(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, tmp_path)
    examine(bare)
    assert not (tmp_path / "none.db").exists()
    assert [path for path in own_state.rglob("*") if path.is_file()] == []


def test_a_database_that_is_away_stops_no_other_probe(tmp_path: Path, secrets_folder: Path) -> None:
    """M2: with nobody behind the address, what needs the database says so, and the rest is told."""
    away = settings_of("postgresql://nobody@127.0.0.1:1/none", tmp_path, secrets_folder)
    findings = {finding.probe: finding for finding in examine(away)}
    for probe in ("database", "clock", "calendar", "outbox", "audit"):
        assert findings[probe].finding_key == "care.database.away"
    assert findings["disk"].light == "good"


def test_a_clock_that_is_behind_is_red(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """A machine more than a minute behind the last committed instant is told (house.md, rules of the data)."""
    settings = settings_of(ready_sqlite_url, tmp_path, secrets_folder)
    ahead = settings_of(ready_sqlite_url, tmp_path, secrets_folder, clock={"settable": True})
    at = place(ahead)
    at.clock.set(machine_now() + 90_000)
    at.database.forward()
    at.database.close()
    finding = _found(settings, "clock")
    assert finding.light == "fault"
    assert "clock reset" in _advice(finding)


def test_secrets_that_others_can_read_are_red(settings: Settings, tmp_path: Path) -> None:
    """A key or password that others can read is a fault, named by its file."""
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "mail-password").write_text("x", encoding="utf-8")
    (folder / "mail-password").chmod(0o644)
    found = _found(settings_of(str(settings.database_url), tmp_path, folder), "secrets")
    assert found.light == "fault"
    assert "mail-password" in found.words("en").finding


def test_an_older_database_names_the_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """K5: a database of another version says which command helps, or that the station must be updated."""
    monkeypatch.setattr(migrate, "HEAD", "9999")
    assert "init" in _advice(_found(settings, "database"))


def test_production_with_trial_settings_is_red(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """K7: everything that production forbids is listed."""
    settings = settings_of(
        ready_url,
        tmp_path,
        secrets_folder,
        station={"name": "kiosk-1", "production": True},
        mail={"transport": "maildir"},
    )
    found = _found(settings, "settings")
    assert found.light == "fault"
    assert "maildir" in found.words("en").finding


def test_one_stumbling_probe_stops_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """M2: each probe is isolated."""

    def stumble(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(outbox_rows, "state", stumble)
    findings = {finding.probe: finding for finding in examine(settings)}
    assert findings["outbox"].light == "fault"
    assert findings["disk"].light == "good"


def test_short_messages_that_do_not_leave_are_red(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """W3: how many wait and why; without a way out there is nothing to tell; mail is not mixed with them."""
    settings = settings_of(ready_url, tmp_path, secrets_folder, sms={"transport": "smpp", "tls": False})
    assert _found(settings, "sms").light == "good"
    at = place(settings)
    try:
        written = machine_now() - 16 * MINUTE
        row = outbox_rows.NewLetter(None, "application", "az", "0501234567", "{}", "<a@asan-kiosk>", channel="sms")
        at.database.write(lambda connection, _: outbox_rows.enqueue(connection, row, written))
    finally:
        at.database.close()
    stuck = _found(settings, "sms")
    assert (stuck.light, stuck.finding_key) == ("fault", "care.sms.stuck")
    assert _found(settings, "outbox").light == "good"
    silent = settings_of(ready_url, tmp_path, secrets_folder, sms={"transport": "none"})
    assert _found(silent, "sms").light == "absent"


def test_what_the_companys_system_was_not_told_is_red(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """M2: changes that wait for longer than a quarter of an hour; our own registry waits for nobody."""
    own = settings_of(ready_url, tmp_path, secrets_folder)
    assert _found(own, "registry").finding_key == "care.registry.own"
    settings = settings_of(
        ready_url, tmp_path, secrets_folder, registry={"source": "http", "url": "https://127.0.0.1:9"}
    )
    assert _found(settings, "registry").light == "good"
    at = place(settings)
    try:
        written = machine_now() - 16 * MINUTE
        at.database.write(
            lambda connection, _: registry_calls.enqueue(connection, "r1", "payment", "10000001", "{}", written)
        )
    finally:
        at.database.close()
    stuck = _found(settings, "registry")
    assert (stuck.light, stuck.finding_key) == ("fault", "care.registry.stuck")


def test_a_payment_terminal_and_a_public_address(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """M2: what is not set up is absent, the simulated terminal is there, nobody at the public address is red."""
    bare = settings_of(ready_url, tmp_path, secrets_folder, payments={"terminal": "none"})
    assert {_found(bare, name).light for name in ("payment_terminal", "web")} == {"absent"}
    settings = settings_of(
        ready_url,
        tmp_path,
        secrets_folder,
        payments={"terminal": "simulated"},
        web={"public_url": "https://127.0.0.1:9"},
    )
    assert _found(settings, "payment_terminal").light == "good"
    assert _found(settings, "web").finding_key == "care.web.away"
    assert water.HEALTH == HEALTH


def test_json_and_lines_tell_the_same(settings: Settings) -> None:
    """M4: the same probes for people and for programs, in every language."""
    findings = examine(settings)
    for language in LANGUAGES:
        values = json.loads(as_values(findings, language))
        assert [value["probe"] for value in values] == [finding.probe for finding in findings]
        assert {key for value in values for key in value} == {
            "probe", "light", "finding", "advice", "last_fault", "last_fault_at",
        }  # fmt: skip
        text = "\n".join(as_lines(findings, language))
        assert all(line in text for value in values for line in value["finding"].split("\n"))


@pytest.mark.parametrize(
    ("lights", "code"),
    [(["good", "absent"], 0), (["absent"], 0), (["good", "warning"], 1), (["warning", "fault", "good"], 2)],
)
def test_the_exit_code_is_the_worst_light(lights: list[Any], code: int) -> None:
    """M4: 0 good, 1 with a warning, 2 with a fault; what is not there is no trouble."""
    assert exit_code([Finding("x", light, "care.not_told") for light in lights]) == code


def test_the_command_tells_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    """M4: `--language`, English by default, and the exit code of a station without a database."""
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "none.db"}"\n[cards]\nreader = "simulated"\n', "utf-8")
    said = {
        language: CliRunner().invoke(commands, ["doctor", "--config", str(config), *arguments])
        for language, arguments in (("en", []), ("az", ["--language", "az"]), ("ru", ["--language", "ru"]))
    }
    assert {result.exit_code for result in said.values()} == {2}
    assert "There is no database yet" in said["en"].stdout
    assert "Məlumat bazası hələ yoxdur" in said["az"].stdout
    assert "Базы данных пока нет" in said["ru"].stdout
