"""kill -9 while a payment is counted: it counts once or not at all, with all that hangs on it (W6)."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.batch.loop import Batch
from kiosk.clock import Instant
from kiosk.settings import Settings, parse
from kiosk.station import Station
from tests.kills.victim import COMMIT, Answer, Point, Request, act
from tests.kiosk.water.cash_desk import add_held, add_subscriber, counted
from tests.stations import START, Trial, at, written_settings

_POINTS = pytest.mark.parametrize(
    "every", [pytest.param(False, id="some"), pytest.param(True, id="every", marks=pytest.mark.long)]
)
OWED, AMOUNT = 340, "3.40"


class _Desk:
    """A database in which many payments can be killed, each for a subscriber of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now: Instant = at(START)
        self._station = Station(settings)
        self.trial = Trial(self._station, self._station.clock.set)
        self._station.clock.set(self.now)
        self._batch = Batch(self._station)

    def close(self) -> None:
        self._station.close()

    def request(self, number: int) -> Request:
        """A payment of all that somebody owes, whose application waits for it."""
        code = f"{100_000 + number}"
        add_subscriber(self.trial, OWED, code)
        add_held(self.trial, code)
        return {"do": "pay", "key": f"pay-{code}", "subscriber": code, "amount": AMOUNT, "receipt": f"R{code}"}

    def is_kept(self, request: Request) -> bool:
        """Whether it counts; then all that hangs on it is there, else nothing is."""
        code = request["subscriber"]
        values = {"c": code}
        (application,) = self.trial.query("SELECT id, state FROM applications WHERE subscriber = :c", **values)
        about = {"a": application["id"]}
        orders = self.trial.query("SELECT 1 FROM work_orders WHERE application = :a", **about)
        letters = self.trial.query("SELECT kind FROM outbox WHERE application = :a AND kind = 'payment'", **about)
        audited = self.trial.query("SELECT 1 FROM audit WHERE act = 'record_payment' AND detail = :c", **values)
        kept = counted(self.trial, code) == OWED
        found = (counted(self.trial, code), application["state"], len(orders), len(letters), len(audited))
        assert found == ((OWED, "registered", 1, 1, 1) if kept else (0, "awaiting_payment", 0, 0, 0))
        return kept

    def check(self, request: Request, told: Answer | None) -> None:
        """Ask again twice: done once by then, and answered as it was told."""
        answers = [self._batch.answer(json.dumps(request).encode()) for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0]["ok"], answers[0]
        assert told in (None, answers[0])
        assert self.is_kept(request)


@pytest.fixture
def desk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[_Desk]:
    opened = _Desk(parse(written_settings(ready_url, tmp_path, secrets_folder), tmp_path / "kiosk.toml"))
    yield opened
    opened.close()


@_POINTS
def test_killed_between_statements(desk: _Desk, every: bool) -> None:
    """W6: before its commit nothing counts, after it all does; the same key then finds or does it, once."""
    whole = act(desk.settings, desk.now, desk.request(0), Point())
    assert whole.answer is not None
    assert whole.answer["ok"], whole.answer
    committed = whole.statements.index(COMMIT) + 1
    last = len(whole.statements) + 1
    paid = next(number for number, one in enumerate(whole.statements, 1) if one.startswith("INSERT INTO payments"))
    points = range(1, last + 1) if every else (paid, paid + 1, committed, committed + 1)
    for number in points:
        request = desk.request(number)
        death = act(desk.settings, desk.now, request, Point(number))
        assert death.signal == signal.SIGKILL
        assert desk.is_kept(request) == (number > committed)
        desk.check(request, death.answer)
