"""A ticket without a booking, from the kiosk's first screen to the printed slip, on real terminals (C5, issue 5)."""

from __future__ import annotations

import re

import pytest

from kiosk.names import Language
from tests.e2e.citizen import Citizen, hour_comes
from tests.e2e.glass import Cell
from tests.e2e.place import Place
from tests.e2e.workday import SERVICES, Workday

SIZES = ((120, 36), (80, 24), (76, 22))
LATE = 40
"""Minutes after the booked hour: the window is closed."""


def takes_a_ticket(citizen: Citizen) -> str:
    """From what is to be expected to the ticket; its number, as the queue has it."""
    citizen.sees(citizen.words("walk_in.before"))
    citizen.face.press("Return")
    citizen.sees(citizen.title("walk_in.taken"))
    (queue,) = citizen.place.ask({"do": "queue", "centre": "baku-2"})
    return str(queue["waiting"][-1]["ticket"])


def test_a_ticket_from_the_first_screen_on(place: Place) -> None:
    """Tile 7, the service, what to expect, the ticket: four keys, and another program sees who waits."""
    day = Workday(place)
    day.walk_in("10:00", SERVICES[0], SERVICES[0])
    with place.face() as face:
        citizen = Citizen(face, place)
        citizen.comes()
        face.press("7")
        citizen.sees(citizen.title("walk_in.service"))
        face.tap(citizen.service)
        assert takes_a_ticket(citizen) == "A-003"
        citizen.sees(re.split(r"[:：]", citizen.words("walk_in.line", before=2, minutes=""))[0])


@pytest.mark.long
@pytest.mark.parametrize("language", ["az", "ru", "en"])
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_slip_tells_what_the_screen_told(place: Place, columns: int, rows: int, language: Language) -> None:
    """At each size, in each language: nothing is cut, and the slip has the number, who is before, and how long."""
    settings = place.folder / "kiosk.toml"
    settings.write_text(f'{settings.read_text()}[printer]\ndevice = "simulated"\nfolder = "printer"\n')
    Workday(place).walk_in("10:00", SERVICES[0])
    with place.face(columns=columns, rows=rows) as face:
        citizen = Citizen(face, place, language)
        citizen.comes()
        assert "…" not in face.text()
        face.press("7")
        citizen.sees(citizen.title("walk_in.service"))
        face.tap(citizen.service)
        citizen.sees(citizen.words("walk_in.before"))
        assert "…" not in face.text()
        ticket = takes_a_ticket(citizen)
        assert "…" not in face.text()
        citizen.sees(citizen.title("arrival.take_ticket"))
        face.until(lambda: list((place.folder / "printer").glob("*")), "a slip")
    assert ticket == "A-002"
    assert "Traceback" not in place.log()


@pytest.mark.long
def test_who_came_too_late_takes_a_ticket_for_the_same_service(place: Place) -> None:
    """C3, C5: the verdict offers it first; the service is not asked for again, and the booking keeps its history.

    The code presented again, here or by another program, tells that ticket and gives no second one.
    """
    day = Workday(place)
    (code,) = day.books("10:00")
    hour_comes(place, code, LATE)
    with place.face() as face:
        citizen = Citizen(face, place)
        citizen.comes()
        face.tap(citizen.title("home.arrive"))
        citizen.sees(citizen.title("arrival.enter"))
        face.write(code)
        face.rests()
        face.press("Return")
        citizen.sees(citizen.title("home.walk_in"))
        tile = face.find(citizen.title("home.walk_in"))
        assert isinstance(tile, Cell)
        face.tap(tile)
        ticket = takes_a_ticket(citizen)
        face.press("Return")
        citizen.sees(citizen.title("home.arrive"))
        face.tap(citizen.title("home.arrive"))
        citizen.sees(citizen.title("arrival.enter"))
        face.write(code)
        face.rests()
        face.press("Return")
        values = {"ticket": ticket, "date": "", "time": "", "station": ""}
        citizen.sees(citizen.words("arrival.has_walk_in", **values).partition(".")[0])
    (again,) = place.ask({"do": "arrive", "key": "again", "order_code": code, "centre": "baku-2"})
    assert (again["verdict"], again["ticket"]) == ("already_active", ticket)
    (waits,) = day.queue()["waiting"]
    assert (waits["ticket"], waits["booked_for"]) == (ticket, None)
    (facts,) = place.ask({"do": "booking", "order_code": code})
    assert facts["state"] == "confirmed"
