"""Why somebody is not signed in by a card, beside what the card itself says (`CardError`) and a database that is away.

These are no refusals of `kiosk.errors`: that list is closed and shared with `batch`, which knows no cards. An error's
text is its name alone, so that nothing of a certificate or a person reaches a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from kiosk.signature.facts import CertificateVerdict


class SignInRefused(Exception):
    """Nobody was signed in. Where nothing else is said, no try of a PIN was used."""

    error: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.error)


class NoCertificate(SignInRefused):
    """The card holds no certificate for this."""

    error = "no_certificate"


class NotTrusted(SignInRefused):
    """The certificate is not good for this; the verdict says why (I11)."""

    error = "not_trusted"

    def __init__(self, verdict: CertificateVerdict) -> None:
        super().__init__()
        self.verdict = verdict


class NotProved(SignInRefused):
    """The PIN was right, and the answer does not fit the certificate's key: the card is broken or no true one."""

    error = "not_proved"


class SessionElsewhere(SignInRefused):
    """The person is signed in already, at `station` (I12)."""

    error = "session_elsewhere"

    def __init__(self, station: str) -> None:
        super().__init__()
        self.station = station


class CardNotEnrolled(SignInRefused):
    """No active staff member has this card (C6)."""

    error = "card_not_enrolled"


class WrongRole(SignInRefused):
    """The staff member's role does not allow this (C6, M1)."""

    error = "wrong_role"

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role


class CardTaken(SignInRefused):
    """The card is enrolled for another staff member."""

    error = "card_taken"


class WrongCard(SignInRefused):
    """The card is good, but not of the kind that this way asks for; `way` is the one it belongs to, where it tells."""

    error = "wrong_card"

    def __init__(self, way: str | None) -> None:
        super().__init__()
        self.way = way


class ProviderAway(SignInRefused):
    """The system that vouches for people did not answer (I7, I8)."""

    error = "provider_away"


class AnswerNotGood(SignInRefused):
    """The system that vouches for people answered, and the answer cannot be believed or used (I7, I8).

    Args:
        reason: for technicians and the audit; lower case letters and low lines, nothing of a person.
    """

    error = "answer_not_good"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class NoFin(SignInRefused):
    """The system that vouches for people knows this one, but tells no FİN that could be used (I7, I8)."""

    error = "no_fin"


class PhoneCancelled(SignInRefused):
    """The sign-in was given up on the phone (I7)."""

    error = "phone_cancelled"


class PhoneRanOut(SignInRefused):
    """Nothing came from the phone in time, or the sign-in is over (I7)."""

    error = "phone_ran_out"


class WrongNumber(SignInRefused):
    """The number typed is not the one that the phone shows (I7). With none left the sign-in is over."""

    error = "wrong_number"

    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


class PasswordWrong(SignInRefused):
    """There is no such pair of user name and password (I8)."""

    error = "password_wrong"


class PasswordLocked(SignInRefused):
    """The account is locked by the system that gave it (I8)."""

    error = "password_locked"
