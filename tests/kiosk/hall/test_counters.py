"""Counters: who sits where, which are open, what they serve and how one gets there (C2, C4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from db import counters as rows
from kiosk.errors import CHANGED_MEANWHILE, BadRequest, CounterClosed, CounterTaken, NotAllowed, Refusal
from kiosk.hall.queue_facts import Counter
from kiosk.identity.staff import MANAGE_HALL
from kiosk.names import Names
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import OTHER_CENTRE, OTHER_SERVICE, SERVICE, START, MakeTrial, Trial, at, new_key

DIRECTION = Names("Sol tərəf, 2-ci zal", "Налево, зал 2", "Left, hall 2")


@pytest.fixture
def boss(trial: Trial) -> int:
    return enrolled(trial, "supervisor")


@pytest.fixture
def leyla(trial: Trial) -> int:
    return enrolled(trial, "operator")


def test_one_who_sits_down_is_told_with_the_counter(trial: Trial, leyla: int) -> None:
    """C2: a counter comes to be as it is first used, open and serving everything; leaving frees it."""
    counters = trial.station.counters
    sat = counters.sit(new_key(), leyla, "7")
    assert (sat.number, sat.open, sat.services, sat.staff, sat.station) == ("7", True, frozenset(), leyla, "kiosk-1")
    assert sat.staff_name == "Nümunə 1"
    assert counters.of() == (sat,)
    assert counters.of(OTHER_CENTRE) == ()
    counters.leave(leyla)
    assert [(counter.staff, counter.station) for counter in counters.of()] == [(None, None)]
    counters.leave(leyla)


def test_counters_are_in_the_order_of_their_numbers(trial: Trial, boss: int) -> None:
    """C2: 2 before 12, letters last of their length."""
    for number in ("12", "2", "A3", "1"):
        trial.station.counters.add(new_key(), boss, number)
    assert [counter.number for counter in trial.station.counters.of()] == ["1", "2", "12", "A3"]


def test_the_same_key_gets_the_same_answer(trial: Trial, leyla: int) -> None:
    """Sitting down is done once; the stored answer holds no name."""
    sat = trial.station.counters.sit("one-key", leyla, "7")
    assert trial.station.counters.sit("one-key", leyla, "7") == sat
    assert trial.station.counters.sit(new_key(), leyla, "7") == sat
    (answer, _) = trial.query("SELECT answer FROM answers ORDER BY at")
    assert "Nümunə" not in answer["answer"]


def test_a_counter_has_one_operator_and_an_operator_one_counter(make_trial: MakeTrial) -> None:
    """C2: whoever comes second is told which counter is in the way."""
    first, second = make_trial(), make_trial(station={"name": "kiosk-2"})
    leyla, rauf = enrolled(first, "operator"), enrolled(first, "operator")
    first.station.counters.sit(new_key(), leyla, "7")
    with pytest.raises(CounterTaken) as caught:
        second.station.counters.sit(new_key(), rauf, "7")
    assert caught.value.counter == "7"
    with pytest.raises(CounterTaken) as caught:
        second.station.counters.sit(new_key(), leyla, "8")
    assert caught.value.counter == "7"
    second.station.counters.sit(new_key(), rauf, "8")
    assert [(c.number, c.staff) for c in first.station.counters.of()] == [("7", leyla), ("8", rauf)]


def test_whoever_sat_at_the_same_machine_before_is_gone(trial: Trial) -> None:
    """C2: a workplace that crashed left a seat behind; the next one to sign in there gets it."""
    leyla, rauf = enrolled(trial, "operator"), enrolled(trial, "operator")
    trial.station.counters.sit(new_key(), leyla, "7")
    trial.station.counters.sit(new_key(), rauf, "7")
    assert [c.staff for c in trial.station.counters.of()] == [rauf]
    trial.station.counters.sit(new_key(), rauf, "9")
    assert [(c.number, c.staff) for c in trial.station.counters.of()] == [("7", None), ("9", rauf)]


def test_a_machine_that_is_gone_for_two_minutes_has_left_its_seat(make_trial: MakeTrial) -> None:
    """C2: a power cut at one workplace keeps nobody from another; until then the seat is taken."""
    first, second = make_trial(), make_trial(station={"name": "kiosk-2"})
    leyla = enrolled(first, "operator")
    first.station.stations.seen("counter", 0)
    first.station.counters.sit(new_key(), leyla, "7")
    second.set_instant(at(START) + 119_999)
    with pytest.raises(CounterTaken):
        second.station.counters.sit(new_key(), leyla, "8")
    second.set_instant(at(START) + 120_000)
    assert second.station.counters.sit(new_key(), leyla, "8").staff == leyla
    assert [(c.number, c.staff) for c in second.station.counters.of()] == [("7", None), ("8", leyla)]


def test_signing_out_elsewhere_sends_nobody_away(make_trial: MakeTrial) -> None:
    """C2: an operator who went on at another machine keeps the counter when the first one signs them out."""
    first, second = make_trial(), make_trial(station={"name": "kiosk-2"})
    leyla = enrolled(first, "operator")
    first.station.counters.sit(new_key(), leyla, "7")
    second.station.counters.sit(new_key(), leyla, "7")
    first.station.counters.leave(leyla)
    assert [(one.staff, one.station) for one in first.station.counters.of()] == [(leyla, "kiosk-2")]
    second.station.counters.leave(leyla)
    assert [one.staff for one in first.station.counters.of()] == [None]


def test_nobody_sits_down_at_a_closed_counter(trial: Trial, boss: int, leyla: int) -> None:
    """C2: a supervisor closes it and opens it again; who sits there already is not put out."""
    counters = trial.station.counters
    counters.sit(new_key(), leyla, "7")
    closed = counters.set_open(new_key(), boss, "7", False)
    assert (closed.open, closed.staff) == (False, leyla)
    counters.leave(leyla)
    with pytest.raises(CounterClosed):
        counters.sit(new_key(), leyla, "7")
    assert counters.set_open(new_key(), boss, "7", True).open
    assert counters.sit(new_key(), leyla, "7").staff == leyla


def test_what_a_counter_serves(trial: Trial, boss: int) -> None:
    """C2: some services, or everything again; what the centre does not give is refused, and nothing changes."""
    counters = trial.station.counters
    counters.add(new_key(), boss, "7")
    assert counters.set_services(new_key(), boss, "7", {SERVICE, OTHER_SERVICE}).services == {SERVICE, OTHER_SERVICE}
    with pytest.raises(BadRequest):
        counters.set_services(new_key(), boss, "7", {SERVICE, "no-such-service"})
    assert counters.of()[0].services == {SERVICE, OTHER_SERVICE}
    assert counters.set_services(new_key(), boss, "7", ()).services == frozenset()


def test_how_one_gets_there_in_three_languages_or_not_at_all(trial: Trial, boss: int) -> None:
    """C4: the board turns through the languages."""
    counters = trial.station.counters
    counters.add(new_key(), boss, "7")
    spaced = Names(*(f"  {text} " for text in DIRECTION))
    assert counters.set_direction(new_key(), boss, "7", spaced).direction == DIRECTION
    with pytest.raises(BadRequest) as caught:
        counters.set_direction(new_key(), boss, "7", Names("Sol", "", "Left"))
    assert caught.value.facts == {"field": "direction", "why": "all_languages"}
    with pytest.raises(BadRequest):
        counters.set_direction(new_key(), boss, "7", Names("a" * 41, "b", "c"))
    for hostile in ("\x1b]0;a\x07", "a\x00b", "\u202eLeft"):
        with pytest.raises(BadRequest) as caught:
            counters.set_direction(new_key(), boss, "7", Names("Sol", "Налево", hostile))
        assert caught.value.facts == {"field": "direction", "why": "not_printable"}
    assert counters.of()[0].direction == DIRECTION
    assert counters.set_direction(new_key(), boss, "7", Names("", "", "")).direction == Names("", "", "")


def test_an_arrow_stands_before_the_words_of_all_languages(trial: Trial, boss: int) -> None:
    """C4: it means the same in each; beside words or alone, and it is none of the forty letters."""
    counters = trial.station.counters
    counters.add(new_key(), boss, "7")
    arrows = Names(*(f"↗ {text}" for text in DIRECTION))
    for typed in (arrows, Names(f" ↗{DIRECTION.az}", DIRECTION.ru, DIRECTION.en)):
        assert counters.set_direction(new_key(), boss, "7", typed).direction == arrows
    assert counters.set_direction(new_key(), boss, "7", Names("←", "", "")).direction == Names("←", "←", "←")
    longest = Names(*("a" * 40,) * 3)
    counters.set_direction(new_key(), boss, "7", Names(*(f"→ {text}" for text in longest)))
    with pytest.raises(BadRequest) as caught:
        counters.set_direction(new_key(), boss, "7", Names("→ Sol", "→", "→ Left"))
    assert caught.value.facts == {"field": "direction", "why": "all_languages"}


def test_what_cannot_be_a_number(trial: Trial, boss: int) -> None:
    """C4: 1 to 4 of 0-9 and A-Z, which the hall can read and hear."""
    for number in ("", "12345", "a", "Ə", "1 ", "-1", "7\n"):
        for ask in (trial.station.counters.sit, trial.station.counters.add):
            with pytest.raises(BadRequest):
                ask(new_key(), boss, number)
    assert trial.station.counters.of() == ()


def test_a_counter_is_added_once(trial: Trial, boss: int) -> None:
    """The first one stays as it is."""
    trial.station.counters.add(new_key(), boss, "7")
    with pytest.raises(BadRequest) as caught:
        trial.station.counters.add(new_key(), boss, "7")
    assert caught.value.facts == {"field": "number", "why": "in use"}


def test_a_supervisor_frees_a_counter(trial: Trial, boss: int, leyla: int) -> None:
    """C2: of somebody who went home without signing out."""
    trial.station.counters.sit(new_key(), leyla, "7")
    assert trial.station.counters.free(new_key(), boss, "7").staff is None
    row = trial.query("SELECT staff, detail FROM audit WHERE act = 'counter_free'")
    assert row == [{"staff": boss, "detail": f"7, staff {leyla}"}]


def test_the_right_is_asked_of_the_database(trial: Trial, boss: int, leyla: int) -> None:
    """C6: not of what a screen remembers: who was demoted or left a moment ago is refused, and it is audited."""
    counters = trial.station.counters
    counters.add(new_key(), boss, "7")

    def tries(staff: int) -> list[Refusal]:
        refused: list[Refusal] = []
        acts: list[Callable[[], object]] = [
            lambda: counters.add(new_key(), staff, "8"),
            lambda: counters.set_open(new_key(), staff, "7", False),
            lambda: counters.set_services(new_key(), staff, "7", {SERVICE}),
            lambda: counters.set_direction(new_key(), staff, "7", DIRECTION),
            lambda: counters.free(new_key(), staff, "7"),
        ]
        for act in acts:
            with pytest.raises(NotAllowed) as caught:
                act()
            refused.append(caught.value)
        return refused

    before = counters.of()
    assert {refusal.facts["right"] for refusal in tries(leyla)} == {MANAGE_HALL}
    trial.change("UPDATE staff SET role = 'operator' WHERE id = :id", id=boss)
    tries(boss)
    trial.change("UPDATE staff SET role = 'supervisor', active = 0 WHERE id = :id", id=boss)
    tries(boss)
    with pytest.raises(NotAllowed):
        counters.sit(new_key(), boss, "7")
    assert counters.of() == before
    refused = trial.query("SELECT staff FROM audit WHERE outcome = 'not_allowed'")
    assert [row["staff"] for row in refused] == [leyla] * 5 + [boss] * 11


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("theirs", [SERVICE, OTHER_SERVICE])
def test_two_who_say_at_once_what_a_counter_serves(trial: Trial, boss: int, theirs: str) -> None:
    """C2: the later list stands as it was given: neither refused for the earlier one's rows nor mixed with them."""
    trial.station.counters.add(new_key(), boss, "7")
    (counter,) = trial.query("SELECT id FROM counters")
    told: list[object] = []

    def say() -> None:
        told.append(trial.station.counters.set_services(new_key(), boss, "7", {SERVICE}).services)

    second = threading.Thread(target=say)

    def first(connection: Connection, _now: int) -> None:
        rows.set_services(connection, counter["id"], {theirs})
        second.start()
        while second.is_alive() and not trial.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass

    trial.station.database.write(first)
    second.join()
    assert told == [frozenset({SERVICE})]
    assert trial.query("SELECT service FROM counter_services") == [{"service": SERVICE}]


