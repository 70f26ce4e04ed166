"""The shapes of the invented certificates (RFC 5280; ETSI EN 319 412 for people's)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from hardware.cards.card import Holder, Purpose
from hardware.simulated.tlv import tlv

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
ORGANISATION: Final = "NÜMUNƏ"
"""The organisation in every name here."""
_QC_STATEMENTS: Final = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_POLICY: Final = ObjectIdentifier("2.999.1.1")
"""Below the arc that X.660 keeps for examples."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where certificates say that revocation is told; None: they do not say."""

    ocsp: str | None
    lists: str | None

    def on(self, builder: x509.CertificateBuilder, issuer: str) -> x509.CertificateBuilder:
        """The same certificate with the addresses of its issuer."""
        there = x509.UniformResourceIdentifier
        if self.lists is not None:
            point = x509.DistributionPoint([there(f"{self.lists}/{issuer}.crl")], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if self.ocsp is not None:
            told = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, there(self.ocsp))
            builder = builder.add_extension(x509.AuthorityInformationAccess([told]), critical=False)
        return builder


def authority(
    title: str, public_key: PublicKey, below: int | None, by: x509.Certificate | None,
    not_before: datetime, not_after: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    """An authority's certificate. `below`: how many authorities may stand below it; `by` None: it signs itself."""
    return (
        _builder(public_key, _name((NameOID.COMMON_NAME, title)), by, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
    )


def person(
    holder: Holder, purpose: Purpose, public_key: PublicKey, by: x509.Certificate,
    not_before: datetime, not_after: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    """A person's certificate, to sign in or to sign with (ETSI EN 319 412-1 and -2)."""
    number = () if holder.fin is None else ((NameOID.SERIAL_NUMBER, f"PNOAZ-{holder.fin}"),)
    subject = _name(
        (NameOID.SURNAME, holder.surname),
        (NameOID.GIVEN_NAME, " ".join(filter(None, (holder.given_name, holder.patronymic)))),
        *number,
        (NameOID.COMMON_NAME, f"{holder.surname} {holder.given_name}"),
    )
    signing = purpose == "signature"
    builder = (
        _builder(public_key, subject, by, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=not signing, content_commitment=signing), critical=True)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(_POLICY, None)]), critical=False)
    )
    if signing:
        return builder.add_extension(x509.UnrecognizedExtension(_QC_STATEMENTS, _statements()), critical=False)
    return builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)


def responder(
    public_key: PublicKey, by: x509.Certificate, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    """An OCSP responder's certificate, which is not itself asked about (RFC 6960 section 4.2.2.2.1)."""
    return (
        _builder(public_key, _name((NameOID.COMMON_NAME, "NÜMUNƏ OCSP (EXAMPLE)")), by, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )


def authority_key(by: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """How what is issued by `by` names its key."""
    own = by.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def is_issued_by(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether `certificate` names the key of `by`."""
    told = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    return told.key_identifier == authority_key(by).key_identifier


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    common = ((NameOID.COUNTRY_NAME, "AZ"), (NameOID.ORGANIZATION_NAME, ORGANISATION))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in (*common, *parts)])


def _builder(
    public_key: PublicKey, subject: x509.Name, by: x509.Certificate | None, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    """What every certificate has."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by is not None else subject)
        .public_key(public_key)
        .serial_number(int.from_bytes(secrets.token_bytes(15)) | 1 << 120)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return builder if by is None else builder.add_extension(authority_key(by), critical=False)


def _key_usage(
    *, digital_signature: bool = False, content_commitment: bool = False, authority: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, content_commitment=content_commitment, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _statements() -> bytes:
    """qcStatements: qualified, kept on a secure device, for electronic signatures (EN 319 412-5 section 4)."""
    etsi = bytes.fromhex("04008e4601")

    def said(number: int, more: bytes = b"") -> bytes:
        return tlv(0x30, tlv(0x06, etsi + bytes([number])), more)

    for_signatures = tlv(0x30, tlv(0x06, etsi + bytes([6, 1])))
    return tlv(0x30, said(1), said(4), said(6, for_signatures))
