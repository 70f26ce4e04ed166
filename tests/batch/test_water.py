"""The water company's requests of `batch`: answers, errors with exact facts, one act for one key (issue 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.talk import Talk, key
from tests.kiosk.water.applying import CODE, NEW, SUSPENSION, Company
from tests.kiosk.water.documents.good import pdf, png
from tests.stations import PERSON, START, Trial, at, open_station

FIN = PERSON["fin"]


@pytest.fixture
def talk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    """A conversation with a settable clock and a Maildir, from Friday, 20 November 2026, 09:00 on."""
    station = open_station(ready_url, tmp_path, secrets_folder, mail={"transport": "maildir"})
    station.clock.set(at(START))
    yield Talk(station)
    station.close()


@pytest.fixture
def company(talk: Talk) -> Company:
    """The same database, with one subscriber who owes nothing."""
    company = Company(Trial(talk.station, talk.station.clock.set))
    company.subscriber()
    return company


def fields(of: Any = SUSPENSION, **changed: str) -> dict[str, str]:
    return {name: text for name, text in {**of, **changed}.items() if name not in ("fin", "consumer_fin")}


def suspension(**changed: Any) -> dict[str, Any]:
    return {"do": "apply", "key": key(), "kind": "suspension", "fin": FIN, "fields": fields(), **changed}


def error(talk: Talk, request: dict[str, Any] | str, **of: Any) -> dict[str, Any]:
    answer = talk.ask(request, **of)
    assert "error" in answer
    return answer


def test_from_the_application_to_the_closed_order(talk: Talk, company: Company) -> None:
    """W3, W4, W7: number, status and type at each step; the service is suspended at the end."""
    assert talk.ask(suspension()) == {"number": "2026-000001", "status": "registered"}
    number = "2026-000001"
    for action, said, state, status in (
        ("take", None, "taken", "in_work"),
        ("ask_back", "Ünvanı dəqiqləşdirin", "asked_back", "asked_back"),
        ("resume", None, "taken", "in_work"),
        ("carry_out", None, "carried_out", "in_work"),
        ("close", "Xidmət dayandırıldı", "closed", "completed"),
    ):
        answered = {} if said is None else {"answer": said}
        order = talk.ask("work_order", key=key(), number=number, action=action, **answered)
        assert order == {"number": number, "state": state, "subscriber": CODE}
        assert talk.ask("application", number=number)["status"] == status
    found = talk.ask("application", number=number)
    steps = found.pop("steps")
    assert found == {
        "number": number, "date": "2026-11-20", "source": "batch", "applicant": "Aygün Nümunəyeva",
        "status": "completed", "type": "suspension", "subscriber": CODE, "answer": "Xidmət dayandırıldı",
    }  # fmt: skip
    assert [step["status"] for step in steps] == [
        "registered", "in_work", "asked_back", "in_work", "in_work", "completed",
    ]  # fmt: skip
    assert steps[2]["note"] == "Ünvanı dəqiqləşdirin"
    assert talk.ask("applications", fin=FIN.lower()) == {"applications": [found]}
    assert talk.ask("statement", subscriber=CODE)["service_state"] == "suspended"


def test_a_new_consumer_with_documents_by_path(talk: Talk, tmp_path: Path) -> None:
    """W1, W9: the first is the deed, the second the residents' certificate; they are kept unchanged."""
    deed, residents = tmp_path / "deed.pdf", tmp_path / "residents.PNG"
    deed.write_bytes(pdf())
    residents.write_bytes(png())
    request: dict[str, Any] = {
        "do": "apply", "key": key(), "kind": "new_consumer", "fin": FIN, "fields": fields(NEW),
        "documents": [{"path": str(deed)}, {"path": str(residents)}],
    }  # fmt: skip
    assert error(talk, {**request, "key": key(), "documents": request["documents"][:1]}) == {
        "error": "bad_request", "field": "documents", "why": "missing",
    }  # fmt: skip
    number = talk.ask(request)["number"]
    kept = talk.station.water.applications.one(number)
    assert [(role, document.media_type) for role, document in kept.documents] == [
        ("ownership_document", "application/pdf"), ("residents_certificate", "image/png"),
    ]  # fmt: skip
    assert talk.station.water.documents.read(kept.documents[0][1].digest) == deed.read_bytes()
    bad = tmp_path / "bad.pdf"
    for content, why in ((b"", "unreadable"), (b"MZ no document", "wrong_type")):
        bad.write_bytes(content)
        spoilt = {**request, "key": key(), "documents": [{"path": str(bad)}, {"path": str(residents)}]}
        assert error(talk, spoilt) == {"error": "document_refused", "why": why}
    with bad.open("wb") as large:
        large.truncate(10_000_001)
    assert error(talk, {**request, "key": key(), "documents": [{"path": str(bad)}]}) == {
        "error": "document_refused", "why": "too_big", "found": 10_000_001, "limit": 10_000_000,
    }  # fmt: skip
    for path in (tmp_path, tmp_path / "none.pdf", "\x00"):
        missing = {**request, "key": key(), "documents": [{"path": str(path)}]}
        assert error(talk, missing) == {"error": "bad_request", "field": "path", "why": "not_a_file"}


