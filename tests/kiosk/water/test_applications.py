"""Applying to the water company: what registers an application, and what stops it (W1, W3 to W7)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from kiosk.errors import (
    AlreadyApplied,
    BadRequest,
    ClosedAccount,
    InDebt,
    KeyReused,
    Metered,
    NotFound,
    NotPopulation,
    NotYours,
    RegistryAway,
    UnknownSubscriber,
    WrongServiceState,
)
from kiosk.identity.signed_in import SignedIn
from kiosk.names import Language
from kiosk.water.applications import Applications
from kiosk.water.facts import AwaitingPayment, Registered
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.registry import Asked
from tests.kiosk.water.applying import CODE, NEW, SUSPENSION, Company
from tests.stations import PERSON, MakeTrial, Trial, new_key, wall


def test_a_new_consumer_is_registered_with_all_that_was_typed(company: Company) -> None:
    """W1, W3: number, form, documents, first step, in one row each."""
    answer = company.apply("new_consumer", notes="  Zəng\tedin ")
    assert answer == Registered("2026-000001", "new_consumer", "registered")
    kept = company.applications.one("2026-000001")
    assert (kept.state, kept.source, kept.language, wall(kept.created_at)) == (
        "registered", "kiosk", "az", "2026-11-20 09:00:00",
    )  # fmt: skip
    assert (kept.fin, kept.given_name, kept.surname) == (PERSON["fin"], PERSON["given_name"], PERSON["surname"])
    assert (kept.phone, kept.email) == ("+994501234567", PERSON["email"])
    assert kept.fields == {
        "consumer_fin": PERSON["fin"],
        "district": "xetai",
        "place_text": "Nümunə küçəsi",
        "house_type": "apartment_block",
        "house_number": "12A",
        "flat_number": "5",
        "notes": "Zəng edin",
        "address": "Bakı, Xətai r., Nümunə küçəsi, ev 12A, mənzil 5",
    }
    assert [role for role, _ in kept.documents] == ["ownership_document", "residents_certificate"]
    assert [step.state for step in kept.steps] == ["registered"]
    assert PERSON["surname"] not in repr(kept)


def test_the_work_order_is_born_with_the_application(make_trial: MakeTrial) -> None:
    """W7: open, due in the days of the setting, by Baku's calendar."""
    company = Company(make_trial(water={"due_days": 3}))
    company.subscriber()
    company.trial.at("2026-11-20 23:30")
    number = company.registered()
    (order,) = company.trial.query("SELECT * FROM work_orders")
    assert (order["state"], order["due_on"]) == ("open", "2026-11-23")
    assert company.applications.one(number).id == order["application"]


def test_numbers_begin_anew_with_the_year_in_baku_and_have_no_gap(company: Company) -> None:
    """W3: a refused application takes no number."""
    company.subscriber()
    assert company.registered("new_consumer") == "2026-000001"
    with pytest.raises(BadRequest):
        company.apply("new_consumer", email="nobody")
    assert company.registered() == "2026-000002"
    with pytest.raises(AlreadyApplied):
        company.apply()
    company.trial.at("2026-12-31 23:59")
    assert company.registered("new_consumer") == "2026-000003"
    company.trial.at("2027-01-01 00:00")
    assert company.registered("new_consumer") == "2027-000001"


@pytest.mark.parametrize(
    ("language", "said", "label"),
    [
        (
            "az",
            "Müraciətiniz qeydiyyata alındı. Xidmətimizdən istifadə etdiyiniz üçün sizə təşəkkür edirik."
            " Müraciət nömrəniz: 2026-000001",
            "Abonent kodu",
        ),
        (
            "ru",
            "Ваше заявление зарегистрировано. Благодарим вас за то, что воспользовались нашей услугой."
            " Номер вашего заявления: 2026-000001",
            "Код абонента",
        ),
    ],
)
def test_the_applicant_is_told_by_mail_and_sms_in_their_language(
    make_trial: MakeTrial, language: Language, said: str, label: str
) -> None:
    """W3: the manual's words to the letter, with the number; both belong to the application."""
    company = Company(make_trial(sms={"transport": "http", "url": "http://127.0.0.1:9/"}))
    company.subscriber()
    company.applications.apply(new_key(), "suspension", SUSPENSION, (), source="kiosk", language=language)
    letters = company.trial.query(
        "SELECT channel, kind, language, recipient, facts, application FROM outbox ORDER BY id"
    )
    assert [(row["channel"], row["kind"], row["language"]) for row in letters] == [
        ("mail", "application", language), ("sms", "application", language),
    ]  # fmt: skip
    assert letters[0]["recipient"] == PERSON["email"]
    assert {row["application"] for row in letters} == {company.applications.one("2026-000001").id}
    assert all(said in row["facts"] for row in letters)
    assert [label, CODE] in json.loads(letters[0]["facts"])["rows"]


