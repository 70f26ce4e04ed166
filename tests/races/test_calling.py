"""Counters that press "next" together (C2): one citizen, one counter; the loser of a race gets the next person."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from sqlalchemy import Connection, insert, text

from db.schema import tickets
from kiosk.hall.order import in_order
from tests.races.callers import BLINDNESS, pressed
from tests.races.conftest import MakeSettings
from tests.stations import CENTRE, SERVICE, Trial, at
from tests.waiting import DAY

COUNTERS = ("1", "2", "3", "4", "5", "6", "7", "8")
_MINUTE = 60_000


def _fill(watcher: Trial, people: int) -> None:
    """So many who wait since the morning: a third walk-ins, the others booked for hours that have come or not."""
    chance = Random(people)  # noqa: S311 - a drawn hall is no secret
    eight = at(f"{DAY} 08:00")
    hours = [None, *(at(f"{DAY} {hour:02d}:00") for hour in (9, 10, 11, 12, 13))]
    rows = [
        {
            "centre": CENTRE, "day": DAY, "letter": "A", "number": number, "service": SERVICE, "state": "waiting",
            "station": "door", "issued_at": eight + chance.randrange(120) * _MINUTE, "booked_for": chance.choice(hours),
        }
        for number in range(1, people + 1)
    ]  # fmt: skip

    def act(connection: Connection, _now: int) -> None:
        connection.execute(insert(tickets), rows)
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE tickets"))

    watcher.station.database.write(act, remember=False)
    watcher.at(f"{DAY} 10:30")


def _count(watcher: Trial, table_and_condition: str) -> int:
    return int(watcher.query(f"SELECT count(*) AS found FROM {table_and_condition}")[0]["found"])  # noqa: S608


@pytest.mark.parametrize(
    ("people", "processes"),
    [pytest.param(60, 8, id="60"), pytest.param(5_000, 16, id="5000", marks=pytest.mark.long)],
)
def test_nobody_is_called_twice_and_nobody_is_skipped(
    watcher: Trial, settings_for: MakeSettings, people: int, processes: int
) -> None:
    """C2, C5: every ticket is given to one hand, called once and finished, in the order of C5 but for who was at it."""
    _fill(watcher, people)
    waiting = [_Waiting(row) for row in watcher.query("SELECT id, issued_at, booked_for FROM tickets")]
    counters = [COUNTERS[process % len(COUNTERS)] for process in range(processes)]
    given = Counter(
        ticket
        for hands in pressed(settings_for(), watcher.station.clock.now(), counters)
        for ticket in hands
    )  # fmt: skip
    assert set(given.values()) == {1}
    assert len(given) == people
    assert _count(watcher, "tickets WHERE state = 'finished'") == people
    called = [
        row["ticket"] for row in watcher.query("SELECT ticket FROM calls WHERE ended_as = 'finished' ORDER BY id")
    ]
    assert len(called) == len(set(called)) == _count(watcher, "calls") == people
    assert _count(watcher, "audit WHERE act = 'call_next' AND outcome = 'done'") == people
    place = {one.id: number for number, one in enumerate(in_order(waiting, watcher.station.clock.now(), "when_idle"))}
    assert max(_passed_over([place[ticket] for ticket in called])) < processes, "called in the order of C5"


def _passed_over(places: Sequence[int]) -> Iterator[int]:
    """For each who was called, how many were before them and not called yet: each of these another process had locked.

    For how long it had, and how many others went by meanwhile, is the machine's affair.
    """
    called: list[int] = []
    for place in places:
        yield place - bisect_left(called, place)
        insort(called, place)


class _Waiting:
    def __init__(self, row: dict[str, int]) -> None:
        self.id, self.issued_at, self.booked_for = row["id"], row["issued_at"], row["booked_for"]


def test_two_hands_at_one_counter_call_one_person(watcher: Trial, settings_for: MakeSettings) -> None:
    """C2: one wins, the others are told whom the counter has."""
    _fill(watcher, 20)
    given = pressed(settings_for(), watcher.station.clock.now(), ["7"] * 5, once=True)
    told = Counter(hands[0] for hands in given)
    assert told.pop("counter_busy") == 4
    assert len(told) == 1 and _count(watcher, "calls") == 1


def _at_once(watcher: Trial, settings_for: MakeSettings, index: str) -> dict[str, int]:
    """Five press once where nobody looks; how many live calls a ticket, or a counter, has at most."""
    _fill(watcher, 20)
    counters = COUNTERS[:5] if index == "one_live_call_per_ticket" else ("7",) * 5
    pressed(settings_for(), watcher.station.clock.now(), counters, once=True, blind=index)
    live = watcher.query("SELECT ticket, counter FROM calls WHERE ended_at IS NULL")
    return {name: max(Counter(row[name] for row in live).values()) for name in ("ticket", "counter")}


@pytest.mark.parametrize("index", BLINDNESS)
def test_the_index_decides_where_nobody_looks(watcher: Trial, settings_for: MakeSettings, index: str) -> None:
    """House: truth is a constraint. Without the looks and locks before it the outcome is the same."""
    assert _at_once(watcher, settings_for, index) == {"ticket": 1, "counter": 1}


@pytest.mark.parametrize("index", BLINDNESS)
def test_without_its_index_the_same_harness_shows_doubles(
    watcher: Trial, settings_for: MakeSettings, index: str
) -> None:
    """The tests above could see what they look for: where only the index is gone, they find it."""
    watcher.change(f"DROP INDEX {index}")
    most = _at_once(watcher, settings_for, index)
    assert most[index.rpartition("_")[2]] > 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_whom_a_rival_lets_go_of_is_not_skipped(watcher: Trial) -> None:
    """C2: the only person who waits is locked by a rival that gives up: "next" waits for it, and calls that person."""
    _fill(watcher, 1)
    station = watcher.station
    locked, told = threading.Event(), []

    def press() -> None:
        locked.wait()
        told.append(station.queue.call_next("press", "7").ticket)

    thread = threading.Thread(target=press)
    thread.start()
    with station.database.connected() as rival:
        rival.exec_driver_sql("BEGIN")
        rival.exec_driver_sql("SELECT id FROM tickets FOR UPDATE")
        locked.set()
        while thread.is_alive() and not watcher.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass
        rival.exec_driver_sql("ROLLBACK")
    thread.join()
    assert told == ["A-001"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_whom_a_rival_is_calling_is_passed_over(watcher: Trial) -> None:
    """C2: the first who waits is locked by a rival: "next" gives the second at once, and waits for nobody."""
    _fill(watcher, 3)
    first = watcher.station.queue.look().waiting
    with watcher.station.database.connected() as rival:
        rival.exec_driver_sql("BEGIN")
        number = (int(first[0].ticket.partition("-")[2]),)
        rival.exec_driver_sql("SELECT id FROM tickets WHERE number = %s FOR UPDATE", number)
        assert watcher.station.queue.call_next("press", "7").ticket == first[1].ticket
        rival.exec_driver_sql("ROLLBACK")
