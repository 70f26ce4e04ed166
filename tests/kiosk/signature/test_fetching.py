"""Revocation lists fetched beside everything else, from a server on 127.0.0.1 (I11)."""

from __future__ import annotations

import stat
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.signature import revocation
from kiosk.signature.fetching import ListFetcher
from kiosk.signature.network import NotReached, ask
from kiosk.signature.trust import Trust
from tests.kiosk.signature.authorities import DAY, NOW, SIGN_IN, Authority, Hierarchy, save_list
from tests.kiosk.signature.conftest import Clock, MakeTrust, Net

KEY = x509.ReasonFlags.key_compromise
HOUR = timedelta(hours=1)


@pytest.fixture
def hierarchy(folder: Path, net: Net) -> Hierarchy:
    """Authorities whose lists lie on the server, and not here."""
    root = Authority("Sınaq kökü", below=2)
    pca = Authority("Sınaq PCA", issuer=root, below=1, crl_url=net.url("/root.crl"))
    made = Hierarchy(root, pca, Authority("Sınaq ICA", issuer=pca, below=0, crl_url=net.url("/pca.crl")))
    made.save(folder)
    for name, one in (("root", root), ("pca", pca), ("ica", made.ica)):
        net.answers[f"/{name}.crl"] = one.revocation_list()
    return made


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "crl").iterdir())


def test_lists_of_the_settings(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, net: Net) -> None:
    """`[trust] crl_urls`: fetched at once, kept as files that the next start reads without the network."""
    urls = ", ".join(net.url(f"/{name}.crl") for name in ("root", "pca", "ica"))
    trust = make_trust(crl_urls=urls)
    trust.fetch()
    person = hierarchy.ica.issue(SIGN_IN)
    assert trust.judge(person.der, "sign_in").state == "good"
    assert len(_files(folder)) == 3
    assert [(one.fault, one.fetched_at) for one in trust.condition().fetches] == [(None, NOW)] * 3
    net.answers.clear()
    net.asked.clear()
    assert make_trust().judge(person.der, "sign_in").state == "good"
    assert net.asked == []


def test_addresses_of_certificates_are_learnt_and_remembered(
    make_trust: MakeTrust, hierarchy: Hierarchy, net: Net
) -> None:
    """The authorities' certificates name the lists above them, a person's names its issuer's; a restart knows them."""
    trust = make_trust()
    trust.fetch()
    assert sorted(net.asked) == ["/pca.crl", "/root.crl"]
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    assert trust.judge(person.der, "sign_in").state == "good"
    again = make_trust()
    assert {one.url for one in again.condition().fetches} == {net.url(f"/{n}.crl") for n in ("root", "pca", "ica")}


