"""Certificates judged: chain, dates, use, revocation (I11)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from kiosk.signature.facts import Use
from kiosk.signature.trust import Trust
from tests.kiosk.signature.authorities import (
    DAY,
    FIN,
    MILLISECOND,
    NOW,
    SIGN_IN,
    SIGNATURE,
    Authority,
    Hierarchy,
    name,
    points,
    rsa_key,
    save_list,
)
from tests.kiosk.signature.conftest import Clock, MakeTrust

HOLD, KEY = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.key_compromise
GRACE = timedelta(hours=24)


def test_a_good_certificate(trust: Trust, hierarchy: Hierarchy) -> None:
    """I11: chains to the root over PCA and ICA, in its time, not revoked, of the right use."""
    verdict = trust.judge(hierarchy.ica.issue(SIGN_IN).der, "sign_in")
    assert (verdict.state, verdict.accepted, verdict.reason) == ("good", True, "")
    assert [(link.name, link.known) for link in verdict.chain] == [("ica", True), ("pca", True), ("root", True)]
    assert (verdict.revocation.source, verdict.revocation.told_at) == ("crl", NOW - DAY)
    facts = verdict.facts
    assert facts is not None
    assert (facts.given_name, facts.surname, facts.fin) == ("Aygün", "Nümunəyeva", FIN)
    assert (facts.key, facts.uses) == ("EC P-256", ("digitalSignature",))
    assert "Nümunəyeva" not in repr(verdict)


@pytest.mark.parametrize(
    ("serial", "fin"),
    [
        ("PNOAZ-5AB1C2D", "5AB1C2D"),
        ("5AB1C2D", "5AB1C2D"),
        ("PNOEE-5AB1C2D", None),
        ("PNOAZ-5AB1C2O", None),  # no FİN holds an O
        ("IDCAZ-AA12345", None),
        ("PNOAZ-5AB1C2DE", None),
    ],
)
def test_the_fin_of_a_subject(trust: Trust, hierarchy: Hierarchy, serial: str, fin: str | None) -> None:
    """ETSI EN 319 412-1 section 5.1.3: PNO, country, hyphen, number; EstEID's kin write the number alone."""
    person = hierarchy.ica.issue(SIGN_IN, subject=name("X", given="A", surname="B", serial=serial))
    facts = trust.judge(person.der, "sign_in").facts
    assert facts is not None and facts.fin == fin


@pytest.mark.parametrize(
    ("off", "state"),
    [
        (-100 * DAY - MILLISECOND, "not_yet_valid"),
        (-100 * DAY, "good"),
        (100 * DAY, "good"),
        (100 * DAY + MILLISECOND, "expired"),
    ],
)
def test_its_time_to_the_millisecond(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, clock_of_trust: Clock, off: timedelta, state: str
) -> None:
    """RFC 5280 section 4.1.2.5: valid from notBefore through notAfter, both included."""
    hierarchy.save_lists(folder, told=NOW - 200 * DAY, until=NOW + 200 * DAY)
    person = hierarchy.ica.issue(SIGN_IN)
    clock_of_trust.now = NOW + off
    assert make_trust().judge(person.der, "sign_in").state == state
    clock_of_trust.now = NOW
    assert make_trust().judge(person.der, "sign_in", at=NOW + off).state == state


@pytest.mark.parametrize(
    ("uses", "extended", "fit"),
    [
        ({"digital_signature"}, None, {"sign_in", "staff"}),
        ({"digital_signature"}, (ExtendedKeyUsageOID.CLIENT_AUTH,), {"sign_in", "staff"}),
        ({"digital_signature"}, (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), {"sign_in", "staff"}),
        ({"digital_signature"}, (ExtendedKeyUsageOID.EMAIL_PROTECTION,), set()),
        ({"content_commitment"}, None, {"signature"}),
        ({"content_commitment"}, (ExtendedKeyUsageOID.CLIENT_AUTH,), {"signature"}),
        ({"digital_signature", "content_commitment"}, None, {"sign_in", "staff", "signature"}),
        ({"key_encipherment"}, None, set()),
        (None, None, set()),
    ],
)
def test_each_use_by_its_key_usage(
    trust: Trust,
    hierarchy: Hierarchy,
    uses: set[str] | None,
    extended: tuple[ObjectIdentifier, ...] | None,
    fit: set[str],
) -> None:
    """Signing in: digitalSignature, and clientAuth where extended uses are named; signing: nonRepudiation."""
    person = hierarchy.ica.issue(uses, extended=extended)
    every: tuple[Use, ...] = ("sign_in", "staff", "signature")
    states = {use: trust.judge(person.der, use).state for use in every}
    assert states == {use: "good" if use in fit else "wrong_use" for use in every}


