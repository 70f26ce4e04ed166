"""The example data: clearly invented, within the rules, and marked (K7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from db import facts, migrate, schema, staff
from db import reference as stored
from db.engine import Database
from kiosk import production
from kiosk.booking import order_code
from kiosk.booking.calendar import WorkingDays
from kiosk.booking.example import (
    ADMINISTRATOR_NAME,
    MARK,
    OPERATOR_NAME,
    OPERATOR_PASSWORD,
    STATION,
    TECHNICIAN_NAME,
    add_new_staff,
    codes_to_try,
    invented,
    load_example,
)
from kiosk.booking.plan import Plan
from kiosk.booking.reference import calendar_data, catalogue, packaged
from kiosk.clock import HOUR, MINUTE, Clock, Instant, at_baku, baku_day, to_instant
from kiosk.identity.applicant import FIELDS, problem
from kiosk.place import Place
from kiosk.settings import ExampleSettings, Settings, StationSettings

ROWS = packaged()
KNOWN = catalogue(ROWS, 1)
PLAN = Plan(KNOWN, WorkingDays(KNOWN, calendar_data(ROWS)))
SETTINGS = Settings()


def _at(moment: str) -> Instant:
    return to_instant(datetime.fromisoformat(f"{moment}+04:00"))


FRIDAY = _at("2026-11-20T09:00:00")
MOMENTS = [FRIDAY, _at("2026-11-20T23:59:59"), _at("2026-11-23T00:00:00"), _at("2026-12-30T15:00:00")]


@pytest.mark.parametrize("now", MOMENTS)
def test_every_field_holds_what_the_form_would_take(now: Instant) -> None:
    """Q6: valid in form, though nobody has that FİN or telephone number."""
    for row in invented(PLAN, now, SETTINGS):
        assert {field: problem(field, row[field]) for field in FIELDS} == dict.fromkeys(FIELDS)
        assert row["email"].endswith("@example.az")
        assert order_code.read(row["reference"]) == row["reference"]
        assert row["order_code"] is None or order_code.read(row["order_code"]) == row["order_code"]


@pytest.mark.parametrize("now", MOMENTS)
def test_no_rule_is_broken(now: Instant) -> None:
    """Q3, Q4, Q5, Q8, Q11: only open full hours of today and the offered dates, one live booking a seat and person."""
    rows = invented(PLAN, now, SETTINGS)
    offered = PLAN.offered_dates(now, SETTINGS.booking.days)
    today = baku_day(now)
    for row in rows:
        day = baku_day(row["starts_at"])
        assert day in (today, *offered)
        assert row["starts_at"] in PLAN.hours(PLAN.day(row["centre"], day))
        assert (row["service"], row["centre"]) in KNOWN.capacity
        assert day > today or row["state"] == "confirmed"
        assert row["held_at"] >= at_baku(day - timedelta(days=SETTINGS.booking.days), time())
        assert row["held_at"] <= now
        assert row["held_until"] == row["held_at"] + HOUR
        assert (row["state"] == "held") <= (row["held_until"] > now)
        assert (row["state"] == "expired") <= (row["held_until"] <= now)
        assert (row["confirmed_at"] is not None) is (row["order_code"] is not None)
        assert row["confirmed_at"] is None or row["held_at"] <= row["confirmed_at"] <= now
        assert row["ended_at"] is None or row["held_at"] <= row["ended_at"] <= now
    live = [row for row in rows if row["state"] in ("held", "confirmed")]
    assert max(Counter((row["centre"], row["service"], row["starts_at"]) for row in live).values()) == 1
    assert max(Counter(row["fin"] for row in rows).values()) == 1


def test_there_is_something_of_everything() -> None:
    """A few hundred over the seven dates and several centres, in every state; today has some to come with."""
    rows = invented(PLAN, FRIDAY, SETTINGS)
    assert 200 <= len(rows) <= 600
    states = Counter(row["state"] for row in rows)
    assert min(states[state] for state in ("confirmed", "held", "cancelled", "expired")) >= 10
    assert len({row["centre"] for row in rows}) == 10
    dates = Counter(baku_day(row["starts_at"]) for row in rows if row["centre"] == "baku-2")
    assert len(dates) == 7, "today and the offered dates, without Sunday"
    assert dates[baku_day(FRIDAY)] >= 5
    assert {row["language"] for row in rows} == {"az", "ru", "en"}
    assert len({(row["given_name"], row["surname"]) for row in rows}) > 30


def test_the_grid_of_the_first_service_shows_all_three_colours() -> None:
    """Q5: free, held and taken hours at this station's centre."""
    states = Counter(
        row["state"]
        for row in invented(PLAN, FRIDAY, SETTINGS)
        if (row["centre"], row["service"]) == ("baku-2", "identity-card-issue")
    )
    assert states["held"] >= 1
    assert states["confirmed"] >= 5
    assert states.total() < 6 * 9


def test_the_same_day_gives_the_same_bookings() -> None:
    """What somebody tries can be tried again; another centre or day looks different."""
    rows = invented(PLAN, FRIDAY, SETTINGS)
    assert invented(PLAN, FRIDAY, SETTINGS) == rows
    elsewhere = replace(SETTINGS, station=StationSettings(centre="ganja-1"))
    assert Counter(row["centre"] for row in invented(PLAN, FRIDAY, elsewhere)).most_common(1)[0][0] == "ganja-1"


def test_a_station_of_an_unknown_centre_still_gets_examples() -> None:
    """Only the faces need a centre."""
    nowhere = replace(SETTINGS, station=StationSettings(centre="nowhere"))
    assert len(invented(PLAN, FRIDAY, nowhere)) > 50


