"""What a counter does with a ticket, from which state, and what it leaves behind (C2)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier
from typing import Any, Final

import pytest

from kiosk.errors import (
    BadRequest,
    CounterBusy,
    CounterClosed,
    KeyReused,
    NobodyWaiting,
    NotFound,
    NothingToUndo,
    OtherCounter,
    Refusal,
    WrongStep,
)
from kiosk.hall.queue import Queue
from kiosk.hall.queue_facts import OUTCOMES
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import CENTRE, OTHER_CENTRE, OTHER_SERVICE, SERVICE, MakeTrial, Trial, moment, new_key
from tests.waiting import DAY, calls_of, issue, make_counter, row, state

ALLOWED: Final = {
    "waiting": {"call", "transfer"},
    "called": {"start", "call_again", "park", "put_back", "transfer", "no_show"},
    "serving": {"finish", "park", "put_back", "transfer"},
    "parked": {"call", "call_again", "put_back", "transfer", "no_show"},
    "no_show": {"call", "put_back"},
    "finished": set[str](),
}
BECOMES: Final = {
    "call": "called", "call_again": "called", "start": "serving", "park": "parked", "put_back": "waiting",
    "transfer": "waiting", "finish": "finished", "no_show": "no_show",
}  # fmt: skip
WAYS: Final[dict[str, tuple[str, ...]]] = {
    "waiting": (),
    "called": ("call",),
    "serving": ("call", "start"),
    "parked": ("call", "park"),
    "no_show": ("call", "no_show"),
    "finished": ("call", "start", "finish"),
}


@pytest.fixture
def hall(trial: Trial) -> Trial:
    """Monday, ten in the morning."""
    trial.at(f"{DAY} 10:00")
    return trial


def step(trial: Trial, name: str, counter: str, ticket: str, **more: Any) -> Any:
    """Do a step with a new key."""
    if name == "transfer":
        more.setdefault("to_service", OTHER_SERVICE)
    do: Callable[..., Any] = getattr(trial.station.queue, name)
    return do(new_key(), counter, ticket, **more)


def next_at(trial: Trial, counter: str) -> str:
    """Who is called next."""
    return trial.station.queue.call_next(new_key(), counter).ticket


def in_state(trial: Trial, wanted: str, counter: str) -> str:
    """A new ticket that this counter brought into a state."""
    ticket = issue(trial, "09:30")
    for name in WAYS[wanted]:
        step(trial, name, counter, ticket)
    assert state(trial, ticket) == wanted
    return ticket


def all_of(trial: Trial, ticket: str) -> list[list[dict[str, Any]]]:
    """Everything that steps write of a ticket."""
    asked = ("tickets WHERE id", "calls WHERE ticket", "ticket_steps WHERE ticket")
    known = row(trial, ticket)["id"]
    return [trial.query(f"SELECT * FROM {of} = :id ORDER BY id", id=known) for of in asked]  # noqa: S608 - from above


def test_every_step_from_every_state(hall: Trial) -> None:
    """C2: what is allowed is done and leads where it should; all else is `wrong_step`, and nothing changes."""
    numbers = count(1)
    for from_state, allowed in ALLOWED.items():
        for name, becomes in BECOMES.items():
            counter = str(next(numbers))
            ticket = in_state(hall, from_state, counter)
            before = all_of(hall, ticket)
            if name in allowed:
                assert step(hall, name, counter, ticket).state == becomes, (from_state, name)
                assert state(hall, ticket) == becomes
                continue
            with pytest.raises(WrongStep) as refused:
                step(hall, name, counter, ticket)
            assert refused.value.facts == {"state": from_state}, name
            assert all_of(hall, ticket) == before


def test_a_persons_way_and_all_that_is_written(hall: Trial) -> None:
    """C2: called, called again, served, finished: answers, rows, one audit row a step with operator, station, time."""
    hall.change(
        "INSERT INTO staff (id, name, display_name, role, password_hash, created_at)"
        " VALUES (41, 'leyla', 'Leyla Nümunə', 'operator', '-', 0)"
    )
    ticket = issue(hall, "09:50", "10:00")
    queue = hall.station.queue
    who: dict[str, Any] = {"staff": 41, "station": "desk-7"}
    called = queue.call_next(new_key(), "7", **who)
    assert (called.ticket, called.service, called.state, called.counter) == (ticket, SERVICE, "called", "7")
    assert (called.booked_for, called.arrived_at) == (moment(f"{DAY} 10:00"), moment(f"{DAY} 09:50"))
    assert (called.called_at, called.times, called.started_at) == (moment(f"{DAY} 10:00"), 1, None)
    hall.at(f"{DAY} 10:01")
    again = queue.call_again(new_key(), "7", ticket, **who)
    assert (again.times, again.called_at, again.state) == (2, called.called_at, "called")
    hall.at(f"{DAY} 10:02")
    assert queue.start(new_key(), "7", ticket, **who).started_at == moment(f"{DAY} 10:02")
    hall.at(f"{DAY} 10:09")
    finished = queue.finish(new_key(), "7", ticket, **who)
    assert (finished.ticket, finished.state, finished.step) == (ticket, "finished", "finish")
    (made,) = calls_of(hall, ticket)
    minutes = {name: made[name] for name in ("called_at", "last_called_at", "started_at", "ended_at")}
    start = minutes["called_at"]
    assert minutes == {
        "called_at": start, "last_called_at": start + 60_000, "started_at": start + 120_000, "ended_at": start + 540_000
    }  # fmt: skip
    assert (made["ended_as"], made["times"], made["staff"], made["station"]) == ("finished", 2, 41, "desk-7")
    audited = hall.query("SELECT act, outcome, staff, station, ticket, detail FROM audit ORDER BY id")
    names = ["call_next", "call_again", "start", "finish"]
    shared = {"staff": 41, "station": "desk-7", "ticket": row(hall, ticket)["id"], "detail": "7"}
    ended = dict.fromkeys(names, "done") | {"finish": "served"}
    assert audited == [{"act": name, "outcome": ended[name], **shared} for name in names]
    told = [(one.step, one.counter, one.staff, one.station, one.undone) for one in queue.history(ticket)]
    assert told == [
        ("arrived", None, None, "door", False), *((name, "7", "Leyla Nümunə", "desk-7", False) for name in names)
    ]  # fmt: skip


def test_the_same_key_is_the_same_step(hall: Trial) -> None:
    """C2: asked again with its key, whatever the time is by then, a step is told; another request is refused."""
    first, second = issue(hall, "09:30"), issue(hall, "09:31")
    queue = hall.station.queue
    called = queue.call_next("next", "7")
    parked = queue.park("park", "7", first, note="surət çəkir")
    hall.at(f"{DAY} 17:00")
    before = all_of(hall, first)
    told = queue.call_next("next", "7")
    assert told.note == "surət çəkir", "the note is the ticket's own, as it is by now"
    assert (told.ticket, told.called_at, told.state) == (called.ticket, called.called_at, "called")
    assert queue.park("park", "7", first, note="surət çəkir") == parked
    assert all_of(hall, first) == before
    with pytest.raises(KeyReused):
        queue.call_next("next", "8")
    with pytest.raises(KeyReused):
        queue.park("park", "7", first, note="başqa")
    with pytest.raises(KeyReused):
        queue.finish("park", "7", second)


def test_notes_are_in_no_stored_answer(hall: Trial) -> None:
    """K6: what a colleague wrote stands with the ticket alone, where it is wiped in time."""
    ticket = issue(hall, "09:30")
    hall.station.queue.call_next("next", "7")
    hall.station.queue.park("park", "7", ticket, note="Nümunəyeva gözləyir")
    hall.station.queue.call("call", "8", ticket)
    assert row(hall, ticket)["note"] == "Nümunəyeva gözləyir"
    for table in ("answers", "audit"):
        assert "Nümunəyeva" not in str(hall.query(f"SELECT * FROM {table}"))  # noqa: S608 - names from above


def test_a_refusal_is_stored_under_its_key(hall: Trial) -> None:
    """C2: nobody waited then, and so it stays under that key; another key is another press."""
    with pytest.raises(NobodyWaiting):
        hall.station.queue.call_next("early", "7")
    ticket = issue(hall, "09:59")
    with pytest.raises(NobodyWaiting):
        hall.station.queue.call_next("early", "7")
    assert next_at(hall, "7") == ticket


def test_from_the_booked_hour_on_booked_people_go_before_walk_ins(hall: Trial) -> None:
    """C5: at 09:59:59.999 the walk-in is next, at 10:00:00.000 the booked one."""
    walk_in, booked = issue(hall, "09:00"), issue(hall, "09:30", "11:00")
    hall.at(f"{DAY} 10:59:59.999")
    assert next_at(hall, "1") == walk_in
    step(hall, "put_back", "1", walk_in)
    hall.at(f"{DAY} 11:00:00.000")
    assert next_at(hall, "1") == booked
    assert next_at(hall, "2") == walk_in


@pytest.mark.parametrize(
    ("early", "order"), [("when_idle", "walk_in early"), ("in_turn", "early walk_in"), ("never", "walk_in")]
)
def test_who_is_early_is_called_as_the_setting_says(make_trial: MakeTrial, early: str, order: str) -> None:
    """C5: when nobody else waits, in turn, or not before the hour; the list shows everybody in that order."""
    trial = make_trial(hall={"early": early})
    trial.at(f"{DAY} 10:00")
    names = {issue(trial, "09:00", "15:00"): "early", issue(trial, "09:10"): "walk_in"}
    shown = [names[one.ticket] for one in trial.station.queue.look().waiting]
    called = []
    for counter in "123":
        try:
            called.append(names[next_at(trial, counter)])
        except NobodyWaiting:
            break
    assert called == order.split()
    assert shown == (order.split() if early != "never" else ["walk_in", "early"])


def test_a_counter_calls_its_services_and_what_was_sent_to_it(hall: Trial) -> None:
    """C2: one without services serves all; what is sent to a counter only that one calls, whatever the service."""
    make_counter(hall, "1", OTHER_SERVICE)
    make_counter(hall, "2")
    make_counter(hall, "3", OTHER_SERVICE)
    first, second = issue(hall, "09:00"), issue(hall, "09:10", service=OTHER_SERVICE, letter="B")
    third = issue(hall, "09:20", to_counter="3")
    assert next_at(hall, "1") == second
    with pytest.raises(BadRequest) as refused:
        step(hall, "call", "3", first)
    assert refused.value.facts == {"field": "ticket", "why": "service_not_served_at_this_counter"}
    with pytest.raises(OtherCounter) as other:
        step(hall, "call", "2", third)
    assert other.value.facts == {"counter": "3"}
    assert next_at(hall, "2") == first
    assert next_at(hall, "3") == third


def test_a_busy_or_closed_counter_calls_nobody(hall: Trial) -> None:
    """C2: one citizen a counter; it is told whom it has. Closed, it can still finish."""
    make_counter(hall, "8", is_open=False)
    first, second = issue(hall, "09:00"), issue(hall, "09:01")
    assert next_at(hall, "7") == first
    for refused in (lambda: next_at(hall, "7"), lambda: step(hall, "call", "7", second)):
        with pytest.raises(CounterBusy) as busy:
            refused()
        assert busy.value.facts == {"ticket": first}
    for refused in (lambda: next_at(hall, "8"), lambda: step(hall, "call", "8", second)):
        with pytest.raises(CounterClosed):
            refused()
    hall.change("UPDATE counters SET open = 0 WHERE number = '7'")
    step(hall, "start", "7", first)
    step(hall, "finish", "7", first)
    with pytest.raises(CounterClosed):
        next_at(hall, "7")


def test_a_ticket_belongs_to_its_counter(hall: Trial) -> None:
    """C2: whatever another counter wants of a called or served ticket, it is told where that is."""
    ticket = issue(hall, "09:00")
    step(hall, "call", "7", ticket)
    for started in (False, True):
        if started:
            step(hall, "start", "7", ticket)
        before = all_of(hall, ticket)
        for name in BECOMES:
            with pytest.raises(OtherCounter) as refused:
                step(hall, name, "8", ticket)
            assert refused.value.facts == {"counter": "7"}, name
        assert all_of(hall, ticket) == before


def test_a_parked_person_goes_on_at_any_counter(hall: Trial) -> None:
    """C2: a parked ticket is whose who calls it next; another call begins, and the first one ended as parked."""
    ticket = issue(hall, "09:00")
    step(hall, "call", "7", ticket)
    step(hall, "park", "7", ticket, note="  surət \n çəkir ")
    (parked,) = hall.station.queue.look().parked
    assert (parked.ticket, parked.counter, parked.note) == (ticket, "7", "surət çəkir")
    called = step(hall, "call_again", "8", ticket)
    assert (called.counter, called.times, called.note) == ("8", 1, "surət çəkir")
    assert [call["ended_as"] for call in calls_of(hall, ticket)] == ["parked", None]


def test_who_missed_the_call_comes_back_the_same_day(hall: Trial) -> None:
    """C2: a no-show can be called, or wait again at the old place."""
    first, second = issue(hall, "09:00"), issue(hall, "09:01")
    assert next_at(hall, "7") == first
    step(hall, "no_show", "7", first)
    assert next_at(hall, "7") == second
    step(hall, "put_back", "8", first)
    step(hall, "put_back", "7", second)
    assert next_at(hall, "7") == first
    step(hall, "no_show", "7", first)
    assert step(hall, "call", "8", first).state == "called"


def test_transfer_keeps_the_place(hall: Trial) -> None:
    """C5: sent to another service, a ticket stands where its hour or arrival puts it; its number stays."""
    make_counter(hall, "2", OTHER_SERVICE)
    sent, waited = issue(hall, "09:00"), issue(hall, "09:30", service=OTHER_SERVICE)
    step(hall, "call", "1", sent)
    hall.at(f"{DAY} 10:20")
    moved = step(hall, "transfer", "1", sent, to_service=OTHER_SERVICE, note="foto")
    assert (moved.ticket, moved.service, moved.state) == (sent, OTHER_SERVICE, "waiting")
    shown = hall.station.queue.look().waiting
    assert [(one.ticket, one.note) for one in shown] == [(sent, "foto"), (waited, None)]
    assert shown[0].since == moment(f"{DAY} 10:20")
    assert next_at(hall, "2") == sent
    assert [call["service"] for call in calls_of(hall, sent)] == [SERVICE, OTHER_SERVICE]


def test_transfer_to_a_counter_and_on(hall: Trial) -> None:
    """C2: only that counter calls it; sent on to a service, any that serves it may again."""
    make_counter(hall, "2")
    make_counter(hall, "3", is_open=False)
    ticket = issue(hall, "09:00")
    step(hall, "transfer", "1", ticket, to_service=None, to_counter="2")
    (waits,) = hall.station.queue.look().waiting
    assert (waits.to_counter, waits.service) == ("2", SERVICE)
    with pytest.raises(NobodyWaiting):
        next_at(hall, "1")
    step(hall, "transfer", "1", ticket, to_service=SERVICE)
    assert next_at(hall, "1") == ticket
    member = enrolled(hall, "operator")
    for to, error in (("9", BadRequest), ("3", CounterClosed), ("0-0", BadRequest)):
        with pytest.raises(error):
            step(hall, "transfer", "1", ticket, to_service=None, to_counter=to, staff=member)
    for service in ("no-such-service", None):
        with pytest.raises(BadRequest):
            step(hall, "transfer", "1", ticket, to_service=service)
    assert state(hall, ticket) == "called"


def test_a_program_sends_to_a_counter_that_was_never_used(hall: Trial) -> None:
    """C2: it comes to be, open, as with its first call; a person's slip of the key makes none."""
    ticket = issue(hall, "09:00")
    with pytest.raises(BadRequest):
        step(hall, "transfer", "1", ticket, to_service=None, to_counter="9", staff=enrolled(hall, "operator"))
    assert not hall.query("SELECT 1 FROM counters WHERE number = '9'")
    step(hall, "transfer", "1", ticket, to_service=None, to_counter="9")
    with pytest.raises(NobodyWaiting):
        next_at(hall, "1")
    assert next_at(hall, "9") == ticket


