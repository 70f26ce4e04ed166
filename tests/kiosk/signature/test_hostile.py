"""Spoilt certificates, lists and answers: nothing but a verdict or our own refusal comes of any of them."""

from __future__ import annotations

from random import Random

import pytest
from cryptography import x509

from kiosk.signature.certificate import read
from kiosk.signature.ocsp import OcspRefused, read_answer, request
from kiosk.signature.revocation import ListRefused, read_list
from tests.kiosk.signature.authorities import NOW, SIGN_IN, SIGNATURE, Hierarchy, rsa_key
from tests.kiosk.signature.conftest import MakeTrust

ROUNDS = pytest.mark.parametrize(
    "rounds", [pytest.param(400, id="400"), pytest.param(100_000, id="100000", marks=pytest.mark.long)]
)


def _spoilt(data: bytes, random: Random) -> bytes:
    """Bytes changed, turned over, taken out and put in."""
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at = random.randrange(len(made))
        match random.randrange(4):
            case 0:
                made[at] = random.randrange(256)
            case 1:
                made[at] ^= 1 << random.randrange(8)
            case 2:
                del made[at : at + random.randrange(1, 5)]
            case _:
                made[at:at] = random.randbytes(random.randrange(1, 5))
    return bytes(made)


def test_no_signature_has_a_second_spelling(make_trust: MakeTrust, hierarchy: Hierarchy) -> None:
    """X.690 section 8.6: a BIT STRING whose last bits are not used would be another certificate with one signature."""
    issued = hierarchy.ica.issue(SIGN_IN).der
    at = issued.rindex(read(issued).signature) - 1
    other = issued[:at] + b"\x01" + issued[at + 1 :]
    trust = make_trust()
    assert trust.judge(issued, "sign_in").accepted
    assert not trust.judge(other, "sign_in").accepted


@ROUNDS
def test_spoilt_certificates(make_trust: MakeTrust, hierarchy: Hierarchy, rounds: int) -> None:
    """No error of a parser gets out, and none that differs from what was issued is accepted."""
    random, trust = Random(rounds), make_trust()  # noqa: S311 - the same spoilt bytes at each run
    issued = [hierarchy.ica.issue(SIGN_IN).der, hierarchy.ica.issue(SIGNATURE, key=rsa_key()).der]
    for _ in range(rounds):
        spoilt = _spoilt(random.choice(issued), random)
        verdict = trust.judge(spoilt, random.choice(("sign_in", "signature")))
        assert not verdict.accepted or spoilt in issued


@ROUNDS
def test_spoilt_lists(hierarchy: Hierarchy, rounds: int) -> None:
    """A list is as it was signed, or refused with a reason."""
    random, ica = Random(rounds), read(hierarchy.ica.der)  # noqa: S311 - as above
    gone = hierarchy.ica.issue(SIGN_IN).certificate
    whole = hierarchy.ica.revocation_list((gone, x509.ReasonFlags.certificate_hold))
    for _ in range(rounds):
        spoilt = _spoilt(whole, random)
        try:
            made = read_list(spoilt, [ica])
        except ListRefused as refused:
            assert str(refused)
            continue
        assert spoilt == whole and made.told_at < NOW


@ROUNDS
def test_spoilt_answers(hierarchy: Hierarchy, rounds: int) -> None:
    """An answer that was not signed so is not believed; what stands beside the signature may be spoilt harmlessly."""
    random, ica = Random(rounds), read(hierarchy.ica.der)  # noqa: S311 - as above
    person = hierarchy.ica.issue(SIGN_IN)
    own, nonce = read(person.der), bytes(32)
    whole = hierarchy.ica.answer(request(own, ica, nonce), person.certificate, responder=hierarchy.ica.responder())
    for _ in range(rounds):
        try:
            answer = read_answer(_spoilt(whole, random), own, ica, nonce, NOW, lambda _responder: None)
        except OcspRefused as refused:
            assert str(refused)
            continue
        assert (answer.state, answer.told_at) == ("good", NOW)
