"""PostgreSQL restarted, and failed over: nothing that was told is lost, nothing is done twice (K4, K5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kiosk.booking.order_code import new_order_code, new_reference
from kiosk.errors import Unavailable
from kiosk.hall.facts import Arrival
from kiosk.station import Station
from tests.standby import Node, running_node, running_pair, until
from tests.stations import CENTRE, SERVICE, at, fill, open_station

_AT = "2026-11-23 10:00"
_DATABASE = "asan"


class Crowd:
    """A database with confirmed bookings of one hour, and stations on it that never give up asking."""

    def __init__(self, folder: Path, secrets: Path, opened: ExitStack) -> None:
        self.codes: list[str] = []
        self.told: dict[str, str | None] = {}
        self._folder = folder
        self._secrets = secrets
        self._opened = opened

    def make(self, node: Node, people: int) -> None:
        """Make the database on a server, with so many people who have booked."""
        with psycopg.connect(node.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_DATABASE}")
        fill(node.dsn(_DATABASE).replace("postgresql", "postgresql+psycopg", 1))
        self.codes = [new_order_code() for _ in range(people)]
        rows = [
            (new_reference(), code, SERVICE, CENTRE, at(_AT), seat, f"7ZZ{seat:04d}")
            for seat, code in enumerate(self.codes, 1)
        ]
        with psycopg.connect(node.dsn(_DATABASE)) as connection:
            connection.cursor().executemany(
                "INSERT INTO bookings (reference, order_code, service, centre, starts_at, seat, fin, state, held_at,"
                " held_until, code, code_sent_at, station, language, given_name, surname, patronymic, phone, email)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, 'confirmed', 1, 1, '1', 1, 's', 'az', '', '', '', '', '')",
                rows,
            )

    def station(self, name: str, *nodes: Node) -> Station:
        """A station of the hall; its address names every server."""
        servers = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        url = f"postgresql://postgres@{servers}/{_DATABASE}"
        station = open_station(url, self._folder, self._secrets, station={"name": name})
        self._opened.callback(station.close)
        station.clock.set(at(_AT))
        return station

    def arrive(self, station: Station, code: str, away: threading.Event | None = None) -> Arrival:
        """Present a code until there is a verdict, always under the same key, as every face does."""
        deadline = time.monotonic() + 90
        while True:
            try:
                arrival = station.hall.arrive(f"arrive {code}", code)
            except Unavailable:
                if away is not None:
                    away.set()
                if time.monotonic() > deadline:
                    raise
                continue
            self.told[code] = arrival.ticket
            return arrival

    def check(self, node: Node, codes: list[str]) -> None:
        """Each of these people has the one ticket that was told, no other, and no number was left out."""
        with psycopg.connect(node.dsn(_DATABASE)) as connection:
            tickets = connection.execute(
                "SELECT b.order_code, t.letter || '-' || lpad(t.number::text, 3, '0'), t.number, b.state"
                " FROM tickets t JOIN bookings b ON b.id = t.booking"
            ).fetchall()
            acts: list[Any] = connection.execute(
                "SELECT count(*) FROM audit WHERE act = 'arrive' AND outcome = 'on_time' GROUP BY booking"
            ).fetchall()
        assert {code: ticket for code, ticket, _, _ in tickets} == {code: self.told[code] for code in codes}
        assert sorted(number for _, _, number, _ in tickets) == list(range(1, len(codes) + 1))
        assert {state for _, _, _, state in tickets} == {"active"}
        assert acts == [(1,)] * len(codes), "each act was done once"


@pytest.fixture
def crowd(tmp_path: Path, secrets_folder: Path) -> Iterator[Crowd]:
    """Nobody yet."""
    with ExitStack() as opened:
        yield Crowd(tmp_path, secrets_folder, opened)


def test_a_restart_is_outlived(crowd: Crowd) -> None:
    """K4: while the server is away there is a refusal in words; after it the same key goes on, and listeners hear.

    The address names a server first that nobody runs: the one that writes is found behind it.
    """
    with running_node() as node:
        crowd.make(node, 2)
        nobody = Node(Path(), Path(), None, "nobody")
        station = crowd.station("kiosk-1", nobody, node)
        heard = threading.Semaphore(0)
        stop = station.watch(heard.release)
        assert heard.acquire(timeout=30), "listening begins"
        first, second = crowd.codes
        crowd.arrive(station, first)
        while heard.acquire(timeout=0.5):
            continue
        node.stop()
        assert heard.acquire(timeout=30), "who follows is told of the loss"
        with pytest.raises(Unavailable):
            station.hall.arrive(f"arrive {second}", second)
        node.start()
        crowd.arrive(station, second)
        assert crowd.arrive(station, first).ticket == crowd.told[first]
        assert heard.acquire(timeout=30), "listening goes on"
        stop()
        station.close()
        crowd.check(node, crowd.codes)


@pytest.mark.long
def test_a_standby_takes_over_while_stations_work(crowd: Crowd) -> None:
    """K5: the primary loses its power in the middle of work and stays away; the synchronous standby goes on."""
    hands, each = 6, 50
    with running_pair(lambda node: crowd.make(node, hands * each)) as (primary, standby):
        stations = [crowd.station(f"kiosk-{hand}", primary, standby) for hand in range(hands)]
        away = [threading.Event() for _ in stations]
        heard = threading.Semaphore(0)
        stations[0].watch(heard.release)
        assert heard.acquire(timeout=30)

        def work(hand: int) -> None:
            for code in crowd.codes[hand * each : (hand + 1) * each]:
                crowd.arrive(stations[hand], code, away[hand])

        with ThreadPoolExecutor(hands) as pool:
            working = [pool.submit(work, hand) for hand in range(hands)]
            until(lambda: len(crowd.told) >= each, "work goes on")
            primary.kill()
            told = dict(crowd.told)
            assert all(event.wait(60) for event in away), "every station says that the database is away"
            while heard.acquire(blocking=False):
                continue
            standby.promote()
            for one in working:
                one.result(120)
        assert len(told) < hands * each, "the primary was gone before the work was done"
        assert {code: crowd.told[code] for code in told} == told
        assert heard.acquire(timeout=30), "listening goes on at the new primary"
        crowd.check(standby, crowd.codes)


@pytest.mark.long
def test_a_commit_whose_outcome_is_unknown_is_asked_again(crowd: Crowd) -> None:
    """K5: nothing is told that only one of two servers has; asked again by its key it is told once."""
    with running_pair(lambda node: crowd.make(node, 2)) as (primary, standby), ThreadPoolExecutor(1) as pool:
        station = crowd.station("kiosk-1", primary, standby)
        waiting = "SELECT max(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        first, second = crowd.codes
        with standby.deaf():
            asked = pool.submit(station.hall.arrive, f"arrive {first}", first)
            until(lambda: primary.value(waiting) is not None, "the commit waits for the standby")
            primary.value(f"SELECT pg_cancel_backend({primary.value(waiting)})")
            with pytest.raises(Unavailable):
                asked.result(60)
        crowd.arrive(station, first)
        with standby.deaf():
            asked = pool.submit(crowd.arrive, station, second)
            until(lambda: primary.value(waiting) is not None, "the commit waits for the standby")
            primary.kill()
            assert second not in crowd.told
        standby.promote()
        assert asked.result(120).ticket == crowd.arrive(station, second).ticket
        crowd.check(standby, crowd.codes)
