"""Slows down whoever tries one secret after another, alike whether what is presented exists or not (Q10)."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from db import wrong_tries as rows
from kiosk.clock import HOUR, Instant, to_datetime
from kiosk.errors import SlowDown

_LONGEST_WAIT: Final[Instant] = HOUR


def subject(kind: str, presented: str) -> str:
    """What wrong tries are counted on; the presented text cannot be read from it."""
    return hashlib.sha256(f"{kind} {presented}".encode(errors="surrogatepass")).hexdigest()


def check_wrong_tries(connection: Any, now: Instant, tried: str, most: int, wait: Instant) -> None:
    """Pass unless there were too many wrong tries on a subject.

    Args:
        connection: the act's.
        now: the act's instant.
        tried: a subject.
        most: from how many wrong tries on there is a wait.
        wait: the first wait, in milliseconds; it doubles with each further wrong try, up to an hour.

    Raises:
        SlowDown: the wait after the last wrong try is not over.
    """
    known = rows.find(connection, tried)
    if known is None or known[0] < most:
        return
    until = known[1] + min(wait << min(known[0] - most, 12), _LONGEST_WAIT)
    if now < until:
        raise SlowDown(to_datetime(until))
