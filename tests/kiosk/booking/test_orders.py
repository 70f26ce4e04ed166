"""What can be done with an order code: look, cancel, move; evenly and slowly for who has the wrong one (Q10, Q11)."""

from __future__ import annotations

import pytest

from kiosk.booking.order_code import check_sign, read
from kiosk.booking.order_qr import decode
from kiosk.booking.signing_keys import load_keys
from kiosk.errors import (
    BadRequest,
    Closed,
    DateNotOffered,
    KeyReused,
    NotFound,
    SameHour,
    SlotTaken,
    SlowDown,
    TooLateToChange,
)
from tests.stations import OTHER_CENTRE, PERSON, Trial, moment, new_key, person, wall

FIN = PERSON["fin"]
NOBODYS = "K7MP4XR" + check_sign("K7MP4XR")


def test_a_booking_is_found_however_its_code_is_presented(trial: Trial) -> None:
    """C1: order code typed any way, QR content, or the hold's reference; no personal data in the answer."""
    confirmed = trial.confirmed()
    facts = trial.station.bookings.booking(confirmed.order_code)
    for presented in (confirmed.order_code.lower().replace("-", ""), f" {confirmed.qr}\r\n", confirmed.booking):
        assert trial.station.bookings.booking(presented) == facts
    assert (facts.state, facts.service, facts.centre, wall(facts.time)) == (
        "confirmed",
        confirmed.service,
        confirmed.centre,
        "2026-11-23 10:00:00",
    )
    assert (facts.held_until, facts.ticket) == (None, None)
    assert not [text for text in PERSON.values() if text in repr(facts)]


def test_the_state_is_told_as_it_is_now(trial: Trial) -> None:
    """Q8: a hold is expired by its time alone."""
    held = trial.hold()
    facts = trial.station.bookings.booking(held.booking)
    assert (facts.state, facts.held_until) == ("held", held.held_until)
    trial.at("2026-11-20 10:00")
    facts = trial.station.bookings.booking(held.booking)
    assert (facts.state, facts.held_until) == ("expired", None)


