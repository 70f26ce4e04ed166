"""The diagnostics bundle: all that support needs, nothing of a person, nothing secret (M4, K6)."""

from __future__ import annotations

import json
import logging
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from db.engine import DatabaseAway
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.profiles import HOLDER, make_card
from kiosk.care import bundle
from kiosk.care.facts import Finding, Message
from kiosk.care.faults import Fault, Faults
from kiosk.care.trials import Trials
from kiosk.clock import to_datetime
from kiosk.errors import Refusal
from kiosk.identity.card_facts import CardSight, Pin, PinWrong
from kiosk.settings import state_folder
from tests.kiosk.care.scenes import settings_of
from tests.stations import PERSON, START, Trial, at, open_station

STAFF = ("numune.elcin", "Elçin Nümunəli", "Nar-agaci-2026")
SECRETS = ("gizli-poct-sifresi", "mail.login.user", "baza-sifresi", "systemctl-gizli-emr")
MEMBERS = {
    "doctor.json", "faults.json", "settings.json", "versions.json",
    "log.txt", "audit.json", "apdu.txt", "contents.json",
}  # fmt: skip


@dataclass
class Planted:
    """A station on which everything personal there is was planted everywhere, and all of it to look for."""

    trial: Trial
    personal: set[str] = field(default_factory=set)

    def search(self, content: bytes) -> set[str]:
        """Which of it stands in some bytes, as it is written or as JSON would escape it.

        Digits alone must stand by themselves: a PIN is also somewhere within any long row of instants.
        """
        text = content.decode("utf-8", "replace")
        return {
            word
            for word in self.personal
            for written in {word, json.dumps(word)[1:-1]}
            if (re.search(rf"(?<![0-9A-Za-z]){word}(?![0-9A-Za-z])", text) if word.isdigit() else written in text)
        }