def test_a_payment_lets_a_held_application_go_on(talk: Talk, company: Company) -> None:
    """W6: the debt with its amount; a payment in two parts; the number is told with the one that ends the debt."""
    company.owe(340)
    assert error(talk, suspension()) == {"error": "debt", "amount": "3.40"}
    waits = suspension(wait=True)
    assert talk.ask(waits) == {"number": None, "status": "awaiting_payment", "amount": "3.40"}
    (held,) = talk.ask("applications", fin=FIN)["applications"]
    assert (held["number"], held["status"]) == (None, "awaiting_payment")
    part = talk.ask("pay", key=key(), subscriber=CODE, amount="3.39", receipt="A1")
    assert part == {"subscriber": CODE, "receipt": "A1", "amount": "3.39", "debt": "0.01", "registered": []}
    pay = {"do": "pay", "key": key(), "subscriber": CODE, "amount": "0.02", "receipt": "A2"}
    rest = talk.ask(pay)
    assert (rest["debt"], rest["registered"]) == ("-0.01", ["2026-000001"])
    assert talk.ask({**pay, "key": key()})["debt"] == "-0.01"
    assert error(talk, {**pay, "key": key(), "amount": "0.03"}) == {"error": "receipt_reused"}
    assert talk.ask("application", number="2026-000001")["status"] == "registered"


def test_a_statement(talk: Talk, company: Company) -> None:
    """W8: decimals as texts, a month without an invoice as such."""
    company.trial.change("INSERT INTO invoices VALUES (:c, '2026-10', 12000, 1200)", c=CODE)
    talk.ask("pay", key=key(), subscriber=CODE, amount="5", receipt="R")
    found = talk.ask("statement", subscriber=CODE)
    months = found.pop("months")
    assert found == {
        "subscriber": CODE, "holder": "Nümunəyeva Aygün Misal qızı", "address": "Bakı, Nümunə küç. 1", "persons": 3,
        "services": ["water", "waste_water"], "meter": "none", "service_state": "active", "debt": "7.00",
    }  # fmt: skip
    assert [months[0]["month"], months[-1]["month"]] == ["2025-11", "2026-10"]
    assert months[-1] == {"month": "2026-10", "consumption": "12.000", "invoiced": "12.00", "paid": "0.00"}
    assert months[-2] == {"month": "2026-09", "consumption": None, "invoiced": None, "paid": "0.00"}


