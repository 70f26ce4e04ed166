"""The people's desk: somebody without a code or an e-mail address, served at the counter (C8)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from db import bookings as booking_rows
from kiosk.booking.facts import Confirmed
from kiosk.errors import (
    BadRequest,
    Closed,
    DateNotOffered,
    HoldEnded,
    KeyReused,
    LimitReached,
    NotAllowed,
    NotFound,
    Refusal,
    SameHour,
    SlotTaken,
    TooLateToChange,
)
from kiosk.hall.people import DOCUMENTS, Document, PeopleDesk
from tests.stations import (
    CENTRE,
    OTHER_CENTRE,
    OTHER_SERVICE,
    PERSON,
    SERVICE,
    MakeTrial,
    Trial,
    at,
    moment,
    new_key,
    wall,
)

MONDAY = date(2026, 11, 23)
FIN = PERSON["fin"]
WITHOUT_EMAIL = {name: value for name, value in PERSON.items() if name != "email"}


@dataclass
class Desk:
    """A trial with an operator who acts."""

    trial: Trial
    staff: int

    @property
    def people(self) -> PeopleDesk:
        """The room under test."""
        return self.trial.station.people

    def find(self, day: date = MONDAY, fin: str = FIN, document: Document = "identity_card") -> tuple[Any, ...]:
        """Search."""
        return self.people.find(self.staff, fin, day, document)

    def book(
        self, wall: str = "2026-11-23 10:00", who: Any = WITHOUT_EMAIL, *, key: str | None = None, **where: str
    ) -> Confirmed:
        """Book for somebody."""
        return self.people.book(
            key or new_key(),
            self.staff,
            where.get("service", SERVICE),
            where.get("centre", CENTRE),
            moment(wall),
            who,
            "ru",
            "identity_card",
        )

    def audited(self, act: str) -> list[dict[str, Any]]:
        """The audit's rows of an act."""
        return self.trial.query("SELECT * FROM audit WHERE act = :act ORDER BY id", act=act)


def desk_of(trial: Trial, role: Any = "operator") -> Desk:
    """A desk with a staff member of that role."""
    return Desk(trial, trial.station.staff.add("numune-1", "Nümunə", role, frozenset(), "numune-2026"))


@pytest.fixture
def desk(trial: Trial) -> Desk:
    """An operator at a counter."""
    return desk_of(trial)


def test_a_person_is_found_by_fin_and_date_after_a_document(desk: Desk) -> None:
    """C8: live bookings of all centres and ended ones of this one; of that day and that person alone."""
    here = desk.trial.confirmed("2026-11-23 10:00")
    there = desk.trial.hold("2026-11-23 15:00", centre=OTHER_CENTRE)
    gone = desk.trial.confirmed("2026-11-23 12:00")
    desk.trial.station.bookings.cancel(new_key(), gone.order_code, FIN)
    desk.trial.confirmed("2026-11-23 11:00", dict(PERSON) | {"fin": "7ZZ0001", "email": "other@example.az"})
    desk.trial.confirmed("2026-11-24 10:00")
    found = desk.find(fin=" 5ab1c2d ")
    assert [(one.booking, one.state, one.centre) for one in found] == [
        (here.booking, "confirmed", CENTRE),
        (gone.booking, "cancelled", CENTRE),
        (there.booking, "held", OTHER_CENTRE),
    ]
    assert (found[0].order_code, found[2].order_code) == (here.order_code, None)
    assert (found[0].given_name, found[0].surname, found[0].has_email) == ("Aygün", "Nümunəyeva", True)
    assert wall(found[0].arrive_until) == "2026-11-23 10:15:00"
    assert "Aygün" not in repr(found) and "Nümunəyeva" not in repr(found)


