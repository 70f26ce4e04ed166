"""The ways in that a service offers, what each proves, and which cards are for which (I1 to I8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from hardware.cards.card import CardKind
from kiosk.errors import BadRequest
from kiosk.identity.card_facts import CardFacts, CardSight, SightState
from kiosk.identity.refused import WrongCard
from kiosk.identity.signed_in import PROOF, WayName
from kiosk.identity.ways import CARD_WAYS, Service, Ways
from kiosk.settings import SettingsError
from kiosk.water_settings import WaysSettings
from tests.kiosk.identity.cards import World
from tests.stations import MakeTrial, Trial


@dataclass
class Reader:
    """A reader with nothing in it."""

    sight: CardSight = field(default_factory=lambda: CardSight("waiting"))


def ways_at(trial: Trial, state: SightState = "waiting") -> Ways:
    station = trial.station
    return Ways(station.acts, station.settings, station.clock, cast(Any, None), Reader(CardSight(state)))


def offered(ways: Ways, service: Service) -> dict[str, str]:
    """Each way with why it cannot be used, in order."""
    return {way.name: way.why_key if not way.usable else "" for way in ways.offered(service)}


def test_the_manuals_table_is_the_default() -> None:
    """S2, S3, S4, in their order; and what each way proves."""
    told = WaysSettings()
    assert told.of("new_consumer") == ("fin", "sima_imza", "asan_imza", "sima_token", "bank")
    assert told.of("suspension") == ("fin",)
    assert told.of("statement") == ("card", "e_gov", "asan_imza", "password")
    assert [PROOF[way] for way in get_args(WayName)] == [
        "little",
        "much",
        "much",
        "much",
        "much",
        "much",
        "middle",
        "middle",
    ]


def test_what_is_offered_here(make_trial: MakeTrial) -> None:
    """The settings' order; the two mobile signatures are not at this kiosk, others only where they are set up."""
    trial = make_trial()
    ways = ways_at(trial)
    assert offered(ways, "new_consumer") == {
        "fin": "", "sima_imza": "ways.not_here", "asan_imza": "ways.not_here", "sima_token": "", "bank": "",
    }  # fmt: skip
    assert list(offered(ways, "statement").items()) == [
        ("card", ""), ("e_gov", "ways.not_set_up"), ("asan_imza", "ways.not_here"), ("password", "ways.not_set_up"),
    ]  # fmt: skip
    set_up = make_trial(
        ways={"statement": "password, e_gov", "suspension": ""},
        e_gov={"issuer": "https://e-gov.example.az", "client_id": "kiosk"},
        web={"public_url": "https://kiosk.example.az"},
        password={"url": "https://accounts.example.az"},
    )
    assert list(offered(ways_at(set_up), "statement").items()) == [("password", ""), ("e_gov", "")]
    assert offered(ways_at(set_up), "suspension") == {}


@pytest.mark.parametrize("state", ["service_down", "access_denied", "no_reader"])
def test_without_a_reader(trial: Trial, state: SightState) -> None:
    """What needs a card says so; a card that cannot be read is told where it is asked for."""
    found = offered(ways_at(trial, state), "new_consumer")
    assert found["sima_token"] == found["bank"] == "reader.unavailable" and found["fin"] == ""
    assert offered(ways_at(trial, "mute"), "new_consumer")["bank"] == ""


def test_by_fin(trial: Trial) -> None:
    """I1: the form is checked, O and I are read as digits; it begins no session and leaves no FİN in the audit."""
    ways = ways_at(trial)
    who = ways.by_fin(" 5ab1co0 ")
    assert (who.way, who.fin, who.proof, who.session) == ("fin", "5AB1C00", "little", None)
    for wrong in ("", "5AB1C2", "5AB1C2DD", "5AB1C2Ə", "5AB 1C2!"):
        with pytest.raises(BadRequest):
            ways.by_fin(wrong)
    assert trial.query("SELECT * FROM sessions") == []
    audit = trial.query("SELECT act, outcome, detail FROM audit")
    assert audit == [{"act": "citizen_sign_in", "outcome": "done", "detail": "fin"}]


@pytest.fixture(scope="module")
def card_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CardFacts]:
    """A card in the reader, with a certificate of the tests' own authority."""
    certificates = World.make(Path(tmp_path_factory.mktemp("trust"))).card().certificates()

    def make(kind: CardKind = "pkcs15", *, empty: bool = False) -> CardFacts:
        return CardFacts(1, "reader", b"", kind, certificates=() if empty else certificates)

    return make


def test_which_way_a_card_is_for(make_trial: MakeTrial, card_of: Callable[..., CardFacts]) -> None:
    """I2 to I4: told by the issuer of its certificate where the settings name issuers; else it may be for any."""
    anything = ways_at(make_trial())
    every = frozenset(CARD_WAYS)
    assert anything.ways_of(card_of()) == anything.ways_of(card_of("vendor")) == every
    assert anything.ways_of(card_of(empty=True)) == every
    # an identity card is an e-signature card
    assert anything.ways_of(card_of("azedit")) == {"card"}
    named = ways_at(make_trial(ways={"bank_issuers": "nobody, Bank Mərkəzi", "sima_token_issuers": "Nümunə ICA, ica"}))
    assert named.ways_of(card_of()) == {"sima_token"}
    other = ways_at(make_trial(ways={"bank_issuers": "Bank Mərkəzi"}))
    assert other.ways_of(card_of()) == {"card", "sima_token"}
    # a certificate that is none tells of no issuer; signing in refuses it
    whole = card_of()
    damaged = tuple(replace(one, der=one.der[:-1]) for one in whole.certificates)
    assert named.ways_of(replace(whole, certificates=damaged)) == {"card"}


def test_a_card_for_another_way(make_trial: MakeTrial, card_of: Callable[..., CardFacts]) -> None:
    """It is told before a PIN is spent, with the way it belongs to where that is one; audited by the way."""
    trial = make_trial(ways={"bank_issuers": "ica"})
    ways = ways_at(trial)
    ways.check_card(card_of(), "bank")
    with pytest.raises(WrongCard) as found:
        ways.check_card(card_of(), "sima_token")
    assert found.value.way == "bank"
    audit = trial.query("SELECT act, outcome, detail FROM audit")
    assert audit == [{"act": "citizen_sign_in", "outcome": "wrong_card", "detail": "sima_token"}]


def test_a_way_that_is_none(make_trial: MakeTrial) -> None:
    """A misspelt way is an error at the start, not a way that is silently missing."""
    with pytest.raises(SettingsError, match=r"\[ways\] statement"):
        make_trial(ways={"statement": "card, pasword"})
