"""Signing in, staff, readiness and signatures with the virtual cards, over the real desk and drivers (I2, C6, E3)."""

from __future__ import annotations

import queue
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hardware.errors import PinWrong
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.certificates import ORGANISATION
from hardware.simulated.profiles import HOLDER, Profile, make_card
from hardware.simulated.service import SimulatedService
from kiosk.clock import Clock as StationClock
from kiosk.clock import to_instant
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardSight
from kiosk.identity.refused import NotTrusted
from kiosk.identity.sign_in import SignIns
from kiosk.identity.staff import StaffMember
from kiosk.identity.staff_cards import StaffCards
from kiosk.settings import Settings, parse
from kiosk.signature.readiness import Readiness
from kiosk.signature.signing import detached_cms
from kiosk.signature.trust import EXAMPLE_ORGANISATION, Trust, example_anchors
from tests.kiosk.identity.cards import pin
from tests.kiosk.signature.authorities import NOW
from tests.kiosk.signature.conftest import Net
from tests.stations import Trial

PINS = {"pkcs15": ("1234", "12345"), "azedit": ("1234", "12345"), "piv": ("123456", "123456")}
PROFILES: tuple[Profile, ...] = ("pkcs15", "azedit", "piv")


@dataclass
class Place:
    """A desk with a simulated reader, and trust in the example authority alone."""

    authority: ExampleAuthority
    service: SimulatedService
    desk: CardDesk
    trust: Trust
    settings: Settings
    clock: StationClock
    sights: queue.SimpleQueue[CardSight]

    def insert(self, profile: Profile, *faults: str) -> int:
        """Put a new card in, and wait until it is read; its insertion."""
        self.service.insert(make_card(profile, self.authority, faults, now=NOW))
        while (sight := self.sights.get(timeout=60)).state != "ready":
            assert sight.state in {"reading", "waiting"}, sight.state
        assert sight.insertion is not None
        return sight.insertion


@pytest.fixture
def place(tmp_path: Path, net: Net) -> Iterator[Place]:
    authority = ExampleAuthority.open(tmp_path / "example", NOW, ocsp_url=net.url("/ocsp"))
    net.answers["/ocsp"] = lambda body: authority.ocsp_answer(body, NOW)
    settings = parse({"trust": {"folder": str(tmp_path / "example"), "timeout_seconds": 60}}, tmp_path / "kiosk.toml")
    service, sights, clock = SimulatedService(), queue.SimpleQueue[CardSight](), StationClock(settable=True)
    clock.set(to_instant(NOW))
    desk = CardDesk(service, simulated=service)
    desk.watch(sights.put)
    desk.start()
    trust = Trust(settings, lambda: NOW)
    yield Place(authority, service, desk, trust, settings, clock, sights)
    trust.close()
    desk.close()


@pytest.fixture
def sign_ins(place: Place, trial: Trial) -> Iterator[SignIns]:
    made = SignIns(trial.station.acts, place.settings, place.desk, place.trust, place.clock)
    yield made
    made.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_signing_in_by_each_card(place: Place, sign_ins: SignIns, profile: Profile) -> None:
    """The invented person of the card, by certificate and key, checked with the responder; twice in one insertion."""
    insertion = place.insert(profile)
    for _ in range(2):
        session = sign_ins.by_card(insertion, pin(PINS[profile][0]))
        assert (session.surname, session.fin) == (HOLDER.surname, HOLDER.fin)
        assert session.given_name == HOLDER.given_name
        assert session.verdict is not None
        assert (session.verdict.state, session.verdict.revocation.source) == ("good", "ocsp")
        assert [link.name for link in session.verdict.chain] == ["ica", "pca", "root"]
        sign_ins.end(session, "left")
    with pytest.raises(PinWrong):
        sign_ins.by_card(insertion, pin("987654"))


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("expired", "expired"),
        ("suspended", "suspended"),
        ("revoked", "revoked"),
        ("wrong-issuer", "unknown_issuer"),
    ],
)
def test_a_spoilt_card_is_told_before_its_pin(place: Place, sign_ins: SignIns, fault: str, state: str) -> None:
    """Each fault that a trainer can order, as a citizen would meet it."""
    insertion = place.insert("pkcs15", fault)
    before = place.desk.pins(insertion)
    with pytest.raises(NotTrusted) as refused:
        sign_ins.by_card(insertion, pin())
    assert refused.value.verdict.state == state
    assert place.desk.pins(insertion) == before


@pytest.mark.parametrize("profile", PROFILES)
def test_readiness_of_each_card(place: Place, profile: Profile) -> None:
    """Every light is green, and both trials were real; with the PINs typed at once or not at all."""
    insertion = place.insert(profile)
    readiness = Readiness(place.settings, place.desk, place.trust, place.clock)
    before = list(readiness.lines(insertion, None, None))
    assert [(line.name, line.finding_key) for line in before if line.light not in {"good", "absent"}] == []
    assert [line.name for line in before if line.needs] == ["sign_in", "signature"]
    first, second = PINS[profile]
    after = list(readiness.lines(insertion, pin(first), pin(second), tried_only=True))
    assert [(line.name, line.light) for line in after if line.light != "good"] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_a_signature_by_each_card_verifies(place: Place, tmp_path: Path, profile: Profile) -> None:
    """`openssl cms -verify` against the example root alone."""
    content, signature = tmp_path / "document.txt", tmp_path / "document.p7s"
    content.write_text("Nümunə müraciəti\n", encoding="utf-8")
    insertion = place.insert(profile)
    with place.desk.using(insertion, proves=True) as card:
        own = next(one for one in card.certificates() if one.purpose == "signature")
        chain = place.trust.chain_of(own.der)
        signature.write_bytes(detached_cms(content, card, own.der, chain, pin(PINS[profile][1]), NOW))
    judged = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", content, "-cades",
         "-CAfile", tmp_path / "example" / "root.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp()))],
        check=False, capture_output=True,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stderr


def test_a_staff_members_card(place: Place, trial: Trial) -> None:
    """C6: enrolled by an administrator, signed in by; another card of the same make is another card."""

    def add(connection: Any, now: int) -> int:
        from db import staff

        row = staff.add(connection, "admin", "Admin", "administrator", frozenset(), "nobody's", now)
        assert row is not None
        return row

    boss = StaffMember(trial.station.database.write(add), "admin", "Admin", "administrator", frozenset())
    cards = StaffCards(trial.station.acts, place.settings, place.desk, place.trust, place.clock)
    insertion = place.insert("pkcs15")
    cards.enrol(boss, "admin", insertion)
    assert cards.sign_in(insertion, pin()).name == "admin"


def test_production_knows_the_invented_authorities(
    place: Place, tmp_path: Path, settings_of_trust: Callable[..., Settings]
) -> None:
    """K7: by their organisation, in any trust folder, also where only one of them was copied."""
    assert EXAMPLE_ORGANISATION == ORGANISATION
    assert example_anchors(place.settings) and place.trust.condition().is_example
    own = settings_of_trust()
    assert not example_anchors(own)
    own.trust_folder.mkdir()
    (own.trust_folder / "ica.pem").write_bytes((tmp_path / "example" / "ica.pem").read_bytes())
    assert example_anchors(own)
