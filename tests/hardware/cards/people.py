"""Certificates of invented people, made in a moment: one key signs and is certified in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

AYXAN: Mapping[str, str] = {"given_name": "Ayxan", "surname": "Nümunəzadə", "serial_number": "PNOAZ-7NUMN25"}
_NAMES = {
    "common_name": NameOID.COMMON_NAME,
    "given_name": NameOID.GIVEN_NAME,
    "surname": NameOID.SURNAME,
    "serial_number": NameOID.SERIAL_NUMBER,
}


@lru_cache(maxsize=4)
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key of that size, made once."""
    return rsa.generate_private_key(65537, bits)


@lru_cache(maxsize=4)
def ec_key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    """A key on that curve, made once."""
    return ec.generate_private_key(curve())


def certificate(
    names: Mapping[str, str],
    *,
    digital_signature: bool = True,
    non_repudiation: bool = False,
    authority: bool = False,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """A certificate in DER, for three years from 2026 on."""
    subject = x509.Name([x509.NameAttribute(_NAMES[name], value) for name, value in names.items()])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "NÜMUNƏ")]))
        .public_key((key or rsa_key()).public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2029, 1, 1, tzinfo=UTC))
        .add_extension(x509.KeyUsage(digital_signature, non_repudiation, *(False,) * 7), critical=True)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )
    return made.sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.DER)
