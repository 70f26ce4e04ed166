"""What every registry does, ours and the company's system over HTTP: the same tests for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from db.payments import PaymentRow, insert_payment
from kiosk.acts import Acts, Unit
from kiosk.clock import baku_day
from kiosk.errors import BadRequest, UnknownSubscriber
from kiosk.water.http_registry import HttpRegistry
from kiosk.water.money import to_manat
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.registry import Asked, Figures, NewSubscriber, Registry
from kiosk.water.registry_carrier import RegistryCarrier
from tests.kiosk.water.company_system import TOKEN, CompanySystem, serving
from tests.kiosk.water.filled import CODE, Filled
from tests.stations import MakeTrial, Trial
from tests.tls import Certificates, issue

NEW = NewSubscriber("7NUMN24", "Əsmər", "Nümunəli", "İlğar qızı", "Bakı ş., Nümunə küç. 5")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


@dataclass
class Known:
    """A registry under test, and hands that put into it what it shall know."""

    trial: Trial
    registry: Registry
    subscriber: Callable[..., Any]
    bill: Callable[[str, int, int], None]
    owe: Callable[[int], None]
    carry: Callable[[], int]

    @property
    def acts(self) -> Acts:
        return self.trial.station.acts

    def act(self, do: Callable[[Unit], Any]) -> Any:
        """Do something in a unit of work."""
        return self.acts.perform("trial", None, {}, do)

    def read(self, do: Callable[[Any, Asked], Any], code: str = CODE) -> Any:
        """Ask, and look in a transaction afterwards."""
        asked = self.registry.ask(code)
        with self.acts.reading() as (connection, _):
            return do(connection, asked)

    def debt(self) -> int:
        return int(self.read(self.registry.debt))

    def pay(self, qapik: int, receipt: str) -> None:
        """Take a payment as `Payments` does."""

        def do(unit: Unit) -> None:
            row = PaymentRow(CODE, qapik, receipt, "cash", None, None)
            day = baku_day(unit.now).isoformat()
            assert insert_payment(unit.connection, row, paid_on=day, paid_at=unit.now, station="kiosk-1", staff=None)
            self.registry.note_payment(unit, CODE, qapik, receipt, unit.now)

        self.act(do)


@pytest.fixture
def system(certificates: Certificates) -> Iterator[CompanySystem]:
    made = CompanySystem()
    with serving(made, certificates.server):
        yield made
    assert made.problems == []


def http_trial(make_trial: MakeTrial, system: CompanySystem, certificates: Certificates, token: Any) -> Trial:
    """A trial whose settings name the company's system."""
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    return make_trial(
        registry={
            "source": "http",
            "url": f"https://127.0.0.1:{system.port}/v1",
            "token_file": str(token),
            "ca_file": str(certificates.ca),
            "timeout_seconds": 60,
        }
    )


@pytest.fixture(params=["own", "http"])
def known(request: pytest.FixtureRequest, make_trial: MakeTrial, certificates: Certificates, tmp_path: Any) -> Known:
    """Both registries."""
    if request.param == "own":
        trial = make_trial()
        filled = Filled(trial)
        return Known(
            trial,
            OwnRegistry(trial.station.acts, trial.station.settings),
            filled.subscriber,
            lambda month, litres, qapik: filled.bill({month: (litres, qapik)}),
            lambda qapik: trial.change("UPDATE subscribers SET opening_balance = :q", q=qapik),
            lambda: 0,
        )
    system: CompanySystem = request.getfixturevalue("system")
    trial = http_trial(make_trial, system, certificates, tmp_path / "token")

    def subscriber(code: str = CODE, **other: Any) -> None:
        flags = {name: bool(value) for name, value in other.items() if name in ("water", "waste_water", "closed")}
        system.subscriber(code, **{**other, **flags})

    def bill(month: str, litres: int, qapik: int) -> None:
        account = system.accounts[CODE]
        line = {"month": month, "consumption": f"{litres / 1000:.3f}", "invoiced": str(to_manat(qapik)), "paid": "0.00"}
        account["months"].append(line)
        account["debt"] = str(to_manat(round(float(account["debt"]) * 100) + qapik))

    def owe(qapik: int) -> None:
        system.accounts[CODE]["debt"] = str(to_manat(qapik))

    return Known(
        trial,
        HttpRegistry(trial.station.acts, trial.station.settings),
        subscriber,
        bill,
        owe,
        RegistryCarrier(trial.station.database, trial.station.settings).carry_due,
    )


