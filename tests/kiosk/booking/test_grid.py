"""What can be had: services, centres, dates and the slot grid (Q1 to Q5)."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.errors import BadRequest, Closed, DateNotOffered
from tests.stations import CENTRE, OTHER_CENTRE, SERVICE, Trial, moment, person, wall

MONDAY = date(2026, 11, 23)


def test_every_service_is_offered_with_its_agency(trial: Trial) -> None:
    """Q1: in the order of the reference data, named in three languages."""
    services = trial.station.bookings.services()
    assert SERVICE in [service.id for service in services]
    assert all(all(service.name) and all(service.agency.name) for service in services)


def test_only_centres_that_give_the_service_are_offered(trial: Trial) -> None:
    """Q2: with the address beside the name."""
    centres = trial.station.bookings.centres(SERVICE)
    assert len(centres) == 28 and all(all(centre.address) for centre in centres)
    trial.give_seats(0)
    assert CENTRE not in [centre.id for centre in trial.station.bookings.centres(SERVICE)]
    with pytest.raises(BadRequest):
        trial.station.bookings.centres("nothing")


def test_seven_dates_are_offered_from_tomorrow(trial: Trial) -> None:
    """Q3, Q4: non-working days among them, with their reason; open ones with how many hours are free."""
    trial.hold()
    days = trial.station.bookings.dates(SERVICE, CENTRE)
    assert [day.date.day for day in days] == [21, 22, 23, 24, 25, 26, 27]
    assert [(day.open, day.reason, day.free) for day in days[:3]] == [
        (True, None, 9),
        (False, "weekly_day_off", None),
        (True, None, 8),
    ]


@pytest.mark.parametrize(("now", "first"), [
    ("2026-11-20 23:59:59.999", 21), ("2026-11-21 00:00:00.000", 22), ("2026-11-21 00:00:00.001", 22),
])  # fmt: skip
def test_the_dates_turn_at_midnight_in_baku(trial: Trial, now: str, first: int) -> None:
    """Q3: not at midnight in UTC; a grid left open over midnight is refused for the date that is no longer offered."""
    trial.at(now)
    days = trial.station.bookings.dates(SERVICE, CENTRE)
    assert [day.date.day for day in days] == list(range(first, first + 7))
    if first == 22:
        with pytest.raises(DateNotOffered):
            trial.station.bookings.slots(SERVICE, CENTRE, date(2026, 11, 21))


def test_the_grid_has_the_full_hours_of_the_day(trial: Trial) -> None:
    """Q5: 9 to 18 makes nine hours, all free; the grid says when time alone will change it."""
    grid = trial.station.bookings.slots(SERVICE, CENTRE, MONDAY)
    assert [wall(slot.time) for slot in grid.slots] == [f"2026-11-23 {hour:02}:00:00" for hour in range(9, 18)]
    assert {slot.state for slot in grid.slots} == {"free"}
    assert grid.next_change is None and grid.day.free == 9


def test_the_grid_shows_yellow_and_red_and_what_is_mine(trial: Trial) -> None:
    """Q5: held by me is marked for my reference alone, as typed."""
    mine = trial.hold("2026-11-23 10:00")
    trial.at("2026-11-20 09:10")
    trial.hold("2026-11-23 11:00", person(1))
    trial.confirmed("2026-11-23 12:00", person(2))
    grid = trial.station.bookings.slots(SERVICE, CENTRE, MONDAY, mine.booking.lower())
    assert [(slot.state, slot.held_by_me) for slot in grid.slots[:4]] == [
        ("free", False),
        ("held", True),
        ("held", False),
        ("taken", False),
    ]
    assert grid.day.free == 6
    assert grid.next_change == moment("2026-11-20 10:00")
    for other in (None, "nonsense", ""):
        again = trial.station.bookings.slots(SERVICE, CENTRE, MONDAY, other)
        assert not [slot for slot in again.slots if slot.held_by_me]


def test_an_activated_hour_is_taken(trial: Trial) -> None:
    """Q5: red stays red on its own day, and the constraint with it."""
    confirmed = trial.confirmed("2026-11-21 10:00")
    trial.at("2026-11-21 09:30")
    trial.arrive(confirmed.order_code)
    assert trial.query("SELECT state FROM bookings")[0]["state"] == "active"
    counts = trial.query("SELECT count(*) AS n FROM bookings WHERE state IN ('held', 'confirmed', 'active')")
    assert counts[0]["n"] == 1


def test_a_closed_day_has_no_grid(trial: Trial) -> None:
    """Q4: its reason instead; a date that is not offered is refused before anything is said of it."""
    with pytest.raises(Closed) as caught:
        trial.station.bookings.slots(SERVICE, CENTRE, date(2026, 11, 22))
    assert caught.value.reason == "weekly_day_off"
    for day in (date(2026, 11, 20), date(2026, 11, 28), date(2026, 11, 29), date.min, date.max):
        with pytest.raises(DateNotOffered):
            trial.station.bookings.slots(SERVICE, CENTRE, day)


@pytest.mark.parametrize(("service", "centre", "field"), [
    ("nothing", CENTRE, "service"), (SERVICE, "nowhere", "centre"), ("", CENTRE, "service"),
])  # fmt: skip
def test_unknown_names_are_told(trial: Trial, service: str, centre: str, field: str) -> None:
    """Which of the two is not known."""
    for ask in (
        lambda: trial.station.bookings.slots(service, centre, MONDAY),
        lambda: trial.station.bookings.dates(service, centre),
    ):
        with pytest.raises(BadRequest) as caught:
            ask()
        assert caught.value.facts == {"field": field, "why": "unknown"}


def test_the_next_free_date_of_each_centre(trial: Trial) -> None:
    """Q2: the first offered date with a free hour; a full Saturday leads to Monday, a full week to none."""
    found = trial.station.bookings.next_free(SERVICE)
    assert len(found) == 28 and set(found.values()) == {date(2026, 11, 21)}
    for hour in range(9, 18):
        trial.hold(f"2026-11-21 {hour:02}:00", person(hour))
    found = trial.station.bookings.next_free(SERVICE)
    assert (found[CENTRE], found[OTHER_CENTRE]) == (MONDAY, date(2026, 11, 21))
    assert trial.station.bookings.dates(SERVICE, CENTRE)[0].free == 0


def test_reference_data_that_changed_are_followed(trial: Trial) -> None:
    """A running station reads what `import` brought, with its next question."""
    assert trial.states()["10:00"] == "free"
    trial.change(
        "INSERT INTO closures (centre, day, kind, name_az, name_ru, name_en) "
        "VALUES ('baku-2', '2026-11-23', 'closure', 'Təmir', 'Ремонт', 'Repairs')"
    )
    trial.give_seats(1)
    with pytest.raises(Closed) as caught:
        trial.station.bookings.slots(SERVICE, CENTRE, MONDAY)
    assert caught.value.reason == "closure"
    assert caught.value.name is not None and caught.value.name.en == "Repairs"


def test_the_year_turns_within_the_seven_days(trial: Trial) -> None:
    """Q3: from 29 December the offered dates run into January, holidays and all."""
    trial.at("2026-12-29 12:00")
    days = trial.station.bookings.dates(SERVICE, CENTRE)
    assert [day.date.isoformat() for day in days][-3:] == ["2027-01-03", "2027-01-04", "2027-01-05"]
    assert [day.reason for day in days if day.date.month == 1][:2] == ["public_holiday", "public_holiday"]