def test_a_repeat_with_the_same_key_is_the_same_application(company: Company) -> None:
    """W3: whatever is sent twice is registered once; another request under the key is refused."""
    company.subscriber()
    first = company.apply(key="k")
    assert company.apply(key="k") == first
    with pytest.raises(KeyReused):
        company.apply(key="k", notes="another")
    assert len(company.trial.query("SELECT 1 FROM applications")) == 1
    assert company.trial.letters() == [("application", PERSON["email"])]


def test_documents_of_a_new_consumer_have_to_be_there(company: Company) -> None:
    """W1: both, stored before; a role is one of those known."""

    def apply(*documents: Any) -> str:
        with pytest.raises(BadRequest) as bad:
            company.applications.apply(new_key(), "new_consumer", NEW, documents, source="kiosk", language="az")
        assert bad.value.field == "documents"
        return bad.value.why

    own, residents = company.both()
    assert apply() == "missing"
    assert apply(own) == "missing"
    assert apply(own, ("residents_certificate", "0" * 64)) == "unknown"
    assert apply(own, residents, ("passport", own[1])) == "role"
    assert apply(own, own, residents) == "too_many"
    assert not company.trial.query("SELECT 1 FROM applications")


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ({"category": "non_population"}, NotPopulation),
        ({"category": "non_population", "fin": ""}, NotPopulation),
        ({"fin": "7ZZ0001"}, NotYours),
        ({"closed": 1}, ClosedAccount),
        ({"meter": "mechanical"}, Metered),
        ({"meter": "smart_card"}, Metered),
        ({"service_state": "suspended"}, WrongServiceState),
        ({"opening_balance": 1}, InDebt),
    ],
)
def test_what_stops_an_application_about_a_subscriber(
    company: Company, row: dict[str, Any], refusal: type[Exception]
) -> None:
    """W5, W6: told before and while applying alike; nothing is kept, not even a number."""
    company.subscriber(**row)
    with pytest.raises(refusal):
        company.applications.may_apply(PERSON["fin"], "suspension", CODE)
    with pytest.raises(refusal):
        company.apply()
    assert not company.trial.query("SELECT 1 FROM applications")
    assert not company.trial.query("SELECT 1 FROM year_counters")


def test_the_debt_is_told_with_its_amount_and_last(company: Company) -> None:
    """W6: 0.01 stops it; a credit does not; whoever may not apply learns of no debt."""
    company.subscriber(opening_balance=1)
    with pytest.raises(InDebt) as debt:
        company.applications.may_apply(PERSON["fin"], "suspension", f" {CODE[:3]}-{CODE[3:]} ")
    assert debt.value.amount == "0.01"
    with pytest.raises(NotYours):
        company.applications.may_apply("7ZZ0001", "suspension", CODE)
    company.owe(-500)
    assert company.applications.may_apply(PERSON["fin"].lower(), "suspension", CODE).code == CODE


def test_codes_that_are_none(company: Company) -> None:
    """W8: empty, of another format, unknown."""
    for typed, why in (("", "empty"), ("  ", "empty"), ("12a4", "format"), ("1" * 16, "format"), ("٤٤٠٠١٢٣", "format")):
        with pytest.raises(BadRequest) as bad:
            company.applications.may_apply(PERSON["fin"], "suspension", typed)
        assert (bad.value.field, bad.value.why) == ("subscriber", why)
    with pytest.raises(UnknownSubscriber):
        company.apply(subscriber="9999999")


@pytest.mark.parametrize("hidden", ["{}\n", "\n{}", "{}\u200b", "\u202e{}", "{}\r\n", "{}\x00"])
def test_signs_that_nobody_sees_pass_no_rule_by(company: Company, hidden: str) -> None:
    """W5, W6: the code that the form reads is the one that the registry was asked about."""
    with pytest.raises(UnknownSubscriber):
        company.apply(subscriber=hidden.format("9999999"))
    company.subscriber(meter="mechanical")
    with pytest.raises(Metered):
        company.apply(subscriber=hidden.format(CODE))
    with pytest.raises(Metered):
        company.applications.may_apply(PERSON["fin"], "suspension", hidden.format(CODE))
    assert not company.trial.query("SELECT 1 FROM applications")


def test_who_looks_whether_they_may_apply_is_audited(company: Company) -> None:
    """K6: the code and the answer, no person."""
    company.subscriber()
    company.applications.may_apply(PERSON["fin"], "suspension", CODE)
    with pytest.raises(NotYours):
        company.applications.may_apply("7ZZ0001", "suspension", CODE)
    rows = company.trial.query("SELECT outcome, detail FROM audit WHERE act = 'may_apply' ORDER BY id")
    assert [(row["outcome"], row["detail"]) for row in rows] == [("done", CODE), ("not_yours", CODE)]


