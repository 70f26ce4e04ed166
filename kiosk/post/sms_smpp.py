"""Short messages by SMPP 3.4, straight to an operator's message centre; over TLS where the settings say so.

One connection a message: messages are few, and what goes wrong with one never touches the next. SMPP knows no
idempotency key: a message whose answer was lost is sent again under the same part reference and the same
user_message_reference, by which a centre or a phone can tell the repeat.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.sms import ShortMessage
from kiosk.post.sms_parts import split
from kiosk.secret_files import SecretTooOpen, text_of

_UNKNOWN, _INTERNATIONAL, _ALPHANUMERIC = 0, 1, 5
"""SMPP 3.4, 5.2.5: type of number."""
_NO_PLAN, _ISDN = 0, 1
"""SMPP 3.4, 5.2.6: numbering plan."""
_HAS_HEADER: Final = 0x40
"""SMPP 3.4, 5.2.12 esm_class: the text begins with a user data header."""

_BAD_MESSAGE: Final = frozenset({0x01, 0x0B, 0x33, 0x34, 0x40, 0x42, 0x50, 0x51, 0x65, 0x66})
"""SMPP 3.4, 5.1.3: lengths, destination address, its type or plan, destination flags, a permanent reject of the other
side's application: nothing that changes by waiting."""
_NOT_NOW: Final = frozenset({0x08, 0x14, 0x45, 0x58, 0x64})
"""System error, queue full, submit failed, throttled, a temporary reject."""
_OTHER_PDUS: Final = 20
"""How many other things the centre may say before its answer."""


@dataclass(frozen=True, slots=True)
class SmppServer:
    """A message centre. `password_file` is read at each connection, so that a new password needs no restart.

    `ca_file` names the only certificates that are trusted; None means the system's. `timeout_seconds` bounds each step.
    """

    host: str
    port: int
    sender: str
    tls: bool = True
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 10.0


class SmppSms:
    """Sends messages to one message centre."""

    def __init__(self, server: SmppServer) -> None:
        self._server = server

    def send(self, message: ShortMessage) -> None:
        """Hand the message over, all of its parts; returns when the centre has taken them.

        Raises:
            TryLater: the centre takes no more just now.
            PostAway: the centre is away, its certificate is wrong, or it does not let us in.
            Undeliverable: the centre refused this number or text for good.
        """
        from smpplib import exceptions

        client = self._client()
        try:
            client._socket = self._connected()
            client.state = _open_state()
            self._bind(client)
            self._submit(client, message)
            # The message is taken: whatever the farewell brings, sending it again would make it two.
            with suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
                client.unbind()
        except TimeoutError:
            raise PostAway("the SMS server does not answer") from None
        except exceptions.ConnectionError:
            raise PostAway("the SMS server closed the connection") from None
        except (exceptions.PDUError, exceptions.UnknownCommandError, ValueError):
            raise PostAway("the SMS server speaks another language") from None
        finally:
            if client._socket is not None:
                client._socket.close()
                client._socket = None

    def _client(self) -> Any:
        from smpplib import client

        log = logging.getLogger(f"{__name__}.library")
        log.disabled = True  # it would write whole messages, numbers among them (K6)
        server = self._server
        return client.Client(
            server.host,
            server.port,
            timeout=server.timeout_seconds,
            logger_name=log.name,
            allow_unknown_opt_params=True,
        )

    def _connected(self) -> socket.socket:
        """A connection of our own making: the library knows neither IPv6 nor the server's name in TLS."""
        server = self._server
        try:
            raw = socket.create_connection((server.host, server.port), timeout=server.timeout_seconds)
        except OSError as error:
            raise PostAway(_words(error)) from None
        if not server.tls:
            return raw
        try:
            context = ssl.create_default_context(cafile=server.ca_file)
            return context.wrap_socket(raw, server_hostname=server.host)
        except OSError as error:
            raw.close()
            raise PostAway(_words(error)) from None

    def _bind(self, client: Any) -> None:
        from smpplib import exceptions

        try:
            client.bind_transmitter(system_id=self._server.user, password=self._password())
        except exceptions.PDUError as error:
            status = error.args[1] if len(error.args) > 1 else 0
            raise PostAway(f"the SMS server refused the login: status {status:#04x}") from None

    def _password(self) -> str:
        file = self._server.password_file
        if file is None:
            return ""
        try:
            password = text_of(file)
        except (OSError, UnicodeError):
            raise PostAway("the file with the SMS password cannot be read") from None
        except SecretTooOpen:
            raise PostAway("others can read the file with the SMS password") from None
        if not password.isascii():
            raise PostAway("the SMS password has letters beyond ASCII")
        return password

    def _submit(self, client: Any, message: ShortMessage) -> None:
        mark = int(message.id[:4], 16)
        parts = split(message.text, mark & 0xFF)
        number_type, plan, sender = _source(self._server.sender)
        for part in parts.parts:
            sent = client.send_message(
                source_addr_ton=number_type,
                source_addr_npi=plan,
                source_addr=sender,
                dest_addr_ton=_INTERNATIONAL,
                dest_addr_npi=_ISDN,
                destination_addr=message.number.removeprefix("+"),
                short_message=part,
                data_coding=parts.coding,
                esm_class=_HAS_HEADER if parts.joined else 0,
                registered_delivery=0,
                user_message_reference=mark,
            )
            status = self._answer_to(client, sent.sequence)
            if status:
                raise _refusal(status)

    def _answer_to(self, client: Any, sequence: int) -> int:
        """The status with which the centre answered; what else it says meanwhile is heard and let go."""
        until = time.monotonic() + self._server.timeout_seconds
        for _ in range(_OTHER_PDUS):
            told = client.read_pdu()
            if told.command in {"submit_sm_resp", "generic_nack"} and told.sequence == sequence:
                return int(told.status)
            if told.command == "enquire_link":
                client._enquire_link_received(told)
            elif told.command == "unbind":
                break
            if time.monotonic() > until:
                raise TimeoutError
        raise PostAway("the SMS server ended the conversation")


def _open_state() -> Any:
    from smpplib import consts

    return consts.SMPP_CLIENT_STATE_OPEN


def _source(sender: str) -> tuple[int, int, str]:
    digits = sender.removeprefix("+")
    if not digits.isdecimal():
        return _ALPHANUMERIC, _NO_PLAN, sender
    return _INTERNATIONAL if sender.startswith("+") else _UNKNOWN, _ISDN, digits


def _refusal(status: int) -> NotDelivered:
    if status in _BAD_MESSAGE:
        return Undeliverable(f"message refused: SMPP status {status:#04x}")
    if status in _NOT_NOW:
        return TryLater(f"the SMS server takes no more just now: SMPP status {status:#04x}")
    return PostAway(f"the SMS server refused us: SMPP status {status:#04x}")


def _words(error: OSError) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return "the SMS server's certificate is not trusted"
        case ssl.SSLError():
            return "TLS with the SMS server failed"
        case TimeoutError():
            return "the SMS server does not answer"
        case ConnectionRefusedError():
            return "the SMS server refuses the connection"
        case _:
            return f"the SMS server cannot be reached: {type(error).__name__}"
