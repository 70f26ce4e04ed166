"""`./bench scaling`: the floor leaves the rows that ours leaves, and what is told of a run was seen."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, time
from pathlib import Path

import psycopg
import pytest

from benchmarks.fleet import Shift
from benchmarks.nation import Demand, demand
from benchmarks.needs import Figures, page
from benchmarks.pressure import KINDS, Pressure
from benchmarks.sides import SIDES, Work, prepare
from benchmarks.visits import ACTS_OF_A_VISIT, Side
from kiosk.clock import HOUR, Instant, at_baku
from tests.postgres import Server

_TABLES = ("bookings", "tickets", "calls", "ticket_steps", "audit", "answers", "outbox")
_VISITS = 2


def _rows(work: Work, side: Side) -> dict[str, int]:
    """How many rows each table has, bookings and tickets by their state."""
    found = {}
    with psycopg.connect(work.dsn(side), autocommit=True) as connection:
        for table in _TABLES:
            by = "state" if table in ("bookings", "tickets") else "'all'"
            counted = connection.execute(f"SELECT {by}, count(*) FROM {table} GROUP BY 1".encode()).fetchall()  # noqa: S608
            found.update({f"{table} {name}": count for name, count in counted})
    return found


def test_the_floor_leaves_the_rows_that_ours_leaves(postgres: Server, tmp_path: Path) -> None:
    """Issue 5: the bare floor does the same durable statements; two stations of each side serve two people each."""
    with ExitStack() as stack:
        work = prepare(stack, tmp_path, postgres, 100, processes=1)
        before = {side: _rows(work, side) for side in SIDES}
        for count in (1, 2):  # one after the other: rivals would be refused now and then, which leaves rows too
            work.open(count, visits=_VISITS)
        left = {
            side: {name: count - before[side].get(name, 0) for name, count in _rows(work, side).items()}
            for side in SIDES
        }
    assert left["ours"] == left["floor"]
    assert left["ours"]["tickets finished"] == 2 * _VISITS
    assert left["ours"]["audit all"] == 2 * _VISITS * ACTS_OF_A_VISIT


@pytest.mark.long
def test_stations_work_while_others_listen(postgres: Server, tmp_path: Path) -> None:
    """Issue 5: all at once, one beside the others, paced, silent, deaf, and all of them in one centre."""
    with ExitStack() as stack:
        work = prepare(stack, tmp_path, postgres, 100, processes=2)
        work.open(4, visits=1)
        work.open(6, visits=1)
        for told in ({}, {"working": 1}, {"pause": 0.05}):
            both = work.measure(1, 0.5, **told)
            assert all(measured.waits and measured.rates[0] > 0 for measured in both.values()), told
        loud = work.measure(1, 0.5)["ours"].an_act("server_wakings")
        work.listen(False)
        assert all(measured.waits for measured in work.measure(1, 0.5).values())
        work.notify(False)
        silent = work.measure(1, 0.5)["ours"].an_act("server_wakings")
        assert silent < loud, "who listens is woken by every act"
        work.notify(True)
        work.gather()
        assert all(measured.waits for measured in work.measure(1, 0.5).values())
        assert min(work.memory("ours")) > 0


def test_acts_of_stations_that_pause_are_spread_over_time() -> None:
    shift = Shift(begins_at=100.0, seconds=10.0, working=4, pause=2.0)
    assert [shift.due(number, 0) for number in range(4)] == [100.0, 100.5, 101.0, 101.5]
    assert shift.due(1, 3) == 106.5


def test_what_transactions_wait_for_is_told_in_words() -> None:
    pressure = Pressure()
    pressure.seen.update({"Lock:object": 6, "IO:WalSync": 2, "caller": 1, "Timeout:PgSleep": 1})
    shares = pressure.shares()
    assert tuple(shares) == KINDS
    assert shares["NOTIFY's lock"] == 60.0
    assert shares["the log's disk"] == 20.0
    assert shares["something else"] == 10.0
    assert Pressure().shares()["a row"] == 0.0


def test_a_nations_demand_grows_with_its_visits() -> None:
    """Issue 5: what 28 centres with 20,000 visits a day need, and ten times that."""
    opens = [at_baku(date(2026, 11, 23), time(hour)) for hour in range(9, 18)]
    hours = {f"centre-{number}": opens for number in range(28)}
    closes: dict[str, Instant] = dict.fromkeys(hours, opens[-1] + HOUR)
    services = {centre: [f"service-{number}" for number in range(40)] for centre in hours}
    once, ten_times = (demand(hours, closes, services, visits) for visits in (20_000, 200_000))
    assert ten_times.busiest == pytest.approx(10 * once.busiest)
    assert once.acts > 4 * 20_000
    assert once.busiest > once.acts / (9 * 3600), "the busiest minute is busier than the others"


def test_what_a_nation_needs_is_told_for_ten_times_it_too() -> None:
    """Issue 5: where every listener is woken by every act, ten times the nation costs a hundred times the wakings."""
    figures = Figures(
        act_ms=1.0, waking_ms=0.01, look_ms=0.0, log_kib=3.0, working_mib=4.0, listening_mib=2.0, kept_kib=1.0,
        passing_kib=1.0,
    )  # fmt: skip
    once, ten_times = (Demand(visits, 7 * visits, visits / 50, visits / 500) for visits in (20_000, 200_000))
    told = dict(_cells(line) for line in page(figures, once, ten_times, 28).splitlines()[2:])
    assert told["acts a second, busiest minute"] == ["40", "400"]
    assert told["connections that listen"] == ["510", "5,100"]
    assert told["processors busy, busiest minute, PostgreSQL 18 and older"] == ["0.24", "21"]
    assert told["processors busy, busiest minute, PostgreSQL 19"] == ["0.046", "0.46"]


def _cells(line: str) -> tuple[str, list[str]]:
    _, what, _, *figures, _ = (cell.strip() for cell in line.split("|"))
    return what, figures
