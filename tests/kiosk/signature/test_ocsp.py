"""Asking a responder, and what of its answers is believed (I11, RFC 6960), over a server on 127.0.0.1."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.x509 import ocsp

from tests.kiosk.signature.authorities import DAY, MILLISECOND, NOW, SIGN_IN, Authority, Hierarchy, Person, save_list
from tests.kiosk.signature.conftest import Clock, MakeTrust, Net

HOLD, KEY = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.key_compromise
HOUR = timedelta(hours=1)


@pytest.fixture
def person(hierarchy: Hierarchy, net: Net) -> Person:
    """Somebody whose certificate names the responder."""
    return hierarchy.ica.issue(SIGN_IN, ocsp_url=net.url("/ocsp"))


Answering = Callable[..., None]


@pytest.fixture
def answering(hierarchy: Hierarchy, net: Net, person: Person) -> Answering:
    """Lets the responder answer about the person, as rightly or wrongly as told."""

    def answer(**told: Any) -> None:
        told.setdefault("responder", hierarchy.ica.responder())
        net.answers["/ocsp"] = lambda body: hierarchy.ica.answer(body, person.certificate, **told)

    return answer


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "good"),
        ({"status": "revoked", "reason": KEY}, "revoked"),
        ({"status": "revoked", "reason": None}, "revoked"),
        ({"status": "revoked", "reason": HOLD}, "suspended"),
    ],
)
def test_what_a_responder_says(
    make_trust: MakeTrust, person: Person, answering: Answering, told: dict[str, Any], state: str
) -> None:
    """Good, revoked, suspended: by the responder, with the time at which it said so."""
    answering(**told)
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert (verdict.state, verdict.accepted) == (state, state == "good")
    assert (verdict.revocation.source, verdict.revocation.told_at) == ("ocsp", NOW)


def test_the_issuer_may_answer_itself(make_trust: MakeTrust, person: Person, answering: Answering) -> None:
    """RFC 6960 section 4.2.2.2: the issuer's own key needs no certificate of a responder."""
    answering(responder=None, status="revoked", reason=KEY)
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "revoked"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"nonce": os.urandom(32)}, "the answer is to another question"),
        ({"until": NOW - MILLISECOND * 1000}, "the answer is too old"),
        ({"until": None, "told": NOW - timedelta(minutes=6)}, "the answer is too old"),
        ({"told": NOW + timedelta(minutes=6), "until": NOW + HOUR}, "the answer is from the future"),
        ({"status": "unknown"}, "the responder does not know the certificate"),
        ({"with_responder": False}, "the responder's certificate is missing"),
    ],
)
def test_answers_that_are_not_believed(
    make_trust: MakeTrust, person: Person, answering: Answering, told: dict[str, Any], why: str
) -> None:
    """The list decides where the answer does not count, and why it does not is told."""
    answering(**({"status": "revoked", "reason": KEY} | told))
    trust = make_trust(ocsp=True)
    verdict = trust.judge(person.der, "sign_in")
    assert (verdict.state, verdict.revocation.source) == ("good", "crl")
    assert verdict.revocation.why_not == f"OCSP: {why}"
    asked = trust.condition().ocsp
    assert asked is not None and (asked.fault, asked.milliseconds) == (why, None)


def test_an_answer_about_another_certificate(
    make_trust: MakeTrust, hierarchy: Hierarchy, person: Person, net: Net
) -> None:
    """Neither another's serial number, nor another issuer's certificate of the same one."""
    other = hierarchy.ica.issue(SIGN_IN)
    net.answers["/ocsp"] = lambda body: hierarchy.ica.answer(
        body, other.certificate, responder=hierarchy.ica.responder()
    )
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert verdict.revocation.why_not == "OCSP: the answer is about another certificate"
    net.answers["/ocsp"] = lambda body: hierarchy.ica.answer(
        body, person.certificate, responder=hierarchy.ica.responder(), about=Authority("Yad").certificate
    )
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert verdict.revocation.why_not == "OCSP: the answer is about another certificate"


@pytest.mark.parametrize("body", [b"", b"\x30\x00", b"\x30\x03\x0a\x01\x06", b"<html>no</html>", bytes(1000)])
def test_what_is_no_answer(make_trust: MakeTrust, person: Person, net: Net, body: bytes) -> None:
    """Anything may come from the network; nothing of it gets further than a reason."""
    net.answers["/ocsp"] = body
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert (verdict.state, verdict.revocation.source) == ("good", "crl")
    assert verdict.revocation.why_not.startswith("OCSP: the ")


