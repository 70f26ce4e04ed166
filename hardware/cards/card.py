"""What a card is to the rest: whose it is, what it certifies, its PINs, and the two things it proves.

Drivers live above `CardLink.transmit`; a vendor's token lives in its own PKCS#11 module. Both look like this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from hardware.secret import Pin

CardKind = Literal["pkcs15", "azedit", "piv", "vendor"]
PinName = Literal["pin1", "pin2", "user_pin", "puk"]
"""pin1 signs in, pin2 signs (I9); a token with one PIN for both has user_pin."""
Purpose = Literal["sign_in", "signature"]
HashName = Literal["sha256", "sha384", "sha512"]


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a PIN may still be tried. None: the card does not tell."""

    left: int | None = None
    most: int | None = None
    few: bool = False
    """A module without numbers says that few are left."""
    last: bool = False
    """… that the next is the last."""
    locked: bool = False
    """… that there are none."""

    @property
    def blocked(self) -> bool:
        """Whether no try is left."""
        return self.left == 0 or self.locked

    @property
    def is_last(self) -> bool:
        """Whether the next wrong try blocks."""
        return self.left == 1 or self.last


@dataclass(frozen=True, slots=True)
class PinState:
    """A PIN as the card describes it. `label` is the card's own word for it, never shown as markup."""

    name: PinName
    shortest: int
    longest: int
    tries: Tries = Tries()
    label: str = ""
    can_unblock: bool = False
    """Whether this card's PUK can give it new tries, by our driver."""
    can_change: bool = True
    must_change: bool = False
    """A transport PIN: nothing works before it was changed."""


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Whose card it is, as told without a PIN. It proves nothing about who holds it: it only prefills."""

    given_name: str
    surname: str
    patronymic: str = ""
    fin: str | None = None
    document: str | None = None
    born: date | None = None

    def __repr__(self) -> str:
        return "Holder(…)"


@dataclass(frozen=True, slots=True, repr=False)
class CardCertificate:
    """A certificate on the card. `purpose` is None for one of an authority or of no use here."""

    der: bytes
    purpose: Purpose | None
    pin: PinName | None = None
    """Which PIN its key asks for."""
    label: str = ""

    def __repr__(self) -> str:
        return f"CardCertificate({self.purpose})"


class Card(Protocol):
    """An opened card. Every call blocks and raises `CardError`; no PIN is ever sent twice or kept."""

    @property
    def kind(self) -> CardKind:
        """Which driver speaks with it."""

    def holder(self) -> Holder | None:
        """Whose card it is, without a PIN, in as few commands as it takes; None where the card does not say."""

    def certificates(self) -> tuple[CardCertificate, ...]:
        """Every certificate on it, those with a purpose first."""

    def pins(self) -> tuple[PinState, ...]:
        """Its PINs, with tries freshly read where reading costs none; the PUK last."""

    def answer(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Prove the sign-in key over a digest.

        Args:
            digest: of `hash_name`'s size.
            hash_name: which hash made it.
            pin: PIN1 or the user PIN; None: at the reader's own pad. It is wiped when it was sent.

        Returns:
            the signature: PKCS#1 v1.5 for RSA, DER for ECDSA. It was checked with the card's own certificate.

        Raises:
            PinWrong, PinBlocked, PinFormat (not sent), PinMustChange, EntryCancelled, EntryTimeout, CardError.
        """

    def sign(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Sign a digest with the signature key; arguments and errors as for `answer`, with PIN2 or the user PIN."""

    def change(self, pin: PinName, old: Pin, new: Pin) -> None:
        """Change a PIN or the PUK. Both are wiped.

        Raises:
            PinWrong (the old one), PinRefused (the new one), PinFormat (not sent), NotSupported, CardError.
        """

    def unblock(self, pin: PinName, puk: Pin, new: Pin) -> None:
        """Give a blocked PIN new tries and a new value, by the PUK. Both are wiped.

        Raises:
            PinWrong (of the PUK), PinBlocked (the PUK), PinRefused, PinFormat (not sent), NotSupported, CardError.
        """

    def reset(self) -> None:
        """Let nothing stay proved on it; what was read stays known."""

    def close(self) -> None:
        """Let it go; its link is closed with a reset. Raises nothing."""
