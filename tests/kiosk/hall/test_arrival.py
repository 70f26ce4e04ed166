"""Arrival: the verdicts, their precedence and their facts; activated once, with one ticket (Q9, C1, C3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import Barrier

import pytest

from kiosk.booking.order_code import check_sign
from kiosk.errors import BadRequest, KeyReused, NotFound, WrongCode
from kiosk.hall.facts import Arrival
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import (
    CENTRE,
    OTHER_CENTRE,
    OTHER_SERVICE,
    PERSON,
    START,
    MakeTrial,
    Trial,
    at,
    moment,
    new_key,
    person,
    wall,
)

NOBODYS = "K7MP4XR" + check_sign("K7MP4XR")
BOOKED = "2026-11-23 10:00"


def told(arrival: Arrival) -> dict[str, object]:
    """The facts beside the verdict that say what to do next."""
    beside = ("ticket", "opens", "closed", "held_until", "first_at", "first_station")
    return {name: getattr(arrival, name) for name in beside if getattr(arrival, name) is not None}


# each verdict


def test_on_time_activates(trial: Trial) -> None:
    """C1: with the ticket number; the booking is active, from then on at this station."""
    confirmed = trial.confirmed()
    trial.at("2026-11-23 10:07")
    arrival = trial.arrive(confirmed.order_code, station="door-3")
    assert (arrival.verdict, told(arrival)) == ("on_time", {"ticket": "A-001"})
    assert arrival.at == moment("2026-11-23 10:07") and arrival.activated
    row = trial.row(confirmed.booking)
    assert (row["state"], row["activated_at"], row["activated_by"]) == ("active", at("2026-11-23 10:07"), "door-3")
    facts = trial.station.bookings.booking(confirmed.order_code)
    assert (facts.state, facts.ticket) == ("active", "A-001")


def test_early_activates_too(trial: Trial) -> None:
    """Q9: by default the same day, from the centre's opening."""
    confirmed = trial.confirmed()
    trial.at("2026-11-23 09:00")
    arrival = trial.arrive(confirmed.qr)
    assert (arrival.verdict, told(arrival)) == ("early", {"ticket": "A-001"})


def test_already_active_tells_when_where_and_the_ticket(trial: Trial) -> None:
    """C1: scanning twice activates once; however the code is presented the second time."""
    confirmed = trial.confirmed()
    trial.at("2026-11-23 09:55")
    trial.arrive(confirmed.order_code, station="door-3")
    trial.at("2026-11-23 11:00")
    for presented in (confirmed.order_code, confirmed.qr, confirmed.booking):
        arrival = trial.arrive(presented, station="counter-1")
        assert (arrival.verdict, told(arrival)) == (
            "already_active",
            {"ticket": "A-001", "first_at": moment("2026-11-23 09:55"), "first_station": "door-3"},
        )
    assert trial.query("SELECT count(*) AS n FROM tickets")[0]["n"] == 1


def test_too_late_activates_nothing(trial: Trial) -> None:
    """Q9: 10:15:01 does not count; the answer tells when it closed."""
    confirmed = trial.confirmed()
    trial.at("2026-11-23 10:15:01")
    arrival = trial.arrive(confirmed.order_code)
    assert (arrival.verdict, told(arrival)) == ("too_late", {"closed": moment("2026-11-23 10:15")})
    assert trial.query("SELECT count(*) AS n FROM tickets")[0]["n"] == 0


@pytest.mark.parametrize(("early", "opens"), [
    ("opening", "2026-11-23 09:00:00"), ("30", "2026-11-23 09:30:00"), ("0", "2026-11-23 10:00:00"),
    ("9999", "2026-11-23 00:00:00"),
])  # fmt: skip
def test_how_early_is_a_setting(make_trial: MakeTrial, early: str, opens: str) -> None:
    """Q9: from the opening or so many minutes before, but never on the day before."""
    trial = make_trial(arrival={"early": early})
    confirmed = trial.confirmed()
    assert wall(confirmed.arrive_from) == opens
    trial.set_instant(max(at(opens) - 1, at("2026-11-23 00:00")))
    arrival = trial.arrive(confirmed.order_code)
    if early != "9999":
        assert (arrival.verdict, wall(arrival.opens)) == ("too_early", opens)
    trial.set_instant(at(opens))
    assert trial.arrive(confirmed.order_code).verdict in ("early", "on_time", "already_active")


def test_how_late_is_a_setting(make_trial: MakeTrial) -> None:
    """Q9: 15 minutes by default; the window is kept in one place, so confirmation and verdict agree."""
    trial = make_trial(arrival={"late_minutes": 10})
    confirmed = trial.confirmed()
    assert wall(confirmed.arrive_until) == "2026-11-23 10:10:00"
    trial.at("2026-11-23 10:10:00.001")
    assert trial.arrive(confirmed.order_code).verdict == "too_late"


