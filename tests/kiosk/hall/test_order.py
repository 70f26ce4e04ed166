"""The order in which tickets are called (C5): as the pure function says it, and that the database says the same."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest
from sqlalchemy import Connection, insert, text

from db import queue
from db.hall_schema import counter_services, counters
from db.schema import tickets
from kiosk.hall.order import in_order, is_callable, turn_of
from tests.stations import CENTRE, OTHER_CENTRE, Trial

HOUR = 3_600_000
TEN = 1_000 * HOUR
SETTINGS = ("when_idle", "in_turn", "never")


@dataclass(frozen=True)
class Someone:
    """A ticket that waits."""

    id: int
    issued_at: int
    booked_for: int | None = None
    service: str = "s0"
    to_counter: int | None = None


def _ids(people: list[Someone], now: int, early: str) -> list[int]:
    return [someone.id for someone in in_order(people, now, early)]


def test_a_booked_hour_comes_with_its_first_millisecond() -> None:
    """C5: from their booked hour on."""
    assert [turn_of(TEN, TEN + off) for off in (-1, 0, 1)] == ["early", "due", "due"]
    assert turn_of(None, TEN) == "walk_in"


@pytest.mark.parametrize(
    ("early", "order"),
    [("when_idle", [3, 2, 1, 4, 6, 5]), ("in_turn", [3, 2, 1, 5, 4, 6]), ("never", [3, 2, 1, 4, 6, 5])],
)
def test_due_before_walk_ins_before_early(early: str, order: list[int]) -> None:
    """C5: due ones by their hour, walk-ins by arrival; early ones as the setting says."""
    people = [
        Someone(1, TEN - 40),
        Someone(2, TEN - 90, TEN),
        Someone(3, TEN - 10, TEN - HOUR),
        Someone(4, TEN - 20),
        Someone(5, TEN - 30, TEN + 2 * HOUR),
        Someone(6, TEN - 5, TEN + HOUR),
    ]
    assert _ids(people, TEN, early) == order
    assert _ids(list(reversed(people)), TEN, early) == order
    callable_ones = [someone.id for someone in people if is_callable(someone, TEN, early)]
    assert callable_ones == ([1, 2, 3, 4] if early == "never" else [1, 2, 3, 4, 5, 6])


def test_the_same_hour_goes_by_arrival_and_the_same_arrival_by_number() -> None:
    """C5: no two have the same place."""
    people = [Someone(4, 7, TEN), Someone(2, 8, TEN), Someone(3, 7, TEN), Someone(6, 9), Someone(5, 9)]
    assert _ids(people, TEN, "when_idle") == [3, 4, 2, 5, 6]


def test_everybody_becomes_due_and_nobody_overtakes_a_due_one() -> None:
    """C5: whatever the setting, once all hours have come the early ones stand where their hours put them."""
    people = [Someone(1, 5, TEN + HOUR), Someone(2, 1), Someone(3, 6, TEN)]
    for early in SETTINGS:
        assert _ids(people, TEN + HOUR, early) == [3, 1, 2]


def _drawn(chance: Random, counted: list[int]) -> list[Someone]:
    """Few different hours, arrivals and services, so that they meet in every way."""
    return [
        Someone(
            number,
            TEN - chance.randrange(4),
            chance.choice((None, None, TEN - HOUR, TEN - 1, TEN, TEN + 1, TEN + HOUR)),
            f"s{chance.randrange(3)}",
            chance.choice((None, None, None, *counted)),
        )
        for number in range(1, chance.randrange(2, 22))
    ]


def _write(connection: Connection, people: list[Someone], listed: dict[int, set[str]]) -> None:
    for table in ("tickets", "counter_services", "counters"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names from above
    rows = [{"id": counter, "centre": CENTRE, "number": str(counter)} for counter in listed]
    connection.execute(insert(counters), rows)
    serves = [{"counter": counter, "service": service} for counter, those in listed.items() for service in those]
    if serves:
        connection.execute(insert(counter_services), serves)
    shared = {"letter": "A", "station": "door"}
    waiting = [
        {
            "id": one.id, "number": one.id, "centre": CENTRE, "day": "2026-11-23", "service": one.service,
            "state": "waiting", "issued_at": one.issued_at, "booked_for": one.booked_for, "to_counter": one.to_counter,
            **shared,
        }
        for one in people
    ]  # fmt: skip
    others = [
        {**waiting[0], "id": 101, "number": 101, "centre": OTHER_CENTRE, "to_counter": None},
        {**waiting[0], "id": 102, "number": 102, "day": "2026-11-22", "to_counter": None},
        *(
            {**waiting[0], "id": 103 + place, "number": 103 + place, "state": state, "to_counter": None}
            for place, state in enumerate(("called", "serving", "parked", "finished", "no_show"))
        ),
    ]
    connection.execute(insert(tickets), waiting + others)


def _emptied(connection: Connection, counter: int, early: str) -> list[int]:
    """Who is called one after the other by a counter that nobody rivals."""
    order = []
    while found := queue.next_for(connection, CENTRE, "2026-11-23", counter, TEN, early):
        order.append(found.id)
        connection.execute(text("UPDATE tickets SET state = 'finished' WHERE id = :id"), {"id": found.id})
    connection.execute(text("UPDATE tickets SET state = 'waiting' WHERE id <= 100"))
    return order


def _look_first(connection: Connection, people: list[Someone]) -> None:
    """What a screen reads of a long list is its beginning, with how many wait and how long."""
    for early in SETTINGS:
        whole = _ids(people, TEN, early)
        for most in (1, 4, len(people)):
            found = queue.waiting_first(connection, CENTRE, "2026-11-23", TEN, early, most)
            assert [row.id for row in found] == whole[:most]
    later = TEN + HOUR
    minutes = sum((later - one.issued_at) // 60_000 for one in people)
    assert queue.waited(connection, CENTRE, "2026-11-23", later) == (len(people), minutes)
    assert queue.waited(connection, CENTRE, "2026-11-23", TEN - 10) == (len(people), 0)


@pytest.mark.parametrize("halls", [pytest.param(8, id="8"), pytest.param(400, id="400", marks=pytest.mark.long)])
def test_the_database_calls_in_the_same_order(trial: Trial, halls: int) -> None:
    """C5: for any hall, counter and setting the look-ups give those whom it may call, one by one, in that order."""
    chance = Random(5)  # noqa: S311 - a drawn hall is no secret
    seen = 0
    with trial.station.database.connected() as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            for _ in range(halls):
                listed: dict[int, set[str]] = {1: {"s0", "s1"}, 2: set(), 3: {"s2"}}
                people = _drawn(chance, list(listed))
                _write(connection, people, listed)
                for counter, early in ((1, "when_idle"), (2, "in_turn"), (3, "never"), (2, "when_idle")):
                    expected = [
                        one.id
                        for one in in_order(people, TEN, early)
                        if is_callable(one, TEN, early)
                        and (one.to_counter == counter or one.to_counter is None)
                        and (one.to_counter == counter or not listed[counter] or one.service in listed[counter])
                    ]
                    assert _emptied(connection, counter, early) == expected
                    seen += len(expected)
                _look_first(connection, people)
        finally:
            connection.exec_driver_sql("ROLLBACK")
    assert seen > 10 * halls
