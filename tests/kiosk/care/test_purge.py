"""K6: personal data are deleted after a set time, and only then."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import Connection

from db.patient import PatientConnection
from kiosk.care import bundle
from kiosk.care.facts import Message
from kiosk.care.faults import Fault, Faults
from kiosk.care.purge import purge
from kiosk.settings import state_folder
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import PERSON, START, MakeTrial, Trial, at
from tests.waiting import DAY, issue


def _stored(trial: Trial) -> str:
    tables = ("bookings", "outbox", "answers", "audit", "wrong_tries")
    return "\n".join(str(trial.query(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608 - names from above


def test_persons_of_past_bookings_are_wiped(trial: Trial) -> None:
    """K6: after [purge] personal_days nothing of the person is left, and the booking still counts for the figures."""
    confirmed = trial.confirmed("2026-11-23 10:00")
    trial.at("2026-12-24 10:00")
    deleted = purge(trial.station)
    assert deleted["persons of bookings"] == 1
    stored = _stored(trial)
    assert [value for value in PERSON.values() if value in stored] == []
    assert trial.row(confirmed.booking)["state"] == "confirmed"


def test_nothing_is_wiped_before_its_time(trial: Trial) -> None:
    """K6: a booking that is not old enough keeps its person to the last millisecond."""
    confirmed = trial.confirmed("2026-11-23 10:00")
    trial.at("2026-12-23 10:00")
    assert purge(trial.station)["persons of bookings"] == 0
    assert trial.row(confirmed.booking)["fin"] == PERSON["fin"]
    trial.at("2026-12-23 10:00:00.001")
    assert purge(trial.station)["persons of bookings"] == 1


def test_two_wiped_bookings_of_one_hour_do_not_meet(trial: Trial) -> None:
    """K6, Q11: the index over person and hour stands over wiped persons too."""
    trial.confirmed("2026-11-23 10:00")
    trial.confirmed("2026-11-23 10:00", {**PERSON, "fin": "7ZZ0001", "email": "b@example.az"}, centre="baku-3")
    trial.at("2026-12-24 10:00")
    assert purge(trial.station)["persons of bookings"] == 2


def test_notes_of_past_tickets_are_wiped(trial: Trial) -> None:
    """K6: what colleagues wrote about a person goes with the person, also where a step remembers it."""
    trial.at(f"{DAY} 10:00")
    ticket, queue = issue(trial, "09:00"), trial.station.queue
    queue.call("call", "7", ticket)
    queue.park("park", "7", ticket, note="Nümunəyeva gözləyir")
    queue.call("again", "7", ticket)
    assert purge(trial.station)["notes of tickets"] == 0
    trial.at("2026-12-25 10:00")
    assert purge(trial.station)["notes of tickets"] == 1
    tables = ("tickets", "ticket_steps", "answers", "audit")
    assert not [table for table in tables if "Nümunəyeva" in str(trial.query(f"SELECT * FROM {table}"))]  # noqa: S608


def test_why_somebody_late_was_accepted_is_wiped(make_trial: MakeTrial) -> None:
    """K6: those are an operator's words about a person too; who accepted them stays."""
    trial = make_trial(arrival={"accept_late": True})
    boss, booked = enrolled(trial, "supervisor"), trial.confirmed(f"{DAY} 10:00")
    trial.at(f"{DAY} 10:40")
    trial.station.hall.accept_late("late", booked.order_code, boss, "Nümunəyeva xəstəxanada idi")
    trial.at("2026-12-25 10:00")
    assert purge(trial.station)["notes of tickets"] == 1
    tables = ("tickets", "ticket_steps", "answers", "audit")
    assert not [table for table in tables if "Nümunəyeva" in str(trial.query(f"SELECT * FROM {table}"))]  # noqa: S608
    assert trial.query("SELECT accepted_late_by FROM tickets") == [{"accepted_late_by": boss}]


def test_a_purge_is_told_in_the_audit(trial: Trial) -> None:
    """K6: the audit says how much was deleted, of what."""
    purge(trial.station)
    row = trial.query("SELECT act, outcome, detail FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert (row["act"], row["outcome"]) == ("purge", "done")
    assert "persons of bookings: 0" in row["detail"]


def test_old_letters_of_a_maildir_go_too(make_trial: MakeTrial) -> None:
    """K6: a trial's Maildir keeps letters no longer than the outbox does."""
    trial = make_trial(mail={"transport": "maildir"})
    trial.hold()
    trial.at("2026-11-27 09:00")
    assert purge(trial.station)["letters in the Maildir"] == 0
    trial.at("2026-11-27 09:00:01")
    assert purge(trial.station)["letters in the Maildir"] == 1


def test_ended_sessions_go_and_live_ones_stay(trial: Trial) -> None:
    """K6, I12: a session is nobody's after its end; one whose lease still runs is left alone."""
    columns = "person, token, station, started_at, lease_until, ends_at"
    now = at(START)
    for person, lease in (("a", now - 1), ("b", now), ("c", now + 60_000)):
        trial.change(
            f"INSERT INTO sessions ({columns}) VALUES (:p, :p, 'kiosk-1', :s, :l, :e)",  # noqa: S608 - names from above
            p=person, s=now - 60_000, l=lease, e=now + 3_600_000,
        )  # fmt: skip
    assert purge(trial.station)["ended sessions"] == 2
    assert [row["person"] for row in trial.query("SELECT person FROM sessions")] == ["c"]


def test_old_bundles_and_faults_of_this_machine_go(trial: Trial) -> None:
    """K6: bundles are kept as long as letters, faults as long as persons."""
    folder = state_folder() / bundle.FOLDER
    folder.mkdir(parents=True)
    seconds = at(START) // 1000
    for name, days in (("old", 8), ("new", 6)):
        file = folder / f"{name}{bundle.SUFFIX}"
        file.touch()
        os.utime(file, (seconds - days * 86_400,) * 2)
    (folder / "not-ours.zip").touch()
    for days in (31, 29):
        Faults().note(Fault("disk", at(START) - days * 86_400_000, "fault", Message("care.disk.advice")))
    deleted = purge(trial.station)
    assert (deleted["bundles"], deleted["faults"]) == (1, 1)
    assert sorted(file.name for file in folder.iterdir()) == [f"new{bundle.SUFFIX}", "not-ours.zip"]


def test_a_night_of_deleting_is_not_cut_short(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """K6: in a database of years a statement takes longer than any that a person waits for; only there it may."""
    if trial.station.database.is_sqlite:
        return  # it has no such limit
    limit = "SHOW statement_timeout"
    seen: list[tuple[str, float | None]] = []

    def deleted(connection: Connection, _before: int) -> int:
        patience = connection.connection.driver_connection.patience  # type: ignore[union-attr]
        seen.append((connection.exec_driver_sql(limit).scalar_one(), patience))
        return 0

    monkeypatch.setattr("kiosk.care.purge.answers.purge", deleted)
    purge(trial.station)
    with trial.station.database.reading() as (connection, _):
        deleted(connection, 0)
    assert seen == [("0", None), ("15s", PatientConnection.patience)]
