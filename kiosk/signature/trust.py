"""Whether a certificate is good for a use, now (I11): chain, dates, use, revocation, each by an explicit rule.

The order in which faults are told: damaged or of an unknown issuer, of the wrong use, out of its time, revoked or
suspended, unchecked. Revocation is asked as follows, the network never for longer than `[trust] timeout_seconds`:

- Each authority below its root, and the person's own certificate, need a list of their issuer that counts
  (`revocation.py`). A revoked authority makes everything below it a certificate of an unknown issuer.
- A final revocation in a list ends it: no answer can undo one. Else the issuer's OCSP responder is asked about the
  person's certificate; its answer goes before the list, but for a suspension that the list tells and an older answer
  cannot know. Where it fails, the list decides, and a responder that failed is left alone for half a minute.
- What neither tells is `unchecked`, and each use has its own setting for that.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from kiosk.settings import Settings
from kiosk.signature.certificate import Certificate, Damaged, read
from kiosk.signature.chain import Anchors, Chain, Known, build, load_validator
from kiosk.signature.condition import AnchorCondition, AnchorState, ListCondition, OcspCondition, TrustCondition
from kiosk.signature.facts import (
    CertificateFacts,
    CertificateState,
    CertificateVerdict,
    ChainLink,
    RevocationFacts,
    Use,
)
from kiosk.signature.fetching import ListFetcher
from kiosk.signature.network import NotReached, ask
from kiosk.signature.ocsp import NONCE_BYTES, REQUEST_TYPE, OcspAnswer, OcspRefused, read_answer, request
from kiosk.signature.revocation import ListStore, RevocationList

EXAMPLE_ORGANISATION: Final = "NÜMUNƏ"
"""The organisation in every certificate of the example authority, by which production refuses its anchors (K7)."""
LIST_FOLDER: Final = "crl"
_ANSWER_LASTS: Final = timedelta(seconds=60)
"""How long an OCSP answer is taken again without asking: a visit asks about the same certificate several times."""
_LEFT_ALONE: Final = 30.0
_MOST_ANSWERS: Final = 64


@dataclass(frozen=True, slots=True)
class _Revocation:
    """What was found out, and the state it makes; None: not revoked."""

    state: CertificateState | None
    facts: RevocationFacts
    reason: str = ""


class Trust:
    """Judges certificates for one station.

    Args:
        settings: where the trust folder is, and what is done about revocation.
        clock: the station's time (aware).
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings.trust
        self._folder = settings.trust_folder
        self._clock = clock
        self._grace = timedelta(hours=self._settings.crl_grace_hours)
        self._anchors = Anchors(self._folder)
        self._lists = ListStore(self._folder / LIST_FOLDER)
        self._fetcher = ListFetcher(
            self._lists,
            self._folder / LIST_FOLDER,
            self._authorities,
            _words(self._settings.crl_urls),
            self._settings.crl_minutes,
            self._settings.timeout_seconds,
            clock,
        )
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[datetime, OcspAnswer]] = {}
        self._left_alone: dict[str, float] = {}
        self._ocsp: OcspCondition | None = None

    def start(self) -> None:
        """Begin to fetch revocation lists, in a thread; another loads what the first check would have to wait for."""
        threading.Thread(target=load_validator, name="trust", daemon=True).start()
        for one in self._anchors.now().authorities:
            self._fetcher.learn(one.certificate.crl_urls)
        self._fetcher.start()

    def close(self) -> None:
        """End the fetching."""
        self._fetcher.stop()

    def fetch(self) -> None:
        """Fetch every revocation list now; blocks. `condition` tells how it went."""
        for one in self._anchors.now().authorities:
            self._fetcher.learn(one.certificate.crl_urls)
        self._fetcher.fetch_all()

    def judge(self, der: bytes, use: Use, at: datetime | None = None, fresh: bool = False) -> CertificateVerdict:
        """What is made of a certificate. Blocks, at the longest for `[trust] timeout_seconds`; belongs in a thread.

        Args:
            der: the certificate.
            use: what it is wanted for.
            at: for which instant dates are compared (aware); None: now. Revocation is always what is known now.
            fresh: fetch lists and ask the responder anew, whatever is remembered.
        """
        try:
            certificate = read(der)
        except Damaged:
            return CertificateVerdict("damaged", False, None, (), RevocationFacts(), "cannot be read")
        now = self._clock()
        at = now if at is None else at
        known = self._anchors.now().authorities
        chain = build(certificate, known, at)
        links = tuple(ChainLink(link.certificate.facts, link.name, True) for link in chain.links)
        verdict = CertificateVerdict("good", True, certificate.facts, links, RevocationFacts())
        if fault := self._fault(certificate, chain, use, at):
            return replace(verdict, state=fault[0], accepted=False, reason=fault[1])
        found = self._revocation(certificate, chain.links, now, fresh=fresh)
        if found.state is None:
            return replace(verdict, revocation=found.facts)
        accepted = found.state == "unchecked" and self._accepts_unchecked(use)
        return replace(verdict, state=found.state, accepted=accepted, revocation=found.facts, reason=found.reason)

    def chain_of(self, der: bytes) -> tuple[bytes, ...]:
        """The authorities above a certificate without the root, its issuer first, as a signature carries them.

        Raises:
            Damaged: it cannot be read.
        """
        chain = build(read(der), self._anchors.now().authorities, self._clock())
        return tuple(link.certificate.der for link in chain.links if not link.is_root)

    def _accepts_unchecked(self, use: Use) -> bool:
        by_use = {
            "sign_in": self._settings.unchecked_sign_in,
            "staff": self._settings.unchecked_staff,
            "signature": self._settings.unchecked_signature,
        }
        return by_use[use] == "accept"

    def _fault(
        self, certificate: Certificate, chain: Chain, use: Use, at: datetime
    ) -> tuple[CertificateState, str] | None:
        reason = wrong_use(certificate, use)
        # the check of the whole chain refuses odd uses too, without saying so
        if chain.fault is not None and not (reason and chain.leads_to_a_root):
            return chain.fault, chain.reason
        if reason:
            return "wrong_use", reason
        if at < certificate.facts.not_before:
            return "not_yet_valid", "its time has not begun"
        if at > certificate.facts.not_after:
            return "expired", "its time is over"
        return None

    def _revocation(
        self, certificate: Certificate, links: tuple[Known, ...], now: datetime, *, fresh: bool
    ) -> _Revocation:
        until = time.monotonic() + self._settings.timeout_seconds
        path = (certificate, *(link.certificate for link in links))
        for one in path[:-1]:
            self._fetcher.learn(one.crl_urls)
        fetching = self._fetch_missing(path, now, fresh=fresh)
        answer, why_no_answer = None, ""
        before = self._entry_state(path[0], path[1], now)
        if before is None or before.state != "revoked":
            answer, why_no_answer = self._ask(path[0], path[1], now, until, fresh=fresh)
        for thread in fetching:
            thread.join(max(until - time.monotonic(), 0))
        for link, issuer in pairwise(links):
            found = self._entry_state(link.certificate, issuer.certificate, now)
            if found is not None and found.state is not None:
                return _Revocation("unknown_issuer", found.facts, f"{link.name} is {found.state}")
        own = self._own(path[0], path[1], now, answer, why_no_answer)
        if own.state is not None:
            return own
        for link, issuer in pairwise(links):
            if self._entry_state(link.certificate, issuer.certificate, now) is None:
                why = f"{issuer.name}: {self._age(link.certificate, issuer.certificate, now)}"
                return _Revocation("unchecked", replace(own.facts, why_not=why), why)
        return own

    def _own(
        self, certificate: Certificate, issuer: Certificate, now: datetime, answer: OcspAnswer | None, why: str
    ) -> _Revocation:
        listed = self._entry_state(certificate, issuer, now)
        if listed is not None and listed.state == "revoked":
            return listed
        if answer is not None and not _is_overtaken(answer, listed):
            facts = RevocationFacts("ocsp", answer.told_at, revoked_at=answer.revoked_at)
            return _Revocation(None if answer.state == "good" else answer.state, facts)
        if listed is not None:
            return replace(listed, facts=replace(listed.facts, why_not=why))
        found = self._lists.find(certificate, issuer, self._authorities())
        why = f"{self._age(certificate, issuer, now)}; {why}"
        return _Revocation("unchecked", RevocationFacts(told_at=found.told_at if found else None, why_not=why), why)

    def _entry_state(self, certificate: Certificate, issuer: Certificate, now: datetime) -> _Revocation | None:
        """What the list in force tells; None where there is none that counts. A final revocation counts at any age."""
        found = self._lists.find(certificate, issuer, self._authorities())
        if found is None:
            return None
        age, entry = found.age(now, self._grace), found.entry(certificate)
        # from the future, too: a clock that was put back must not let anybody in
        if age in {"dropped", "future"} and (entry is None or entry.on_hold):
            return None
        stale = age in {"stale", "dropped"}
        facts = RevocationFacts("crl", found.told_at, stale, entry.revoked_at if entry is not None else None)
        if entry is None:
            return _Revocation(None, facts)
        return _Revocation("suspended" if entry.on_hold else "revoked", facts)

    def _age(self, certificate: Certificate, issuer: Certificate, now: datetime) -> str:
        found = self._lists.find(certificate, issuer, self._authorities())
        if found is None:
            return "there is no revocation list"
        told = f"{found.told_at:%Y-%m-%d %H:%M} UTC"
        if found.age(now, self._grace) == "future":
            return f"the revocation list is from the future ({told})"
        return f"the revocation list is of {told} and too old"

    def _fetch_missing(self, path: Sequence[Certificate], now: datetime, *, fresh: bool) -> list[threading.Thread]:
        threads = []
        for certificate, issuer in pairwise(path):
            found = self._lists.find(certificate, issuer, self._authorities())
            if fresh or found is None or found.age(now, self._grace) != "fresh":
                thread = self._fetcher.fetch_soon(certificate.crl_urls, at_once=fresh)
                if thread is not None:
                    threads.append(thread)
        return threads

    def _ask(
        self, certificate: Certificate, issuer: Certificate, now: datetime, until: float, *, fresh: bool
    ) -> tuple[OcspAnswer | None, str]:
        """What the responder says, or why nothing."""
        if not self._settings.ocsp:
            return None, "OCSP is switched off"
        url = self._settings.ocsp_url or next(iter(certificate.ocsp_urls), "")
        if not url:
            return None, "the certificate names no OCSP responder"
        key = certificate.facts.fingerprint
        with self._lock:
            at, answer = self._answers.get(key, (now, None))
            if answer is not None and not fresh and timedelta(0) <= now - at <= _ANSWER_LASTS:
                return answer, ""
            if not fresh and time.monotonic() < self._left_alone.get(url, 0.0):
                return None, "the OCSP responder failed a moment ago"
        begun = time.monotonic()
        fault: str | None = None
        answer = None
        nonce = secrets.token_bytes(NONCE_BYTES)
        try:
            told = ask(url, until - begun, request(certificate, issuer, nonce), REQUEST_TYPE)
            answer = read_answer(told, certificate, issuer, nonce, now, lambda one: self._is_revoked(one, issuer, now))
        except (NotReached, OcspRefused) as error:
            fault = str(error)
        milliseconds = round((time.monotonic() - begun) * 1000)
        with self._lock:
            self._ocsp = OcspCondition(url, now, milliseconds if fault is None else None, fault)
            if answer is not None:
                while len(self._answers) >= _MOST_ANSWERS:
                    del self._answers[next(iter(self._answers))]
                self._answers[key] = (now, answer)
                self._left_alone.pop(url, None)
            else:
                self._answers.pop(key, None)
                self._left_alone[url] = time.monotonic() + _LEFT_ALONE
        return answer, "" if fault is None else f"OCSP: {fault}"

    def _is_revoked(self, certificate: Certificate, issuer: Certificate, now: datetime) -> bool | None:
        found = self._entry_state(certificate, issuer, now)
        return None if found is None else found.state is not None

    def _authorities(self) -> tuple[Certificate, ...]:
        return tuple(one.certificate for one in self._anchors.now().authorities)

    def condition(self) -> TrustCondition:
        """How trust stands, for technicians; asks nobody."""
        now, found = self._clock(), self._anchors.now()
        expected = _words(self._settings.expected)
        names = {one.name.lower() for one in found.authorities}
        lists: list[ListCondition] = []
        for one in found.authorities:
            own = self._lists.of(one.certificate, self._authorities())
            lists += [self._told(one.name, each, now) for each in own] or [ListCondition(one.name, "missing")]
        return TrustCondition(
            folder=str(self._folder),
            anchors=tuple(
                AnchorCondition(
                    one.name, one.is_root, one.name.lower() in expected, _in_time(one.certificate.facts, now),
                    one.certificate.facts,
                )
                for one in found.authorities
            ),
            missing=tuple(name for name in expected if name not in names),
            unreadable=found.unreadable,
            lists=tuple(lists),
            refused_lists=tuple(sorted(self._lists.refused.items())),
            fetches=self._fetcher.condition(),
            not_kept=self._lists.not_kept,
            ocsp=self._ocsp,
            is_example=any(_is_example(one) for one in found.authorities),
        )  # fmt: skip

    def _told(self, name: str, one: RevocationList, now: datetime) -> ListCondition:
        return ListCondition(name, one.age(now, self._grace), one.told_at, one.next_update)


