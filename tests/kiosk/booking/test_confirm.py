"""Confirming a held hour with its mailed code (Q7, Q8, Q10)."""

from __future__ import annotations

import re

import pytest

from kiosk.booking.order_code import read
from kiosk.booking.order_qr import decode
from kiosk.booking.signing_keys import load_keys
from kiosk.errors import BadRequest, HoldEnded, KeyReused, NotFound, SlowDown, TooSoon, WrongCode
from tests.stations import CENTRE, OTHER_CENTRE, PERSON, SERVICE, MakeTrial, Trial, moment, new_key, person, wall


def test_the_right_code_books_the_hour(trial: Trial) -> None:
    """Q7: red; the order code, the QR and the window come back, and a copy of everything is mailed."""
    held = trial.hold()
    confirmed = trial.confirm(held)
    assert trial.states()["10:00"] == "taken"
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", confirmed.order_code)
    assert confirmed.booking == held.booking
    assert [wall(at) for at in (confirmed.time, confirmed.arrive_from, confirmed.arrive_until)] == [
        "2026-11-23 10:00:00",
        "2026-11-23 09:00:00",
        "2026-11-23 10:15:00",
    ]
    assert (confirmed.given_name, confirmed.surname, confirmed.email) == (
        PERSON["given_name"],
        PERSON["surname"],
        PERSON["email"],
    )
    assert trial.letters() == [("code", PERSON["email"]), ("confirmed", PERSON["email"])]


def test_the_qr_says_the_same(trial: Trial) -> None:
    """The QR carries code, centre, service and time under a good signature."""
    confirmed = trial.confirmed()
    qr = decode(confirmed.qr, load_keys(trial.station.settings.secrets_folder).checking)
    assert qr is not None and qr.signed is True
    catalogue = trial.station.catalogue()
    assert qr.order_code == read(confirmed.order_code)
    assert (qr.centre, qr.service) == (catalogue.centres[CENTRE].number, catalogue.services[SERVICE].number)
    assert moment("2026-11-23 10:00").timestamp() * 1000 == qr.time