def test_only_today_and_only_here(hall: Trial) -> None:
    """C2: yesterday's tickets and another centre's are neither called nor found."""
    issue(hall, "17:00", day="2026-11-22")
    elsewhere = issue(hall, "09:00", centre=OTHER_CENTRE)
    with pytest.raises(NobodyWaiting):
        next_at(hall, "1")
    with pytest.raises(NotFound):
        step(hall, "call", "1", elsewhere)
    assert hall.station.queue.look().waiting == ()
    assert hall.station.queue.call_next(new_key(), "1", centre=OTHER_CENTRE).ticket == elsewhere
    assert len(hall.query("SELECT 1 FROM counters WHERE number = '1'")) == 2, "each centre has its counter 1"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_service_ends_with_an_outcome(hall: Trial, outcome: str) -> None:
    """Issue 5, close with outcome: it stands with the ticket and in the audit, and undoing takes it back."""
    ticket = in_state(hall, "serving", "7")
    hall.station.queue.finish("end", "7", ticket, outcome=outcome)
    assert (row(hall, ticket)["state"], row(hall, ticket)["outcome"]) == ("finished", outcome)
    assert [found["outcome"] for found in hall.query("SELECT outcome FROM audit WHERE act = 'finish'")] == [outcome]
    with pytest.raises(KeyReused):
        hall.station.queue.finish("end", "7", ticket, outcome=OUTCOMES[OUTCOMES.index(outcome) - 1])
    hall.station.queue.undo("back", "7")
    assert (row(hall, ticket)["state"], row(hall, ticket)["outcome"]) == ("serving", None)