def test_no_authority_and_nothing_unknown_signs_in(trust: Trust, hierarchy: Hierarchy) -> None:
    """An authority's certificate is nobody's; a critical extension that nobody heeds refuses (RFC 5280 section 4.2)."""
    strange = x509.UnrecognizedExtension(ObjectIdentifier("2.999.7"), b"\x05\x00")
    for person in (
        hierarchy.ica.issue(SIGN_IN, extensions=((strange, True),)),
        hierarchy.pca.issue(SIGN_IN, authority=True),
    ):
        assert trust.judge(person.der, "sign_in").state == "wrong_use"
    harmless = hierarchy.ica.issue(SIGN_IN, extensions=((strange, False),))
    assert trust.judge(harmless.der, "sign_in").state == "good"


def test_what_is_no_certificate_is_damaged(trust: Trust, hierarchy: Hierarchy) -> None:
    """Bytes come from a card: bounded, read whole, nothing behind them, and no error of a parser gets out."""
    der = hierarchy.ica.issue(SIGN_IN).der
    for bad in (b"", b"\x30", b"\x30\x80\x00\x00", der[:-1], der + b"\x00", bytes(20_000), b"\x30\x84\xff\xff\xff\xff"):
        verdict = trust.judge(bad, "sign_in")
        assert (verdict.state, verdict.accepted, verdict.facts) == ("damaged", False, None)


def test_any_changed_byte_of_a_certificate_is_seen(trust: Trust, hierarchy: Hierarchy) -> None:
    """No single changed byte leaves a certificate accepted, wherever it stands."""
    der = hierarchy.ica.issue(SIGN_IN).der
    for at in range(0, len(der), 7):
        changed = der[:at] + bytes([der[at] ^ 1]) + der[at + 1 :]
        assert not trust.judge(changed, "sign_in").accepted, at


def test_a_name_without_its_signature_is_damaged(trust: Trust, hierarchy: Hierarchy) -> None:
    """Somebody with another key under the name of a trusted authority."""
    forger = Authority("Sınaq ICA", issuer=hierarchy.pca)
    verdict = trust.judge(forger.issue(SIGN_IN, key_identifier=False).der, "sign_in")
    assert (verdict.state, verdict.reason) == ("damaged", "the signature is not of ica")


def test_anchors_are_the_folder_alone(trust: Trust, hierarchy: Hierarchy, folder: Path) -> None:
    """Read anew when files change: an authority is trusted by lying there, and is no more when it is taken out."""
    person = hierarchy.ica.issue(SIGN_IN)
    stranger = Authority("Yad")
    alone = stranger.issue(SIGN_IN)
    assert trust.judge(person.der, "sign_in").state == "good"
    assert trust.judge(alone.der, "sign_in").state == "unknown_issuer"
    stranger.save(folder, "bank.der", Encoding.DER)
    save_list(folder, "bank", stranger.revocation_list())
    assert trust.judge(alone.der, "sign_in").state == "good"
    (folder / "pca.pem").unlink()
    verdict = trust.judge(person.der, "sign_in")
    assert (verdict.state, [link.name for link in verdict.chain]) == ("unknown_issuer", ["ica"])
    (folder / "root.pem").write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    assert "root.pem" in trust.condition().unreadable


def test_a_self_signed_person_is_nobody(trust: Trust) -> None:
    """A certificate that vouches for itself has no known issuer."""
    assert trust.judge(Authority("Özüm", is_authority=False).der, "sign_in").state == "unknown_issuer"


