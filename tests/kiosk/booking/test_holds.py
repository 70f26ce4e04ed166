"""Holding an hour: what is refused, what a refusal leaves alone, and the letters (Q5, Q6, Q8, Q10)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from kiosk.errors import (
    BadRequest,
    Closed,
    DateNotOffered,
    HoldEnded,
    KeyReused,
    LimitReached,
    NotFound,
    Refusal,
    SameHour,
    SlotTaken,
    TooSoon,
)
from tests.stations import (
    OTHER_CENTRE,
    OTHER_SERVICE,
    PERSON,
    SERVICE,
    Trial,
    moment,
    new_key,
    person,
    wall,
)


def test_a_hold_lasts_an_hour_and_mails_its_code(trial: Trial) -> None:
    """Q6, Q8: yellow for one hour; the six digits go to the address, in the transaction of the hold."""
    held = trial.hold()
    assert wall(held.held_until) == "2026-11-20 10:00:00"
    assert (wall(held.time), held.email, held.tries_left) == ("2026-11-23 10:00:00", PERSON["email"], 5)
    assert wall(held.resend_at) == "2026-11-20 09:01:00"
    assert trial.states()["10:00"] == "held"
    assert trial.letters() == [("code", PERSON["email"])]
    code = trial.code(held.booking)
    assert len(code) == 6 and code.isdigit()


def test_what_is_stored_is_tidy(trial: Trial) -> None:
    """Q6: FİN in capitals, phone in E.164, address lower case, names in NFC with single spaces."""
    typed = {
        **PERSON,
        "fin": "5ab1c2d",
        "phone": "050 123-45-67",
        "email": "Aygun@Example.AZ ",
        "given_name": "  Ayg\u0075\u0308n ",
    }
    row = trial.row(trial.hold(whose=typed).booking)
    assert (row["fin"], row["phone"], row["email"]) == ("5AB1C2D", "+994501234567", "aygun@example.az")
    assert row["given_name"] == "Aygün"


def test_a_patronymic_may_be_missing(trial: Trial) -> None:
    """Q6: it may be empty."""
    typed = {name: text for name, text in PERSON.items() if name != "patronymic"}
    assert trial.row(trial.hold(whose=typed).booking)["patronymic"] == ""


@pytest.mark.parametrize(("field", "text", "why"), [
    ("given_name", "", "empty"), ("given_name", "R2D2", "name"), ("surname", "x" * 61, "name"),
    ("surname", "a\x00b", "name"),
    ("fin", "", "empty"), ("fin", "5AB1C2", "fin"), ("fin", "5AB1C2Ş", "fin"), ("fin", "5AB1C2D\x00", "fin"),
    ("phone", "12", "phone"), ("phone", "+49 30 901820", "phone"), ("phone", "x" * 500, "phone"),
    ("email", "aygun", "email"), ("email", "a@b", "email"), ("email", "şə@example.az", "email"),
    ("email", "a@b.az\x00", "email"),
    ("patronymic", "<b>", "name"),
])  # fmt: skip
def test_a_field_that_is_wrong_is_named(trial: Trial, field: str, text: str, why: str) -> None:
    """Q6: which field, and why; its text is not repeated."""
    with pytest.raises(BadRequest) as caught:
        trial.hold(whose={**PERSON, field: text})
    assert (caught.value.field, caught.value.why) == (field, why)
    assert str(caught.value) == "bad_request"
    assert trial.query("SELECT count(*) AS n FROM bookings")[0]["n"] == 0


def test_a_taken_hour_says_how(trial: Trial) -> None:
    """Q5: yellow and red refuse alike, and say which they are."""
    held = trial.hold(whose=person(1))
    with pytest.raises(SlotTaken) as caught:
        trial.hold(whose=person(2))
    assert caught.value.facts == {"state": "held"}
    trial.confirm(held)
    with pytest.raises(SlotTaken) as caught:
        trial.hold(whose=person(2))
    assert caught.value.facts == {"state": "taken"}


def test_another_service_or_centre_is_another_hour(trial: Trial) -> None:
    """Q5: one booking for each hour of one service at one centre."""
    trial.hold(whose=person(1))
    trial.hold(whose=person(2), service=OTHER_SERVICE)
    trial.hold(whose=person(3), centre=OTHER_CENTRE)


def test_nobody_holds_two_bookings_in_one_hour(trial: Trial) -> None:
    """Q11: across services and centres, yellow or red; another hour is fine."""
    held = trial.hold()
    elsewhere: list[dict[str, Any]] = [{"service": OTHER_SERVICE}, {"centre": OTHER_CENTRE}]
    for where in elsewhere:
        with pytest.raises(SameHour) as caught:
            trial.hold(**where)
        assert caught.value.facts == {}
    trial.confirm(held)
    with pytest.raises(SameHour):
        trial.hold(centre=OTHER_CENTRE)
    trial.hold("2026-11-23 11:00", centre=OTHER_CENTRE)


def test_what_is_not_offered_is_refused(trial: Trial) -> None:
    """Q2, Q3, Q4: unknown names, a service the centre does not give, days and hours that are not offered."""
    for field in ("service", "centre"):
        where: dict[str, Any] = {field: "nothing"}
        with pytest.raises(BadRequest) as caught:
            trial.hold(**where)
        assert caught.value.facts == {"field": field, "why": "unknown"}
    trial.give_seats(0)
    with pytest.raises(BadRequest) as caught:
        trial.hold()
    assert caught.value.facts == {"field": "centre", "why": "does_not_give_service"}
    for time in ("2026-11-20 10:00", "2026-11-19 10:00", "2026-11-28 10:00"):
        with pytest.raises(DateNotOffered):
            trial.hold(time, centre=OTHER_CENTRE)
    for time in ("2026-11-23 10:30", "2026-11-23 10:00:00.001"):
        with pytest.raises(BadRequest) as caught:
            trial.hold(time, centre=OTHER_CENTRE)
        assert caught.value.facts == {"field": "time", "why": "not_a_full_hour"}
    for time in ("2026-11-23 08:00", "2026-11-23 18:00", "2026-11-24 00:00"):
        with pytest.raises(Closed) as closed:
            trial.hold(time, centre=OTHER_CENTRE)
        assert closed.value.facts == {"reason": "outside_hours", "name": None}
    with pytest.raises(Closed) as closed:
        trial.hold("2026-11-22 10:00", centre=OTHER_CENTRE)
    assert closed.value.reason == "weekly_day_off"


# the same again


def test_the_same_key_gets_the_same_answer(trial: Trial) -> None:
    """A double tap holds once and mails once, whatever happened since; even when the hour is long over."""
    key = new_key()
    held = trial.hold(key=key)
    assert trial.hold(key=key) == held
    trial.at("2026-11-30 09:00")
    assert trial.hold(key=key) == held
    assert trial.query("SELECT count(*) AS n FROM bookings")[0]["n"] == 1
    assert trial.letters() == [("code", PERSON["email"])]


def test_a_refusal_is_an_answer_too(trial: Trial) -> None:
    """The same key gets the same refusal although the hour is free by now; a new key gets the hour."""
    trial.hold(whose=person(1))
    key = new_key()
    for now in ("2026-11-20 09:30", "2026-11-20 10:00"):
        trial.at(now)
        with pytest.raises(SlotTaken) as caught:
            trial.hold(key=key, whose=person(2))
        assert caught.value.state == "held"
    trial.hold(whose=person(2))


@pytest.mark.parametrize("other", [
    {"wall": "2026-11-23 11:00"}, {"whose": {**PERSON, "phone": "+994 55 123 45 67"}}, {"centre": OTHER_CENTRE},
    {"service": OTHER_SERVICE}, {"instead_of": "K7MP-4XRT-2222"}, {"whose": {**PERSON, "fin": "no"}},
])  # fmt: skip
def test_the_same_key_for_something_else_is_refused(trial: Trial, other: dict[str, Any]) -> None:
    """`key_reused`: another body, however wrong in itself; the first act stands and the key keeps its answer."""
    key = new_key()
    held = trial.hold(key=key)
    with pytest.raises(KeyReused):
        trial.hold(**{"key": key, **other})
    assert trial.hold(key=key) == held
    assert trial.query("SELECT count(*) AS n FROM bookings")[0]["n"] == 1


def test_a_key_belongs_to_one_kind_of_act(trial: Trial) -> None:
    """The key of a hold cannot cancel, nor arrive."""
    key = new_key()
    held = trial.hold(key=key)
    for act in (
        lambda: trial.station.bookings.cancel(key, held.booking, PERSON["fin"]),
        lambda: trial.station.bookings.confirm(key, held.booking, trial.code(held.booking)),
        lambda: trial.arrive(held.booking, key=key),
    ):
        with pytest.raises(KeyReused):
            act()


def test_a_bad_request_takes_no_key(trial: Trial) -> None:
    """What was never done can be done under its key, once it is right."""
    key = new_key()
    with pytest.raises(BadRequest):
        trial.hold(key=key, whose={**PERSON, "fin": "no"})
    assert trial.hold(key=key).email == PERSON["email"]


# the end of a hold


def test_a_run_out_hold_stands_in_nobodys_way(trial: Trial) -> None:
    """Q8: no job ended it; the new hold ends it in its own transaction, and its person is told."""
    trial.hold(whose=person(1))
    trial.at("2026-11-20 10:00")
    assert trial.states()["10:00"] == "free"
    held = trial.hold(whose=person(2))
    trial.at("2026-11-20 11:00")
    trial.hold("2026-11-23 10:00", whose=person(2), centre=OTHER_CENTRE)
    assert trial.row(held.booking)["state"] == "expired"
    assert trial.letters() == [
        ("code", "person1@example.az"),
        ("hold_ended", "person1@example.az"),
        ("code", "person2@example.az"),
        ("hold_ended", "person2@example.az"),
        ("code", "person2@example.az"),
    ]


def test_a_service_may_go_while_its_run_out_holds_lie_there(trial: Trial) -> None:
    """A hold that ran out keeps no import back; ending it later tells nobody, and stumbles over nothing."""
    trial.hold()
    trial.at("2026-11-20 10:00")
    trial.change("UPDATE services SET retired = 1 WHERE id = :service", service=SERVICE)
    trial.change("DELETE FROM offers WHERE service = :service", service=SERVICE)
    trial.give_seats(1, OTHER_SERVICE)
    trial.hold(service=OTHER_SERVICE)  # the same person's hour
    trial.hold(whose=person(1), service=OTHER_SERVICE, centre=OTHER_CENTRE)
    assert trial.letters() == [("code", PERSON["email"]), ("code", PERSON["email"]), ("code", "person1@example.az")]


def test_a_hold_can_be_given_up(trial: Trial) -> None:
    """The hour is free at once; giving up what has ended is harmless; a confirmed booking is not ended by it."""
    held = trial.hold()
    key = new_key()
    for _ in range(2):
        trial.station.bookings.release(key, held.booking)
    assert trial.states()["10:00"] == "free"
    trial.station.bookings.release(new_key(), held.booking)
    confirmed = trial.confirmed("2026-11-23 11:00")
    trial.station.bookings.release(new_key(), confirmed.booking)
    assert trial.states()["11:00"] == "taken"
    with pytest.raises(NotFound):
        trial.station.bookings.release(new_key(), "K7MP-4XRT-2222")


# another hour after GERİ


def test_another_hour_swaps_the_hold(trial: Trial) -> None:
    """The old hour is free and the new one held, in one transaction; the person's limits count it once."""
    first = trial.hold()
    second = trial.hold("2026-11-23 11:00", instead_of=first.booking)
    assert {hour: state for hour, state in trial.states().items() if state != "free"} == {"11:00": "held"}
    assert (trial.row(first.booking)["state"], trial.row(first.booking)["ended_by"]) == ("cancelled", "swapped")
    assert second.booking != first.booking