def test_an_unknown_outcome_ends_nothing(hall: Trial) -> None:
    """Issue 5: the list is closed; nothing changes."""
    ticket = in_state(hall, "serving", "7")
    with pytest.raises(BadRequest) as refused:
        hall.station.queue.finish("end", "7", ticket, outcome="happy")
    assert (refused.value.field, refused.value.why) == ("outcome", "unknown")
    assert row(hall, ticket)["state"] == "serving"


def test_who_is_served_over_midnight_can_be_finished(hall: Trial) -> None:
    """C2: at that counter its number means the same person still, though today has a ticket of that number."""
    ticket = issue(hall, "23:40", day="2026-11-22")
    hall.at("2026-11-22 23:50")
    step(hall, "call", "7", ticket)
    step(hall, "start", "7", ticket)
    hall.at(f"{DAY} 00:10")
    same_number = issue(hall, "00:05")
    assert same_number == ticket
    with pytest.raises(CounterBusy):
        next_at(hall, "7")
    assert step(hall, "finish", "7", ticket).state == "finished"
    assert row(hall, ticket, day="2026-11-22")["state"] == "finished"
    assert state(hall, same_number) == "waiting"


def forgotten(trial: Trial, *steps: str) -> str:
    """Somebody of Sunday whom nobody finished at counter 7; Monday, one millisecond before four."""
    ticket = issue(trial, "17:40", day="2026-11-22")
    trial.at("2026-11-22 17:50")
    for name in steps:
        step(trial, name, "7", ticket)
    trial.at(f"{DAY} 03:59:59.999")
    return ticket


