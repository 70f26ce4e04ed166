"""The people's desk on the screen: by keys alone, a document first, every act through the same rules (C8)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.language import LANGUAGES
from screens.counter.people.ask import AskScreen
from screens.counter.people.book import BookScreen
from screens.counter.people.booking import FoundScreen
from screens.counter.people.hours import HoursScreen
from screens.counter.people.result import DoneScreen
from screens.counter.people.search import PeopleScreen
from screens.counter.water.leave import LeaveScreen
from screens.counter.workplace import WorkplaceScreen
from screens.messages import Scanned
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import NARROW, SIZES, CounterFace
from tests.screens.counter.people.conftest import OpenPeople
from tests.screens.counter.test_looks import nothing_overlaps
from tests.screens.counter.water.hands import Away, typed
from tests.stations import PERSON, START, Trial, moment

CUT = "…"
FIN = PERSON["fin"]
DAY = "2026-11-23"


async def find(face: CounterFace, fin: str = FIN, days: int = 3) -> None:
    """An identity card was shown, the FİN is there, the date is that many days ahead; Enter."""
    screen = face.screen
    assert isinstance(screen, PeopleScreen)
    screen.document, screen.fin.value = "identity_card", fin
    screen.day = screen._day + timedelta(days=days)
    await face.settle()
    await face.press("enter")


async def open_found(face: CounterFace) -> FoundScreen:
    """The first one that was found."""
    await face.press("enter")
    screen = face.screen
    assert isinstance(screen, FoundScreen)
    return screen


def shown_key(face: CounterFace, name: str) -> bool:
    """Whether a key of that name is at the foot."""
    return name in {key.name for key in face.screen.keys_now()}  # type: ignore[attr-defined]


async def test_a_document_is_asked_for_first(counter: Trial, at_people: OpenPeople) -> None:
    """C8: without saying which document was shown nothing is searched, and nothing is in the audit."""
    counter.confirmed(f"{DAY} 10:00")
    async with at_people() as face:
        assert all(line in face.shown for line in face.app.text("people.how").split("\n"))
        await typed(face, FIN)
        await face.press("enter")
        assert face.app.text("people.document.first").split("\n")[0] in face.shown
        assert counter.query("SELECT * FROM audit WHERE act = 'desk_find'") == []
        await face.press("f2", "right", "right", "right", "enter")
        screen = face.screen
        assert isinstance(screen, PeopleScreen)
        assert [one.state for one in screen.found] == ["confirmed"]
    (row,) = counter.query("SELECT * FROM audit WHERE act = 'desk_find'")
    assert row["detail"].startswith("identity_card ")
    assert row["staff"] == 1


async def test_what_was_found_goes_as_soon_as_something_else_is_asked(counter: Trial, at_people: OpenPeople) -> None:
    """C8: one person's bookings never stand under another's FİN, document or date."""
    counter.confirmed(f"{DAY} 10:00")
    async with at_people() as face:
        await find(face)
        screen = face.screen
        assert isinstance(screen, PeopleScreen)
        back = {"f2": ("f2", "f2", "f2"), "right": ("left",), "backspace": ()}
        for key, again in back.items():
            assert [one.state for one in screen.found] == ["confirmed"], key
            await face.press(key)
            assert screen.found == ()
            assert "10:00" not in face.shown
            await face.press(*again, "enter")
        assert screen.fin.problem == "field.short.fin"


async def test_a_hold_is_confirmed_and_its_slip_told(counter: Trial, at_people: OpenPeople) -> None:
    """C8: F4; the order code is large, and without a printer it is to be written down."""
    held = counter.hold(f"{DAY} 10:00")
    async with at_people() as face:
        await find(face)
        await open_found(face)
        assert not shown_key(face, "move")
        await face.press("f4")
        screen = face.screen
        assert isinstance(screen, DoneScreen)
        assert screen.confirmed.booking == held.booking
        assert face.app.text("people.write_down").split("\n")[0] in face.shown
        await face.press("escape")
        assert face.is_on(PeopleScreen)
        assert counter.row(held.booking)["state"] == "confirmed"


async def test_a_booking_is_moved_by_typing_day_and_hour(counter: Trial, at_people: OpenPeople) -> None:
    """C8, Q10: the list of free hours narrows as one types; the code stays."""
    booked = counter.confirmed(f"{DAY} 10:00")
    async with at_people() as face:
        await find(face)
        await open_found(face)
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, HoursScreen)
        await face.until(lambda: screen.hours)
        assert moment(f"{DAY} 10:00") not in screen.hours
        await typed(face, "24 12:00")
        await face.press("enter")
        done = face.screen
        assert isinstance(done, DoneScreen)
        assert (done.confirmed.order_code, done.confirmed.time) == (booked.order_code, moment("2026-11-24 12:00"))


async def test_cancelling_asks_with_another_key(counter: Trial, at_people: OpenPeople) -> None:
    """C8, Q10: F6 twice cancels nothing; F10 does."""
    booked = counter.confirmed(f"{DAY} 10:00")
    async with at_people() as face:
        await find(face)
        await open_found(face)
        await face.press("f6", "f6")
        assert face.is_on(AskScreen)
        await face.press("escape")
        assert counter.row(booked.booking)["state"] == "confirmed"
        await face.press("f6", "f10")
        assert face.is_on(PeopleScreen)
        assert face.app.text("people.cancelled") in face.shown
    assert counter.row(booked.booking)["state"] == "cancelled"


async def fill_in(face: CounterFace, *, by_keys: bool = False) -> None:
    """The form from the surname on, without an e-mail address; service and hour by typing what finds them."""
    screen = face.screen
    assert isinstance(screen, BookScreen)
    if by_keys:
        for value in ("Nümunəyeva", "Aygün", "", "050 123 45 67", ""):
            await typed(face, value)
            await face.press("enter")
    else:
        screen.form.typed |= {"surname": "Nümunəyeva", "given_name": "Aygün", "phone": "050 123 45 67"}
        await face.touch("#rows", "language")
    await face.press("enter")
    assert screen.current == "service"
    await face.until(lambda: screen.listed.services)
    await typed(face, "sexsiyyet")
    await face.press("enter", "enter")
    assert screen.current == "hour"
    await face.until(lambda: screen.listed.hours)
    await typed(face, "23 11:00")


async def test_somebody_without_an_address_is_booked(counter: Trial, at_people: OpenPeople) -> None:
    """C8: document and FİN come from the search; no e-mail address; the booking stands at once, no letter leaves."""
    async with at_people() as face:
        await find(face)
        await face.press("f8")
        screen = face.screen
        assert isinstance(screen, BookScreen)
        assert (screen.current, screen.form.typed["fin"]) == ("surname", FIN)
        await fill_in(face, by_keys=True)
        await face.press("enter")
        done = face.screen
        assert isinstance(done, DoneScreen)
        assert (done.confirmed.time, done.confirmed.email) == (moment(f"{DAY} 11:00"), "")
        assert face.app.text("people.no_letters") in face.shown
    (row,) = counter.query("SELECT * FROM bookings")
    assert (row["state"], row["email"], row["phone"]) == ("confirmed", "", "+994501234567")
    assert counter.letters() == []
    (audit,) = counter.query("SELECT * FROM audit WHERE act = 'desk_book'")
    assert audit["staff"] == 1


async def test_what_is_missing_is_gone_to(counter: Trial, at_people: OpenPeople) -> None:
    """K2: F10 leads to the first row that lacks something, and says what."""
    async with at_people() as face:
        await face.press("f8")
        screen = face.screen
        assert isinstance(screen, BookScreen)
        await face.press("f10")
        assert screen.current == "document"
        await face.press("enter")
        await typed(face, "12")
        await face.press("f10")
        assert screen.current == "fin"
        assert face.app.text("field.fin").split("\n")[0] in face.shown
        await typed(face, "3456z")
        await face.press("f10")
        assert screen.current == "surname"
        assert counter.query("SELECT * FROM bookings") == []


async def test_an_hour_taken_meanwhile_is_told_and_the_rest_is_kept(counter: Trial, at_people: OpenPeople) -> None:
    """C8, Q5: the loser chooses another hour; nothing typed is lost."""
    counter.give_seats(1)
    async with at_people() as face:
        await find(face)
        await face.press("f8")
        await fill_in(face)
        screen = face.screen
        assert isinstance(screen, BookScreen)
        counter.station.bookings.hold(
            "rival", "identity-card-issue", "baku-2", moment(f"{DAY} 11:00"), dict(PERSON) | {"fin": "7ZZ0001"}, "az"
        )
        await face.press("enter")
        if face.is_on(BookScreen):
            await face.until(lambda: screen.current == "hour")
        await face.settle()  # the free hours are being read
        assert face.is_on(BookScreen)
        assert screen.form.typed["surname"] == "Nümunəyeva"
    assert [row["state"] for row in counter.query("SELECT state FROM bookings")] == ["held"]


@pytest.mark.long
async def test_no_answer_is_asked_again_by_the_same_key(
    counter: Trial, at_people: OpenPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit whose outcome is unknown: Enter again books nothing twice."""
    from kiosk.errors import Unavailable

    people = counter.station.people
    away = Away(people.book, Unavailable())
    monkeypatch.setattr(people, "book", away)
    async with at_people() as face:
        await find(face)
        await face.press("f8")
        await fill_in(face)
        await face.press("enter")
        assert face.is_on(BookScreen)
        await face.press("f10")
        assert face.is_on(DoneScreen)
    assert len(away.keys) == 2 and len(set(away.keys)) == 1
    assert len(counter.query("SELECT * FROM bookings")) == 1


