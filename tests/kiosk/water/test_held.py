"""What a debt holds goes on when it is paid (W6)."""

from __future__ import annotations

from decimal import Decimal

from kiosk.acts import Unit
from kiosk.water import held
from kiosk.water.facts import AwaitingPayment, Registered
from tests.kiosk.water.applying import CODE, Company
from tests.stations import PERSON, new_key


def go_on(company: Company, code: str = CODE) -> tuple[Registered, ...]:
    """What a payment does when its debt is gone."""
    company.owe(0)
    settings = company.trial.station.settings.water
    form: dict[str, tuple[Registered, ...]] = {}

    def do(unit: Unit) -> None:
        form["registered"] = held.go_on(unit, settings, code)

    company.trial.station.acts.perform("pay", None, {}, do)
    return form["registered"]


def states(company: Company) -> list[str]:
    return [row["state"] for row in company.trial.query("SELECT state FROM applications ORDER BY id")]


def test_the_held_application_is_registered_like_any_other(company: Company) -> None:
    """W6, W7: number, first step, work order and letters, in the payment's own transaction."""
    company.subscriber(opening_balance=340)
    waiting = company.apply(wait=True)
    assert isinstance(waiting, AwaitingPayment)
    company.trial.at("2026-11-22 12:00")
    assert go_on(company) == (Registered("2026-000001", "suspension", "registered"),)
    kept = company.applications.one("2026-000001")
    assert kept.id == waiting.application
    assert [step.state for step in kept.steps] == ["awaiting_payment", "registered"]
    (order,) = company.trial.query("SELECT application, state, due_on FROM work_orders")
    assert order == {"application": kept.id, "state": "open", "due_on": "2026-12-02"}
    assert company.trial.letters() == [("application", PERSON["email"])]
    audited = company.trial.query("SELECT act, application FROM audit ORDER BY id")
    assert {"act": "register_application", "application": kept.id} in audited


def test_it_goes_on_once(company: Company) -> None:
    """A payment that comes later finds nothing."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    assert len(go_on(company)) == 1
    assert go_on(company) == ()
    assert len(company.trial.letters()) == 1


def test_the_newest_goes_on_and_takes_the_earlier_ones_place(company: Company) -> None:
    """W6: one of a subscriber waits at a time."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True, notes="birinci")
    company.apply(wait=True, notes="ikinci")
    assert states(company) == ["dropped", "awaiting_payment"]
    (registered,) = go_on(company)
    assert company.applications.one(registered.number).fields["notes"] == "ikinci"
    assert [one.number for one in company.applications.of_person(PERSON["fin"])] == [registered.number]


def test_one_that_ran_out_does_not_go_on(company: Company) -> None:
    """[water] hold_days: at that very instant it has ended."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    company.trial.at("2026-11-23 09:00")
    assert go_on(company) == ()
    assert states(company) == ["dropped"]


def test_an_open_application_goes_before_one_that_waits(company: Company) -> None:
    """W5: one open one per subscriber; the debt was paid elsewhere and somebody applied anew."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    company.owe(0)
    number = company.registered()
    assert states(company) == ["dropped", "registered"]
    assert go_on(company) == ()
    assert [one.number for one in company.applications.of_person(PERSON["fin"])] == [number]


def test_nothing_of_another_subscriber_goes_on(company: Company) -> None:
    """And a number is taken only for what is registered."""
    company.subscriber(opening_balance=340)
    company.subscriber("5500123", opening_balance=100)
    company.apply(wait=True, subscriber="5500123")
    assert go_on(company) == ()
    assert states(company) == ["awaiting_payment"]
    assert not company.trial.query("SELECT 1 FROM year_counters")


def test_paid_for_real_it_goes_on(company: Company) -> None:
    """W6: through `payments.record`, the way that every payment takes."""
    company.subscriber(opening_balance=1)
    company.apply(wait=True)
    paid = company.trial.station.water.payments.record(new_key(), CODE, Decimal("0.01"), "R-1", "cash")
    assert [one.number for one in paid.registered] == ["2026-000001"]


def test_a_debt_paid_elsewhere_lets_it_go_on_too(company: Company) -> None:
    """W6: at a bank, or by an import; what still owes, has run out or is another's stays, and nothing is audited."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    audited = len(company.trial.query("SELECT 1 FROM audit"))
    assert company.applications.settle() == 0
    assert len(company.trial.query("SELECT 1 FROM audit")) == audited
    company.owe(0)
    assert company.applications.settle() == 1
    assert states(company) == ["registered"]
    assert company.trial.letters() == [("application", PERSON["email"])]
    assert company.applications.settle() == 0


def test_what_ran_out_is_not_settled(company: Company) -> None:
    """[water] hold_days: whoever pays later applies anew."""
    company.subscriber(opening_balance=340)
    company.apply(wait=True)
    company.owe(0)
    company.trial.at("2026-11-23 09:00")
    assert company.applications.settle() == 0
