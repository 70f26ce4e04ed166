"""The commands as processes, each by the login that it is for, and told in words by one that it is not (K5, K6)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import grants
from kiosk.post.maildir import Maildir
from kiosk.water.references import new_reference
from tests.architecture.tree import ROOT
from tests.batch.talk import hold, key
from tests.batch.test_process import MINUTE, Process
from tests.logins import as_login, forget_looks, make_logins
from tests.ports import free_port
from tests.postgres import Server
from tests.standby import until
from tests.stations import CENTRE, OTHER_SERVICE, PERSON, SERVICE, written_settings

pytestmark = pytest.mark.long

DAY = "2026-11-23"
_OFFERS = ROOT / "assets" / "reference" / "offers.csv"
_LATER = "2036-11-14T09:00:00"
"""After any run of this test: `carry` goes by the last instant of the trial then."""


class Centre:
    """One PostgreSQL database with a settings file for each login, and processes on it."""

    def __init__(self, server: Server, url: str, folder: Path, secrets: Path, opened: ExitStack) -> None:
        make_logins(server)
        forget_looks(url)
        self.folder = folder
        self.port = free_port()
        self._url = url
        self._secrets = secrets
        self._opened = opened

    def settings(self, role: str) -> Path:
        """The settings file of a machine whose login is a member of a role."""
        written = written_settings(
            as_login(self._url, role), self.folder, self._secrets,
            station={"name": role}, mail={"transport": "maildir"},
            web={"public_url": "https://asan.example.az", "host": "127.0.0.1", "port": self.port},
        )  # fmt: skip
        file = self.folder / f"{role}.toml"
        text = (
            f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
            for section, values in written.items()
        )
        file.write_text("".join(text), "utf-8")
        return file

    def batch(self, role: str, wall: str) -> Callable[..., dict[str, Any]]:
        """A running `batch`, at a time in Baku; answers what it is asked."""
        process = Process(self.settings(role))
        self._opened.callback(process.close)
        process.ask({"do": "clock", "now": f"{wall}+04:00"})

        def ask(do: str, **fields: Any) -> dict[str, Any]:
            return process.ask({"do": do, "key": key(), "centre": CENTRE, **fields})

        return ask

    def run(self, role: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "kiosk", *words, "--config", str(self.settings(role))],
            check=False, capture_output=True, text=True, timeout=MINUTE, cwd=self.folder, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def begin(self, role: str, *words: str) -> subprocess.Popen[str]:
        """A command that runs until it is ended."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *words, "--config", str(self.settings(role))],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._opened.callback(_close, process)
        return process

    def change(self, statement: str) -> None:
        """Change the database as its owner."""
        with psycopg.connect(self._url.replace("+psycopg", "")) as connection:
            connection.execute(statement.encode())

    def value(self, statement: str) -> Any:
        """The one value that the database's owner finds."""
        with psycopg.connect(self._url.replace("+psycopg", "")) as connection:
            row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return row[0]


