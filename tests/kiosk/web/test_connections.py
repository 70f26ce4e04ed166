"""Connections that are too slow or too many are cut off; files that are too many or too slow are told so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from kiosk.language import text
from kiosk.place import NotReady
from kiosk.settings import parse
from kiosk.water.facts import Document
from kiosk.water.uploads import UploadPage, Uploads
from kiosk.web import connections, upload
from kiosk.web.connections import BoundedServer
from kiosk.web.pages import Limits
from kiosk.web.server import serve
from tests.kiosk.web.phones import png
from tests.stations import moment

TOKEN = "a" * 22
HEAD = (
    f"POST /u/{TOKEN} HTTP/1.1\r\nHost: kiosk\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    "Content-Length: %d\r\n\r\n"
)
FORM = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.png"\r\n\r\n' + png() + b"\r\n--x--\r\n"


class Taking(Uploads):
    """Takes whatever comes, at every address."""

    largest = 1_000_000

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def look(self, token: str) -> UploadPage:
        """Always alive."""
        return UploadPage("other", "en", moment("2026-11-20 09:00") + timedelta(minutes=10), None)

    def take(self, token: str, data: bytes, name: str) -> Document:
        """Keep it in memory."""
        self.taken.append(data)
        return Document("0" * 64, "image/png", len(data), 1)


Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def ok(_request: web.BaseRequest) -> web.StreamResponse:
    """An answer to anything."""
    return web.Response(text="ok")


class Connect:
    """Connects to a server from an address of this machine; and lets the server's clock go forward."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self._loop = loop
        self._port = port
        self._connected: list[socket.socket] = []
        self._passed = 0.0
        machine = loop.time
        loop.time = lambda: machine() + self._passed  # type: ignore[method-assign]

    def __call__(self, address: str = "127.0.0.1") -> socket.socket:
        self._connected.append(socket.create_connection(("127.0.0.1", self._port), 60, (address, 0)))
        return self._connected[-1]

    def pass_by(self, seconds: float) -> None:
        """So much time passes for the server, at once."""

        def later() -> None:
            self._passed += seconds

        self._loop.call_soon_threadsafe(later)

    def hang_up(self) -> None:
        """End all connections."""
        for line in self._connected:
            line.close()


@contextmanager
def listening(answer: Answer, *, most: int = 64, most_of_address: int | None = 64) -> Iterator[Connect]:
    """A server in a thread of its own; gives what connects to it from an address of this machine."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[asyncio.Server, BoundedServer]:
        bounded = BoundedServer(answer, most=most, most_of_address=most_of_address)
        return await loop.create_server(bounded, "127.0.0.1", 0), bounded

    async def stop() -> None:
        server.close()
        await bounded.shutdown(0.1)

    with ThreadPoolExecutor(1) as thread:
        server, bounded = loop.run_until_complete(start())
        port = server.sockets[0].getsockname()[1]
        running = thread.submit(loop.run_forever)
        connect = Connect(loop, port)
        try:
            yield connect
        finally:
            asyncio.run_coroutine_threadsafe(stop(), loop).result(60)
            loop.call_soon_threadsafe(loop.stop)
            running.result()
            connect.hang_up()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()


def heard(line: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    told = b""
    try:
        while piece := line.recv(65536):
            told += piece
    except ConnectionResetError:
        pass
    return told


def test_who_never_says_what_they_want_is_cut_off() -> None:
    """Slow loris: a head that trickles, one that never begins, and a rest after an answer all end by themselves."""
    with listening(ok) as connect:
        silent, trickling, resting = connect(), connect(), connect()
        trickling.sendall(b"GET / HTTP/1.1\r\nHost: kio")
        resting.sendall(b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n")
        told = b""
        while not told.endswith(b"ok"):
            told += resting.recv(4096)
        connect.pass_by(connections.IDLE_SECONDS + 1)
        assert (heard(silent), heard(trickling)) == (b"", b"")
        connect.pass_by(connections.IDLE_SECONDS + 1)  # the rest may have begun only after the answer was heard
        assert heard(resting) == b""


def test_one_address_has_so_many_connections_and_others_have_theirs() -> None:
    """One more is cut off at once; another address is served, and an ended connection makes room."""
    ask = b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n"
    with listening(ok, most_of_address=3) as connect:
        lines = [connect("127.0.0.9") for _ in range(3)]
        for line in lines:
            line.sendall(ask)
            assert line.recv(4096)
        assert heard(connect("127.0.0.9")) == b""
        other = connect("127.0.0.8")
        other.sendall(ask)
        assert other.recv(4096)
        lines[0].sendall(b"GET / HTTP/1.1\r\nHost: kiosk\r\nConnection: close\r\n\r\n")
        heard(lines[0])
        again = connect("127.0.0.9")
        again.sendall(ask)
        assert again.recv(4096)


def test_all_together_have_so_many_connections() -> None:
    """Whoever they are: memory and file descriptors are bounded."""
    with listening(ok, most=2) as connect:
        lines = [connect(f"127.0.0.{number}") for number in (5, 6)]
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n")
            assert line.recv(4096)
        assert heard(connect("127.0.0.7")) == b""


@contextmanager
def doors(uploads: Uploads, at_once: int = 6) -> Iterator[Answer]:
    """The upload page over rules of the test's own."""
    with ThreadPoolExecutor(2) as looks, ThreadPoolExecutor(2) as checks:
        door = upload.UploadDoor(uploads, Limits(1_000_000, 20), looks, checks, at_once=at_once)

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return await door.take(request, TOKEN, "en")

        yield answer


def test_a_file_that_comes_too_slowly_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so, nothing is taken, and the connection ends."""
    monkeypatch.setattr(upload, "_SHORTEST_SECONDS", 0.2)
    monkeypatch.setattr(connections, "_LINGER_SECONDS", 0.2)
    uploads = Taking()
    with doors(uploads) as answer, listening(answer) as connect:
        line = connect()
        line.sendall((HEAD % len(FORM)).encode() + FORM[:90])
        told = heard(line)
    assert told.startswith(b"HTTP/1.1 408 ")
    assert text("en", "web.upload.slow").split("\n")[0].encode() in told
    assert uploads.taken == []


def test_only_so_many_files_are_read_at_one_time() -> None:
    """One more is told to come again in a minute; when one is done, there is room."""
    uploads = Taking()
    head = (HEAD % len(FORM)).encode()
    with doors(uploads, at_once=1) as answer, listening(answer) as connect:
        first = connect()
        first.sendall(head + FORM[:90])
        told = b""
        while not told.startswith(b"HTTP/1.1 503 "):  # until the first is being read
            second = connect()
            second.sendall(head + FORM[:20])
            second.shutdown(socket.SHUT_WR)
            told = heard(second)
        assert b"Retry-After: 60" in told
        first.sendall(FORM[90:])
        assert first.recv(65536).startswith(b"HTTP/1.1 200 ")
        third = connect()
        third.sendall(head + FORM)
        assert third.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert uploads.taken == [png(), png()]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({}, "public_url"),
        ({"public_url": "https://asan.example.az", "host": "192.0.2.1"}, "without a certificate"),
        ({"public_url": "https://asan.example.az", "certificate": "none.pem"}, "certificate or key"),
    ],
)
def test_it_does_not_start_open_to_the_network_in_clear_text(
    written: dict[str, str], told: str, tmp_path: Path
) -> None:
    """Documents go over TLS, from this process or from a proxy of this machine; what is missing is named."""
    with pytest.raises(NotReady, match=told):
        serve(parse({"web": written}, tmp_path / "kiosk.toml"), lambda _: None)
