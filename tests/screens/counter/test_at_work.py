"""The workplace over the real queue: from the code to the end of the service, and the late ones (C1, C2, C3, C5)."""

from __future__ import annotations

import pytest

from kiosk.booking.example import load_example
from kiosk.place import Place
from screens.counter.example_codes import example_codes
from screens.counter.sign_in import SignInScreen
from screens.messages import Scanned
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import at_workplace
from tests.stations import OTHER_SERVICE, SERVICE, Trial, new_key, person

MONDAY = "2026-11-23"


def booked(trial: Trial) -> list[str]:
    """The codes of two who booked ten o'clock, at five past."""
    codes = [
        trial.confirmed(f"{MONDAY} 10:00", person(number), service=service).order_code
        for number, service in ((1, SERVICE), (2, OTHER_SERVICE))
    ]
    trial.at(f"{MONDAY} 10:05")
    return codes


def come(trial: Trial, code: str) -> str:
    """The ticket of somebody who shows a code at a kiosk."""
    ticket = trial.arrive(code, station="kiosk-2").ticket
    assert ticket is not None
    return ticket


def gives_walk_ins(trial: Trial, most: int = 9) -> None:
    """The centre gives live tickets for the usual service."""
    trial.change("UPDATE offers SET walk_in = :most WHERE service = :s", most=most, s=SERVICE)
    trial.change("UPDATE facts SET value = value + 1 WHERE name = 'reference_version'")


async def test_a_code_opens_its_person_who_is_called_and_served(counter: Trial) -> None:
    """C1, C2: typed at the counter, activated, then Enter, F4, F7; each step audited with operator and ticket."""
    code = counter.confirmed(f"{MONDAY} 10:00").order_code
    counter.at(f"{MONDAY} 10:05")
    async with at_workplace(counter) as face:
        await face.enter(code)
        await face.until(lambda: face.workplace.queue.chosen == "A-001")
        assert [way.name for way in face.workplace.panel.ways()] == ["call"]
        await face.press("enter")
        assert "Nümunəyeva Aygün" in face.shown
        assert "5AB••••" in face.shown
        assert "5AB1C2D" not in face.shown
        await face.press("f4", "f7", "f7", "f9")
        live = face.workplace.desk.hall
        assert live is not None
        assert live.live is not None
        assert live.live.state == "serving"
        member = face.workplace.member.id
    rows = counter.query("SELECT act, staff, ticket, detail FROM audit WHERE ticket IS NOT NULL AND act <> 'arrive'")
    assert [row["act"] for row in rows] == ["call", "see_person", "start", "finish", "undo", "see_person"]
    assert {row["staff"] for row in rows} == {member}


@pytest.mark.long
async def test_next_is_whom_the_rule_calls_and_the_list_follows(counter: Trial) -> None:
    """C5: the booked one whose hour has come; who comes at a kiosk meanwhile is in the list by itself."""
    codes = booked(counter)
    first = come(counter, codes[0])
    async with at_workplace(counter) as face:
        await face.press("f2")
        assert face.workplace.person.subject is not None
        assert face.workplace.person.subject.ticket == first
        second = come(counter, codes[1])
        await face.until(lambda: [row.ticket for row in face.workplace.queue.rows] == [second])
        await face.press("f4", "f7", "f7", "f2")
        await face.until(lambda: face.workplace.person.subject is not None)
        assert face.workplace.person.subject.ticket == second


@pytest.mark.long
async def test_who_is_called_is_there_again_after_signing_in_anew(counter: Trial) -> None:
    """No step is lost with the workplace: the counter still has its person."""
    ticket = come(counter, booked(counter)[0])
    async with at_workplace(counter) as face:
        await face.press("f2", "f24")
        await face.until(lambda: face.is_on(SignInScreen))
        await face.settle()
        assert counter.query("SELECT staff FROM counters") == [{"staff": None}]
        face.elapsed.pass_by(1.0)
        await face.sign()
        await face.until(lambda: face.workplace.person.subject is not None)
        assert face.workplace.person.subject is not None
        assert face.workplace.person.subject.ticket == ticket
        assert counter.query("SELECT staff FROM counters") == [{"staff": face.workplace.member.id}]


async def test_a_late_one_gets_a_live_ticket_that_keeps_the_history(make_counter: MakeCounter) -> None:
    """C3, C5: also where late arrivals are not accepted; the panel tells ticket, place and wait."""
    counter = make_counter()
    gives_walk_ins(counter)
    held = counter.confirmed(f"{MONDAY} 10:00")
    counter.at(f"{MONDAY} 10:30")
    async with at_workplace(counter) as face:
        await face.enter(held.order_code)
        assert [way.name for way in face.workplace.panel.ways()] == ["walk_in"]
        await face.press("f23")
        assert face.told.title == face.app.text("counter.walk_in.given").split("\n")[0]
        ticket = face.told.number
        assert dict(face.told.facts)[face.app.text("counter.walk_in.place")] == "1"
        await face.until(lambda: face.workplace.queue.chosen == ticket)
        await face.press("f23")
        assert face.workplace.note.words == face.app.text("counter.no.late")
        await face.press("enter")
        assert "Nümunəyeva Aygün" in face.shown
    rows = counter.query("SELECT after_booking FROM tickets")
    assert len(rows) == 1
    assert rows[0]["after_booking"] is not None


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("f23",), id="live-ticket"),
        pytest.param(("f16", *"yol", "enter"), id="accept-late", marks=pytest.mark.long),
    ],
)
async def test_where_a_kiosk_was_first_the_late_ones_ticket_is_shown(
    make_counter: MakeCounter, keys: tuple[str, ...]
) -> None:
    """C3, C5: the verdict on the screen is old: neither key gives a second ticket, and the panel tells the one."""
    counter = make_counter(frozenset({"accept_late"}), arrival={"accept_late": True})
    gives_walk_ins(counter)
    held = counter.confirmed(f"{MONDAY} 10:00")
    counter.at(f"{MONDAY} 10:30")
    async with at_workplace(counter) as face:
        await face.enter(held.order_code)
        assert {way.name for way in face.workplace.panel.ways()} == {"accept_late", "walk_in"}
        given = counter.station.walk_ins.take("kiosk", SERVICE, after_booking=held.order_code).ticket
        await face.press(*keys)
        title = face.app.text("counter.has_walk_in").split("\n")[0]
        await face.until(lambda: face.workplace.panel.shown is not None and face.told.title == title)
        assert face.told.number == given
        assert face.app.text("counter.ticket_given") in dict(face.told.facts)
        await face.until(lambda: [way.name for way in face.workplace.panel.ways()] == ["call"])
        await face.press("f23")
        assert face.workplace.note.words == face.app.text("counter.no.late")
    assert counter.query("SELECT count(*) AS n FROM tickets") == [{"n": 1}]