@pytest.mark.parametrize("steps", [("call",), ("call", "start")])
def test_a_call_forgotten_yesterday_does_not_block_its_counter(hall: Trial, steps: tuple[str, ...]) -> None:
    """C2, C5: from four in the morning on; the ticket and its day's figures stay, history and audit tell."""
    sunday = date(2026, 11, 22)
    ticket = forgotten(hall, *steps)
    next_one = issue(hall, "00:10", letter="B")
    with pytest.raises(CounterBusy):
        next_at(hall, "7")
    assert hall.station.queue.at_counter("7").ticket is not None
    hall.at(f"{DAY} 04:00")
    assert hall.station.queue.at_counter("7").ticket is None
    figures = hall.station.figures.of(sunday, sunday)
    before = row(hall, ticket, day="2026-11-22")
    assert next_at(hall, "7") == next_one
    assert row(hall, ticket, day="2026-11-22") == before
    assert hall.station.figures.of(sunday, sunday) == figures
    ended = hall.query("SELECT ended_as FROM calls WHERE ticket = :t", t=before["id"])
    assert ended == [{"ended_as": "left"}]
    told = hall.query("SELECT act FROM ticket_steps WHERE ticket = :t ORDER BY id", t=before["id"])
    assert [one["act"] for one in told] == [*steps, "left"]
    audited = hall.query("SELECT detail, outcome FROM audit WHERE act = 'left' AND ticket = :t", t=before["id"])
    assert audited == [{"detail": "7", "outcome": "done"}]
    assert hall.station.queue.undo(new_key(), "7").ticket == next_one
    with pytest.raises(NothingToUndo):
        hall.station.queue.undo(new_key(), "7")


