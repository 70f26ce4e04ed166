"""The company's system over HTTP: away, wrong, slow to answer, answering nonsense; changes are made there once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from kiosk.acts import Unit
from kiosk.care.purge import purge
from kiosk.clock import HOUR
from kiosk.errors import RegistryAway, UnknownSubscriber
from kiosk.water.http_registry import HttpRegistry
from kiosk.water.registry import NewSubscriber
from kiosk.water.registry_carrier import RegistryCarrier
from kiosk.water.statement import Statements
from kiosk.water.work import Work, WorkFilter, as_action
from tests.kiosk.water.applying import Company
from tests.kiosk.water.company_system import DOCUMENT, TOKEN, CompanySystem, serving
from tests.kiosk.water.filled import CODE, holder
from tests.stations import Trial, at, new_key, open_station
from tests.tls import Certificates, issue

NEW = NewSubscriber("7NUMN24", "Əsmər", "Nümunəli", "İlğar qızı", "Bakı ş., Nümunə küç. 5")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


class Linked:
    """A trial on SQLite whose registry is the company's system."""

    def __init__(self, trial: Trial, system: CompanySystem) -> None:
        self.trial = trial
        self.system = system
        acts, settings = trial.station.acts, trial.station.settings
        self.acts = acts
        self.registry = HttpRegistry(acts, settings)
        self.statements = Statements(acts, self.registry, settings)
        self.carrier = RegistryCarrier(trial.station.database, settings)

    def pay(self, qapik: int, receipt: str) -> None:
        """Note a payment, in a unit of work."""
        self.act(lambda unit: self.registry.note_payment(unit, CODE, qapik, receipt, unit.now))

    def act(self, do: Any) -> Any:
        return self.acts.perform("trial", None, {}, do)

    def debt(self) -> int:
        asked = self.registry.ask(CODE)
        with self.acts.reading() as (connection, _):
            return self.registry.debt(connection, asked)

    def calls(self) -> list[dict[str, Any]]:
        return self.trial.query("SELECT * FROM registry_calls ORDER BY id")

    def wait(self, milliseconds: int) -> None:
        """Let time go by."""
        self.trial.set_instant(self.trial.station.database.now() + milliseconds)


@pytest.fixture
def system(certificates: Certificates) -> Iterator[CompanySystem]:
    made = CompanySystem()
    with serving(made, certificates.server):
        yield made
    assert made.problems == []


@pytest.fixture
def linked(
    system: CompanySystem, certificates: Certificates, ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path
) -> Iterator[Linked]:
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    told = {
        "source": "http",
        "url": f"https://127.0.0.1:{system.port}/v1",
        "token_file": str(token),
        "ca_file": str(certificates.ca),
        "timeout_seconds": 60,
    }
    station = open_station(ready_sqlite_url, tmp_path, secrets_folder, registry=told)
    trial = Trial(station, station.clock.set)
    trial.set_instant(at("2026-11-20 09:00"))
    try:
        yield Linked(trial, system)
    finally:
        station.close()


def test_the_document_is_openapi() -> None:
    validate(DOCUMENT)


def test_a_statement_of_the_companys_system(linked: Linked) -> None:
    """W8: what is asked stands in the statement; nothing of a person in an address."""
    linked.system.subscriber(CODE, "3.40")
    linked.system.accounts[CODE]["months"] = [
        {"month": "2026-10", "consumption": "12.000", "invoiced": "12.00", "paid": "8.60"},
        {"month": "2026-11", "consumption": None, "invoiced": None, "paid": "1.00"},
    ]
    statement = linked.statements.statement(holder(), CODE)
    assert (str(statement.debt), str(statement.invoiced), str(statement.paid)) == ("3.40", "12.00", "8.60")
    assert linked.system.requests == [("GET", f"/subscribers/{CODE}")]


