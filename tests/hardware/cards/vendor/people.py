"""Certificates of an invented person, for tokens in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_SUBJECT = x509.Name(
    [
        x509.NameAttribute(NameOID.GIVEN_NAME, "Nümunə"),
        x509.NameAttribute(NameOID.SURNAME, "Nümunəyeva"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, "PNOAZ-1TEST23"),
    ]
)


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """A key, the same for the same number during one run."""
    return rsa.generate_private_key(65537, 2048)


def pem(key: PrivateKey) -> bytes:
    """A private key in PKCS#8."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(key: PrivateKey | bytes, *, signs: bool = False, authority: bool = False) -> bytes:
    """A certificate in DER for a private key or a public key's DER.

    Args:
        key: whose it is.
        signs: nonRepudiation instead of digitalSignature.
        authority: of an authority.
    """
    public = load_der_public_key(key) if isinstance(key, bytes) else key.public_key()
    assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_SUBJECT)
        .issuer_name(_SUBJECT)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not signs, content_commitment=signs, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    return built.sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.DER)