def test_restoration_is_for_a_suspended_service(company: Company) -> None:
    """W5: and a reason belongs to its kind."""
    company.subscriber()
    with pytest.raises(WrongServiceState) as wrong:
        company.apply("restoration")
    assert wrong.value.state == "active"
    with pytest.raises(BadRequest) as bad:
        company.apply("suspension", reason="restoration-other")
    assert (bad.value.field, bad.value.why) == ("reason", "choose")
    company.trial.change("UPDATE subscribers SET service_state = 'suspended'")
    assert company.registered("restoration") == "2026-000001"


def test_one_open_application_per_subscriber(company: Company) -> None:
    """W5: the one that is open is named; when it is over there may be another."""
    company.subscriber()
    number = company.registered()
    with pytest.raises(AlreadyApplied) as already:
        company.applications.may_apply(PERSON["fin"], "suspension", CODE)
    assert already.value.number == number
    company.work.act(new_key(), None, number, "refuse", "Ünvan tapılmadı")
    assert company.registered() == "2026-000002"


def test_a_neighbour_may_apply_only_where_the_setting_lets_them(make_trial: MakeTrial) -> None:
    """W5: [water] applicant_is_subscriber; then the name is asked for, since the registry has another's."""
    company = Company(make_trial(water={"applicant_is_subscriber": False}))
    company.subscriber(fin="7ZZ0001", surname="Qonşuyeva")
    number = company.registered(given_name="Ayla", surname="Misalova")
    assert company.applications.one(number).surname == "Misalova"


def test_the_subscribers_name_comes_from_the_registry(company: Company) -> None:
    """W4: a form of suspension asks for no name, and the status list has one."""
    company.subscriber()
    kept = company.applications.one(company.registered())
    assert (kept.given_name, kept.surname) == (PERSON["given_name"], PERSON["surname"])
    assert kept.fields == {"subscriber": CODE, "reason": "suspension-renovation"}


def test_a_persons_applications_newest_first(company: Company) -> None:
    """W4: somebody else's are not among them."""
    company.subscriber()
    first = company.registered()
    company.registered("new_consumer", fin="7ZZ0001")
    last = company.registered("new_consumer")
    assert [one.number for one in company.applications.of_person(f" {PERSON['fin'].lower()}")] == [last, first]
    assert company.applications.of_person("1111111") == ()
    with pytest.raises(NotFound):
        company.applications.one("2026-999999")


@pytest.mark.parametrize("sees", ["nothing", "figures", "all"])
def test_a_fin_alone_shows_nothing_that_identifies(make_trial: MakeTrial, sees: str) -> None:
    """W4: by default number, date, source, status and type; a proved sign-in sees its own in full."""
    company = Company(make_trial(water={"fin_only_sees": sees}))
    company.registered("new_consumer", notes="heç kimə")
    (seen,) = company.applications.of(SignedIn("fin", PERSON["fin"]))
    assert (seen.number, seen.kind, seen.state, seen.source) == ("2026-000001", "new_consumer", "registered", "kiosk")
    hidden = (seen.surname, seen.phone, seen.email, seen.fin, seen.fields, seen.documents)
    assert (hidden == ("", "", "", "", {}, ())) is (sees != "all")
    (own,) = company.applications.of(SignedIn("card", PERSON["fin"]))
    assert own.surname == PERSON["surname"]
    assert company.applications.of(SignedIn("password", None)) == ()


def test_a_debt_holds_an_application_that_waits(company: Company) -> None:
    """W6: without a number, a work order or a letter, until it runs out."""
    company.subscriber(opening_balance=340)
    answer = company.apply(key="k", wait=True)
    assert isinstance(answer, AwaitingPayment)
    assert answer.amount == Decimal("3.40")
    assert company.apply(key="k", wait=True) == answer
    (held,) = company.applications.of_person(PERSON["fin"])
    assert (held.state, held.number, held.id) == ("awaiting_payment", "", answer.application)
    assert not company.trial.query("SELECT 1 FROM work_orders")
    assert not company.trial.letters()
    company.trial.at("2026-11-23 08:59")
    assert company.applications.of_person(PERSON["fin"])
    company.trial.at("2026-11-23 09:00")
    assert company.applications.of_person(PERSON["fin"]) == ()


def test_the_registry_being_away_hides_no_stored_answer(trial: Trial) -> None:
    """W3: a repeat is told what was done; a new act is refused and may be tried again with its key."""
    company = Company(trial)
    company.subscriber()
    done = company.apply(key="k")

    class Away(OwnRegistry):
        def ask(self, code: str) -> Asked:
            raise RegistryAway

    settings = trial.station.settings
    company.applications = Applications(trial.station.acts, Away(trial.station.acts, settings), settings)
    assert company.apply(key="k") == done
    with pytest.raises(RegistryAway):
        company.apply(key="new")


def test_the_audit_names_the_application_and_no_person(company: Company) -> None:
    """K6: one row, with the application's row id and the subscriber code."""
    company.subscriber()
    number = company.registered()
    (row,) = company.trial.query("SELECT * FROM audit")
    assert (row["act"], row["outcome"], row["detail"]) == ("apply", "done", CODE)
    assert row["application"] == company.applications.one(number).id