def test_the_same_hour_elsewhere_can_be_swapped_to(trial: Trial) -> None:
    """Q11: the person's own hold, given up in the same transaction, is not in the way of its hour elsewhere."""
    first = trial.hold()
    trial.hold(centre=OTHER_CENTRE, instead_of=first.booking)
    assert trial.states()["10:00"] == "free"


@pytest.mark.parametrize("refusal", [SlotTaken, DateNotOffered, BadRequest, LimitReached])
def test_a_refused_swap_keeps_the_old_hold(trial: Trial, refusal: type[Refusal]) -> None:
    """A lost race loses nothing."""
    first = trial.hold()
    time, whose = "2026-11-23 11:00", dict(PERSON)
    if refusal is SlotTaken:
        trial.hold(time, person(1))
    elif refusal is DateNotOffered:
        time = "2026-11-28 10:00"
    elif refusal is BadRequest:
        whose["fin"] = "no"
    else:
        whose["email"] = "full@example.az"
        for number in range(3):
            trial.hold(f"2026-11-24 1{number}:00", {**person(number), "email": "full@example.az"})
    with pytest.raises(refusal):
        trial.hold(time, whose, instead_of=first.booking)
    assert trial.row(first.booking)["state"] == "held"
    assert trial.states()["10:00"] == "held"


