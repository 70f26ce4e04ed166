"""Hours closed after people booked them: not offered any more, and everybody in them is told, once (C2, Q4)."""

from __future__ import annotations

import json
import threading
import time as clock
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from typing import Any

import psycopg
import pytest

from kiosk.acts import Unit
from kiosk.booking.facts import Confirmed
from kiosk.errors import BadRequest, Closed, HoldEnded, NotAllowed, NotFound
from kiosk.hall.closed_hours import ClosedHours, ClosedHoursDesk
from kiosk.language import phone
from kiosk.names import Names
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import CENTRE, OTHER_CENTRE, PERSON, SERVICE, MakeTrial, Trial, moment, new_key, person, wall

MONDAY = date(2026, 11, 23)
REASON = Names("Su xətti təmir olunur", "Ремонт водопровода", "The water main is being repaired")


@pytest.fixture
def boss(trial: Trial) -> int:
    return enrolled(trial, "supervisor")


@pytest.fixture
def desk(trial: Trial) -> ClosedHoursDesk:
    return trial.station.closed_hours


def close(trial: Trial, staff: int, opens: str | None = None, until: str | None = None, **rest: Any) -> ClosedHours:
    """Close the Monday, or some of its hours."""
    day = rest.get("day", MONDAY)
    hours = (None if opens is None else time.fromisoformat(opens), None if until is None else time.fromisoformat(until))
    return trial.station.closed_hours.close(rest.get("key", new_key()), staff, day, *hours, rest.get("reason", REASON))


def letters(trial: Trial) -> list[tuple[str, str]]:
    """The letters about closures: kind and address, oldest first."""
    return [row for row in trial.letters() if row[0] in ("closure", "reopened")]


def test_a_closed_day_is_not_offered(trial: Trial, boss: int) -> None:
    """Q4: the date is closed with its reason, there is no grid, and nobody holds an hour of it."""
    closed = close(trial, boss)
    assert (wall(closed.starts), wall(closed.ends)) == ("2026-11-23 00:00:00", "2026-11-24 00:00:00")
    bookings = trial.station.bookings
    day = next(day for day in bookings.dates(SERVICE, CENTRE) if day.date == MONDAY)
    assert (day.open, day.reason, day.name) == (False, "closure", REASON)
    assert bookings.next_free(SERVICE)[CENTRE] not in (None, MONDAY)
    asks: list[Callable[[], object]] = [lambda: bookings.slots(SERVICE, CENTRE, MONDAY), trial.hold]
    for ask in asks:
        with pytest.raises(Closed) as caught:
            ask()
        assert caught.value.facts == {"reason": "closure", "name": REASON}
    assert trial.hold(centre=OTHER_CENTRE).centre == OTHER_CENTRE


def test_closed_hours_are_left_out_of_the_grid(trial: Trial, boss: int) -> None:
    """Q5: an hour that is closed in part is closed; the others are offered as before, and counted."""
    before = trial.states()
    close(trial, boss, "10:30", "13:00")
    assert trial.states() == {hour: state for hour, state in before.items() if hour not in ("10:00", "11:00", "12:00")}
    day = next(day for day in trial.station.bookings.dates(SERVICE, CENTRE) if day.date == MONDAY)
    assert (day.open, day.free) == (True, len(before) - 3)
    with pytest.raises(Closed):
        trial.hold("2026-11-23 12:00")
    assert trial.hold("2026-11-23 13:00").time == moment("2026-11-23 13:00")
    assert trial.hold("2026-11-23 09:00", person(1)).time == moment("2026-11-23 09:00")


def test_nobody_moves_into_closed_hours(trial: Trial, boss: int) -> None:
    """Q10: the old hour stands, with its order code; out of closed hours one moves as ever."""
    booked = trial.confirmed("2026-11-24 10:00")
    close(trial, boss)
    with pytest.raises(Closed):
        trial.station.bookings.move(new_key(), booked.order_code, PERSON["fin"], moment("2026-11-23 11:00"))
    assert trial.row(booked.booking)["starts_at"] == int(moment("2026-11-24 10:00").timestamp() * 1000)


