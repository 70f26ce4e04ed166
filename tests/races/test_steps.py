"""Counters that do any step with the same tickets at once (C2): each history stays one that the rules allow."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.histories import HONEST, check_histories
from tests.races.conftest import MakeSettings
from tests.races.steppers import stepped
from tests.stations import Trial
from tests.waiting import DAY, issue


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
    assert done > 20
    check_histories(watcher, done)