def test_the_shorter_day_opens_its_window_with_the_centre(trial: Trial) -> None:
    """Q9: from the opening of that very day."""
    confirmed = trial.confirmed()
    trial.change(
        "INSERT INTO closures (centre, day, kind, opens, closes) "
        "VALUES ('baku-2', '2026-11-23', 'shorter_day', '09:45', '18:00')"
    )
    trial.give_seats(1)
    trial.at("2026-11-23 09:44:59.999")
    arrival = trial.arrive(confirmed.order_code)
    assert (arrival.verdict, wall(arrival.opens)) == ("too_early", "2026-11-23 09:45:00")
    trial.at("2026-11-23 09:45")
    assert trial.arrive(confirmed.order_code).verdict == "early"


def test_a_closure_after_booking_sends_nobody_away(trial: Trial) -> None:
    """Who booked before the day was closed can arrive: the window then opens with the day."""
    confirmed = trial.confirmed()
    trial.change(
        "INSERT INTO closures (centre, day, kind, name_az, name_ru, name_en) "
        "VALUES ('baku-2', '2026-11-23', 'closure', 'a', 'b', 'c')"
    )
    trial.give_seats(1)
    trial.at("2026-11-23 10:00")
    assert trial.arrive(confirmed.order_code).verdict == "on_time"


@pytest.mark.parametrize("presented", ["", " ", NOBODYS, "K7MP-4XRT-2222", "nonsense", "1" * 191, "\x00", "\ud800"])
def test_what_is_nobodys_is_unknown(trial: Trial, presented: str) -> None:
    """C1: it tells nothing else, and it is in the audit."""
    arrival = trial.arrive(presented)
    assert arrival == Arrival("unknown", moment("2026-11-20 09:00"))
    audited = trial.query("SELECT act, outcome, booking FROM audit")
    assert audited == [{"act": "arrive", "outcome": "unknown", "booking": None}]


def test_a_forged_qr_is_unknown(trial: Trial) -> None:
    """A QR of ours with one digit changed is nobody's, even where its code is somebody's."""
    confirmed = trial.confirmed()
    trial.at(BOOKED)
    last = str((int(confirmed.qr[-1]) + 1) % 10)
    assert trial.arrive(confirmed.qr[:-1] + last).verdict == "unknown"
    assert trial.arrive(confirmed.qr).verdict == "on_time"


def test_an_unknown_centre_is_told(trial: Trial) -> None:
    """The caller's mistake, and no verdict."""
    with pytest.raises(BadRequest) as caught:
        trial.arrive(NOBODYS, centre="nowhere")
    assert caught.value.facts == {"field": "centre", "why": "unknown"}


# precedence

WHENS = {
    "in its window": BOOKED,
    "too early": "2026-11-23 08:00",
    "too late": "2026-11-23 12:00",
    "the day before": "2026-11-22 10:00",
    "the day after": "2026-11-24 10:00",
}
BESIDE: dict[str, set[str]] = {
    "unknown": set(),
    "other_centre": set(),
    "cancelled": set(),
    "expired": set(),
    "not_confirmed": {"held_until"},
    "other_day": set(),
    "already_active": {"ticket", "first_at", "first_station"},
    "too_early": {"opens"},
    "too_late": {"closed"},
    "on_time": {"ticket"},
}


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("centre", [CENTRE, OTHER_CENTRE])
@pytest.mark.parametrize("state", ["cancelled", "expired", "run out", "held", "active", "confirmed"])
def test_the_first_of_several_reasons_is_told(trial: Trial, state: str, centre: str, when: str) -> None:
    """C1: every state, place and time together; told is what comes first in the order of the issue."""
    now = WHENS[when]
    confirmed = trial.confirmed()
    if state == "active":
        trial.at(BOOKED)
        assert trial.arrive(confirmed.order_code).verdict == "on_time"
        trial.change("UPDATE clock SET last_instant = 0")
    elif state != "confirmed":
        held_until = at(now) + (1 if state == "held" else 0)
        row = {"run out": "held"}.get(state, state)
        trial.change("UPDATE bookings SET state = :state, held_until = :until", state=row, until=held_until)
    trial.at(now)
    order = [
        ("other_centre", centre != CENTRE),
        ("cancelled", state == "cancelled"),
        ("expired", state in ("expired", "run out")),
        ("not_confirmed", state == "held"),
        ("other_day", when.startswith("the day")),
        ("already_active", state == "active"),
        ("too_early", when == "too early"),
        ("too_late", when == "too late"),
        ("on_time", True),
    ]
    arrival = trial.arrive(confirmed.order_code, centre=centre)
    assert arrival.verdict == next(verdict for verdict, holds in order if holds)
    assert set(told(arrival)) == BESIDE[arrival.verdict]
    assert (wall(arrival.time), arrival.centre) == ("2026-11-23 10:00:00", CENTRE)
    assert trial.arrive(NOBODYS, centre=centre).verdict == "unknown"