def test_everybody_who_is_booked_is_told_once(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C2: in their language, with the reason and their order code; their booking stays, and can be moved."""
    ours = trial.confirmed("2026-11-23 10:00")
    other = trial.confirmed("2026-11-23 11:00", person(1))
    trial.change("UPDATE bookings SET language = 'ru' WHERE reference = :r", r=other.booking.replace("-", ""))
    for where in ({"wall": "2026-11-24 10:00"}, {"wall": "2026-11-23 10:00", "centre": OTHER_CENTRE}):
        trial.confirmed(whose=person(2 + len(where)), **where)
    assert desk.affected(MONDAY).bookings == 2
    closed = close(trial, boss)
    assert (closed.bookings, closed.without_email) == (2, 0)
    assert letters(trial) == [("closure", PERSON["email"]), ("closure", person(1)["email"])]
    assert [one.told for one in desk.of()] == [2]
    for _ in range(3):
        assert desk.tell() == 0
    assert len(letters(trial)) == 2
    rows = trial.query("SELECT language, facts FROM outbox WHERE kind = 'closure' ORDER BY id")
    assert [row["language"] for row in rows] == ["az", "ru"]
    told = json.loads(rows[0]["facts"])
    assert (told["order_code"], told["reason"]) == (ours.order_code, list(REASON))
    moved = trial.station.bookings.move(new_key(), ours.order_code, PERSON["fin"], moment("2026-11-24 11:00"))
    assert moved.order_code == ours.order_code
    assert [(one.bookings, one.told) for one in desk.of()] == [(1, 1)]


def test_a_hold_of_a_closed_hour_ends_and_its_person_is_told(trial: Trial, boss: int) -> None:
    """Q8: it could only be confirmed to be moved; the letter says so, and the code is no good any more."""
    held = trial.hold()
    close(trial, boss)
    assert letters(trial) == [("closure", PERSON["email"])]
    row = trial.row(held.booking)
    assert (row["state"], row["ended_by"]) == ("cancelled", "closure")
    with pytest.raises(HoldEnded) as caught:
        trial.confirm(held)
    assert caught.value.facts == {"state": "cancelled", "reason": "closure"}


def test_who_came_or_left_already_is_not_told(trial: Trial, boss: int) -> None:
    """C2: neither the activated, nor the cancelled, nor who was booked for an hour that has passed."""
    came = trial.confirmed("2026-11-23 10:00")
    gone = trial.confirmed("2026-11-23 11:00", person(1))
    trial.confirmed("2026-11-23 09:00", person(2))
    trial.station.bookings.cancel(new_key(), gone.order_code, person(1)["fin"])
    trial.at("2026-11-23 09:30")
    assert trial.arrive(came.order_code).activated
    assert trial.station.closed_hours.affected(MONDAY).bookings == 0
    assert close(trial, boss, "09:00").bookings == 0
    assert letters(trial) == []


def test_a_hold_that_slipped_in_beside_the_closing_is_told_once(
    trial: Trial, boss: int, desk: ClosedHoursDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2: it looked before the hours were closed, and was written after: the sweeper finds it, and only once."""
    monkeypatch.setattr("kiosk.booking.seats.refuse_closed", lambda *_: None)
    close(trial, boss)
    booked = trial.confirmed()
    assert letters(trial) == []
    assert desk.tell() == 1
    assert letters(trial) == [("closure", PERSON["email"])]
    assert desk.tell() == 0
    assert trial.row(booked.booking)["state"] == "confirmed"


def test_a_hold_under_way_as_its_hour_is_closed(trial: Trial, boss: int) -> None:
    """C2: a real one, which waits for a lock between its look at the closed hours and its row.

    On SQLite there is one writer: whoever comes after the closing sees it.
    """
    if trial.station.database.is_sqlite:
        close(trial, boss)
        with pytest.raises(Closed):
            trial.hold()
        return
    url = trial.station.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    answers: list[object] = []
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"person {PERSON['fin']}",))
        holding = threading.Thread(target=lambda: answers.append(trial.hold()))
        holding.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until = clock.monotonic() + 30
        while other.execute(waiting).fetchone() == (0,) and clock.monotonic() < until:
            continue
        assert close(trial, boss).bookings == 0
        assert letters(trial) == []
    holding.join(30)
    assert len(answers) == 1, "it was held all the same"
    assert trial.station.closed_hours.tell() == 1
    assert trial.station.closed_hours.tell() == 0
    assert letters(trial) == [("closure", PERSON["email"])]


