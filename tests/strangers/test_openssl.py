"""OpenSSL on the invented authorities' certificates, lists and OCSP answers (RFC 5280, RFC 6960)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from hardware.cards.card import Purpose
from hardware.simulated.authority import ExampleAuthority, Issuer
from hardware.simulated.profiles import HOLDER

_CHAIN: tuple[Issuer, ...] = ("root", "pca", "ica")


@dataclass
class Judge:
    """openssl in a folder with everything a verifier has. The time is this machine's, as openssl's is."""

    authority: ExampleAuthority
    folder: Path
    now: datetime

    def issue(self, purpose: Purpose = "sign_in", *, issuer: Issuer = "ica", days: int = 30) -> x509.Certificate:
        """A person's certificate, good until so many days from now; it lies in person.pem then."""
        certificate = self.authority.issue(
            ec.generate_private_key(ec.SECP384R1()).public_key(), HOLDER, purpose, issuer=issuer,
            not_before=self.now - timedelta(days=40), not_after=self.now + timedelta(days=days),
        )  # fmt: skip
        (self.folder / "person.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        return certificate

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and all that was printed."""
        done = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def verify(self, anchor: Issuer = "root", between: tuple[Issuer, ...] = ("pca", "ica")) -> tuple[int, str]:
        """The strict path check of person.pem, with every list."""
        names = (anchor, *between)
        trust = self.authority.folder
        (self.folder / "between.pem").write_bytes(b"".join((trust / f"{name}.pem").read_bytes() for name in between))
        lists = (x509.load_der_x509_crl((trust / "crl" / f"{name}.crl").read_bytes()) for name in names)
        (self.folder / "lists.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in lists))
        untrusted = ("-untrusted", "between.pem") if between else ()
        return self.run(
            "verify", "-x509_strict", "-crl_check_all", "-CRLfile", "lists.pem", *untrusted,
            "-CAfile", str(trust / f"{anchor}.pem"), "person.pem",
        )  # fmt: skip


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    now = datetime.now(UTC)
    return Judge(ExampleAuthority.open(tmp_path / "trust", now), tmp_path, now)


@pytest.mark.parametrize("purpose", ["sign_in", "signature"])
def test_it_accepts_the_chain(judge: Judge, purpose: Purpose) -> None:
    """Root, PCA, ICA, person: strictly, and with the lists of all three."""
    judge.issue(purpose)
    assert judge.verify() == (0, "person.pem: OK\n")


def test_it_accepts_the_banks(judge: Judge) -> None:
    judge.issue(issuer="bank")
    assert judge.verify("bank", ()) == (0, "person.pem: OK\n")


def test_it_refuses_an_expired_one(judge: Judge) -> None:
    judge.issue(days=-2)
    status, said = judge.verify()
    assert status != 0
    assert "certificate has expired" in said


def test_it_refuses_a_strangers(judge: Judge) -> None:
    judge.issue(issuer="foreign")
    status, said = judge.verify()
    assert status != 0
    assert "unable to get local issuer certificate" in said


def test_it_refuses_what_was_taken_back_until_it_is_restored(judge: Judge) -> None:
    certificate = judge.issue()
    judge.authority.suspend(certificate, judge.now)
    status, said = judge.verify()
    assert status != 0
    assert "certificate revoked" in said
    judge.authority.restore(certificate, judge.now)
    assert judge.verify()[0] == 0
    judge.authority.revoke(certificate, judge.now)
    assert judge.verify()[0] != 0


def test_it_reads_the_qualified_statements(judge: Judge) -> None:
    """EN 319 412-5: compliance, device, for electronic signatures; OpenSSL parses the extension as written."""
    judge.issue("signature")
    status, said = judge.run("x509", "-in", "person.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus")
    assert status == 0
    assert "Non Repudiation" in said
    assert "SN=Nümunəli" in said
    assert "GN=Əsmər İlğar qızı" in said
    status, parsed = judge.run("asn1parse", "-in", "person.pem")
    assert status == 0
    assert "1.3.6.1.5.5.7.1.3" in parsed or "qcStatements" in parsed


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("none", ("person.pem: good",)),
        ("suspend", ("person.pem: revoked", "Reason: certificateHold")),
        ("revoke", ("person.pem: revoked", "Reason: keyCompromise")),
    ],
)
def test_it_believes_the_responder(judge: Judge, act: str, expected: tuple[str, ...]) -> None:
    """A real request by openssl, our answer, judged by openssl, which compares the nonce of that request."""
    certificate = judge.issue()
    if act != "none":
        getattr(judge.authority, act)(certificate, judge.now)
    trust = judge.authority.folder
    issuer = ("-issuer", str(trust / "ica.pem"), "-cert", "person.pem")
    assert judge.run("ocsp", *issuer, "-reqout", "request.der")[0] == 0
    answer = judge.authority.ocsp_answer((judge.folder / "request.der").read_bytes(), judge.now)
    (judge.folder / "answer.der").write_bytes(answer)
    (judge.folder / "chain.pem").write_bytes(b"".join((trust / f"{name}.pem").read_bytes() for name in _CHAIN))
    status, said = judge.run(
        "ocsp", *issuer, "-reqin", "request.der", "-no_nonce", "-respin", "answer.der", "-CAfile", "chain.pem"
    )  # fmt: skip
    assert status == 0, said
    assert "Response verify OK" in said
    for line in expected:
        assert line in said
