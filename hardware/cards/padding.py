"""What goes into an RSA signature, for cards that leave the padding to the host (RFC 8017, 9.2)."""

from __future__ import annotations

from typing import Final

from hardware.cards.card import HashName
from hardware.errors import CardFault

_PREFIXES: Final[dict[HashName, bytes]] = {
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300D060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300D060960864801650304020305000440"),
}
DIGEST_SIZES: Final[dict[HashName, int]] = {"sha256": 32, "sha384": 48, "sha512": 64}
_SHORTEST_FILL: Final = 8


def digest_info(digest: bytes, hash_name: HashName) -> bytes:
    """The DER of DigestInfo, for cards that pad by themselves."""
    return _PREFIXES[hash_name] + digest


def emsa_pkcs1_v1_5(digest: bytes, hash_name: HashName, size: int) -> bytes:
    """The whole padded block of `size` bytes, as long as the modulus.

    Raises:
        CardFault: the key is too short for that hash.
    """
    told = digest_info(digest, hash_name)
    fill = size - len(told) - 3
    if fill < _SHORTEST_FILL:
        raise CardFault
    return b"\x00\x01" + b"\xff" * fill + b"\x00" + told
