"""Acts: one transaction, one audit row, one stored answer, one letter; retried, refused, repeated, at once."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from db.engine import Database
from kiosk.acts import Unit, usable_key
from kiosk.errors import KeyReused, NotFound, Refusal, SlotTaken, TooSoon, Unavailable
from kiosk.post.maildir import Maildir
from kiosk.post.page import Attachment, PageFacts
from tests.stations import CENTRE, PERSON, MakeTrial, Trial, new_key, open_station, person


class Plain:
    """Stores an answer as it is."""

    def store(self, result: dict[str, Any]) -> dict[str, Any]:
        return result

    def read(self, _unit: Unit, stored: dict[str, Any]) -> dict[str, Any]:
        return stored


def audit(trial: Trial) -> list[dict[str, Any]]:
    return trial.query("SELECT act, outcome, booking, station, at FROM audit ORDER BY id")


def test_every_change_and_every_refusal_is_audited(trial: Trial) -> None:
    """With reason, station and time; a repeat under its key is the same act and no second row."""
    key = new_key()
    held = trial.hold(key=key)
    trial.hold(key=key)
    with pytest.raises(SlotTaken):
        trial.hold(whose=person(1))
    with pytest.raises(Refusal):
        trial.station.bookings.confirm(None, held.booking, "x")
    trial.confirm(held)
    with pytest.raises(NotFound):
        trial.station.bookings.cancel(new_key(), "K7MP-4XRT", PERSON["fin"])
    rows = audit(trial)
    assert [(row["act"], row["outcome"]) for row in rows] == [
        ("hold", "done"),
        ("hold", "slot_taken"),
        ("confirm", "wrong_code"),
        ("confirm", "done"),
        ("cancel", "not_found"),
    ]
    assert {row["station"] for row in rows} == {"kiosk-1"}
    assert {row["at"] for row in rows} == {1795150800000}
    number = trial.row(held.booking)["id"]
    assert [row["booking"] for row in rows] == [number, None, number, number, None]


def test_the_audit_and_the_keys_hold_no_person(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    """K6: ids beside; a code, a name, a FİN, a phone number or an address stands in no audit row, answer or log."""
    caplog.set_level(logging.DEBUG)
    confirmed = trial.confirmed()
    code = trial.code(confirmed.booking)
    for act in (
        lambda: trial.hold(whose={**PERSON, "fin": "secret1"}),
        lambda: trial.station.bookings.confirm(new_key(), confirmed.booking, trial.wrong_code(confirmed.booking)),
        lambda: trial.station.bookings.confirm_by_contact(PERSON["email"], "000000x"),
        lambda: trial.station.bookings.open(confirmed.order_code, "7ZZ0001"),
    ):
        with pytest.raises(Refusal):
            act()
    trial.station.bookings.cancel(new_key(), confirmed.order_code, PERSON["fin"])
    kept = " ".join(
        str(row)
        for table in ("audit", "answers", "wrong_tries", "tickets")
        for row in trial.query(f"SELECT * FROM {table}")  # noqa: S608 - names from the line above
    )
    for secret in (*PERSON.values(), "994501234567", code, "7ZZ0001", "secret1"):
        assert secret not in kept
        assert secret not in caplog.text


def test_a_fault_leaves_nothing_behind(trial: Trial) -> None:
    """What is no refusal rolls everything back: no row, no letter, no audit, no answer under the key."""
    key = new_key()

    def stumble(unit: Unit) -> dict[str, Any]:
        unit.connection.exec_driver_sql("UPDATE clock SET last_instant = 5")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trial.station.acts.perform("stumble", key, {}, stumble, Plain())
    assert audit(trial) == [] and trial.query("SELECT key FROM answers") == []
    assert trial.station.acts.perform("stumble", key, {}, lambda unit: {"now": unit.now}, Plain()) == {
        "now": 1795150800000
    }


def test_what_was_written_before_a_refusal_is_kept(trial: Trial) -> None:
    """Such as a wrong try counted."""

    def refuse(unit: Unit) -> dict[str, Any]:
        unit.connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('tried', '1')")
        raise NotFound

    with pytest.raises(NotFound):
        trial.station.acts.perform("refuse", None, {}, refuse)
    assert trial.query("SELECT value FROM facts WHERE name = 'tried'") == [{"value": "1"}]


def test_a_key_keeps_refusals_but_no_passing_ones(trial: Trial) -> None:
    """`too_soon` passes; asked again with the same key it may succeed."""
    answers: Iterator[Any] = iter([TooSoon(trial.station.now()), {"done": 1}, NotFound()])
    key = new_key()

    def do(_unit: Unit) -> dict[str, Any]:
        answer = next(answers)
        if isinstance(answer, Refusal):
            raise answer
        return dict(answer)

    with pytest.raises(TooSoon):
        trial.station.acts.perform("try", key, {}, do, Plain())
    for _ in range(3):
        assert trial.station.acts.perform("try", key, {}, do, Plain()) == {"done": 1}
    with pytest.raises(KeyReused):
        trial.station.acts.perform("try", key, {"other": 1}, do, Plain())
    other = new_key()
    for _ in range(3):
        with pytest.raises(NotFound):
            trial.station.acts.perform("try", other, {}, do, Plain())


@pytest.mark.parametrize("passing", [False, True])
def test_one_key_at_many_stations_at_once_is_one_act(make_trial: MakeTrial, *, passing: bool) -> None:
    """All get the one answer; a rival that was refused only because it came second gets it too."""
    trials = [make_trial() for _ in range(4)]
    key, together = new_key(), Barrier(4)
    trials[0].change("INSERT INTO facts (name, value) VALUES ('count', '0')")

    def do(unit: Unit) -> dict[str, Any]:
        taken = unit.connection.exec_driver_sql("UPDATE facts SET value = '1' WHERE name = 'count' AND value = '0'")
        if taken.rowcount != 1:
            raise TooSoon(trials[0].station.now()) if passing else NotFound()
        return {"number": 1}

    def act(trial: Trial) -> dict[str, Any]:
        together.wait(30)
        return trial.station.acts.perform("race", key, {}, do, Plain())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(act, trials)) == [{"number": 1}] * 4
    assert [row["outcome"] for row in audit(trials[0])] == ["done"]


@pytest.mark.parametrize(("key", "usable"), [
    ("a", True), ("x" * 200, True), ("ключ-açar", True), ("a b", True),
    ("", False), ("x" * 201, False), ("a\nb", False), ("a\x00", False), ("\ud800", False), (1, False), (None, False),
])  # fmt: skip
def test_what_a_key_can_be(key: object, *, usable: bool) -> None:
    """A text of 1 to 200 printable signs."""
    assert usable_key(key) is usable


# letters


def test_a_letter_lies_in_the_maildir_before_the_answer(make_trial: MakeTrial) -> None:
    """Section 4: with a Maildir the code can be read as soon as the hold is told."""
    trial = make_trial(mail={"transport": "maildir"})
    held = trial.hold()
    letter = Maildir(trial.station.settings.mail_folder).last_letter(PERSON["email"])
    assert letter is not None and trial.code(held.booking) in letter.text.splitlines()
    confirmed = trial.confirm(held)
    letter = Maildir(trial.station.settings.mail_folder).last_letter(PERSON["email"])
    assert letter is not None and confirmed.order_code in letter.text
    assert trial.letters() == []


def test_a_letter_left_by_a_dead_process_is_delivered_before_the_repeat_is_told(
    make_trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the commit and before its letter: whoever asks again with the key finds the letter there."""
    dead, heir = (make_trial(mail={"transport": "maildir"}) for _ in range(2))
    monkeypatch.setattr(dead.station.outbox, "deliver_now", lambda _ids: 0)  # as if it died here
    key = new_key()
    held = dead.hold(key=key)
    folder = heir.station.settings.mail_folder
    assert Maildir(folder).last_letter() is None
    assert heir.hold(key=key) == held
    letter = Maildir(folder).last_letter(PERSON["email"])
    assert letter is not None and heir.code(held.booking) in letter.text.splitlines()
    dead.confirm(held)
    assert heir.letters() == [("confirmed", PERSON["email"])]
    heir.confirm(held)  # no key: booking and code name the act
    assert heir.letters() == []


