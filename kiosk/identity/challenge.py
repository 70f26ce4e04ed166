"""What a card answers to prove its key: fresh, used once, and bound to where and for what it was asked (I11).

The card signs H(H(station "|" purpose) ‖ H(nonce)) with H = SHA-256 and a nonce of 32 random bytes, so that nothing
from outside is ever the whole message under the sign-in key, and an answer given at one station proves nothing at
another.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import Final

from hardware.cards.card import HashName
from kiosk.clock import MINUTE, Instant

HASH: Final[HashName] = "sha256"
NONCE_BYTES: Final = 32
LONGEST: Final[Instant] = 5 * MINUTE
"""How long a challenge can be answered, in milliseconds; at exactly that age it still can."""


class ChallengeOver(Exception):
    """The challenge was answered before, or is too old: nothing that was signed counts for it."""

    def __init__(self) -> None:
        super().__init__("challenge_over")


class Challenge:
    """One challenge.

    Args:
        station: where it is asked.
        purpose: for what, as "sign_in".
        now: when it is made (milliseconds of UTC).
        random: gives that many random bytes.
    """

    def __init__(
        self, station: str, purpose: str, now: Instant, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._made_at = now
        self._open = True
        self._lock = threading.Lock()
        place = hashlib.sha256(f"{station}|{purpose}".encode()).digest()
        self.digest: Final = hashlib.sha256(place + hashlib.sha256(random(NONCE_BYTES)).digest()).digest()
        """What the card signs, of `HASH`'s size."""

    def take(self, now: Instant) -> bytes:
        """Use it up: the digest that an answer is checked against, once.

        Raises:
            ChallengeOver: it was used before, or is older than five minutes, or from the future.
        """
        with self._lock:
            fresh, self._open = self._open and 0 <= now - self._made_at <= LONGEST, False
        if not fresh:
            raise ChallengeOver
        return self.digest
