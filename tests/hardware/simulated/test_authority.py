"""The invented authorities: what lies in their folder, what they issue, what they take back (I11, K7)."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.cards.card import Holder, Purpose
from hardware.simulated.authority import ExampleAuthority, Issuer
from hardware.simulated.certificates import ORGANISATION
from tests.cards import NOW

_PERSON = Holder("İradə", "Nümunəğ", "Ələsgər qızı", fin="7NUMN25")
_NAMES: tuple[Issuer, ...] = ("root", "pca", "ica", "bank")


@pytest.fixture
def authority(tmp_path: Path) -> ExampleAuthority:
    return ExampleAuthority.open(tmp_path / "trust", NOW)


def _issue(authority: ExampleAuthority, purpose: Purpose = "sign_in", issuer: Issuer = "ica") -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return authority.issue(
        key, _PERSON, purpose, not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=9), issuer=issuer
    )


def test_the_folder_can_be_a_trust_folder(authority: ExampleAuthority) -> None:
    """Anchors and lists by their names; keys apart and for nobody else to read."""
    folder = authority.folder
    assert {path.name for path in folder.iterdir()} == {"keys", "crl", "root.pem", "pca.pem", "ica.pem", "bank.pem"}
    assert {path.name for path in (folder / "crl").iterdir()} == {"root.crl", "pca.crl", "ica.crl", "bank.crl"}
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder / "keys").glob("*.key")} == {0o600}


def test_root_over_pca_over_ica_and_the_bank_apart(authority: ExampleAuthority) -> None:
    """P-384 all, path lengths 2, 1, 0; each list is its authority's; all say NÜMUNƏ and EXAMPLE (K7)."""
    one = authority.certificate
    one("root").verify_directly_issued_by(one("root"))
    one("pca").verify_directly_issued_by(one("root"))
    one("ica").verify_directly_issued_by(one("pca"))
    one("bank").verify_directly_issued_by(one("bank"))
    for name, below in zip(_NAMES, (2, 1, 0, 0), strict=True):
        certificate = x509.load_pem_x509_certificate((authority.folder / f"{name}.pem").read_bytes())
        assert certificate == one(name)
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == below
        assert (
            certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == ORGANISATION == "NÜMUNƏ"
        )
        assert "EXAMPLE" in str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp384r1"
        told = x509.load_der_x509_crl((authority.folder / "crl" / f"{name}.crl").read_bytes())
        assert told.is_signature_valid(key)
        assert told.issuer == certificate.subject


def test_people_are_named_as_the_standard_says(authority: ExampleAuthority) -> None:
    """Names in UTF8String, letters of Azerbaijani and all; PNOAZ-FİN printable (ETSI EN 319 412-1, RFC 5280)."""
    subject = _issue(authority).subject
    told = {part.oid: part.value for part in subject}
    assert told[NameOID.SURNAME] == "Nümunəğ"
    assert told[NameOID.GIVEN_NAME] == "İradə Ələsgər qızı"
    assert told[NameOID.SERIAL_NUMBER] == "PNOAZ-7NUMN25"
    written = subject.public_bytes()
    assert b"\x13\x0dPNOAZ-7NUMN25" in written
    assert all(b"\x0c" + bytes([len(name.encode())]) + name.encode() in written for name in ("Nümunəğ", ORGANISATION))


@pytest.mark.parametrize("purpose", ["sign_in", "signature"])
def test_a_certificate_has_one_use(authority: ExampleAuthority, purpose: Purpose) -> None:
    """Signing in: digitalSignature, clientAuth; signing: nonRepudiation, qcStatements; no address unless given."""
    extensions = _issue(authority, purpose).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    present = {extension.oid.dotted_string for extension in extensions}
    assert (usage.digital_signature, usage.content_commitment) == (purpose == "sign_in", purpose == "signature")
    assert ("2.5.29.37" in present, "1.3.6.1.5.5.7.1.3" in present) == (purpose == "sign_in", purpose == "signature")
    assert "2.5.29.31" not in present
    assert "1.3.6.1.5.5.7.1.1" not in present


def test_addresses_are_written_when_they_are_given(tmp_path: Path) -> None:
    authority = ExampleAuthority.open(tmp_path, NOW, ocsp_url="http://127.0.0.1:9/o", crl_url="http://127.0.0.1:9/c")
    for certificate, issuer in ((_issue(authority), "ica"), (authority.certificate("ica"), "pca")):
        point = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
        assert point.full_name is not None
        assert point.full_name[0].value == f"http://127.0.0.1:9/c/{issuer}.crl"
        told = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value[0]
        assert told.access_location.value == "http://127.0.0.1:9/o"


def test_a_second_opening_finds_what_the_first_made(authority: ExampleAuthority) -> None:
    again = ExampleAuthority.open(authority.folder, NOW + timedelta(hours=1))
    for name in _NAMES:
        assert again.certificate(name) == authority.certificate(name)


@pytest.mark.parametrize("left", [None, b"", b"-----BEGIN CERTIFICATE-----\n", b"noise"])
@pytest.mark.parametrize("file", ["pca.pem", "keys/pca.key"])
def test_what_is_not_whole_is_made_anew(authority: ExampleAuthority, file: str, left: bytes | None) -> None:
    """A key without its certificate or the other way round, and what no longer fits what is above it, are replaced."""
    if left is None:
        (authority.folder / file).unlink()
    else:
        (authority.folder / file).write_bytes(left)
    (authority.folder / "crl" / "pca.crl").write_bytes(b"noise")
    again = ExampleAuthority.open(authority.folder, NOW)
    assert again.certificate("root") == authority.certificate("root")
    again.certificate("pca").verify_directly_issued_by(again.certificate("root"))
    again.certificate("ica").verify_directly_issued_by(again.certificate("pca"))
    for name in ("pca", "ica"):
        told = x509.load_der_x509_crl((authority.folder / "crl" / f"{name}.crl").read_bytes())
        key = again.certificate("pca" if name == "pca" else "ica").public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert told.is_signature_valid(key)