def test_a_swap_from_an_ended_hold_is_a_plain_hold(trial: Trial) -> None:
    """While one hesitated the old hold ran out: the new hour is held all the same."""
    first = trial.hold()
    trial.at("2026-11-20 10:00")
    trial.hold("2026-11-23 11:00", instead_of=first.booking)
    assert trial.row(first.booking)["state"] in ("held", "expired")
    assert trial.states()["11:00"] == "held"


def test_a_confirmed_booking_cannot_be_swapped_away(trial: Trial) -> None:
    """Only a hold is given up for another hour; a confirmed one is moved with its code and FİN (Q10)."""
    confirmed = trial.confirmed()
    with pytest.raises(HoldEnded) as caught:
        trial.hold("2026-11-23 11:00", instead_of=confirmed.booking)
    assert caught.value.state == "confirmed"
    assert trial.states()["10:00"] == "taken" and trial.states()["11:00"] == "free"


# the code again


def test_a_code_is_sent_again_at_most_once_a_minute(trial: Trial) -> None:
    """Q10: `too_soon` with when; at that millisecond it goes, the same code; the refusal takes no key."""
    held = trial.hold()
    code, key = trial.code(held.booking), new_key()
    trial.at("2026-11-20 09:00:59.999")
    with pytest.raises(TooSoon) as caught:
        trial.station.bookings.resend(key, held.booking)
    assert caught.value.facts == {"retry_at": moment("2026-11-20 09:01")}
    trial.at("2026-11-20 09:01")
    again = trial.station.bookings.resend(key, held.booking)
    assert trial.station.bookings.resend(key, held.booking) == again
    assert wall(again.resend_at) == "2026-11-20 09:02:00"
    assert again.held_until == held.held_until
    assert trial.code(held.booking) == code
    assert trial.letters() == [("code", PERSON["email"])] * 2