@pytest.mark.parametrize("spoil", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_a_code_may_be_typed_in_groups(trial: Trial, spoil: str) -> None:
    """Spaces and a hyphen between the digits do not count."""
    held = trial.hold()
    code = trial.code(held.booking)
    trial.station.bookings.confirm(None, held.booking.lower(), spoil.format(code, code[:3], code[3:]))
    assert trial.states()["10:00"] == "taken"


@pytest.mark.parametrize("keyed", [True, False])
def test_confirming_again_is_the_same_success(trial: Trial, *, keyed: bool) -> None:
    """A double tap, a repeat after the hold's hour or the next day: the same answer, one booking, one letter."""
    held = trial.hold()
    key, code = (new_key() if keyed else None), trial.code(held.booking)
    confirmed = trial.station.bookings.confirm(key, held.booking, code)
    for now in ("2026-11-20 09:00", "2026-11-20 10:00", "2026-11-24 12:00"):
        trial.at(now)
        assert trial.station.bookings.confirm(key, held.booking, code) == confirmed
    assert len(trial.letters()) == 2


def test_a_key_is_bound_to_booking_and_code(trial: Trial) -> None:
    """`key_reused` for another code or another booking."""
    held, key = trial.hold(), new_key()
    trial.station.bookings.confirm(key, held.booking, trial.code(held.booking))
    with pytest.raises(KeyReused):
        trial.station.bookings.confirm(key, held.booking, trial.wrong_code(held.booking))
    with pytest.raises(KeyReused):
        trial.station.bookings.confirm(key, "K7MP-4XRT-2222", trial.code(held.booking))


def test_five_wrong_codes_end_the_hold(trial: Trial) -> None:
    """Q10: the tries left are told, the fifth ends it: the hour is free, the right code is worth nothing."""
    held = trial.hold()
    wrong = trial.wrong_code(held.booking)
    for left in (4, 3, 2, 1, 0):
        assert trial.states()["10:00"] == "held"
        with pytest.raises(WrongCode) as caught:
            trial.station.bookings.confirm(None, held.booking, wrong)
        assert caught.value.facts == {"tries_left": left}
    assert trial.states()["10:00"] == "free"
    for code in (wrong, trial.code(held.booking)):
        with pytest.raises(HoldEnded) as ended:
            trial.station.bookings.confirm(None, held.booking, code)
        assert ended.value.facts == {"state": "cancelled", "reason": "wrong_codes"}
    assert trial.letters() == [("code", PERSON["email"]), ("hold_ended", PERSON["email"])]


def test_the_same_wrong_try_under_its_key_counts_once(trial: Trial) -> None:
    """A repeated request is no further try."""
    held, key = trial.hold(), new_key()
    for _ in range(9):
        with pytest.raises(WrongCode) as caught:
            trial.station.bookings.confirm(key, held.booking, trial.wrong_code(held.booking))
        assert caught.value.tries_left == 4


def test_sending_again_does_not_give_new_tries(trial: Trial) -> None:
    """Q10: neither a code sent again nor a corrected address starts the count anew."""
    held = trial.hold()
    for _ in range(3):
        with pytest.raises(WrongCode):
            trial.station.bookings.confirm(None, held.booking, trial.wrong_code(held.booking))
    trial.at("2026-11-20 09:05")
    assert trial.station.bookings.resend(new_key(), held.booking).tries_left == 2
    assert trial.station.bookings.correct_email(new_key(), held.booking, "right@example.az").tries_left == 2


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800", "\x00"])
def test_what_is_no_code_is_a_wrong_one(trial: Trial, code: str) -> None:
    """Whatever is typed is compared and counted, nothing breaks."""
    held = trial.hold()
    with pytest.raises(WrongCode):
        trial.station.bookings.confirm(None, held.booking, code)


def test_an_unknown_booking_is_not_found(trial: Trial) -> None:
    """Neither a code of nobody nor an order code is a hold's reference."""
    confirmed = trial.confirmed()
    for booking in ("K7MP-4XRT-2222", "", "nonsense", confirmed.order_code, "\ud800"):
        with pytest.raises(NotFound):
            trial.station.bookings.confirm(None, booking, "123456")


def test_a_cancelled_booking_stays_cancelled(trial: Trial) -> None:
    """The code that confirmed it does not bring it back."""
    confirmed = trial.confirmed()
    trial.station.bookings.cancel(new_key(), confirmed.order_code, PERSON["fin"])
    with pytest.raises(HoldEnded) as caught:
        trial.station.bookings.confirm(None, confirmed.booking, trial.code(confirmed.booking))
    assert caught.value.facts == {"state": "cancelled", "reason": "citizen"}


# by address or FİN


@pytest.mark.parametrize("contact", ["5AB1C2D", " 5ab1c2d ", "aygun@example.az", "AYGUN@Example.az"])
def test_a_hold_is_confirmed_by_who_made_it(trial: Trial, contact: str) -> None:
    """Q8: e-mail address or FİN, and the mailed code; a repeat is the same success."""
    held = trial.hold()
    code = trial.code(held.booking)
    confirmed = trial.station.bookings.confirm_by_contact(contact, code)
    assert confirmed.booking == held.booking
    assert trial.station.bookings.confirm_by_contact(contact, code) == confirmed
    assert len(trial.letters()) == 2


def test_the_code_chooses_among_several_holds(trial: Trial) -> None:
    """Q8: one address may have three holds."""
    held = [trial.hold(f"2026-11-23 1{number}:00") for number in range(3)]
    codes = {trial.code(each.booking): each.booking for each in held}
    for code, booking in codes.items():
        assert trial.station.bookings.confirm_by_contact("5AB1C2D", code).booking == booking


def test_a_chosen_yellow_hour_is_the_one_confirmed(trial: Trial) -> None:
    """Q8: choosing a yellow hour asks for that hour's code; another hour's code is not taken there."""
    first, second = trial.hold(), trial.hold("2026-11-23 11:00")
    slot = (SERVICE, CENTRE, moment("2026-11-23 11:00"))
    if trial.code(first.booking) != trial.code(second.booking):
        with pytest.raises(NotFound):
            trial.station.bookings.confirm_by_contact("5AB1C2D", trial.code(first.booking), slot)
    assert trial.row(first.booking)["wrong_codes"] == 0
    confirmed = trial.station.bookings.confirm_by_contact("5AB1C2D", trial.code(second.booking), slot)
    assert confirmed.booking == second.booking
    with pytest.raises(NotFound):
        elsewhere = (SERVICE, OTHER_CENTRE, moment("2026-11-23 11:00"))
        trial.station.bookings.confirm_by_contact("5AB1C2D", trial.code(second.booking), elsewhere)


def test_only_the_holder_confirms(trial: Trial) -> None:
    """Q8: the right code with another's contact is answered like a wrong one, and costs the holder nothing."""
    held = trial.hold()
    for contact in ("7ZZ0001", "nobody@example.az"):
        with pytest.raises(NotFound):
            trial.station.bookings.confirm_by_contact(contact, trial.code(held.booking))
    with pytest.raises(NotFound):
        trial.station.bookings.confirm_by_contact("5AB1C2D", trial.wrong_code(held.booking))
    assert trial.row(held.booking)["wrong_codes"] == 1
    with pytest.raises(BadRequest) as caught:
        trial.station.bookings.confirm_by_contact("what?", "123456")
    assert caught.value.facts == {"field": "contact", "why": "neither_email_nor_fin"}


def test_wrong_tries_on_a_contact_are_slowed_alike(trial: Trial) -> None:
    """Q10: whether anything is held under it or not; with when, never a sleep."""
    trial.hold(whose=person(1))
    for contact in ("7ZZ0001", "7ZZ0009"):
        for _ in range(5):
            with pytest.raises(NotFound):
                trial.station.bookings.confirm_by_contact(contact, "x")
        with pytest.raises(SlowDown) as caught:
            trial.station.bookings.confirm_by_contact(contact, "x")
        assert caught.value.facts == {"retry_at": moment("2026-11-20 09:01")}
    assert trial.states()["10:00"] == "free"
    trial.at("2026-11-20 09:01")
    with pytest.raises(NotFound):
        trial.station.bookings.confirm_by_contact("7ZZ0009", "x")
    with pytest.raises(SlowDown) as caught:
        trial.station.bookings.confirm_by_contact("7ZZ0009", "x")
    assert caught.value.facts == {"retry_at": moment("2026-11-20 09:03")}


def test_a_run_out_hold_is_not_confirmed_by_contact(trial: Trial) -> None:
    """Q8: at its end exactly it has ended."""
    held = trial.hold()
    code = trial.code(held.booking)
    trial.at("2026-11-20 10:00")
    with pytest.raises(NotFound):
        trial.station.bookings.confirm_by_contact("5AB1C2D", code)


def test_the_number_of_tries_and_the_hold_time_are_settings(make_trial: MakeTrial) -> None:
    """Nothing of these rules is a constant in code."""
    trial = make_trial(booking={"wrong_codes": 1, "hold_minutes": 5, "resend_seconds": 0})
    held = trial.hold()
    assert wall(held.held_until) == "2026-11-20 09:05:00"
    trial.station.bookings.resend(new_key(), held.booking)
    with pytest.raises(WrongCode) as caught:
        trial.station.bookings.confirm(None, held.booking, "x")
    assert caught.value.tries_left == 0
    assert trial.states()["10:00"] == "free"


def test_an_address_is_corrected_freely_twice_and_then_once_a_minute(trial: Trial) -> None:
    """Q10: who mistyped does not wait, and nobody sends letters to one address after the other."""
    held = trial.hold()
    for address in ("b@example.az", "c@example.az"):
        trial.station.bookings.correct_email(new_key(), held.booking, address)
    with pytest.raises(TooSoon) as caught:
        trial.station.bookings.correct_email(new_key(), held.booking, "d@example.az")
    assert wall(caught.value.retry_at) == "2026-11-20 09:01:00"
    trial.at("2026-11-20 09:01")
    assert trial.station.bookings.correct_email(new_key(), held.booking, "d@example.az").email == "d@example.az"
