"""Many stations sign one person in at once: exactly one does, whoever it is; and who dies holds nobody up (I12).

The hands are processes of their own, each with its station, over one SQLite file and over one PostgreSQL.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
from sqlalchemy import insert, select

from db import sessions as rows
from db.schema import sessions as table
from db.sessions import SessionRow
from kiosk.clock import Instant
from kiosk.identity.refused import SessionElsewhere
from kiosk.identity.sessions import Sessions
from kiosk.settings import Settings
from kiosk.station import Station
from tests.forks import forked
from tests.races.conftest import MakeSettings
from tests.stations import Trial

HANDS = 8
ROUNDS = 30
LEASE = 60_000


def _first_station(connection: Any, person: str, now: int) -> str | None:
    """Where the person is signed in; without the constraint that may be several places."""
    del now
    found = connection.execute(select(table.c.station).where(table.c.person == person)).scalars().first()
    return None if found is None else str(found)


def _begin_by_looking(connection: Any, row: SessionRow, now: int) -> bool:
    """Beginning as it would be without a constraint: look, then write."""
    if _first_station(connection, row.person, now) is not None:
        return False
    connection.execute(insert(table).values(**row._asdict()))
    return True


def _serve(settings: Settings, now: Instant, looking: bool, orders: Connection) -> None:
    station = Station(settings)
    station.clock.set(now)
    if looking:
        rows.begin, rows.station_of_live = _begin_by_looking, _first_station
    held = Sessions(station.acts, settings)
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            answers = []
            for person in orders.recv():
                try:
                    held.begin(person, "good")
                    answers.append("begun")
                except SessionElsewhere as refused:
                    answers.append(refused.station)
            orders.send(answers)


@dataclass
class Hand:
    """One process."""

    process: BaseProcess
    orders: Connection


MakeHands = Callable[..., list[Hand]]


@pytest.fixture
def make_hands(watcher: Trial, settings_for: MakeSettings) -> Iterator[MakeHands]:
    with ExitStack() as opened:

        def make(count: int, *, after: int = 0, looking: bool = False) -> list[Hand]:
            settings, made = settings_for(), []
            for number in range(count):
                own = replace(settings, station=replace(settings.station, name=f"hand-{after}-{number}"))
                hand = Hand(*forked(_serve, own, watcher.station.clock.now() + after, looking))
                opened.callback(hand.process.join)
                opened.callback(hand.orders.close)
                made.append(hand)
            return made

        yield make


def _ask(hands: list[Hand], people: list[str]) -> list[list[str]]:
    """Every hand begins a session for each of the people; the answers of all hands, by person."""
    for hand in hands:
        hand.orders.send(people)
    return [list(answers) for answers in zip(*(hand.orders.recv() for hand in hands), strict=True)]


def test_exactly_one_begins(watcher: Trial, make_hands: MakeHands) -> None:
    """And every other is told a true station, since that one's row is there."""
    people = [f"{number:07d}" for number in range(ROUNDS)]
    for person, answers in zip(people, _ask(make_hands(HANDS), people), strict=True):
        assert answers.count("begun") == 1
        winner = f"hand-0-{answers.index('begun')}"
        assert set(answers) == {"begun", winner}
        assert watcher.query("SELECT station FROM sessions WHERE person = :p", p=person) == [{"station": winner}]


def test_exactly_one_takes_over(watcher: Trial, make_hands: MakeHands) -> None:
    """The lease of a dead station is over for all of them at the same millisecond, and one of them begins."""
    people = [f"{number:07d}" for number in range(ROUNDS)]
    assert {answer for answers in _ask(make_hands(1), people) for answer in answers} == {"begun"}
    for answers in _ask(make_hands(HANDS, after=LEASE), people):
        assert answers.count("begun") == 1
    assert watcher.query("SELECT DISTINCT station FROM sessions WHERE station LIKE 'hand-0-%'") == []


def test_a_killed_station_locks_nobody_out(watcher: Trial, make_hands: MakeHands) -> None:
    """By kill -9 while it holds the session: refused until its lease is over, free from then on."""
    victim = make_hands(1)[0]
    assert _ask([victim], ["5AB1C2D"]) == [["begun"]]
    assert victim.process.pid is not None
    victim.process.kill()
    victim.process.join()
    assert victim.process.exitcode == -signal.SIGKILL
    assert _ask(make_hands(1, after=LEASE - 1), ["5AB1C2D"]) == [["hand-0-0"]]
    assert _ask(make_hands(1, after=LEASE), ["5AB1C2D"]) == [["begun"]]
    assert len(watcher.query("SELECT * FROM sessions")) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_without_the_constraint_the_same_harness_shows_doubles(watcher: Trial, make_hands: MakeHands) -> None:
    """The tests above could see what they look for: look first and write then, without the key, and two begin.

    On SQLite one writer's transaction would keep them apart; here look and insert of two run side by side.
    """
    watcher.change("ALTER TABLE sessions DROP CONSTRAINT pk_sessions")
    hands = make_hands(HANDS, looking=True)
    for attempt in range(40):  # a race may be missed now and then, but not forty times by eight
        people = [f"{attempt:04d}{number:03d}" for number in range(10)]
        if any(answers.count("begun") > 1 for answers in _ask(hands, people)):
            return
    pytest.fail("no two ever began at once")
