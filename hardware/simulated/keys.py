"""The card's private keys and the forms in which they sign (ISO 7816-8 section 11.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from hardware.simulated.command import WRONG_DATA, Refused

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SignatureForm = Literal["pkcs1", "raw", "r||s", "der"]
"""pkcs1: RSA, the card fills; raw: RSA, the host filled; r||s and der: two ways to write an ECDSA signature."""
KeyUse = Literal["sign", "authenticate"]

_DIGESTS: Final[dict[int, hashes.HashAlgorithm]] = {
    20: hashes.SHA1(),  # noqa: S303 - the size alone counts here: the host hashed
    28: hashes.SHA224(),
    32: hashes.SHA256(),
    48: hashes.SHA384(),
    64: hashes.SHA512(),
}


@dataclass(frozen=True, slots=True, repr=False)
class CardKey:
    """One private key: its reference, the PIN that opens it, and what it does."""

    reference: int
    private: PrivateKey
    pin: str
    form: SignatureForm
    uses: frozenset[KeyUse]
    algorithms: frozenset[int] = frozenset()
    """Which algorithm references MSE may name with it; empty: none may be named."""

    def sign(self, data: bytes) -> bytes:
        """Sign what the host sent.

        Raises:
            Refused: 6A80, it is nothing this key can sign.
        """
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self._filled(self.private, data) if self.form == "pkcs1" else _raw(self.private, data)
        digest = _DIGESTS.get(len(data))
        if digest is None:
            raise Refused(WRONG_DATA)
        signature = self.private.sign(data, ec.ECDSA(utils.Prehashed(digest)))
        if self.form == "der":
            return signature
        size = (self.private.curve.key_size + 7) // 8
        r, s = utils.decode_dss_signature(signature)
        return r.to_bytes(size) + s.to_bytes(size)

    @staticmethod
    def _filled(private: rsa.RSAPrivateKey, data: bytes) -> bytes:
        """PKCS#1 v1.5 around a DigestInfo, at most two fifths of the modulus long (ISO 7816-8)."""
        if not data or len(data) > private.key_size // 8 * 2 // 5:
            raise Refused(WRONG_DATA)
        return private.sign(data, padding.PKCS1v15(), utils.NoDigestInfo())


def _raw(private: rsa.RSAPrivateKey, block: bytes) -> bytes:
    """The bare RSA operation, by the Chinese remainder theorem."""
    numbers = private.private_numbers()
    value = int.from_bytes(block)
    size = private.key_size // 8
    if len(block) != size or value >= numbers.public_numbers.n:
        raise Refused(WRONG_DATA)
    over_p = pow(value % numbers.p, numbers.dmp1, numbers.p)
    over_q = pow(value % numbers.q, numbers.dmq1, numbers.q)
    return (over_q + numbers.q * ((over_p - over_q) * numbers.iqmp % numbers.p)).to_bytes(size)
