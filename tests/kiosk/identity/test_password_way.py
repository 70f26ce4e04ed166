"""User name and password of the electronic-government system: told apart, sent once, slowed down (I8, I12).

The server is a real one behind HTTP; what goes over the wire both ways is held against docs/openapi/password.json.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from openapi_spec_validator import validate

from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.password_way import PasswordWay
from kiosk.identity.refused import (
    AnswerNotGood,
    NoFin,
    PasswordLocked,
    PasswordWrong,
    ProviderAway,
    SessionElsewhere,
    SignInRefused,
)
from kiosk.identity.sign_in import Person, SignIns
from kiosk.identity.typed_password import LONGEST, TypedPassword
from kiosk.web_call import is_allowed
from tests.architecture.tree import ROOT
from tests.stations import START, MakeTrial, at

CONTRACT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi" / "password.json").read_text("utf-8"))
FIN = "5AB1C2D"
USER, RIGHT, TOKEN = "aygün.n", 'şifrə "№7"\\', "token-of-this-kiosk"


def contract(name: str) -> dict[str, Any]:
    """A schema of the document, with those it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}


@dataclass
class Accounts:
    """The other system: one account, and whatever answer a test wants."""

    url: str = ""
    answer: tuple[int, Any] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    going_on: threading.Event = field(default_factory=threading.Event)
    slow: bool = False

    def reply(self, told: dict[str, Any]) -> tuple[int, Any]:
        """What its document says."""
        if self.answer is not None:
            return self.answer
        if (told["user_name"], told["password"]) == (USER, RIGHT):
            person = {"fin": FIN, "given_name": "Aygün", "surname": "Nümunəyeva", "patronymic": "Misal qızı"}
            jsonschema.validate(person, contract("Person"))
            return 200, person
        jsonschema.validate({"error": "wrong"}, contract("Refused"))
        return 403, {"error": "wrong"}


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    made = Accounts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(told)
            made.headers.append(dict(self.headers))
            if made.slow:
                made.going_on.wait(30)
            status, content = made.reply(told) if self.path == "/accounts/sign-ins" else (404, {})
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_told: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}/accounts/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.going_on.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Kiosk:
    """A station where user name and password are set up."""

    def __init__(self, make_trial: MakeTrial, folder: Path, url: str, name: str = "kiosk-1", seconds: int = 60) -> None:
        token = folder / "password-token"
        token.write_text(f"{TOKEN}\n")
        token.chmod(0o600)
        told = {"url": url, "token_file": str(token), "timeout_seconds": seconds}
        self.trial = make_trial(station={"name": name}, password=told, limits={"wrong_passwords": 3})
        station = self.trial.station
        self.sign_ins = SignIns(station.acts, station.settings, cast(Any, None), cast(Any, None), station.clock)
        self.way = PasswordWay(station.acts, station.settings, self.sign_ins)

    def audit(self) -> list[tuple[str, str | None]]:
        rows = self.trial.query("SELECT outcome, detail FROM audit WHERE act = 'citizen_sign_in' ORDER BY id")
        return [(row["outcome"], row["detail"]) for row in rows]


MakeKiosk = Callable[..., Kiosk]


@pytest.fixture
def make_kiosk(make_trial: MakeTrial, tmp_path: Path, accounts: Accounts) -> Iterator[MakeKiosk]:
    made: list[Kiosk] = []

    def make(**told: Any) -> Kiosk:
        made.append(Kiosk(make_trial, tmp_path, **{"url": accounts.url, **told}))
        return made[-1]

    yield make
    for one in made:
        one.sign_ins.close()


def test_the_document_is_one() -> None:
    """OpenAPI 3.1."""
    validate(CONTRACT)