def test_a_system_that_is_away_is_told(linked: Linked) -> None:
    """Nothing is done, and nothing of a person is in the refusal."""
    linked.system.status = 503
    with pytest.raises(RegistryAway) as refused:
        linked.statements.statement(holder(), CODE)
    assert str(refused.value) == "registry_away"
    with pytest.raises(RegistryAway):
        linked.registry.search("Nümunə")
    assert linked.trial.query("SELECT * FROM audit WHERE act = 'statement'") == []


@pytest.mark.parametrize("status", [201, 301, 400, 401, 429, 500])
def test_any_other_status_is_no_answer(linked: Linked, status: int) -> None:
    linked.system.subscriber(CODE)
    linked.system.status = status
    with pytest.raises(RegistryAway):
        linked.registry.ask(CODE)


def test_an_unknown_code_is_told_as_such(linked: Linked) -> None:
    with pytest.raises(UnknownSubscriber):
        linked.statements.statement(holder(), CODE)


def _spoiled() -> list[tuple[str, bytes]]:
    system = CompanySystem()
    system.subscriber(CODE, "1.00")
    good = system.accounts[CODE]

    def changed(**values: Any) -> bytes:
        return json.dumps({**good, **values}).encode()

    def person(**values: Any) -> bytes:
        return json.dumps({**good, "subscriber": {**good["subscriber"], **values}}).encode()

    month = {"month": "2026-10", "consumption": "1.000", "invoiced": "1.00", "paid": "0.00"}
    return [
        ("no JSON", b"<html>"),
        ("nothing", b""),
        ("another type", b"[]"),
        ("deep", b"[" * 100_000),
        ("too large", b'"' + b"x" * (1 << 20) + b'"'),
        ("not UTF-8", b'{"debt": "\xff"}'),
        ("somebody else", person(code="4400124")),
        ("a number for money", changed(debt=1.0)),
        ("money without places", changed(debt="1")),
        ("huge money", changed(debt="1E+999999999")),
        ("no number", changed(debt="NaN")),
        ("no debt", json.dumps({key: value for key, value in good.items() if key != "debt"}).encode()),
        ("a strange meter", person(meter="laser")),
        ("a strange state", person(service_state=None)),
        ("a flag as text", person(closed="false")),
        ("persons as text", person(persons="3")),
        ("minus persons", person(persons=-1)),
        ("true persons", person(persons=True)),
        ("a terminal's command", person(surname="\x1b[2J")),
        ("a long name", person(address="x" * 501)),
        ("months as object", changed(months={})),
        ("a month that is none", changed(months=[{**month, "month": "2026-13"}])),
        ("minus consumption", changed(months=[{**month, "consumption": "-1.000"}])),
        ("a fine consumption", changed(months=[{**month, "consumption": "1.0001"}])),
        ("receipts of numbers", changed(receipts=[1])),
    ]


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in _spoiled()])
def test_an_answer_of_another_form_is_none(linked: Linked, answer: bytes) -> None:
    """It is not guessed at, and it does not break anything."""
    linked.system.subscriber(CODE)
    linked.system.raw = answer
    with pytest.raises(RegistryAway):
        linked.registry.ask(CODE)


def test_only_the_named_certificates_are_trusted(linked: Linked, tmp_path: Path) -> None:
    """TLS is checked: a server that another authority vouches for gets neither token nor code."""
    linked.system.subscriber(CODE)
    told = linked.trial.station.settings
    other = issue(tmp_path / "other", "127.0.0.1")
    strange = replace(told, registry=replace(told.registry, ca_file=str(other.ca)))
    with pytest.raises(RegistryAway):
        HttpRegistry(linked.acts, strange).ask(CODE)
    assert linked.system.requests == []


@pytest.mark.parametrize("url", ["", "http://registry.example.az/v1", "https://user:word@127.0.0.1/v1"])
def test_nothing_is_sent_to_an_address_that_is_not_safe(linked: Linked, url: str) -> None:
    told = linked.trial.station.settings
    strange = replace(told, registry=replace(told.registry, url=url))
    with pytest.raises(RegistryAway):
        HttpRegistry(linked.acts, strange).ask(CODE)


