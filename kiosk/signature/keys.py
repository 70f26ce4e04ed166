"""Whether a signature fits a public key: of a certificate, a revocation list, an OCSP answer, a card's proof.

Weak ones never fit: hashes below SHA-256, RSA below 2048 bits, curves below 256. What is checked comes from cards and
the network, so whatever cannot be read does not fit, and nothing is raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_LEAST_RSA_BITS: Final = 2048
_LEAST_EC_BITS: Final = 256
_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})


def fits(key: bytes, signature: bytes, data: bytes, algorithm: Any) -> bool:
    """Whether a signature over data fits a key.

    Args:
        key: SubjectPublicKeyInfo, DER.
        signature: as it stands beside what was signed.
        data: what was signed.
        algorithm: an asn1crypto `SignedDigestAlgorithm`.
    """
    try:
        kind = algorithm.signature_algo
        loaded = _load(key)
        if kind == "ed25519":
            return _fits_ed25519(loaded, signature, data)
        name = algorithm.hash_algo
        if name not in _HASHES:
            return False
        if kind == "rsassa_pss":
            return _fits_pss(loaded, signature, data, name, algorithm["parameters"]["salt_length"].native)
        if kind not in {"rsassa_pkcs1v15", "ecdsa"}:
            return False
        return _fits(loaded, signature, data, _hash(name))
    except Exception:  # hostile bytes raise whatever they like inside the parsers
        return False


def fits_digest(key: bytes, signature: bytes, digest: bytes, hash_name: str) -> bool:
    """Whether a card's signature over a digest fits: PKCS#1 v1.5 for RSA, DER for ECDSA.

    Args:
        key: SubjectPublicKeyInfo, DER.
        signature: what the card answered.
        digest: of `hash_name`'s size.
        hash_name: which hash made it.
    """
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    try:
        return hash_name in _HASHES and _fits(_load(key), signature, digest, Prehashed(_hash(hash_name)))
    except Exception:  # hostile bytes raise whatever they like inside the parsers
        return False


def key_of(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, DER.

    Raises:
        Damaged: the certificate cannot be read.
    """
    from asn1crypto.x509 import Certificate

    from kiosk.signature.certificate import Damaged

    try:
        # only what is asked for: reading a whole certificate takes some milliseconds
        return bytes(Certificate.load(der)["tbs_certificate"]["subject_public_key_info"].dump())
    except Exception:  # hostile bytes raise whatever they like inside the parser
        raise Damaged from None


def _load(key: bytes) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return load_der_public_key(key)


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes

    return {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]


def _fits(key: PublicKeyTypes, signature: bytes, data: bytes, hashed: Any) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
            key.verify(signature, data, PKCS1v15(), hashed)
        elif isinstance(key, EllipticCurvePublicKey) and key.key_size >= _LEAST_EC_BITS:
            key.verify(signature, data, ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _fits_pss(key: PublicKeyTypes, signature: bytes, data: bytes, name: str, salt_length: int) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_RSA_BITS:
        return False
    try:
        key.verify(signature, data, PSS(MGF1(_hash(name)), salt_length), _hash(name))
    except InvalidSignature:
        return False
    return True


def _fits_ed25519(key: PublicKeyTypes, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
