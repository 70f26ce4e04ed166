"""Counters that work while PostgreSQL fails over, stops, or is not heard any more: each step is done once (K4, K5, C2).

The stations have a counter's login. What was asked is asked again under its key until there is an answer, as the
workplace does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from db import patient
from db.engine import BUSY_SECONDS
from db.grants import COUNTER
from kiosk.errors import Refusal, Unavailable
from kiosk.hall.queue_facts import Called
from kiosk.station import Station
from tests.histories import HONEST, check_histories
from tests.standby import Node, running_node, running_pair, until
from tests.stations import OTHER_SERVICE, SERVICE, Trial, at, fill, open_station
from tests.waiting import DAY, issue

COUNTERS = ("1", "2", "3", "4", "5", "6")
_DATABASE = "asan"
_NOW = f"{DAY} 10:00"
_PATIENCE = 120.0
_STEPS = ("call_next", "start", "finish", "transfer", "park", "call", "put_back", "call_again", "no_show", "undo")
_OFTEN = (6, 5, 3, 2, 1, 1, 1, 1, 1, 2)


class Hall:
    """A database with people who wait, and counters' stations on one or two servers."""

    def __init__(self, folder: Path, secrets: Path, opened: ExitStack) -> None:
        self.told: dict[str, tuple[Callable[[], Any], Any]] = {}
        """By its key: what asks again, and what was told."""
        self.away = threading.Event()
        """Set when a station was told that the database is away."""
        self._tickets: list[str] = []
        self._folder = folder
        self._secrets = secrets
        self._opened = opened

    def make(self, node: Node, people: int) -> None:
        """Make the database on a server, with so many people who wait."""
        with psycopg.connect(node.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_DATABASE}")
        fill(node.dsn(_DATABASE).replace("postgresql", "postgresql+psycopg", 1))
        with psycopg.connect(node.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE at_counters LOGIN IN ROLE {COUNTER}")
        owner = self.trial("postgres", node)
        self._tickets = [issue(owner, f"09:{number // 60:02d}:{number % 60:02d}") for number in range(people)]
        owner.station.close()

    def trial(self, login: str, *nodes: Node) -> Trial:
        """A station by a login; its address names every server."""
        servers = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        url = f"postgresql://{login}@{servers}/{_DATABASE}"
        station = open_station(url, self._folder, self._secrets, station={"name": f"{login}-{len(self.told)}"})
        self._opened.callback(station.close)
        station.clock.set(at(_NOW))
        return Trial(station, station.clock.set)

    def ask(self, key: str, step: Callable[..., Any], *what: str, **more: str) -> Any:
        """Ask until there is an answer, always under the same key; a refusal is told by its name."""
        deadline = time.monotonic() + _PATIENCE

        def asked() -> Any:
            try:
                return step(key, *what, **more)
            except Unavailable:
                raise
            except Refusal as refusal:
                return refusal.error

        while True:
            try:
                answer = asked()
            except Unavailable:
                self.away.set()
                if time.monotonic() > deadline:
                    raise
                continue
            self.told[key] = (asked, answer)
            return answer

    def work(self, station: Station, counter: str, ended: threading.Event) -> None:
        """Do one step after the other at a counter, until it is told to end."""
        chance = Random(counter)  # noqa: S311 - which key is pressed is no secret
        number = 0
        while not ended.is_set():
            number += 1
            (name,) = chance.choices(_STEPS, _OFTEN)
            step, key = getattr(station.queue, name), f"{counter}-{number}"
            if name in ("call_next", "undo"):
                self.ask(key, step, counter)
                continue
            mine = station_ticket(station, counter) or chance.choice(self._tickets)
            more = {"to_service": chance.choice((SERVICE, OTHER_SERVICE)), "note": "qeyd"} if name == "transfer" else {}
            self.ask(key, step, counter, mine, **more)

    @contextmanager
    def at_work(self, *nodes: Node) -> Iterator[None]:
        """During the block every counter works; it ends when all of them have ended their step."""
        stations = [self.trial("at_counters", *nodes).station for _ in COUNTERS]
        ended = threading.Event()
        with ThreadPoolExecutor(len(COUNTERS)) as pool:
            working = [
                pool.submit(self.work, station, counter, ended)
                for station, counter in zip(stations, COUNTERS, strict=True)
            ]
            try:
                yield
            finally:
                ended.set()
            for one in working:
                one.result(_PATIENCE)

    def goes_on(self, steps: int = 100) -> None:
        """Wait for so many more steps than were told before."""
        wanted = len(self.told) + steps
        until(lambda: len(self.told) >= wanted, "work goes on", _PATIENCE)

    def check(self, node: Node) -> None:
        """Every key has the answer that was told, and every step that was told stands once."""
        seen = self.trial("postgres", node)
        done = [answer for _, answer in self.told.values() if not isinstance(answer, str)]
        refused = {answer for _, answer in self.told.values() if isinstance(answer, str)}
        assert refused <= HONEST
        check_histories(seen, len(done))
        for key, (asked, answer) in self.told.items():
            again = asked()
            # what a colleague wrote is told as it is now, and not kept with an answer
            assert (replace(again, note=None) if isinstance(again, Called) else again) == (
                replace(answer, note=None) if isinstance(answer, Called) else answer
            ), key
        check_histories(seen, len(done))


def station_ticket(station: Station, counter: str) -> str | None:
    """Whom a counter has now; None while nobody is there, or the database is away."""
    try:
        live = station.queue.at_counter(counter).ticket
    except Refusal:
        return None
    return None if live is None else live.ticket


@pytest.fixture
def hall(tmp_path: Path, secrets_folder: Path) -> Iterator[Hall]:
    """Nobody yet."""
    with ExitStack() as opened:
        yield Hall(tmp_path, secrets_folder, opened)


@pytest.mark.long
def test_counters_work_on_when_a_standby_takes_over(hall: Hall) -> None:
    """K5: the primary loses its power in the middle of work; every step stands once, and every answer is told again."""
    with running_pair(lambda node: hall.make(node, 60)) as (primary, standby):
        with hall.at_work(primary, standby):
            hall.goes_on()
            primary.kill()
            before = dict(hall.told)
            assert hall.away.wait(_PATIENCE)
            standby.promote()
            hall.goes_on()
        assert {key: hall.told[key][1] for key in before} == {key: answer for key, (_, answer) in before.items()}
        hall.check(standby)


@pytest.mark.long
def test_a_server_that_stands_still_is_away_and_comes_back(hall: Hall) -> None:
    """K4: nothing cuts the connections, and no answer comes: it is told in time, and each step is done once."""
    with running_node() as node:
        hall.make(node, 60)
        with hall.at_work(node):
            hall.goes_on()
            with node.frozen():
                hall.away.clear()
                assert hall.away.wait(patient.SECONDS + BUSY_SECONDS)
            hall.goes_on()
        hall.check(node)


@pytest.mark.long
def test_the_standby_of_a_server_that_stands_still_takes_over(hall: Hall) -> None:
    """K5: stations find it although the other still takes their connections; that one is fenced before it wakes."""
    with running_pair(lambda node: hall.make(node, 60)) as (primary, standby):
        with hall.at_work(primary, standby):
            hall.goes_on()
            with primary.frozen():
                standby.promote()
                hall.goes_on()
                primary.kill()
            hall.goes_on()
        hall.check(standby)


@pytest.mark.long
def test_a_commit_that_waits_for_its_standby_is_not_waited_for(hall: Hall) -> None:
    """K5: while the standby hears nothing no step is told as done; afterwards each stands once."""
    with running_pair(lambda node: hall.make(node, 60)) as (primary, standby):
        with hall.at_work(primary, standby):
            hall.goes_on()
            with standby.deaf():
                hall.away.clear()
                assert hall.away.wait(patient.SECONDS + BUSY_SECONDS)
            hall.goes_on()
        hall.check(primary)