def test_a_token_that_others_can_read_is_not_used(linked: Linked) -> None:
    linked.system.subscriber(CODE)
    Path(linked.trial.station.settings.registry.token_file).chmod(0o644)
    with pytest.raises(RegistryAway):
        linked.registry.ask(CODE)
    assert linked.system.requests == []


def test_a_change_whose_answer_is_lost_is_made_once(linked: Linked) -> None:
    """It is told again with the same key until it is answered; what was told is told no more."""
    linked.system.subscriber(CODE, "10.00")
    linked.pay(340, "R-1")
    linked.system.loses = 2
    for _ in range(3):
        linked.carrier.carry_due()
        linked.wait(HOUR)
    assert linked.carrier.carry_due() == 0
    assert [body["amount"] for body in linked.system.of_path("/payments")] == ["3.40"]
    assert len([one for one in linked.system.requests if one == ("POST", "/payments")]) == 3
    assert linked.calls()[0]["done_at"] is not None
    assert linked.calls()[0]["attempts"] == 3


def test_a_system_that_is_away_is_told_later(linked: Linked) -> None:
    """Less and less often, and at last; the balance counts the payment all the while."""
    linked.system.subscriber(CODE, "10.00")
    linked.pay(340, "R-1")
    linked.system.status = 503
    assert linked.carrier.carry_due() == 0
    first = linked.calls()[0]
    assert (first["attempts"], first["done_at"], first["last_error"]) == (1, None, "HTTP 503")
    assert linked.carrier.carry_due() == 0
    assert linked.calls()[0]["attempts"] == 1
    linked.system.status = None
    assert linked.debt() == 660
    linked.wait(HOUR)
    assert linked.carrier.carry_due() == 1
    assert linked.system.of_path("/payments")[0]["receipt"] == "R-1"


def test_a_change_that_is_refused_stays_and_is_tried_again(linked: Linked) -> None:
    """Money is never forgotten: somebody has to mend it there."""
    linked.system.subscriber(CODE, "10.00")
    linked.pay(340, "R-1")
    linked.system.status = 409
    linked.carrier.carry_due()
    linked.system.status = None
    linked.wait(HOUR)
    assert linked.carrier.carry_due() == 0
    linked.wait(6 * HOUR)
    assert linked.carrier.carry_due() == 1


def test_a_call_that_another_station_carries_is_left_alone(linked: Linked) -> None:
    """Until its lease ends; then anybody may."""
    linked.system.subscriber(CODE)
    linked.pay(340, "R-1")
    now = linked.trial.station.database.now()
    linked.trial.change("UPDATE registry_calls SET due_at = :t", t=now + 60_000)
    assert linked.carrier.carry_due() == 0
    linked.wait(60_000)
    assert linked.carrier.carry_due() == 1


def test_a_payment_is_not_counted_twice(linked: Linked) -> None:
    """The answer says which receipts it counts; one that it does not is added for an hour after it was told."""
    linked.system.subscriber(CODE, "10.00")
    linked.pay(340, "R-1")
    assert linked.debt() == 660
    linked.carrier.carry_due()
    assert linked.debt() == 660
    linked.system.accounts[CODE].update(debt="6.60", receipts=["R-1"])
    assert linked.debt() == 660
    linked.system.accounts[CODE]["receipts"] = []
    linked.wait(HOUR + 1)
    assert linked.debt() == 660


def test_the_same_change_is_written_once(linked: Linked) -> None:
    linked.system.subscriber(CODE)
    for _ in range(3):
        linked.act(lambda unit: linked.registry.change_service(unit, CODE, "suspended", "2026-000001"))
        linked.pay(340, "R-1")
    assert [call["reference"] for call in linked.calls()] == ["service_state 2026-000001", "payment R-1"]


