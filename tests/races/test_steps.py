"""Counters that do any step with the same tickets at once (C2): each history stays one that the rules allow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.races.conftest import MakeSettings
from tests.races.steppers import stepped
from tests.stations import Trial
from tests.waiting import DAY, issue

ALLOWED = {
    "call_next": {"waiting"}, "call": {"waiting", "parked", "no_show"}, "call_again": {"called", "parked"},
    "start": {"called"}, "park": {"called", "serving"}, "put_back": {"called", "serving", "parked", "no_show"},
    "transfer": {"waiting", "called", "serving", "parked"}, "finish": {"serving"}, "no_show": {"called", "parked"},
}  # fmt: skip
BECOMES = {
    "call_next": "called", "call": "called", "call_again": "called", "start": "serving", "park": "parked",
    "put_back": "waiting", "transfer": "waiting", "finish": "finished", "no_show": "no_show",
}  # fmt: skip
HONEST = {"wrong_step", "other_counter", "counter_busy", "nobody_waiting", "nothing_to_undo"}


@pytest.mark.parametrize(
    ("processes", "steps"), [pytest.param(4, 60, id="240"), pytest.param(16, 600, id="9600", marks=pytest.mark.long)]
)
def test_whatever_counters_do_together(watcher: Trial, settings_for: MakeSettings, processes: int, steps: int) -> None:
    """C2: each history is a legal one, ends in the ticket's state, and agrees with its calls and the audit."""
    watcher.at(f"{DAY} 10:00")
    tickets = [issue(watcher, f"09:{number:02d}") for number in range(processes + 2)]
    told = Counter(stepped(settings_for(), watcher.station.clock.now(), processes, tickets, steps))
    done = told.pop("done")
    assert set(told) <= HONEST
    history = watcher.query("SELECT * FROM ticket_steps ORDER BY id")
    assert len(history) == done > 20
    acts = ", ".join(f"'{act}'" for act in (*BECOMES, "undo"))
    audited = watcher.query(f"SELECT 1 FROM audit WHERE outcome = 'done' AND act IN ({acts})")  # noqa: S608 - from above
    assert len(audited) == done
    for ticket in watcher.query("SELECT * FROM tickets"):
        _check(watcher, ticket, [step for step in history if step["ticket"] == ticket["id"]])


def _check(watcher: Trial, ticket: dict[str, Any], history: list[dict[str, Any]]) -> None:
    state, states = "waiting", ["waiting"]
    for number, step in enumerate(history):
        if step["act"] == "undo":
            undone = history[number - 1]
            assert undone["undone_at"] is not None and undone["counter"] == step["counter"]
            state = states[-2]
        else:
            assert state in ALLOWED[step["act"]], (step["act"], state)
            state = BECOMES[step["act"]]
        states.append(state)
    assert ticket["state"] == state
    assert sum(step["undone_at"] is not None for step in history) == sum(step["act"] == "undo" for step in history)
    live = watcher.query("SELECT * FROM calls WHERE ticket = :id AND ended_at IS NULL", id=ticket["id"])
    assert len(live) == (state in ("called", "serving"))
    assert [call["started_at"] is not None for call in live] == [state == "serving"] * len(live)
