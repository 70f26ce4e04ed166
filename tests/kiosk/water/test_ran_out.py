"""An application that a debt held too long: its applicant is told, once, and nothing else depends on it (W6)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from kiosk.care.purge import purge
from kiosk.names import Language
from kiosk.water.example_water import STATION as EXAMPLE_STATION
from kiosk.water.facts import AwaitingPayment
from tests.kiosk.water.applying import CODE, SUSPENSION, Company
from tests.stations import PERSON, MakeTrial, Trial, new_key

RAN_OUT = "2026-11-23 09:00"
"""[water] hold_days = 3 after tests/stations.py's START, to the millisecond."""


def hold(company: Company, code: str = CODE, language: Language = "az", key: str | None = None) -> AwaitingPayment:
    """Somebody applies about a subscriber in debt, and waits for the payment."""
    company.subscriber(code, opening_balance=340)
    typed = {**SUSPENSION, "subscriber": code}
    held = company.applications.apply(
        key or new_key(), "suspension", typed, (), source="kiosk", language=language, wait_for_payment=True
    )
    assert isinstance(held, AwaitingPayment)
    return held


def letters(trial: Trial) -> list[tuple[str, str, str]]:
    """Channel, language and facts of everything that was written to anybody."""
    rows = trial.query("SELECT channel, language, facts FROM outbox ORDER BY id")
    return [(row["channel"], row["language"], row["facts"]) for row in rows]


@pytest.mark.parametrize(
    ("language", "title", "next_step", "until", "message"),
    [
        (
            "az", "Müraciətiniz qeydiyyata alınmadı", "Borcu ödəyib yenidən müraciət edin.", "23.11.2026, 09:00",
            "Abonent kodu 4400123: müraciət qeydiyyata alınmadı.",
        ),
        (
            "ru", "Ваше заявление не зарегистрировано", "Оплатите долг и подайте заявление ещё раз.",
            "23.11.2026, 09:00", "Код абонента 4400123: заявление не зарегистрировано.",
        ),
        (
            "en", "Your application was not registered", "Pay the debt and apply again.", "23 Nov 2026, 09:00",
            "Subscriber code 4400123: the application was not registered.",
        ),
    ],
)  # fmt: skip
def test_the_applicant_is_told_by_letter_and_sms_what_to_do_next(
    make_trial: MakeTrial, language: Language, title: str, next_step: str, until: str, message: str
) -> None:
    """W6, K2: in their language; there is no number that could be told."""
    company = Company(make_trial(sms={"transport": "http", "url": "http://127.0.0.1:9/"}))
    held = hold(company, language=language)
    company.trial.at(RAN_OUT)
    assert company.applications.end_run_out() == 1
    mail, sms = company.trial.query("SELECT channel, language, recipient, facts, application FROM outbox ORDER BY id")
    assert (mail["channel"], mail["language"], mail["recipient"]) == ("mail", language, PERSON["email"])
    assert (sms["channel"], sms["language"], sms["recipient"]) == ("sms", language, "+994501234567")
    assert mail["application"] == sms["application"] == held.application
    page, text = json.loads(mail["facts"]), json.loads(sms["facts"])["text"]
    assert page["title"] == title
    assert next_step in page["notes"][0] and next_step in text
    assert text.startswith(message)
    values = [value for _, value in page["rows"]]
    assert CODE in values and until in values
    assert all(values), "a label without a value"


def test_they_are_told_once_and_not_before_the_time(company: Company) -> None:
    """[water] hold_days, to the millisecond; nothing is written while nothing has run out."""
    held = hold(company)
    company.trial.at("2026-11-23 08:59:59.999")
    audited = len(company.trial.query("SELECT 1 FROM audit"))
    assert company.applications.end_run_out() == 0
    assert len(company.trial.query("SELECT 1 FROM audit")) == audited
    company.trial.at(RAN_OUT)
    company.trial.station.water.settle()  # as the sweeper does
    assert company.trial.letters() == [("application", PERSON["email"])]
    rows = company.trial.query("SELECT act, application, detail FROM audit WHERE act LIKE '%application%' ORDER BY id")
    assert [tuple(row.values()) for row in rows][-2:] == [
        ("drop_application", held.application, "ran_out"), ("end_applications", None, "1"),
    ]  # fmt: skip
    company.trial.station.water.settle()
    assert company.applications.end_run_out() == 0
    assert len(letters(company.trial)) == 1


def test_two_stations_at_once_tell_each_of_them_once(make_trial: MakeTrial) -> None:
    """Of two sweeps each application is one's alone."""
    companies = [Company(make_trial()) for _ in range(2)]
    codes = [f"44{number:05d}" for number in range(8)]
    for code in codes:
        hold(companies[0], code)
    start = Barrier(2, timeout=60)

    def sweep(company: Company) -> int:
        company.trial.at(RAN_OUT)
        start.wait()
        return company.applications.end_run_out()

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(sweep, companies)) == len(codes)
    told = [letters_of for _, _, letters_of in letters(companies[0].trial)]
    assert sorted(code for code in codes for facts in told if f'"{code}"' in facts) == codes
    assert len(told) == len(codes)


def test_who_pays_or_applies_again_after_the_time_is_told_too(company: Company) -> None:
    """With the sweeper off: what comes first ends it and tells them; a sweep later has nothing to tell."""
    hold(company)
    hold(company, "5500123")
    company.trial.at(RAN_OUT)
    paid = company.trial.station.water.payments.record(new_key(), CODE, Decimal("3.40"), "R-1", "cash")
    assert paid.registered == ()
    company.apply(wait=True, subscriber="5500123")
    assert [f'"{code}"' in facts for code, (_, _, facts) in zip((CODE, "5500123"), letters(company.trial), strict=True)]
    assert company.applications.end_run_out() == 0
    assert len(letters(company.trial)) == 2


def test_one_that_another_replaced_is_told_nothing(company: Company) -> None:
    """Its person applied again themselves, in time."""
    hold(company)
    company.apply(wait=True)
    assert letters(company.trial) == []


def test_invented_people_get_no_letters(company: Company) -> None:
    """The example's application is held for so many days too."""
    hold(company)
    company.trial.change("UPDATE applications SET station = :s", s=EXAMPLE_STATION)
    company.trial.at(RAN_OUT)
    assert company.applications.end_run_out() == 1
    assert letters(company.trial) == []


@pytest.mark.parametrize("swept", [True, False])
def test_no_other_answer_depends_on_the_sweeper(company: Company, swept: bool) -> None:
    """What has run out is held by nothing, whether or not somebody was told; it is deleted on the same day."""

    def sweep() -> None:
        if swept:
            company.trial.station.water.settle()

    def counts() -> dict[str, Any]:
        return {name: count for name, count in purge(company.trial.station).items() if name.startswith("applications")}

    held = hold(company, key="first")
    company.trial.at("2026-11-24 09:00")
    sweep()
    assert company.applications.of_person(PERSON["fin"]) == ()
    assert company.apply(key="first", wait=True) == held, "its stored answer"
    company.trial.at("2026-12-23 09:00")
    sweep()
    assert counts() == {"applications": 0, "applications never registered": 0}
    company.trial.at("2026-12-23 09:00:00.001")
    assert counts() == {"applications": 0, "applications never registered": 1}
    company.owe(0)
    assert company.applications.settle() == 0
    assert company.registered() == "2026-000001"
