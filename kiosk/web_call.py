"""One request to another system over HTTP, bounded in time and size, sent once.

No redirect is followed, no proxy or password file of the environment is used, and nothing is tried again by itself:
whether something was done there is for the caller to find out.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

LARGEST: Final = 1 << 20
"""How large an answer may be, in bytes, unless the caller says otherwise."""
_LATE: Final = "no answer in time"


class NotReached(Exception):
    """Nothing usable came; the text says why (English, for technicians, no personal data)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Headers and body may hold secrets: no repr shows them."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, whatever the status."""

    status: int
    body: bytes = field(repr=False)


def is_allowed(url: str, *, production: bool) -> bool:
    """Whether secrets and persons' data may go to an address: https; plain http to this machine itself, in a trial."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https":
        return True
    return parts.scheme == "http" and not production and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def call(request: Request, seconds: float, *, ca_file: Path | None = None, largest: int = LARGEST) -> Answered:
    """Ask once.

    Args:
        request: what is asked.
        seconds: how long to wait at most, name look-up and a slow answer included.
        ca_file: certificates (PEM) to trust instead of the system's.
        largest: how many bytes the answer's body may have.

    Raises:
        NotReached: no answer in time, a broken one, or too large; or the certificates cannot be read.
    """
    until = time.monotonic() + seconds
    outcome: list[Answered | NotReached] = []

    def run() -> None:
        outcome.append(_call(request, until, ca_file, largest))

    # a thread of its own: neither a name look-up nor an answer that trickles heeds a limit for the whole
    thread = threading.Thread(target=run, name="web call", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if not outcome:
        raise NotReached(_LATE)
    if isinstance(outcome[0], NotReached):
        raise outcome[0]
    return outcome[0]


def _call(request: Request, until: float, ca_file: Path | None, largest: int) -> Answered | NotReached:
    import ssl

    import httpx

    for talkative in ("httpx", "httpcore"):
        # they log addresses, and at level "debug" headers too: both may hold what no log may (K6)
        logging.getLogger(talkative).setLevel(logging.WARNING)
    try:
        # reading the system's certificates takes longer than a whole request to this machine itself
        secure = request.url.startswith("https:")
        trusted = ssl.create_default_context(cafile=str(ca_file) if ca_file is not None else None) if secure else False
        left = max(0.01, until - time.monotonic())
        with (
            httpx.Client(verify=trusted, timeout=left, trust_env=False, follow_redirects=False) as client,
            client.stream(
                request.method,
                request.url,
                headers={"Accept-Encoding": "identity", **request.headers},
                content=request.body,
            ) as response,
        ):
            return _whole(response, until, largest)
    except httpx.TimeoutException:
        return NotReached(_LATE)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        # its text may name the address with what stands in it
        return NotReached(f"not reached: {type(error).__name__}")


def _whole(response: httpx.Response, until: float, largest: int) -> Answered | NotReached:
    data = bytearray()
    # as it comes: a compressed answer, which nobody asked for, could grow without bound while it is unpacked
    for piece in response.iter_raw():
        data += piece
        if len(data) > largest:
            return NotReached("the answer is too large")
        if time.monotonic() > until:
            return NotReached(_LATE)
    return Answered(response.status_code, bytes(data))
