"""16 processes over one database apply, work orders off and pay at the same moment (W3, W5 to W7).

The outcome of every fight is exact: one open application per subscriber, one who takes an order, a debt that is gone
with nobody left waiting.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count

import pytest

from tests.kiosk.water.applying import Company
from tests.races.conftest import HANDS, MakeHands, MakeSettings
from tests.races.fights import Fight, alike
from tests.races.hands import Answer, Request
from tests.stations import PERSON, Trial

INDEX = "one_open_application_per_subscriber"
ROUNDS = pytest.mark.parametrize(
    "rounds", [pytest.param(1, id="1"), pytest.param(100, id="100", marks=pytest.mark.long)]
)
PART = 10
"""What a hand pays, in qəpik."""


class Applying:
    """Makes fights about the water company's subscribers; no two fights want anything of each other's."""

    def __init__(self, watcher: Trial) -> None:
        self.company = Company(watcher)
        self._codes = (f"44{number:05d}" for number in count(1))
        self._keys = count()

    def fights(self, rounds: int) -> list[Fight]:
        """Of every kind in turn."""
        kinds = (self.one_subscriber, self.one_key, self.side_by_side, self.one_order, self.parts_of_a_debt)
        return [kind() for _ in range(rounds) for kind in kinds]

    def one_subscriber(self) -> Fight:
        """Everybody applies about the same subscriber."""
        code = self.company.subscriber(next(self._codes))
        return Fight("one subscriber", tuple(self._apply(code) for _ in range(HANDS)), _one_application)

    def one_key(self) -> Fight:
        """Everybody repeats the same request with the same key."""
        code = self.company.subscriber(next(self._codes))
        return Fight("one key", (self._apply(code),) * HANDS, alike)

    def side_by_side(self) -> Fight:
        """Everybody applies about a subscriber of their own."""
        codes = [self.company.subscriber(next(self._codes)) for _ in range(HANDS)]
        return Fight("side by side", tuple(self._apply(code) for code in codes), _own_numbers)

    def one_order(self) -> Fight:
        """Everybody takes the same work order."""
        code = self.company.subscriber(next(self._codes))
        number = self.company.registered(subscriber=code)
        asked = tuple(
            {"do": "work_order", "key": self._key(), "number": number, "action": "take"} for _ in range(HANDS)
        )
        return Fight("one order", asked, _one_taker)

    def parts_of_a_debt(self) -> Fight:
        """Everybody pays a part of a debt that holds an application."""
        code = self.company.subscriber(next(self._codes), opening_balance=PART * HANDS)
        self.company.apply(wait=True, subscriber=code)
        return Fight("parts of a debt", tuple(self._pay(code) for _ in range(HANDS)), _goes_on_once)

    def paying_beside_applying(self) -> Fight:
        """Half of them apply and would wait, the others pay the debt meanwhile."""
        code = self.company.subscriber(next(self._codes), opening_balance=PART * HANDS // 2)
        asked = [self._apply(code, wait=True) if hand % 2 else self._pay(code) for hand in range(HANDS)]
        return Fight("paying beside applying", tuple(asked), lambda _: None)

    def _apply(self, code: str, **more: bool) -> Request:
        fields = {"subscriber": code, "reason": "suspension-other", "phone": PERSON["phone"], "email": PERSON["email"]}
        return {
            "do": "apply", "key": self._key(), "kind": "suspension", "fin": PERSON["fin"], "fields": fields, **more
        }  # fmt: skip

    def _pay(self, code: str) -> Request:
        receipt = self._key()
        return {"do": "pay", "key": receipt, "subscriber": code, "amount": f"0.{PART}", "receipt": receipt}

    def _key(self) -> str:
        return f"race-{next(self._keys)}"


def _one_application(answers: Sequence[Answer]) -> str | None:
    numbers = {answer.get("number") for answer in answers}
    told = sorted(answer.get("error", "registered") for answer in answers)
    if told != ["already_applied"] * (HANDS - 1) + ["registered"]:
        return f"told {told}"
    return None if len(numbers) == 1 else f"the numbers are {numbers}"


def _own_numbers(answers: Sequence[Answer]) -> str | None:
    numbers = {answer.get("number") for answer in answers if answer["ok"]}
    return None if len(numbers) == HANDS else f"there are {len(numbers)} numbers"


def _one_taker(answers: Sequence[Answer]) -> str | None:
    told = sorted(f"{answer.get('error', 'done')} {answer['state']}" for answer in answers)
    return None if told == ["done taken"] + ["wrong_step taken"] * (HANDS - 1) else f"told {told}"


def _goes_on_once(answers: Sequence[Answer]) -> str | None:
    if not all(answer["ok"] for answer in answers):
        return f"told {[answer.get('error') for answer in answers]}"
    debts = sorted(float(answer["debt"]) for answer in answers)
    if debts != [part * PART / 100 for part in range(HANDS)]:
        return f"the debts that were left are {debts}"
    went_on = [answer["debt"] for answer in answers if answer["registered"]]
    return None if went_on == ["0.00"] else f"it went on at {went_on}"


def _doubles(watcher: Trial) -> list[dict[str, object]]:
    return watcher.query(
        "SELECT subscriber FROM applications WHERE state = 'registered' GROUP BY subscriber HAVING count(*) > 1"
    )


def _wrong(fights: Sequence[Fight], answers: Sequence[Sequence[Answer]]) -> list[str]:
    told = [(fight.name, fight.wrong(found)) for fight, found in zip(fights, answers, strict=True)]
    return [f"{name}: {wrong}" for name, wrong in told if wrong is not None]


@ROUNDS
def test_applying_working_and_paying(watcher: Trial, hands: MakeHands, settings_for: MakeSettings, rounds: int) -> None:
    """W3, W5 to W7: one winner each, told honestly; numbers without a gap, a letter for each that is kept."""
    applying = Applying(watcher)
    fights = applying.fights(rounds)
    answers = hands(settings_for()).ask([fight.requests for fight in fights])
    assert not _wrong(fights, answers)
    assert not _doubles(watcher)
    numbers = [row["number"] for row in watcher.query("SELECT number FROM applications ORDER BY number")]
    assert numbers == [f"2026-{number:06}" for number in range(1, len(numbers) + 1)]
    assert len(watcher.query("SELECT 1 FROM work_orders")) == len(numbers)
    told = [json.loads(row["facts"]) for row in watcher.query("SELECT facts FROM outbox WHERE kind = 'application'")]
    registered = [page["rows"][0][1] for page in told if page["title"] == "Müraciətiniz qeydiyyata alındı"]
    assert sorted(registered) == numbers


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_nobody_is_left_waiting_for_a_debt_that_is_gone(
    watcher: Trial, hands: MakeHands, settings_for: MakeSettings
) -> None:
    """W6: whoever applied while the last part was being paid is registered, or told that one is open.

    On SQLite there is one writer at a time; on PostgreSQL it is the lock of the subscriber that this is about.
    """
    applying = Applying(watcher)
    fights = [applying.paying_beside_applying() for _ in range(3)]
    answers = hands(settings_for()).ask([fight.requests for fight in fights])
    for fight in answers:
        assert all(answer["ok"] for answer in fight[::2])
        assert {answer.get("error", "ok") for answer in fight[1::2]} <= {"ok", "already_applied"}
    states = watcher.query("SELECT subscriber, state FROM applications WHERE state <> 'dropped'")
    assert {row["state"] for row in states} <= {"registered"}
    assert len(states) <= len(fights)
    assert not _doubles(watcher)


def test_the_index_decides_where_nobody_looks(watcher: Trial, hands: MakeHands, settings_for: MakeSettings) -> None:
    """House: truth is a constraint, not a check before writing. Without look and lock the outcome is the same.

    And the same harness sees what it looks for: where the index too is gone, it finds doubles.
    """
    applying, blind = Applying(watcher), hands(settings_for(), blind=True)
    fights = [applying.one_subscriber() for _ in range(3)]
    assert not _wrong(fights, blind.ask([fight.requests for fight in fights]))
    assert not _doubles(watcher)
    watcher.change(f"DROP INDEX {INDEX}")
    fights = [applying.one_subscriber() for _ in range(5)]
    assert _wrong(fights, blind.ask([fight.requests for fight in fights]))
    assert _doubles(watcher)
