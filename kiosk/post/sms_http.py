"""Short messages by an HTTP gateway, as `docs/openapi/sms.json` describes it.

One POST a message. Its idempotency key is the message's own id, so a message whose answer was lost is sent again and
counted once. Nothing of an answer is used but its status: the rest may repeat the number (K6).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.sms import ShortMessage
from kiosk.secret_files import SecretTooOpen, text_of
from kiosk.web_call import NotReached, Request, call

PATH: Final = "/messages"
_REFUSED: Final = frozenset({400, 413, 422})
_NOT_LET_IN: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where messages go. `token_file` is read for each message, so that a new token needs no restart.

    `ca_file` names the only certificates that are trusted; None means the system's. `timeout_seconds` is for a whole
    request and its answer.
    """

    url: str
    sender: str
    token_file: Path | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 10.0


class HttpSms:
    """Sends messages through one gateway."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def send(self, message: ShortMessage) -> None:
        """Hand the message over; returns when the gateway has taken it.

        Raises:
            TryLater: the gateway takes no more just now.
            PostAway: the gateway is away, its certificate is wrong, or it does not let us in.
            Undeliverable: the gateway refused this number or text for good.
        """
        gateway = self._gateway
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.id}
        if gateway.token_file is not None:
            headers["Authorization"] = f"Bearer {_token(gateway.token_file)}"
        values = {"to": message.number, "from": gateway.sender, "text": message.text}
        body = json.dumps(values, ensure_ascii=False).encode()
        request = Request("POST", gateway.url.rstrip("/") + PATH, headers, body)
        try:
            status = call(request, gateway.timeout_seconds, ca_file=gateway.ca_file).status
        except NotReached as error:
            raise PostAway(f"the SMS gateway: {error}") from None
        if not 200 <= status <= 299:
            raise _refusal(status)


def _token(file: Path) -> str:
    try:
        token = text_of(file)
    except (OSError, UnicodeError):
        raise PostAway("the file with the SMS gateway's token cannot be read") from None
    except SecretTooOpen:
        raise PostAway("others can read the file with the SMS gateway's token") from None
    if not (token.isascii() and token.isprintable()):
        raise PostAway("the file with the SMS gateway's token holds no token")
    return token


def _refusal(status: int) -> NotDelivered:
    if status in _REFUSED:
        return Undeliverable(f"message refused: HTTP {status}")
    if status == 429:
        return TryLater("the SMS gateway takes no more just now: HTTP 429")
    if status in _NOT_LET_IN:
        return PostAway(f"the SMS gateway refused the token: HTTP {status}")
    return PostAway(f"the SMS gateway answered HTTP {status}")
