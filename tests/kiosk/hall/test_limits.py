"""What a centre gives at most: people in an hour of a service, walk-in tickets a day (Q5, C5)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import reference as reference_rows
from kiosk.booking.reference import packaged, read
from kiosk.errors import CHANGED_MEANWHILE, BadRequest, NotAllowed, SlotTaken
from kiosk.hall.limits import Limit
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import CENTRE, OTHER_CENTRE, SERVICE, MakeTrial, Trial, new_key, person


@pytest.fixture
def boss(trial: Trial) -> int:
    return enrolled(trial, "supervisor")


def of(trial: Trial, service: str = SERVICE) -> Limit:
    return next(limit for limit in trial.station.limits.all() if limit.service == service)


def test_more_people_in_an_hour(make_trial: MakeTrial) -> None:
    """Q5: from now on, at every station, at this centre alone."""
    here, elsewhere = make_trial(), make_trial(station={"name": "kiosk-2", "centre": OTHER_CENTRE})
    boss = enrolled(here, "supervisor")
    here.hold()
    with pytest.raises(SlotTaken):
        here.hold(whose=person(1))
    assert here.station.limits.set(new_key(), boss, SERVICE, 2, 30) == Limit(SERVICE, 2, 30)
    assert of(here) == Limit(SERVICE, 2, 30)
    elsewhere.hold(whose=person(1))
    assert of(elsewhere).capacity == 1
    with pytest.raises(SlotTaken):
        here.hold(whose=person(2))


def test_a_service_that_is_not_given_here_any_more(trial: Trial, boss: int) -> None:
    """Q2: the centre is not offered for it; what is booked stays, and there are no walk-ins for it either."""
    booked = trial.confirmed()
    assert trial.station.limits.set(new_key(), boss, SERVICE, 0, 50) == Limit(SERVICE, 0, 0)
    assert CENTRE not in [centre.id for centre in trial.station.bookings.centres(SERVICE)]
    assert trial.row(booked.booking)["state"] == "confirmed"
    assert (SERVICE, CENTRE) not in trial.station.catalogue().walk_ins


def test_walk_ins_stand_in_the_catalogue(trial: Trial, boss: int) -> None:
    """C5: which the kiosk asks."""
    assert trial.station.catalogue().walk_ins.get((SERVICE, CENTRE), 0) == of(trial).walk_in
    trial.station.limits.set(new_key(), boss, SERVICE, 1, 40)
    assert trial.station.catalogue().walk_ins[SERVICE, CENTRE] == 40


def test_numbers_out_of_bounds(trial: Trial, boss: int) -> None:
    """Q5: told which, and nothing changes."""
    before = of(trial)
    for capacity, walk_in, field in (
        (-1, 0, "capacity"),
        (1001, 0, "capacity"),
        (1, -1, "walk_in"),
        (1, 100_001, "walk_in"),
    ):
        with pytest.raises(BadRequest) as caught:
            trial.station.limits.set(new_key(), boss, SERVICE, capacity, walk_in)
        assert caught.value.field == field
    assert of(trial) == before


def test_what_was_changed_since_it_was_shown_is_not_replaced(trial: Trial, boss: int) -> None:
    """Q5, C5: the later of two who change a limit is told; what is wanted already is no change of anybody's."""
    limits, shown = trial.station.limits, of(trial)
    assert limits.set(new_key(), boss, SERVICE, 2, 30, was=shown) == Limit(SERVICE, 2, 30)
    key = new_key()
    with pytest.raises(BadRequest) as refused:
        limits.set(key, boss, SERVICE, 3, 30, was=shown)
    assert refused.value.facts == {"field": "capacity", "why": CHANGED_MEANWHILE}
    assert of(trial) == limits.set(new_key(), boss, SERVICE, 2, 30, was=shown)
    assert limits.set(key, boss, SERVICE, 3, 30, was=of(trial)) == of(trial) == Limit(SERVICE, 3, 30)


