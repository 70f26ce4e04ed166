"""Whether an e-signature is ready for its day: every line, its light and what to do (E3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.errors import CardError, CardGone, CardMute, EntryCancelled, EntryTimeout
from hardware.readers import ReaderCondition, ServiceCondition
from kiosk.clock import Clock, to_instant
from kiosk.identity.card_facts import CardFacts, CardSight, Purpose
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.signature import readiness as module
from kiosk.signature.facts import Light
from kiosk.signature.readiness import Readiness, ReadinessLine
from tests.kiosk.identity.cards import FakeCard, FakeDesk, World, pin
from tests.kiosk.signature.authorities import DAY, NOW, SIGN_IN, SIGNATURE, Authority, save_list

FREE = [
    "reader", "driver", "component", "card", "root", "pca", "ica", "certificate_sign_in", "certificate_signature",
    "revocation", "tries_pin1", "tries_pin2", "tries_puk",
]  # fmt: skip
TRIED = ["sign_in", "signature"]


@dataclass
class Desk(FakeDesk):
    """A fake desk that tells what stands before the person."""

    state: str = "ready"
    up: bool = True
    readers: int = 1
    seen: list[str] = field(default_factory=list)

    @property
    def sight(self) -> CardSight:
        state: Any = self.state
        if state != "ready":
            return CardSight(state)
        return CardSight("ready", CardFacts(self.insertion, "Reader 0", b"\x3b", "pkcs15"), self.insertion)

    def condition(self) -> ServiceCondition:
        names = tuple(ReaderCondition(f"Reader {number}") for number in range(self.readers))
        return ServiceCondition("simulated", self.up, names if self.up else ())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "trust")


def _readiness(desk: Desk, world: World, **trust: Any) -> Readiness:
    clock = Clock(settable=True)
    clock.set(to_instant(NOW))
    return Readiness(Settings(), desk, world.trust(**trust), clock)


def _lights(lines: list[ReadinessLine]) -> dict[str, Light]:
    return {line.name: line.light for line in lines}


def _said(lines: list[ReadinessLine], name: str) -> tuple[Light, str, str | None]:
    line = [one for one in lines if one.name == name][-1]
    return line.light, line.finding_key.removeprefix("readiness."), line.advice_key


def test_all_is_well_before_any_pin(world: World) -> None:
    """Every line of E3 in its order; the trials wait for their PINs, and none was sent."""
    desk = Desk(world.card())
    lines = list(_readiness(desk, world).lines(1, None, None))
    assert [line.name for line in lines] == [*FREE, *TRIED]
    assert _lights(lines) == dict.fromkeys(FREE, "good") | dict.fromkeys(TRIED, "absent")
    assert [line.needs for line in lines[-2:]] == ["pin1", "pin2"]
    assert not [line.name for line in lines if line.light == "good" and line.advice_key]
    assert desk.card.verified == [] and desk.card.challenges == []


def test_the_trials_are_real_and_leave_nothing(world: World) -> None:
    """A challenge is proved and a text signed, once each; the PINs are wiped, tries told again, nobody signed in."""
    desk = Desk(world.card())
    first, second = pin(), pin("12345")
    lines = list(_readiness(desk, world).lines(1, first, second, tried_only=True))
    assert [line.name for line in lines] == [*TRIED, "tries_pin1", "tries_pin2", "tries_puk"]
    assert set(_lights(lines).values()) == {"good"}
    assert desk.card.verified == ["pin1", "pin2"] and len(desk.card.challenges) == 1
    assert first.digits == second.digits == [] and desk.held is None


def test_one_trial_alone(world: World) -> None:
    """A person may know one PIN and not the other."""
    desk = Desk(world.card())
    lines = list(_readiness(desk, world).lines(1, None, pin("12345")))
    assert _said(lines, "sign_in") == ("absent", "trial.untried", None)
    assert _said(lines, "signature") == ("good", "trial.good", None)
    assert desk.card.verified == ["pin2"]


@pytest.mark.parametrize("purpose", ["sign_in", "signature"])
def test_at_the_readers_own_pad(world: World, purpose: Purpose) -> None:
    """No digit comes to this machine, and the reader asks for one PIN at a time: the other trial is left alone."""
    desk = Desk(world.card())
    lines = list(_readiness(desk, world).lines(1, None, None, tried_only=True, at_pad=purpose))
    assert {line.name for line in lines if line.needs is not None} == {*TRIED} - {purpose}
    assert _said(lines, purpose)[:2] == ("good", "trial.good") and desk.card.verified == []
    assert lines[-1].name == "tries_puk"


@pytest.mark.parametrize("refused", [EntryCancelled, EntryTimeout])
def test_nobody_typed_at_the_reader(world: World, refused: type[CardError], monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial may be begun again; why it ended is told with the line."""
    desk = Desk(world.card())

    def nobody_types(*_: object) -> bytes:
        raise refused

    monkeypatch.setattr(desk.card, "answer", nobody_types)
    lines = list(_readiness(desk, world).lines(1, None, None, tried_only=True, at_pad="sign_in"))
    assert lines[0].needs == "pin1" and lines[0].facts == {"error": refused.error}