def test_many_stations_tell_each_person_once(make_trial: MakeTrial, monkeypatch: pytest.MonkeyPatch) -> None:
    """C2: each counter's sweeper looks; the mark that somebody was told is set with the letter."""
    trials = [make_trial(station={"name": f"kiosk-{number}"}) for number in range(4)]
    boss = enrolled(trials[0], "supervisor")
    with monkeypatch.context() as patched:
        patched.setattr(ClosedHoursDesk, "tell", lambda _: 0)
        trials[0].give_seats(12)
        for number in range(12):
            trials[0].confirmed(whose=person(number))
        close(trials[0], boss)
    with ThreadPoolExecutor(len(trials)) as pool:
        told = list(pool.map(lambda trial: trial.station.closed_hours.tell(), trials))
    assert sum(told) == 12
    assert sorted(letters(trials[0])) == sorted(("closure", person(number)["email"]) for number in range(12))


def test_two_closings_over_one_hour_are_one_letter(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C2: whoever knows needs no second letter; when the one they know of is taken back, the other is still told."""
    trial.confirmed()
    morning = close(trial, boss, "09:00", "12:00")
    day = close(trial, boss)
    assert len(letters(trial)) == 1
    desk.withdraw(new_key(), boss, morning.id)
    assert letters(trial) == [("closure", PERSON["email"])] * 2
    desk.withdraw(new_key(), boss, day.id)
    assert [kind for kind, _ in letters(trial)] == ["closure", "closure", "reopened"]
    assert desk.tell() == 0


def test_who_moves_into_hours_that_are_closed_later_is_told_of_those(trial: Trial, boss: int) -> None:
    """C2: what they were told of another hour does not count for this one."""
    booked = trial.confirmed()
    close(trial, boss)
    trial.station.bookings.move(new_key(), booked.order_code, PERSON["fin"], moment("2026-11-24 11:00"))
    close(trial, boss, day=date(2026, 11, 24))
    assert [kind for kind, _ in letters(trial)] == ["closure", "closure"]


def test_withdrawn_hours_are_offered_again_and_the_told_are_told(
    trial: Trial, boss: int, desk: ClosedHoursDesk
) -> None:
    """C2: whoever was told not to come learns that the booking holds; once, and nobody else does."""
    trial.confirmed()
    closed = close(trial, boss)
    desk.withdraw(new_key(), boss, closed.id)
    assert desk.of() == ()
    assert [kind for kind, _ in letters(trial)] == ["closure", "reopened"]
    assert trial.states()["11:00"] == "free"
    assert desk.tell() == 0
    with pytest.raises(NotFound):
        desk.withdraw(new_key(), boss, closed.id)


def test_who_has_no_address_is_counted(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C8: somebody booked at the counter without one is to be called by telephone; no letter waits for them."""
    booked = trial.confirmed()
    trial.change("UPDATE bookings SET email = '' WHERE reference = :r", r=booked.booking.replace("-", ""))
    assert (desk.affected(MONDAY).bookings, desk.affected(MONDAY).without_email) == (1, 1)
    closed = close(trial, boss)
    assert (closed.bookings, closed.without_email) == (1, 1)
    assert letters(trial) == []


def test_the_same_key_closes_once(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """A repeat gets the same closed hours, and nobody a second letter."""
    trial.confirmed()
    first = close(trial, boss, key="one-key")
    assert close(trial, boss, key="one-key").id == first.id
    assert len(desk.of()) == 1
    assert len(letters(trial)) == 1


BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"day": date(2026, 11, 19)}, "day", "over"),
    ({"day": date(2028, 1, 1)}, "day", "too_far"),
    ({"day": date(2026, 11, 20), "until": "09:00"}, "until", "over"),
    ({"opens": "12:00", "until": "12:00"}, "until", "before_from"),
    ({"reason": Names("Səbəb", " ", "Why")}, "reason", "all_languages"),
    ({"reason": Names("ə" * 121, "б", "c")}, "reason", "at most 120 signs"),
    ({"reason": Names("Su", "Вода", "Wa\x00ter")}, "reason", "not_printable"),
    ({"reason": Names("\x1b[31mSu", "Вода", "Water")}, "reason", "not_printable"),
    ({"reason": Names("Su", "\u202eВода", "Water")}, "reason", "not_printable"),
)


