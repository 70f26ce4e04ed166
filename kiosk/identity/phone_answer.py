"""What the citizen's phone brings back from e-gov identity to our public address (I7).

The phone is shown a number, and who stands at the kiosk types it there. A QR can be photographed and sent around: only
who holds the phone that signed in *and* stands at the kiosk gets any further. The number is made of the authorization
code, which the person at the kiosk never sees; the QR's address, which everybody may have seen, tells nothing of it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from db import phone_sign_ins as rows

PATH: Final = "/e-gov"
"""Where a phone comes back to, under `[web] public_url`: OpenID Connect's redirect_uri.

The QR on the screen holds this path, a slash and the state: short enough for a small terminal.
"""
NUMBER_DIGITS: Final = 4
_LONGEST: Final = 4096
"""How long a state, a code or an error may be; no provider's is near that."""
_ERROR: Final = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200}", re.ASCII)
"""What an error may be made of (RFC 6749, 4.1.2.1)."""


def sent_to(connection: Any, state: str, now: int) -> str | None:
    """Where a phone that opened the QR's address goes on; None where nobody waits for it.

    Args:
        connection: a read's.
        state: what stands behind `PATH` and a slash.
        now: milliseconds of UTC.
    """
    if len(state) > _LONGEST:
        return None
    found = rows.address(connection, state, now)
    if found is None:
        return None
    from urllib.parse import quote

    return f"{found}&state={quote(state, safe='')}"


def receive(connection: Any, state: str | None, code: str | None, error: str | None, now: int) -> str | None:
    """Keep what a phone brought, once.

    Args:
        connection: a write's.
        state: the address's `state`, as it came; None: there was none.
        code: its `code`.
        error: its `error`.
        now: milliseconds of UTC.

    Returns:
        The number that the phone shows, to be typed at the kiosk; "" where the sign-in was given up on the phone; None
        where nobody waits for this: unknown, ended, answered before, or not usable.
    """
    if not state or len(state) > _LONGEST:
        return None
    if error:
        kept = error if _ERROR.fullmatch(error) else "invalid_request"
        return "" if rows.store(connection, state, now, error=kept) else None
    if not code or len(code) > _LONGEST or not code.isprintable():
        return None
    return number_of(code) if rows.store(connection, state, now, code=code) else None


def again(connection: Any, state: str, code: str, now: int) -> str | None:
    """The number that was shown for a code, for the browser that brought it and nobody else: the caller makes sure.

    Args:
        connection: a read's.
        state: as `receive` took it.
        code: as `receive` took it.
        now: milliseconds of UTC.

    Returns:
        None where the sign-in is over: the number is worth nothing.
    """
    return number_of(code) if rows.is_answered(connection, state, now) else None


def number_of(code: str) -> str:
    """The number that belongs to an authorization code: four digits, from which the code cannot be told."""
    digest = hashlib.sha256(b"phone number|" + code.encode(errors="surrogatepass")).digest()
    return f"{int.from_bytes(digest[:8]) % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}d}"