@pytest.fixture
def at(database_url: str) -> Iterator[Place]:
    """A prepared database with reference data, on Friday morning."""
    clock = Clock(settable=True)
    clock.set(FRIDAY)
    database = Database(database_url, clock.now, clock.now)
    migrate.upgrade(database)
    database.write(lambda connection, now: stored.replace_all(connection, now, ROWS))
    yield Place(SETTINGS, clock, database)
    database.close()


def _count(at: Place) -> int:
    with at.database.reading() as (connection, _):
        return int(connection.execute(select(func.count()).select_from(schema.bookings)).scalar_one())


def test_loading_is_done_once(at: Place) -> None:
    """`init` can be run again, and the same rows are there."""
    count = load_example(at)
    assert count == len(invented(PLAN, FRIDAY, SETTINGS)) == _count(at)
    assert load_example(at) == 0
    assert _count(at) == count


def test_the_database_is_marked_and_production_refuses_it(at: Place) -> None:
    """K7: whatever the settings say later, the mark stays in the database."""
    load_example(at)
    with at.database.reading() as (connection, _):
        mark = facts.value(connection, MARK)
    settings = Settings(station=StationSettings(production=True), example=ExampleSettings(data=False))
    with pytest.raises(production.ForbiddenInProduction, match="the database holds example data"):
        production.check(settings, has_example_data=mark is not None)


def test_the_mark_comes_with_the_first_row_or_not_at_all(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """K7: a power cut while loading leaves no operator with a known password behind an unmarked database."""

    def cut(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("db.audit.write", cut)
    with pytest.raises(RuntimeError):
        load_example(at)
    assert _count(at) == 0
    with at.database.reading() as (connection, _):
        assert facts.value(connection, MARK) is None
        assert connection.exec_driver_sql("SELECT count(*) FROM staff").scalar_one() == 0


@pytest.mark.parametrize(
    ("name", "role", "rights"),
    [
        (OPERATOR_NAME, "operator", frozenset({"accept_late"})),
        (TECHNICIAN_NAME, "technician", frozenset()),
        (ADMINISTRATOR_NAME, "administrator", frozenset()),
    ],
)
def test_the_example_staff_can_sign_in(at: Place, name: str, role: str, rights: frozenset[str]) -> None:
    """C6, M1: with the password that the sign-in screen shows; one for the counter, maintenance and enrolment each."""
    from argon2 import PasswordHasher

    load_example(at)
    with at.database.reading() as (connection, _):
        row = staff.by_name(connection, name)
    assert row is not None
    assert (row.role, row.rights, row.active) == (role, rights, True)
    with at.database.connected() as connection:
        found = select(schema.staff.c.password_hash).where(schema.staff.c.id == row.id)
        hashed = connection.execute(found).scalar_one()
    assert PasswordHasher().verify(hashed, OPERATOR_PASSWORD)


def test_staff_invented_since_are_added_to_an_older_database(at: Place) -> None:
    """Whoever tried an older version finds the technician and the administrator too; who left stays away."""
    assert add_new_staff(at) == 0, "a database without example data gets none"
    load_example(at)

    def older(connection: Any, _now: int) -> None:
        connection.execute(delete(schema.staff).where(schema.staff.c.name != OPERATOR_NAME))
        connection.execute(update(schema.staff).values(active=0, display_name="Mənim"))

    at.database.write(older)
    bookings = _count(at)
    assert (add_new_staff(at), add_new_staff(at), _count(at)) == (2, 0, bookings)
    with at.database.reading() as (connection, _):
        found = {row.role: row for row in connection.execute(select(schema.staff))}
    assert set(found) == {"operator", "technician", "administrator"}
    assert found["technician"].name == TECHNICIAN_NAME
    assert (found["operator"].active, found["operator"].display_name) == (0, "Mənim")


def test_a_real_booking_keeps_its_seat(at: Place) -> None:
    """Example data switched on later take only what is free."""
    first = next(row for row in invented(PLAN, FRIDAY, SETTINGS) if row["state"] == "confirmed")
    real = first | {"reference": "R" * 12, "order_code": "R" * 8, "fin": "5ABCDEF", "station": "kiosk-1"}
    at.database.write(lambda connection, _: connection.execute(insert(schema.bookings).values(real)))
    assert load_example(at) == len(invented(PLAN, FRIDAY, SETTINGS)) - 1


def test_codes_to_try_can_be_activated(at: Place) -> None:
    """Q9: the soonest of this centre whose window is still open, as people write them."""
    load_example(at)
    codes = codes_to_try(at, 4)
    assert len(codes) == 4
    assert list(codes) == sorted(codes, key=lambda code: code.time)
    assert all(to_instant(code.time) >= FRIDAY - 15 * MINUTE for code in codes)
    assert all(order_code.written(order_code.read(code.order_code) or "") == code.order_code for code in codes)
    assert all(code.service in KNOWN.services for code in codes)
    with at.database.reading() as (connection, _):
        stations = connection.execute(select(schema.bookings.c.station).distinct()).scalars().all()
    assert stations == [STATION]


def test_codes_of_hours_that_are_over_are_not_offered(at: Place) -> None:
    """Q9: at the last instant of the window a code still counts, a millisecond later the next one is the soonest."""
    load_example(at)
    soonest, following = codes_to_try(at, 2)[0], next(
        code for code in codes_to_try(at, 50) if code.time > codes_to_try(at, 1)[0].time
    )  # fmt: skip
    at.clock.set(to_instant(soonest.time) + 15 * MINUTE)
    assert codes_to_try(at, 1)[0].time == soonest.time
    at.clock.set(to_instant(soonest.time) + 15 * MINUTE + 1)
    assert codes_to_try(at, 1)[0].time == following.time