def test_an_issuer_out_of_its_time_is_none(make_trust: MakeTrust, folder: Path) -> None:
    """Each authority of the chain must be in its time too; the reason names it."""
    root = Authority("Kök")
    for at, (begins, ends) in enumerate(((NOW - 2 * DAY, NOW - DAY), (NOW + DAY, NOW + 2 * DAY))):
        old = Authority(f"ICA {at}", issuer=root, begins=begins, ends=ends)
        root.save(folder, "root.pem")
        old.save(folder, "ica.pem")
        verdict = make_trust().judge(old.issue(SIGN_IN).der, "sign_in")
        assert verdict.state == "unknown_issuer" and verdict.reason.startswith("ica ")


def test_a_chain_obeys_its_constraints(make_trust: MakeTrust, folder: Path) -> None:
    """RFC 5280 section 6: path length, the right to issue, and keys that are strong enough."""
    root = Authority("Kök")
    middle = Authority("Orta", issuer=root, below=0)
    too_deep = Authority("Dərin", issuer=middle)
    no_issuer = Authority("Adi", issuer=root, is_authority=False)
    weak = Authority("Zəif", key=rsa_key(1024))
    for file, one in (("root", root), ("middle", middle), ("deep", too_deep), ("plain", no_issuer), ("weak", weak)):
        one.save(folder, f"{file}.pem")
    trust = make_trust()
    assert trust.judge(too_deep.issue(SIGN_IN).der, "sign_in").state == "unknown_issuer"
    assert trust.judge(no_issuer.issue(SIGN_IN).der, "sign_in").state == "unknown_issuer"
    assert trust.judge(weak.issue(SIGN_IN).der, "sign_in").state == "damaged"


@pytest.mark.parametrize(("reason", "state"), [(None, "revoked"), (KEY, "revoked"), (HOLD, "suspended")])
def test_what_a_list_holds(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, reason: x509.ReasonFlags | None, state: str
) -> None:
    """A suspended certificate is told apart from a revoked one: it may come back."""
    person = hierarchy.ica.issue(SIGN_IN)
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, reason)))
    verdict = make_trust().judge(person.der, "sign_in")
    assert (verdict.state, verdict.accepted, verdict.revocation.revoked_at) == (state, False, NOW - 2 * DAY)


@pytest.mark.parametrize(
    ("now", "held", "free", "age"),
    [
        (NOW + DAY, "revoked", "good", "fresh"),
        (NOW + DAY + MILLISECOND, "revoked", "good", "stale"),
        (NOW + DAY + GRACE, "revoked", "good", "stale"),
        (NOW + DAY + GRACE + MILLISECOND, "revoked", "unchecked", "dropped"),
        (NOW - DAY - timedelta(minutes=5), "revoked", "good", "fresh"),
        (NOW - DAY - timedelta(minutes=5) - MILLISECOND, "revoked", "unchecked", "future"),
    ],
)
def test_the_age_of_a_list_to_the_millisecond(
    make_trust: MakeTrust,
    hierarchy: Hierarchy,
    folder: Path,
    clock_of_trust: Clock,
    now: datetime,
    held: str,
    free: str,
    age: str,
) -> None:
    """Fresh through its next update, stale and still telling through its grace, then dropped with its age told."""
    person, other = hierarchy.ica.issue(SIGN_IN), hierarchy.ica.issue(SIGN_IN)
    hierarchy.save_lists(folder)
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, KEY)))
    clock_of_trust.now = now
    trust = make_trust()
    verdicts = [trust.judge(one.der, "sign_in") for one in (person, other)]
    assert [verdict.state for verdict in verdicts] == [held, free]
    assert verdicts[0].revocation.stale == (age in {"stale", "dropped"})
    assert verdicts[1].revocation.stale == (age == "stale")
    assert all(verdict.revocation.told_at == NOW - DAY for verdict in verdicts)
    assert {one.state for one in trust.condition().lists} == {age}


@pytest.mark.parametrize("now", [NOW + DAY + GRACE + 30 * DAY, NOW - 30 * DAY])
@pytest.mark.parametrize(("reason", "state"), [(KEY, "revoked"), (HOLD, "unchecked")])
def test_a_final_revocation_has_no_end(
    make_trust: MakeTrust,
    hierarchy: Hierarchy,
    folder: Path,
    clock_of_trust: Clock,
    now: datetime,
    reason: x509.ReasonFlags,
    state: str,
) -> None:
    """However old the list is that tells it, or how far back the clock was put; a hold may have been lifted."""
    person = hierarchy.ica.issue(SIGN_IN)
    hierarchy.save_lists(folder)
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, reason)))
    clock_of_trust.now = now
    assert make_trust().judge(person.der, "sign_in").state == state