def test_a_forgotten_one_can_be_finished_until_its_counter_calls_again(hall: Trial) -> None:
    """C2: by its number, as long as today has none of that number."""
    ticket = forgotten(hall, "call", "start")
    hall.at(f"{DAY} 09:00")
    assert step(hall, "finish", "7", ticket).state == "finished"
    assert row(hall, ticket, day="2026-11-22")["state"] == "finished"


def test_todays_ticket_comes_before_a_forgotten_one_of_its_number(hall: Trial) -> None:
    """C2: a forgotten one is in nobody's way; that nobody waits is told after it was ended."""
    ticket = forgotten(hall, "call")
    hall.at(f"{DAY} 09:00")
    assert issue(hall, "08:50") == ticket
    assert step(hall, "call", "7", ticket).state == "called"
    assert row(hall, ticket, day="2026-11-22")["state"] == "called"
    step(hall, "no_show", "7", ticket)
    with pytest.raises(NobodyWaiting):
        next_at(hall, "7")
    assert hall.query("SELECT 1 FROM calls WHERE ended_at IS NULL") == []


def test_a_forgotten_call_is_ended_once(make_trial: MakeTrial) -> None:
    """C2: by two who press at the same counter together; one of them gets the next person."""
    trials = [make_trial(), make_trial()]
    forgotten(trials[0], "call")
    waiting = {issue(trials[0], f"00:1{number}", letter="B") for number in range(2)}
    together = Barrier(2)

    def press(trial: Trial) -> str | None:
        trial.at(f"{DAY} 09:00")
        together.wait()
        try:
            return next_at(trial, "7")
        except CounterBusy:
            return None

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(press, trials))
    assert found.count(None) == 1 and waiting & set(found)
    assert len(trials[0].query("SELECT 1 FROM ticket_steps WHERE act = 'left'")) == 1
    assert len(trials[0].query("SELECT 1 FROM calls WHERE ended_at IS NULL")) == 1