def test_letters_wait_for_who_sends_by_smtp(trial: Trial) -> None:
    """Without a Maildir the answer does not wait for a mail server."""
    trial.hold()
    assert trial.letters() == [("code", PERSON["email"])]


# a database that is busy or away


@contextmanager
def locked(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rows or the file that a hold needs are another's."""
    monkeypatch.setattr("db.engine.time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: None))
    if database.is_sqlite:
        other = sqlite3.connect(database.url.database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        other = psycopg.connect(url)  # type: ignore[assignment]
        other.execute("LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()


def test_a_lock_that_stays_is_told_as_unavailable(
    ready_url: str, tmp_path: Path, secrets_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A foreign lock is waited for a bounded time, then told; the key does the act once it is gone."""
    monkeypatch.setattr("db.engine._TRIES", 2)
    monkeypatch.setattr("db.engine.BUSY_SECONDS", 0.1 if ready_url.startswith("sqlite") else 1)
    station = open_station(ready_url, tmp_path, secrets_folder)
    trial, key = Trial(station, station.clock.set), new_key()
    trial.at("2026-11-20 09:00")
    try:
        with locked(station.database, monkeypatch), pytest.raises(Unavailable):
            trial.hold(key=key)
        assert trial.hold(key=key).centre == CENTRE
    finally:
        station.close()


def test_an_act_about_an_application_says_so_and_sends_what_belongs_to_it(make_trial: MakeTrial) -> None:
    """W3: page, file and short message leave with the act; the audit and the outbox name the application."""
    trial = make_trial(mail={"transport": "maildir"}, sms={"transport": "folder"})
    pdf = Attachment("arayis.pdf", "application/pdf", b"%PDF-1.7 bytes \xff")

    def register(unit: Unit) -> None:
        unit.application = 17
        unit.post_page("application", "az", "aygun@example.az", PageFacts("Müraciət", attachment=pdf))
        unit.post_sms("application", "az", "050 123 45 67", "Müraciət nömrəniz: 2026-000017")

    trial.station.acts.perform("apply", None, {}, register)
    assert trial.query("SELECT application FROM audit") == [{"application": 17}]
    sent = trial.query("SELECT channel, application, facts, sent_at IS NULL AS waits FROM outbox ORDER BY id")
    assert [(row["channel"], row["application"], row["facts"], bool(row["waits"])) for row in sent] == [
        ("mail", 17, "{}", False),
        ("sms", 17, "{}", False),
    ]
    (letter,) = (trial.station.settings.mail_folder / "new").iterdir()
    (file,) = message_from_bytes(letter.read_bytes(), policy=default).iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (pdf.name, pdf.media_type, pdf.content)
    assert trial.station.sms_folder is not None
    (message,) = trial.station.sms_folder.messages("+994501234567")
    assert message.text == "Müraciət nömrəniz: 2026-000017"


def test_an_application_told_again_finds_its_letters_delivered(make_trial: MakeTrial) -> None:
    """Whoever did the act died before they left; the repeat under its key delivers them, and the answer is the same."""
    trial = make_trial(mail={"transport": "maildir"}, sms={"transport": "folder"})
    key = new_key()

    class About(Plain):
        def read(self, unit: Unit, stored: dict[str, Any]) -> dict[str, Any]:
            unit.application = stored["application"]
            return stored

    def register(unit: Unit) -> dict[str, Any]:
        unit.application = 17
        unit.post_sms("application", "az", "050 123 45 67", "2026-000017")
        return {"application": 17}

    def again() -> dict[str, Any]:
        return trial.station.acts.perform("apply", key, {}, register, About())

    again()
    trial.change(
        "UPDATE outbox SET sent_at = NULL, recipient = '0551234567', facts = :facts", facts='{"text": "again"}'
    )
    assert again() == {"application": 17}
    assert trial.station.sms_folder is not None
    assert trial.query("SELECT count(*) AS n FROM outbox WHERE sent_at IS NOT NULL") == [{"n": 1}]
