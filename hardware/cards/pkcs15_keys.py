"""Which key of a PKCS#15 card signs in and which signs, by what the card says of them (I9).

A key for nonRepudiation signs, and its PIN is PIN2; a key for signing alone signs in, and its PIN is PIN1. One PIN for
both is the user PIN. What a card leaves open, the key usage of the certificate decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardware.cards import verify
from hardware.cards.card import PinName, Purpose
from hardware.cards.pkcs15_asn1 import (
    NON_REPUDIATION,
    SIGN,
    SO_PIN,
    UNBLOCKING_PIN,
    CertificateEntry,
    KeyEntry,
    PinEntry,
)


@dataclass(frozen=True, slots=True)
class Role:
    """A key with its certificate (as its place in the directory) and the authId of its PIN."""

    purpose: Purpose
    key: KeyEntry
    certificate: int
    pin: PinName | None


@dataclass(frozen=True, slots=True)
class Roles:
    """The keys by purpose, and the PINs by name, the PUK last."""

    keys: tuple[Role, ...]
    pins: tuple[tuple[PinName, PinEntry], ...]

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What the card is good for."""
        return tuple(role.purpose for role in self.keys)

    def certificate_of(self, purpose: Purpose) -> int | None:
        """The place of its certificate in the directory."""
        return next((role.certificate for role in self.keys if role.purpose == purpose), None)

    def key_of(self, purpose: Purpose) -> KeyEntry | None:
        """Its key."""
        return next((role.key for role in self.keys if role.purpose == purpose), None)

    def pin_of(self, purpose: Purpose) -> PinName | None:
        """The PIN that its key asks for."""
        return next((role.pin for role in self.keys if role.purpose == purpose), None)

    def entry_of(self, name: PinName) -> PinEntry | None:
        """A PIN as the card describes it."""
        return next((entry for its, entry in self.pins if its == name), None)


def roles_of(
    keys: Sequence[KeyEntry],
    pins: Sequence[PinEntry],
    certificates: Sequence[CertificateEntry],
    read: Callable[[int], bytes],
) -> Roles:
    """Tell the keys and PINs of a card apart.

    Args:
        keys: its private keys.
        pins: its PINs and PUKs.
        certificates: what its directory says of certificates.
        read: reads one of these; called only for keys that the directory leaves open.

    Raises:
        CardFault: such a certificate cannot be read.
    """
    usable: list[tuple[KeyEntry, int, tuple[Purpose, ...]]] = []
    for key in keys:
        place = next((n for n, one in enumerate(certificates) if one.key_id == key.key_id and not one.authority), None)
        if place is not None and key.usage & {SIGN, NON_REPUDIATION}:
            usable.append((key, place, _purposes(key, place, read)))
    found: dict[Purpose, tuple[KeyEntry, int]] = {}
    for rank in range(2):  # what a key is for in the first place goes before what it is for besides
        for key, place, purposes in usable:
            for purpose in purposes[rank : rank + 1]:
                found.setdefault(purpose, (key, place))
    users = [pin for pin in pins if not pin.flags & {UNBLOCKING_PIN, SO_PIN}]
    guards = [pin for pin in pins if UNBLOCKING_PIN in pin.flags and SO_PIN not in pin.flags]
    needed: dict[Purpose, PinEntry | None] = {purpose: _guard(key, users) for purpose, (key, _) in found.items()}
    named = _named(needed, users)
    roles = tuple(
        Role(purpose, *found[purpose], next((name for name, entry in named if entry is needed[purpose]), None))
        for purpose in ("sign_in", "signature")
        if purpose in found
    )
    puk = next((one for one in guards if any(pin.unblocked_by == one.auth_id for _, pin in named)), None)
    if puk is None and guards:
        puk = guards[0]
    return Roles(roles, (*named, ("puk", puk)) if puk is not None else named)


def _purposes(key: KeyEntry, place: int, read: Callable[[int], bytes]) -> tuple[Purpose, ...]:
    if not {SIGN, NON_REPUDIATION} <= key.usage:
        return ("signature",) if NON_REPUDIATION in key.usage else ("sign_in",)
    return verify.purposes_of(read(place)) or ("signature",)


def _guard(key: KeyEntry, users: Sequence[PinEntry]) -> PinEntry | None:
    """The PIN that a key asks for; where it names none, the only one there is."""
    if key.auth_id:
        return next((pin for pin in users if pin.auth_id == key.auth_id), None)
    return users[0] if len(users) == 1 else None


def _named(needed: dict[Purpose, PinEntry | None], users: Sequence[PinEntry]) -> tuple[tuple[PinName, PinEntry], ...]:
    sign_in, signature = needed.get("sign_in"), needed.get("signature")
    only = sign_in or signature
    if only is not None and (sign_in is signature or len(users) == 1):
        return (("user_pin", only),)
    named: list[tuple[PinName, PinEntry]] = []
    if sign_in is not None:
        named.append(("pin1", sign_in))
    if signature is not None:
        named.append(("pin2", signature))
    return tuple(named)
