"""Detached signatures by card, judged by openssl (RFC 5652, ETSI EN 319 122-1)."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.errors import CardFault, PinWrong
from kiosk.signature.certificate import Damaged
from kiosk.signature.signing import detached_cms
from tests.kiosk.identity.cards import FakeCard, pin
from tests.kiosk.signature.authorities import NOW, SIGNATURE, Hierarchy, Person, PrivateKey, rsa_key


def _p384() -> PrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@pytest.fixture(params=[lambda: rsa_key(), _p384], ids=["rsa", "p384"])
def person(request: pytest.FixtureRequest, hierarchy: Hierarchy) -> Person:
    return hierarchy.ica.issue(SIGNATURE, key=request.param())


def _sign(content: Path | bytes | io.BytesIO, person: Person, hierarchy: Hierarchy, at: datetime = NOW) -> bytes:
    chain = (hierarchy.ica.der, hierarchy.pca.der)
    return detached_cms(content, FakeCard(None, person), person.der, chain, pin("12345"), at)


def _openssl(folder: Path, signature: bytes, content: Path, hierarchy: Hierarchy) -> subprocess.CompletedProcess[bytes]:
    (folder / "signature.p7s").write_bytes(signature)
    hierarchy.root.save(folder, "root-alone.pem")
    return subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "signature.p7s", "-content", content,
         "-CAfile", folder / "root-alone.pem", "-purpose", "any", "-cades", "-attime", str(int(NOW.timestamp())),
         "-out", folder / "verified"],
        check=False, capture_output=True,
    )  # fmt: skip


@pytest.mark.parametrize("size", [0, 1, (3 << 20) + 17])
def test_openssl_accepts_it_and_nothing_else(tmp_path: Path, hierarchy: Hierarchy, person: Person, size: int) -> None:
    """A file of any size, the signature beside it; a changed one is refused, and so is another certificate's."""
    content = tmp_path / "müraciət.pdf"
    content.write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))
    signature = _sign(content, person, hierarchy)
    judged = _openssl(tmp_path, signature, content, hierarchy)
    assert judged.returncode == 0, judged.stderr
    assert b"CAdES Verification successful" in judged.stderr
    assert (tmp_path / "verified").read_bytes() == content.read_bytes()
    content.write_bytes(content.read_bytes() + b"!")
    assert _openssl(tmp_path, signature, content, hierarchy).returncode != 0


def test_what_is_signed_beside_the_content(hierarchy: Hierarchy, person: Person) -> None:
    """CAdES-BES: content type, digest, time to the second in UTC, and the certificate's own digest (RFC 5035)."""
    baku = timezone(timedelta(hours=4))
    at = datetime(2026, 11, 20, 9, 0, 0, 999_000, tzinfo=baku)
    signed = cms.ContentInfo.load(_sign(b"content", person, hierarchy, at), strict=True)["content"]
    (signer,) = signed["signer_infos"]
    attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_time", "signing_certificate_v2"}
    assert attributes["signing_time"].native == datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    (named,) = attributes["signing_certificate_v2"].native["certs"]
    assert named["issuer_serial"]["serial_number"] == person.certificate.serial_number
    assert signed["encap_content_info"]["content"].native is None
    assert len(signed["certificates"]) == 3


def test_a_stream_and_bytes_are_signed_alike(hierarchy: Hierarchy, person: Person) -> None:
    """Wherever the content comes from, its digest is the same."""
    digests = set()
    for content in (b"content", io.BytesIO(b"content")):
        signed = cms.ContentInfo.load(_sign(content, person, hierarchy))["content"]
        attributes = {one["type"].native: one["values"][0].native for one in signed["signer_infos"][0]["signed_attrs"]}
        digests.add(attributes["message_digest"])
    assert len(digests) == 1


def test_no_pin_is_sent_for_nothing(tmp_path: Path, hierarchy: Hierarchy, person: Person) -> None:
    """A file that is not there, a damaged certificate: found out before the card is asked."""
    card = FakeCard(None, person)
    with pytest.raises(OSError, match="nothing"):
        detached_cms(tmp_path / "nothing", card, person.der, (), pin("12345"), NOW)
    with pytest.raises(Damaged):
        detached_cms(b"x", card, b"no certificate", (), pin("12345"), NOW)
    assert card.verified == []
    with pytest.raises(PinWrong):
        detached_cms(b"x", card, person.der, (), pin("99999"), NOW)
    assert card.verified == ["pin2"]


def test_a_signature_that_does_not_fit_is_no_signature(hierarchy: Hierarchy, person: Person) -> None:
    """A card that signs with another key than its certificate's is at fault, and nothing is handed out."""
    card = FakeCard(None, person, answers_by=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(CardFault):
        detached_cms(b"x", card, person.der, (), pin("12345"), NOW)
    assert hierarchy.ica.title