def test_errors_with_their_facts(talk: Talk, company: Company) -> None:
    """The closed list, as docs/batch.md has it."""
    bad = {"error": "bad_request"}
    assert error(talk, suspension(kind="other")) == {**bad, "field": "kind", "why": "unknown"}
    assert error(talk, suspension(fields=[])) == {**bad, "field": "fields", "why": "not_an_object"}
    assert error(talk, suspension(fields=fields(email="x"))) == {**bad, "field": "email", "why": "email"}
    assert error(talk, suspension(fields={**fields(), "phone": 5})) == {**bad, "field": "phone", "why": "not_a_text"}
    assert error(talk, suspension(fin="xxx")) == {**bad, "field": "fin", "why": "fin"}
    assert error(talk, suspension(wait="yes")) == {**bad, "field": "wait", "why": "not_true_or_false"}
    assert error(talk, suspension(documents={})) == {**bad, "field": "documents", "why": "not_a_list_of_objects"}
    assert error(talk, suspension(documents=[{}] * 11)) == {**bad, "field": "documents", "why": "too_many"}
    role = [{"path": "x", "role": "passport"}]
    assert error(talk, suspension(documents=role)) == {**bad, "field": "role", "why": "unknown"}
    unknown = suspension(fields=fields(subscriber="9999999"))
    assert error(talk, unknown) == {"error": "unknown_subscriber"}
    assert error(talk, suspension(fin="7ZZ0001")) == {"error": "not_yours"}
    restoration = suspension(kind="restoration", fields=fields(reason="restoration-other"))
    assert error(talk, restoration) == {"error": "service_state", "state": "active"}
    number = talk.ask(suspension())["number"]
    assert error(talk, suspension()) == {"error": "already_applied", "number": number}
    assert error(talk, "application", number="2026-9") == {"error": "not_found"}
    assert error(talk, "statement", subscriber="12a") == {**bad, "field": "subscriber", "why": "format"}
    for amount in ("1,5", "-1", "1.234", "1e3", "NaN", "١"):
        pay = {"do": "pay", "key": key(), "subscriber": CODE, "amount": amount, "receipt": "R"}
        assert error(talk, pay) == {**bad, "field": "amount", "why": "not_an_amount"}
    order = {"do": "work_order", "key": key(), "number": number, "action": "close", "answer": "Bitdi"}
    assert error(talk, order) == {"error": "wrong_step", "state": "open"}
    assert error(talk, {**order, "key": key(), "action": "stop"}) == {**bad, "field": "action", "why": "unknown"}
    silent = {"do": "work_order", "key": key(), "number": number, "action": "refuse"}
    assert error(talk, silent) == {**bad, "field": "answer", "why": "empty"}
    for row, name in (({"meter": "mechanical"}, "metered"), ({"closed": 1}, "closed_account")):
        code = company.subscriber(f"5500{row.get('closed', 0)}", **row)
        assert error(talk, suspension(fields=fields(subscriber=code))) == {"error": name}
    company.subscriber("66001", category="non_population")
    assert error(talk, "statement", subscriber="66001") == {"error": "not_population"}


def test_the_same_key_gets_the_same_answer_to_the_byte(talk: Talk, company: Company) -> None:
    """Whatever the time is by then; another request under it is refused, and nothing is done twice."""
    number = talk.ask(suspension())["number"]
    company.subscriber("77001")
    requests: list[dict[str, Any]] = [
        suspension(fields=fields(subscriber="77001")),
        suspension(),
        {"do": "work_order", "key": key(), "number": number, "action": "take"},
        {"do": "work_order", "key": key(), "number": number, "action": "take"},
        {"do": "pay", "key": key(), "subscriber": CODE, "amount": "1.00", "receipt": "Q"},
    ]
    said = [(request, talk.raw(request)) for request in requests]
    talk.at("2026-11-27T09:00:00")
    for request, line in said:
        assert talk.raw(request) == line
        other = {**request, "fin": "7ZZ0001", "number": "2026-000777", "amount": "2.00"}
        assert error(talk, other) == {"error": "key_reused"}
    assert [json.loads(line)["ok"] for _, line in said] == [True, False, True, False, True]
    assert len(company.trial.query("SELECT 1 FROM applications")) == 2
    assert len(company.trial.query("SELECT 1 FROM payments")) == 1
