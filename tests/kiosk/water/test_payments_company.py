"""Payments where the subscribers are in the company's own system: counted here once, told there once (W6)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.errors import KeyReused, ReceiptReused, RegistryAway, UnknownSubscriber
from kiosk.water.applications import Applications
from kiosk.water.facts import AwaitingPayment
from kiosk.water.http_registry import HttpRegistry
from kiosk.water.payments import Payments
from kiosk.water.registry_carrier import RegistryCarrier
from tests.kiosk.water.cash_desk import CODE, FORM, KEY, QR, counted, manat, notice_of
from tests.kiosk.water.company_system import TOKEN, CompanySystem, serving
from tests.stations import START, Trial, at, new_key, open_station
from tests.tls import Certificates, issue


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


class _Desk:
    """A station whose registry is the company's system, and that system."""

    def __init__(self, trial: Trial, system: CompanySystem) -> None:
        self.trial, self.system = trial, system
        acts, settings = trial.station.acts, trial.station.settings
        registry = HttpRegistry(acts, settings)
        self.payments = Payments(acts, settings, registry, None, KEY)
        self.applications = Applications(acts, registry, settings)
        self.carrier = RegistryCarrier(trial.station.database, settings)

    def hold(self) -> AwaitingPayment:
        """An application that the debt holds."""
        answer = self.applications.apply(
            new_key(),
            "suspension",
            FORM | {"subscriber": CODE},
            [],
            source="kiosk",
            language="az",
            wait_for_payment=True,
        )
        assert isinstance(answer, AwaitingPayment)
        return answer

    def count_there(self, receipt: str, debt: str) -> None:
        """The company's system counts a payment."""
        account = self.system.accounts[CODE]
        account["receipts"].append(receipt)
        account["debt"] = debt


@pytest.fixture
def desk(certificates: Certificates, ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[_Desk]:
    system = CompanySystem()
    with serving(system, certificates.server):
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
        station = open_station(ready_url, tmp_path, secrets_folder, registry=told, payments=QR)
        trial = Trial(station, station.clock.set)
        trial.set_instant(at(START))
        system.subscriber(CODE, "3.40")
        try:
            yield _Desk(trial, system)
        finally:
            station.close()
    assert system.problems == []


def test_a_payment_is_part_of_the_balance_at_once_and_counted_once(desk: _Desk) -> None:
    """W6: before it is told, after it is told, and when the company's system counts it: always the same balance."""
    payments = desk.payments
    first = payments.record(None, CODE, manat("1.40"), "BANK-1", "batch")
    assert first.debt == payments.debt(CODE) == manat("2.00")
    assert desk.carrier.carry_due() == 1
    assert payments.debt(CODE) == manat("2.00")
    desk.count_there("BANK-1", "2.00")
    assert payments.debt(CODE) == manat("2.00")
    assert payments.record(None, CODE, manat("1.40"), "BANK-1", "batch") == first
    with pytest.raises(ReceiptReused):
        payments.record(None, CODE, manat("1.41"), "BANK-1", "batch")
    assert desk.carrier.carry_due() == 0
    assert [one["receipt"] for one in desk.system.of_path("/payments")] == ["BANK-1"]
    assert counted(desk.trial) == 140


def test_what_was_held_goes_on_in_the_payments_transaction(desk: _Desk) -> None:
    """W6: the balance that lets it go on holds the payment that is just counted."""
    held = desk.hold()
    assert held.amount == manat("3.40")
    order = desk.payments.order(new_key(), CODE, held.amount, "qr", held.application)
    paid = desk.payments.notice(*notice_of(order=order.reference, subscriber=None))
    (registered,) = paid.registered
    assert (paid.debt, desk.payments.state(order.reference).application) == (Decimal("0.00"), registered)
    assert desk.payments.paid(order.reference) == paid
    assert desk.payments.notice(*notice_of(order=order.reference, subscriber=None)) == paid


def test_nothing_goes_on_for_a_code_that_is_known_there_no_more(desk: _Desk) -> None:
    """W6: of an unknown code nothing is owed, which is no payment; when it is known again, what is owed counts."""
    desk.hold()
    applications = desk.trial.station.water.applications
    known = desk.system.accounts.pop(CODE)
    assert applications.settle() == 0
    desk.system.accounts[CODE] = known
    assert applications.settle() == 0
    known["debt"] = "0.00"
    assert applications.settle() == 1


def test_money_for_such_a_code_counts_and_lets_go_on_when_it_is_known_again(desk: _Desk) -> None:
    """W6: what was paid for an order is never lost; what is left of the debt is not known meanwhile."""
    held = desk.hold()
    order = desk.payments.order(new_key(), CODE, held.amount, "qr", held.application)
    known = desk.system.accounts.pop(CODE)
    assert desk.payments.notice(*notice_of(order=order.reference, subscriber=None)).registered == ()
    assert counted(desk.trial) == 340
    desk.system.accounts[CODE] = known
    assert desk.trial.station.water.applications.settle() == 1


def test_the_company_is_told_the_same_payment_once_though_answers_get_lost(desk: _Desk) -> None:
    """W6: a notice comes twenty times, the answer of the company's system is lost: one payment there."""
    for _ in range(20):
        desk.payments.notice(*notice_of())
    desk.system.loses = 1
    assert desk.carrier.carry_due() == 0
    desk.trial.at("2026-11-20 10:00")
    assert desk.carrier.carry_due() == 1
    assert [one["amount"] for one in desk.system.of_path("/payments")] == ["3.40"]


def test_away_counts_nothing_and_what_was_done_is_told(desk: _Desk) -> None:
    """A payment that cannot be counted now is refused whole; a repeat under its key is told what was done."""
    payments = desk.payments
    first = payments.record("key", CODE, manat("1.40"), "BANK-1", "batch")
    desk.system.status = 503
    with pytest.raises(RegistryAway):
        payments.record(new_key(), CODE, manat("1.00"), "BANK-2", "batch")
    assert counted(desk.trial) == 140
    assert payments.record("key", CODE, manat("1.40"), "BANK-1", "batch") == first
    with pytest.raises(KeyReused):
        payments.record("key", CODE, manat("1.41"), "BANK-1", "batch")


def test_who_is_not_known_there_pays_nothing(desk: _Desk) -> None:
    with pytest.raises(UnknownSubscriber):
        desk.payments.record(None, "7654321", manat("1.00"), "BANK-1", "batch")
    assert desk.trial.query("SELECT * FROM registry_calls") == []
