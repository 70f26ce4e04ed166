"""The challenge that a card answers: fresh, used once, bound to its place (I11)."""

from __future__ import annotations

import hashlib

import pytest

from kiosk.identity.challenge import LONGEST, Challenge, ChallengeOver

NOW = 1_800_000_000_000


def test_what_the_card_signs() -> None:
    """H(H(station | purpose) ‖ H(nonce)) with 32 bytes of the given randomness."""
    asked: list[int] = []

    def random(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    challenge = Challenge("kiosk-1", "sign_in", NOW, random)
    place, nonce = hashlib.sha256(b"kiosk-1|sign_in").digest(), hashlib.sha256(bytes(range(32))).digest()
    assert challenge.take(NOW) == challenge.digest == hashlib.sha256(place + nonce).digest()
    assert asked == [32]


def test_none_is_like_another() -> None:
    """Fresh each time; and with the same randomness each station and purpose has its own."""
    assert len({Challenge("kiosk-1", "sign_in", NOW).digest for _ in range(50)}) == 50
    places = [("kiosk-1", "sign_in"), ("kiosk-2", "sign_in"), ("kiosk-1", "staff")]
    assert len({Challenge(*place, NOW, bytes).digest for place in places}) == 3


def test_it_serves_once() -> None:
    """A second answer proves nothing."""
    challenge = Challenge("kiosk-1", "sign_in", NOW)
    challenge.take(NOW)
    with pytest.raises(ChallengeOver):
        challenge.take(NOW)


@pytest.mark.parametrize(("after", "good"), [(0, True), (LONGEST, True), (LONGEST + 1, False), (-1, False)])
def test_it_lives_five_minutes_to_the_millisecond(after: int, good: bool) -> None:
    """At exactly five minutes it still counts; a clock that went back makes it worthless."""
    challenge = Challenge("kiosk-1", "sign_in", NOW)
    assert LONGEST == 300_000
    if good:
        challenge.take(NOW + after)
        return
    with pytest.raises(ChallengeOver):
        challenge.take(NOW + after)
    with pytest.raises(ChallengeOver):
        challenge.take(NOW)
