"""Whole cards by name: what a trainer, a test or a developer puts into a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from hardware.cards.card import Holder, Purpose
from hardware.readers import Transport
from hardware.simulated import layout_azedit, layout_bare, layout_piv, layout_pkcs15
from hardware.simulated.authority import ExampleAuthority, Issuer
from hardware.simulated.card import VirtualCard
from hardware.simulated.faults import Fault, FaultKind, parse_fault
from hardware.simulated.file_system import TransparentFile
from hardware.simulated.instructions import Content
from hardware.simulated.keys import PrivateKey
from hardware.simulated.written import Written

Profile = Literal["pkcs15", "azedit", "piv", "unknown", "mute"]
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
"""Every profile there is."""

HOLDER: Final = Holder(
    given_name="Əsmər",
    surname="Nümunəli",
    patronymic="İlğar qızı",
    fin="7NUMN24",
    document="NUM0000024",
    born=date(1990, 2, 28),
)
"""An invented person."""

_BEFORE: Final = timedelta(days=30)
_AFTER: Final = timedelta(days=3 * 365)
_PINS: Final[dict[Profile, str]] = {
    "pkcs15": "PIN1 1234, PIN2 12345, PUK 12345678",
    "azedit": "PIN1 1234, PIN2 12345, PUK 12345678",
    "piv": "PIN 123456, PUK 12345678",
}
_LAYOUTS: Final[dict[Profile, Callable[[Written], Content]]] = {
    "pkcs15": layout_pkcs15.content,
    "azedit": layout_azedit.content,
    "piv": layout_piv.content,
}


@dataclass(frozen=True, slots=True, repr=False)
class CardKeys:
    """The two key pairs of a card. They may be handed in again where making them costs time."""

    sign_in: PrivateKey
    signature: PrivateKey

    @classmethod
    def make(cls, profile: Profile, *, elliptic: bool = False) -> CardKeys:
        """New keys as that profile has them: RSA 2048; AzeDIT always EC P-384.

        Args:
            profile: whose keys.
            elliptic: a signature key on a curve for PKCS#15 (P-384), both keys on one for PIV (P-256).
        """
        if profile == "azedit":
            return cls(ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1()))
        if profile == "piv" and elliptic:
            return cls(ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()))
        return cls(_rsa(), ec.generate_private_key(ec.SECP384R1()) if elliptic else _rsa())


def example_pins(profile: Profile) -> str:
    """The PINs of a card of that profile, for whoever shall use it; empty where it has none."""
    return _PINS.get(profile, "")


def read_profile(text: str) -> Profile:
    """A profile by its name.

    Raises:
        ValueError: there is none of that name; the text says which there are.
    """
    for profile in PROFILES:
        if text == profile:
            return profile
    raise ValueError(f"no card profile is called {text!r}; allowed: {', '.join(PROFILES)}")


def make_card(
    profile: Profile, authority: ExampleAuthority, faults: Sequence[str | Fault] = (), now: datetime | None = None,
    holder: Holder | None = None, *, transport: Transport | None = None, keys: CardKeys | None = None,
    issuer: Issuer = "ica",
) -> VirtualCard:  # fmt: skip
    """A card with keys and certificates of its own.

    Args:
        profile: what it is.
        authority: who issues its certificates.
        faults: what is wrong with it, as `parse_fault` reads it.
        now: when it is made (aware); None: now.
        holder: whose it is; None: an invented person's.
        transport: the protocol it speaks; None: T=0 for AzeDIT, else T=1.
        keys: its keys; None: new ones.
        issuer: which authority issues its certificates.

    Raises:
        ValueError: no such profile or fault.
    """
    profile = read_profile(profile)
    wrong = tuple(parse_fault(fault) if isinstance(fault, str) else fault for fault in faults)
    spoken: Transport = transport or ("T=0" if profile == "azedit" else "T=1")
    if profile in ("unknown", "mute"):
        return VirtualCard(layout_bare.content(mute=profile == "mute"), transport=spoken, faults=wrong)
    kinds = {fault.kind for fault in wrong}
    written = _issue(
        authority, keys or CardKeys.make(profile), holder or HOLDER, now or datetime.now(UTC), issuer, kinds
    )
    content = _LAYOUTS[profile](written)
    _spoil(content, kinds)
    return VirtualCard(content, transport=spoken, faults=wrong)


def _issue(
    authority: ExampleAuthority, keys: CardKeys, holder: Holder, now: datetime, issuer: Issuer, kinds: set[FaultKind]
) -> Written:
    by: Issuer = "foreign" if "wrong-issuer" in kinds else issuer
    over = timedelta(days=2) + _AFTER if "expired" in kinds else timedelta(0)

    def certificate(public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, purpose: Purpose) -> x509.Certificate:
        made = authority.issue(
            public_key, holder, purpose, not_before=now - _BEFORE - over, not_after=now + _AFTER - over, issuer=by
        )
        if "revoked" in kinds:
            authority.revoke(made, now)
        elif "suspended" in kinds:
            authority.suspend(made, now)
        return made

    return Written(
        sign_in_key=keys.sign_in,
        signature_key=keys.signature,
        sign_in=certificate(keys.sign_in.public_key(), "sign_in").public_bytes(Encoding.DER),
        signature=certificate(keys.signature.public_key(), "signature").public_bytes(Encoding.DER),
        issuer=authority.certificate(by).public_bytes(Encoding.DER),
        holder=holder,
        until=(now + _AFTER - over).date(),
        transport_pin="transport-pin" in kinds,
    )


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _spoil(content: Content, kinds: set[FaultKind]) -> None:
    """Put the faults of what is stored on the card."""
    for pin in content.pins:
        if pin.puk is None:
            continue
        if "blocked" in kinds:
            pin.left = 0
        elif "last-try" in kinds:
            pin.left = 1
    if "broken-tlv" in kinds:
        for directory in content.root.directories():
            for file in directory.children:
                if isinstance(file, TransparentFile):
                    file.made = _broken(file.read())
        content.objects = {tag: _broken(value) for tag, value in content.objects.items()}


def _broken(data: bytes) -> bytes:
    """The same with a first element that claims two thousand million bytes."""
    return data[:1] + b"\x84\x7f\xff\xff\xff" + data[1:]