@pytest.mark.parametrize("how", ["citizen", "wrong codes", "swapped", "given up"])
def test_however_it_ended_it_is_cancelled(trial: Trial, how: str) -> None:
    """C1: by the person, by five wrong codes, for another hour."""
    held = trial.hold()
    if how == "citizen":
        trial.confirm(held)
        trial.station.bookings.cancel(new_key(), held.booking, PERSON["fin"])
    elif how == "wrong codes":
        for _ in range(5):
            with pytest.raises(WrongCode):
                trial.station.bookings.confirm(None, held.booking, "x")
    elif how == "swapped":
        trial.hold("2026-11-23 11:00", instead_of=held.booking)
    else:
        trial.station.bookings.release(new_key(), held.booking)
    trial.at(BOOKED)
    assert trial.arrive(held.booking).verdict == "cancelled"


# the same again, and at once


def test_the_same_key_gets_the_first_verdict(trial: Trial) -> None:
    """Byte for byte, refusals too; another code or centre under the key is refused, another spelling is the same."""
    confirmed, key = trial.confirmed(), new_key()
    trial.at("2026-11-23 08:00")
    early = trial.arrive(confirmed.order_code, key=key)
    assert early.verdict == "too_early"
    trial.at("2026-11-23 10:00")
    assert trial.arrive(confirmed.order_code.lower(), key=key) == early
    assert trial.arrive(confirmed.qr, key=key) == early
    for presented, centre, station in ((NOBODYS, CENTRE, None), (confirmed.order_code, OTHER_CENTRE, None),
                                       (confirmed.order_code, CENTRE, "door-3")):  # fmt: skip
        with pytest.raises(KeyReused):
            trial.arrive(presented, key=key, centre=centre, station=station)
    assert trial.arrive(confirmed.order_code).verdict == "on_time"
    assert trial.arrive(confirmed.order_code, key=key) == early


def test_at_many_machines_at_once_activates_once(make_trial: MakeTrial) -> None:
    """C1: eight machines present one code in the same moment: one ticket, seven times "already active" with it."""
    trial = make_trial()
    machines = [trial] + [make_trial(station={"name": f"kiosk-{number}"}) for number in range(2, 9)]
    for machine in machines:
        machine.at(START)
    confirmed = trial.confirmed()
    for machine in machines:
        machine.at(BOOKED)
    together = Barrier(len(machines))

    def present(machine: Trial) -> Arrival:
        together.wait(30)
        return machine.arrive(confirmed.order_code)

    with ThreadPoolExecutor(len(machines)) as pool:
        arrivals = list(pool.map(present, machines))
    assert sorted(arrival.verdict for arrival in arrivals) == ["already_active"] * 7 + ["on_time"]
    assert {arrival.ticket for arrival in arrivals} == {"A-001"}
    assert len({arrival.first_station for arrival in arrivals if arrival.first_station}) == 1
    assert trial.query("SELECT last FROM ticket_counters") == [{"last": 1}]


def test_the_same_key_at_once_is_one_act(make_trial: MakeTrial) -> None:
    """A request sent twice by a broken line: both get the same answer, whichever came first."""
    machines = [make_trial() for _ in range(4)]
    confirmed, key = machines[0].confirmed(), new_key()
    for machine in machines:
        machine.at(BOOKED)
    together = Barrier(len(machines))

    def present(machine: Trial) -> Arrival:
        together.wait(30)
        return machine.arrive(confirmed.order_code, key=key)

    with ThreadPoolExecutor(len(machines)) as pool:
        arrivals = list(pool.map(present, machines))
    assert set(arrivals) == {arrivals[0]} and arrivals[0].verdict == "on_time"


# tickets


