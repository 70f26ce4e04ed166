"""Walk-in tickets: given while the centre is open and has some left, with place and expected wait (C5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from kiosk.errors import BadRequest, Closed, KeyReused, LimitReached, NotFound, NoWalkIns, Refusal
from kiosk.hall.queue_facts import WaitRange, WalkIn
from kiosk.station import Station
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import CENTRE, OTHER_CENTRE, OTHER_SERVICE, SERVICE, MakeTrial, Trial, at, moment, new_key, person

NOW = "2026-11-23 10:20"
"""A Monday, in opening hours."""


def gives(trial: Trial, **limits: int) -> None:
    """Let the centre give these services' walk-ins, as an import does; service by its name with underscores."""
    trial.change("UPDATE offers SET walk_in = 0")
    for name, limit in limits.items():
        trial.change("UPDATE offers SET walk_in = :n WHERE service = :s", n=limit, s=name.replace("_", "-"))
    version = int(trial.query("SELECT value FROM facts WHERE name = 'reference_version'")[0]["value"])
    trial.change("UPDATE facts SET value = :v WHERE name = 'reference_version'", v=str(version + 1))


@pytest.fixture
def hall(trial: Trial) -> Trial:
    trial.at(NOW)
    gives(trial, identity_card_issue=5, passport_issue=200)
    return trial


def take(trial: Trial, service: str = SERVICE, *, key: str | None = None, **more: object) -> WalkIn:
    return trial.station.walk_ins.take(key or new_key(), service, **more)  # type: ignore[arg-type]


def test_a_ticket_has_number_place_and_wait(hall: Trial) -> None:
    """C5: the next number of the service's letter, its place in line, and how long that may take."""
    first, second = take(hall), take(hall)
    assert (first.ticket, first.place, first.wait) == ("A-001", 1, WaitRange(0, 0))
    assert (second.ticket, second.place, second.wait) == ("A-002", 2, WaitRange(10, 10))
    row = hall.query("SELECT * FROM tickets ORDER BY id")[1]
    assert (row["state"], row["booking"], row["booked_for"], row["issued_at"]) == ("waiting", None, None, at(NOW))
    assert (row["station"], row["language"], row["centre"], row["day"]) == ("kiosk-1", "az", CENTRE, "2026-11-23")


def test_the_same_key_is_the_same_ticket(hall: Trial) -> None:
    """A double tap or a lost answer takes one ticket; another request under the key is refused."""
    told = take(hall, key="one")
    take(hall)
    hall.at("2026-11-23 23:00")
    assert take(hall, key="one") == told
    with pytest.raises(KeyReused):
        take(hall, OTHER_SERVICE, key="one")
    assert hall.query("SELECT count(*) AS n FROM tickets")[0]["n"] == 2


def test_each_ticket_stands_in_the_audit_without_a_person(hall: Trial) -> None:
    """C2: who gave it, where, which ticket."""
    operator = enrolled(hall, "operator")
    take(hall, station="counter-3", staff=operator)
    row = hall.query("SELECT * FROM audit WHERE act = 'walk_in'")[0]
    ticket = hall.query("SELECT id FROM tickets")[0]["id"]
    assert (row["outcome"], row["ticket"], row["staff"], row["station"]) == ("done", ticket, operator, "counter-3")


def test_booked_people_whose_hour_has_come_are_before(hall: Trial) -> None:
    """C5: from their booked hour on booked people go before walk-ins; earlier they do not."""
    due = hall.confirmed("2026-11-24 10:00", person(1))
    early = hall.confirmed("2026-11-24 12:00", person(2))
    hall.at("2026-11-24 09:50")
    for confirmed in (due, early):
        hall.arrive(confirmed.order_code)
    walk_in = take(hall)
    assert walk_in.place == 1
    hall.at("2026-11-24 10:01")
    assert hall.station.walk_ins.offered()[0].waiting == 2
    assert take(hall).place == 3


def test_where_early_ones_go_in_turn_they_are_before_too(make_trial: MakeTrial) -> None:
    """[hall] early = "in_turn": by their arrival, among the walk-ins."""
    trial = make_trial(hall={"early": "in_turn"})
    gives(trial, identity_card_issue=5)
    early = trial.confirmed("2026-11-23 12:00")
    trial.at(NOW)
    trial.arrive(early.order_code)
    trial.at("2026-11-23 10:21")
    told = take(trial)
    assert (told.place, told.wait) == (2, WaitRange(10, 10))


def test_people_who_are_still_to_come_lengthen_the_range(hall: Trial) -> None:
    """C5: confirmed bookings of hours within the wait count in its end, and in the quarter of an hour after."""
    hall.confirmed("2026-11-24 10:00", person(1))
    hall.confirmed("2026-11-24 15:00", person(2))
    hall.at("2026-11-24 10:10")
    assert take(hall).wait == WaitRange(0, 10)
    hall.at("2026-11-24 10:16")
    assert take(hall).wait == WaitRange(10, 10)