def test_every_search_is_audited_with_ids_and_without_a_fin(desk: Desk) -> None:
    """C8: who searched, by which document, and the row ids of what was found."""
    desk.trial.confirmed("2026-11-23 10:00")
    desk.trial.confirmed("2026-11-23 12:00")
    ids = [row["id"] for row in desk.trial.query("SELECT id FROM bookings ORDER BY id")]
    desk.find(document="passport")
    desk.find(date(2026, 11, 25))
    with pytest.raises(BadRequest):
        desk.find(fin="yanlış")
    rows = desk.audited("desk_find")
    assert [(row["staff"], row["outcome"], row["detail"]) for row in rows] == [
        (desk.staff, "found", f"passport {ids[0]} {ids[1]}"),
        (desk.staff, "nothing", "identity_card"),
        (desk.staff, "bad_request", "identity_card"),
    ]
    assert not any(FIN in str(value) for row in rows for value in row.values())


@pytest.mark.parametrize("document", ["", "bəli", "none"])
def test_nobody_is_found_without_a_document(desk: Desk, document: Any) -> None:
    """C8: the operator has to say which document was shown."""
    desk.trial.confirmed()
    with pytest.raises(BadRequest) as refused:
        desk.find(document=document)
    assert refused.value.field == "document"


def test_only_those_who_serve_people_may(trial: Trial) -> None:
    """C6, C8: a technician, somebody who left and nobody at all find and book nothing."""
    technician = desk_of(trial, "technician")
    trial.change("UPDATE staff SET active = 0 WHERE name = 'numune-1'")
    gone = Desk(trial, trial.station.staff.add("numune-2", "Nümunə", "operator", frozenset(), "numune-2026"))
    trial.change("UPDATE staff SET active = 0 WHERE name = 'numune-2'")
    for desk in (technician, gone, Desk(trial, 4711)):
        with pytest.raises(NotAllowed):
            desk.find()
        with pytest.raises(NotAllowed):
            desk.book()
    assert trial.query("SELECT * FROM bookings") == []


def test_booked_at_the_counter_it_is_confirmed_at_once(desk: Desk) -> None:
    """C8: no code is mailed; without an address there is no letter at all, and the order code is for paper."""
    booked = desk.book()
    row = desk.trial.row(booked.booking)
    assert (row["state"], row["email"], row["language"]) == ("confirmed", "", "ru")
    assert (booked.email, booked.given_name, wall(booked.time)) == ("", "Aygün", "2026-11-23 10:00:00")
    assert desk.trial.letters() == []
    audit = desk.audited("desk_book")
    assert [(one["staff"], one["outcome"], one["booking"], one["detail"]) for one in audit] == [
        (desk.staff, "done", row["id"], "identity_card")
    ]
    desk.trial.at("2026-11-23 09:58")
    assert desk.trial.arrive(booked.order_code).verdict == "early"


def test_who_has_an_address_gets_the_letter_too(desk: Desk) -> None:
    """C8, Q7: the confirmation, and no code."""
    desk.book(who=PERSON)
    assert desk.trial.letters() == [("confirmed", PERSON["email"])]


def test_an_address_that_is_none_is_refused(desk: Desk) -> None:
    """C8: empty is no address; anything else must be one. Everything else must be there as ever."""
    for field, value in (("email", "yox"), ("phone", ""), ("fin", "12"), ("surname", "")):
        with pytest.raises(BadRequest) as refused:
            desk.book(who=dict(PERSON) | {field: value})
        assert refused.value.field == field
    assert desk.trial.query("SELECT * FROM bookings") == []


def test_the_same_key_books_once(desk: Desk) -> None:
    """C8: a repeat gets the same order code, another request under the key is refused."""
    first = desk.book(key="desk-1")
    assert desk.book(key="desk-1") == first
    assert len(desk.trial.query("SELECT * FROM bookings")) == 1
    with pytest.raises(KeyReused):
        desk.book("2026-11-23 11:00", key="desk-1")