def test_hours_that_cannot_be_closed(trial: Trial, boss: int) -> None:
    """C2: what is over, no time at all, or closed without telling why in all three languages."""
    for given, field, why in BAD:
        with pytest.raises(BadRequest) as caught:
            close(trial, boss, **given)
        assert caught.value.facts == {"field": field, "why": why}
    assert trial.query("SELECT id FROM closed_hours") == []


def test_what_is_closed_already_is_not_closed_again(trial: Trial, boss: int) -> None:
    """C2: a second press, or a second supervisor."""
    close(trial, boss, "09:00", "14:00")
    with pytest.raises(BadRequest) as caught:
        close(trial, boss, "10:00", "12:00")
    assert caught.value.facts == {"field": "day", "why": "closed_already"}
    close(trial, boss)


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
def test_two_supervisors_who_close_the_same_hours_at_once(trial: Trial, boss: int) -> None:
    """C2: one of them does, the other hears that it is done: what is opened again later is open then."""
    told: list[object] = []

    def second() -> None:
        try:
            told.append(close(trial, boss, "10:00", "12:00"))
        except BadRequest as refused:
            told.append(refused.why)

    thread = threading.Thread(target=second)
    announce = trial.station.closed_hours._announce

    def while_the_first_is_not_done(unit: Unit) -> None:
        announce(unit)
        if thread.ident is None:
            thread.start()
            while thread.is_alive() and not trial.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
                pass

    trial.station.closed_hours._announce = while_the_first_is_not_done  # type: ignore[method-assign]
    close(trial, boss, "09:00", "14:00")
    thread.join()
    assert told == ["closed_already"]
    assert len(trial.station.closed_hours.of()) == 1