def test_a_corrected_address_gets_a_new_code(trial: Trial) -> None:
    """The hour is kept; the old code is worth nothing, and its letter is called back where it still waits."""
    held = trial.hold()
    trial.change("UPDATE bookings SET code = 'older'")  # a code that no new one can be
    corrected = trial.station.bookings.correct_email(new_key(), held.booking, "Right@Example.az")
    assert (corrected.booking, corrected.email, corrected.held_until) == (
        held.booking,
        "right@example.az",
        held.held_until,
    )
    assert trial.letters() == [("code", "right@example.az")]
    assert trial.code(held.booking) != "older"
    trial.confirm(corrected)
    assert trial.letters()[-1] == ("confirmed", "right@example.az")


def test_a_wrong_correction_changes_nothing(trial: Trial) -> None:
    """Neither no address nor one with too many holds (Q10)."""
    held = trial.hold()
    with pytest.raises(BadRequest) as caught:
        trial.station.bookings.correct_email(new_key(), held.booking, "nothing")
    assert caught.value.facts == {"field": "email", "why": "email"}
    for number in range(3):
        trial.hold(f"2026-11-24 1{number}:00", {**person(number), "email": "full@example.az"})
    with pytest.raises(LimitReached) as limit:
        trial.station.bookings.correct_email(new_key(), held.booking, "full@example.az")
    assert limit.value.facts == {"limit": "holds_per_email", "count": 3}
    assert trial.row(held.booking)["email"] == PERSON["email"]


