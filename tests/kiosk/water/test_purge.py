"""What was handed in to the water company is deleted after a set time, and only then (K6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.care.purge import purge
from tests.kiosk.water.applying import Company
from tests.stations import PERSON, MakeTrial, Trial, new_key, open_station

TABLES = ("applications", "application_steps", "application_documents", "work_orders", "documents", "uploads")


@pytest.fixture
def company(make_trial: MakeTrial) -> Company:
    """Over applications are kept for 20 days, their documents for 10, and what came to nothing for 5."""
    return Company(make_trial(purge={"applications_days": 20, "documents_days": 10, "personal_days": 5}))


def counts(company: Company) -> dict[str, int]:
    return {table: len(company.trial.query(f"SELECT 1 FROM {table}")) for table in TABLES}  # noqa: S608 - from above


def over(company: Company) -> str:
    """The number of a new consumer's application that was refused on the 20th of November at 09:00."""
    number = company.registered("new_consumer")
    company.work.act(new_key(), None, number, "refuse", "Sənəd oxunmur")
    return number


def test_documents_go_before_the_application_does(company: Company) -> None:
    """[purge] documents_days, applications_days; to the last millisecond."""
    over(company)
    company.trial.at("2026-11-30 09:00")
    assert purge(company.trial.station)["documents of applications"] == 0
    company.trial.at("2026-11-30 09:00:00.001")
    told = purge(company.trial.station)
    assert (told["documents of applications"], told["unused documents"], told["applications"]) == (2, 2, 0)
    assert company.applications.of_person(PERSON["fin"])[0].documents == ()
    company.trial.at("2026-12-10 09:00")
    assert purge(company.trial.station)["applications"] == 0
    company.trial.at("2026-12-10 09:00:00.001")
    assert purge(company.trial.station)["applications"] == 1
    assert set(counts(company).values()) == {0}


def test_an_open_application_stays_with_its_documents(company: Company) -> None:
    """However old it is; a document that another one shares stays too."""
    over(company)
    number = company.registered("new_consumer")
    company.trial.at("2028-11-20 09:00")
    told = purge(company.trial.station)
    assert (told["applications"], told["unused documents"]) == (1, 0)
    assert len(company.applications.one(number).documents) == 2


def test_what_a_debt_held_and_came_to_nothing_goes_sooner(company: Company) -> None:
    """[purge] personal_days, from when it was dropped or ran out."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    company.apply(wait=True)
    company.trial.at("2026-11-25 09:00:01")
    assert purge(company.trial.station)["applications never registered"] == 1
    company.trial.at("2026-11-28 09:00:01")
    assert purge(company.trial.station)["applications never registered"] == 1
    assert counts(company)["applications"] == 0


def test_a_document_that_nobody_used_goes_after_a_day(company: Company) -> None:
    """One that waits in an upload stays as long as that."""
    company.document(b"%PDF orphan")
    kept = company.document(b"%PDF uploaded")
    now = company.trial.station.database.now()
    company.trial.change(
        "INSERT INTO uploads (token, station, role, language, created_at, ends_at, state, digest)"
        " VALUES ('t', 'kiosk-1', 'other', 'az', :now, :ends, 'done', :digest)",
        now=now, ends=now + 600_000, digest=kept,
    )  # fmt: skip
    company.trial.at("2026-11-21 09:00")
    assert purge(company.trial.station)["unused documents"] == 0
    company.trial.at("2026-11-21 09:00:00.001")
    told = purge(company.trial.station)
    assert (told["unused documents"], told["uploads"]) == (1, 0)
    company.trial.at("2026-11-21 09:10:00.001")
    told = purge(company.trial.station)
    assert (told["unused documents"], told["uploads"]) == (1, 1)


def test_the_audit_says_what_was_deleted(company: Company) -> None:
    """K6: counts, no person."""
    over(company)
    company.trial.at("2027-11-20 09:00")
    purge(company.trial.station)
    (row,) = company.trial.query("SELECT detail FROM audit WHERE act = 'purge'")
    assert "applications: 1, " in row["detail"]
    assert "unused documents: 2" in row["detail"]


def test_nothing_of_a_purged_application_is_left_in_the_file(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    """K6: not in a page that is free now, not in what letters, answers and the audit keep."""
    keep = {"applications_days": 1, "documents_days": 1, "personal_days": 1, "letters_days": 1, "answers_days": 1}
    station = open_station(ready_sqlite_url, tmp_path, secrets_folder, purge=keep)
    company = Company(Trial(station, station.clock.set))
    company.trial.at("2026-11-20 09:00")
    over(company)
    private = [PERSON["surname"], PERSON["fin"], PERSON["email"], "994501234567", "Sənəd oxunmur", "%PDF-1.7 deed"]
    file = Path(station.database.url.database or "")

    def found() -> list[str]:
        with station.database.connected() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return [word for word in private if word.encode() in file.read_bytes()]

    assert found() == private
    company.trial.at("2026-11-23 09:00")
    purge(station)
    assert found() == []
    station.close()