def test_a_wrong_pin_costs_one_try_and_is_told(world: World) -> None:
    """I9: tries before and after; nothing is repeated, and the other trial goes on."""
    desk = Desk(world.card())
    lines = list(_readiness(desk, world).lines(1, pin("9999"), pin("12345")))
    before, after = [line for line in lines if line.name == "tries_pin1"]
    assert (before.light, before.facts) == ("good", {"left": 3, "most": 3})
    assert (after.light, after.facts) == ("warning", {"left": 2, "most": 3})
    assert _said(lines, "sign_in")[:2] == ("fault", "trial.pin_wrong")
    assert _said(lines, "signature")[:2] == ("good", "trial.good")
    assert desk.card.verified == ["pin1", "pin2"]


@pytest.mark.parametrize(
    ("tries", "light", "finding"),
    [(3, "good", "tries.of"), (2, "warning", "tries.of"), (1, "warning", "tries.last"), (0, "fault", "tries.blocked")],
)
def test_tries_left(world: World, tries: int, light: Light, finding: str) -> None:
    """The last try is warned of; a blocked PIN says to unblock it, and is not tried."""
    desk = Desk(world.card())
    desk.card.tries["pin1"] = tries
    lines = list(_readiness(desk, world).lines(1, None, None))
    assert _said(lines, "tries_pin1")[:2] == (light, finding)
    if tries == 0:
        assert _said(lines, "sign_in") == ("fault", "trial.blocked", "readiness.advice.unblock")
        assert [line.needs for line in lines if line.name == "sign_in"] == [None]


def test_a_pin_of_wrong_length_is_not_sent(world: World) -> None:
    """It costs no try, and the line still asks for it."""
    desk = Desk(world.card())
    lines = list(_readiness(desk, world).lines(1, pin("123"), None))
    assert _said(lines, "sign_in")[:2] == ("absent", "trial.format")
    assert [line.needs for line in lines if line.name == "sign_in"] == ["pin1"]
    assert desk.card.verified == []


def test_a_transport_pin_is_to_be_changed_first(world: World) -> None:
    """Nothing is sent to a card whose PINs were never set."""
    desk = Desk(world.card())
    desk.card.must_change = True
    lines = list(_readiness(desk, world).lines(1, pin(), pin("12345")))
    assert _said(lines, "sign_in") == ("fault", "trial.must_change", "readiness.advice.change")
    assert desk.card.verified == []


@pytest.mark.parametrize(
    ("make", "light", "finding"),
    [
        (lambda ica: ica.issue(SIGN_IN, ends=NOW - DAY), "fault", "certificate.expired"),
        (lambda ica: ica.issue(SIGN_IN, begins=NOW + DAY), "fault", "certificate.not_yet_valid"),
        (lambda ica: ica.issue(SIGN_IN, ends=NOW + timedelta(days=30)), "good", "certificate.good"),
        (lambda ica: ica.issue(SIGN_IN, ends=NOW + timedelta(days=30, seconds=-1)), "warning", "certificate.soon"),
        (lambda ica: ica.issue(SIGNATURE), "fault", "certificate.wrong_use"),
        (lambda _ica: Authority("Yad").issue(SIGN_IN), "fault", "certificate.unknown_issuer"),
    ],
)
def test_the_certificate_of_signing_in(
    world: World, make: Callable[[Authority], Any], light: Light, finding: str
) -> None:
    """In its time, of a known issuer; one that ends within 30 days is warned of; a bad one is not tried with a PIN."""
    desk = Desk(FakeCard(make(world.hierarchy.ica), world.hierarchy.ica.issue(SIGNATURE)))
    lines = list(_readiness(desk, world).lines(1, pin(), None))
    assert _said(lines, "certificate_sign_in")[:2] == (light, finding)
    if light == "fault":
        assert _said(lines, "sign_in") == ("absent", "trial.impossible", None)
        assert desk.card.verified == []
    assert _said(lines, "certificate_signature")[:2] == ("good", "certificate.good")


