"""A whole hall at once (C2): steps, undoing, sending on, and a supervisor who opens, closes and limits counters."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from random import Random
from typing import Any

import pytest

from kiosk.errors import NobodyWaiting, Refusal, Unavailable
from kiosk.hall.ticket_number import ticket_number
from kiosk.station import Station
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import OTHER_SERVICE, SERVICE, MakeTrial, Trial, new_key
from tests.waiting import DAY, issue, make_counter

HANDS = 6
PEOPLE = 25
HONEST = {
    "wrong_step", "other_counter", "counter_busy", "nobody_waiting", "nothing_to_undo", "counter_closed",
    "counter_taken", "bad_request",
}  # fmt: skip
"""What a hand may be told; `bad_request`: this counter does not serve that ticket, by now."""
_NUMBERS = tuple(str(number) for number in range(1, HANDS + 1))


class _Hand:
    """Somebody at a counter who presses whatever comes to their mind, some of it twice with the same key."""

    def __init__(self, station: Station, number: int, staff: int, boss: int, tickets: list[str]) -> None:
        self._station, self._staff, self._boss, self._tickets = station, staff, boss, tickets
        self._chance = Random(number)  # noqa: S311 - which key is pressed is no secret
        self._counters = (_NUMBERS[number], _NUMBERS[number // 2])
        self.told: Counter[str] = Counter()

    def press(self, steps: int) -> None:
        """So many keys."""
        for _ in range(steps):
            act, key = self._act(), new_key()
            try:
                first = self._asked(act, key)
                if self._chance.random() < 0.2:
                    again = self._asked(act, key)
                    assert _essence(again) == _essence(first), "the same key is the same answer"
                self.told["done"] += 1
            except Refusal as refusal:
                self.told[refusal.error] += 1

    @staticmethod
    def _asked(act: Callable[[str], Any], key: str) -> Any:
        """A database that was too busy is asked again with the same key: how slow the machine is decides nothing."""
        while True:
            try:
                return act(key)
            except Unavailable:
                continue

    def _act(self) -> Callable[[str], Any]:
        chance, queue, counters = self._chance, self._station.queue, self._station.counters
        counter, ticket = chance.choice(self._counters), chance.choice(self._tickets)
        to_service, to_counter = chance.choice((SERVICE, OTHER_SERVICE)), chance.choice(_NUMBERS)
        served = chance.choice(((), (SERVICE,), (OTHER_SERVICE,)))
        who: dict[str, Any] = {"counter": counter, "staff": self._staff}
        at = who | {"ticket": ticket}
        steps: list[Callable[[str], Any]] = [
            partial(queue.call_next, **who),
            partial(queue.undo, **who),
            partial(queue.transfer, to_service=to_service, **at),
            partial(queue.transfer, to_counter=to_counter, **at),
            partial(queue.transfer, to_service=to_service, to_counter=to_counter, **at),
            *(
                partial(getattr(queue, name), **at)
                for name in ("call", "call_again", "start", "park", "put_back", "no_show")
            ),
        ]
        rare: list[Callable[[str], Any]] = [
            partial(queue.finish, **at),
            partial(counters.sit, staff=self._staff, number=counter),
            partial(counters.set_open, staff=self._boss, number=counter, open=chance.random() < 0.7),
            partial(counters.set_services, staff=self._boss, number=counter, services=served),
            lambda _key: queue.person(**at),
            lambda _key: (queue.look(), queue.at_counter(counter), self._station.board.look()),
        ]
        return chance.choice(steps if chance.random() < 0.85 else rare)


def _essence(answer: Any) -> Any:
    """An answer without what is read anew when it is told again: a ticket's note, and how a counter is by then."""
    return tuple(getattr(answer, name, None) for name in ("ticket", "state", "counter", "times", "step", "number"))


@pytest.mark.parametrize("steps", [pytest.param(25, id="150"), pytest.param(500, id="3000", marks=pytest.mark.long)])
def test_whatever_a_hall_does_nobody_is_lost(make_trial: MakeTrial, steps: int) -> None:
    """C2, C7: calls, steps, audit and figures agree, and in the end everybody is called and served once more."""
    trial = make_trial()
    trial.at(f"{DAY} 10:00")
    boss = enrolled(trial, "supervisor")
    for number in _NUMBERS:
        make_counter(trial, number)
    tickets = [
        issue(
            trial, f"09:{number:02d}", None if number % 3 else "09:30", service=SERVICE if number % 2 else OTHER_SERVICE
        )
        for number in range(PEOPLE)
    ]
    hands = [_Hand(trial.station, number, enrolled(trial, "operator"), boss, tickets) for number in range(HANDS)]
    failed: list[BaseException] = []

    def press(hand: _Hand) -> None:
        try:
            hand.press(steps)
        except BaseException as error:  # told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=press, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    told = sum((hand.told for hand in hands), Counter[str]())
    assert set(told) <= HONEST | {"done"} and told["done"] > HANDS
    _check(trial)
    _empty(trial, boss)
    found = trial.station.figures.of(date.fromisoformat(DAY), date.fromisoformat(DAY))
    assert (found.finished, found.service_times.count, found.wait_times.count) == (PEOPLE, PEOPLE, PEOPLE)


def _check(trial: Trial) -> None:
    """Calls are those of the tickets' states, and every step stands in the audit."""
    states = {row["id"]: row["state"] for row in trial.query("SELECT id, state FROM tickets")}
    live = {
        row["ticket"]: row["started_at"]
        for row in trial.query("SELECT ticket, started_at FROM calls WHERE ended_at IS NULL")
    }
    assert set(live) == {ticket for ticket, state in states.items() if state in ("called", "serving")}
    assert all((begun is not None) == (states[ticket] == "serving") for ticket, begun in live.items())
    steps = trial.query("SELECT count(*) AS found FROM ticket_steps")
    audited = trial.query("SELECT outcome FROM audit WHERE act IN (SELECT act FROM ticket_steps)")
    assert sum(row["outcome"] not in HONEST for row in audited) == steps[0]["found"]


def _empty(trial: Trial, boss: int) -> None:
    """Open everything, let everybody wait again, and call and serve until nobody is left."""
    queue, counters = trial.station.queue, trial.station.counters
    for number in _NUMBERS:
        counters.set_open(new_key(), boss, number, True)
        counters.set_services(new_key(), boss, number, ())
    at_counters = trial.query(
        "SELECT counters.number AS counter, letter, tickets.number FROM calls JOIN counters ON counters.id = counter"
        " JOIN tickets ON tickets.id = ticket WHERE ended_at IS NULL"
    )
    away = trial.query("SELECT '1' AS counter, letter, number FROM tickets WHERE state IN ('parked', 'no_show')")
    for row in (*at_counters, *away):
        queue.put_back(new_key(), row["counter"], ticket_number(row["letter"], row["number"]))
    for number in _NUMBERS:
        while True:
            try:
                ticket = queue.call_next(new_key(), number).ticket
            except NobodyWaiting:
                break
            queue.start(new_key(), number, ticket)
            queue.finish(new_key(), number, ticket)
    assert {row["state"] for row in trial.query("SELECT state FROM tickets")} == {"finished"}
