"""16 processes pay at the same time, the same and other things: each payment counts once, to the qəpik (W6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

import pytest

from tests.kiosk.water.cash_desk import add_held, add_subscriber, counted, payments_of
from tests.races.conftest import HANDS, MakeHands, MakeSettings
from tests.races.fights import Fight
from tests.races.hands import Answer, Request
from tests.stations import Trial

ROUNDS = pytest.mark.parametrize(
    "rounds", [pytest.param(1, id="1"), pytest.param(250, id="250", marks=pytest.mark.long)]
)
EACH = 7  # qəpik
_PATIENCE = 5
"""How often all is asked again with the same keys while a busy machine lets somebody wait in vain for a lock."""


class _Payments:
    """Makes fights, each about subscribers of its own whose debt holds an application."""

    def __init__(self, watcher: Trial) -> None:
        self._watcher = watcher
        self._codes = count(100_000)
        self._names = count()
        self.expected: dict[str, int] = {}
        """What must be counted of each subscriber, in qəpik."""

    def mixed(self, rounds: int) -> Iterator[Fight]:
        """Fights of every kind in turn."""
        for _ in range(rounds):
            yield from (self.shares(), self.repeats(), self.reused(), self.key())

    def shares(self) -> Fight:
        """Everybody pays a share of one debt: whoever comes last lets the application go on."""
        code = self._subscriber(EACH * HANDS)
        self.expected[code] = EACH * HANDS
        return Fight("shares", tuple(self._pay(code, EACH, self._name("share")) for _ in range(HANDS)), _all_well)

    def repeats(self) -> Fight:
        """Everybody tells of the same payment, under keys of their own."""
        code, receipt = self._subscriber(EACH), self._name("repeat")
        self.expected[code] = EACH
        return Fight("repeats", tuple(self._pay(code, EACH, receipt) for _ in range(HANDS)), _all_alike)

    def reused(self) -> Fight:
        """Everybody uses one receipt for another subscriber: one is right."""
        receipt = self._name("reused")
        codes = [self._subscriber(EACH) for _ in range(HANDS)]
        return Fight("reused", tuple(self._pay(code, EACH, receipt) for code in codes), _one_well)

    def key(self) -> Fight:
        """Everybody repeats the same request with the same key."""
        code = self._subscriber(EACH)
        self.expected[code] = EACH
        return Fight("one key", (self._pay(code, EACH, self._name("key")),) * HANDS, _all_alike)

    def _subscriber(self, debt: int) -> str:
        code = str(next(self._codes))
        add_subscriber(self._watcher, debt, code)
        add_held(self._watcher, code)
        return code

    def _name(self, kind: str) -> str:
        return f"{kind}-{next(self._names)}"

    def _pay(self, code: str, qapik: int, receipt: str) -> Request:
        amount = f"{qapik // 100}.{qapik % 100:02d}"
        return {"do": "pay", "key": self._name("pay"), "subscriber": code, "amount": amount, "receipt": receipt}


def _all_well(answers: Sequence[Answer]) -> str | None:
    refused = {answer["error"] for answer in answers if not answer["ok"]}
    return f"told {refused}" if refused else None


def _all_alike(answers: Sequence[Answer]) -> str | None:
    return _all_well(answers) or ("told differently" if any(answer != answers[0] for answer in answers) else None)


def _one_well(answers: Sequence[Answer]) -> str | None:
    told = sorted(answer.get("error", "well") for answer in answers)
    return None if told == ["receipt_reused"] * (HANDS - 1) + ["well"] else f"told {told}"


@ROUNDS
def test_payments(watcher: Trial, hands: MakeHands, settings_for: MakeSettings, rounds: int) -> None:
    """W6: balances exact, one application a debt, whatever is sent at once and twice."""
    payments = _Payments(watcher)
    fights = list(payments.mixed(rounds))
    asked = hands(settings_for())
    for _ in range(_PATIENCE):
        answers = asked.ask([fight.requests for fight in fights])
        wrong = [(fight.name, fight.wrong(told)) for fight, told in zip(fights, answers, strict=True)]
        if not any(answer.get("error") == "unavailable" for told in answers for answer in told):
            break
    assert [one for one in wrong if one[1] is not None] == []
    desk = payments_of(watcher.station)
    for code, expected in payments.expected.items():
        assert counted(watcher, code) == expected
        assert desk.debt(code) == 0
    paid = watcher.query("SELECT count(*) AS n, count(DISTINCT receipt) AS receipts FROM payments")[0]
    assert paid["n"] == paid["receipts"] == rounds * (HANDS + 3)
    states = watcher.query(
        "SELECT state, count(*) AS n, count(DISTINCT number) AS numbers FROM applications GROUP BY state"
    )
    found = {row["state"]: (row["n"], row["numbers"]) for row in states}
    went_on = 4 * rounds
    assert found == {"registered": (went_on, went_on), "awaiting_payment": (rounds * (HANDS - 1), 0)}
    assert watcher.query("SELECT count(*) AS n FROM work_orders")[0]["n"] == went_on