def test_an_old_list_is_never_worse_than_none(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, clock_of_trust: Clock
) -> None:
    """Nobody is let in because somebody deleted a list: with an old one and without any the verdict is the same."""
    person = hierarchy.ica.issue(SIGN_IN)
    clock_of_trust.now = NOW + DAY + GRACE + MILLISECOND
    before = make_trust().judge(person.der, "sign_in")
    for path in (folder / "crl").iterdir():
        path.unlink()
    after = make_trust().judge(person.der, "sign_in")
    assert (before.state, before.accepted) == (after.state, after.accepted) == ("unchecked", True)


def test_deleting_a_list_does_not_help_who_is_revoked(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path
) -> None:
    """What was read stays in force while the station runs; after that it is `unchecked`, and never `good`."""
    person = hierarchy.ica.issue(SIGN_IN)
    path = save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, KEY)))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "revoked"
    path.unlink()
    assert trust.judge(person.der, "sign_in").state == "revoked"
    again = make_trust()
    assert again.judge(person.der, "sign_in").state == "unchecked"
    assert [one.authority for one in again.condition().lists if one.state == "missing"] == ["ica"]


def test_an_older_list_never_takes_a_fresher_ones_place(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path
) -> None:
    """Whoever lays an old list into the folder, from before the revocation, changes nothing."""
    person = hierarchy.ica.issue(SIGN_IN)
    save_list(folder, "ica", hierarchy.ica.revocation_list((person.certificate, KEY), told=NOW - DAY, number=7))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "revoked"
    save_list(folder, "ica", hierarchy.ica.revocation_list(told=NOW - 2 * DAY, number=6))
    save_list(folder, "zzz", hierarchy.ica.revocation_list(told=NOW - 3 * DAY, number=5))
    assert trust.judge(person.der, "sign_in").state == "revoked"
    save_list(folder, "ica", hierarchy.ica.revocation_list(told=NOW - DAY / 2, number=8))
    assert trust.judge(person.der, "sign_in").state == "good"


@pytest.mark.parametrize("use", ["sign_in", "staff", "signature"])
@pytest.mark.parametrize("told", ["accept", "refuse"])
def test_unchecked_by_the_uses_own_setting(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, use: Use, told: str
) -> None:
    """I11: what to do when neither list nor responder answers is a setting of each use."""
    (folder / "crl" / "ica.crl").unlink()
    person = hierarchy.ica.issue(SIGN_IN | SIGNATURE)
    others = {
        f"unchecked_{one}": "refuse" if told == "accept" else "accept" for one in ("sign_in", "staff", "signature")
    }
    verdict = make_trust(**(others | {f"unchecked_{use}": told})).judge(person.der, use)
    assert (verdict.state, verdict.accepted) == ("unchecked", told == "accept")
    assert verdict.revocation.why_not.startswith("there is no revocation list")


def test_a_revoked_authority_vouches_for_nobody(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path) -> None:
    """The list of the authority above is asked about each authority; without it the person is unchecked."""
    person = hierarchy.ica.issue(SIGN_IN)
    save_list(folder, "pca", hierarchy.pca.revocation_list((hierarchy.ica.certificate, KEY)))
    verdict = make_trust().judge(person.der, "sign_in")
    assert (verdict.state, verdict.reason) == ("unknown_issuer", "ica is revoked")
    (folder / "crl" / "pca.crl").unlink()
    assert make_trust().judge(person.der, "sign_in").reason == "pca: there is no revocation list"


