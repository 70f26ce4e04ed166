"""The invented applications that a trial's desk begins with (kiosk/water/example_applications.py)."""

from __future__ import annotations

from typing import Any

import pytest

from db import staff as staff_rows
from kiosk.place import Place
from kiosk.water import example_applications, example_water
from kiosk.water.facts import ApplicationState, WorkState
from kiosk.water.work import WorkFilter
from tests.stations import MakeTrial, Trial

NAMES = ("numune", "numune-admin")
ALL: tuple[WorkState, ...] = ("open", "taken", "asked_back", "carried_out", "closed", "refused")


def _place(trial: Trial) -> Place:
    station = trial.station
    return Place(station.settings, station.clock, station.database)


def _as_example(trial: Trial) -> Place:
    trial.change("INSERT INTO facts (name, value) VALUES ('example_data', '1')")

    def add(connection: Any, now: int) -> None:
        for name in NAMES:
            staff_rows.add(connection, name, name, "operator", frozenset(), "", now)

    trial.station.database.write(add)
    example_water.load_example(_place(trial), 80, 2)
    return _place(trial)


@pytest.fixture
def example(trial: Trial) -> Trial:
    """A trial with the invented subscribers and the invented applications."""
    at = _as_example(trial)
    assert example_applications.load_example(at, NAMES) == 13
    return trial


def test_the_desk_finds_orders_in_every_state(example: Trial) -> None:
    """W7: open, taken, asked back, carried out, closed, refused; one overdue; each of two has taken some."""
    orders = example.station.water.work.orders(WorkFilter(states=ALL))
    assert {order.state for order in orders} == set(ALL)
    assert {order.kind for order in orders} == {"new_consumer", "suspension", "restoration"}
    assert {order.taken_by for order in orders} == {None, *NAMES}
    assert [order.number for order in orders if order.overdue] == ["2026-000003"]
    assert [order.opened_at for order in orders] == sorted(order.opened_at for order in orders)
    assert all(order.opened_at < example.station.now() for order in orders)


def test_a_new_consumers_documents_can_be_looked_at(example: Trial) -> None:
    """W1, W9: the two of the trial's stick."""
    work = example.station.water.work
    application = work.application(None, "2026-000011")
    assert [role for role, _ in application.documents] == ["ownership_document", "residents_certificate"]
    for _, document in application.documents:
        assert len(work.document(None, application.number, document.digest)) == document.size


def test_what_was_closed_was_done(example: Trial) -> None:
    """W7: the service is suspended, and asked to be restored since; the new consumer is a subscriber."""
    water = example.station.water
    closed = water.applications.one("2026-000001")
    assert water.registry.one(closed.fields["subscriber"]).service_state == "suspended"
    assert water.applications.one("2026-000007").fields["subscriber"] == closed.fields["subscriber"]
    assert water.registry.one(example_applications.NEW_CODE).name == "Nümunəyeva Sınaq Misal qızı"


def test_codes_to_try_stay_free(example: Trial) -> None:
    """docs/registry.md: the well-known codes have no application, so that everybody can apply about them."""
    taken = example.query("SELECT subscriber FROM applications WHERE subscriber IS NOT NULL")
    assert all(row["subscriber"] > "10000012" for row in taken)


def test_a_debt_holds_one(example: Trial) -> None:
    """W6: it goes on when the debt is paid."""
    held: ApplicationState = "awaiting_payment"
    rows = example.query("SELECT fin, subscriber FROM applications WHERE state = :s", s=held)
    water = example.station.water
    debt = water.payments.debt(rows[0]["subscriber"])
    assert debt > 0
    payment = water.payments.record("k", rows[0]["subscriber"], debt, "B-1", "batch")
    assert [one.number for one in payment.registered] == ["2026-000013"]


def test_it_is_done_once_and_nobody_is_written_to(example: Trial) -> None:
    assert example.query("SELECT * FROM outbox") == []
    assert example_applications.load_example(_place(example), NAMES) == 0
    assert len(example.query("SELECT id FROM applications")) == 13


def test_the_same_every_time(make_trial: MakeTrial) -> None:
    """The same day gives the same applications, steps and documents."""
    trial = make_trial()
    at = _as_example(trial)

    def everything() -> list[object]:
        names = ("applications", "application_steps", "application_documents", "work_orders")
        found: list[object] = []
        for name in names:
            columns = trial.query(f"SELECT * FROM {name}")  # noqa: S608 - names from above
            found += sorted(str([v for k, v in row.items() if k not in ("id", "application")]) for row in columns)
        return found

    example_applications.load_example(at, NAMES)
    first = everything()
    for table in ("work_orders", "application_documents", "application_steps", "applications", "year_counters"):
        trial.change(f"DELETE FROM {table}")  # noqa: S608 - names from above
    trial.change("DELETE FROM facts WHERE name = 'example_applications'")
    trial.change("DELETE FROM subscribers WHERE code = :c", c=example_applications.NEW_CODE)
    trial.change("DELETE FROM subscriber_words WHERE subscriber = :c", c=example_applications.NEW_CODE)
    trial.change("UPDATE subscribers SET service_state = 'active' WHERE code = '10000016'")
    assert example_applications.load_example(at, NAMES) == 13
    assert everything() == first


def test_none_among_real_people(trial: Trial) -> None:
    """K7: only where there is example data already."""
    assert example_applications.load_example(_place(trial), NAMES) == 0
    assert trial.query("SELECT * FROM applications") == []


@pytest.mark.parametrize("water", [{"code_digits": "4-6"}, {"due_days": 365, "hold_days": 1}])
def test_other_settings_stop_no_start(make_trial: MakeTrial, water: dict[str, object]) -> None:
    """A code of other digits than the invented ones leaves the desk empty; nothing fails."""
    trial = make_trial(water=water)
    made = example_applications.load_example(_as_example(trial), NAMES)
    assert made == (0 if "code_digits" in water else 13)