def test_people_of_services_that_other_counters_serve_are_not_before(hall: Trial) -> None:
    """C2, C5: the place is the one at the counters that can take this person."""
    hall.change("INSERT INTO counters (centre, number) VALUES (:c, '1'), (:c, '2')", c=CENTRE)
    ids = [row["id"] for row in hall.query("SELECT id FROM counters ORDER BY number")]
    for counter, service in zip(ids, (SERVICE, OTHER_SERVICE), strict=True):
        hall.change("INSERT INTO counter_services (counter, service) VALUES (:n, :s)", n=counter, s=service)
    take(hall)
    assert take(hall, OTHER_SERVICE).place == 1
    assert take(hall).place == 2


def test_the_days_tickets_of_a_service_come_to_an_end(hall: Trial) -> None:
    """C5: so many a day and no more; tomorrow there are new ones."""
    for _ in range(5):
        take(hall)
    with pytest.raises(LimitReached) as refused:
        take(hall)
    assert (refused.value.limit, refused.value.count) == ("walk_ins", 5)
    left = {offer.service: offer.left for offer in hall.station.walk_ins.offered()}
    assert left == {SERVICE: 0, OTHER_SERVICE: 200}
    assert hall.query("SELECT count(*) AS n FROM tickets")[0]["n"] == 5
    hall.at("2026-11-24 09:00")
    assert take(hall).ticket == "A-001"


@pytest.mark.parametrize("undone", [False, True])
def test_a_ticket_counts_for_the_service_it_was_given_for(hall: Trial, undone: bool) -> None:
    """C5: who is sent on frees no ticket of the first service and takes none of the other; undoing changes nothing."""
    gives(hall, identity_card_issue=2, passport_issue=2)
    first, queue = take(hall), hall.station.queue
    take(hall, OTHER_SERVICE)
    queue.call(new_key(), "5", first.ticket)
    queue.transfer(new_key(), "5", first.ticket, to_service=OTHER_SERVICE)
    if undone:
        queue.undo(new_key(), "5")
    left = {offer.service: offer.left for offer in hall.station.walk_ins.offered()}
    assert left == {SERVICE: 1, OTHER_SERVICE: 1}
    for service in (SERVICE, OTHER_SERVICE):
        take(hall, service)
        with pytest.raises(LimitReached):
            take(hall, service)


def test_a_booked_persons_ticket_takes_no_walk_ins_place(hall: Trial) -> None:
    """C5: the limit counts walk-ins alone."""
    gives(hall, identity_card_issue=1)
    confirmed = hall.confirmed("2026-11-24 10:00")
    hall.at("2026-11-24 09:55")
    hall.arrive(confirmed.order_code)
    assert take(hall).ticket == "A-002"


def test_services_for_booked_people_only(hall: Trial) -> None:
    """C5: a centre gives walk-ins of the services for which its data say so."""
    with pytest.raises(NoWalkIns):
        take(hall, "identity-card-lost")
    gives(hall)
    with pytest.raises(NoWalkIns):
        hall.station.walk_ins.offered()


@pytest.mark.parametrize(
    ("wall", "reason"),
    [
        ("2026-11-22 11:00", "weekly_day_off"),
        ("2026-11-23 08:59:59.999", "outside_hours"),
        ("2026-11-23 18:00", "outside_hours"),
        ("2026-11-08 11:00", "public_holiday"),
    ],
)
def test_a_closed_centre_gives_none(wall: str, reason: str, make_trial: MakeTrial) -> None:
    """C5, Q4: weekly day off, holiday, before opening, from closing on: told with the reason."""
    trial = make_trial()
    gives(trial, identity_card_issue=5)
    trial.at(wall)
    for ask in (lambda: take(trial), trial.station.walk_ins.offered):
        with pytest.raises(Closed) as refused:
            ask()
        assert refused.value.reason == reason


def test_the_last_moment_before_closing_still_counts(hall: Trial) -> None:
    """C5: opening hours are [opens, closes)."""
    hall.at("2026-11-23 09:00")
    take(hall)
    hall.at("2026-11-23 17:59:59.999")
    take(hall)


def test_closed_hours_give_none_with_their_reason(hall: Trial) -> None:
    """Issue 5: hours that were closed today are closed for walk-ins too, and only they."""
    hall.change(
        "INSERT INTO closed_hours (centre, starts_at, ends_at, reason_az, reason_ru, reason_en, made_by, made_at)"
        " VALUES (:c, :first, :end, 'Təmir', 'Ремонт', 'Repairs', 1, 0)",
        c=CENTRE, first=at("2026-11-23 11:00"), end=at("2026-11-23 12:00"),
    )  # fmt: skip
    take(hall)
    hall.at("2026-11-23 11:00")
    with pytest.raises(Closed) as refused:
        take(hall)
    assert refused.value.reason == "closure"
    assert refused.value.name is not None
    assert refused.value.name.en == "Repairs"
    hall.at("2026-11-23 12:00")
    take(hall)


