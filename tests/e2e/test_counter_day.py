"""A counter's working day on a real terminal, by keyboard (C1, C2, C3, C5, issue 5)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.booking.example import ADMINISTRATOR_NAME
from kiosk.language import text
from kiosk.names import Language
from tests.e2e.counter_operator import Operator
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place
from tests.e2e.workday import SERVICES, Workday

EVERY_KEY = (*(f"F{number}" for number in range(2, 12)), "Return", "Tab", "Up", "Next", "Escape")
"""All but help and lock."""
MANY = 5_000


def test_one_person_from_the_call_to_the_end(place: Place) -> None:
    """Called, wrong keys, begun, locked and back with nothing lost, finished, taken back, finished again."""
    day = Workday(place)
    first, second = day.walk_in("10:00", *SERVICES[:2])
    with place.face("counter", columns=100, rows=35) as face:
        operator = Operator(face)
        operator.signs_in()
        face.press("F2")
        face.shows(operator.words("counter.person.called"), operator.words("button.start"))
        face.press("F7")
        face.shows(operator.words("counter.no.not_started", ticket=first))
        face.press("F4")
        face.shows(operator.words("button.finish"))
        operator.locks()
        assert first not in face.text()
        operator.unlocks()
        face.shows(first, second, operator.words("button.finish"))
        operator.finishes()
        face.shows(operator.words("counter.done.finish", ticket=first))
        face.press("F9")
        face.shows(operator.words("counter.done.undo", ticket=first), operator.words("button.finish"))
        operator.finishes()
        face.shows(operator.words("counter.done.finish", ticket=first))
    assert [one["ticket"] for one in day.queue()["waiting"]] == [second]
    assert "Traceback" not in place.log()


@pytest.mark.long
@pytest.mark.parametrize(
    ("columns", "rows", "language"), [(120, 36, "az"), (100, 35, "en"), (80, 24, "ru"), (76, 22, "az")]
)
def test_the_day_of_an_operator(place: Place, columns: int, rows: int, language: Language) -> None:
    """A code is scanned, people are called, parked, sent on, missed and brought back; each step is seen elsewhere."""
    day = Workday(place)
    codes = day.books("10:00", "09:00")
    day.walk_in("09:28", SERVICES[0])
    day.calls("09:29", "3")
    walked_in = day.walk_in("09:30", *SERVICES[:3])
    day.now("10:02")
    with place.face_on(XTerm, "counter", columns=columns, rows=rows) as face:
        operator = Operator(face, language)
        operator.signs_in()
        operator.scans(codes[0])
        operator.sees(operator.words("button.call"))
        face.press("Return")
        operator.sees(operator.words("counter.person.called"), "Misalzadə Tural", "7ZZ••••")
        (booked,) = (one["ticket"] for one in day.queue()["called"] if one["counter"] == "1")
        operator.presses("F3")
        times = (operator.words("counter.person.times", count=2), "×2")
        face.until(lambda: any(face.find(words) for words in times), "the second call")
        face.press("F4")
        operator.sees(operator.words("counter.person.serving"))
        operator.presses("F5")
        operator.types("surat")
        face.press("Return")
        operator.sees(operator.words("counter.done.park", ticket=booked), "surat")
        assert day.state(booked)[0] == "parked"
        face.press("F2")
        operator.sees(operator.words("counter.person.called"))
        face.press("F8")
        operator.sees(operator.words("counter.done.no_show", ticket=walked_in[0]))
        face.press("F9")
        operator.sees(operator.words("counter.done.undo", ticket=walked_in[0]))
        assert day.state(walked_in[0]) == ("called", "1")
        operator.presses("F6")
        operator.types("3")
        operator.presses("Tab")
        operator.types("imza")
        face.press("Return")
        operator.sees(operator.words("counter.done.transfer", ticket=walked_in[0]))
        assert walked_in[0] in (one["ticket"] for one in day.queue()["waiting"])
        operator.presses("F11")
        operator.sees(operator.words("counter.person.called"), "surat")
        face.press("shift+F5")
        operator.sees(operator.words("counter.done.put_back", ticket=booked))
        assert day.queue()["waiting"][0]["ticket"] == booked
        operator.scans(codes[1])
        operator.sees(operator.words("button.walk_in"))
        face.press("shift+F4")
        operator.sees(operator.words("counter.no.late"))
        face.press("shift+F11")
        operator.sees(operator.words("counter.walk_in.given"))
        operator.presses("Escape", "F10")
        operator.types(walked_in[2])
        operator.presses("Return", "Return")
        operator.sees(operator.words("counter.person.called"))
        assert day.state(walked_in[2]) == ("called", "1")
        operator.presses("F4")
        operator.finishes()
        operator.presses("F1")
        operator.sees(operator.words("counter.help.title"), operator.words("counter.help.further"))
        operator.presses("shift+F12")
        operator.sees(text("az", "button.sign_in"))
    assert "Traceback" not in place.log()


@pytest.mark.long
def test_wrong_keys_lose_nobody(place: Place) -> None:
    """With nobody in the hall, with somebody called and with somebody served: a key that does not apply says why."""
    day = Workday(place)
    day.now("10:00")
    with place.face("counter", columns=80, rows=24) as face:
        operator = Operator(face)
        operator.signs_in()
        operator.presses(*EVERY_KEY)
        operator.presses("F2")
        face.shows(operator.words("counter.no.nobody_waiting"))
        (ticket,) = day.walk_in("10:01", SERVICES[0])
        operator.presses("F2", "F2", "F7", "F11", "Up", "Next", "Return", "Escape")
        assert day.state(ticket) == ("called", "1")
        operator.presses("F6", "Return", "F7", "F8", "F2", "Escape", "F5", "F6", "F8", "Escape")
        assert day.state(ticket) == ("called", "1")
        operator.presses("F4", "F4", "F3", "F8", "F2", "F11", "Escape", "Escape")
        assert day.state(ticket) == ("serving", "1")
        operator.types("QWERTY")
        face.press("Return")
        operator.sees(operator.words("counter.unknown"))
        assert day.state(ticket) == ("serving", "1")
    assert "Traceback" not in place.log()


@pytest.mark.long
def test_a_late_one_is_accepted_with_a_reason(place: Place) -> None:
    """C3: where the setting and the right allow it; what became of it stands in the list."""
    settings = place.folder / "kiosk.toml"
    settings.write_text(f"{settings.read_text()}[arrival]\naccept_late = true\n")
    day = Workday(place)
    (code,) = day.books("09:00")
    day.now("09:40")
    with place.face("counter", columns=100, rows=35) as face:
        operator = Operator(face)
        operator.signs_in()
        operator.scans(code)
        face.shows(operator.words("button.accept_late"))
        operator.presses("shift+F4")
        face.press("Return")
        face.shows(operator.words("counter.late.empty"))
        operator.types("yol bagli idi")
        face.press("Return")
        operator.sees(operator.words("counter.accepted_late").split(",")[0])
    (waiting,) = day.queue()["waiting"]
    assert waiting["booked_for"] == f"{day.date}T09:00:00+04:00"


@pytest.mark.long
def test_two_counters_press_together(place: Place, tmp_path: Path) -> None:
    """C2: two operators press "next" in one moment, again and again: nobody is called twice, nobody is left out."""
    day = Workday(place)
    tickets = day.walk_in("10:00", *SERVICES[:1] * 8)
    there = tmp_path / "second"
    there.mkdir()
    settings = (place.folder / "kiosk.toml").read_text()
    for own, shared in (('"sqlite:///kiosk.db"', f'"sqlite:///{place.folder}/kiosk.db"'),
                        ('"secrets"', f'"{place.folder}/secrets"'), ('"e2e"', '"e2e-2"')):  # fmt: skip
        settings = settings.replace(own, shared)
    (there / "kiosk.toml").write_text(f"{settings}[counter]\nnumber = 2\n")
    second_place = Place(there, place.environment)
    with place.face("counter", columns=100, rows=35) as one, second_place.face("counter", columns=80, rows=24) as two:
        first, second = Operator(one), Operator(two, name=ADMINISTRATOR_NAME)
        first.signs_in()
        second.signs_in()
        called: list[str] = []
        for _ in range(4):
            for face in (one, two):
                face.press("F2")
            for operator in (first, second):
                operator.face.shows(operator.words("button.start"))
            pair = {one["counter"]: one["ticket"] for one in day.queue()["called"]}
            assert set(pair) == {"1", "2"}
            called += pair.values()
            for key in ("F4", "F7", "F7"):
                first.presses(key)
                second.presses(key)
            for operator in (first, second):
                operator.face.shows(operator.words("button.call_next"))
    assert sorted(called) == sorted(tickets)
    assert "Traceback" not in place.log() + second_place.log()


@pytest.mark.long
def test_five_thousand_wait(place: Place) -> None:
    """The list is read, moved through and searched, and the next one is called, while 5,000 wait."""
    day = Workday(place)
    day.walk_in("10:00", SERVICES[0])
    with closing(sqlite3.connect(place.folder / "kiosk.db")) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(tickets)") if row[1] not in ("id", "number")]
        listed = ", ".join(columns)
        database.executemany(
            f"INSERT INTO tickets ({listed}, number) SELECT {listed}, ? FROM tickets WHERE number = 1",  # noqa: S608
            ((number,) for number in range(2, MANY + 1)),
        )
    with place.face("counter", columns=100, rows=35) as face:
        operator = Operator(face)
        operator.signs_in()
        face.shows(str(MANY), f"/ {MANY}")
        for _ in range(20):
            face.press("Next")
        operator.presses("F10")
        operator.types("A-4321")
        face.press("Return")
        face.shows("A-4321")
        operator.presses("Escape", "Escape")
        face.press("F2")
        face.shows(operator.words("button.start"), str(MANY - 1), patience=10)
        face.press("F4")
        face.shows(operator.words("button.finish"), patience=10)
    assert day.queue()["called"][0]["ticket"] == "A-001"
    assert len(day.queue()["waiting"]) == MANY - 1
