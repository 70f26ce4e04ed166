"""Whether a signature fits a key: each kind that authorities use, and no weak one."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.signature.keys import fits, fits_digest
from tests.kiosk.signature.authorities import rsa_key

DATA = b"what was signed"
EC_KEY = ec.generate_private_key(ec.SECP384R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def _public(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _pss(salt: int) -> dict[str, Any]:
    hashed = {"algorithm": "sha256"}
    parts = {"hash_algorithm": hashed, "salt_length": salt,
             "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hashed}}  # fmt: skip
    return {"algorithm": "rsassa_pss", "parameters": parts}


def _cases() -> list[tuple[str, Any, bytes, dict[str, Any]]]:
    key = rsa_key()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return [
        ("rsa", key, key.sign(DATA, padding.PKCS1v15(), hashes.SHA384()), {"algorithm": "sha384_rsa"}),
        ("pss", key, key.sign(DATA, pss, hashes.SHA256()), _pss(32)),
        ("ecdsa", EC_KEY, EC_KEY.sign(DATA, ec.ECDSA(hashes.SHA512())), {"algorithm": "sha512_ecdsa"}),
        ("ed25519", ED_KEY, ED_KEY.sign(DATA), {"algorithm": "ed25519"}),
    ]


@pytest.mark.parametrize("number", range(4))
def test_each_kind_fits_its_own_key_alone(number: int) -> None:
    """Changed data, a changed signature, another key, another kind: nothing of that fits."""
    _, key, signature, algorithm = _cases()[number]
    told = SignedDigestAlgorithm(algorithm)
    assert fits(_public(key), signature, DATA, told)
    assert not fits(_public(key), signature, DATA + b"!", told)
    assert not fits(_public(key), signature[:-1] + bytes([signature[-1] ^ 1]), DATA, told)
    others = (rsa_key(2048, 1), ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate())
    assert not any(fits(_public(other), signature, DATA, told) for other in others)
    assert not fits(b"no key", signature, DATA, told)


def test_weak_ones_never_fit() -> None:
    """SHA-1, RSA below 2048 bits and curves below 256, though the signature is right."""
    weak, key = rsa_key(1024), rsa_key()
    digest = hashlib.sha256(DATA).digest()
    signed = weak.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
    assert not fits(_public(weak), signed, DATA, SignedDigestAlgorithm({"algorithm": "sha256_rsa"}))
    assert not fits_digest(_public(weak), signed, digest, "sha256")
    salted = weak.sign(DATA, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    assert not fits(_public(weak), salted, DATA, SignedDigestAlgorithm(_pss(32)))
    small = ec.generate_private_key(ec.SECP224R1())
    drawn = small.sign(DATA, ec.ECDSA(hashes.SHA256()))
    assert not fits(_public(small), drawn, DATA, SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}))
    assert not fits_digest(_public(small), drawn, digest, "sha256")
    old = key.sign(DATA, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - that is what must not fit
    assert not fits(_public(key), old, DATA, SignedDigestAlgorithm({"algorithm": "sha1_rsa"}))


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_a_cards_answer_over_a_digest(name: str) -> None:
    """PKCS#1 v1.5 for RSA and DER for ECDSA, over a digest that was made here; no other hash."""
    digest = hashlib.new(name, DATA).digest()
    hashed = utils.Prehashed({"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name])
    key: rsa.RSAPrivateKey = rsa_key()
    for own, signature in (
        (key, key.sign(digest, padding.PKCS1v15(), hashed)),
        (EC_KEY, EC_KEY.sign(digest, ec.ECDSA(hashed))),
    ):
        assert fits_digest(_public(own), signature, digest, name)
        assert not fits_digest(_public(own), signature, hashlib.new(name, b"other").digest(), name)
        assert not fits_digest(_public(own), signature, digest, "sha1")
        assert not fits_digest(_public(own), b"", digest, name)
