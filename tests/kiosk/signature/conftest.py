"""A trust folder with a hierarchy of its own, a clock that a test sets, and a server on 127.0.0.1 to be asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosk.settings import Settings, parse
from kiosk.signature.trust import Trust
from tests.kiosk.signature.authorities import NOW, Hierarchy


@dataclass
class Clock:
    """Where tests set the time."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


Answer = bytes | int | Callable[[bytes], bytes]
"""A body, a status without one, or what makes a body of the request's."""


@dataclass
class Net:
    """A server of the authorities: what it answers by path, and what it was asked."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    """Requests to "/hang" wait until this is set."""
    came: threading.Event = field(default_factory=threading.Event)
    """Set when somebody asked "/hang"."""

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"


@pytest.fixture
def net() -> Iterator[Net]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b"")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes) -> None:
            made.asked.append(self.path)
            if self.path == "/hang":
                made.came.set()
                made.held.wait()
            answer = made.answers.get(self.path, 404)
            data = answer(body) if callable(answer) else answer
            self.send_response(data if isinstance(data, int) else 200)
            if isinstance(data, int) and data in (301, 302):
                self.send_header("Location", made.url("/elsewhere"))
            self.end_headers()
            if isinstance(data, bytes):
                self.wfile.write(data)

        def log_message(self, *_told: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_told: Any) -> None:
            """A client that waited no longer is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    made = Net(f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.held.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock_of_trust() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "trust"


@pytest.fixture
def hierarchy(folder: Path) -> Hierarchy:
    """Its authorities are trusted, and their lists are fresh."""
    made = Hierarchy.make()
    made.save(folder)
    made.save_lists(folder)
    return made


MakeTrust = Callable[..., Trust]


@pytest.fixture
def settings_of_trust(tmp_path: Path, folder: Path) -> Callable[..., Settings]:
    def make(**trust: Any) -> Settings:
        # a time limit that no slow machine meets; tests of the limit itself name another
        told = {"folder": str(folder), "expected": "root, pca, ica", "ocsp": False, "timeout_seconds": 60, **trust}
        return parse({"trust": told, "example": {"data": False}}, tmp_path / "kiosk.toml")

    return make


@pytest.fixture
def make_trust(settings_of_trust: Callable[..., Settings], clock_of_trust: Clock) -> Iterator[MakeTrust]:
    """Opens trust on the folder, with the keys of `[trust]` that a test names; OCSP is off unless it says so."""
    opened: list[Trust] = []

    def make(**trust: Any) -> Trust:
        opened.append(Trust(settings_of_trust(**trust), clock_of_trust))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def trust(make_trust: MakeTrust, hierarchy: Hierarchy) -> Trust:
    return make_trust()
