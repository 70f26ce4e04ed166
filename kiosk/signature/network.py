"""One question to an address of the certificate authorities, never waited for longer than told.

Lists and answers are signed, so plain HTTP is their usual way. No redirect is followed and no proxy of the environment
is used: an address is asked as it stands in the settings or in a certificate of a trusted authority.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Final

LARGEST: Final = 32 << 20
"""In bytes; national revocation lists have a few millions."""
_PIECE: Final = 1 << 16
_LATE: Final = "no answer in time"


class NotReached(Exception):
    """Nothing usable came; the text says why (English, for technicians, no personal data)."""


def ask(url: str, seconds: float, body: bytes | None = None, kind: str = "") -> bytes:
    """What an address answers.

    Args:
        url: an http or https address.
        seconds: how long to wait at most, name look-up and a slow answer included.
        body: what to POST; None: GET.
        kind: the body's media type.

    Raises:
        NotReached: no answer in time, a bad one, or too large.
    """
    if not url.startswith(("http://", "https://")):
        raise NotReached("the address is neither http nor https")
    if seconds <= 0:
        raise NotReached("no time was left")
    outcome: list[bytes | NotReached] = []
    until = time.monotonic() + seconds

    def run() -> None:
        outcome.append(_ask(url, until, body, kind))

    # a thread of its own: nothing in a look-up of a name heeds a time limit
    thread = threading.Thread(target=run, name="authorities", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise NotReached(_LATE)
    if isinstance(outcome[0], NotReached):
        raise outcome[0]
    return outcome[0]


def _ask(url: str, until: float, body: bytes | None, kind: str) -> bytes | NotReached:
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, Request, build_opener

    headers = {"Content-Type": kind} if body is not None else {}
    opener = build_opener(ProxyHandler({}), _no_redirects()())
    try:
        request = Request(url, data=body, headers=headers)  # noqa: S310 - http and https alone come here
        with opener.open(request, timeout=max(until - time.monotonic(), 0.01)) as answer:
            return _whole(answer, until)
    except HTTPError as error:
        with error:
            return NotReached(f"the server answered {error.code}")
    except Exception as error:  # sockets, TLS, HTTP and addresses each have errors of their own
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return NotReached(_LATE)
        return NotReached(f"not reached: {getattr(reason, 'strerror', None) or type(reason).__name__}")


def _whole(answer: Any, until: float) -> bytes | NotReached:
    data = bytearray()
    while piece := answer.read1(_PIECE):
        data += piece
        if len(data) > LARGEST:
            return NotReached("the answer is too large")
        if time.monotonic() > until:
            return NotReached(_LATE)
    return bytes(data)


def _no_redirects() -> Any:
    from urllib.request import HTTPRedirectHandler

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *_asked: Any) -> None:
            return None

    return NoRedirects