def test_tickets_are_counted_by_centre_letter_and_day(trial: Trial) -> None:
    """C2: A-001, A-002 …; each centre, each group's letter and each Baku day from one; three digits or more."""
    services = trial.station.catalogue().services
    other = next(each.id for each in services.values() if each.letter != services[OTHER_SERVICE].letter)
    codes = {
        "same": [trial.confirmed(BOOKED, person(1)), trial.confirmed("2026-11-23 11:00", person(2))],
        "letter": [trial.confirmed(BOOKED, person(3), service=other)],
        "day": [trial.confirmed("2026-11-24 10:00", person(4))],
    }
    elsewhere = trial.confirmed(BOOKED, person(5), centre=OTHER_CENTRE)
    trial.at(BOOKED)
    assert [trial.arrive(each.order_code).ticket for each in codes["same"]] == ["A-001", "A-002"]
    letter = services[other].letter
    assert trial.arrive(codes["letter"][0].order_code).ticket == f"{letter}-001"
    assert trial.arrive(elsewhere.order_code, centre=OTHER_CENTRE).ticket == "A-001"
    trial.at("2026-11-24 10:00")
    assert trial.arrive(codes["day"][0].order_code).ticket == "A-001"


def test_a_refused_arrival_takes_no_number(trial: Trial) -> None:
    """Numbers have no gaps that a citizen could see."""
    first, second = trial.confirmed("2026-11-23 09:00", person(1)), trial.confirmed(BOOKED, person(2))
    trial.at(BOOKED)
    assert trial.arrive(first.order_code).verdict == "too_late"
    assert trial.arrive(second.order_code).ticket == "A-001"


def test_the_thousandth_ticket_has_four_digits(trial: Trial) -> None:
    """Three digits or more."""
    confirmed = trial.confirmed()
    trial.change("INSERT INTO ticket_counters (centre, day, letter, last) VALUES ('baku-2', '2026-11-23', 'A', 999)")
    trial.at(BOOKED)
    assert trial.arrive(confirmed.order_code).ticket == "A-1000"


# accepted late


def test_a_late_one_is_accepted_with_a_reason(make_trial: MakeTrial) -> None:
    """C3: by an operator, kept with the ticket and in the audit."""
    trial = make_trial(arrival={"accept_late": True})
    supervisor = enrolled(trial, "supervisor")
    confirmed, key = trial.confirmed(), new_key()
    trial.at("2026-11-23 10:40")
    arrival = trial.station.hall.accept_late(key, confirmed.order_code, supervisor, "  the metro  stood still ")
    assert (arrival.verdict, arrival.ticket) == ("on_time", "A-001")
    ticket = trial.query("SELECT accepted_late_by, late_reason FROM tickets")[0]
    assert ticket == {"accepted_late_by": supervisor, "late_reason": "the metro stood still"}
    audited = trial.query("SELECT act, outcome, staff FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert audited == {"act": "accept_late", "outcome": "accepted_late", "staff": supervisor}
    trial.at("2026-11-24 10:40")
    assert trial.station.hall.accept_late(key, confirmed.order_code, supervisor, "the metro stood still") == arrival


@pytest.mark.parametrize("now", ["2026-11-23 10:15", "2026-11-23 08:00", "2026-11-24 10:40"])
def test_only_who_is_late_today_is_accepted_late(make_trial: MakeTrial, now: str) -> None:
    """C3: nobody who is on time, too early, or of another day; an active one is not activated twice."""
    trial = make_trial(arrival={"accept_late": True})
    supervisor = enrolled(trial, "supervisor")
    confirmed = trial.confirmed()
    trial.at(now)
    with pytest.raises(NotFound):
        trial.station.hall.accept_late(new_key(), confirmed.order_code, supervisor, "reason")
    assert trial.query("SELECT count(*) AS n FROM tickets")[0]["n"] == 0


def test_accepting_late_can_be_turned_off(make_trial: MakeTrial) -> None:
    """C3: off by default; with it a reason is needed."""
    off, on = make_trial(), make_trial(arrival={"accept_late": True})
    confirmed = on.confirmed()
    for trial in (off, on):
        trial.at("2026-11-23 10:40")
    with pytest.raises(BadRequest) as caught:
        off.station.hall.accept_late(new_key(), confirmed.order_code, 7, "reason")
    assert caught.value.facts == {"field": "accept_late", "why": "turned_off"}
    for reason, why in (("  ", "empty"), ("x" * 201, "too_long"), ("a\x00b", "not_printable")):
        with pytest.raises(BadRequest) as caught:
            on.station.hall.accept_late(new_key(), confirmed.order_code, 7, reason)
        assert caught.value.facts == {"field": "reason", "why": why}


def test_no_verdict_holds_a_person(trial: Trial) -> None:
    """K6: what arrival answers and stores names nobody."""
    confirmed, key = trial.confirmed(), new_key()
    trial.at(BOOKED)
    arrival = trial.arrive(confirmed.order_code, key=key)
    texts = [str(getattr(arrival, field.name)) for field in fields(arrival)]
    texts += [row["answer"] for row in trial.query("SELECT answer FROM answers")]
    assert not [text for text in texts if any(value in text for value in PERSON.values())]