def test_what_was_changed_since_it_was_shown_is_not_replaced(trial: Trial, boss: int) -> None:
    """C2: two supervisors tick at once: the later one is told; what is wanted already is no change of anybody's."""
    counters = trial.station.counters
    shown = counters.add(new_key(), boss, "7").services
    assert counters.set_services(new_key(), boss, "7", {SERVICE}, was=shown).services == {SERVICE}
    key = new_key()
    with pytest.raises(BadRequest) as refused:
        counters.set_services(key, boss, "7", {OTHER_SERVICE}, was=shown)
    assert refused.value.facts == {"field": "services", "why": CHANGED_MEANWHILE}
    assert counters.of()[0].services == {SERVICE}
    assert counters.set_services(new_key(), boss, "7", {SERVICE}, was=shown).services == {SERVICE}
    assert counters.set_services(key, boss, "7", {OTHER_SERVICE}, was={SERVICE}).services == {OTHER_SERVICE}
    assert counters.set_services(key, boss, "7", {OTHER_SERVICE}, was=shown).services == {OTHER_SERVICE}


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_of_two_who_change_what_was_shown_at_once_one_is_told(trial: Trial, boss: int) -> None:
    """C2: the second one waits for the first, and looks at what that left."""
    trial.station.counters.add(new_key(), boss, "7")
    (counter,) = trial.query("SELECT id FROM counters")
    told: list[object] = []

    def say() -> None:
        try:
            trial.station.counters.set_services(new_key(), boss, "7", {SERVICE}, was=())
        except BadRequest as refused:
            told.append(refused.why)

    second = threading.Thread(target=say)

    def first(connection: Connection, _now: int) -> None:
        rows.set_services(connection, counter["id"], {OTHER_SERVICE})
        second.start()
        while second.is_alive() and not trial.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass

    trial.station.database.write(first)
    second.join()
    assert told == [CHANGED_MEANWHILE]
    assert trial.query("SELECT service FROM counter_services") == [{"service": OTHER_SERVICE}]