@pytest.mark.long
async def test_what_is_typed_is_not_lost_unasked(counter: Trial, at_people: OpenPeople) -> None:
    """K2: leaving a begun form asks first; an untouched one goes at once."""
    async with at_people() as face:
        await face.press("f8", "escape")
        assert face.is_on(PeopleScreen)
        await find(face)
        await face.press("f8")
        await typed(face, "N")
        await face.press("escape")
        assert face.is_on(LeaveScreen)
        await face.press("f10")
        assert face.is_on(PeopleScreen)


@pytest.mark.long
async def test_todays_booking_is_activated_at_the_workplace(counter: Trial, at_people: OpenPeople) -> None:
    """C1, C8: Enter on it presents its code there, as a scan would."""
    booked = counter.confirmed(f"{DAY} 10:00")
    counter.at(f"{DAY} 09:55")
    async with at_people() as face:
        await find(face, days=0)
        await open_found(face)
        await face.press("enter")
        assert face.is_on(WorkplaceScreen)
    assert counter.row(booked.booking)["state"] == "active"


async def test_a_scan_leads_to_the_workplace(counter: Trial, at_people: OpenPeople) -> None:
    """C1: somebody with a code comes while the desk's search is open."""
    booked = counter.confirmed("2026-11-21 10:00")
    counter.at("2026-11-21 09:58")
    async with at_people() as face:
        face.screen.post_message(Scanned(booked.order_code))
        await face.settle()
        assert face.is_on(WorkplaceScreen)
    assert counter.row(booked.booking)["state"] == "active"