@pytest.mark.parametrize("swept", [False, True])
def test_nothing_is_sent_for_a_hold_that_is_over(trial: Trial, *, swept: bool) -> None:
    """Q8: the answer says why, the same before and after anything tidied."""
    held = trial.hold()
    trial.at("2026-11-20 10:00")
    if swept:
        assert trial.station.tidy() == 1
    for act in (
        lambda: trial.station.bookings.resend(new_key(), held.booking),
        lambda: trial.station.bookings.correct_email(new_key(), held.booking, "right@example.az"),
        lambda: trial.station.bookings.confirm(None, held.booking, trial.code(held.booking)),
    ):
        with pytest.raises(HoldEnded) as caught:
            act()
        assert caught.value.facts == {"state": "expired", "reason": "ran_out"}
    with pytest.raises(NotFound):
        trial.station.bookings.resend(new_key(), "nonsense")


# more than one seat


def test_an_hour_of_several_seats_is_free_until_the_last_is_gone(trial: Trial) -> None:
    """Q5: each seat is one row of the constraint; free if any seat is, else held if any is, else taken."""
    trial.give_seats(3)
    held = [trial.hold(whose=person(number)) for number in range(3)]
    assert sorted(trial.row(each.booking)["seat"] for each in held) == [1, 2, 3]
    assert trial.states()["10:00"] == "held"
    for each in held:
        assert trial.states()["10:00"] == "held"
        trial.confirm(each)
    assert trial.states()["10:00"] == "taken"
    with pytest.raises(SlotTaken) as caught:
        trial.hold(whose=person(9))
    assert caught.value.state == "taken"


def test_a_freed_seat_is_used_again(trial: Trial) -> None:
    """The lowest free seat is taken; a run-out one too."""
    trial.give_seats(2)
    first = trial.hold(whose=person(1))
    trial.hold(whose=person(2))
    trial.station.bookings.release(new_key(), first.booking)
    assert trial.row(trial.hold(whose=person(3)).booking)["seat"] == 1
    trial.at("2026-11-20 10:00")
    assert [trial.row(trial.hold(whose=person(number)).booking)["seat"] for number in (4, 5)] == [1, 2]


def test_fewer_seats_than_bookings_leave_none_free(trial: Trial) -> None:
    """After the capacity fell, grid and hold agree, whichever seats are occupied."""
    trial.give_seats(3)
    held = [trial.hold(whose=person(number)) for number in range(3)]
    trial.station.bookings.release(new_key(), held[0].booking)
    trial.give_seats(1)
    assert trial.states()["10:00"] == "held"
    with pytest.raises(SlotTaken):
        trial.hold(whose=person(9))


def test_a_hold_keeps_no_secret_in_what_it_answers(trial: Trial) -> None:
    """The code is in the letter alone."""
    held = trial.hold()
    assert trial.code(held.booking) not in str(asdict(held))
    assert SERVICE in str(asdict(held))
