"""What the rest sees of the card in the reader; the types of `hardware` that faces need are named here again.

A face imports `kiosk` alone (house.md): errors, PINs and card facts reach it through this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hardware.cards.card import CardCertificate, CardKind, Holder, PinName, PinState, Purpose, Tries
from hardware.cards.pin_entry import PAD_SECONDS
from hardware.errors import (
    AccessDenied,
    CardBusy,
    CardError,
    CardFault,
    CardGone,
    CardMute,
    CardUnknown,
    CardWasReset,
    EntryCancelled,
    EntryTimeout,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinMustChange,
    PinRefused,
    PinWrong,
    ReaderGone,
    ServiceDown,
)
from hardware.secret import Pin

__all__ = [
    "PAD_SECONDS",
    "AccessDenied",
    "CardBusy",
    "CardCertificate",
    "CardError",
    "CardFacts",
    "CardFault",
    "CardGone",
    "CardKind",
    "CardMute",
    "CardSight",
    "CardUnknown",
    "CardWasReset",
    "EntryCancelled",
    "EntryTimeout",
    "Holder",
    "NotSupported",
    "Pin",
    "PinBlocked",
    "PinFormat",
    "PinMustChange",
    "PinName",
    "PinRefused",
    "PinState",
    "PinWrong",
    "Purpose",
    "ReaderGone",
    "ServiceDown",
    "SightState",
    "Tries",
    "WhyEnded",
]

SightState = Literal[
    "service_down", "access_denied", "no_reader", "waiting", "reading", "mute", "unknown", "busy", "faulty", "ready"
]
"""What stands before the person: from a dead service over an empty reader to a card that was read."""
WhyEnded = Literal["card_gone", "card_swapped", "card_reset", "reader_gone", "service_down"]


@dataclass(frozen=True, slots=True, repr=False)
class CardFacts:
    """The card that is in the reader. While it is still being read, certificates and PINs may be empty."""

    insertion: int
    reader: str
    atr: bytes
    kind: CardKind
    holder: Holder | None = None
    certificates: tuple[CardCertificate, ...] = ()
    pins: tuple[PinState, ...] = ()
    has_pin_pad: bool = False

    def pin(self, name: PinName) -> PinState | None:
        """One of its PINs."""
        return next((pin for pin in self.pins if pin.name == name), None)

    def certificate(self, purpose: Purpose) -> CardCertificate | None:
        """The certificate that signs in, or the one that signs."""
        return next((one for one in self.certificates if one.purpose == purpose), None)

    @property
    def sign_in_pin(self) -> PinState | None:
        """The PIN that signing in asks for."""
        return self.pin("pin1") or self.pin("user_pin")

    @property
    def signature_pin(self) -> PinState | None:
        """The PIN that a signature asks for."""
        return self.pin("pin2") or self.pin("user_pin")

    def __repr__(self) -> str:
        return f"CardFacts({self.kind}, insertion {self.insertion})"


@dataclass(frozen=True, slots=True)
class CardSight:
    """What stands before the person now. `ended` says why the card that was there is there no more."""

    state: SightState
    card: CardFacts | None = None
    insertion: int | None = None
    ended: WhyEnded | None = None
    error: str | None = None
    """The `CardError.error` behind `faulty`."""
    code: int | None = None
    """The PC/SC code or status word behind it, for technicians."""
