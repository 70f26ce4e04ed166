"""An invented hierarchy of authorities, for tests, training and trying out (root → PCA → ICA, and a bank's issuer).

Everything of it says NÜMUNƏ and EXAMPLE, so that a production station can refuse it by name (K7). Keys, revocations and
lists live in one folder that several processes may open at once; that folder can serve as the trust folder as it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from hardware.cards.card import Holder, Purpose
from hardware.simulated import certificates
from hardware.simulated.certificates import Addresses, PublicKey

Issuer = Literal["root", "pca", "ica", "bank", "foreign"]
_DAY: Final = timedelta(days=1)
_LIST_STANDS: Final = timedelta(days=7)
_LIST_RENEWED: Final = _DAY


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

    def __init__(self, folder: Path, authorities: Mapping[Issuer, _Authority], addresses: Addresses) -> None:
        self.folder = folder
        self._authorities = authorities
        self._addresses = addresses

    @classmethod
    def open(
        cls, folder: Path, now: datetime, *, ocsp_url: str | None = None, crl_url: str | None = None
    ) -> ExampleAuthority:
        """Make the hierarchy in `folder`, or load it; lists older than a day at `now` (aware) are issued anew.

        Certificates name no address unless one is given: an invented one could be somebody's, and asking it would hold
        up every trial.

        Args:
            folder: where it lives.
            now: what time it is (aware).
            ocsp_url: where a responder is, for the certificates made from now on.
            crl_url: below which address the lists are, as `<crl_url>/ica.crl`.

        Raises:
            OSError: the folder cannot be written.
        """
        (folder / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "crl").mkdir(exist_ok=True)
        addresses = Addresses(ocsp_url, crl_url)
        with _alone(folder):
            authorities: dict[Issuer, _Authority] = {}
            for name in _PLANS:
                authorities[name] = _load(folder, name, authorities) or _make(folder, name, authorities, now, addresses)
            opened = cls(folder, authorities, addresses)
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
        builder = certificates.person(holder, purpose, public_key, by.certificate, not_before, not_after)
        return self._addresses.on(builder, issuer).sign(by.key, hashes.SHA384())

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
        """A responder for a day."""
        by, key = self._authorities[issuer], ec.generate_private_key(ec.SECP256R1())
        builder = certificates.responder(key.public_key(), by.certificate, now - _DAY, now + _DAY)
        return builder.sign(by.key, hashes.SHA384()), key

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
        try:
            told = x509.load_der_x509_crl((self.folder / "crl" / f"{issuer}.crl").read_bytes())
        except (FileNotFoundError, ValueError):
            return True
        fits = told.is_signature_valid(self._authorities[issuer].key.public_key())
        return not fits or not told.last_update_utc <= now < told.last_update_utc + _LIST_RENEWED

    def _write_list(self, issuer: Issuer, now: datetime) -> None:
        by = self._authorities[issuer]
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(by.certificate.subject)
            .last_update(now)
            .next_update(now + _LIST_STANDS)
            .add_extension(certificates.authority_key(by.certificate), critical=False)
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
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    issuer = _PLANS[name].issuer
    if issuer != name and not certificates.is_issued_by(certificate, above[issuer].certificate):
        return None
    return _Authority(certificate, key)


def _make(
    folder: Path, name: Issuer, above: Mapping[Issuer, _Authority], now: datetime, addresses: Addresses
) -> _Authority:
    plan, key = _PLANS[name], ec.generate_private_key(ec.SECP384R1())
    by, year = above.get(plan.issuer), timedelta(days=365)
    builder = certificates.authority(
        plan.title, key.public_key(), plan.below, by.certificate if by is not None else None,
        now - plan.years_back * year, now + plan.years * year,
    )  # fmt: skip
    if by is not None:
        builder = addresses.on(builder, plan.issuer)
    certificate = builder.sign(by.key if by is not None else key, hashes.SHA384())
    certificate_file, key_file = _paths(folder, name)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key_file, private, 0o600)
    _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return _Authority(certificate, key)


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