def test_addresses_of_the_settings_are_the_only_ones(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """A centre that has a mirror of the lists asks nobody else."""
    trust = make_trust(crl_urls=net.url("/pca.crl"))
    trust.judge(hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl")).der, "sign_in")
    trust.fetch()
    assert {one.url for one in trust.condition().fetches} == {net.url("/pca.crl")}
    assert set(net.asked) == {"/pca.crl"}


def test_a_strangers_certificate_teaches_no_address(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """Whoever puts in a card of their own making sends this station nowhere."""
    trust = make_trust(ocsp=True)
    stranger = Authority("Yad").issue(SIGN_IN, crl_url=net.url("/evil.crl"), ocsp_url=net.url("/evil"))
    assert trust.judge(stranger.der, "sign_in").state == "unknown_issuer"
    assert net.asked == [] and trust.condition().fetches == ()
    assert hierarchy.ica.title


def test_a_missing_list_is_fetched_while_somebody_waits_but_not_each_time(
    make_trust: MakeTrust, hierarchy: Hierarchy, net: Net, clock_of_trust: Clock
) -> None:
    """Once a minute at most, within the time that is set."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    del net.answers["/ica.crl"]
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "unchecked"
    assert trust.judge(person.der, "sign_in").state == "unchecked"
    assert net.asked.count("/ica.crl") == 1
    net.answers["/ica.crl"] = hierarchy.ica.revocation_list()
    clock_of_trust.now = NOW + timedelta(minutes=1)
    assert trust.judge(person.der, "sign_in").state == "good"
    assert net.asked.count("/ica.crl") == 2


def test_a_list_that_is_being_fetched_is_waited_for(
    make_trust: MakeTrust, hierarchy: Hierarchy, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first citizen of the morning meets the station's own fetching: one question serves both."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    asked, answer, fetch_soon = threading.Event(), threading.Event(), ListFetcher.fetch_soon

    def slow(_body: bytes) -> bytes:
        asked.set()
        answer.wait()
        return hierarchy.ica.revocation_list()

    def and_then_it_comes(*told: Any, **more: Any) -> threading.Thread | None:
        thread = fetch_soon(*told, **more)
        answer.set()
        return thread

    net.answers["/ica.crl"] = slow
    trust = make_trust(crl_urls=", ".join(net.url(f"/{name}.crl") for name in ("root", "pca", "ica")))
    beside = threading.Thread(target=trust.fetch)
    beside.start()
    assert asked.wait(60)
    monkeypatch.setattr(ListFetcher, "fetch_soon", and_then_it_comes)
    assert trust.judge(person.der, "sign_in").state == "good"
    beside.join()
    assert net.asked.count("/ica.crl") == 1


def test_a_silent_server_holds_nobody_up_for_long(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """The list is waited for as long as is set, then the certificate is unchecked."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/hang"))
    verdict = make_trust(timeout_seconds=1).judge(person.der, "sign_in")
    assert (verdict.state, verdict.accepted) == ("unchecked", True)
    assert net.came.wait(60)
    assert net.asked.count("/hang") == 1


def test_a_worse_list_changes_nothing(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, net: Net) -> None:
    """Garbage, a forger's, an older one: the good one stays, in force and on the disk, and the fault is told."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    net.answers["/ica.crl"] = hierarchy.ica.revocation_list((person.certificate, KEY), number=5)
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "revoked"
    before = {path.name: path.read_bytes() for path in (folder / "crl").iterdir()}
    forger = ec.generate_private_key(ec.SECP256R1())
    for worse, fault in (
        (b"garbage", "cannot be read: ValueError"),
        (hierarchy.ica.revocation_list(told=NOW, signed_by=forger), "its signature is not of its issuer"),
        (Authority("Yad").revocation_list(told=NOW), "its issuer is not in the trust folder"),
        (hierarchy.ica.revocation_list(told=NOW - 2 * DAY, number=4), None),
    ):
        net.answers["/ica.crl"] = worse
        trust.fetch()
        assert {one.fault for one in trust.condition().fetches if one.url.endswith("ica.crl")} == {fault}
        assert trust.judge(person.der, "sign_in").state == "revoked"
    assert {path.name: path.read_bytes() for path in (folder / "crl").iterdir()} == before


def test_a_fresher_list_takes_its_place_whole(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, net: Net
) -> None:
    """One file a list: replaced in one step, readable by its owner alone, nothing half written beside it."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "good"
    names = _files(folder)
    net.answers["/ica.crl"] = hierarchy.ica.revocation_list((person.certificate, KEY), told=NOW - HOUR, number=2)
    trust.fetch()
    assert trust.judge(person.der, "sign_in").state == "revoked"
    assert _files(folder) == names
    fetched = [path for path in (folder / "crl").iterdir() if path.suffix == ".crl"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in fetched} == {0o600}


def test_a_folder_that_cannot_be_written(make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, net: Net) -> None:
    """What was fetched counts all the same, and the page of health says that it is not kept."""
    (folder / "crl").write_text("in the way")
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "good"
    assert trust.condition().not_kept == "fetched lists cannot be written: File exists"


def test_fetching_goes_on_by_itself(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """`start` fetches in a thread of its own, at once."""
    came = threading.Event()
    root = hierarchy.root.revocation_list()

    def answer(_body: bytes) -> bytes:
        came.set()
        return root

    net.answers["/root.crl"] = answer
    make_trust().start()
    assert came.wait(60)


def test_fresh_fetches_though_all_is_well(make_trust: MakeTrust, hierarchy: Hierarchy, net: Net) -> None:
    """E3 asks for the state of this moment: a revocation of a minute ago is seen."""
    person = hierarchy.ica.issue(SIGN_IN, crl_url=net.url("/ica.crl"))
    trust = make_trust()
    assert trust.judge(person.der, "sign_in").state == "good"
    net.answers["/ica.crl"] = hierarchy.ica.revocation_list((person.certificate, KEY), told=NOW - HOUR, number=2)
    assert trust.judge(person.der, "sign_in").state == "good"
    assert trust.judge(person.der, "sign_in", fresh=True).state == "revoked"


def test_lists_are_bounded(
    make_trust: MakeTrust, hierarchy: Hierarchy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A huge file is not read."""
    monkeypatch.setattr(revocation, "LARGEST", 100)
    save_list(folder, "ica", hierarchy.ica.revocation_list())
    trust: Trust = make_trust()
    trust.condition()
    assert trust.condition().refused_lists == (("ica.crl", "larger than 32 MiB"),)


@pytest.mark.parametrize("url", ["ldap://127.0.0.1/x", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_only_the_web_is_asked(url: str) -> None:
    """Certificates name LDAP addresses too; and a file is no address at all."""
    with pytest.raises(NotReached, match="neither http nor https"):
        ask(url, 1)


def test_nobody_is_asked_without_time(net: Net) -> None:
    """What is left of the time that a person waits may be nothing."""
    with pytest.raises(NotReached, match="no time was left"):
        ask(net.url("/x"), 0)
    with pytest.raises(NotReached, match="not reached"):
        ask("http://127.0.0.1:1/", 5)
    assert net.asked == []
