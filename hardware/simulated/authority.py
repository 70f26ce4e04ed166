"""An invented hierarchy of authorities, for tests, training and trying out (root → PCA → ICA, and a bank's issuer).

Everything of it says NÜMUNƏ and EXAMPLE, so that a production station can refuse it by name (K7). Keys, revocations and
lists live in one folder that several processes may open at once; that folder can serve as the trust folder as it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from hardware.cards.card import Holder, Purpose
from hardware.simulated.tlv import tlv

Issuer = Literal["root", "pca", "ica", "bank", "foreign"]
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
ORGANISATION: Final = "NÜMUNƏ"
"""The organisation in the name of every authority here."""

_DAY: Final = timedelta(days=1)
_LIST_STANDS: Final = timedelta(days=7)
_LIST_RENEWED: Final = _DAY
_QC_STATEMENTS: Final = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_POLICY: Final = ObjectIdentifier("2.999.1.1")
"""Below the arc that X.660 keeps for examples."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one authority is made. Years are counted from the day the hierarchy is made."""

    title: str
    issuer: Issuer
    below: int | None
    years_back: int
    years: int


_PLANS: Final[dict[Issuer, _Plan]] = {
    "root": _Plan("NÜMUNƏ Root CA (EXAMPLE)", "root", 2, 5, 15),
    "pca": _Plan("NÜMUNƏ Policy Authority PCA (EXAMPLE)", "root", 1, 5, 12),
    "ica": _Plan("NÜMUNƏ E-Government Authority ICA (EXAMPLE)", "pca", 0, 5, 10),
    "bank": _Plan("NÜMUNƏ Bank Certificate Services (EXAMPLE)", "bank", 0, 5, 10),
    "foreign": _Plan("YAD NÜMUNƏ CA (EXAMPLE)", "foreign", 0, 5, 10),
}
_TRUSTED: Final[tuple[Issuer, ...]] = ("root", "pca", "ica", "bank")


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class ExampleAuthority:
    """The hierarchy in one folder: issues certificates, takes them back, tells which are taken back."""

    def __init__(self, folder: Path, authorities: Mapping[Issuer, _Authority]) -> None:
        self.folder = folder
        self._authorities = authorities

    @classmethod
    def open(cls, folder: Path, now: datetime) -> ExampleAuthority:
        """Make the hierarchy in `folder`, or load it; lists older than a day at `now` (aware) are issued anew.

        Raises:
            OSError: the folder cannot be written.
        """
        (folder / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "crl").mkdir(exist_ok=True)
        with _alone(folder):
            authorities: dict[Issuer, _Authority] = {}
            for name in _PLANS:
                authorities[name] = _load(folder, name, authorities) or _make(folder, name, authorities, now)
            opened = cls(folder, authorities)
            for name in _TRUSTED:
                if opened._list_is_old(name, now):
                    opened._write_list(name, now)
        return opened

    def certificate(self, issuer: Issuer) -> x509.Certificate:
        """An authority's own certificate."""
        return self._authorities[issuer].certificate

    def issue(
        self, public_key: PublicKey, holder: Holder, purpose: Purpose, *,
        not_before: datetime, not_after: datetime, issuer: Issuer = "ica",
    ) -> x509.Certificate:  # fmt: skip
        """A person's certificate, to sign in or to sign with (ETSI EN 319 412-2; EN 319 412-5 for the statements)."""
        by = self._authorities[issuer]
        names = [
            (NameOID.COUNTRY_NAME, "AZ"),
            (NameOID.ORGANIZATION_NAME, ORGANISATION),
            (NameOID.SURNAME, holder.surname),
            (NameOID.GIVEN_NAME, " ".join(filter(None, (holder.given_name, holder.patronymic)))),
            (NameOID.SERIAL_NUMBER, f"PNOAZ-{holder.fin}"),
            (NameOID.COMMON_NAME, f"{holder.surname} {holder.given_name}"),
        ]
        signing = purpose == "signature"
        builder = (
            _builder(public_key, _name(names), by, not_before, not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(digital_signature=not signing, content_commitment=signing), critical=True)
            .add_extension(x509.CertificatePolicies([x509.PolicyInformation(_POLICY, None)]), critical=False)
        )
        if signing:
            builder = builder.add_extension(x509.UnrecognizedExtension(_QC_STATEMENTS, _statements()), critical=False)
        else:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        return _pointed(builder, issuer).sign(by.key, hashes.SHA384())

    def revoke(self, certificate: x509.Certificate, now: datetime) -> None:
        """Take a certificate back for good (keyCompromise), on the list of its issuer at once."""
        self._mark(certificate, now, x509.ReasonFlags.key_compromise)

    def suspend(self, certificate: x509.Certificate, now: datetime) -> None:
        """Take a certificate back until it is restored (certificateHold)."""
        self._mark(certificate, now, x509.ReasonFlags.certificate_hold)

    def restore(self, certificate: x509.Certificate, now: datetime) -> None:
        """End a suspension; nothing where there is none.

        Raises:
            ValueError: the certificate was revoked for good.
        """
        self._mark(certificate, now, None)

    def ocsp_answer(self, request_der: bytes, now: datetime) -> bytes:
        """What a delegated responder answers to an OCSP request (RFC 6960), its nonce with it."""
        try:
            request = ocsp.load_der_ocsp_request(request_der)
        except ValueError:
            return _ocsp_error(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        issuer = next((name for name in _TRUSTED if self._asked(request, name)), None)
        if issuer is None:
            return _ocsp_error(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        by = self._authorities[issuer]
        back = self._taken_back(issuer).get(request.serial_number)
        responder, key = self._responder(issuer, now)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=request.issuer_name_hash,
                issuer_key_hash=request.issuer_key_hash,
                serial_number=request.serial_number,
                algorithm=request.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if back else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + timedelta(hours=1),
                revocation_time=back[0] if back else None,
                revocation_reason=back[1] if back else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
            .certificates([responder, by.certificate])
        )
        for extension in request.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _asked(self, request: ocsp.OCSPRequest, issuer: Issuer) -> bool:
        certificate = self._authorities[issuer].certificate
        name, key = hashes.Hash(request.hash_algorithm), hashes.Hash(request.hash_algorithm)
        name.update(certificate.subject.public_bytes())
        key.update(_key_bits(certificate))
        return (name.finalize(), key.finalize()) == (request.issuer_name_hash, request.issuer_key_hash)

    def _responder(self, issuer: Issuer, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A responder's certificate for a day, which is not itself asked about (RFC 6960 section 4.2.2.2.1)."""
        by, key = self._authorities[issuer], ec.generate_private_key(ec.SECP256R1())
        names = [
            (NameOID.COUNTRY_NAME, "AZ"),
            (NameOID.ORGANIZATION_NAME, ORGANISATION),
            (NameOID.COMMON_NAME, "NÜMUNƏ OCSP (EXAMPLE)"),
        ]
        certificate = (
            _builder(key.public_key(), _name(names), by, now - _DAY, now + _DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
            .add_extension(x509.OCSPNoCheck(), critical=False)
            .sign(by.key, hashes.SHA384())
        )
        return certificate, key

    def _mark(self, certificate: x509.Certificate, now: datetime, reason: x509.ReasonFlags | None) -> None:
        issuer = next(name for name, one in self._authorities.items() if one.certificate.subject == certificate.issuer)
        with _alone(self.folder):
            ledger = self._ledger()
            held, serial = ledger.setdefault(issuer, {}), f"{certificate.serial_number:X}"
            known = held.get(serial)
            if known and known[1] != x509.ReasonFlags.certificate_hold.value and reason is None:
                raise ValueError("a revoked certificate is not restored")
            if reason is None:
                held.pop(serial, None)
            else:
                held[serial] = [now.astimezone(UTC).isoformat(timespec="seconds"), reason.value]
            _write(self.folder / "keys" / "revoked.json", json.dumps(ledger, indent=1).encode(), 0o600)
            if issuer in _TRUSTED:
                self._write_list(issuer, now)

    def _ledger(self) -> dict[str, dict[str, list[str]]]:
        path = self.folder / "keys" / "revoked.json"
        if not path.exists():
            return {}
        read: dict[str, dict[str, list[str]]] = json.loads(path.read_bytes())
        return read

    def _taken_back(self, issuer: Issuer) -> dict[int, tuple[datetime, x509.ReasonFlags]]:
        held = self._ledger().get(issuer, {})
        return {
            int(serial, 16): (datetime.fromisoformat(when), x509.ReasonFlags(reason))
            for serial, (when, reason) in held.items()
        }

    def _list_is_old(self, issuer: Issuer, now: datetime) -> bool:
        path = self.folder / "crl" / f"{issuer}.crl"
        if not path.exists():
            return True
        told = x509.load_der_x509_crl(path.read_bytes())
        fits = told.is_signature_valid(self._authorities[issuer].key.public_key())
        return not fits or not told.last_update_utc <= now < told.last_update_utc + _LIST_RENEWED

    def _write_list(self, issuer: Issuer, now: datetime) -> None:
        by = self._authorities[issuer]
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(by.certificate.subject)
            .last_update(now)
            .next_update(now + _LIST_STANDS)
            .add_extension(_authority_key(by), critical=False)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        )
        for serial, (when, reason) in self._taken_back(issuer).items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(when)
                .add_extension(x509.CRLReason(reason), critical=False)
                .build()
            )
        told = builder.sign(by.key, hashes.SHA384()).public_bytes(serialization.Encoding.DER)
        _write(self.folder / "crl" / f"{issuer}.crl", told, 0o644)


def _paths(folder: Path, name: Issuer) -> tuple[Path, Path]:
    """The files of an authority's certificate and key. The foreign one is no anchor and lies apart."""
    keys = folder / "keys"
    return (folder if name in _TRUSTED else keys) / f"{name}.pem", keys / f"{name}.key"


def _load(folder: Path, name: Issuer, above: Mapping[Issuer, _Authority]) -> _Authority | None:
    """What is there, when it is whole and fits what is above it."""
    certificate_file, key_file = _paths(folder, name)
    if not certificate_file.exists() or not key_file.exists():
        return None
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    issuer = _PLANS[name].issuer
    if issuer != name and _key_identifier(above[issuer].certificate) != _issuer_identifier(certificate):
        return None
    return _Authority(certificate, key)


def _make(folder: Path, name: Issuer, above: Mapping[Issuer, _Authority], now: datetime) -> _Authority:
    plan, key = _PLANS[name], ec.generate_private_key(ec.SECP384R1())
    subject = _name(
        [(NameOID.COUNTRY_NAME, "AZ"), (NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, plan.title)]
    )
    by = above.get(plan.issuer)
    year = timedelta(days=365)
    builder = (
        _builder(key.public_key(), subject, by, now - plan.years_back * year, now + plan.years * year)
        .add_extension(x509.BasicConstraints(ca=True, path_length=plan.below), critical=True)
        .add_extension(_key_usage(certificates=True), critical=True)
    )
    if by is not None:
        builder = _pointed(builder, plan.issuer)
    certificate = builder.sign(by.key if by is not None else key, hashes.SHA384())
    certificate_file, key_file = _paths(folder, name)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key_file, private, 0o600)
    _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return _Authority(certificate, key)


