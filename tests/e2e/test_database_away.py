"""Faces on real terminals while PostgreSQL goes away and comes back: told in words, nothing typed is lost (K4, K5).

Each face has the login of its role. The bounds are those of docs/operating.md.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from db import grants
from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from tests.e2e.citizen import SETTLED, Citizen
from tests.e2e.hall import CENTRE, SERVICE, Hall, is_large
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal
from tests.standby import Node, running_node, running_pair, until
from tests.stations import PERSON

pytestmark = pytest.mark.long

DAY = "2036-11-17"
"""A Monday after any run of this test: faces go by the last instant of the trial then."""
_DATABASE = "asan"
_LISTENS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'asan-kiosk counter, listening'"
TOLD = 10.0
"""So many seconds after a server was stopped each face says so."""
STANDS_STILL = 30.0
"""The same of one that stands still: nothing cuts its connections."""
BACK = 30.0
"""So many seconds after a server answers again, each face goes on by itself."""
WAY = "yeni pəncərə"
_ROLES = {"kiosk": grants.KIOSK, "counter": grants.COUNTER, "board": grants.COUNTER}


class Centre:
    """A database with example data on one or two servers, and a place for each face with a login of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, node: Node) -> None:
        """Make the database by the product's own `init`, and logins for the faces."""
        with psycopg.connect(node.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_DATABASE}")
        owner = self.place("postgres", node)
        done = subprocess.run(
            owner.command("init"), check=False, env=dict(owner.environment), stdin=subprocess.DEVNULL,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        with psycopg.connect(node.dsn(), autocommit=True) as connection:
            for face, role in _ROLES.items():
                connection.execute(f"CREATE ROLE {face} LOGIN IN ROLE {role}".encode())

    def place(self, login: str, *nodes: Node) -> Place:
        """Where a face with that login lives; its address names every server."""
        folder = self._folder / login
        folder.mkdir(exist_ok=True)
        servers = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        (folder / "kiosk.toml").write_text(
            f'[station]\nname = "{login}"\n'
            f'[database]\nurl = "postgresql://{login}@{servers}/{_DATABASE}"\n'
            f'[secrets]\nfolder = "{self._folder / "secrets"}"\n'
            f'[mail]\npath = "{self._folder / "mail"}"\n'
            "[clock]\nsettable = true\n"
            '[log]\nfile = "kiosk.log"\n',
            "utf-8",
        )
        home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
        return Place(folder, {"PATH": os.environ["PATH"], **home})


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    """Nothing yet."""
    return Centre(tmp_path)


def words(key: str) -> str:
    """The first line of a text."""
    return text("az", key).split("\n")[0]


@contextmanager
def opened(place: Place, face: str) -> Iterator[PtyTerminal]:
    """A face; no trace stands in its log at the end."""
    with place.face(face) as terminal:
        yield terminal
    assert "Traceback" not in place.log() and "CRITICAL" not in place.log()


def signs_in(face: PtyTerminal) -> None:
    """An operator at the counter."""
    face.shows(words("button.sign_in"))
    face.rests(SETTLED)
    face.write(OPERATOR_NAME)
    face.shows(OPERATOR_NAME)
    face.press("Tab")
    face.rests(SETTLED)
    face.write(OPERATOR_PASSWORD)
    face.rests(SETTLED)
    face.press("Return")
    face.shows(words("counter.key.lock"))
    face.rests(SETTLED)


class Faces:
    """A board, a counter with a note half written, a kiosk with a form filled in, another with an order code typed."""

    NOTE = "sened catmir"

    def __init__(self, centre: Centre, opening: ExitStack, *nodes: Node) -> None:
        self.owner = centre.place("postgres", *nodes)
        self.code = self._somebody_books(nodes[0])
        hall = Hall(self.owner, DAY)
        hall.people_come(3)
        self.board = opening.enter_context(opened(centre.place("board", *nodes), "board"))
        self.counter = opening.enter_context(opened(centre.place("counter", *nodes), "counter"))
        self.kiosk = opening.enter_context(opened(centre.place("kiosk", *nodes), "kiosk"))
        self.citizen = Citizen(self.kiosk, centre.place("kiosk", *nodes))
        signs_in(self.counter)
        self.counter.press("F2")
        self.ticket = "A-001"
        self.counter.shows(text("az", "counter.key.finish"))
        # tickets are drawn as large signs there: the way to the counter tells that one is shown
        with psycopg.connect(nodes[0].dsn(_DATABASE)) as connection:
            connection.execute("UPDATE counters SET direction_az = %s, direction_ru = %s, direction_en = %s", [WAY] * 3)
        self.board.until(self._tells_the_way, "the way to the counter")
        self.counter.rests(SETTLED)
        self.counter.press("F6")
        self.counter.shows(text("az", "counter.transfer.title", ticket=self.ticket))
        self.counter.rests(SETTLED)
        self.counter.write("pasport")
        self.counter.rests(SETTLED)
        self.counter.press("Tab")
        self.counter.write(self.NOTE)
        self.counter.shows(self.NOTE)
        self.citizen.comes()
        self.citizen.chooses_service()
        self.citizen.chooses_centre()
        self.citizen.chooses_date()
        self.citizen.chooses_hour()
        for number, value in enumerate(self.citizen.person.fields()):
            if number:
                self.kiosk.press("Tab")
                self.kiosk.rests(0.2)
            self.kiosk.write(value)
            self.kiosk.rests(0.2)

        self.door = opening.enter_context(opened(centre.place("kiosk", *nodes), "kiosk"))
        self.door.shows("AZ", "RU", "EN")
        self.door.rests(SETTLED)
        self.door.tap(words("home.arrive"))
        self.door.shows(words("arrival.enter"))
        self.door.rests(SETTLED)
        self.door.write(self.code)
        self.door.rests(SETTLED)
        until(lambda: nodes[0].value(_LISTENS) == 1, "a counter at work listens on one connection")

    def _tells_the_way(self) -> bool:
        return is_large(self.board, WAY)

    def _somebody_books(self, node: Node) -> str:
        """Their order code, for eleven o'clock."""
        person = dict(PERSON, fin="7ZZ0001")
        asked = {"service": SERVICE, "centre": CENTRE, "time": f"{DAY}T11:00:00+04:00", "applicant": person}
        _, held = self.owner.ask(
            {"do": "clock", "now": "2036-11-14T09:00:00+04:00"}, {"do": "hold", "key": "theirs", **asked}
        )
        with psycopg.connect(node.dsn(_DATABASE)) as connection:
            row = connection.execute("SELECT code FROM bookings WHERE fin = '7ZZ0001'").fetchone()
        assert row is not None
        _, booked = self.owner.ask(
            {"do": "clock", "now": "2036-11-14T09:01:00+04:00"},
            {"do": "confirm", "booking": held["booking"], "code": row[0]},
        )
        return str(booked["order_code"])

    def all_say_so(self, patience: float) -> None:
        """Each in its own words, by itself or when it is asked for something; and nothing typed is gone."""
        self.citizen.taps_button(text("az", "button.send_code").split()[0])
        self.door.press("Return")
        self.board.shows(words("board.wait"), patience=patience)
        self.board.until(lambda: not self._tells_the_way(), "no call on the board")
        self.counter.shows(text("az", "counter.away"), self.NOTE, patience=patience)
        self.kiosk.shows(words("database.away").split(".")[0], patience=patience)
        self.kiosk.shows(self.citizen.person.email)
        self.door.shows(words("database.away").split(".")[0], self.code[-4:], patience=patience)

    def all_go_on(self) -> None:
        """Each by itself; what was typed is sent, and done once."""
        self.board.until(self._tells_the_way, "the way to the counter", patience=BACK)
        self.counter.hides(text("az", "counter.away"), patience=BACK)
        self.counter.shows(self.NOTE)
        self.counter.rests(SETTLED)
        self.counter.press("Return")
        self.counter.hides(text("az", "counter.transfer.title", ticket=self.ticket))
        self.kiosk.shows(self.citizen.person.email)
        self.citizen.taps_button(text("az", "button.send_code").split()[0])
        self.citizen.sees_step("code")
        self.door.press("Return")
        self.door.shows(text("az", "arrival.early", time="", ticket="").split("\n")[0])

    def check(self, node: Node) -> None:
        """One booking is held, one ticket was called and sent on with its note."""
        with psycopg.connect(node.dsn(_DATABASE)) as connection:
            held = connection.execute("SELECT count(*) FROM bookings WHERE fin = %s", (self.citizen.person.fin,))
            assert held.fetchone() == (1,)
            tickets = connection.execute("SELECT count(*), count(booking) FROM tickets").fetchone()
            assert tickets == (4, 1)
            steps = connection.execute("SELECT act FROM ticket_steps ORDER BY id").fetchall()
            assert steps == [("call_next",), ("transfer",)]
            assert connection.execute("SELECT note FROM tickets WHERE number = 1").fetchone() == (self.NOTE,)


def test_faces_outlive_a_restart(centre: Centre) -> None:
    """K4: a server that is stopped and started again."""
    with running_node() as node, ExitStack() as opening:
        centre.make(node)
        faces = Faces(centre, opening, node)
        node.stop()
        faces.all_say_so(TOLD)
        node.start()
        faces.all_go_on()
        faces.check(node)


def test_faces_outlive_a_server_that_stands_still(centre: Centre) -> None:
    """K4: nothing cuts the connections."""
    with running_node() as node, ExitStack() as opening:
        centre.make(node)
        faces = Faces(centre, opening, node)
        with node.frozen():
            faces.all_say_so(STANDS_STILL)
        faces.all_go_on()
        faces.check(node)


def test_faces_go_on_at_the_standby(centre: Centre) -> None:
    """K5: the primary loses its power for good, its synchronous standby is promoted."""
    with running_pair(centre.make) as (primary, standby), ExitStack() as opening:
        faces = Faces(centre, opening, primary, standby)
        primary.kill()
        faces.all_say_so(TOLD)
        standby.promote()
        faces.all_go_on()
        faces.check(standby)
