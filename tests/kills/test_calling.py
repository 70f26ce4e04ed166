"""kill -9 between each pair of statements of a counter's steps, in their commit and before their answer (C2, K5)."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path

import pytest

from kiosk.batch.loop import Batch
from kiosk.settings import parse
from kiosk.station import Station
from tests.kills.victim import COMMIT, Answer, Point, Request, act
from tests.stations import CENTRE, OTHER_SERVICE, Trial, at, written_settings
from tests.waiting import DAY, issue, make_counter, row

STEPS = {
    "call_next": ("waiting", "called"), "call_again": ("parked", "called"), "transfer": ("serving", "waiting"),
    "finish": ("serving", "finished"), "undo": ("finished", "serving"),
}  # fmt: skip
"""What is done, from which state to which."""
_WAYS = {"waiting": (), "parked": ("call_next", "park"), "serving": ("call_next", "start")} | {
    "finished": ("call_next", "start", "finish")
}


class Hall:
    """A database in which the same step can be done often, each time at another counter with another ticket."""

    def __init__(self, url: str, folder: Path, secrets: Path) -> None:
        self.settings = parse(written_settings(url, folder, secrets), folder / "kiosk.toml")
        self.now = at(f"{DAY} 10:00")
        self._numbers = count(1)

    @contextmanager
    def opened(self) -> Iterator[Trial]:
        """The database as a station that starts now finds it."""
        station = Station(self.settings)
        try:
            station.clock.set(self.now)
            yield Trial(station, station.clock.set)
        finally:
            station.close()

    def cases(self, step: str, most: int) -> Iterator[tuple[str, Request]]:
        """Tickets, each brought to where the step begins at a counter of its own, and the step's request."""
        with self.opened() as trial:
            made = [self._case(trial, step) for _ in range(most)]
        return iter(made)

    def _case(self, trial: Trial, step: str) -> tuple[str, Request]:
        counter = str(next(self._numbers))
        make_counter(trial, counter)
        ticket = issue(trial, "09:00", to_counter=counter)
        for name in _WAYS[STEPS[step][0]]:
            _asked(trial, self._request(name, counter, ticket))
        return ticket, self._request(step, counter, ticket)

    def _request(self, step: str, counter: str, ticket: str) -> Request:
        request: Request = {"do": step, "key": f"{step}-{counter}", "centre": CENTRE, "counter": counter}
        if step not in ("call_next", "undo"):
            request["ticket"] = ticket
        return request | ({"to_service": OTHER_SERVICE} if step == "transfer" else {})

    def check(self, step: str, ticket: str, request: Request, told: Answer | None) -> bool:
        """Ask again with the same key, twice, and look at everything; whether the step had been done before."""
        was, becomes = STEPS[step]
        with self.opened() as trial:
            state = row(trial, ticket)["state"]
            assert state in (was, becomes)
            assert told is None or state == becomes, "what was told is lost"
            answer = _asked(trial, request)
            assert told in (None, answer), "the same key has another answer"
            assert _asked(trial, request) == answer
            _look(trial, step, ticket, becomes)
        return bool(state == becomes)


def _asked(trial: Trial, request: Request) -> Answer:
    answer = Batch(trial.station).answer(json.dumps(request).encode())
    assert answer["ok"], answer
    return answer


def _look(trial: Trial, step: str, ticket: str, becomes: str) -> None:
    """The step was done once: its ticket, its call, its audit row."""
    found = row(trial, ticket)
    assert found["state"] == becomes
    for table in ("audit", "ticket_steps"):
        done = f"SELECT 1 FROM {table} WHERE act = :act AND ticket = :id"  # noqa: S608 - names from above
        assert len(trial.query(done, act=step, id=found["id"])) == 1, table
    live = trial.query("SELECT 1 FROM calls WHERE ticket = :id AND ended_at IS NULL", id=found["id"])
    assert len(live) == (becomes in ("called", "serving"))


@pytest.fixture
def hall(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Hall:
    return Hall(ready_url, tmp_path, secrets_folder)


@pytest.mark.parametrize(
    ("ready_url", "step"),
    [
        pytest.param(on, step, marks=() if (on, step) == ("sqlite", "call_next") else pytest.mark.long)
        for on, step in product(("sqlite", "postgresql"), STEPS)
    ],
    indirect=["ready_url"],
)
def test_killed_before_each_statement_and_before_the_answer(hall: Hall, step: str) -> None:
    """C2, K5: before its commit nothing is done, after it all is; the same key then finds or does it, once."""
    cases = hall.cases(step, 45)
    ticket, request = next(cases)
    whole = act(hall.settings, hall.now, request, Point())
    assert whole.signal == 0
    assert hall.check(step, ticket, request, whole.answer)
    committed = whole.statements.index(COMMIT) + 1
    written = [one for one in whole.statements[:committed] if one.startswith(("INSERT", "UPDATE"))]
    assert len(written) >= 4, "ticket, step, audit, answer"
    last = len(whole.statements) + 1
    for number in range(1, last + 1):
        ticket, request = next(cases)
        death = act(hall.settings, hall.now, request, Point(number))
        assert death.signal == signal.SIGKILL
        assert death.statements == whole.statements[: len(death.statements)], "it was on another way"
        assert len(death.statements) == min(number, last - 1), "every point is hit"
        assert hall.check(step, ticket, request, death.answer) == (number > committed)


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_killed_when_its_commit_had_left(hall: Hall) -> None:
    """The server does what nobody waits for any more; the same key is told of it, and nobody else is called."""
    ticket, request = next(hall.cases("call_next", 1))
    assert act(hall.settings, hall.now, request, Point(commit_sent=True)).signal == signal.SIGKILL
    hall.check("call_next", ticket, request, None)
