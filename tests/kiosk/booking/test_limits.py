"""How much one person, address or station may have at one time (Q10, Q11); 0 switches a limit off."""

from __future__ import annotations

import pytest

from kiosk.errors import LimitReached
from tests.stations import PERSON, MakeTrial, Trial, new_key, person

HOURS = [f"2026-11-2{day} {hour:02}:00" for day in (3, 4) for hour in range(9, 18)]


def refused(trial: Trial, wall: str, whose: dict[str, str]) -> dict[str, object]:
    with pytest.raises(LimitReached) as caught:
        trial.hold(wall, whose)
    return dict(caught.value.facts)


def test_a_person_has_three_open_bookings(trial: Trial) -> None:
    """Q11: held and confirmed ones count, by FİN, whatever the address."""
    held = [trial.hold(HOURS[0]), trial.hold(HOURS[1])]
    trial.confirm(held[0])
    third = trial.confirmed(HOURS[2])
    other_address = {**PERSON, "email": "other@example.az"}
    assert refused(trial, HOURS[3], other_address) == {"limit": "open_bookings", "count": 3}
    trial.station.bookings.cancel(new_key(), third.order_code, PERSON["fin"])
    trial.hold(HOURS[3], other_address)


def test_what_is_over_is_not_open(trial: Trial) -> None:
    """Q8, Q9: a run-out hold, an activated booking and one whose window has closed do not count."""
    first, second = trial.confirmed(HOURS[0]), trial.confirmed(HOURS[1])
    trial.hold(HOURS[2])
    assert refused(trial, HOURS[3], dict(PERSON))["count"] == 3
    trial.at("2026-11-20 10:00")
    trial.confirmed(HOURS[2])
    trial.at("2026-11-23 09:15")
    assert refused(trial, "2026-11-24 09:00", dict(PERSON))["count"] == 3
    trial.at("2026-11-23 09:15:00.001")
    trial.hold("2026-11-24 09:00")
    assert refused(trial, "2026-11-24 10:00", dict(PERSON))["count"] == 3
    assert trial.arrive(second.order_code).verdict == "early"
    trial.hold("2026-11-24 10:00")
    assert trial.arrive(first.order_code).verdict == "too_late"


def test_an_address_has_three_holds(trial: Trial) -> None:
    """Q10: yellow ones only, so that invented names cannot block a day; confirming makes room."""
    same = [{**person(number), "email": "Family@example.az"} for number in range(5)]
    held = [trial.hold(HOURS[number], same[number]) for number in range(3)]
    assert refused(trial, HOURS[3], same[3]) == {"limit": "holds_per_email", "count": 3}
    trial.confirm(held[0])
    trial.hold(HOURS[3], same[3])
    assert refused(trial, HOURS[4], same[4])["limit"] == "holds_per_email"
    trial.at("2026-11-20 10:00")
    trial.hold(HOURS[4], same[4])


def test_a_station_has_as_many_holds_as_is_set(make_trial: MakeTrial) -> None:
    """Q10: counted by the station that made them; another station is not touched by it."""
    trial = make_trial(limits={"holds_per_station": 2})
    other = make_trial(station={"name": "kiosk-2"})
    for number in range(2):
        trial.hold(HOURS[number], person(number))
    assert refused(trial, HOURS[2], person(2)) == {"limit": "holds_per_station", "count": 2}
    other.hold(HOURS[2], person(2))
    assert refused(trial, HOURS[3], person(3))["count"] == 2


def test_sixty_holds_stand_at_a_station(trial: Trial) -> None:
    """The default of `holds_per_station`."""
    assert trial.station.settings.limits.holds_per_station == 60
    assert (trial.station.settings.limits.open_bookings, trial.station.settings.limits.holds_per_email) == (3, 3)


@pytest.mark.parametrize("limit", ["open_bookings", "holds_per_email", "holds_per_station"])
def test_nought_switches_a_limit_off(make_trial: MakeTrial, limit: str) -> None:
    """And only that one."""
    limits = {"open_bookings": 2, "holds_per_email": 2, "holds_per_station": 2, limit: 0}
    trial = make_trial(limits=limits)
    whose = {
        "open_bookings": lambda number: {**PERSON, "email": f"p{number}@example.az"},
        "holds_per_email": lambda number: {**person(number), "email": PERSON["email"]},
        "holds_per_station": person,
    }[limit]
    others = [name for name in limits if name != limit]
    free = make_trial(limits=dict.fromkeys(others, 0) | {limit: 2})
    for number in range(2):
        free.hold(HOURS[number], whose(number))
    assert refused(free, HOURS[2], whose(2)) == {"limit": limit, "count": 2}
    off = make_trial(limits=dict.fromkeys(limits, 0))
    for number in range(2, 6):
        off.hold(HOURS[number], whose(number))
    assert trial.station.settings.limits.wrong_pairs == 5
