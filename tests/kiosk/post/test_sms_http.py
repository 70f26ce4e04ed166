"""Short messages by an HTTP gateway: a real server that checks every request by `docs/openapi/sms.json`."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.sms import ShortMessage
from kiosk.post.sms_http import HttpSms, SmsGateway
from tests.tls import Certificates, issue

DOCUMENT: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "docs/openapi/sms.json").read_text(encoding="utf-8")
)
TOKEN = "a token of 28 signs in tests"
MESSAGE = ShortMessage("0123456789abcdef" * 2, "+994501234567", "Müraciət nömrəniz: 2026-000017", 0)


@dataclass
class Gateway:
    """The server's side: sends each key once, and answers as told."""

    port: int = 0
    answer: int = 202
    loses_answers: int = 0
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    problems: list[str] = field(default_factory=list)
    """What in a request was not as the document says; nothing raises in the server's thread."""

    def post(self, path: str, headers: Any, body: bytes) -> int | None:
        """The status to answer; None: the answer is lost."""
        self.requests += 1
        operation = DOCUMENT["paths"].get(path.removeprefix("/v1"), {}).get("post")
        if operation is None:
            return 404
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401
        key = headers.get("Idempotency-Key", "")
        message = json.loads(body)
        for value, schema in (
            (key, operation["parameters"][0]["schema"]),
            (message, DOCUMENT["components"]["schemas"]["Message"]),
        ):
            self.problems += [error.message for error in OAS31Validator(schema).iter_errors(value)]
        if self.answer != 202:
            return self.answer
        known = key in self.sent
        self.sent.setdefault(key, message)
        if self.loses_answers:
            self.loses_answers -= 1
            return None
        return 200 if known else 202


class Quiet(ThreadingHTTPServer):
    """A server whose clients may go away."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: that is what the tests do to it."""


@contextmanager
def serving(gateway: Gateway, tls: Path | None) -> Iterator[None]:
    """Run a gateway at a free port, over TLS or in clear text."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = gateway.post(self.path, self.headers, body)
            if status is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The certificates of the server under test."""
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


@pytest.fixture
def gateway(certificates: Certificates) -> Iterator[Gateway]:
    """A gateway over TLS."""
    made = Gateway()
    with serving(made, certificates.server):
        yield made
    assert made.problems == []


@pytest.fixture
def settings(gateway: Gateway, certificates: Certificates, tmp_path: Path) -> SmsGateway:
    """How the product reaches it."""
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    return SmsGateway(f"https://127.0.0.1:{gateway.port}/v1", "ASAN", token, certificates.ca, 10)


def failure(settings: SmsGateway) -> NotDelivered:
    with pytest.raises(NotDelivered) as raised:
        HttpSms(settings).send(MESSAGE)
    assert MESSAGE.number[1:] not in str(raised.value)
    return raised.value


def test_the_document_is_openapi() -> None:
    """Whoever builds a gateway can feed it to their tools."""
    validate(DOCUMENT)


def test_a_message_leaves_as_the_document_says(gateway: Gateway, settings: SmsGateway) -> None:
    """W3: number, sender and text arrive, letters and all."""
    HttpSms(settings).send(MESSAGE)
    assert gateway.sent == {MESSAGE.id: {"to": MESSAGE.number, "from": "ASAN", "text": MESSAGE.text}}


def test_a_lost_answer_does_not_send_twice(gateway: Gateway, settings: SmsGateway) -> None:
    """Sent again with the same key, it is told as taken, and the citizen gets one message."""
    gateway.loses_answers = 1
    assert isinstance(failure(settings), PostAway)
    HttpSms(settings).send(MESSAGE)
    assert (gateway.requests, list(gateway.sent)) == (2, [MESSAGE.id])


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Undeliverable),
        (413, Undeliverable),
        (422, Undeliverable),
        (429, TryLater),
        (403, PostAway),
        (503, PostAway),
        (307, PostAway),
        (404, PostAway),
    ],
)
def test_each_refusal_is_told_apart(
    status: int, kind: type[NotDelivered], gateway: Gateway, settings: SmsGateway
) -> None:
    """For good, for now, or for everybody: what the document says each status means."""
    gateway.answer = status
    assert type(failure(settings)) is kind


def test_a_wrong_token_is_the_gateway_s_and_not_the_message_s(
    gateway: Gateway, settings: SmsGateway, tmp_path: Path
) -> None:
    """No message is given up because of it; a token that cannot be read is told as such."""
    (tmp_path / "token").write_text("another")
    assert str(failure(settings)) == "the SMS gateway refused the token: HTTP 401"
    (tmp_path / "token").write_text("a\r\nb")
    assert "holds no token" in str(failure(settings))
    (tmp_path / "token").chmod(0o640)
    assert str(failure(settings)) == "others can read the file with the SMS gateway's token"
    (tmp_path / "token").unlink()
    assert "cannot be read" in str(failure(settings))


def test_a_gateway_with_another_s_certificate_gets_nothing(
    gateway: Gateway, settings: SmsGateway, tmp_path: Path
) -> None:
    """Neither number nor token goes to a server that the settings do not trust."""
    other = issue(tmp_path / "other", "127.0.0.1")
    assert isinstance(failure(replace(settings, ca_file=other.ca)), PostAway)
    assert gateway.requests == 0


def test_a_gateway_that_is_away_is_away(settings: SmsGateway) -> None:
    """Nothing listens: every message waits."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}/v1"
        assert isinstance(failure(replace(settings, url=url)), PostAway)


def test_a_gateway_that_never_answers_is_left(settings: SmsGateway) -> None:
    """The wait is bounded as the settings say."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert isinstance(failure(replace(settings, url=url, timeout_seconds=0.2)), PostAway)