def test_every_change_is_audited(trial: Trial, boss: int, leyla: int) -> None:
    """C2: which counter, by whom; no name of anybody."""
    counters = trial.station.counters
    counters.sit(new_key(), leyla, "7")
    counters.set_open(new_key(), boss, "7", False)
    counters.set_services(new_key(), boss, "7", {SERVICE})
    counters.set_direction(new_key(), boss, "7", DIRECTION)
    counters.leave(leyla)
    rows = trial.query("SELECT act, staff, detail FROM audit WHERE act LIKE 'counter%' ORDER BY id")
    assert [(row["act"], row["staff"], row["detail"]) for row in rows] == [
        ("counter_sit", leyla, "7"),
        ("counter_close", boss, "7"),
        ("counter_services", boss, "7"),
        ("counter_direction", boss, "7"),
        ("counter_leave", leyla, "7"),
    ]


def test_two_who_sit_down_at_once(make_trial: MakeTrial) -> None:
    """C2: one of them has the counter, the other is told so; nobody has two."""
    trials = [make_trial(station={"name": f"kiosk-{number}"}) for number in range(4)]
    staff = [enrolled(trials[0], "operator") for _ in trials]

    def sit(place: int) -> Counter | Refusal:
        try:
            return trials[place].station.counters.sit(new_key(), staff[place], "7")
        except CounterTaken as taken:
            return taken

    with ThreadPoolExecutor(len(trials)) as pool:
        answers = list(pool.map(sit, range(len(trials))))
    won = [answer for answer in answers if isinstance(answer, Counter)]
    (counter,) = trials[0].station.counters.of()
    assert [answer.staff for answer in won] == [counter.staff]