def test_the_last_centre_of_a_service_keeps_it(trial: Trial, boss: int) -> None:
    """Q2: a service that no centre gives would lead a citizen to an empty list."""
    trial.change("DELETE FROM offers WHERE service = :s", s=SERVICE)
    trial.give_seats(1)
    with pytest.raises(BadRequest) as caught:
        trial.station.limits.set(new_key(), boss, SERVICE, 0, 0)
    assert caught.value.facts == {"field": "capacity", "why": "last_centre"}
    with pytest.raises(BadRequest):
        trial.station.limits.set(new_key(), boss, "no-such-service", 1, 0)


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_two_centres_do_not_both_count_on_the_other(trial: Trial, boss: int) -> None:
    """Q2: the last two centres of a service give it up at the same moment: the second waits, and is the last one."""
    trial.change("DELETE FROM offers WHERE service = :s", s=SERVICE)
    trial.give_seats(1)
    trial.give_seats(1, centre=OTHER_CENTRE)
    told: list[object] = []

    def give_up() -> None:
        try:
            told.append(trial.station.limits.set(new_key(), boss, SERVICE, 0, 0))
        except BadRequest as refused:
            told.append(refused.why)

    second = threading.Thread(target=give_up)

    def first(connection: Connection, _now: int) -> None:
        reference_rows.set_offer(connection, reference_rows.OfferRow(SERVICE, OTHER_CENTRE, 0, 0))
        second.start()
        while second.is_alive() and not trial.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass

    trial.station.database.write(first)
    second.join()
    assert told == ["last_centre"]


def test_only_who_may_manage_the_hall_changes_limits(trial: Trial, boss: int) -> None:
    """C6: asked of the database; audited either way."""
    leyla = enrolled(trial, "operator")
    with pytest.raises(NotAllowed):
        trial.station.limits.set(new_key(), leyla, SERVICE, 5, 5)
    trial.station.limits.set("one-key", boss, SERVICE, 5, 5)
    assert trial.station.limits.set("one-key", boss, SERVICE, 5, 5) == Limit(SERVICE, 5, 5)
    rows = trial.query("SELECT act, outcome, staff, detail FROM audit ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("set_limit", "not_allowed", leyla, None),
        ("set_limit", "done", boss, f"{SERVICE}: 5, 5"),
    ]


def _import(trial: Trial, *files: Path) -> None:
    def act(connection: Connection, now: int) -> None:
        rows = read(files, reference_rows.load(connection))
        reference_rows.replace_all(connection, now, rows)

    trial.station.database.write(act, remember=False)


def test_an_import_without_offers_keeps_limits(trial: Trial, boss: int, tmp_path: Path) -> None:
    """The rule of docs/operating.md: what a file does not bring stays, walk-ins too."""
    trial.station.limits.set(new_key(), boss, SERVICE, 4, 25)
    calendar = tmp_path / "calendar.csv"
    calendar.write_text("confirmed_until\n2027\n", "utf-8")
    _import(trial, calendar)
    assert of(trial) == Limit(SERVICE, 4, 25)


def test_an_import_with_offers_wins(trial: Trial, boss: int, tmp_path: Path) -> None:
    """The same rule: the file is the whole of them; where it does not say, the number of walk-ins in force stays."""
    others = [row for row in packaged().offers if row.service != SERVICE]
    for columns, own, expected in (
        ("service,centre,capacity", f"{SERVICE},{CENTRE},2", Limit(SERVICE, 2, 25)),
        ("service,centre,capacity,walk_in", f"{SERVICE},{CENTRE},2,", Limit(SERVICE, 2, 25)),
        ("service,centre,capacity,walk_in", f"{SERVICE},{CENTRE},2,7", Limit(SERVICE, 2, 7)),
        ("service,centre,capacity,walk_in", f"{SERVICE},*,3,9", Limit(SERVICE, 3, 9)),
    ):
        trial.station.limits.set(new_key(), boss, SERVICE, 4, 25)
        comma = "," * (columns.count(",") - 2)
        lines = [columns, own, *(f"{row.service},{row.centre},{row.capacity}{comma}" for row in others)]
        if "*" not in own:
            lines.append(f"{SERVICE},{OTHER_CENTRE},1{comma}")
        file = tmp_path / "offers.csv"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        _import(trial, file)
        assert of(trial) == expected