def _name(parts: list[tuple[ObjectIdentifier, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _builder(
    public_key: PublicKey, subject: x509.Name, by: _Authority | None, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    """What every certificate has; without `by` it signs itself."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by is not None else subject)
        .public_key(public_key)
        .serial_number(int.from_bytes(secrets.token_bytes(15)) | 1 << 120)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return builder if by is None else builder.add_extension(_authority_key(by), critical=False)


def _pointed(builder: x509.CertificateBuilder, issuer: Issuer) -> x509.CertificateBuilder:
    """Where its issuer's list, certificate and responder would be, if example.az were somebody."""
    there = x509.UniformResourceIdentifier
    return builder.add_extension(
        x509.CRLDistributionPoints(
            [x509.DistributionPoint([there(f"http://crl.example.az/{issuer}.crl")], None, None, None)]
        ),
        critical=False,
    ).add_extension(
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, there("http://ocsp.example.az/")),
                x509.AccessDescription(
                    AuthorityInformationAccessOID.CA_ISSUERS, there(f"http://pki.example.az/{issuer}.cer")
                ),
            ]
        ),
        critical=False,
    )


def _key_usage(
    *, digital_signature: bool = False, content_commitment: bool = False, certificates: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, content_commitment=content_commitment, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificates, crl_sign=certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _statements() -> bytes:
    """qcStatements: qualified, kept on a secure device, for electronic signatures (EN 319 412-5 section 4)."""
    etsi = bytes.fromhex("04008e4601")

    def said(number: int, more: bytes = b"") -> bytes:
        return tlv(0x30, tlv(0x06, etsi + bytes([number])), more)

    for_signatures = tlv(0x30, tlv(0x06, etsi + bytes([6, 1])))
    return tlv(0x30, said(1), said(4), said(6, for_signatures))


def _authority_key(by: _Authority) -> x509.AuthorityKeyIdentifier:
    own = by.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _key_identifier(certificate: x509.Certificate) -> bytes:
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def _issuer_identifier(certificate: x509.Certificate) -> bytes | None:
    return certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The bits of the public key without what is around them, over which OCSP hashes (RFC 6960 section 4.1.1)."""
    key: Any = certificate.public_key()
    return bytes(key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint))


def _ocsp_error(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process (and thread) at a time in this folder."""
    with (folder / "keys" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, data: bytes, mode: int) -> None:
    """Put a file in place whole, never readable by more than `mode` allows."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(made).replace(path)