def test_lists_that_are_not_used(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path) -> None:
    """Of nobody we know, signed by another, delta and indirect lists, garbage: refused and told, and nothing else."""
    ica, person = hierarchy.ica, hierarchy.ica.issue(SIGN_IN)
    (folder / "crl" / "ica.crl").unlink()
    gone = (person.certificate, KEY)

    def part(**said: bool) -> tuple[tuple[x509.ExtensionType, bool], ...]:
        every = {"only_contains_user_certs": False, "only_contains_ca_certs": False, "indirect_crl": False,
                 "only_contains_attribute_certs": False} | said  # fmt: skip
        return ((x509.IssuingDistributionPoint(None, None, only_some_reasons=None, **every), True),)

    bad = {
        "stranger": Authority("Yad").revocation_list(gone),
        "forged": ica.revocation_list(gone, signed_by=ec.generate_private_key(ec.SECP256R1())),
        "delta": ica.revocation_list(gone, extensions=((x509.DeltaCRLIndicator(1), True),)),
        "indirect": ica.revocation_list(gone, extensions=part(indirect_crl=True)),
        "garbage": b"no list",
        "empty": b"",
    }
    for file, data in bad.items():
        save_list(folder, file, data)
    save_list(folder, "authorities", ica.revocation_list(gone, extensions=part(only_contains_ca_certs=True)))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "unchecked"
    assert {file for file, _ in trust.condition().refused_lists} == {f"{file}.crl" for file in bad}
    save_list(folder, "people", ica.revocation_list(gone, extensions=part(only_contains_user_certs=True)))
    assert trust.judge(person.der, "sign_in").state == "revoked"


def test_a_list_in_parts_is_about_its_own_people(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path) -> None:
    """RFC 5280 section 5.2.5: a part counts for certificates that name its address."""
    (folder / "crl" / "ica.crl").unlink()
    here, there = "http://lists.example.az/1.crl", "http://lists.example.az/2.crl"
    person, other = hierarchy.ica.issue(SIGN_IN, crl_url=here), hierarchy.ica.issue(SIGN_IN, crl_url=there)
    part = x509.IssuingDistributionPoint([x509.UniformResourceIdentifier(here)], None, False, False, None, False, False)
    save_list(folder, "part", hierarchy.ica.revocation_list(extensions=((part, True),)))
    trust = make_trust(crl_urls="http://127.0.0.1:9/nothing")
    assert trust.judge(person.der, "sign_in").state == "good"
    assert trust.judge(other.der, "sign_in").state == "unchecked"
    assert points(here) != points(there)


def test_the_library_says_nothing_of_anybody(
    trust: Trust, hierarchy: Hierarchy, caplog: pytest.LogCaptureFixture
) -> None:
    """Its texts hold subjects whole: no logger of it speaks, and no reason of ours repeats them."""
    caplog.set_level(logging.DEBUG)
    stranger = Authority("Yad")
    for person in (hierarchy.ica.issue(SIGN_IN, ends=NOW - DAY), stranger.issue(SIGN_IN), hierarchy.ica.issue(None)):
        verdict = trust.judge(person.der, "sign_in")
        assert not verdict.accepted
        told = f"{verdict!r} {verdict.reason} {verdict.revocation.why_not} {caplog.text}"
        assert "Nümunəyeva" not in told and FIN not in told
    assert not logging.getLogger("pyhanko_certvalidator.validate").isEnabledFor(logging.CRITICAL)


def test_the_condition_for_technicians(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path) -> None:
    """M2: anchors with their dates, which are missing, each list's age."""
    Authority("Köhnə", ends=NOW - DAY).save(folder, "bank.pem")
    (folder / "ica.pem").unlink()
    condition = make_trust(expected="root, pca, ica, bank").condition()
    assert {one.name: (one.is_root, one.is_expected, one.state) for one in condition.anchors} == {
        "bank": (True, True, "expired"), "pca": (False, True, "good"), "root": (True, True, "good"),
    }  # fmt: skip
    assert condition.missing == ("ica",)
    assert {one.authority: (one.state, one.next_update) for one in condition.lists} == {
        "bank": ("missing", None), "pca": ("fresh", NOW + DAY), "root": ("fresh", NOW + DAY),
    }  # fmt: skip
    assert not condition.is_example


def test_the_chain_that_a_signature_carries(trust: Trust, hierarchy: Hierarchy) -> None:
    """The authorities above, without the root: whoever checks has that one, or has no reason to believe it."""
    assert trust.chain_of(hierarchy.ica.issue(SIGNATURE).der) == (hierarchy.ica.der, hierarchy.pca.der)
