"""The content of the order QR: a signed, fixed binary layout written as digits, checkable with no database.

Digits only, because a scanner that types as a keyboard leaves digits alone under every keyboard layout. 79 bytes:

    offset  bytes  what
         0      1  version of this layout (1)
         1      1  number of the signing key
         2      5  the order code's seven random signs as one number in base 31 (the check sign follows from them)
         7      2  the centre's permanent number
         9      2  the service's permanent number
        11      4  the booked time in minutes since 1970-01-01T00:00Z
        15     64  Ed25519 signature over the bytes before it

All numbers are big-endian. The whole is one number of 191 decimal digits with leading zeros: QR version 5 at level M
holds 202 digits, so with a border of 2 it takes 41×21 cells.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.booking.order_code import ALPHABET, ORDER_CODE_SIGNS, check_sign

VERSION: Final = 1
_HEAD: Final = struct.Struct(">BB5sHHI")
_SIGNATURE_BYTES: Final = 64
_BYTES: Final = _HEAD.size + _SIGNATURE_BYTES
DIGITS: Final = len(str(256**_BYTES - 1))
"""Length of every QR content, in digits."""


class Signer(Protocol):
    """An Ed25519 private key with its number."""

    @property
    def number(self) -> int:
        """0 to 255."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature."""


class Verifier(Protocol):
    """The Ed25519 public half of a key."""

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over `message`."""


@dataclass(frozen=True, slots=True)
class OrderQr:
    """What a QR says: `time` in milliseconds of UTC, a whole minute."""

    order_code: str
    centre: int
    service: int
    time: int
    key: int
    signed: bool | None
    """True or False by the key's signature; None when that key is not known here."""


def encode(order_code: str, centre: int, service: int, time: int, signer: Signer) -> str:
    """The QR's digits for a booking; `time` in milliseconds of UTC."""
    value = 0
    for sign in order_code[:-1]:
        value = value * len(ALPHABET) + ALPHABET.index(sign)
    head = _HEAD.pack(VERSION, signer.number, value.to_bytes(5), centre, service, time // 60_000)
    return str(int.from_bytes(head + signer.sign(head))).zfill(DIGITS)


def looks_like_qr(text: str) -> bool:
    """Whether a scanned text can only be meant as a QR of ours: digits, and far longer than any code."""
    return len(text) > 2 * ORDER_CODE_SIGNS and text.isascii() and text.isdigit()


def decode(digits: str, keys: Mapping[int, Verifier]) -> OrderQr | None:
    """Read a QR's content and check its signature, or None when it is not in this layout."""
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    if number >= 256**_BYTES:
        return None
    raw = number.to_bytes(_BYTES)
    version, key, packed, centre, service, minutes = _HEAD.unpack_from(raw)
    value = int.from_bytes(packed)
    if version != VERSION or value >= len(ALPHABET) ** (ORDER_CODE_SIGNS - 1):
        return None
    signs = ""
    for _ in range(ORDER_CODE_SIGNS - 1):
        value, index = divmod(value, len(ALPHABET))
        signs = ALPHABET[index] + signs
    verifier = keys.get(key)
    signed = verifier.verifies(raw[_HEAD.size :], raw[: _HEAD.size]) if verifier is not None else None
    return OrderQr(signs + check_sign(signs), centre, service, minutes * 60_000, key, signed)