@pytest.mark.long
async def test_where_no_live_tickets_are_given_it_is_told(counter: Trial) -> None:
    """C5: the late one's verdict stays, so that another way can be offered."""
    gives_walk_ins(counter, 0)
    held = counter.confirmed(f"{MONDAY} 10:00")
    counter.at(f"{MONDAY} 10:30")
    async with at_workplace(counter) as face:
        await face.enter(held.order_code)
        await face.press("f23")
        assert face.workplace.note.words == face.app.text("counter.no.walk_ins")
        assert face.told.title == face.app.text("counter.too_late")


@pytest.mark.long
async def test_a_closed_counter_says_so_and_calls_nobody(counter: Trial) -> None:
    """C2: a supervisor closed it."""
    come(counter, booked(counter)[0])
    counter.change("INSERT INTO counters (centre, number, open) VALUES ('baku-2', '1', 0)")
    async with at_workplace(counter) as face:
        assert face.workplace.note.words == face.app.text("counter.no.closed")
        await face.press("f2")
        assert face.workplace.note.words == face.app.text("counter.no.closed")
        assert not counter.query("SELECT id FROM calls")


async def test_a_scan_that_stalled_is_one_code(counter: Trial) -> None:
    """C1: its first signs were taken for typing; the two halves are presented as the one code that they are."""
    code = counter.confirmed(f"{MONDAY} 10:00").order_code
    counter.at(f"{MONDAY} 10:05")
    async with at_workplace(counter) as face:
        await face.write(code[:2])
        face.app.screen.post_message(Scanned(code[2:]))
        await face.until(lambda: face.workplace.queue.chosen == "A-001")
        assert face.workplace.code.value == ""
        await face.write("abc")
        face.app.screen.post_message(Scanned(code))
        await face.until(lambda: face.app.text("counter.already_active").split("\n")[0] in face.shown)
        assert face.workplace.code.value == "abc"


async def test_with_example_data_there_are_codes_to_try(make_counter: MakeCounter) -> None:
    """K7: who opens a counter to look at it has nobody to call; once somebody is here the codes are gone."""
    trial = make_counter(example={"data": True})
    station = trial.station
    assert load_example(Place(station.settings, station.clock, station.database))
    trial.at(f"{MONDAY} 09:00")
    async with at_workplace(trial) as face:
        code = example_codes(station)[0]
        assert code.startswith(("09:", "10:"))
        await face.until(lambda: code in face.shown)
        assert "NÜMUNƏ" in face.shown
        await face.enter(code.split()[-1])
        await face.press("enter")
        await face.until(lambda: face.app.text("button.start") in face.shown)
        assert "NÜMUNƏ" not in face.shown


async def test_counters_with_somebody_at_them_are_offered(counter: Trial) -> None:
    """C2: also those that have called nobody; the own one and a closed one are not."""
    code = booked(counter)[0]
    come(counter, code)
    boss = counter.station.staff.add("boss", "Aytən Quliyeva", "supervisor", frozenset(), "parol-2026")
    counter.change(
        "INSERT INTO counters (centre, number, open, staff, staffed_at) VALUES ('baku-2', '12', 1, :boss, 1)", boss=boss
    )
    counter.change("INSERT INTO counters (centre, number, open) VALUES ('baku-2', '5', 1)")
    async with at_workplace(counter) as face:
        await face.press("f2", "f6")
        await face.until(lambda: face.app.text("counter.number", number="12") in face.shown)
        assert face.app.text("counter.number", number="5") not in face.shown
        await face.press("down", "enter")
        await face.until(lambda: face.workplace.column == "queue")
    assert counter.query("SELECT c.number FROM tickets t JOIN counters c ON c.id = t.to_counter") == [{"number": "12"}]


async def test_two_counters_never_have_the_same_person(counter: Trial) -> None:
    """C2: what another counter called is gone from here; a chosen one that it took is told."""
    first, second = (come(counter, code) for code in booked(counter))
    async with at_workplace(counter) as face:
        await face.press("down", "down")
        assert face.workplace.queue.chosen == second
        counter.station.queue.call(new_key(), "2", second)
        await face.until(lambda: face.workplace.queue.chosen is None)
        counter.station.queue.call_next(new_key(), "3")
        await face.until(lambda: not face.workplace.queue.rows)
        await face.enter(first)
        await face.press("enter")
        assert face.workplace.note.words == face.app.text("counter.no.other_counter", ticket=first, number="3")