def test_a_right_pair(make_kiosk: MakeKiosk, accounts: Accounts, caplog: pytest.LogCaptureFixture) -> None:
    """Name, FİN and session; the password goes as typed, once, with our token, and is in no log, row or repr."""
    caplog.set_level(logging.DEBUG)
    kiosk, password = make_kiosk(), TypedPassword(RIGHT)
    who = kiosk.way.sign_in(f" {USER} ", password)
    assert (who.way, who.proof, who.fin, who.surname) == ("password", "middle", FIN, "Nümunəyeva")
    assert who.session is not None and kiosk.sign_ins.is_alive(who.session)
    assert accounts.asked == [{"user_name": USER, "password": RIGHT}] and len(password) == 0
    jsonschema.validate(accounts.asked[0], contract("Pair"))
    assert accounts.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert kiosk.audit() == [("done", "password")]
    told = caplog.text + repr((who, password, kiosk.trial.query("SELECT * FROM audit"), accounts.url))
    for secret in (RIGHT, USER, TOKEN, FIN, "Aygün"):
        assert secret not in told


ANSWERS: list[tuple[tuple[int, Any], type[SignInRefused], str]] = [
    ((403, {"error": "wrong"}), PasswordWrong, "password"),
    ((403, {"error": "locked"}), PasswordLocked, "password"),
    ((403, {"error": "else"}), AnswerNotGood, "password error"),
    ((403, []), AnswerNotGood, "password form"),
    ((401, {}), AnswerNotGood, "password status"),
    ((302, {}), AnswerNotGood, "password status"),
    ((204, b""), AnswerNotGood, "password status"),
    ((200, b"<html>"), AnswerNotGood, "password form"),
    ((200, b"[" * 100_000), AnswerNotGood, "password form"),
    ((200, {"given_name": "Aygün"}), NoFin, "password"),
    ((200, {"fin": "none"}), NoFin, "password"),
    ((200, {"fin": 5}), NoFin, "password"),
    ((429, {}), ProviderAway, "password"),
    ((503, {}), ProviderAway, "password"),
    ((200, b" " * (1 << 20) + b"{}"), ProviderAway, "password"),
]


