"""The company's desk: a work order step by step (W7)."""

from __future__ import annotations

import json

import pytest

from kiosk.errors import BadRequest, KeyReused, NotFound, UnknownSubscriber, WrongStep
from kiosk.water.facts import WORK_ACTIONS, ApplicationState, WorkAction, WorkState
from kiosk.water.work import WorkFilter
from tests.kiosk.water.applying import CODE, Company
from tests.stations import PERSON, MakeTrial, new_key

_WAY: dict[WorkState, tuple[WorkAction, ...]] = {
    "open": (),
    "taken": ("take",),
    "asked_back": ("take", "ask_back"),
    "carried_out": ("take", "carry_out"),
    "closed": ("take", "carry_out", "close"),
    "refused": ("refuse",),
}
_GOES: dict[WorkState, dict[WorkAction, tuple[WorkState, ApplicationState]]] = {
    "open": {"take": ("taken", "in_work"), "refuse": ("refused", "refused")},
    "taken": {
        "ask_back": ("asked_back", "asked_back"),
        "carry_out": ("carried_out", "in_work"),
        "refuse": ("refused", "refused"),
    },
    "asked_back": {"resume": ("taken", "in_work"), "refuse": ("refused", "refused")},
    "carried_out": {"close": ("closed", "completed")},
    "closed": {},
    "refused": {},
}


def staff(company: Company, name: str = "leyla") -> int:
    """An operator's row id."""
    company.trial.change(
        "INSERT INTO staff (name, display_name, role, rights, password_hash, created_at)"
        " VALUES (:n, :d, 'operator', '', '', 0)",
        n=name, d=name.title(),
    )  # fmt: skip
    return int(company.trial.query("SELECT id FROM staff WHERE name = :n", n=name)[0]["id"])


def go(company: Company, number: str, *actions: WorkAction, by: int | None = None) -> None:
    for action in actions:
        company.work.act(new_key(), by, number, action, "Cavab")


def service_state(company: Company) -> str:
    return company.registry.one(CODE).service_state


@pytest.mark.parametrize("state", list(_WAY))
def test_which_step_goes_from_where(company: Company, state: WorkState) -> None:
    """W7: every action in every state; a wrong one changes nothing and tells the state."""
    for action in WORK_ACTIONS:
        number = company.registered("new_consumer")
        go(company, number, *_WAY[state])
        before = company.applications.one(number)
        if action not in _GOES[state]:
            with pytest.raises(WrongStep) as wrong:
                company.work.act(new_key(), None, number, action, "Cavab")
            assert wrong.value.state == state
            assert company.applications.one(number) == before
            continue
        order = company.work.act(new_key(), None, number, action, "Cavab")
        assert (order.state, company.applications.one(number).state) == _GOES[state][action]


def test_closing_changes_the_service(company: Company) -> None:
    """W7: suspended when the suspension is closed, not before; restored likewise."""
    company.subscriber()
    number = company.registered()
    go(company, number, "take", "carry_out")
    assert service_state(company) == "active"
    go(company, number, "close")
    assert service_state(company) == "suspended"
    number = company.registered("restoration")
    go(company, number, "take", "carry_out", "close")
    assert service_state(company) == "active"


def test_refusing_changes_no_service(company: Company) -> None:
    """W7: and the reason is told."""
    company.subscriber()
    number = company.registered()
    go(company, number, "refuse")
    assert service_state(company) == "active"
    assert company.applications.one(number).answer == "Cavab"


def test_closing_a_new_consumers_makes_the_subscriber(company: Company) -> None:
    """W7: with the next free code, under their FİN and address; the letter tells it."""
    company.subscriber("4400123", fin="7ZZ0001")
    number = company.registered("new_consumer")
    go(company, number, "take", "carry_out")
    order = company.work.act(new_key(), None, number, "close", "Qeydiyyata alındınız")
    assert order.subscriber == "4400124"
    made = company.registry.one("4400124")
    assert (made.fin, made.surname, made.address) == (
        PERSON["fin"], PERSON["surname"], "Bakı, Xətai r., Nümunə küçəsi, ev 12A, mənzil 5",
    )  # fmt: skip
    assert (made.meter, made.service_state, made.closed) == ("none", "active", False)
    (letter,) = company.trial.query("SELECT facts FROM outbox ORDER BY id DESC LIMIT 1")
    assert ["Abonent kodu", "4400124"] in json.loads(letter["facts"])["rows"]