def _close(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def centre(postgres: Server, ready_postgres_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Centre]:
    """The ready database, and nothing running."""
    with ExitStack() as opened:
        yield Centre(postgres, ready_postgres_url, tmp_path, secrets_folder, opened)


def refused(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command ended with one line that says whose login this is not, and no trace."""
    lines = done.stderr.splitlines()
    return done.returncode == 1 and done.stdout == "" and len(lines) == 1 and "login" in lines[0]


def test_a_counters_day_by_its_login(centre: Centre) -> None:
    """C2, C5, C7: every step of the queue, walk-ins and figures, as a program at a counter asks for them."""
    ask = centre.batch(grants.COUNTER, f"{DAY}T10:00:00")
    tickets = [ask("walk_in", service=SERVICE, station="door")["ticket"] for _ in range(3)]
    first, second, third = tickets
    assert [one["ticket"] for one in ask("queue")["waiting"]] == tickets
    assert ask("call_next", counter="1")["ticket"] == first
    assert ask("call_again", counter="1", ticket=first)["times"] == 2
    for do, counter, ticket, more, state in (
        ("start", "1", first, {}, "serving"),
        ("park", "1", first, {"note": "sənəd"}, "parked"),
        ("call", "1", first, {}, "called"),
        ("start", "1", first, {}, "serving"),
        ("finish", "1", first, {}, "finished"),
        ("call_next", "2", second, {}, "called"),
        ("transfer", "2", second, {"to_service": OTHER_SERVICE, "note": "passport"}, "waiting"),
        ("call", "2", second, {}, "called"),
        ("no_show", "2", second, {}, "no_show"),
        ("put_back", "2", second, {}, "waiting"),
        ("call", "3", third, {}, "called"),
    ):
        named = {} if do == "call_next" else {"ticket": ticket}
        answer = ask(do, counter=counter, **named, **more)
        assert (answer.get("ticket"), answer.get("state")) == (ticket, state), (do, answer)
    undone = ask("undo", counter="3")
    assert (undone["undone"], undone["state"]) == ("call", "waiting")
    figures = ask("figures", **{"from": DAY, "to": DAY})
    assert figures["ok"]
    assert "not_allowed" not in json.dumps(figures)


def test_a_kiosks_day_by_its_login(centre: Centre) -> None:
    """Q5 to Q10, C1: hold, confirm, arrive, and a walk-in; what counters do is refused by name, and nothing is done."""
    ask = centre.batch(grants.KIOSK, "2026-11-20T09:00:00")
    held = ask(**hold(f"{DAY}T10:00:00+04:00"))
    booked = ask("confirm", booking=held["booking"], code=centre.value("SELECT code FROM bookings"))
    assert ask("clock", now=f"{DAY}T10:05:00+04:00")["ok"]
    arrived = ask("arrive", order_code=booked["qr"], station="door")
    assert arrived["verdict"] == "on_time"
    ticket, walked_in = arrived["ticket"], ask("walk_in", service=SERVICE)
    assert walked_in["ok"]
    for do, named in (
        ("call_next", {}), ("call", {"ticket": ticket}), ("call_again", {"ticket": ticket}),
        ("start", {"ticket": ticket}), ("park", {"ticket": ticket}), ("put_back", {"ticket": ticket}),
        ("finish", {"ticket": ticket}), ("no_show", {"ticket": ticket}), ("undo", {}),
        ("transfer", {"ticket": ticket, "to_service": OTHER_SERVICE}),
    ):  # fmt: skip
        answer = ask(do, counter="1", **named)
        assert (answer.get("error"), answer.get("right")) == ("not_allowed", "database"), (do, answer)
    for do, named in (("queue", {}), ("figures", {"from": DAY, "to": DAY})):
        answer = ask(do, **named)
        assert (answer.get("error"), answer.get("right")) == ("not_allowed", "database"), (do, answer)
    assert centre.value("SELECT count(*) FROM calls") == centre.value("SELECT count(*) FROM counters") == 0
    assert centre.value("SELECT count(*) FROM tickets WHERE state = 'waiting'") == 2


def test_commands_by_the_right_and_the_wrong_login(centre: Centre) -> None:
    """C7, K6: figures are a counter's, purging and enrolling an administrator's; others are told so in one line."""
    figures = ("figures", "--from", DAY)
    assert refused(centre.run(grants.KIOSK, *figures))
    done = centre.run(grants.COUNTER, *figures)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.count("\n") > 1
    for role in (grants.KIOSK, grants.COUNTER):
        for words in (("purge",), ("import", str(_OFFERS))):
            assert refused(centre.run(role, *words)), (role, words)
    done = centre.run(grants.ADMINISTRATOR, "purge")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "audit rows" in done.stdout


def test_letters_are_carried_by_a_counters_login(centre: Centre) -> None:
    """Q6: a kiosk's letter goes out by `carry`; a kiosk's login carries nothing and says why."""
    assert refused(centre.run(grants.KIOSK, "carry"))
    ask = centre.batch(grants.KIOSK, _LATER)
    assert ask(**hold("2036-11-17T11:00:00+04:00"))["ok"]
    assert Maildir(centre.folder / "mail").last_letter(PERSON["email"]) is None
    carrier = centre.begin(grants.COUNTER, "carry")
    until(lambda: Maildir(centre.folder / "mail").last_letter(PERSON["email"]) is not None, "the letter is there")
    carrier.send_signal(signal.SIGTERM)
    out, err = carrier.communicate(timeout=MINUTE)
    assert (carrier.returncode, out, err) == (0, "", "asan-kiosk: letters are carried\n")


def test_phones_are_served_by_a_kiosks_login(centre: Centre) -> None:
    """W9, I7: `web` needs no more rights than a kiosk."""
    web = centre.begin(grants.KIOSK, "web")
    assert web.stderr is not None
    assert "listening" in web.stderr.readline()
    code, other = new_reference(), new_reference()
    centre.change(
        "INSERT INTO certificates VALUES"  # noqa: S608 - a reference of ours
        f" ('A-2026-000001', '1204587', 1, 'kiosk-9', '2025-11', '2026-10', 1, 1, 0, '{code}')"
    )
    issued = "/check?n=A-2026-000001&c="
    for path, status in (
        ("/healthz", 200), (f"{issued}{code}", 200), (f"{issued}{other}", 404), ("/u/unknown", 404),
    ):  # fmt: skip
        assert _status(centre.port, path) == status, path
    web.send_signal(signal.SIGTERM)
    assert web.wait(MINUTE) == 0


def _status(port: int, path: str) -> int:
    asked = HTTPConnection("127.0.0.1", port, timeout=MINUTE)
    try:
        asked.request("GET", path, headers={"Host": "asan.example.az", "X-Forwarded-Proto": "https"})
        return asked.getresponse().status
    finally:
        asked.close()
