"""The database away, and the kiosk killed, at the moment of “Təsdiq et”: one application or none (W2, W3)."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.glass import PATIENCE, Terminal
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.water_citizen import Wanted, WaterCitizen, plug_in_stick, short_messages

FIN = "5ABC123"

pytestmark = pytest.mark.long


@contextmanager
def database_away(place: Place) -> Iterator[None]:
    """Nobody can write: another process holds the file's only lock."""
    with closing(sqlite3.connect(place.folder / "kiosk.db", isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def applications(place: Place) -> int:
    """How many of this person are kept, seen from outside while the kiosk runs."""
    with closing(sqlite3.connect(place.folder / "kiosk.db", timeout=PATIENCE)) as look:
        return int(look.execute("SELECT count(*) FROM applications WHERE fin = ?", (FIN,)).fetchone()[0])


def at_approval(face: Terminal, place: Place) -> WaterCitizen:
    """Everything is filled in, and “Təsdiq et” stands there."""
    plug_in_stick(place)
    citizen = WaterCitizen(face, place)
    citizen.opens_new_consumer(FIN)
    citizen.fills_address(Wanted())
    citizen.adds_documents()
    citizen.fills_contact()
    citizen.taps_button(citizen.words("button.submit"))
    citizen.sees_summary()
    return citizen


def killed(face: PtyTerminal) -> None:
    """As by a power cut: nothing of the process runs on."""
    os.kill(face.process.pid, signal.SIGKILL)
    face.process.wait(PATIENCE)


def test_the_database_away_for_a_while_loses_nothing(place: Place) -> None:
    """“Təsdiq et” says so; touched again when it is back, it registers one application."""
    with place.face() as face:
        citizen = at_approval(face, place)
        with database_away(place):
            citizen.taps_button(citizen.words("button.approve"))
            citizen.sees(citizen.title("database.away").split(". ")[0])
            assert applications(place) == 0
        citizen.taps_button(citizen.words("button.approve"))
        number = citizen.is_registered()
    (found,) = place.ask({"do": "applications", "fin": FIN})
    assert [one["number"] for one in found["applications"]] == [number]


def test_killed_before_the_commit_there_is_none(place: Place) -> None:
    """No application, no number, no letter; the kiosk starts again as if nothing had been."""
    with place.face() as face:
        citizen = at_approval(face, place)
        with database_away(place):
            citizen.taps_button(citizen.words("button.approve"))
            face.rests()
            killed(face)
        assert applications(place) == 0
    with place.face() as again:
        WaterCitizen(again, place).comes()
        assert not place.letters(citizen.person.email)
        assert not short_messages(place, citizen.person.phone)
    (found,) = place.ask({"do": "applications", "fin": FIN})
    assert found["applications"] == []


def test_killed_right_after_the_commit_there_is_one(place: Place) -> None:
    """The application is kept with its number; letter and SMS go out once.

    At the latest when the lease of who was killed in the middle of sending them has ended.
    """
    with place.face() as face:
        citizen = at_approval(face, place)
        citizen.taps_button(citizen.words("button.approve"))
        until = time.monotonic() + PATIENCE
        while not applications(place):
            assert time.monotonic() < until
        killed(face)
    later = datetime.now(UTC) + timedelta(minutes=5)
    place.ask({"do": "clock", "now": later.isoformat()})
    with place.face() as again:
        WaterCitizen(again, place).comes()
        again.until(lambda: place.letters(citizen.person.email), "the letter")
        again.until(lambda: short_messages(place, citizen.person.phone), "the SMS")
        again.rests(1.0)
    (found,) = place.ask({"do": "applications", "fin": FIN})
    (kept,) = found["applications"]
    (letter,) = place.letters(citizen.person.email)
    (message,) = short_messages(place, citizen.person.phone)
    assert kept["status"] == "registered"
    assert kept["number"] in letter
    assert kept["number"] in message