@pytest.mark.long
async def test_who_left_does_nothing_more(counter: Trial, at_people: OpenPeople) -> None:
    """C6: a staff member who was put out is refused in words."""
    counter.confirmed(f"{DAY} 10:00")
    async with at_people() as face:
        counter.change("UPDATE staff SET active = 0")
        await find(face)
        assert face.app.text("people.refused.not_allowed").split("\n")[0] in face.shown
        assert "10:00" not in face.shown


@pytest.mark.parametrize(
    ("size", "language"),
    [
        # Each size and each language once in the first tier, the other pairs in the second.
        pytest.param(size, language, marks=() if (at - place) % 3 == 0 else pytest.mark.long)
        for at, size in enumerate(SIZES)
        for place, language in enumerate(LANGUAGES)
    ]
    + [pytest.param(NARROW, language, marks=pytest.mark.long) for language in LANGUAGES],
)
async def test_every_screen_is_whole(
    at_people: OpenPeople, counter: Trial, size: tuple[int, int], language: Any
) -> None:
    """K2, K3: search, booking, question, hours, form, result: nothing overlaps, every key in sight, no label cut."""

    def whole(face: CounterFace) -> None:
        nothing_overlaps(face)
        keys: Any = face.widget("#keys")
        assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
        rows: Any = face.screen.query("#rows")
        labels = [line[:26] for line in face.lines()] if rows else face.lines()
        names = [one.name.of(language) for one in face.app.catalogue.services.values()] if face.app.catalogue else []
        cut = [line for line in labels if CUT in line and not any(name[:12] in line for name in names)]
        assert cut == []

    counter.confirmed(f"{DAY} 10:00")
    async with at_people(size, language) as face:
        whole(face)
        await find(face)
        whole(face)
        await open_found(face)
        whole(face)
        await face.press("f6")
        whole(face)
        await face.press("escape", "f5")
        hours = face.screen
        assert isinstance(hours, HoursScreen)
        await face.until(lambda: hours.hours)
        await face.settle()
        whole(face)
        await face.press("enter")
        whole(face)
        await face.press("escape", "f8")
        whole(face)


def test_start_is_a_friday() -> None:
    """What `find` counts on: three days after START is DAY."""
    assert START.startswith("2026-11-20") and DAY == "2026-11-23"


async def test_the_slip_is_printed_at_once_and_a_missing_one_is_told(
    make_counter: MakeCounter, at_people: OpenPeople, tmp_path: Path
) -> None:
    """C8: the code on paper is all that somebody without an e-mail address has; in their own language."""
    paper = tmp_path / "paper"
    paper.mkdir()
    trial = make_counter(printer={"device": "simulated", "folder": str(paper)})
    trial.hold(f"{DAY} 10:00")
    async with at_people(trial=trial) as face:
        await find(face)
        await open_found(face)
        await face.press("f4")
        assert face.is_on(DoneScreen)
        assert face.app.text("people.take_paper") in face.shown
        assert len(list(paper.glob("slip-*.png"))) == 1
        (paper / "fault").write_text("no_paper", "ascii")
        await face.press("f14")
        assert face.app.text("people.not_printed").split("\n")[0] in face.shown
    prints = trial.query("SELECT outcome FROM audit WHERE act = 'print_order' ORDER BY id")
    assert [row["outcome"] for row in prints] == ["ok", "no_paper"]
