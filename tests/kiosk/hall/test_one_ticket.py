"""One ticket a booking: a late person is accepted, or has a walk-in in the booking's place, never both (C3, C5)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from kiosk.batch.answer import arrival as batch_answer
from kiosk.booking.facts import Confirmed
from kiosk.errors import HasTicket, NotFound
from kiosk.hall.facts import Arrival
from kiosk.hall.queue_facts import WalkIn
from tests.kiosk.hall.invented_staff import enrolled
from tests.kiosk.hall.test_walk_ins import gives, take
from tests.stations import OTHER_SERVICE, MakeTrial, Trial, at, new_key, person

BOOKED = "2026-11-23 10:00"
LATE = "2026-11-23 10:30"


@pytest.fixture
def hall(make_trial: MakeTrial) -> Trial:
    """Half past ten; late ones may be accepted, and two services are given to walk-ins."""
    trial = make_trial(arrival={"accept_late": True})
    gives(trial, identity_card_issue=5, passport_issue=5)
    return trial


def late(trial: Trial) -> Confirmed:
    """Somebody whose hour is over."""
    confirmed = trial.confirmed(BOOKED, person(1))
    trial.at(LATE)
    return confirmed


def accept(trial: Trial, code: str, staff: int, key: str | None = None) -> Arrival:
    return trial.station.hall.accept_late(key or new_key(), code, staff, "the metro stood still")


def tickets(trial: Trial) -> int:
    return int(trial.query("SELECT count(*) AS n FROM tickets")[0]["n"])


def test_who_has_a_walk_in_ticket_is_not_accepted_late(hall: Trial) -> None:
    """C3, C5: the code tells the ticket that there is, when and where it was given; the booking stays as it is."""
    confirmed, boss = late(hall), enrolled(hall, "supervisor")
    hall.at("2026-11-23 10:31")
    key = new_key()
    walk_in = take(hall, key=key, station="kiosk-7", after_booking=confirmed.order_code)
    hall.at("2026-11-23 10:40")
    for arrival in (accept(hall, confirmed.order_code, boss), hall.arrive(confirmed.qr)):
        assert (arrival.verdict, arrival.ticket, arrival.walk_in) == ("already_active", walk_in.ticket, True)
        assert not arrival.activated and arrival.first_station == "kiosk-7"
        assert batch_answer(arrival)["ticket"] == walk_in.ticket
        assert arrival.first_at is not None and at("2026-11-23 10:31") == int(arrival.first_at.timestamp() * 1000)
    assert take(hall, key=key, station="kiosk-7", after_booking=confirmed.order_code) == walk_in
    assert tickets(hall) == 1 and hall.row(confirmed.booking)["state"] == "confirmed"
    facts = hall.station.bookings.booking(confirmed.order_code)
    assert (facts.state, facts.ticket) == ("confirmed", None)
    (audited,) = hall.query("SELECT outcome, staff, ticket FROM audit WHERE act = 'accept_late'")
    assert audited == {"outcome": "already_active", "staff": boss, "ticket": None}


def test_who_was_accepted_late_gets_no_walk_in_ticket(hall: Trial) -> None:
    """C3, C5: the refusal names the ticket, and the same key is told the same."""
    confirmed, boss, key = late(hall), enrolled(hall, "supervisor"), new_key()
    accepted = accept(hall, confirmed.order_code, boss)
    for _ in range(2):
        with pytest.raises(HasTicket) as refused:
            take(hall, key=key, after_booking=confirmed.order_code)
        assert refused.value.ticket == accepted.ticket
    with pytest.raises(HasTicket):
        take(hall, OTHER_SERVICE, after_booking=confirmed.order_code)
    again = accept(hall, confirmed.order_code, boss)
    assert (again.verdict, again.ticket, again.walk_in) == ("already_active", accepted.ticket, False)
    assert tickets(hall) == 1
    take(hall)
    assert hall.query("SELECT max(last) AS n FROM ticket_counters") == [{"n": 2}], "a refused one takes no number"


@pytest.mark.parametrize("became", ["finished", "no_show", "undone"])
def test_it_stays_the_only_one_whatever_became_of_it(hall: Trial, became: str) -> None:
    """C2: missed, it is called again; a second one beside it would be live with it as soon as a step is undone."""
    confirmed, boss = late(hall), enrolled(hall, "supervisor")
    walk_in = take(hall, after_booking=confirmed.order_code)
    queue = hall.station.queue
    queue.call_next(new_key(), "5")
    if became == "no_show":
        queue.no_show(new_key(), "5", walk_in.ticket)
    else:
        queue.start(new_key(), "5", walk_in.ticket)
        queue.finish(new_key(), "5", walk_in.ticket, outcome="gone")
    if became == "undone":
        queue.undo(new_key(), "5")
    assert accept(hall, confirmed.order_code, boss).ticket == walk_in.ticket
    with pytest.raises(HasTicket) as refused:
        take(hall, after_booking=confirmed.booking)
    assert refused.value.ticket == walk_in.ticket and tickets(hall) == 1


def test_the_database_takes_no_second_one(hall: Trial) -> None:
    """Truth is a constraint: neither of the two columns, nor both in one row, can name a booking that has a ticket."""
    first, second = hall.confirmed("2026-11-23 09:00", person(2)), late(hall)
    take(hall, after_booking=first.order_code)
    accept(hall, second.order_code, enrolled(hall, "supervisor"))
    ids = [hall.row(each.booking)["id"] for each in (first, second)]
    wanted = (
        "INSERT INTO tickets (centre, day, letter, number, service, state, issued_at, station, {})"
        " VALUES ('baku-2', '2026-11-23', 'Z', 7, 'x', 'waiting', 1, 'x', {})"
    )
    for columns, values in (
        *((column, str(booking)) for column in ("booking", "after_booking") for booking in ids),
        ("booking, after_booking", f"{ids[0]}, {ids[1]}"),
    ):
        with pytest.raises(Exception, match=r"(?i)for_booking|one_booking"):
            hall.change(wanted.format(columns, values))


@pytest.mark.parametrize("wall", ["2026-11-23 09:40", "2026-11-23 10:15"])
def test_only_who_is_late_takes_one_in_a_bookings_place(hall: Trial, wall: str) -> None:
    """Q9: while the window is open the booking itself is activated; it would stand in its own way."""
    confirmed = hall.confirmed(BOOKED)
    hall.at(wall)
    with pytest.raises(NotFound):
        take(hall, after_booking=confirmed.order_code)
    assert hall.arrive(confirmed.order_code).activated


def test_a_booking_of_another_day_stands_in_nobodys_place(hall: Trial) -> None:
    """A walk-in ticket of today is no answer to a booking of tomorrow."""
    confirmed = hall.confirmed("2026-11-24 10:00")
    hall.at(LATE)
    with pytest.raises(NotFound):
        take(hall, after_booking=confirmed.order_code)
    hall.at("2026-11-24 10:00")
    assert hall.arrive(confirmed.order_code).verdict == "on_time"


def test_at_many_machines_at_once_it_is_one_ticket(make_trial: MakeTrial, hall: Trial) -> None:
    """Counters accept the late one while kiosks and counters give a walk-in: one ticket, and all name that one."""
    machines = [hall] + [make_trial(station={"name": f"m-{n}"}, arrival={"accept_late": True}) for n in range(2, 7)]
    confirmed, boss = late(hall), enrolled(hall, "supervisor")
    for machine in machines:
        machine.at(LATE)
    together = Barrier(len(machines))

    def act(number: int) -> str | None:
        together.wait(60)
        try:
            if number % 2:
                return accept(machines[number], confirmed.order_code, boss).ticket
            service = {} if number % 4 else {"service": OTHER_SERVICE}
            return take(machines[number], after_booking=confirmed.order_code, **service).ticket
        except HasTicket as refused:
            return refused.ticket

    with ThreadPoolExecutor(len(machines)) as pool:
        told = list(pool.map(act, range(len(machines))))
    assert tickets(hall) == 1
    (given,) = hall.query("SELECT letter, number, booking, after_booking FROM tickets")
    assert set(told) == {f"{given['letter']}-{given['number']:03d}"}
    state = "active" if given["booking"] is not None else "confirmed"
    assert hall.row(confirmed.booking)["state"] == state
    assert hall.query("SELECT sum(last) AS n FROM ticket_counters") == [{"n": 1}]


@pytest.mark.parametrize("ready_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["walk_in", "accepted"])
def test_who_was_slower_by_a_moment_is_told_the_ticket(
    make_trial: MakeTrial, hall: Trial, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Between the look and the write of one machine another gives the ticket: the act is done anew and tells that."""
    rival = make_trial(station={"name": "m-2"}, arrival={"accept_late": True})
    confirmed, boss = late(hall), enrolled(hall, "supervisor")
    rival.at(LATE)
    asked: list[bool] = []
    given: list[Arrival | WalkIn] = []

    def between(owner: type[Any], name: str, act: Callable[[], Arrival | WalkIn]) -> None:
        plain = getattr(owner, name)

        def looked(*args: Any, **more: Any) -> Any:
            found = plain(*args, **more)
            if not asked:
                asked.append(True)
                given.append(act())
            return found

        monkeypatch.setattr(owner, name, looked)

    if first == "walk_in":
        between(type(hall.station.hall), "_verdict", lambda: take(rival, after_booking=confirmed.order_code))
        arrival = accept(hall, confirmed.order_code, boss)
        assert (arrival.verdict, arrival.ticket, arrival.walk_in) == ("already_active", given[0].ticket, True)
    else:
        between(type(hall.station.walk_ins), "_late_booking", lambda: accept(rival, confirmed.order_code, boss))
        with pytest.raises(HasTicket) as refused:
            take(hall, after_booking=confirmed.order_code)
        assert refused.value.ticket == given[0].ticket
    assert tickets(hall) == 1
