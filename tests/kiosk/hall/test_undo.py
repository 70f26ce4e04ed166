"""Taking a counter's last step back (C2)."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.errors import CounterBusy, NothingToUndo
from tests.kiosk.hall.test_steps import WAYS, in_state, next_at, step
from tests.stations import OTHER_SERVICE, MakeTrial, Trial, new_key
from tests.waiting import DAY, issue, make_counter, row, state

EVERY_STEP = [
    ("waiting", "call_next"), ("waiting", "call"), ("waiting", "transfer"), ("called", "call_again"),
    ("called", "start"), ("called", "park"), ("called", "put_back"), ("called", "transfer"), ("called", "no_show"),
    ("serving", "finish"), ("serving", "park"), ("serving", "put_back"), ("serving", "transfer"), ("parked", "call"),
    ("parked", "call_again"), ("parked", "put_back"), ("parked", "transfer"), ("parked", "no_show"),
    ("no_show", "call"), ("no_show", "put_back"),
]  # fmt: skip


@pytest.fixture
def hall(trial: Trial) -> Trial:
    """Monday, ten in the morning."""
    trial.at(f"{DAY} 10:00")
    return trial


def undo(trial: Trial, counter: str) -> Any:
    return trial.station.queue.undo(new_key(), counter)


def everything(trial: Trial) -> tuple[Any, Any, Any]:
    """Tickets, calls that were not undone, and what the faces see."""
    seen = trial.station.queue.look()
    return (
        trial.query("SELECT * FROM tickets ORDER BY id"),
        trial.query("SELECT * FROM calls WHERE ended_as IS NULL OR ended_as <> 'undone' ORDER BY id"),
        (seen.waiting, seen.called, seen.parked),
    )


def test_every_step_can_be_taken_back(hall: Trial) -> None:
    """C2: ticket, call and lists are again what they were, since when it waits included; counted in no figure."""
    make_counter(hall, "99")
    for number, (from_state, name) in enumerate(EVERY_STEP, start=1):
        counter = str(number)
        hall.at(f"{DAY} 10:{2 * number:02d}")
        ticket = in_state(hall, from_state, counter)
        if name == "call_next":  # nobody else is before it
            hall.change("UPDATE tickets SET state = 'finished' WHERE state = 'waiting' AND id <> :id", id=row(hall, ticket)["id"])  # noqa: E501  # fmt: skip
        before = everything(hall)
        hall.at(f"{DAY} 10:{2 * number:02d}:30")
        if name == "call_next":
            assert next_at(hall, counter) == ticket
        elif name == "transfer":
            step(hall, name, counter, ticket, to_service=OTHER_SERVICE, to_counter="99", note="foto")
        else:
            step(hall, name, counter, ticket, **({"note": "surət"} if name == "park" else {}))
        assert everything(hall) != before, name
        hall.at(f"{DAY} 10:{2 * number:02d}:45")
        undone = undo(hall, counter)
        assert (undone.ticket, undone.state, undone.step) == (ticket, from_state, name)
        assert everything(hall) == before, (from_state, name)
        view = hall.station.queue.at_counter(counter)
        assert (view.finished, view.no_show) == (0, 1 if "no_show" in WAYS[from_state] else 0)
        last = hall.station.queue.history(ticket)[-2:]
        assert [(one.step, one.undone) for one in last] == [(name, True), ("undo", False)]


@pytest.mark.parametrize("name", ["finish", "put_back", "park", "transfer", "call_again", "start"])
def test_a_step_at_midnight_can_be_taken_back(hall: Trial, name: str) -> None:
    """C2: a wrong key loses nobody: whoever was at the counter is there again, the day over which it went or not."""
    begun = "called" if name in ("call_again", "start") else "serving"
    tickets = {counter: in_state(hall, begun, counter) for counter in ("1", "2")}
    for counter, pressed, undone in (
        ("1", "2026-11-23 23:59:59.999", "2026-11-24 00:00:59.999"),
        ("2", "2026-11-24 00:10:00.000", "2026-11-24 00:11:00.000"),
    ):
        hall.at(pressed)
        step(hall, name, counter, tickets[counter])
        hall.at(undone)
        view = hall.station.queue.at_counter(counter)
        assert view.undoable is not None and view.undoable.step == name
        assert undo(hall, counter).state == begun
        assert (state(hall, tickets[counter]), hall.station.queue.at_counter(counter).undoable) == (begun, None)


def test_at_midnight_nobody_goes_back_into_yesterdays_queue(hall: Trial) -> None:
    """C2: where nobody would call them; they stay at the counter, which can still end it."""
    ticket = issue(hall, "10:00")
    hall.at(f"{DAY} 23:59:59")
    assert next_at(hall, "1") == ticket
    hall.at("2026-11-24 00:00")
    assert hall.station.queue.at_counter("1").undoable is None
    with pytest.raises(NothingToUndo):
        undo(hall, "1")
    assert step(hall, "no_show", "1", ticket).state == "no_show"


def test_it_goes_until_the_last_millisecond(hall: Trial) -> None:
    """C2: within a minute, the sixtieth second included."""
    early, late = in_state(hall, "finished", "1"), in_state(hall, "finished", "2")
    hall.at(f"{DAY} 10:01:00.000")
    assert undo(hall, "1").state == "serving"
    hall.at(f"{DAY} 10:01:00.001")
    with pytest.raises(NothingToUndo):
        undo(hall, "2")
    assert (state(hall, early), state(hall, late)) == ("serving", "finished")


def test_the_setting_says_how_long(make_trial: MakeTrial) -> None:
    """C2: `[hall] undo_seconds`; 0 turns it off."""
    trial = make_trial(hall={"undo_seconds": 0})
    trial.at(f"{DAY} 10:00")
    in_state(trial, "called", "1")
    assert trial.station.queue.at_counter("1").undoable is None
    with pytest.raises(NothingToUndo):
        undo(trial, "1")


def test_only_the_last_step_and_only_once(hall: Trial) -> None:
    """C2: one level; the step before the undone one stays."""
    ticket = in_state(hall, "serving", "7")
    assert undo(hall, "7").state == "called"
    for _ in range(2):
        with pytest.raises(NothingToUndo):
            undo(hall, "7")
    assert state(hall, ticket) == "called"
    with pytest.raises(NothingToUndo):
        undo(hall, "8")


def test_after_undoing_the_counter_goes_on(hall: Trial) -> None:
    """C2: what is done next can be taken back again."""
    ticket = in_state(hall, "called", "7")
    step(hall, "no_show", "7", ticket)
    assert undo(hall, "7").state == "called"
    step(hall, "start", "7", ticket)
    assert undo(hall, "7").step == "start"
    assert state(hall, ticket) == "called"


def test_who_was_undone_can_be_called_by_anybody(hall: Trial) -> None:
    """C2: a call made by mistake gives the person back to the queue."""
    ticket = issue(hall, "09:30")
    next_at(hall, "7")
    undo(hall, "7")
    assert next_at(hall, "8") == ticket


def test_not_when_somebody_went_on_with_the_ticket(hall: Trial) -> None:
    """C2: a parked person whom another counter called is there, and stays there."""
    ticket = in_state(hall, "parked", "7")
    step(hall, "call", "8", ticket)
    with pytest.raises(NothingToUndo):
        undo(hall, "7")
    undo(hall, "8")
    with pytest.raises(NothingToUndo):
        undo(hall, "7")
    assert state(hall, ticket) == "parked"


def test_a_reopened_call_does_not_push_somebody_out(hall: Trial) -> None:
    """C2: where the counter has somebody by now, who that is is told, and nothing changes."""
    ticket = in_state(hall, "finished", "7")
    other = in_state(hall, "called", "8")
    hall.change("UPDATE calls SET counter = (SELECT id FROM counters WHERE number = '7') WHERE ended_at IS NULL")
    with pytest.raises(CounterBusy) as busy:
        undo(hall, "7")
    assert busy.value.facts == {"ticket": other}
    assert (state(hall, ticket), state(hall, other)) == ("finished", "called")
    assert not hall.query("SELECT 1 FROM ticket_steps WHERE undone_at IS NOT NULL OR act = 'undo'")


def test_not_after_the_night(hall: Trial) -> None:
    """C2: from 04:00 on yesterday's people are at no counter any more, and nobody is brought back to one."""
    ticket = in_state(hall, "serving", "7")
    hall.at("2026-11-24 03:59:59")
    step(hall, "finish", "7", ticket)
    assert hall.station.queue.at_counter("7").undoable is not None
    hall.at("2026-11-24 04:00")
    assert hall.station.queue.at_counter("7").undoable is None
    with pytest.raises(NothingToUndo):
        undo(hall, "7")


def test_its_key_is_told_again(hall: Trial) -> None:
    """C2: undoing once more by the same key is the same answer, though a minute is long over."""
    in_state(hall, "finished", "7")
    first = hall.station.queue.undo("undo", "7")
    hall.at(f"{DAY} 12:00")
    assert hall.station.queue.undo("undo", "7") == first
    audited = hall.query("SELECT outcome, detail FROM audit WHERE act = 'undo'")
    assert audited == [{"outcome": "done", "detail": "7 finish"}]