def test_what_is_no_counter_or_ticket(hall: Trial) -> None:
    """C2: refused before anything is written; which field it was is told."""
    wrong = [(counter, "A-001", "counter") for counter in ("", "12345", "7;", "Ə")]
    wrong += [("7", ticket, "ticket") for ticket in ("", "001", "AA-1", "A-٣")]
    for counter, ticket, field in wrong:
        with pytest.raises(BadRequest) as refused:
            step(hall, "call", counter, ticket)
        assert refused.value.field == field
    assert not hall.query("SELECT 1 FROM counters") and not hall.query("SELECT 1 FROM audit")


def test_typed_in_any_usual_way(hall: Trial) -> None:
    """C2: " a1 " is A-001, and "b7" the counter B7."""
    ticket = issue(hall, "09:00")
    assert step(hall, "call", "b7", " a1 ").ticket == ticket
    assert hall.station.queue.at_counter(" b7 ").number == "B7"
    with pytest.raises(BadRequest):
        hall.station.queue.look("no-such-centre")


def test_a_note_that_cannot_be_kept(hall: Trial) -> None:
    """C2: too long, or with signs that nobody sees."""
    ticket = in_state(hall, "called", "7")
    for note in ("x" * 201, "a\x07b", "a\u202eb"):
        with pytest.raises(BadRequest) as refused:
            step(hall, "park", "7", ticket, note=note)
        assert refused.value.field == "note"
    assert step(hall, "park", "7", ticket, note="x" * 200).state == "parked"


