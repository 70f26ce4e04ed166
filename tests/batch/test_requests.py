"""Every request of `batch`: its answer, its errors with exact facts, its verdicts (issue 2, section 4)."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kiosk.errors import Refusal
from tests.batch.talk import SCHEMA, Talk, hold, key
from tests.stations import CENTRE, OTHER_CENTRE, OTHER_SERVICE, PERSON, SERVICE, START, at, open_station, person

FIN = PERSON["fin"]
TEN = "2026-11-23T10:00:00+04:00"
ELEVEN = "2026-11-23T11:00:00+04:00"


@pytest.fixture
def talk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    """A conversation with a settable clock and a Maildir, from Friday, 20 November 2026, 09:00 on."""
    station = open_station(ready_url, tmp_path, secrets_folder, mail={"transport": "maildir"})
    station.clock.set(at(START))
    yield Talk(station)
    station.close()


def letters(talk: Talk) -> list[Any]:
    """What lies in the Maildir, oldest first, read as any mail reader does."""
    box = mailbox.Maildir(talk.station.settings.mail_folder, create=False)
    return sorted(box, key=lambda letter: str(letter["Date"]))


def code(talk: Talk, booking: str, to: str | None = None) -> str:
    """The confirmation code from the letter of a hold: the line of six digits in its text part."""
    found = []
    for letter in letters(talk):
        part = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
        text = part.get_payload(decode=True).decode(part.get_content_charset())
        if booking in text and to in (None, str(letter["To"])):
            found += [line.strip() for line in text.splitlines() if line.strip().isdigit() and len(line.strip()) == 6]
    return str(found[-1])


def confirmed(talk: Talk, wall: str = TEN, **changed: Any) -> dict[str, Any]:
    """Hold and confirm; the answer with the reference beside."""
    held = talk.ask(hold(wall, **changed))
    answer = talk.ask("confirm", key=key(), booking=held["booking"], code=code(talk, held["booking"]))
    return {**answer, "booking": held["booking"]}


def refusal(talk: Talk, do: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = talk.ask(do, **fields)
    assert "error" in answer
    return answer


# the whole way


def test_the_whole_way(talk: Talk) -> None:
    """From the services to the ticket: every answer has exactly its documented fields."""
    services = talk.ask("services")["services"]
    assert SERVICE in [service["id"] for service in services]
    centres = talk.ask("centres", service=SERVICE)["centres"]
    assert len(centres) == 28 and set(centres[0]) == {"id", "name", "address"}
    dates = talk.ask("dates", service=SERVICE, centre=CENTRE)["dates"]
    assert [day["date"] for day in dates] == [f"2026-11-{day}" for day in range(21, 28)]
    assert dates[0] == {"date": "2026-11-21", "open": True}
    assert (dates[1]["date"], dates[1]["open"], dates[1]["reason"]) == ("2026-11-22", False, "weekly_day_off")
    held = talk.ask(hold())
    assert held == {"booking": held["booking"], "held_until": "2026-11-20T10:00:00+04:00"}
    slots = talk.ask("slots", service=SERVICE, centre=CENTRE, date="2026-11-23")
    assert slots["open"] is True and len(slots["slots"]) == 9
    assert slots["slots"][1] == {"time": TEN, "state": "held"}
    booked = talk.ask("confirm", key=key(), booking=held["booking"], code=code(talk, held["booking"]))
    assert {name: booked[name] for name in ("time", "arrive_from", "arrive_until")} == {
        "time": TEN,
        "arrive_from": "2026-11-23T09:00:00+04:00",
        "arrive_until": "2026-11-23T10:15:00+04:00",
    }
    facts = talk.ask("booking", order_code=booked["order_code"])
    assert facts == {
        "booking": held["booking"], "state": "confirmed", "service": SERVICE, "centre": CENTRE, "time": TEN,
        "arrive_from": booked["arrive_from"], "arrive_until": booked["arrive_until"],
    }  # fmt: skip
    talk.at("2026-11-23T10:15:00")
    arrived = talk.ask("arrive", key=key(), order_code=booked["qr"], centre=CENTRE, station="door-3")
    assert arrived == {"verdict": "on_time", "ticket": "A-001"}
    assert talk.ask("booking", order_code=held["booking"]) == {**facts, "state": "active", "ticket": "A-001"}


def test_a_letter_lies_in_the_maildir_before_each_answer(talk: Talk) -> None:
    """The code, the copy, the code again, the move, the cancellation; a code stands alone on its line."""
    held = talk.ask(hold(language="ru"))
    assert len(letters(talk)) == 1
    booked = talk.ask("confirm", booking=held["booking"], code=code(talk, held["booking"]))
    assert len(letters(talk)) == 2
    talk.ask("move", key=key(), order_code=booked["order_code"], fin=FIN, time=ELEVEN)
    assert len(letters(talk)) == 3
    talk.ask("cancel", key=key(), order_code=booked["order_code"], fin=FIN)
    assert len(letters(talk)) == 4
    other = talk.ask(hold())
    talk.at("2026-11-20T09:01:00")
    talk.ask("resend", key=key(), booking=other["booking"])
    assert len(letters(talk)) == 6
    assert {str(letter["To"]) for letter in letters(talk)} == {PERSON["email"]}


def test_a_closed_date_is_an_answer(talk: Talk) -> None:
    """`slots` gives the same form as `dates`; a date out of the seven is an error."""
    closed = talk.ask("slots", service=SERVICE, centre=CENTRE, date="2026-11-22")
    assert closed == talk.ask("dates", service=SERVICE, centre=CENTRE)["dates"][1]
    for date in ("2026-11-20", "2026-11-28", "0001-01-01", "9999-12-31"):
        assert refusal(talk, "slots", service=SERVICE, centre=CENTRE, date=date) == {"error": "date_not_offered"}


# errors and their facts


def test_the_refusals_of_a_hold(talk: Talk) -> None:
    """Each with exactly its facts."""
    first = talk.ask(hold(applicant=person(1)))
    assert refusal(talk, hold(applicant=person(2))) == {"error": "slot_taken", "state": "held"}
    assert refusal(talk, hold(applicant=person(1), centre=OTHER_CENTRE)) == {"error": "same_hour"}
    talk.ask("confirm", booking=first["booking"], code=code(talk, first["booking"]))
    assert refusal(talk, hold(applicant=person(2))) == {"error": "slot_taken", "state": "taken"}
    assert refusal(talk, hold("2026-11-28T10:00:00+04:00")) == {"error": "date_not_offered"}
    assert refusal(talk, hold("2026-11-23T18:00:00+04:00")) == {"error": "closed", "reason": "outside_hours"}
    sunday = refusal(talk, hold("2026-11-22T10:00:00+04:00"))
    assert (sunday["error"], sunday["reason"]) == ("closed", "weekly_day_off")
    talk.at("2026-12-28T09:00:00")
    holiday = refusal(talk, hold("2027-01-01T10:00:00+04:00"))
    assert (holiday["error"], holiday["reason"]) == ("closed", "public_holiday") and holiday["name"]["en"]


@pytest.mark.parametrize(("limit", "whose"), [
    ("open_bookings", lambda number: {**PERSON, "email": f"p{number}@example.az"}),
    ("holds_per_email", lambda number: {**person(number), "email": "family@example.az"}),
])  # fmt: skip
def test_a_limit_says_which_and_how_many(talk: Talk, limit: str, whose: Any) -> None:
    """`limit_reached`."""
    for number in range(3):
        talk.ask(hold(f"2026-11-23T1{number}:00:00+04:00", applicant=whose(number)))
    answer = refusal(talk, hold("2026-11-23T14:00:00+04:00", applicant=whose(4)))
    assert answer == {"error": "limit_reached", "limit": limit, "count": 3}


def test_the_refusals_of_a_code(talk: Talk) -> None:
    """`wrong_code` with the tries left, the fifth ends the hold, then `hold_ended`."""
    held = talk.ask(hold())
    wrong = f"{(int(code(talk, held['booking'])) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1, 0):
        answer = refusal(talk, "confirm", key=key(), booking=held["booking"], code=wrong)
        assert answer == {"error": "wrong_code", "tries_left": left}
    ended = {"error": "hold_ended", "state": "cancelled", "reason": "wrong_codes"}
    assert refusal(talk, "confirm", booking=held["booking"], code=wrong) == ended
    assert refusal(talk, "resend", key=key(), booking=held["booking"]) == ended
    assert talk.ask("arrive", key=key(), order_code=held["booking"], centre=CENTRE) == {"verdict": "cancelled"}
    other = talk.ask(hold())
    talk.at("2026-11-20T10:00:00")
    run_out = {"error": "hold_ended", "state": "expired", "reason": "ran_out"}
    assert refusal(talk, "confirm", booking=other["booking"], code="123456") == run_out
    assert refusal(talk, "confirm", booking="K7MP-4XRT-2222", code="123456") == {"error": "not_found"}


def test_sending_again(talk: Talk) -> None:
    """`too_soon` with when; at that instant it goes; a corrected address goes at once and has another code."""
    held = talk.ask(hold())
    first = code(talk, held["booking"])
    talk.at("2026-11-20T09:00:59.999")
    again = {"do": "resend", "key": key(), "booking": held["booking"]}
    assert refusal(talk, again) == {"error": "too_soon", "retry_at": "2026-11-20T09:01:00+04:00"}
    talk.at("2026-11-20T09:01:00")
    assert talk.ask(again) == held
    assert code(talk, held["booking"]) == first
    assert talk.ask("resend", key=key(), booking=held["booking"], email="Right@Example.az") == held
    corrected = code(talk, held["booking"], "right@example.az")
    assert "order_code" in talk.ask("confirm", booking=held["booking"], code=corrected)
    assert refusal(talk, "resend", key=key(), booking=held["booking"]) == {"error": "hold_ended", "state": "confirmed"}


def test_the_refusals_of_a_change(talk: Talk) -> None:
    """`not_found` evenly, `slow_down` with when, `too_late_to_change` with state and until."""
    booked = confirmed(talk)
    cancel = {"do": "cancel", "order_code": booked["order_code"]}
    for _ in range(5):
        assert refusal(talk, {**cancel, "key": key(), "fin": "7ZZ0001"}) == {"error": "not_found"}
    slow = {"error": "slow_down", "retry_at": "2026-11-20T09:01:00+04:00"}
    assert refusal(talk, {**cancel, "key": key(), "fin": FIN}) == slow
    move = {"do": "move", "key": key(), "order_code": booked["order_code"], "fin": FIN, "time": ELEVEN}
    assert refusal(talk, move) == slow
    talk.at("2026-11-20T09:01:00")
    moved = talk.ask(move)
    assert (moved["order_code"], moved["time"]) == (booked["order_code"], ELEVEN)
    talk.at("2026-11-23T11:00:00")
    late = {"error": "too_late_to_change", "state": "confirmed", "until": ELEVEN}
    assert refusal(talk, {**cancel, "key": key(), "fin": FIN}) == late
    assert refusal(talk, {**move, "key": key(), "time": "2026-11-24T10:00:00+04:00"}) == late


FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"do": "what"}, "do", "unknown"),
    ({"do": 1}, "do", "not_a_text"),
    ({"do": ""}, "do", "empty"),
    ({"do": "centres"}, "service", "missing"),
    ({"do": "centres", "service": "what"}, "service", "unknown"),
    ({"do": "centres", "service": []}, "service", "not_a_text"),
    ({"do": "booking"}, "order_code", "missing"),
    ({"do": "booking", "order_code": "x" * 1001}, "order_code", "too_long"),
    ({"do": "slots", "service": SERVICE, "centre": CENTRE, "date": "23.11.2026"}, "date", "not_a_date_in_iso_8601"),
    ({"do": "slots", "service": SERVICE, "centre": CENTRE, "date": "20261123"}, "date", "not_a_date_in_iso_8601"),
    ({"do": "slots", "service": SERVICE, "centre": CENTRE, "date": "2026-W48-1"}, "date", "not_a_date_in_iso_8601"),
    ({"do": "slots", "service": SERVICE, "centre": "what", "date": "2026-11-23"}, "centre", "unknown"),
    (hold(key=None), "key", "missing"),
    (hold(key=""), "key", "not_a_text_of_1_to_200_printable_signs"),
    (hold(key=7), "key", "not_a_text_of_1_to_200_printable_signs"),
    (hold(time="soon"), "time", "not_a_time_in_iso_8601"),
    (hold(time="2026-11-23T10:00:00"), "time", "without_utc_offset"),
    (hold(time="0001-01-01T00:00:00Z"), "time", "out_of_range"),
    (hold(time="9999-12-31T23:59:59-23:59"), "time", "out_of_range"),
    (hold(time="2026-11-23T10:30:00+04:00"), "time", "not_a_full_hour"),
    (hold(time=None), "time", "missing"),
    (hold(language="de"), "language", "not_az_ru_or_en"),
    (hold(language=["az"]), "language", "not_az_ru_or_en"),
    (hold(applicant=None), "applicant", "missing"),
    (hold(applicant=[]), "applicant", "not_an_object"),
    (hold(applicant={}), "given_name", "empty"),
    (hold(applicant={**PERSON, "fin": 5}), "fin", "not_a_text"),
    (hold(applicant={**PERSON, "fin": "5AB"}), "fin", "fin"),
    (hold(applicant={**PERSON, "email": "x"}), "email", "email"),
    (hold(applicant={**PERSON, "phone": "x"}), "phone", "phone"),
    (hold(applicant={**PERSON, "surname": "1"}), "surname", "name"),
    (hold(applicant={**PERSON, "surname": "x" * 1001}), "surname", "too_long"),
    (hold(applicant={**PERSON, "surname": "a\x00b"}), "surname", "name"),
    (hold(centre="\x00"), "centre", "unknown"),
    ({"do": "confirm", "booking": "K7MP", "code": None}, "code", "missing"),
    ({"do": "confirm", "code": "1"}, "booking", "missing"),
    ({"do": "resend", "key": "k", "booking": "x", "email": 1}, "email", "not_a_text"),
    ({"do": "arrive", "key": "k", "order_code": "x"}, "centre", "missing"),
    ({"do": "arrive", "key": "k", "order_code": "x", "centre": "what"}, "centre", "unknown"),
    (
        {"do": "arrive", "key": "k", "order_code": "x", "centre": CENTRE, "station": "x" * 41},
        "station",
        "not_1_to_40_printable_signs",
    ),
    (
        {"do": "arrive", "key": "k", "order_code": "x", "centre": CENTRE, "station": "a\nb"},
        "station",
        "not_1_to_40_printable_signs",
    ),
    ({"do": "cancel", "key": "k", "order_code": "x"}, "fin", "missing"),
    ({"do": "clock", "now": "noon"}, "now", "not_a_time_in_iso_8601"),
]


@pytest.mark.parametrize(("request_", "field", "why"), FIELDS, ids=range(len(FIELDS)))
def test_a_field_that_cannot_be_used_is_named(talk: Talk, request_: dict[str, Any], field: str, why: str) -> None:
    """`bad_request`: which field, and why; what was given is not repeated."""
    line = talk.raw({**request_, "do": request_["do"], "id": 1}) if isinstance(request_["do"], str) else None
    answer = json.loads(line) if line else json.loads(talk.lines(json.dumps(request_).encode() + b"\n")[0])
    assert (answer["error"], answer["field"], answer["why"]) == ("bad_request", field, why)


def test_a_clock_that_is_not_settable_stays(ready_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """Without `[clock] settable` no request sets it; the time in force is told all the same."""
    station = open_station(ready_url, tmp_path, secrets_folder, clock={"settable": False})
    try:
        talk = Talk(station)
        answer = refusal(talk, "clock", now=TEN)
        assert answer == {"error": "bad_request", "field": "do", "why": "the_clock_is_not_settable"}
        assert "now" in talk.ask("clock")
    finally:
        station.close()


def test_the_clock_only_goes_forward(talk: Talk) -> None:
    """`clock` answers the now in force, to the millisecond."""
    assert talk.ask("clock", now="2026-11-21T10:00:00.500+04:00") == {"now": "2026-11-21T10:00:00.500+04:00"}
    assert talk.ask("clock", now="2026-11-21T05:00:00Z") == {"now": "2026-11-21T10:00:00.500+04:00"}
    assert talk.ask("clock") == {"now": "2026-11-21T10:00:00.500+04:00"}
    assert talk.ask("clock", now="2026-11-21T10:00:01.0009999+04:00") == {"now": "2026-11-21T10:00:01+04:00"}


# verdicts


def test_the_verdicts_and_their_facts(talk: Talk) -> None:
    """Each with exactly its facts."""
    booked, held = confirmed(talk), talk.ask(hold(ELEVEN))

    def arrive(order_code: str, centre: str = CENTRE) -> dict[str, Any]:
        return talk.ask("arrive", key=key(), order_code=order_code, centre=centre, station="door-3")

    assert arrive("K7MP-4XRT") == {"verdict": "unknown"}
    assert arrive(booked["order_code"], OTHER_CENTRE) == {"verdict": "other_centre", "centre": CENTRE}
    assert arrive(held["booking"]) == {"verdict": "not_confirmed", "held_until": "2026-11-20T10:00:00+04:00"}
    assert arrive(booked["order_code"]) == {"verdict": "other_day", "time": TEN}
    gone = confirmed(talk, applicant=person(1), service=OTHER_SERVICE)
    talk.ask("cancel", key=key(), order_code=gone["order_code"], fin=person(1)["fin"])
    assert arrive(gone["order_code"]) == {"verdict": "cancelled"}
    talk.at("2026-11-20T10:00:00")
    assert arrive(held["booking"]) == {"verdict": "expired"}
    late = confirmed(talk, "2026-11-23T09:00:00+04:00", applicant=person(2))
    talk.at("2026-11-23T08:59:59.999")
    assert arrive(booked["qr"]) == {"verdict": "too_early", "opens": "2026-11-23T09:00:00+04:00"}
    talk.at("2026-11-23T09:15:00.001")
    assert arrive(late["order_code"]) == {"verdict": "too_late", "closed": "2026-11-23T09:15:00+04:00"}
    assert arrive(booked["order_code"].lower()) == {"verdict": "early", "ticket": "A-001"}
    assert arrive(booked["booking"]) == {
        "verdict": "already_active",
        "ticket": "A-001",
        "first_at": "2026-11-23T09:15:00.001+04:00",
        "first_station": "door-3",
    }


# the same again


def test_a_repeat_is_the_same_to_the_byte(talk: Talk) -> None:
    """Every kind of act, success and refusal, asked again a week later: the same bytes, and nothing is done twice."""
    first = hold(id="x")
    said: list[tuple[dict[str, Any], bytes]] = [(first, talk.raw(first))]
    held = json.loads(said[0][1])
    for request in (
        hold(id="x", applicant=person(1)),
        {"id": "x", "do": "confirm", "key": key(), "booking": held["booking"], "code": "wrong"},
        {"id": "x", "do": "confirm", "key": key(), "booking": held["booking"], "code": code(talk, held["booking"])},
    ):
        said.append((request, talk.raw(request)))
    booked = json.loads(said[-1][1])
    for request in (
        {"id": "x", "do": "resend", "key": key(), "booking": held["booking"]},
        {"id": "x", "do": "move", "key": key(), "order_code": booked["order_code"], "fin": FIN, "time": ELEVEN},
        {"id": "x", "do": "cancel", "key": key(), "order_code": booked["order_code"], "fin": "7ZZ0001"},
    ):
        said.append((request, talk.raw(request)))
    talk.at("2026-11-23T11:15:00")
    for order_code in (booked["order_code"], booked["qr"]):
        request = {"id": "x", "do": "arrive", "key": key(), "order_code": order_code, "centre": CENTRE}
        said.append((request, talk.raw(request)))
    request = {"id": "x", "do": "cancel", "key": key(), "order_code": booked["order_code"], "fin": FIN}
    said.append((request, talk.raw(request)))
    outcomes = [json.loads(line).get("error") or json.loads(line).get("verdict") or "ok" for _, line in said]
    assert outcomes == [
        "ok", "slot_taken", "wrong_code", "ok", "hold_ended", "ok", "not_found", "on_time", "already_active",
        "too_late_to_change",
    ]  # fmt: skip
    count = len(letters(talk))
    talk.at("2026-11-30T12:00:00")
    for request, line in said:
        assert talk.raw(request) == line
        other = (
            {**request, "applicant": person(7)} if request["do"] == "hold" else {**request, "order_code": "K7MP-4XRT"}
        )
        other = {**other, "code": "other"} if request["do"] == "confirm" else other
        other = {**other, "booking": "K7MP-4XRT-2222"} if request["do"] == "resend" else other
        assert refusal(talk, other) == {"error": "key_reused"}
        assert talk.raw(request) == line
    assert len(letters(talk)) == count


def test_a_confirmation_needs_no_key(talk: Talk) -> None:
    """Booking and code name it: again, with or without a key, it is the same success."""
    held = talk.ask(hold())
    confirm = {"do": "confirm", "booking": held["booking"], "code": code(talk, held["booking"]), "id": 1}
    assert talk.raw(confirm) == talk.raw(confirm) == talk.raw({**confirm, "key": key()})


# the document


def test_the_schema_is_one() -> None:
    """JSON Schema 2020-12, with every error of the closed list and every request."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    errors = {name.removeprefix("error_") for name in schema["$defs"] if name.startswith("error_")}
    assert errors == {kind.error for kind in Refusal.__subclasses__()}


def test_the_document_names_them_all() -> None:
    """docs/batch.md has a row for each error, request and verdict."""
    text = SCHEMA.with_name("batch.md").read_text("utf-8")
    schema = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    names = [name.partition("_")[2] for name in schema if name.startswith(("error_", "request_"))]
    for name in (*names, "on_time", "early", "too_early", "too_late", "already_active"):
        assert f"\n| `{name}` |" in text, name


def test_no_answer_holds_a_person(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    """K6: neither an answer nor anything on stdout or stderr."""
    held = talk.raw(hold(id=1))
    booking = json.loads(held)["booking"]
    secret = code(talk, booking)
    said = held + talk.raw({"id": 1, "do": "confirm", "booking": booking, "code": secret})
    said += talk.raw({"id": 1, "do": "booking", "order_code": booking})
    out, err = capsys.readouterr()
    for text in (*PERSON.values(), secret):
        assert text not in said.decode() and text not in out + err
