"""Short messages by SMPP 3.4, against another implementation's server in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.sms import ShortMessage
from kiosk.post.sms_smpp import SmppServer, SmppSms
from tests.tls import Certificates, issue

PASSWORD = "secret42"  # SMPP allows eight signs
TEXT = "Müraciətiniz qeydiyyata alındı. Xidmətimizdən istifadə etdiyiniz üçün sizə təşəkkür edirik."
MESSAGE = ShortMessage("abcdef0123456789" * 2, "+994501234567", TEXT, 0)


class Centre:
    """The message centre's process: its port, and what it takes."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines = lines
        self.port = int(lines.readline())

    def taken(self) -> dict[str, Any]:
        """The next message that it took."""
        taken: dict[str, Any] = json.loads(self._lines.readline())
        return taken


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    """One centre for all tests of this file."""
    program = Path(__file__).with_name("smpp_centre.py")
    process = subprocess.Popen(
        [sys.executable, str(program), PASSWORD],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert process.stdout is not None
    try:
        yield Centre(process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def server(centre: Centre, tmp_path: Path) -> SmppServer:
    """How the product reaches it, without TLS."""
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    password.chmod(0o600)
    return SmppServer("127.0.0.1", centre.port, "ASAN", False, "asan", password, None, 10)


def failure(server: SmppServer, number: str = MESSAGE.number) -> NotDelivered:
    with pytest.raises(NotDelivered) as raised:
        SmppSms(server).send(replace(MESSAGE, number=number, text="Hello"))
    assert number[1:] not in str(raised.value)
    return raised.value


def test_a_long_azerbaijani_message_arrives_in_joined_parts(centre: Centre, server: SmppServer) -> None:
    """W3: UCS-2, each part with the header that joins them; no receipt is asked for."""
    SmppSms(server).send(MESSAGE)
    parts = [centre.taken() for _ in range(2)]
    bodies = [bytes.fromhex(part["bytes"]) for part in parts]
    assert [body[:6] for body in bodies] == [bytes([5, 0, 3, 0xCD, 2, 1]), bytes([5, 0, 3, 0xCD, 2, 2])]
    assert b"".join(body[6:] for body in bodies).decode("utf-16-be") == TEXT
    for part in parts:
        assert (part["to"], part["to_type"]) == ("994501234567", "INTERNATIONAL")
        assert (part["from"], part["from_type"]) == ("ASAN", "ALPHANUMERIC")
        assert (part["coding"], part["features"]) == ("UCS2", ["UDHI_INDICATOR_SET"])
        assert (part["receipt"], part["reference"]) == ("NO_SMSC_DELIVERY_RECEIPT_REQUESTED", 0xABCD)


def test_a_short_english_message_is_one_part_of_the_gsm_alphabet(centre: Centre, server: SmppServer) -> None:
    """No header, and the escaped sign as 3GPP TS 23.038 has it; a sender may be a number."""
    SmppSms(replace(server, sender="8155")).send(replace(MESSAGE, text="Paid: 3.40 €"))
    taken = centre.taken()
    assert (taken["bytes"], taken["features"]) == (b"Paid: 3.40 \x1be".hex(), [])
    assert (taken["coding"], taken["from"], taken["from_type"]) == ("SMSC_DEFAULT_ALPHABET", "8155", "UNKNOWN")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (0x0B, Undeliverable),  # invalid destination address
        (0x01, Undeliverable),  # message length
        (0x58, TryLater),  # throttled
        (0x14, TryLater),  # message queue full
        (0x0A, PostAway),  # our own sender is refused: the next message's would be too
        (0xFF, PostAway),  # unknown error
    ],
)
def test_each_refusal_is_told_apart(status: int, kind: type[NotDelivered], server: SmppServer) -> None:
    """SMPP 3.4, 5.1.3: for good, for now, or for everybody."""
    assert type(failure(server, f"+9945099{status:04d}")) is kind


def test_a_server_that_goes_away_is_away(server: SmppServer) -> None:
    """The connection ends instead of an answer; the message waits."""
    assert str(failure(server, "+99450999999")) == "the SMS server closed the connection"


def test_a_server_that_never_answers_is_left(server: SmppServer) -> None:
    """The wait is bounded as the settings say."""
    assert str(failure(replace(server, timeout_seconds=0.3), "+99450999998")) == "the SMS server does not answer"


def test_a_login_that_is_refused_is_told(server: SmppServer, tmp_path: Path) -> None:
    """No message is given up because of a password; one that cannot be read is told as such."""
    (tmp_path / "password").write_text("wrong")
    assert str(failure(server)) == "the SMS server refused the login: status 0x0e"
    (tmp_path / "password").write_text("şifrə")
    assert str(failure(server)) == "the SMS password has letters beyond ASCII"
    (tmp_path / "password").chmod(0o604)
    assert str(failure(server)) == "others can read the file with the SMS password"
    (tmp_path / "password").unlink()
    assert "cannot be read" in str(failure(server))


def test_nothing_that_listens_is_away(server: SmppServer) -> None:
    """And so is a server that speaks something else."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = replace(server, port=closed.getsockname()[1])
        assert str(failure(away)) == "the SMS server refuses the connection"


def test_numbers_reach_no_log(server: SmppServer, caplog: pytest.LogCaptureFixture, centre: Centre) -> None:
    """K6: the library would write whole messages at its most talkative."""
    with caplog.at_level("DEBUG"):
        SmppSms(server).send(replace(MESSAGE, text="Hello"))
    centre.taken()
    assert "994501234567" not in caplog.text
    assert b"994501234567".hex() not in caplog.text


@contextmanager
def tls_before(port: int, certificate: Path) -> Iterator[int]:
    """A port that speaks TLS and hands on to another, as operators' message centres have it; its number."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    told: queue.Queue[tuple[int, Callable[[], object]]] = queue.Queue()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # one side went away: so does the other
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    async def serve() -> None:
        stopped = asyncio.Event()
        stop = partial(asyncio.get_running_loop().call_soon_threadsafe, stopped.set)
        async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as server:
            told.put((server.sockets[0].getsockname()[1], stop))
            await stopped.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    listens_at, stop = told.get(timeout=30)
    try:
        yield listens_at
    finally:
        stop()
        thread.join()


def test_over_tls_only_a_server_that_is_trusted_gets_the_message(
    centre: Centre, server: SmppServer, tmp_path: Path
) -> None:
    """The certificate is checked against the authority that the settings name, and for the server's own name."""
    good: Certificates = issue(tmp_path / "good", "127.0.0.1")
    other, elsewhere = issue(tmp_path / "other", "127.0.0.1"), issue(tmp_path / "elsewhere", "127.0.0.2")
    with tls_before(centre.port, good.server) as port:
        secure = replace(server, tls=True, port=port, ca_file=good.ca)
        SmppSms(secure).send(replace(MESSAGE, text="Hello"))
        assert bytes.fromhex(centre.taken()["bytes"]) == b"Hello"
        assert str(failure(replace(secure, ca_file=other.ca))) == "the SMS server's certificate is not trusted"
    with tls_before(centre.port, elsewhere.server) as port:
        misnamed = replace(server, tls=True, port=port, ca_file=elsewhere.ca)
        assert str(failure(misnamed)) == "the SMS server's certificate is not trusted"