@pytest.mark.parametrize("presented", ["", "K7MP-4XRT", "K7MP-4XR2", "K7MP-4XRT-2222", "1" * 191, "\x00", "\ud800"])
def test_what_is_nobodys_is_not_found(trial: Trial, presented: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(NotFound):
        trial.station.bookings.booking(presented)
    with pytest.raises(NotFound):
        trial.station.bookings.open(presented, FIN)
    with pytest.raises(NotFound):
        trial.station.bookings.cancel(new_key(), presented, FIN)


@pytest.mark.parametrize(("code", "fin"), [(None, "7ZZ0001"), (NOBODYS, FIN), (None, "\ud800"), (None, "")])
def test_a_wrong_pair_is_answered_like_no_booking(trial: Trial, code: str | None, fin: str) -> None:
    """Q10: evenly; nothing tells whether the code exists."""
    presented = code or trial.confirmed().order_code
    for act in (
        lambda: trial.station.bookings.open(presented, fin),
        lambda: trial.station.bookings.cancel(new_key(), presented, fin),
        lambda: trial.station.bookings.move(new_key(), presented, fin, moment("2026-11-24 10:00")),
    ):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.facts == {}
    assert {row["state"] for row in trial.query("SELECT state FROM bookings")} <= {"confirmed"}


def test_wrong_pairs_are_slowed_alike(trial: Trial) -> None:
    """Q10: from the fifth wrong FİN on there is a wait that doubles, by code, whether the code exists or not."""
    confirmed = trial.confirmed()
    for presented in (confirmed.order_code, NOBODYS):
        trial.at("2026-11-20 09:00")
        for _ in range(5):
            with pytest.raises(NotFound):
                trial.station.bookings.open(presented, "7ZZ0001")
        with pytest.raises(SlowDown) as caught:
            trial.station.bookings.open(presented.lower(), FIN)
        assert caught.value.retry_at.timestamp() == trial.station.now().timestamp() + 60
    trial.at("2026-11-20 09:01")
    assert trial.station.bookings.open(confirmed.qr, FIN).state == "confirmed"
    with pytest.raises(NotFound):  # the right pair starts the count anew
        trial.station.bookings.open(confirmed.order_code, "7ZZ0001")
    assert trial.station.bookings.open(confirmed.order_code, FIN).state == "confirmed"


def test_a_wait_takes_no_key(trial: Trial) -> None:
    """`slow_down` passes: the same key does it afterwards."""
    confirmed, key = trial.confirmed(), new_key()
    for _ in range(5):
        with pytest.raises(NotFound):
            trial.station.bookings.cancel(new_key(), confirmed.order_code, "7ZZ0001")
    with pytest.raises(SlowDown):
        trial.station.bookings.cancel(key, confirmed.order_code, FIN)
    trial.at("2026-11-20 09:01")
    assert trial.station.bookings.cancel(key, confirmed.order_code, FIN).state == "cancelled"


def test_the_fin_may_be_typed_in_any_case(trial: Trial) -> None:
    """K3: by ASCII rules."""
    confirmed = trial.confirmed()
    assert trial.station.bookings.open(confirmed.order_code, " 5ab1c2d").state == "confirmed"


# cancelling


def test_a_cancelled_hour_is_free_at_once(trial: Trial) -> None:
    """Q10: and the person's hour too; a letter goes out; the same key answers the same for ever."""
    confirmed, key = trial.confirmed(), new_key()
    facts = trial.station.bookings.cancel(key, confirmed.order_code, FIN)
    assert facts.state == "cancelled"
    assert trial.states()["10:00"] == "free"
    assert trial.letters()[-1] == ("cancelled", PERSON["email"])
    trial.hold()
    trial.at("2026-11-24 10:00")
    assert trial.station.bookings.cancel(key, confirmed.order_code, FIN) == facts
    with pytest.raises(KeyReused):
        trial.station.bookings.cancel(key, confirmed.order_code, "7ZZ0001")
    with pytest.raises(TooLateToChange) as caught:
        trial.station.bookings.cancel(new_key(), confirmed.order_code, FIN)
    assert caught.value.facts == {"state": "cancelled", "until": moment("2026-11-23 10:00")}


def test_a_hold_is_cancelled_by_its_reference(trial: Trial) -> None:
    """The reference of the letter and the FİN; a run-out one is over already."""
    held = trial.hold()
    assert trial.station.bookings.cancel(new_key(), held.booking, FIN).state == "cancelled"
    other = trial.hold()
    trial.at("2026-11-20 10:00")
    with pytest.raises(TooLateToChange) as caught:
        trial.station.bookings.cancel(new_key(), other.booking, FIN)
    assert caught.value.state == "expired"


def test_an_activated_booking_cannot_be_changed(trial: Trial) -> None:
    """Q10: not even before its booked time."""
    confirmed = trial.confirmed()
    trial.at("2026-11-23 09:30")
    assert trial.arrive(confirmed.order_code).verdict == "early"
    for act in (
        lambda: trial.station.bookings.cancel(new_key(), confirmed.order_code, FIN),
        lambda: trial.station.bookings.move(new_key(), confirmed.order_code, FIN, moment("2026-11-24 10:00")),
    ):
        with pytest.raises(TooLateToChange) as caught:
            act()
        assert caught.value.facts == {"state": "active", "until": moment("2026-11-23 10:00")}


# moving


def test_a_moved_booking_keeps_its_code(trial: Trial) -> None:
    """Q10: order code and reference stay, the QR is signed anew, the old hour is free, the calendar file counts up."""
    before = trial.confirmed()
    key = new_key()
    after = trial.station.bookings.move(key, before.order_code, FIN, moment("2026-11-24 11:00"))
    assert (after.order_code, after.booking) == (before.order_code, before.booking)
    assert [wall(at) for at in (after.time, after.arrive_from, after.arrive_until)] == [
        "2026-11-24 11:00:00",
        "2026-11-24 09:00:00",
        "2026-11-24 11:15:00",
    ]
    qr = decode(after.qr, load_keys(trial.station.settings.secrets_folder).checking)
    assert qr is not None and qr.signed is True and after.qr != before.qr
    assert (qr.order_code, qr.time) == (read(before.order_code), moment("2026-11-24 11:00").timestamp() * 1000)
    assert trial.states()["10:00"] == "free" and trial.states("2026-11-24")["11:00"] == "taken"
    assert trial.row(before.booking)["sequence"] == 1
    assert trial.letters()[-1] == ("moved", PERSON["email"])
    assert trial.station.bookings.move(key, before.order_code, FIN, moment("2026-11-24 11:00")) == after
    assert trial.row(before.booking)["sequence"] == 1


def test_an_older_qr_counts_as_its_code_alone(trial: Trial) -> None:
    """The printed QR of before the move still names the booking, at its new hour."""
    before = trial.confirmed()
    trial.station.bookings.move(new_key(), before.order_code, FIN, moment("2026-11-24 11:00"))
    trial.at("2026-11-23 10:00")
    arrival = trial.arrive(before.qr)
    assert (arrival.verdict, wall(arrival.time)) == ("other_day", "2026-11-24 11:00:00")
    trial.at("2026-11-24 11:00")
    assert trial.arrive(before.qr).verdict == "on_time"


def test_a_move_is_refused_like_a_hold(trial: Trial) -> None:
    """Q3, Q4, Q5, Q11: and the old hour stands, untouched."""
    confirmed = trial.confirmed()
    held = trial.hold("2026-11-24 10:00", person(1))
    trial.confirmed("2026-11-24 11:00", person(2))
    trial.hold("2026-11-24 12:00", centre=OTHER_CENTRE)

    def move(time: str) -> None:
        trial.station.bookings.move(new_key(), confirmed.order_code, FIN, moment(time))

    with pytest.raises(SlotTaken) as taken:
        move("2026-11-24 10:00")
    assert taken.value.state == "held"
    with pytest.raises(SlotTaken) as taken:
        move("2026-11-24 11:00")
    assert taken.value.state == "taken"
    with pytest.raises(SameHour):
        move("2026-11-24 12:00")
    with pytest.raises(DateNotOffered):
        move("2026-11-28 10:00")
    with pytest.raises(Closed):
        move("2026-11-22 10:00")
    with pytest.raises(BadRequest):
        move("2026-11-24 10:30")
    row = trial.row(confirmed.booking)
    assert (row["starts_at"], row["sequence"]) == (moment("2026-11-23 10:00").timestamp() * 1000, 0)
    trial.station.bookings.release(new_key(), held.booking)
    move("2026-11-24 10:00")


def test_a_run_out_hold_is_not_in_the_way_of_a_move(trial: Trial) -> None:
    """Q8: the move ends it in its own transaction: on the seat, and in the person's own hour."""
    confirmed = trial.confirmed()
    trial.hold("2026-11-24 10:00", person(1))
    trial.hold("2026-11-24 10:00", centre=OTHER_CENTRE)
    trial.at("2026-11-20 10:00")
    trial.station.bookings.move(new_key(), confirmed.order_code, FIN, moment("2026-11-24 10:00"))
    assert trial.states("2026-11-24")["10:00"] == "taken"


def test_a_move_to_its_own_hour_changes_nothing(trial: Trial) -> None:
    """Nothing is counted up, no letter goes out."""
    confirmed = trial.confirmed()
    assert trial.station.bookings.move(new_key(), confirmed.order_code, FIN, confirmed.time) == confirmed
    assert len(trial.letters()) == 2


def test_a_hold_cannot_be_moved(trial: Trial) -> None:
    """It is confirmed first, or swapped for another hour where it is being made."""
    held = trial.hold()
    with pytest.raises(TooLateToChange) as caught:
        trial.station.bookings.move(new_key(), held.booking, FIN, moment("2026-11-24 10:00"))
    assert caught.value.state == "held"


def test_a_move_takes_the_lowest_free_seat(trial: Trial) -> None:
    """Q5: where an hour holds several."""
    trial.give_seats(2)
    confirmed = trial.confirmed("2026-11-24 10:00")
    trial.confirmed("2026-11-23 10:00", person(1))
    trial.station.bookings.move(new_key(), confirmed.order_code, FIN, moment("2026-11-23 10:00"))
    assert trial.row(confirmed.booking)["seat"] == 2
    trial.confirmed("2026-11-24 10:00", person(2))