def test_answers_are_told_apart(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """Wrong, locked, not reached, not usable: each its own; asked once, the password gone, nobody signed in."""
    kiosk = make_kiosk()
    for number, (answer, error, detail) in enumerate(ANSWERS, start=1):
        accounts.answer, password = answer, TypedPassword("abc")
        with pytest.raises(error):
            kiosk.way.sign_in(f"{USER}{number}", password)
        assert kiosk.audit()[-1] == (error.error, detail)
        assert len(accounts.asked) == number and len(password) == 0
    assert kiosk.trial.query("SELECT * FROM sessions") == []


def test_names_that_are_none(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """Names are one line of printable signs, bounded; whatever else comes is left out."""
    accounts.answer = (
        200,
        {"fin": " 5ab1c2d", "given_name": "A\x1b[31m\nB" + "x" * 90, "surname": 7, "patronymic": None},
    )
    who = make_kiosk().way.sign_in(USER, TypedPassword(RIGHT))
    assert (who.fin, who.surname, who.patronymic) == (FIN, "", "")
    assert len(who.given_name) == 60 and who.given_name.isprintable()


def test_nobody_answers(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """A server that is slow, and one that is not there: told as that, and not asked again by itself."""
    accounts.slow = True
    kiosk = make_kiosk(seconds=1)
    with pytest.raises(ProviderAway):
        kiosk.way.sign_in(USER, TypedPassword(RIGHT))
    with pytest.raises(ProviderAway):
        make_kiosk(url="http://127.0.0.1:9/", name="kiosk-2").way.sign_in(USER, TypedPassword(RIGHT))
    assert len(accounts.asked) == 1


def test_what_is_empty_is_not_sent(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """Nor a name that is none."""
    kiosk = make_kiosk()
    for user, typed, wrong in (("", "abc", "user_name"), (" ", "abc", "user_name"), ("a" * 101, "abc", "user_name"),
                               (USER, "", "password")):  # fmt: skip
        with pytest.raises(BadRequest) as found:
            kiosk.way.sign_in(user, TypedPassword(typed))
        assert found.value.field == wrong
    assert accounts.asked == []


def test_whoever_tries_on_is_slowed_down(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """Q10's way: by user name, over all stations, however it is written, whether it exists or not; it doubles."""
    here, there = make_kiosk(), make_kiosk(name="kiosk-2")
    for kiosk, user in ((here, USER), (there, USER.upper()), (here, f" {USER}")):
        with pytest.raises(PasswordWrong):
            kiosk.way.sign_in(user, TypedPassword("wrong"))
    password = TypedPassword(RIGHT)
    with pytest.raises(SlowDown) as slow:
        there.way.sign_in(USER, password)
    assert slow.value.retry_at == there.trial.station.now() + timedelta(seconds=30)
    assert len(accounts.asked) == 3 and len(password) == 0 and there.audit()[-1] == ("slow_down", "password")
    # somebody else is not held up
    with pytest.raises(PasswordWrong):
        here.way.sign_in("başqa", TypedPassword("wrong"))
    here.trial.set_instant(at(START) + 30_000)
    assert here.way.sign_in(USER, TypedPassword(RIGHT)).fin == FIN
    # and a right one begins the count anew
    assert here.trial.query("SELECT count FROM wrong_tries") == [{"count": 1}]


def test_no_answer_is_no_wrong_try(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """Neither is a locked account: only what the other system calls wrong is counted."""
    kiosk = make_kiosk()
    for answer in ((503, {}), (403, {"error": "locked"})):
        accounts.answer = answer
        for _ in range(4):
            with pytest.raises((ProviderAway, PasswordLocked)):
                kiosk.way.sign_in(USER, TypedPassword("abc"))
    assert kiosk.trial.query("SELECT * FROM wrong_tries") == []


def test_one_session_a_person(make_kiosk: MakeKiosk, accounts: Accounts) -> None:
    """I12: at one station alone, whichever way it was there."""
    here, there = make_kiosk(), make_kiosk(name="kiosk-2")
    held = there.sign_ins.begin(Person(FIN), "e_gov")
    with pytest.raises(SessionElsewhere) as found:
        here.way.sign_in(USER, TypedPassword(RIGHT))
    assert found.value.station == "kiosk-2"
    there.sign_ins.end(held, "left")
    assert here.way.sign_in(USER, TypedPassword(RIGHT)).session is not None


def test_a_password_while_it_is_typed() -> None:
    """Signs are added and dropped; too many and unprintable ones are not taken; wiped it is empty; never stored."""
    password = TypedPassword("ab\n\x7fc")
    password.drop()
    assert (len(password), bytes(password.json())) == (2, b'"ab"')
    for _ in range(LONGEST + 5):
        password.add("ə")
    assert len(password) == LONGEST
    assert json.loads(TypedPassword(RIGHT + "\t'/").json()) == RIGHT + "'/"
    assert "ab" not in repr(password)
    with pytest.raises(TypeError):
        password.__reduce__()
    with password:
        pass
    assert len(password) == 0 and bytes(password.json()) == b'""'
    password.drop()


@pytest.mark.parametrize(
    ("url", "trial", "production"),
    [
        ("https://accounts.example.az/v1", True, True),
        ("http://127.0.0.1:80/", True, False),
        ("http://[::1]/", True, False),
        ("http://localhost/", True, False),
        ("http://127.0.0.1.example.az/", False, False),
        ("http://accounts.example.az/", False, False),
        ("https://user:secret@accounts.example.az/", False, False),
        ("ftp://127.0.0.1/", False, False),
        ("https://", False, False),
        ("http://[", False, False),
        ("", False, False),
    ],
)
def test_where_secrets_may_go(url: str, trial: bool, production: bool) -> None:
    """https; plain http to this very machine, in a trial."""
    assert is_allowed(url, production=False) is trial and is_allowed(url, production=True) is production
