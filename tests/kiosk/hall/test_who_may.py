"""Who may do what at a counter is asked of the database in the act itself, whatever a screen still shows (C3, C6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.errors import NotAllowed
from kiosk.hall.facts import Arrival
from kiosk.identity.staff import ACCEPT_LATE
from tests.kiosk.hall.invented_staff import enrolled
from tests.kiosk.hall.test_steps import all_of, in_state
from tests.stations import SERVICE, MakeTrial, Trial, new_key
from tests.waiting import DAY, issue, make_counter

WHO = ("left", "technician", "nobody")


@pytest.fixture
def hall(trial: Trial) -> Trial:
    """Monday, ten in the morning."""
    trial.at(f"{DAY} 10:00")
    return trial


def stranger(trial: Trial, which: str) -> int:
    """Somebody who serves nobody: who left, whose role it is not, who was never there."""
    if which == "nobody":
        return 4711
    member = enrolled(trial, "operator" if which == "left" else which)
    if which == "left":
        trial.change("UPDATE staff SET active = 0 WHERE id = :id", id=member)
    return member


def _acts(trial: Trial, staff: int) -> list[Callable[[], Any]]:
    """Each thing that a counter does, where it would be done but for who does it."""
    queue = trial.station.queue
    make_counter(trial, "90")
    called, serving = in_state(trial, "called", "1"), in_state(trial, "serving", "2")
    parked, waiting = in_state(trial, "parked", "3"), issue(trial, "09:00")
    return [
        lambda: queue.call_next(new_key(), "5", staff=staff),
        lambda: queue.call(new_key(), "5", waiting, staff=staff),
        lambda: queue.call_again(new_key(), "1", called, staff=staff),
        lambda: queue.start(new_key(), "1", called, staff=staff),
        lambda: queue.no_show(new_key(), "1", called, staff=staff),
        lambda: queue.park(new_key(), "2", serving, staff=staff),
        lambda: queue.finish(new_key(), "2", serving, staff=staff),
        lambda: queue.transfer(new_key(), "2", serving, to_counter="90", staff=staff),
        lambda: queue.put_back(new_key(), "3", parked, staff=staff),
        lambda: queue.undo(new_key(), "3", staff=staff),
        lambda: queue.person(waiting, counter="5", staff=staff),
        lambda: trial.station.walk_ins.take(new_key(), SERVICE, staff=staff),
        lambda: trial.station.hall.arrive(new_key(), "ABCD-EFGH", staff=staff),
        lambda: trial.station.counters.sit(new_key(), staff, "5"),
    ]


@pytest.mark.parametrize("which", WHO)
def test_who_serves_nobody_does_nothing_at_a_counter(hall: Trial, which: str) -> None:
    """C6: each act is refused and audited, and nothing is changed or seen by it."""
    staff = stranger(hall, which)
    acts = _acts(hall, staff)
    before = [all_of(hall, ticket) for ticket in ("A-001", "A-002", "A-003", "A-004")], hall.station.queue.look()
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.right == "serve"
    after = [all_of(hall, ticket) for ticket in ("A-001", "A-002", "A-003", "A-004")], hall.station.queue.look()
    assert after == before
    audited = hall.query("SELECT staff FROM audit WHERE outcome = 'not_allowed'")
    assert [row["staff"] for row in audited] == [staff] * len(acts)
    assert not hall.query("SELECT 1 FROM counters WHERE number = '5'")


@pytest.mark.parametrize("role", ["operator", "supervisor", "administrator"])
def test_who_serves_does(hall: Trial, role: str) -> None:
    """C6: the roles that serve people."""
    staff, waiting = enrolled(hall, role), issue(hall, "09:00")
    assert hall.station.counters.sit(new_key(), staff, "5").staff == staff
    assert hall.station.queue.call_next(new_key(), "5", staff=staff).ticket == waiting
    assert hall.station.hall.arrive(new_key(), "ABCD-EFGH", staff=staff).verdict == "unknown"


def test_a_right_that_was_taken_away_answers_no_repeat_differently(hall: Trial) -> None:
    """House: what was done is told again under its key, also to who left meanwhile."""
    staff, waiting = enrolled(hall, "operator"), issue(hall, "09:00")
    told = hall.station.queue.call_next("one", "5", staff=staff)
    hall.change("UPDATE staff SET active = 0 WHERE id = :id", id=staff)
    assert told.ticket == waiting and hall.station.queue.call_next("one", "5", staff=staff) == told


def _late(trial: Trial) -> str:
    confirmed = trial.confirmed()
    trial.at(f"{DAY} 10:40")
    return confirmed.order_code


def test_only_who_has_the_right_accepts_a_late_arrival(make_trial: MakeTrial) -> None:
    """C3: the right is the database's of that moment; a refusal is audited, and may be tried again once it is given."""
    trial = make_trial(arrival={"accept_late": True})
    operator, boss = enrolled(trial, "operator"), enrolled(trial, "supervisor")
    trial.change("UPDATE staff SET active = 0 WHERE id = :id", id=boss)
    code = _late(trial)
    for staff in (operator, boss, 4711):
        with pytest.raises(NotAllowed) as refused:
            trial.station.hall.accept_late(f"by-{staff}", code, staff, "the metro stood still")
        assert refused.value.right == ACCEPT_LATE
    assert not trial.query("SELECT 1 FROM tickets")
    audited = trial.query("SELECT staff FROM audit WHERE act = 'accept_late' AND outcome = 'not_allowed'")
    assert [row["staff"] for row in audited] == [operator, boss, 4711]
    trial.change("UPDATE staff SET rights = 'accept_late' WHERE id = :id", id=operator)
    assert trial.station.hall.accept_late(f"by-{operator}", code, operator, "the metro stood still").activated


def test_who_lost_a_race_accepted_nobody(make_trial: MakeTrial, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1, C3: another counter activated the booking between the look and the act: the audit tells that verdict."""
    trial = make_trial(arrival={"accept_late": True})
    boss, code = enrolled(trial, "supervisor"), _late(trial)
    hall = trial.station.hall
    verdict, done = type(hall)._verdict, list[Arrival]()  # a rival's step between two of this one's

    def looked(self: Any, unit: Any, plan: Any, row: Any, here: str) -> Arrival:
        found = verdict(self, unit, plan, row, here)
        if not done:
            done.append(found)
            unit.connection.exec_driver_sql(
                "UPDATE bookings SET state = 'active', activated_at = 1, activated_by = 'desk-9'"
            )
        return found

    monkeypatch.setattr(type(hall), "_verdict", looked)
    assert not hall.accept_late(new_key(), code, boss, "the metro stood still").activated
    (audited,) = trial.query("SELECT outcome, ticket FROM audit WHERE act = 'accept_late'")
    assert audited == {"outcome": "already_active", "ticket": None}