def _is_overtaken(answer: OcspAnswer, listed: _Revocation | None) -> bool:
    """Whether a list tells of a suspension that a responder's answer, made beforehand perhaps, is too old to know."""
    if listed is None or listed.state != "suspended" or listed.facts.told_at is None:
        return False
    return answer.told_at < listed.facts.told_at


def wrong_use(certificate: Certificate, use: Use) -> str:
    """Why a certificate is not for a use; "" where it is.

    Signing in, for citizens and staff: key usage digitalSignature, and clientAuth where extended key usage is there;
    a key that only signs documents (nonRepudiation alone) does not sign in. A signature: nonRepudiation, nothing less.
    """
    if certificate.is_authority:
        return "it is an authority's certificate"
    if certificate.not_understood:
        return "a critical extension is not known here"
    uses = certificate.facts.uses
    if use == "signature":
        return "" if "nonRepudiation" in uses else "its key may not sign documents (nonRepudiation is missing)"
    if "digitalSignature" not in uses:
        return "its key may not sign in (digitalSignature is missing)"
    extended = certificate.extended_uses
    if extended is not None and extended.isdisjoint({"client_auth", "any_extended_key_usage"}):
        return "its key may not sign in (clientAuth is missing among its extended uses)"
    return ""


def example_anchors(settings: Settings) -> bool:
    """Whether the trust folder holds a certificate of the example authority (K7)."""
    return any(_is_example(one) for one in Anchors(settings.trust_folder).now().authorities)


def _is_example(one: Known) -> bool:
    return bool(one.certificate.parsed.subject.native.get("organization_name") == EXAMPLE_ORGANISATION)


def _in_time(facts: CertificateFacts, now: datetime) -> AnchorState:
    if now < facts.not_before:
        return "not_yet_valid"
    return "good" if now <= facts.not_after else "expired"


def _words(written: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in written.split(",") if word.strip())