def test_the_code_that_the_company_gave(company: Company) -> None:
    """W7: one that is somebody's, or none, refuses the step whole."""
    company.subscriber()
    number = company.registered("new_consumer", consumer_fin="7ZZ0009")
    with pytest.raises(BadRequest):
        company.work.act(new_key(), None, number, "take", new_code="5501234")
    go(company, number, "take", "carry_out")
    for code, why in ((CODE, "taken"), ("12", "format")):
        with pytest.raises(BadRequest) as bad:
            company.work.act(new_key(), None, number, "close", "Hazırdır", code)
        assert (bad.value.field, bad.value.why) == ("new_code", why)
        assert company.applications.one(number).state == "in_work"
    assert company.work.act(new_key(), None, number, "close", "Hazırdır", "5501234").subscriber == "5501234"
    made = company.registry.one("5501234")
    assert (made.fin, made.name) == ("7ZZ0009", "")  # who applied for somebody else gave no name but their own


def test_a_subscriber_that_is_gone_refuses_the_step_whole(company: Company) -> None:
    """Nothing is closed that was not done."""
    company.subscriber()
    number = company.registered()
    go(company, number, "take", "carry_out")
    company.trial.change("DELETE FROM subscribers")
    with pytest.raises(UnknownSubscriber):
        company.work.act(new_key(), None, number, "close", "Bağlandı")
    assert company.work.orders(WorkFilter())[0].state == "carried_out"


@pytest.mark.parametrize("action", ["ask_back", "refuse", "close"])
def test_an_answer_has_to_be_given(company: Company, action: WorkAction) -> None:
    """W7: with what the applicant has to know; bounded."""
    number = company.registered("new_consumer")
    go(company, number, "take", *(("carry_out",) if action == "close" else ()))
    for answer, why in (("", "empty"), (" \n\u200b", "empty"), ("ə" * 1001, "too_long")):
        with pytest.raises(BadRequest) as bad:
            company.work.act(new_key(), None, number, action, answer)
        assert (bad.value.field, bad.value.why) == ("answer", why)


def test_each_step_is_mailed_and_texted_in_the_applicants_language(make_trial: MakeTrial) -> None:
    """W4, W7: the answer is in the letter alone."""
    company = Company(make_trial(sms={"transport": "http", "url": "http://127.0.0.1:9/"}))
    number = company.registered("new_consumer")
    for action, title, message in (
        ("take", "Müraciətiniz icraya götürüldü.", f"Müraciət {number}: icraya götürüldü."),
        ("ask_back", "Müraciətinizə baxmaq üçün", f"Müraciət {number}: əlavə məlumat lazımdır."),
        ("resume", "icrası davam edir", f"Müraciət {number}: icra davam edir."),
        ("carry_out", "Müraciətiniz üzrə iş görüldü.", f"Müraciət {number}: iş görüldü"),
        ("close", "Müraciətiniz icra olundu.", f"Müraciət {number}: icra olundu."),
    ):
        company.work.act(new_key(), None, number, action, "Sizə cavab")  # type: ignore[arg-type]
        mail, sms = company.trial.query("SELECT channel, recipient, facts FROM outbox ORDER BY id")[-2:]
        assert (mail["channel"], mail["recipient"], sms["channel"]) == ("mail", PERSON["email"], "sms")
        assert title in mail["facts"]
        assert message in sms["facts"]
        assert ("Sizə cavab" in mail["facts"]) is (action in ("ask_back", "carry_out", "close"))
        assert "Sizə cavab" not in sms["facts"]


def test_a_step_is_done_once_for_its_key(company: Company) -> None:
    """And told again as it was, whatever came after."""
    number = company.registered("new_consumer")
    first = company.work.act("k", None, number, "take")
    go(company, number, "carry_out")
    assert company.work.act("k", None, number, "take") == first
    with pytest.raises(KeyReused):
        company.work.act("k", None, number, "refuse", "Yox")
    assert len(company.applications.one(number).steps) == 3