def test_nothing_is_asked_about_certificates_that_are_over(world: World) -> None:
    """They were read all the same: the line says why nobody was asked."""
    ica = world.hierarchy.ica
    desk = Desk(FakeCard(ica.issue(SIGN_IN, ends=NOW - DAY), ica.issue(SIGNATURE, ends=NOW - DAY)))
    lines = list(_readiness(desk, world).lines(1, None, None))
    assert _said(lines, "revocation") == ("absent", "revocation.unasked", None)


@pytest.mark.parametrize(
    ("reason", "finding"),
    [
        (x509.ReasonFlags.key_compromise, "certificate.revoked"),
        (x509.ReasonFlags.certificate_hold, "certificate.suspended"),
    ],
)
def test_a_revoked_or_suspended_one(world: World, reason: x509.ReasonFlags, finding: str) -> None:
    """Told apart, with whom to call; the line of revocation says so too."""
    card, ica = world.card(), world.hierarchy.ica
    assert card.sign_in is not None
    save_list(world.folder, "ica", ica.revocation_list((card.sign_in.certificate, reason)))
    lines = list(_readiness(Desk(card), world).lines(1, None, None))
    assert _said(lines, "certificate_sign_in") == ("fault", finding, "readiness.advice.call")
    assert _said(lines, "revocation") == ("fault", "revocation.revoked", "readiness.advice.call")


@pytest.mark.parametrize(("told", "light"), [("accept", "warning"), ("refuse", "fault")])
def test_revocation_that_nobody_tells(world: World, told: str, light: Light) -> None:
    """Unchecked is yellow where it is accepted and red where it is not."""
    (world.folder / "crl" / "ica.crl").unlink()
    lines = list(_readiness(Desk(world.card()), world, unchecked_sign_in=told).lines(1, None, None))
    assert _said(lines, "certificate_sign_in") == (light, "certificate.unchecked", "readiness.advice.later")
    assert _said(lines, "revocation")[:2] == (light, "revocation.unchecked")


def test_an_old_list_is_warned_of(world: World) -> None:
    """Past its next update and within its grace: good for today, and somebody should look after it."""
    world.hierarchy.save_lists(world.folder, told=NOW - 2 * DAY, until=NOW - timedelta(hours=1))
    lines = list(_readiness(Desk(world.card()), world).lines(1, None, None))
    assert _said(lines, "revocation")[:2] == ("warning", "revocation.stale")
    assert _said(lines, "certificate_sign_in")[0] == "good"


def test_the_authorities_installed(world: World) -> None:
    """S5's own list: root, PCA and ICA; one that is missing or out of its time is the staff's to mend."""
    (world.folder / "pca.pem").unlink()
    Authority("Köhnə ICA", ends=NOW - DAY).save(world.folder, "ica.pem")
    lines = list(_readiness(Desk(world.card()), world).lines(1, None, None))
    assert _said(lines, "root") == ("good", "authority.good", None)
    assert _said(lines, "pca") == ("fault", "authority.missing", "readiness.advice.staff")
    assert _said(lines, "ica") == ("fault", "authority.expired", "readiness.advice.staff")