def test_states_of_one_subscriber_are_told_in_their_order(linked: Linked) -> None:
    """A restoration waits for the suspension before it, however long that takes; others do not wait."""
    linked.system.subscriber(CODE)
    linked.system.subscriber("4400999")
    linked.act(lambda unit: linked.registry.change_service(unit, CODE, "suspended", "2026-000001"))
    linked.act(lambda unit: linked.registry.change_service(unit, CODE, "active", "2026-000002"))
    linked.act(lambda unit: linked.registry.change_service(unit, "4400999", "suspended", "2026-000003"))
    later = linked.trial.station.database.now() + HOUR
    linked.trial.change("UPDATE registry_calls SET due_at = :t WHERE id = 1", t=later)
    assert linked.carrier.carry_due() == 1
    linked.wait(HOUR)
    assert linked.carrier.carry_due() == 2
    told = [(body["subscriber"], body["state"]) for body in linked.system.of_path("/service-states")]
    assert told == [("4400999", "suspended"), (CODE, "suspended"), (CODE, "active")]


def test_a_new_subscriber_is_told_and_forgotten_here(linked: Linked) -> None:
    """K6: who it was does not stay in the row; the code that the company gave does."""
    given = linked.act(lambda unit: linked.registry.add(unit, NEW, "2026-000004"))
    assert given is None
    assert "Nümunəli" in linked.calls()[0]["facts"]
    assert linked.carrier.carry_due() == 1
    call = linked.calls()[0]
    assert (call["subscriber"], call["facts"]) == ("7000001", "{}")
    assert linked.system.of_path("/subscribers")[0]["surname"] == "Nümunəli"


def test_the_application_learns_the_code_that_the_company_gave(linked: Linked) -> None:
    """W7: the desk's order and the citizen's application name the subscriber that came of them."""
    company = Company(linked.trial)
    number = company.registered("new_consumer")
    work = Work(linked.acts, linked.registry, company)
    for action, answer in (("take", ""), ("carry_out", ""), ("close", "Müqavilə bağlanıb")):
        order = work.act(new_key(), None, number, as_action(action), answer)
    assert order.subscriber is None
    assert linked.carrier.carry_due() == 1
    assert [one.subscriber for one in work.orders(WorkFilter(states=("closed",)))] == ["7000001"]
    assert company.applications.one(number).fields["subscriber"] == "7000001"


def test_what_is_no_code_is_asked_nobody(linked: Linked) -> None:
    """Nothing that somebody typed gets into an address."""
    for code in ("../searches", "1/2", "", "7000001?x=1", "٧"):
        with pytest.raises(UnknownSubscriber):
            linked.registry.one(code)
    assert linked.system.requests == []


def test_calls_are_purged_once_they_were_told(linked: Linked) -> None:
    """K6: after the audit's time; what nobody was told yet stays however old it is."""
    linked.system.subscriber(CODE)
    linked.pay(340, "R-1")
    linked.carrier.carry_due()
    linked.pay(341, "R-2")
    linked.wait(1_094 * 24 * HOUR)
    assert purge(linked.trial.station)["calls that the registry was told"] == 0
    linked.wait(2 * 24 * HOUR)
    assert purge(linked.trial.station)["calls that the registry was told"] == 1
    assert [call["reference"] for call in linked.calls()] == ["payment R-2"]


def test_what_a_refused_act_noted_is_not_told(linked: Linked) -> None:
    """The call stands in the act's own transaction."""

    def do(unit: Unit) -> None:
        linked.registry.note_payment(unit, CODE, 1, "R-9", unit.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        linked.act(do)
    assert linked.calls() == []


def test_a_thread_carries_what_is_due(linked: Linked) -> None:
    """It runs by itself, and outlives a database that is away."""
    linked.system.subscriber(CODE)
    linked.pay(340, "R-1")
    linked.carrier.start(0.01)
    try:
        deadline = time.monotonic() + 60
        while not linked.system.made and time.monotonic() < deadline:
            linked.carrier._stopped.wait(0.01)
    finally:
        linked.carrier.stop()
    assert len(linked.system.of_path("/payments")) == 1