def test_the_citizens_checks_hold_at_the_counter(make_trial: MakeTrial) -> None:
    """C8, Q3 to Q5, Q11: seat, person's hour, open bookings, offered dates and opening hours."""
    desk = desk_of(make_trial(limits={"open_bookings": 2, "holds_per_station": 1}))
    desk.trial.confirmed("2026-11-23 10:00", dict(PERSON) | {"fin": "7ZZ0001", "email": "other@example.az"})
    with pytest.raises(SlotTaken):
        desk.book("2026-11-23 10:00")
    desk.book("2026-11-23 11:00")
    with pytest.raises(SameHour):
        desk.book("2026-11-23 11:00", service=OTHER_SERVICE)
    with pytest.raises(DateNotOffered):
        desk.book("2026-11-20 15:00")
    with pytest.raises(Closed):
        desk.book("2026-11-22 11:00")
    with pytest.raises(Closed):
        desk.book("2026-11-23 03:00")
    desk.book("2026-11-23 12:00")
    with pytest.raises(LimitReached) as reached:
        desk.book("2026-11-23 15:00")
    assert (reached.value.limit, reached.value.count) == ("open_bookings", 2)


def test_a_run_out_hold_in_the_way_is_ended(desk: Desk) -> None:
    """C8, Q8: its person is told, and the hour is had."""
    desk.trial.hold("2026-11-23 10:00", dict(PERSON) | {"fin": "7ZZ0001", "email": "other@example.az"})
    desk.trial.at("2026-11-20 10:00")
    assert desk.book().order_code
    assert ("hold_ended", "other@example.az") in desk.trial.letters()


def test_a_hold_is_confirmed_without_its_code(desk: Desk) -> None:
    """C8: for whoever showed a document; telling it again is the same success."""
    held = desk.trial.hold()
    confirmed = desk.people.confirm("desk-1", desk.staff, held.booking, FIN, "identity_card")
    assert desk.trial.row(held.booking)["state"] == "confirmed"
    assert desk.people.confirm("desk-1", desk.staff, held.booking, FIN, "identity_card") == confirmed
    assert desk.people.confirm("desk-2", desk.staff, held.booking, FIN, "identity_card") == confirmed
    assert [row["outcome"] for row in desk.audited("desk_confirm")] == ["done", "done"]
    assert desk.trial.letters() == [("code", PERSON["email"]), ("confirmed", PERSON["email"])]


def test_a_hold_that_ran_out_is_not_confirmed(desk: Desk) -> None:
    """C8, Q8: at held_until exactly it has ended, at the counter too."""
    held = desk.trial.hold()
    desk.trial.at("2026-11-20 10:00:00")
    with pytest.raises(HoldEnded):
        desk.people.confirm(new_key(), desk.staff, held.booking, FIN, "identity_card")


def test_a_booking_is_moved_and_keeps_its_order_code(desk: Desk) -> None:
    """C8, Q10: as by its person; who has no address gets no letter of it either."""
    booked = desk.book()
    moved = desk.people.move(new_key(), desk.staff, booked.booking, FIN, moment("2026-11-24 12:00"), "passport")
    assert (moved.order_code, wall(moved.time)) == (booked.order_code, "2026-11-24 12:00:00")
    assert moved.qr != booked.qr
    assert desk.trial.letters() == []
    desk.trial.at("2026-11-24 12:00")
    with pytest.raises(TooLateToChange):
        desk.people.move(new_key(), desk.staff, booked.booking, FIN, moment("2026-11-25 12:00"), "passport")


def test_a_booking_is_cancelled(desk: Desk) -> None:
    """C8, Q10: until its time, not at it; the hour is free again and the letter goes where there is an address."""
    booked, kept = desk.book(who=PERSON), desk.book("2026-11-23 12:00")
    assert desk.people.cancel(new_key(), desk.staff, booked.booking, FIN, "other").state == "cancelled"
    assert desk.trial.states()["10:00"] == "free"
    assert desk.trial.letters() == [("confirmed", PERSON["email"]), ("cancelled", PERSON["email"])]
    desk.trial.at("2026-11-23 12:00")
    with pytest.raises(TooLateToChange):
        desk.people.cancel(new_key(), desk.staff, kept.booking, FIN, "other")
    assert [(row["staff"], row["outcome"]) for row in desk.audited("desk_cancel")] == [
        (desk.staff, "done"),
        (desk.staff, "too_late_to_change"),
    ]