def test_only_who_may_manage_the_hall(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C6: asked of the database; refused tries are audited, done ones with how many they met."""
    leyla = enrolled(trial, "operator")
    trial.confirmed()
    closed = close(trial, boss)
    acts: list[Callable[[], object]] = [
        lambda: close(trial, leyla, day=date(2026, 11, 24)),
        lambda: desk.withdraw(new_key(), leyla, closed.id),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    rows = trial.query("SELECT act, outcome, staff, detail FROM audit WHERE act LIKE '%_hours' ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("close_hours", "done", boss, f"closed hours {closed.id}: 1"),
        ("close_hours", "not_allowed", leyla, None),
        ("open_hours", "not_allowed", leyla, None),
    ]


def test_another_centres_closed_hours_are_its_own(make_trial: MakeTrial) -> None:
    """C2: nobody opens them from here."""
    here, there = make_trial(), make_trial(station={"centre": OTHER_CENTRE})
    boss = enrolled(here, "supervisor")
    closed = close(there, boss)
    assert here.station.closed_hours.of() == ()
    assert [one.id for one in here.station.closed_hours.of(OTHER_CENTRE)] == [closed.id]
    with pytest.raises(NotFound):
        here.station.closed_hours.withdraw(new_key(), boss, closed.id)


def test_the_sweeper_tells(trial: Trial, boss: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """C2: a station that died between closing and telling is no matter."""
    trial.confirmed()
    with monkeypatch.context() as patched:
        patched.setattr(ClosedHoursDesk, "tell", lambda _: 0)
        close(trial, boss)
    assert letters(trial) == []
    stopped = threading.Event()
    waits = iter([False, True])
    monkeypatch.setattr(stopped, "wait", lambda _seconds: next(waits))
    trial.station._sweep(stopped)
    assert letters(trial) == [("closure", PERSON["email"])]


@pytest.mark.long
def test_closing_while_people_book(make_trial: MakeTrial) -> None:
    """C2: whoever got in before, beside or behind the closing is told once; whoever came after is refused."""
    trials = [make_trial(station={"name": f"kiosk-{number}"}) for number in range(4)]
    boss = enrolled(trials[0], "supervisor")
    trials[0].give_seats(80)
    begun = threading.Barrier(len(trials) + 1)

    def book(place: int) -> int:
        begun.wait()
        refused = 0
        for number in range(20):
            try:
                trials[place].confirmed(whose=person(20 * place + number))
            except (Closed, HoldEnded):
                refused += 1
        return refused

    def close_soon() -> int:
        begun.wait()
        watcher = make_trial(station={"name": "counter-1"})
        while not watcher.query("SELECT id FROM bookings WHERE state = 'confirmed'"):
            continue
        close(watcher, boss)
        return 0

    with ThreadPoolExecutor(len(trials) + 1) as pool:
        closing = pool.submit(close_soon)
        refused = sum(pool.map(book, range(len(trials))))
        closing.result()
    for trial in trials:
        trial.station.closed_hours.tell()
    told = trials[0].query(
        "SELECT b.state, b.ended_by, (SELECT count(*) FROM outbox o WHERE o.booking = b.id AND o.kind = 'closure') AS n"
        " FROM bookings b"
    )
    assert {row["n"] for row in told} == {1}
    assert all(row["state"] == "confirmed" or row["ended_by"] == "closure" for row in told)
    assert sum(row["state"] == "confirmed" for row in told) == 80 - refused


# who is to be called


def without_email(trial: Trial, staff: int, hour: str, number: int) -> Confirmed:
    """Booked at the counter by somebody who has no e-mail address."""
    return trial.station.people.book(
        new_key(), staff, SERVICE, CENTRE, moment(hour), person(number) | {"email": ""}, "ru", "identity_card"
    )


def test_whom_no_letter_reaches_can_be_called(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C2, C8: in the order of their hours, with name, telephone and order code; who moved is not among them."""
    second = without_email(trial, boss, "2026-11-23 11:00", 2)
    first = without_email(trial, boss, "2026-11-23 10:00", 1)
    without_email(trial, boss, "2026-11-23 14:00", 3)
    trial.confirmed("2026-11-23 12:00", person(4))
    closed = close(trial, boss, "09:30", "13:00")
    people = desk.to_call(boss, closed.id)
    assert len(people) == closed.without_email == 2
    assert [(one.booking, one.order_code, wall(one.time)) for one in people] == [
        (each.booking, each.order_code, f"2026-11-23 {hour}:00") for each, hour in ((first, "10:00"), (second, "11:00"))
    ]
    names = person(1)
    assert (people[0].name, phone(people[0].phone)) == (f"{names['surname']} {names['given_name']}", names["phone"])
    assert (people[0].service, people[0].language) == (SERVICE, "ru")
    assert names["surname"] not in repr(people) and people[0].phone not in repr(people)
    trial.station.bookings.move(new_key(), first.order_code, names["fin"], moment("2026-11-24 10:00"))
    assert [one.booking for one in desk.to_call(boss, closed.id)] == [second.booking]


def test_each_look_at_whom_to_call_is_audited(trial: Trial, boss: int, desk: ClosedHoursDesk) -> None:
    """C6, K6: who looked and which bookings were shown, by row id; no person is in it."""
    booked = without_email(trial, boss, "2026-11-23 10:00", 1)
    closed = close(trial, boss)
    desk.to_call(boss, closed.id)
    desk.to_call(boss, closed.id)
    audited = trial.query("SELECT staff, outcome, detail FROM audit WHERE act = 'see_to_call'")
    told = f"closed hours {closed.id}: {trial.row(booked.booking)['id']}"
    assert audited == [{"staff": boss, "outcome": "done", "detail": told}] * 2


@pytest.mark.parametrize("who", ["operator", "left"])
def test_only_who_manages_the_hall_sees_whom_to_call(trial: Trial, boss: int, desk: ClosedHoursDesk, who: str) -> None:
    """C6: asked of the database in the act itself; a refused look is audited."""
    closed = close(trial, boss)
    member = enrolled(trial, "operator")
    if who == "left":
        trial.change("UPDATE staff SET role = 'supervisor', active = 0 WHERE id = :id", id=member)
    with pytest.raises(NotAllowed):
        desk.to_call(member, closed.id)
    assert trial.query("SELECT staff, outcome, detail FROM audit WHERE act = 'see_to_call'") == [
        {"staff": member, "outcome": "not_allowed", "detail": None}
    ]


def test_nobody_is_to_be_called_about_hours_that_are_open(
    make_trial: MakeTrial, trial: Trial, boss: int, desk: ClosedHoursDesk
) -> None:
    """Hours that were opened again, those of another centre, and those that never were."""
    without_email(trial, boss, "2026-11-23 10:00", 1)
    closed = close(trial, boss)
    elsewhere = make_trial(station={"centre": OTHER_CENTRE}).station.closed_hours
    with pytest.raises(NotFound):
        elsewhere.to_call(boss, closed.id)
    desk.withdraw(new_key(), boss, closed.id)
    for gone in (closed.id, 4711):
        with pytest.raises(NotFound):
            desk.to_call(boss, gone)