def test_the_lists_of_a_hall(hall: Trial) -> None:
    """C2: who waits, for what and since when; who is called, newest call first; who is parked."""
    early, walk_in, due = issue(hall, "09:00", "12:00"), issue(hall, "09:10"), issue(hall, "09:20", "10:00")
    first, second, parked = (issue(hall, f"08:0{number}") for number in range(3))
    step(hall, "call", "1", first)
    hall.at(f"{DAY} 10:01")
    step(hall, "call", "2", second)
    step(hall, "call", "3", parked)
    step(hall, "park", "3", parked)
    now = hall.station.queue.look()
    assert [(one.ticket, one.turn) for one in now.waiting] == [(due, "due"), (walk_in, "walk_in"), (early, "early")]
    assert [(one.ticket, one.counter) for one in now.called] == [(second, "2"), (first, "1")]
    assert [(one.ticket, one.counter, one.since) for one in now.parked] == [(parked, "3", moment(f"{DAY} 10:01"))]
    hall.at(f"{DAY} 10:02")
    step(hall, "call_again", "1", first)
    assert [one.ticket for one in hall.station.queue.look().called] == [first, second]
    assert hall.station.queue.look().called[0].since == moment(f"{DAY} 10:00"), "called since the first call"
    assert now.at == moment(f"{DAY} 10:01")


def test_what_a_counter_sees_of_itself(hall: Trial) -> None:
    """C2: whom it has, what can be taken back and until when, and what it did today."""
    queue = hall.station.queue
    empty = queue.at_counter("7")
    assert (empty.open, empty.ticket, empty.undoable, empty.finished, empty.no_show) == (True, None, None, 0, 0)
    assert not hall.query("SELECT 1 FROM counters"), "looking makes no counter"
    for ending in ("finished", "finished", "no_show"):
        in_state(hall, ending, "7")
    ticket = in_state(hall, "called", "7")
    seen = queue.at_counter("7")
    assert seen.ticket is not None and (seen.ticket.ticket, seen.ticket.state) == (ticket, "called")
    assert (seen.finished, seen.no_show) == (2, 1)
    assert seen.undoable is not None and (seen.undoable.step, seen.undoable.ticket) == ("call", ticket)
    assert seen.undoable.until == moment(f"{DAY} 10:01")
    hall.at(f"{DAY} 10:01:00.000")
    assert queue.at_counter("7").undoable is not None
    hall.at(f"{DAY} 10:01:00.001")
    assert queue.at_counter("7").undoable is None
    hall.at("2026-11-24 09:00")
    tomorrow = queue.at_counter("7")
    assert (tomorrow.finished, tomorrow.no_show) == (0, 0)
    assert tomorrow.ticket is None, "whom nobody finished yesterday is in nobody's way"