def test_a_subscriber_is_known_by_the_code(known: Known) -> None:
    """W8: name, address, persons, kind of service, meter."""
    known.subscriber(waste_water=0, meter="mechanical")
    found = known.registry.one(CODE)
    assert (found.code, found.name, found.persons) == (CODE, "Nümunəyeva Aygün Misal qızı", 3)
    assert (found.water, found.waste_water, found.meter, found.closed) == (True, False, "mechanical", False)
    assert known.read(known.registry.subscriber) == found


def test_an_unknown_code(known: Known) -> None:
    """Nobody, who owes nothing."""
    with pytest.raises(UnknownSubscriber):
        known.registry.one(CODE)
    assert known.read(known.registry.subscriber) is None
    assert known.debt() == 0
    assert known.read(lambda connection, asked: known.registry.months(connection, asked, "2026-01", "2026-12")) == {}


def test_a_payment_counts_at_once_and_once(known: Known) -> None:
    """W6: in debt and month, before the company's system was told and after it."""
    known.subscriber()
    known.bill("2026-10", 12_000, 1_200)
    known.bill("2026-11", 1_000, 100)
    assert known.debt() == 1_300
    known.pay(341, "R-1")
    for _ in range(2):
        assert known.debt() == 959
        months = known.read(lambda connection, asked: known.registry.months(connection, asked, "2026-10", "2026-11"))
        assert months == {"2026-10": Figures(12_000, 1_200, 0), "2026-11": Figures(1_000, 100, 341)}
        known.carry()


def test_months_outside_are_left_out(known: Known) -> None:
    known.subscriber()
    for month in ("2025-10", "2025-11", "2026-10", "2026-11"):
        known.bill(month, 1_000, 100)
    months = known.read(lambda connection, asked: known.registry.months(connection, asked, "2025-11", "2026-10"))
    assert sorted(months) == ["2025-11", "2026-10"]


@pytest.mark.parametrize("qapik", [1, -525, 0])
def test_debts_and_credits_are_exact(known: Known, qapik: int) -> None:
    known.subscriber()
    known.owe(qapik)
    assert known.debt() == qapik


def test_the_service_changes_at_once(known: Known) -> None:
    """W7: who looks next sees it, told or not."""
    known.subscriber()
    known.act(lambda unit: known.registry.change_service(unit, CODE, "suspended", "2026-000001"))
    assert known.registry.one(CODE).service_state == "suspended"
    known.act(lambda unit: known.registry.change_service(unit, CODE, "active", "2026-000002"))
    assert known.registry.one(CODE).service_state == "active"


def test_a_new_subscriber_gets_the_code_that_staff_typed(known: Known) -> None:
    """W7: spaces between its groups do not count."""
    given = known.act(
        lambda unit: known.registry.add(
            unit,
            NewSubscriber(*(NEW.fin, NEW.given_name, NEW.surname, NEW.patronymic, NEW.address), "70 0001"),
            "2026-1",
        )
    )
    assert given == "700001"


def test_a_code_of_another_format_is_refused(known: Known) -> None:
    new = NewSubscriber(NEW.fin, NEW.given_name, NEW.surname, NEW.patronymic, NEW.address, "12A4567")
    with pytest.raises(BadRequest) as refused:
        known.act(lambda unit: known.registry.add(unit, new, "2026-1"))
    assert (refused.value.field, refused.value.why) == ("new_code", "format")


def test_a_search_finds_by_name(known: Known) -> None:
    known.subscriber()
    found = known.registry.search("Nümunəyeva")
    assert [(line.code, line.name, line.closed) for line in found] == [(CODE, "Nümunəyeva Aygün Misal qızı", False)]
    assert known.registry.search("   ") == ()
    assert known.registry.search("Başqası") == ()
    assert "Nümunə" not in repr(found)
