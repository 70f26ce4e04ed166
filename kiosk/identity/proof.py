"""Proving who holds a card: its certificate is judged before any PIN is spent, then its key answers a challenge (I11).

Both citizens and staff sign in this way; only what follows differs.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from hardware.cards.card import Card, CardCertificate
from hardware.secret import Pin
from kiosk.clock import Instant
from kiosk.identity.challenge import HASH, Challenge, ChallengeOver
from kiosk.identity.refused import NoCertificate, NotProved, NotTrusted
from kiosk.signature.facts import CertificateVerdict, Use
from kiosk.signature.keys import fits_digest, key_of


class Desk(Protocol):
    """What signing in needs of the card desk."""

    def using(self, insertion: int, *, proves: bool = False) -> AbstractContextManager[Card]:
        """Use the card of that insertion, alone; `proves`: a PIN is sent, and the card is reset afterwards.

        Raises:
            CardError: it is gone, or does not answer.
        """

    def hold(self, insertion: int) -> None:
        """Keep the card from other programs until `let_go`."""

    def let_go(self, insertion: int) -> None:
        """Reset the card and let others use it."""


class Judge(Protocol):
    """What signing in needs of `Trust`."""

    def judge(self, der: bytes, use: Use) -> CertificateVerdict:
        """What is made of a certificate for that use, now."""


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> Instant:
        """Milliseconds of UTC."""


def judged(desk: Desk, trust: Judge, insertion: int, use: Use) -> tuple[CardCertificate, CertificateVerdict]:
    """The card's sign-in certificate and what is made of it, accepted for that use. No PIN is sent.

    Raises:
        NoCertificate: the card has none that signs in.
        NotTrusted: it is not accepted.
        CardError: the card is gone, or does not answer.
    """
    with desk.using(insertion) as card:
        found = next((one for one in card.certificates() if one.purpose == "sign_in"), None)
    if found is None:
        raise NoCertificate
    # the network may take its time here: the card is free meanwhile
    verdict = trust.judge(found.der, use)
    if not verdict.accepted:
        raise NotTrusted(verdict)
    return found, verdict


def prove(
    desk: Desk, clock: Clock, insertion: int, certificate: CardCertificate, pin: Pin | None, place: tuple[str, str]
) -> None:
    """Let the card prove its sign-in key over a fresh challenge; the PIN is sent once and wiped.

    Args:
        desk: reaches the card.
        clock: how old the challenge is.
        insertion: which card.
        certificate: the one that was judged.
        pin: PIN1 or the user PIN; None: typed at the reader's own pad.
        place: station and purpose, which the challenge is bound to.

    Raises:
        NotProved: the answer does not fit the certificate's key, or came too late.
        PinWrong, PinBlocked, PinFormat (not sent), CardError: what the card says.
    """
    challenge = Challenge(*place, clock.now())
    with desk.using(insertion, proves=True) as card:
        signature = card.answer(challenge.digest, HASH, pin)
    try:
        digest = challenge.take(clock.now())
    except ChallengeOver:
        raise NotProved from None
    if not fits_digest(key_of(certificate.der), signature, digest, HASH):
        raise NotProved