def test_a_changed_answer(make_trust: MakeTrust, hierarchy: Hierarchy, person: Person, net: Net) -> None:
    """A bit turned over in what was signed."""
    responder = hierarchy.ica.responder()

    def change(body: bytes) -> bytes:
        answer = hierarchy.ica.answer(body, person.certificate, responder=responder, status="revoked", reason=KEY)
        signed = ocsp.load_der_ocsp_response(answer).tbs_response_bytes
        at = answer.index(signed) + len(signed) // 2
        return answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]

    net.answers["/ocsp"] = change
    assert make_trust(ocsp=True).judge(person.der, "sign_in").revocation.source == "crl"


def test_another_answers_signature(make_trust: MakeTrust, hierarchy: Hierarchy, person: Person, net: Net) -> None:
    """A true signature of the true responder under an answer that it did not sign."""
    ica, responder = hierarchy.ica, hierarchy.ica.responder()

    def mix(body: bytes) -> bytes:
        revoked, good = (
            asn1.OCSPResponse.load(ica.answer(body, person.certificate, responder=responder, status=status))
            for status in ("revoked", "good")
        )
        basic = good.basic_ocsp_response
        basic["signature"] = revoked.basic_ocsp_response["signature"]
        good["response_bytes"]["response"] = basic
        return bytes(good.dump(force=True))

    net.answers["/ocsp"] = mix
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert verdict.revocation.why_not == "OCSP: the signature is not of the responder"


def test_who_may_answer(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, person: Person, answering: Answering
) -> None:
    """A responder of the same issuer, certified for answering, in its time, and not itself in need of an answer."""
    ica = hierarchy.ica
    stranger = Authority("Yad").responder()
    bad = {
        "the responder was not certified by the issuer": stranger,
        "the responder is not certified for answering": ica.responder(for_ocsp=False),
        "the responder's certificate is out of its time": ica.responder(ends=NOW - timedelta(seconds=1)),
    }
    for why, responder in bad.items():
        answering(responder=responder, status="revoked", reason=KEY)
        assert make_trust(ocsp=True).judge(person.der, "sign_in").revocation.why_not == f"OCSP: {why}"
    asked_about = ica.responder(no_check=False)
    answering(responder=asked_about)
    assert make_trust(ocsp=True).judge(person.der, "sign_in").revocation.source == "ocsp"
    save_list(folder, "ica", ica.revocation_list((asked_about.certificate, KEY), number=2, told=NOW - HOUR))
    why_not = make_trust(ocsp=True).judge(person.der, "sign_in").revocation.why_not
    assert why_not == "OCSP: nobody tells whether the responder's certificate is revoked"


def test_a_nonce_is_asked_for_and_may_be_left_out(make_trust: MakeTrust, person: Person, answering: Answering) -> None:
    """RFC 8954: many responders sign beforehand; their answer counts within its time."""
    answering(nonce=None, status="revoked", reason=KEY)
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "revoked"


def test_each_question_has_another_nonce(make_trust: MakeTrust, hierarchy: Hierarchy, person: Person, net: Net) -> None:
    """32 random bytes each time, so that no old answer fits."""
    nonces: list[bytes] = []

    def note(body: bytes) -> bytes:
        nonces.append(ocsp.load_der_ocsp_request(body).extensions.get_extension_for_class(x509.OCSPNonce).value.nonce)
        return hierarchy.ica.answer(body, person.certificate, responder=hierarchy.ica.responder())

    net.answers["/ocsp"] = note
    trust = make_trust(ocsp=True)
    for _ in range(3):
        trust.judge(person.der, "sign_in", fresh=True)
    assert len(set(nonces)) == 3 and {len(nonce) for nonce in nonces} == {32}


def test_the_newer_news_wins_and_nothing_undoes_a_revocation(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, person: Person, answering: Answering, net: Net
) -> None:
    """A responder may say that a suspension of the list has ended; a final revocation is not even asked about."""
    answering()
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, HOLD), number=2))
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "good"
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, KEY), number=3))
    net.asked.clear()
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "revoked"
    assert net.asked == []


def test_an_answer_made_beforehand_lifts_no_later_suspension(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, person: Person, answering: Answering
) -> None:
    """A good answer without our nonce may be kept and played again; the list that is newer than it knows more."""
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, HOLD)))
    listed = NOW - DAY
    for told, state in ((listed - timedelta(seconds=1), "suspended"), (listed, "good")):
        answering(told=told, until=NOW + HOUR, nonce=None)
        assert make_trust(ocsp=True).judge(person.der, "sign_in").state == state


