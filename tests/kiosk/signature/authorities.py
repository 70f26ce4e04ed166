"""Certificate authorities of these tests: every certificate, list and answer can be made as right or wrong as wanted.

They share no code with the product or with the example authority, and another library reads them than made them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY = timedelta(days=1)
FIN = "5AB1C2D"
SIGN_IN = {"digital_signature"}
SIGNATURE = {"content_commitment"}
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_serials = count(1000)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """One RSA key a number for the whole run: making one takes its time."""
    del number
    return rsa.generate_private_key(65537, bits)


def key_usage(uses: set[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in _USES})


def name(common: str, **parts: str) -> x509.Name:
    oids = {"given": NameOID.GIVEN_NAME, "surname": NameOID.SURNAME, "serial": NameOID.SERIAL_NUMBER,
            "organisation": NameOID.ORGANIZATION_NAME}  # fmt: skip
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "AZ"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    return x509.Name(attributes + [x509.NameAttribute(oids[part], value) for part, value in parts.items()])


@dataclass
class Person:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass
class Authority:
    """An authority: issues what it is asked for."""

    title: str
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    issuer: Authority | None = None
    begins: datetime = NOW - 1000 * DAY
    ends: datetime = NOW + 1000 * DAY
    below: int | None = None
    uses: frozenset[str] = frozenset({"key_cert_sign", "crl_sign"})
    crl_url: str = ""
    is_authority: bool = True
    organisation: str = "Sınaq"

    def __post_init__(self) -> None:
        self.subject = name(self.title, organisation=self.organisation)
        signer = self.issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(signer.subject)
            .public_key(self.key.public_key())
            .serial_number(next(_serials))
            .not_valid_before(self.begins)
            .not_valid_after(self.ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
            .add_extension(x509.BasicConstraints(self.is_authority, self.below if self.is_authority else None), True)
            .add_extension(key_usage(set(self.uses)), True)
        )
        if self.crl_url:
            builder = builder.add_extension(points(self.crl_url), False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def save(self, folder: Path, file: str, encoding: Encoding = Encoding.PEM) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        path.write_bytes(self.certificate.public_bytes(encoding))
        return path

    def issue(
        self,
        uses: set[str] | None,
        *,
        subject: x509.Name | None = None,
        key: PrivateKey | None = None,
        begins: datetime = NOW - 100 * DAY,
        ends: datetime = NOW + 100 * DAY,
        extended: tuple[x509.ObjectIdentifier, ...] | None = None,
        crl_url: str = "",
        ocsp_url: str = "",
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
        authority: bool = False,
        key_identifier: bool = True,
    ) -> Person:
        own = key or ec.generate_private_key(ec.SECP256R1())
        who = subject or name("Nümunəyeva Aygün", given="Aygün", surname="Nümunəyeva", serial=f"PNOAZ-{FIN}")
        builder = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(self.subject)
            .public_key(own.public_key())
            .serial_number(next(_serials))
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(authority, None), True)
        )
        if key_identifier:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(issuer, False)
        if uses is not None:
            builder = builder.add_extension(key_usage(uses), True)
        if extended is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage(extended), False)
        if crl_url:
            builder = builder.add_extension(points(crl_url), False)
        if ocsp_url:
            where = x509.UniformResourceIdentifier(ocsp_url)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return Person(builder.sign(self.key, hashes.SHA256()), own)

    def revocation_list(
        self,
        *entries: tuple[x509.Certificate, x509.ReasonFlags | None],
        told: datetime = NOW - DAY,
        until: datetime | None = NOW + DAY,
        number: int | None = 1,
        signed_by: PrivateKey | None = None,
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.subject).last_update(told)
        builder = builder.next_update(until or told)
        if number is not None:
            builder = builder.add_extension(x509.CRLNumber(number), False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        for certificate, reason in entries:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            entry = entry.revocation_date(told - DAY)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(signed_by or self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(
        self, *, no_check: bool = True, for_ocsp: bool = True, begins: datetime = NOW - DAY, ends: datetime = NOW + DAY
    ) -> Person:
        extended = (ExtendedKeyUsageOID.OCSP_SIGNING,) if for_ocsp else (ExtendedKeyUsageOID.CLIENT_AUTH,)
        extensions = ((x509.OCSPNoCheck(), False),) if no_check else ()
        return self.issue(SIGN_IN, subject=name("OCSP"), extended=extended, begins=begins, ends=ends,
                          extensions=extensions)  # fmt: skip

    def answer(
        self,
        request: bytes,
        certificate: x509.Certificate,
        *,
        responder: Person | None = None,
        status: str = "good",
        reason: x509.ReasonFlags | None = None,
        told: datetime = NOW,
        until: datetime | None = NOW + timedelta(hours=1),
        nonce: bytes | None = b"",
        with_responder: bool = True,
        about: x509.Certificate | None = None,
    ) -> bytes:
        """What this authority's responder answers; `nonce` b"" repeats the request's, None leaves it out.

        `about` is the issuer that the answer names; None: this authority, as it should be.
        """
        asked = ocsp.load_der_ocsp_request(request)
        by = responder or Person(self.certificate, self.key)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=about or self.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - it only names the issuer
            cert_status=ocsp.OCSPCertStatus[status.upper()],
            this_update=told,
            next_update=until,
            revocation_time=told - DAY if status == "revoked" else None,
            revocation_reason=reason if status == "revoked" else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        if responder is not None and with_responder:
            builder = builder.certificates([responder.certificate])
        if nonce is not None:
            told_nonce: Any = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
            builder = builder.add_extension(x509.OCSPNonce(nonce or told_nonce.nonce), False)
        return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def points(*urls: str) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None) for url in urls]
    )


@dataclass
class Hierarchy:
    """Root, policy authority and issuing authority, as I11 names them."""

    root: Authority
    pca: Authority
    ica: Authority

    @classmethod
    def make(cls) -> Hierarchy:
        root = Authority("Sınaq kökü", below=2)
        pca = Authority("Sınaq PCA", issuer=root, below=1)
        return cls(root, pca, Authority("Sınaq ICA", issuer=pca, below=0))

    def save(self, folder: Path) -> None:
        for file, one in (("root", self.root), ("pca", self.pca), ("ica", self.ica)):
            one.save(folder, f"{file}.pem")

    def save_lists(self, folder: Path, **kwargs: Any) -> None:
        for file, one in (("root", self.root), ("pca", self.pca), ("ica", self.ica)):
            save_list(folder, file, one.revocation_list(**kwargs))


def save_list(folder: Path, file: str, data: bytes) -> Path:
    lists = folder / "crl"
    lists.mkdir(parents=True, exist_ok=True)
    path = lists / f"{file}.crl"
    path.write_bytes(data)
    return path