def test_who_took_it_and_who_looked_is_audited(company: Company) -> None:
    """K6, W7: staff, step and application; no person."""
    operator = staff(company)
    number = company.registered("new_consumer")
    order = company.work.act(new_key(), operator, number, "take")
    assert order.taken_by == "Leyla"
    kept = company.work.application(operator, f" {number} ")
    digest = kept.documents[0][1].digest
    assert company.work.document(operator, number, digest) == b"%PDF-1.7 deed"
    assert company.work.applications_of(operator, PERSON["fin"].lower()) == (kept,)
    assert company.work.applications_of(None, "1111111") == ()
    rows = company.trial.query("SELECT act, outcome, staff, application, detail FROM audit WHERE staff IS NOT NULL")
    assert [(row["act"], row["outcome"], row["detail"]) for row in rows] == [
        ("work_order", "done", "take"), ("view_application", "done", None), ("view_document", "done", digest),
        ("view_applications", "done", number),
    ]  # fmt: skip
    assert {row["staff"] for row in rows} == {operator}
    assert [row["application"] for row in rows] == [kept.id] * 3 + [None]


def test_a_document_of_another_application_is_not_shown(company: Company) -> None:
    """K6: nor one of none."""
    company.subscriber()
    number = company.registered()
    for digest in (company.document(), "0" * 64):
        with pytest.raises(NotFound):
            company.work.document(None, number, digest)
    with pytest.raises(NotFound):
        company.work.application(None, "2026-000404")
    with pytest.raises(NotFound):
        company.work.act(new_key(), None, "2026-000404", "take")


def test_the_list_with_its_filters(make_trial: MakeTrial) -> None:
    """W7: what is to do, the one due first before the others; kind, state, mine, overdue."""
    company = Company(make_trial(water={"due_days": 2}))
    operator, other = staff(company), staff(company, "orxan")
    company.subscriber()
    first = company.registered()
    company.trial.at("2026-11-21 09:00")
    second, third = company.registered("new_consumer"), company.registered("new_consumer")
    go(company, second, "take", by=operator)
    go(company, third, "take", by=other)
    go(company, third, "refuse", by=other)

    def numbers(**wanted: object) -> list[str]:
        return [order.number for order in company.work.orders(WorkFilter(**wanted))]  # type: ignore[arg-type]

    assert numbers() == [first, second]
    assert numbers(states=()) == [first, second, third]
    assert numbers(states=("refused",)) == [third]
    assert numbers(kinds=("suspension",)) == [first]
    assert numbers(mine=operator) == [second]
    assert numbers(most=1) == [first]
    company.trial.at("2026-11-22 23:59")
    assert numbers(overdue_only=True) == []
    company.trial.at("2026-11-23 00:00")
    assert numbers(overdue_only=True) == [first]
    assert [order.overdue for order in company.work.orders(WorkFilter(states=()))] == [True, False, False]


def test_the_search_folds_letters_and_finds_numbers(company: Company) -> None:
    """W7: name, FİN, subscriber code, address, number; a percent sign is a sign like others."""
    company.subscriber()
    first = company.registered()
    second = company.registered("new_consumer", surname="Şıxəliyeva", fin="7ZZ0002")

    def found(typed: str) -> list[str]:
        return [order.number for order in company.work.orders(WorkFilter(typed=typed))]

    assert found("sixeliyeva") == [second]
    assert found("  XƏTAİ numune ") == [second]
    assert found("7zz0002") == [second]
    assert found(CODE) == [first]
    assert found("numuneyeva AYGÜN") == [first]
    assert found("2026-000002") == [second]
    assert found("000001") == [first]
    assert found("") == [first, second]
    assert found("%") == found("_") == found("heç kim") == []
    assert found("numune " * 3000) == [first, second]
    assert found("qq ww " * 5000) == found("x" * 10_000) == []


def test_what_is_no_number_finds_nothing(company: Company) -> None:
    """Typed or sent by another program: hostile texts are unknown numbers, on either database."""
    for number in ("\x00", "2026-000001\x00", "' OR 1=1 --", "2026-٠٠٠٠٠١", "\ud800", "9" * 5000, ""):
        with pytest.raises(NotFound):
            company.applications.one(number)
        with pytest.raises(NotFound):
            company.work.application(None, number)
        with pytest.raises(NotFound):
            company.work.act(new_key(), None, number, "take")
        assert company.applications.of_person(number) == ()
        assert company.work.applications_of(None, number) == ()
        assert company.work.orders(WorkFilter(typed=number)) == ()


def test_another_program_acts_as_nobody_of_the_staff(company: Company) -> None:
    """W7: `batch` takes an order without a name."""
    number = company.registered("new_consumer")
    assert company.work.act(new_key(), None, number, "take").taken_by is None