def test_a_list_that_comes_meanwhile_is_heeded(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """A final revocation that is fetched while the responder still says "good" counts at once."""
    ica, responder = hierarchy.ica, hierarchy.ica.responder()
    person = ica.issue(SIGN_IN, ocsp_url=net.url("/ocsp"), crl_url=net.url("/ica.crl"))
    net.answers["/ocsp"] = lambda body: ica.answer(body, person.certificate, responder=responder)
    net.answers["/ica.crl"] = ica.revocation_list((person.certificate, KEY), number=2, told=NOW - HOUR)
    assert make_trust(ocsp=True).judge(person.der, "sign_in", fresh=True).state == "revoked"


def test_an_answer_serves_a_minute(
    make_trust: MakeTrust, person: Person, answering: Answering, net: Net, clock_of_trust: Clock
) -> None:
    """A visit asks about the same certificate several times; `fresh` asks anew."""
    answering()
    trust = make_trust(ocsp=True)
    for after, fresh, asked in ((0, False, 1), (60_000, False, 1), (60_001, False, 2), (60_001, True, 3)):
        clock_of_trust.now = NOW + after * MILLISECOND
        assert trust.judge(person.der, "sign_in", fresh=fresh).state == "good"
        assert net.asked.count("/ocsp") == asked


def test_a_silent_responder_holds_nobody_up_for_long(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """The set time and no longer, once: after that it is left alone a while, and the list decides."""
    person = hierarchy.ica.issue(SIGN_IN, ocsp_url=net.url("/hang"))
    trust = make_trust(ocsp=True, timeout_seconds=1)
    verdict = trust.judge(person.der, "sign_in")
    assert (verdict.state, verdict.revocation.source) == ("good", "crl")
    assert verdict.revocation.why_not == "OCSP: no answer in time"
    assert trust.judge(person.der, "sign_in").revocation.why_not == "the OCSP responder failed a moment ago"
    assert net.came.wait(60)
    assert net.asked == ["/hang"]


@pytest.mark.parametrize("state", [404, 500, 301, 302])
def test_a_server_that_does_not_answer(make_trust: MakeTrust, person: Person, net: Net, state: int) -> None:
    """Its status is told; no redirect is followed, since an address is trusted as it stands in a certificate."""
    net.answers["/ocsp"] = state
    verdict = make_trust(ocsp=True).judge(person.der, "sign_in")
    assert verdict.revocation.why_not == f"OCSP: the server answered {state}"
    assert net.asked == ["/ocsp"]


def test_the_settings_address_goes_before_the_certificates(
    make_trust: MakeTrust, hierarchy: Hierarchy, person: Person, net: Net
) -> None:
    """`[trust] ocsp_url`; and without any address nobody is asked."""
    responder = hierarchy.ica.responder()
    net.answers["/own"] = lambda body: hierarchy.ica.answer(body, person.certificate, responder=responder)
    assert make_trust(ocsp=True, ocsp_url=net.url("/own")).judge(person.der, "sign_in").revocation.source == "ocsp"
    assert net.asked == ["/own"]
    plain = hierarchy.ica.issue(SIGN_IN)
    why_not = make_trust(ocsp=True).judge(plain.der, "sign_in").revocation.why_not
    assert why_not == "the certificate names no OCSP responder"


def test_the_condition_tells_the_last_question(make_trust: MakeTrust, person: Person, answering: Answering) -> None:
    """M2: OCSP's reach, in milliseconds, or its fault."""
    answering()
    trust = make_trust(ocsp=True)
    assert trust.condition().ocsp is None
    trust.judge(person.der, "sign_in")
    asked = trust.condition().ocsp
    assert asked is not None and asked.fault is None and asked.asked_at == NOW and asked.milliseconds is not None


def test_revocation_needs_no_list_where_a_responder_answers(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, person: Person, answering: Answering
) -> None:
    """The person's own list may be missing then; those of the authorities above may not."""
    answering()
    (folder / "crl" / "ica.crl").unlink()
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "good"
    (folder / "crl" / "root.crl").unlink()
    assert make_trust(ocsp=True).judge(person.der, "sign_in").state == "unchecked"
    assert hierarchy.ica.certificate.not_valid_after_utc > NOW + DAY
