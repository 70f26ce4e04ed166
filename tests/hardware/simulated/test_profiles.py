"""Cards by name."""

from __future__ import annotations

import pytest

from hardware.simulated.faults import CardSilent
from hardware.simulated.profiles import HOLDER, PROFILES, Profile, example_pins, make_card, read_profile
from kiosk.identity.fin import is_fin
from tests.cards import NOW, Cards, Host, block


def test_the_profiles_and_their_pins() -> None:
    assert PROFILES == ("pkcs15", "azedit", "piv", "unknown", "mute")
    assert example_pins("pkcs15") == example_pins("azedit") == "PIN1 1234, PIN2 12345, PUK 12345678"
    assert example_pins("piv") == "PIN 123456, PUK 12345678"
    assert example_pins("unknown") == example_pins("mute") == ""


@pytest.mark.parametrize(
    ("profile", "proofs"),
    [
        ("pkcs15", {"81": "1234", "82": "12345", "83": "12345678"}),
        ("azedit", {"01": "1234", "02": "12345", "00": "12345678"}),
        ("piv", {"80": "123456", "81": "12345678"}),
    ],
)
def test_the_pins_are_those_that_are_told(cards: Cards, profile: Profile, proofs: dict[str, str]) -> None:
    host = Host(cards.make(profile))
    for reference, digits in proofs.items():
        sent = digits.encode() if profile == "azedit" else block(digits)
        assert host.status(f"002000{reference}", sent) == 0x9000
        assert digits in example_pins(profile)


def test_no_such_profile_is_told_with_what_there_is(cards: Cards) -> None:
    with pytest.raises(ValueError, match="pkcs15, azedit, piv, unknown, mute"):
        read_profile("passport")
    with pytest.raises(ValueError, match="pull@N"):
        make_card("pkcs15", cards.authority, ("pull",), NOW)


def test_the_holder_is_invented_and_written_in_azerbaijani() -> None:
    """A FİN of the right form; Ə, İ and ğ, so that every reader of cards meets them."""
    assert HOLDER.fin is not None
    assert is_fin(HOLDER.fin)
    assert set("Əİğə") <= set(HOLDER.given_name + HOLDER.surname + HOLDER.patronymic)
    assert "Nümunə" in HOLDER.surname


def test_an_unknown_card_has_no_application(cards: Cards) -> None:
    """No directory, no application of any driver; it answers in order all the same."""
    host = Host(cards.make("unknown"))
    for name in ("a000000063504b43532d3135", "d031000000446967694944", "a000000308", "f276a288bcfba69d34f31001"):
        assert host.status("00a4040c", bytes.fromhex(name)) == 0x6A82
    assert host.status("00a40000", b"\x2f\x00", 0) == 0x6A82
    assert host.status("00840000", le=8) == 0x9000


def test_a_mute_card_gives_no_atr(cards: Cards) -> None:
    card = cards.make("mute")
    assert (card.atr, card.silent) == (b"", True)
    with pytest.raises(CardSilent):
        card.power_on()
    with pytest.raises(CardSilent):
        card.transmit(bytes.fromhex("00a4000c"))


def test_each_profile_has_an_atr_of_its_own(cards: Cards) -> None:
    """AzeDIT's is the one that is public."""
    atrs = [cards.make(profile).atr for profile in PROFILES[:-1]]
    assert len(set(atrs)) == len(atrs)
    assert cards.make("azedit").atr.hex() == "3bf81800008031fe45fe415a452044495433"


def test_a_bank_issues_cards_too(cards: Cards) -> None:
    """The e-signature of the bank's centre (I4)."""
    host = Host(cards.make("piv", issuer="bank"))
    assert "NÜMUNƏ Bank".encode() in host.send("00cb3fff", bytes.fromhex("5c035fc105"), 0)[0]
