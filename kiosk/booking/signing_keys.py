"""The Ed25519 keys that sign order QRs: `order-qr-N.key` signs, `order-qr-N.pub` only checks; N is the key's number.

The highest private key signs. Older keys stay to check QRs that are still out; a station that only checks gets the
public halves alone. See docs/operating.md for making, sharing and rotating them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_NAME: Final = re.compile(r"order-qr-(\d{1,3})\.(key|pub)")


class NoSigningKey(Exception):
    """The secrets folder holds no private key, or one that cannot be read; the text names the file only."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its number (0 to 255)."""

    number: int
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of `message` (RFC 8032)."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class CheckingKey:
    """A public key."""

    public: Ed25519PublicKey

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        from cryptography.exceptions import InvalidSignature

        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What a station has: the key that signs, if any, and all that check."""

    signing: SigningKey | None
    checking: dict[int, CheckingKey]


def load_keys(folder: Path) -> SigningKeys:
    """The keys in a secrets folder.

    Raises:
        NoSigningKey: a key file cannot be used.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    signing: SigningKey | None = None
    checking: dict[int, CheckingKey] = {}
    for path in sorted(folder.glob("order-qr-*")) if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match is None or int(match[1]) > 255:
            continue
        number = int(match[1])
        try:
            pem = path.read_bytes()
            key = load_pem_private_key(pem, None) if match[2] == "key" else load_pem_public_key(pem)
        except (OSError, ValueError, TypeError) as error:
            raise NoSigningKey(f"{path}: cannot be used as a key ({type(error).__name__})") from None
        if isinstance(key, Ed25519PrivateKey):
            checking[number] = CheckingKey(key.public_key())
            if signing is None or number > signing.number:
                signing = SigningKey(number, key)
        elif isinstance(key, Ed25519PublicKey):
            checking.setdefault(number, CheckingKey(key))
        else:
            raise NoSigningKey(f"{path}: is not an Ed25519 key")
    return SigningKeys(signing, checking)


def make_key(folder: Path, number: int) -> Path:
    """Make the key pair `number` (0 to 255) in `folder`, readable by this user only; answers the private file.

    Raises:
        FileExistsError: that key exists; keys are never overwritten.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private = folder / f"order-qr-{number}.key"
    _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write_new(folder / f"order-qr-{number}.pub", public, 0o644)
    return private


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never over another: written beside, synced, then linked into place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    finally:
        beside.unlink()