def test_a_kiosk_that_gives_none_leaves_them_to_the_staff(make_trial: MakeTrial) -> None:
    """[hall] walk_ins = false: the kiosk offers none; whoever asks at the counter gets one from the operator."""
    trial = make_trial(hall={"walk_ins": False})
    gives(trial, identity_card_issue=5)
    trial.at(NOW)
    with pytest.raises(NoWalkIns):
        trial.station.walk_ins.offered()
    with pytest.raises(NoWalkIns):
        take(trial)
    assert take(trial, staff=enrolled(trial, "operator")).ticket == "A-001"


def test_a_late_persons_ticket_keeps_its_history(hall: Trial) -> None:
    """Issue 5: a walk-in ticket for whoever came too late names the booking it stands for."""
    confirmed = hall.confirmed("2026-11-24 10:00")
    hall.at("2026-11-24 10:30")
    assert hall.arrive(confirmed.order_code).verdict == "too_late"
    take(hall, after_booking=confirmed.order_code)
    booking = hall.row(confirmed.booking)
    ticket = hall.query("SELECT after_booking, booking FROM tickets")[0]
    assert (ticket["after_booking"], ticket["booking"]) == (booking["id"], None)
    assert booking["state"] == "confirmed"
    with pytest.raises(NotFound):
        take(hall, after_booking="AAAA-AAAA")
    with pytest.raises(NotFound):
        take(hall, centre=OTHER_CENTRE, after_booking=confirmed.order_code)


@pytest.mark.parametrize(
    ("field", "service", "more"),
    [
        ("centre", SERVICE, {"centre": "nowhere"}),
        ("service", "nothing", {}),
        ("language", SERVICE, {"language": "tr"}),
    ],
)
def test_unknown_words_are_refused(field: str, service: str, more: dict[str, str], hall: Trial) -> None:
    """Centre, service and language are those of the reference data and the catalogues."""
    with pytest.raises(BadRequest) as refused:
        take(hall, service, **more)
    assert refused.value.field == field


def test_the_days_own_times_tell_the_wait(hall: Trial) -> None:
    """C5: what was served today tells how long the next take."""
    hall.change("INSERT INTO counters (centre, number) VALUES (:c, '1')", c=CENTRE)
    counter = hall.query("SELECT id FROM counters")[0]["id"]
    for minutes in (4, 6, 8, 10, 12):
        take(hall, OTHER_SERVICE)
        ticket = hall.query("SELECT max(id) AS id FROM tickets")[0]["id"]
        hall.change("UPDATE tickets SET state = 'finished' WHERE id = :id", id=ticket)
        started = at("2026-11-23 09:00")
        hall.change(
            "INSERT INTO calls (ticket, counter, centre, day, service, station, called_at, last_called_at, started_at,"
            " ended_at, ended_as) VALUES (:t, :n, :c, '2026-11-23', :s, 'x', :at, :at, :at, :end, 'finished')",
            t=ticket, n=counter, c=CENTRE, s=OTHER_SERVICE, at=started, end=started + minutes * 60_000,
        )  # fmt: skip
    take(hall, OTHER_SERVICE)
    assert take(hall, OTHER_SERVICE).wait == WaitRange(6, 10)


def test_what_is_offered_names_who_waits_and_how_long(hall: Trial) -> None:
    """C5: before taking a ticket a person sees what to expect; the ticket then says the same."""
    take(hall)
    offer = next(offer for offer in hall.station.walk_ins.offered() if offer.service == SERVICE)
    assert (offer.left, offer.waiting, offer.wait) == (4, 1, WaitRange(10, 10))
    told = take(hall)
    assert (told.place - 1, told.wait) == (offer.waiting, offer.wait)


def _together(stations: list[Station], act: Callable[[Station, int], object]) -> list[object]:
    """What each got or was refused, all at once."""
    results: list[object] = [None] * len(stations)
    gate = threading.Barrier(len(stations))

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = act(stations[number], number)
        except Refusal as refusal:
            results[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(stations))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_stations_together_give_no_more_than_there_are(make_trial: MakeTrial) -> None:
    """C5: a number of rows is held by a lock, not by a look before; numbers are neither double nor left out."""
    trials = [make_trial(station={"name": f"kiosk-{number}"}) for number in range(6)]
    for trial in trials:
        trial.at(NOW)
    gives(trials[0], identity_card_issue=4)

    def act(station: Station, number: int) -> object:
        taken = []
        for attempt in range(2):
            with suppress(LimitReached):
                taken.append(station.walk_ins.take(f"{number}-{attempt}", SERVICE).ticket)
        return taken

    found = _together([trial.station for trial in trials], act)
    tickets = [ticket for taken in found if isinstance(taken, list) for ticket in taken]
    assert sorted(tickets) == ["A-001", "A-002", "A-003", "A-004"]


def test_the_moment_of_the_act_is_the_databases(hall: Trial) -> None:
    """The ticket's time is the act's instant, in whole milliseconds."""
    hall.at("2026-11-23 10:20:00.123")
    take(hall)
    assert hall.query("SELECT issued_at FROM tickets")[0]["issued_at"] == at("2026-11-23 10:20:00.123")
    assert moment(NOW).tzinfo is not None