@pytest.fixture
def planted(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Planted]:
    (tmp_path / "password").write_text(SECRETS[0], "utf-8")
    (tmp_path / "password").chmod(0o600)
    station = open_station(
        ready_sqlite_url,
        tmp_path,
        secrets_folder,
        example={"data": True},
        mail={"transport": "smtp", "host": "127.0.0.1", "port": 1, "user": SECRETS[1], "password_file": "password"},
        maintenance={"service_command": SECRETS[3], "probe_seconds": 20},
    )
    trial = Trial(station, station.clock.set)
    trial.at(START)
    station.open_cards()
    planted = Planted(trial, {*PERSON.values(), *STAFF, *SECRETS, HOLDER.surname, HOLDER.given_name, str(HOLDER.fin)})
    handler = logging.FileHandler(station.settings.log_file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        _live(planted)
        yield planted
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
        station.close()


def _live(planted: Planted) -> None:
    """A day at the station: bookings, staff, letters that do not leave, a card with wrong and right PINs."""
    trial = planted.trial
    station = trial.station
    confirmed = trial.confirmed("2026-11-23 10:00")
    held = trial.hold("2026-11-23 11:00")
    planted.personal |= {confirmed.order_code, confirmed.booking, confirmed.qr, held.booking, trial.code(held.booking)}
    station.staff.add(STAFF[0], STAFF[1], "technician", frozenset(), STAFF[2])
    member = station.staff.sign_in(STAFF[0], STAFF[2])
    with pytest.raises(Refusal):
        station.staff.sign_in(STAFF[0], "Nar-agaci-2027")
    station.outbox.run_due()
    station.maintenance.enter(member, "password")
    trials = Trials(station.settings, station)
    _card(planted, trials)
    list(trials.mail(PERSON["email"]))
    list(trials.scanned(confirmed.qr))
    station.maintenance.act(member, "trial", "card")
    station.maintenance.leave(member, "left")
    station.out_of_service.set(member)


def _card(planted: Planted, trials: Trials) -> None:
    station = planted.trial.station
    assert station.cards is not None
    assert station.cards.simulated is not None
    now = to_datetime(at(START))
    card = make_card("pkcs15", ExampleAuthority.open(station.settings.example_trust_folder, now), now=now)
    read = threading.Event()

    def changed(sight: CardSight) -> None:
        if sight.state == "ready":
            read.set()

    station.cards.watch(changed)
    station.cards.simulated.insert(card)
    assert read.wait(30)
    insertion = station.cards.sight.insertion
    assert insertion is not None
    with pytest.raises(PinWrong):
        station.cards.change_pin(insertion, "pin1", Pin([9, 7, 3, 1]), Pin([8, 6, 4, 2]))
    station.cards.change_pin(insertion, "pin1", Pin([1, 2, 3, 4]), Pin([8, 6, 4, 2]))
    planted.personal |= {"9731", "8642", "39373331", "38363432", "31323334"}
    list(trials.read_card())
    list(trials.chain())
    list(trials.apdu("0020000104" + "31323334"))


def _members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _make(planted: Planted, **given: Any) -> Path:
    station = planted.trial.station
    return bundle.make(station.settings, station, state_folder() / bundle.FOLDER, **given)


def test_no_member_holds_anything_of_a_person_or_a_secret(planted: Planted) -> None:
    """K6: bookings, letters, staff, card holder, codes, FİN, phone, address, PINs, passwords: none is in any member."""
    for name, content in _members(_make(planted)).items():
        assert planted.search(content) == set(), name


def test_neither_log_nor_audit_nor_the_faults_held_any_of_it(planted: Planted) -> None:
    """K6: the first line holds by itself; the bundle's lists are the second."""
    station = planted.trial.station
    _make(planted)
    assert planted.search(station.settings.log_file.read_bytes()) == set()
    audit = str(planted.trial.query("SELECT station, act, outcome, detail FROM audit"))
    assert planted.search(audit.encode()) == set()
    for file in state_folder().glob("*.json*"):
        assert planted.search(file.read_bytes()) == set(), file.name


def test_the_search_finds_what_is_there(planted: Planted) -> None:
    """An empty search must not be taken for a good one."""
    everything = json.dumps(sorted(planted.personal)).encode()
    assert planted.search(everything) == planted.personal
    assert len(planted.personal) > 20


def test_what_came_into_the_log_and_the_audit_by_mistake_stays_here(planted: Planted) -> None:
    """M4: a library that logs a letter, an exception with a name, a reason that somebody typed."""
    everything = " ".join(sorted(planted.personal))
    for level in (logging.INFO, logging.ERROR):
        logging.getLogger("library").log(level, "sent to %s", everything)
        logging.getLogger("kiosk.post.outbox").log(level, "letter 1 (code) is given up: %s", everything)
    try:
        raise ValueError(everything)
    except ValueError:
        logging.getLogger("library").exception("failed for %s", everything)
    planted.trial.change(
        "INSERT INTO audit (at, station, act, outcome, detail) VALUES (1, :a, 'accept_late', 'done', :a)", a=everything
    )
    planted.trial.change(
        "INSERT INTO audit (at, station, act, outcome, detail) VALUES (2, :a, :a, :a, :a)", a=everything
    )
    for name, content in _members(_make(planted)).items():
        assert planted.search(content) == set(), name


def test_a_devices_word_loses_what_looks_personal(planted: Planted) -> None:
    """M4: what a server says of itself may repeat an address or a name: that is taken out, and the rest stays."""
    personal = " ".join((*PERSON.values(), HOLDER.surname, str(HOLDER.fin)))
    Faults().note(Fault("outbox", 1, "fault", Message("care.told", {"what": f"refused {personal}"})))
    members = _members(_make(planted))
    assert "refused" in members["faults.json"].decode()
    for name, content in members.items():
        assert planted.search(content) == set(), name


def test_it_holds_what_support_needs(planted: Planted) -> None:
    """M4: findings, faults, settings, versions, log, audit, commands to cards, and what is in it with sizes."""
    members = _members(_make(planted))
    assert set(members) == MEMBERS
    findings = json.loads(members["doctor.json"])
    assert {"database", "reader_service", "anchor:root", "disk"} <= {finding["probe"] for finding in findings}
    assert "9000" in members["apdu.txt"].decode()
    acts = {row["act"] for row in json.loads(members["audit.json"])}
    assert acts >= {"maintenance_enter", "maintenance_act", "maintenance_leave", "pin_change"}
    assert "is put off after attempt" in members["log.txt"].decode()
    assert json.loads(members["versions.json"])["asan-kiosk"]
    contents = json.loads(members["contents.json"])
    assert contents == {name: len(content) for name, content in members.items() if name != "contents.json"}


def test_settings_leave_by_a_list(planted: Planted) -> None:
    """M4: the sender and the server may be told; no user, password, command, path or URL."""
    told = json.loads(_members(_make(planted))["settings.json"])
    assert told["mail"]["host"] == "127.0.0.1"
    assert told["database"] == {"kind": "sqlite"}
    assert told["maintenance"]["has_service_command"] is True
    assert not {"user", "password_file", "path", "ca_file"} & set(told["mail"])


def test_only_its_owner_reads_it_and_it_is_small(planted: Planted) -> None:
    """M4: mode 0600 in a folder of 0700, and bounded, however long the log is."""
    log = planted.trial.station.settings.log_file
    with log.open("ab") as file:
        file.write(b"2026-11-20 09:00:00,123 WARNING kiosk.station the sweeper stumbled over X\n" * 200_000)
    made = _make(planted)
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o777 == 0o700
    assert made.stat().st_size < 1 << 20
    assert len(_members(made)["log.txt"]) <= 512 << 10


def test_a_full_disk_leaves_no_half_of_one(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: whole or not at all."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.care.whole_file.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        _make(planted)
    assert list((state_folder() / bundle.FOLDER).iterdir()) == []


def test_it_is_made_without_a_station_too(tmp_path: Path, ready_sqlite_url: str, secrets_folder: Path) -> None:
    """M4: support asks for one most when nothing starts."""
    settings = settings_of(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, tmp_path)
    members = _members(bundle.make(settings, None, tmp_path / "bundles"))
    assert set(members) == MEMBERS
    findings = {finding["probe"]: finding["light"] for finding in json.loads(members["doctor.json"])}
    assert findings["database"] == "fault"


def test_it_is_made_with_the_database_away(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: and with a log that cannot be read: each says so in its place, the rest is there."""

    def away(*_: object) -> None:
        raise DatabaseAway("gone")

    planted.trial.station.settings.log_file.unlink()
    monkeypatch.setattr(planted.trial.station.database, "reading", away)
    members = _members(_make(planted))
    assert json.loads(members["audit.json"]) == "the database does not answer"
    assert members["log.txt"].startswith(b"the log cannot be read")
    findings = {finding["probe"]: finding["key"] for finding in json.loads(members["doctor.json"])}
    assert findings["outbox"] == "care.database.away"
    assert planted.search(b"".join(members.values())) == set()


def test_a_page_of_health_in_use_is_not_closed(planted: Planted) -> None:
    """M4: the face's own page of health is used, and lives on."""

    class Page:
        closed = False

        def examine(self) -> tuple[Finding, ...]:
            return (Finding("disk", "good", "care.not_told"),)

        def faults(self) -> tuple[Fault, ...]:
            return ()

        def close(self) -> None:
            self.closed = True

    page: Any = Page()
    members = _members(_make(planted, health=page))
    assert [finding["probe"] for finding in json.loads(members["doctor.json"])] == ["disk"]
    assert not page.closed
