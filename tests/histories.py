"""Which steps may follow which, and whether a ticket's history, its state, its calls and the audit agree (C2)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from tests.stations import Trial

ALLOWED: Final = {
    "call_next": {"waiting"}, "call": {"waiting", "parked", "no_show"}, "call_again": {"called", "parked"},
    "start": {"called"}, "park": {"called", "serving"}, "put_back": {"called", "serving", "parked", "no_show"},
    "transfer": {"waiting", "called", "serving", "parked"}, "finish": {"serving"}, "no_show": {"called", "parked"},
}  # fmt: skip
"""From which states a step may be done."""
BECOMES: Final = {
    "call_next": "called", "call": "called", "call_again": "called", "start": "serving", "park": "parked",
    "put_back": "waiting", "transfer": "waiting", "finish": "finished", "no_show": "no_show",
}  # fmt: skip
"""The state after a step."""
HONEST: Final = {"wrong_step", "other_counter", "counter_busy", "nobody_waiting", "nothing_to_undo"}
"""What somebody may be told who did whatever came to their mind."""


def check_histories(trial: Trial, done: int) -> None:
    """Each history is a legal one, ends in its ticket's state, and agrees with its calls and the audit.

    Args:
        trial: whose database.
        done: how many steps were told as done.
    """
    history = trial.query("SELECT * FROM ticket_steps ORDER BY id")
    assert len(history) == done
    names = [f"'{name}'" for name in (*BECOMES, "undo")]
    refusals = ", ".join(f"'{name}'" for name in sorted(HONEST))
    audited = trial.query(
        f"SELECT act FROM audit WHERE act IN ({', '.join(names)}) AND outcome NOT IN ({refusals})"  # noqa: S608 - ours
    )
    acted, stepped = Counter(row["act"] for row in audited), Counter(step["act"] for step in history)
    assert acted == stepped, (acted - stepped, stepped - acted)
    for ticket in trial.query("SELECT * FROM tickets"):
        _check(trial, ticket, [step for step in history if step["ticket"] == ticket["id"]])


def _check(trial: Trial, ticket: dict[str, Any], history: list[dict[str, Any]]) -> None:
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
    live = trial.query("SELECT * FROM calls WHERE ticket = :id AND ended_at IS NULL", id=ticket["id"])
    assert len(live) == (state in ("called", "serving"))
    assert [call["started_at"] is not None for call in live] == [state == "serving"] * len(live)