def test_nothing_is_done_to_a_booking_of_another_fin(desk: Desk) -> None:
    """C8: the FİN of the document that was shown has to be the booking's."""
    held, booked = desk.trial.hold(), desk.book("2026-11-23 12:00")
    people, staff = desk.people, desk.staff
    for act in (
        lambda: people.confirm(new_key(), staff, held.booking, "7ZZ0001", "identity_card"),
        lambda: people.move(new_key(), staff, booked.booking, "7ZZ0001", moment("2026-11-24 12:00"), "identity_card"),
        lambda: people.cancel(new_key(), staff, booked.booking, "7ZZ0001", "identity_card"),
        lambda: people.slip(staff, booked.booking, "7ZZ0001", "identity_card"),
    ):
        with pytest.raises(NotFound):
            act()
    assert desk.trial.row(held.booking)["state"] == "held"
    assert desk.trial.row(booked.booking)["state"] == "confirmed"


def test_the_slip_is_told_again(desk: Desk) -> None:
    """C8: the same order code and QR, for paper; a hold has none."""
    booked, held = desk.book(), desk.trial.hold("2026-11-23 12:00")
    assert desk.people.slip(desk.staff, booked.booking, FIN, "identity_card") == booked
    with pytest.raises(NotFound):
        desk.people.slip(desk.staff, held.booking, FIN, "identity_card")
    assert {row["staff"] for row in desk.audited("desk_slip")} == {desk.staff}


def test_somebody_without_an_address_is_forgotten_like_everybody(desk: Desk) -> None:
    """K6: purge wipes the person although there is no address; once."""
    desk.book()
    database = desk.trial.station.database
    forget = lambda connection, _: booking_rows.forget_persons(connection, at("2026-12-24 00:00"))  # noqa: E731
    assert database.write(forget) == 1
    row = desk.trial.query("SELECT * FROM bookings")[0]
    assert (row["given_name"], row["surname"], row["phone"]) == ("", "", "")
    assert FIN not in row["fin"]
    assert database.write(forget) == 0


def test_a_citizen_without_an_address_can_move_and_cancel_at_a_kiosk(desk: Desk) -> None:
    """C8, Q10: by order code and FİN as everybody; no letter is tried."""
    booked = desk.book()
    moved = desk.trial.station.bookings.move(new_key(), booked.order_code, FIN, moment("2026-11-24 12:00"))
    assert moved.email == ""
    desk.trial.station.bookings.cancel(new_key(), booked.order_code, FIN)
    assert desk.trial.letters() == []


def test_the_documents_are_a_closed_list() -> None:
    """C8: what an operator may state, and the audit says word by word."""
    assert DOCUMENTS == ("identity_card", "passport", "residence_permit", "other")


def _together(*acts: Callable[[], Confirmed]) -> list[str]:
    """Run them in threads that begin at once; "done", or the refusal of each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Confirmed]) -> str:
        start.wait(30)
        try:
            act()
        except Refusal as refusal:
            return refusal.error
        return "done"

    with ThreadPoolExecutor(len(acts)) as hands:
        return sorted(hands.map(run, acts))


@pytest.mark.long
def test_eight_counters_book_one_seat_once(desk: Desk) -> None:
    """C8, Q5: the unique index decides at the counters too, beside a hold at a kiosk."""
    desk.trial.give_seats(1)
    for hour in range(9, 13):
        when = f"2026-11-23 {hour:02d}:00"
        acts = [partial(desk.book, when, dict(WITHOUT_EMAIL) | {"fin": f"7ZZ{hour:02d}{n:02d}"}) for n in range(8)]
        assert _together(*acts) == ["done", *["slot_taken"] * 7]


@pytest.mark.long
def test_eight_counters_book_one_person_no_more_than_allowed(make_trial: MakeTrial) -> None:
    """C8, Q11: what no index can hold is held by the person's lock."""
    desk = desk_of(make_trial(limits={"open_bookings": 3}))
    acts = [partial(desk.book, f"2026-11-23 {hour:02d}:00") for hour in range(9, 17)]
    assert _together(*acts) == [*["done"] * 3, *["limit_reached"] * 5]