@pytest.mark.parametrize(
    ("desk", "reader", "driver", "card"),
    [
        ({"up": False, "state": "service_down"}, "reader.service", "no_card", "card.none"),
        ({"readers": 0, "state": "no_reader"}, "reader.none", "no_card", "card.none"),
        ({"state": "waiting"}, "reader.good", "no_card", "card.none"),
        ({"state": "mute"}, "reader.good", "no_card", "card.mute"),
        ({"state": "unknown"}, "reader.good", "driver.missing", "card.unknown"),
        ({"state": "busy"}, "reader.good", "no_card", "card.busy"),
        ({"state": "faulty"}, "reader.good", "no_card", "card.faulty"),
        ({"state": "reading"}, "reader.good", "no_card", "card.reading"),
    ],
)
def test_without_a_card_that_can_be_read(
    world: World, desk: dict[str, Any], reader: str, driver: str, card: str
) -> None:
    """Every line is there all the same; what needs a card says that there is none, and nothing is sent anywhere."""
    made = Desk(world.card(), **desk)
    first, second = pin(), pin("12345")
    lines = list(_readiness(made, world).lines(None, first, second))
    assert first.digits == second.digits == []
    assert [line.name for line in lines][: len(FREE) + 2] == [*FREE, *TRIED]
    assert [_said(lines, name)[1] for name in ("reader", "driver", "card")] == [reader, driver, card]
    for name in ("certificate_sign_in", "tries_pin1", *TRIED):
        assert _said(lines, name)[:2] == ("absent", "no_card")
    assert made.used == []


@pytest.mark.parametrize("error", [CardGone(), CardMute(1)])
def test_a_card_that_goes_away_spoils_its_own_lines_alone(world: World, error: Any) -> None:
    """Each line is found out by itself: the others are told."""
    desk = Desk(world.card(), failing=error)
    lines = list(_readiness(desk, world).lines(1, None, None))
    assert _said(lines, "certificate_sign_in") == ("fault", "card_failed", "readiness.advice.staff")
    assert [_said(lines, name)[0] for name in ("reader", "component", "root", "ica")] == ["good"] * 4
    assert _said(lines, "tries_puk")[0] == "fault"


def test_a_line_that_stumbles_hides_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in one is a finding of it."""
    monkeypatch.setattr(module, "component_works", lambda: 1 // 0)
    lines = list(_readiness(Desk(world.card()), world).lines(1, None, None))
    assert _said(lines, "component")[:2] == ("fault", "stumbled")
    assert _lights(lines)["certificate_sign_in"] == "good"


def test_a_component_that_does_not_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is the staff's to mend."""
    monkeypatch.setattr("kiosk.signature.keys.fits_digest", lambda *_asked: True)
    lines = list(_readiness(Desk(world.card()), world).lines(1, None, None))
    assert _said(lines, "component") == ("fault", "component.fault", "readiness.advice.staff")


def test_a_false_card_is_seen(world: World) -> None:
    """An answer that does not fit the certificate's key."""
    desk = Desk(world.card())
    desk.card.answers_by = ec.generate_private_key(ec.SECP256R1())
    lines = list(_readiness(desk, world).lines(1, pin(), pin("12345")))
    assert [_said(lines, name)[1] for name in TRIED] == ["trial.not_proved"] * 2


def test_a_token_with_one_pin(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines name the PIN that the card itself names."""
    desk = Desk(world.card())
    states = tuple(replace(one, name="user_pin") for one in desk.card.pins()[:1])
    own = tuple(replace(one, pin="user_pin") for one in desk.card.certificates())
    monkeypatch.setattr(desk.card, "pins", lambda: states)
    monkeypatch.setattr(desk.card, "certificates", lambda: own)
    lines = list(_readiness(desk, world).lines(1, None, None))
    assert [line.name for line in lines if line.name.startswith("tries")] == ["tries_user_pin"]
    assert [line.needs for line in lines[-2:]] == ["user_pin", "user_pin"]


@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_every_line_has_its_words(world: World, language: Language) -> None:
    """Findings and advice in the person's language, dates as that language writes them in figures."""
    (world.folder / "pca.pem").unlink()
    lines = list(_readiness(Desk(world.card()), world).lines(1, pin("9999"), None))
    told = [(line.finding(language), line.advice(language)) for line in lines]
    assert all(finding for finding, _ in told) and any(advice for _, advice in told)
    until = "16 Aug 2029" if language == "en" else "16.08.2029"
    assert any(until in finding for finding, _ in told), "the root's last day, a thousand days from now"