def test_an_arrival_waits_from_its_own_time_on(hall: Trial) -> None:
    """C2, C5: the ticket of an activated booking knows its hour, its person's language, and since when it waits."""
    hall.at("2026-11-20 09:00")
    confirmed = hall.confirmed(f"{DAY} 10:00")
    hall.change("UPDATE bookings SET language = 'ru'")
    hall.at(f"{DAY} 09:40")
    ticket = hall.arrive(confirmed.order_code).ticket
    assert ticket is not None
    kept = row(hall, ticket)
    assert (kept["language"], kept["booked_for"]) == ("ru", kept["issued_at"] + 20 * 60_000)
    assert kept["changed_at"] == kept["issued_at"]
    (audited,) = hall.query("SELECT ticket FROM audit WHERE act = 'arrive'")
    assert audited["ticket"] == kept["id"]
    (waits,) = hall.station.queue.look().waiting
    assert (waits.turn, waits.since, waits.accepted_late) == ("early", moment(f"{DAY} 09:40"), False)


def test_whose_ticket_it_is(hall: Trial) -> None:
    """K6: name and three signs of the FİN, each look audited; a walk-in is nobody's; nothing of it in a repr."""
    hall.at("2026-11-20 09:00")
    confirmed = hall.confirmed(f"{DAY} 10:00")
    hall.confirmed(f"{DAY} 11:00")
    hall.at(f"{DAY} 09:40")
    ticket = hall.arrive(confirmed.order_code).ticket or ""
    queue: Queue = hall.station.queue
    operator = enrolled(hall, "operator")
    person = queue.person(ticket, staff=operator, counter="7")
    assert (person.name, person.fin, person.station) == ("Nümunəyeva Aygün", "5AB••••", "kiosk-1")
    assert "Aygün" not in repr(person) and "5AB" not in repr(person)
    step(hall, "call", "7", ticket)
    queue.person(ticket, staff=operator, counter="7")
    walk_in = queue.person(issue(hall, "09:00"), staff=operator, counter="7")
    assert (walk_in.name, walk_in.fin) == ("", "")
    looks = hall.query("SELECT detail, staff, ticket FROM audit WHERE act = 'see_person' ORDER BY id")
    assert [look["detail"] for look in looks] == ["7 asked", "7 here", "7 asked"]
    assert {look["staff"] for look in looks} == {operator} and looks[0]["ticket"] == row(hall, ticket)["id"]
    late = issue(hall, "09:00")
    hall.change(
        "UPDATE tickets SET after_booking = (SELECT max(id) FROM bookings) WHERE id = :id", id=row(hall, late)["id"]
    )
    assert queue.person(late, staff=operator, counter="7").name == "Nümunəyeva Aygün"
    with pytest.raises(NotFound):
        queue.person("Z-999", staff=operator, counter="7")


def test_refusals_change_nothing_but_are_audited(hall: Trial) -> None:
    """C2: every refused attempt is in the audit log, by its name."""
    ticket = issue(hall, "09:00")
    wanted: list[tuple[type[Refusal], Callable[[], Any]]] = [
        (WrongStep, lambda: step(hall, "finish", "7", ticket)),
        (NotFound, lambda: step(hall, "call", "7", "A-099")),
        (BadRequest, lambda: step(hall, "call", "7", ticket, centre="nowhere")),
    ]
    for kind, do in wanted:
        with pytest.raises(kind):
            do()
    outcomes = [found["outcome"] for found in hall.query("SELECT outcome FROM audit ORDER BY id")]
    assert outcomes == ["wrong_step", "not_found", "bad_request"]
    assert state(hall, ticket) == "waiting" and not hall.query("SELECT 1 FROM ticket_steps")


def test_nobody_is_called_who_is_at_two_centres_counters(hall: Trial) -> None:
    """K5: the counters of two centres that share a number and a database know nothing of each other."""
    here, there = issue(hall, "09:00"), issue(hall, "09:00", centre=OTHER_CENTRE)
    assert here == there, "each centre counts its own numbers"
    queue = hall.station.queue
    queue.call_next(new_key(), "7")
    queue.call_next(new_key(), "7", centre=OTHER_CENTRE)
    assert [one.counter for one in queue.look(CENTRE).called] == ["7"]
    assert queue.look().at - queue.look(OTHER_CENTRE).at == timedelta(0)