def test_a_key_that_is_not_the_certificates_is_replaced(authority: ExampleAuthority) -> None:
    keys = authority.folder / "keys"
    (keys / "bank.key").write_bytes((keys / "ica.key").read_bytes())
    again = ExampleAuthority.open(authority.folder, NOW)
    assert again.certificate("bank") != authority.certificate("bank")
    _issue(again, issuer="bank").verify_directly_issued_by(again.certificate("bank"))


def test_a_person_may_have_no_fin(authority: ExampleAuthority) -> None:
    """The subject has no serialNumber then."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    nameless = Holder("Nümunə", "Nümunəli")
    certificate = authority.issue(key, nameless, "sign_in", not_before=NOW, not_after=NOW + timedelta(days=1))
    assert not certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)


def _open(folder: Path, told: multiprocessing.SimpleQueue[bytes]) -> None:
    authority = ExampleAuthority.open(folder, NOW)
    told.put(authority.certificate("ica").fingerprint(hashes.SHA256()))


def test_two_processes_at_once_make_one_hierarchy(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.SimpleQueue[bytes] = context.SimpleQueue()
    processes = [context.Process(target=_open, args=(tmp_path / "trust", told)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert told.get() == told.get()


@pytest.mark.parametrize(
    ("later", "renewed"),
    [(timedelta(hours=23, minutes=59), False), (timedelta(days=1), True), (timedelta(seconds=-1), True)],
)
def test_lists_older_than_a_day_are_issued_anew(authority: ExampleAuthority, later: timedelta, renewed: bool) -> None:
    """At each opening; one from the future as well."""
    ExampleAuthority.open(authority.folder, NOW + later)
    told = x509.load_der_x509_crl((authority.folder / "crl" / "bank.crl").read_bytes())
    assert told.last_update_utc == (NOW + later if renewed else NOW)
    assert told.next_update_utc == told.last_update_utc + timedelta(days=7)


def test_suspended_is_restored_and_revoked_is_not(authority: ExampleAuthority) -> None:
    """A certificateHold comes off the list again; a revocation stays, and a later opening still knows it."""
    held, gone = _issue(authority), _issue(authority, "signature")
    authority.suspend(held, NOW)
    authority.revoke(gone, NOW)
    assert _reasons(authority) == {
        held.serial_number: x509.ReasonFlags.certificate_hold, gone.serial_number: x509.ReasonFlags.key_compromise,
    }  # fmt: skip
    authority.restore(held, NOW)
    with pytest.raises(ValueError, match="not restored"):
        authority.restore(gone, NOW)
    again = ExampleAuthority.open(authority.folder, NOW + timedelta(days=2))
    assert _reasons(again) == {gone.serial_number: x509.ReasonFlags.key_compromise}


def test_the_responder_tells_good_revoked_and_suspended(authority: ExampleAuthority) -> None:
    """RFC 6960: a delegated responder that is itself not asked about; the nonce comes back."""
    good, held, gone = _issue(authority), _issue(authority), _issue(authority)
    authority.suspend(held, NOW)
    authority.revoke(gone, NOW)
    for certificate, status, reason in (
        (good, ocsp.OCSPCertStatus.GOOD, None),
        (held, ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.certificate_hold),
        (gone, ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.key_compromise),
    ):
        answer = _ask(authority, certificate, authority.certificate("ica"), NOW)
        assert (answer.certificate_status, answer.revocation_reason) == (status, reason)
        assert answer.this_update_utc == NOW
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"once only"
        responder = answer.certificates[0]
        responder.verify_directly_issued_by(authority.certificate("ica"))
        assert "1.3.6.1.5.5.7.48.1.5" in {extension.oid.dotted_string for extension in responder.extensions}
        uses = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(uses) == [ExtendedKeyUsageOID.OCSP_SIGNING]
        key = responder.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))


def test_the_responder_refuses_what_is_not_its_own(authority: ExampleAuthority) -> None:
    """Another issuer's certificate: unauthorized; noise: malformedRequest."""
    foreign = _issue(authority, issuer="foreign")
    request = _request(foreign, authority.certificate("foreign"))
    answer = ocsp.load_der_ocsp_response(authority.ocsp_answer(request, NOW))
    assert answer.response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED
    noise = ocsp.load_der_ocsp_response(authority.ocsp_answer(b"noise", NOW))
    assert noise.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def _reasons(authority: ExampleAuthority) -> dict[int, x509.ReasonFlags]:
    told = x509.load_der_x509_crl((authority.folder / "crl" / "ica.crl").read_bytes())
    return {
        entry.serial_number: entry.extensions.get_extension_for_class(x509.CRLReason).value.reason for entry in told
    }


def _request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return (
        builder.add_extension(x509.OCSPNonce(b"once only"), critical=False)
        .build()
        .public_bytes(serialization.Encoding.DER)
    )


def _ask(
    authority: ExampleAuthority, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> ocsp.OCSPResponse:
    answer = ocsp.load_der_ocsp_response(authority.ocsp_answer(_request(certificate, issuer), now))
    assert answer.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
    return answer
